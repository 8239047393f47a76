//! Expressions over variables and catalog rows.

use super::query::{Row, Rows};
use super::tables::alias_of;
use super::value::{Alias, Value};
use super::{printed, privileges, query};
use crate::catalog::{Catalog, Class, Lookup, Oid};
use crate::letters;
use crate::replay::error::state;
use crate::replay::{Effects, Replayed, SqlError, Stop};
use crate::source::Span;
use crate::syntax::ast::{Alias as TableAlias, Call, Expr, ExprKind, IsTest, Name, Query, Symbol, TypeName};
use crate::syntax::{Cursor, TokenKind, lex};
use std::cmp::Ordering;
use std::sync::Arc;

/// A running block: its variables, and the rows that stand around the expression at hand.
pub(super) struct Interpreter<'c> {
    pub cat: &'c mut Catalog,
    /// The innermost last.
    pub variables: Vec<Variable>,
    pub scopes: Vec<Row>,
    /// What the aggregates of each query level run over, and why there may be more.
    pub groups: Vec<Option<(Vec<Row>, Option<Symbol>)>>,
    pub ctes: Vec<(Symbol, Rows)>,
    /// The catalog's tables as read since the catalog last changed.
    pub tables: Vec<(String, Rows)>,
    pub effects: Effects,
    pub rows_seen: u32,
    pub steps: u32,
    /// The error that the innermost running handler has caught.
    pub caught: Vec<SqlError>,
    /// How many expressions stand around the one that is evaluated.
    depth: u32,
}

/// The deepest that is followed, with the stack of WebAssembly in mind.
const DEEPEST: u32 = 200;

pub(super) struct Variable {
    pub name: Symbol,
    pub ty: Option<TypeName>,
    pub value: Value,
}

impl<'c> Interpreter<'c> {
    pub(super) fn new(cat: &'c mut Catalog, variables: Vec<Variable>) -> Self {
        Self {
            cat,
            variables,
            scopes: Vec::new(),
            groups: Vec::new(),
            ctes: Vec::new(),
            tables: Vec::new(),
            effects: Effects::none(),
            rows_seen: 0,
            steps: 0,
            caught: Vec::new(),
            depth: 0,
        }
    }
}

impl Interpreter<'_> {
    /// The expression's value, which may be an unknown one.
    pub(super) fn value(&mut self, expr: &Expr) -> Replayed<Value> {
        match self.eval(expr) {
            Err(Stop::Unknown(reason)) => Ok(Value::Unknown(reason)),
            result => result,
        }
    }

    pub(super) fn eval(&mut self, expr: &Expr) -> Replayed<Value> {
        if self.depth >= DEEPEST {
            return Err(Stop::unknown("the expression nests too deep to be followed"));
        }
        self.depth += 1;
        let value = self.eval_kind(expr);
        self.depth -= 1;
        value
    }

    fn eval_kind(&mut self, expr: &Expr) -> Replayed<Value> {
        Ok(match &expr.kind {
            ExprKind::Null => Value::Null,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Number(text) => match text.parse() {
                Ok(number) => Value::Int(number),
                Err(_) => return Err(Stop::unknown("fractions are not modelled")),
            },
            ExprKind::String(text) => Value::Text(text.clone()),
            ExprKind::Column(parts) => self.column(parts)?,
            ExprKind::Parameter(number) => match self.variable(&format!("${number}")) {
                Some(variable) => variable.value.clone(),
                None => return Err(Stop::unknown("a parameter without a value")),
            },
            ExprKind::Paren(inner) | ExprKind::Collate { expr: inner, .. } => self.eval(inner)?,
            ExprKind::Cast { expr, to } => {
                let value = self.eval(expr)?;
                self.cast(value, to, expr.span)?
            }
            ExprKind::Unary { op, expr } if &**op == "-" => match self.eval(expr)? {
                Value::Int(number) => Value::Int(number.saturating_neg()),
                Value::Null => Value::Null,
                _ => return Err(Stop::unknown("this operator is not modelled")),
            },
            ExprKind::And(left, right) => self.and_or(left, right, false)?,
            ExprKind::Or(left, right) => self.and_or(left, right, true)?,
            ExprKind::Not(inner) => match self.eval(inner)?.truth()? {
                Some(value) => Value::Bool(!value),
                None => Value::Null,
            },
            ExprKind::Is { expr, test, negated } => {
                let value = self.eval(expr)?;
                if let Value::Unknown(reason) = value {
                    return Err(Stop::Unknown(reason));
                }
                let holds = match test {
                    IsTest::Null => value.is_null(),
                    IsTest::True => value.truth()? == Some(true),
                    IsTest::False => value.truth()? == Some(false),
                    IsTest::Unknown => value.truth()?.is_none(),
                    IsTest::Other => return Err(Stop::unknown("this test is not modelled")),
                };
                Value::Bool(holds != *negated)
            }
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.operator(op, left, right)?
            }
            ExprKind::Between { expr, low, high, negated } => {
                let value = self.eval(expr)?;
                let (low, high) = (self.eval(low)?, self.eval(high)?);
                match (value.compare(&low)?, value.compare(&high)?) {
                    (Some(low), Some(high)) => Value::Bool((low.is_ge() && high.is_le()) != *negated),
                    _ => Value::Null,
                }
            }
            ExprKind::InList { expr, list, negated } => {
                let value = self.eval(expr)?;
                let items = list.iter().map(|e| self.eval(e)).collect::<Replayed<Vec<_>>>()?;
                self.contained(&value, &items, *negated)?
            }
            ExprKind::InQuery { expr, query, negated } => {
                let value = self.eval(expr)?;
                let rows = self.query(query)?;
                let items: Vec<Value> = rows.rows.iter().filter_map(|row| row.first().cloned()).collect();
                match (self.contained(&value, &items, *negated)?, rows.uncertain) {
                    (Value::Bool(found), _) if found != *negated => Value::Bool(found),
                    (_, Some(reason)) => return Err(Stop::Unknown(reason)),
                    (value, None) => value,
                }
            }
            ExprKind::Quantified { expr, op, all, array } => self.quantified(expr, op, *all, array)?,
            ExprKind::Exists(query) => {
                let rows = self.query(query)?;
                match rows.uncertain {
                    _ if !rows.rows.is_empty() => Value::Bool(true),
                    Some(reason) => return Err(Stop::Unknown(reason)),
                    None => Value::Bool(false),
                }
            }
            ExprKind::Subquery(query) => self.scalar(query)?,
            ExprKind::Array(elements) => {
                Value::Array(Arc::new(elements.iter().map(|e| self.value(e)).collect::<Replayed<Vec<_>>>()?))
            }
            ExprKind::ArrayQuery(query) => {
                let rows = self.query(query)?;
                match rows.uncertain {
                    Some(reason) => return Err(Stop::Unknown(reason)),
                    None => Value::Array(Arc::new(rows.rows.iter().filter_map(|row| row.first().cloned()).collect())),
                }
            }
            ExprKind::Case { operand, branches, otherwise } => {
                let operand = operand.as_ref().map(|e| self.eval(e)).transpose()?;
                for (when, then) in branches {
                    let when = self.eval(when)?;
                    let holds = match &operand {
                        Some(operand) => operand.compare(&when)? == Some(Ordering::Equal),
                        None => when.truth()? == Some(true),
                    };
                    if holds {
                        return self.eval(then);
                    }
                }
                match otherwise {
                    Some(otherwise) => self.eval(otherwise)?,
                    None => Value::Null,
                }
            }
            ExprKind::Subscript { expr, indexes, slice: false } => match (self.eval(expr)?, &indexes[..]) {
                (Value::Array(items), [index]) => match self.eval(index)? {
                    Value::Int(index) => {
                        let place = usize::try_from(index - 1).unwrap_or(usize::MAX);
                        items.get(place).cloned().unwrap_or(Value::Null)
                    }
                    _ => Value::Null,
                },
                _ => return Err(Stop::unknown("this subscript is not modelled")),
            },
            ExprKind::Field { expr, field } => match self.eval(expr)? {
                Value::Record(fields) => record_field(&fields, &field.text)?,
                _ => return Err(Stop::unknown("this field is not modelled")),
            },
            ExprKind::Call(call) => self.call(call, expr.span)?,
            _ => return Err(Stop::unknown("this expression is not modelled")),
        })
    }

    /// AND and OR: one side may decide though the other is not known.
    fn and_or(&mut self, left: &Expr, right: &Expr, is_or: bool) -> Replayed<Value> {
        let left = self.value(left)?;
        if let Ok(Some(value)) = left.truth()
            && value == is_or
        {
            return Ok(Value::Bool(is_or));
        }
        let right = self.value(right)?;
        if let Ok(Some(value)) = right.truth()
            && value == is_or
        {
            return Ok(Value::Bool(is_or));
        }
        match (left.truth()?, right.truth()?) {
            (Some(_), Some(_)) => Ok(Value::Bool(!is_or)),
            _ => Ok(Value::Null),
        }
    }

    fn scalar(&mut self, query: &Query) -> Replayed<Value> {
        let rows = self.query(query)?;
        if let Some(reason) = rows.uncertain {
            return Err(Stop::Unknown(reason));
        }
        Ok(rows.rows.first().and_then(|row| row.first().cloned()).unwrap_or(Value::Null))
    }

    fn contained(&self, value: &Value, items: &[Value], negated: bool) -> Replayed<Value> {
        let mut null = value.is_null();
        for item in items {
            match self.equal(value, item)? {
                Some(true) => return Ok(Value::Bool(!negated)),
                Some(false) => {}
                None => null = true,
            }
        }
        Ok(if null { Value::Null } else { Value::Bool(negated) })
    }

    /// `=`, where a text next to an oid alias is the object's name.
    fn equal(&self, left: &Value, right: &Value) -> Replayed<Option<bool>> {
        match (left, right) {
            (Value::Oid(alias, oid), Value::Text(text)) | (Value::Text(text), Value::Oid(alias, oid)) => {
                Ok(self.object_named(*alias, text, Span::default(), false)?.map(|found| found == *oid))
            }
            _ => Ok(left.compare(right)?.map(Ordering::is_eq)),
        }
    }

    fn operator(&self, op: &str, left: Value, right: Value) -> Replayed<Value> {
        let truth = |value: Option<bool>| value.map_or(Value::Null, Value::Bool);
        if let (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) = (&left, &right) {
            return Err(Stop::Unknown(reason.clone()));
        }
        Ok(match op {
            "=" => truth(self.equal(&left, &right)?),
            "<>" | "!=" => truth(self.equal(&left, &right)?.map(|equal| !equal)),
            "<" => truth(left.compare(&right)?.map(Ordering::is_lt)),
            "<=" => truth(left.compare(&right)?.map(Ordering::is_le)),
            ">" => truth(left.compare(&right)?.map(Ordering::is_gt)),
            ">=" => truth(left.compare(&right)?.map(Ordering::is_ge)),
            "IS DISTINCT FROM" | "IS NOT DISTINCT FROM" => {
                let same = match (left.is_null(), right.is_null()) {
                    (true, true) => true,
                    (false, false) => self.equal(&left, &right)? == Some(true),
                    _ => false,
                };
                Value::Bool(same == (op == "IS NOT DISTINCT FROM"))
            }
            "~~" | "~~*" | "!~~" | "!~~*" => {
                if let (Value::Printed(definition), Value::Text(pattern)) = (&left, &right)
                    && let Some(found) = printed::is_like(self.cat, definition, pattern, op.ends_with('*'))
                {
                    return Ok(Value::Bool(found != op.starts_with('!')));
                }
                let (Some(mut text), Some(mut pattern)) = (left.shown(self.cat)?, right.shown(self.cat)?) else {
                    return Ok(Value::Null);
                };
                if op.ends_with('*') {
                    (text, pattern) = (letters::lower(&text), letters::lower(&pattern));
                }
                Value::Bool(like(&text, &pattern) != op.starts_with('!'))
            }
            "||" => match (&left, &right) {
                (Value::Null, _) | (_, Value::Null) => Value::Null,
                (Value::Array(a), Value::Array(b)) => {
                    Value::Array(Arc::new(a.iter().chain(b.iter()).cloned().collect()))
                }
                (Value::Array(a), b) => Value::Array(Arc::new(a.iter().chain([b]).cloned().collect())),
                (Value::Record(_) | Value::Acl(_), _) | (_, Value::Record(_) | Value::Acl(_)) => {
                    return Err(Stop::unknown("a record's text is not modelled"));
                }
                _ => {
                    let shown = |value: &Value| Ok::<_, Stop>(text_of(self.cat, value)?.unwrap_or_default());
                    Value::Text((shown(&left)? + &shown(&right)?).into())
                }
            },
            "+" | "-" | "*" | "/" | "%" => match (left, right) {
                (Value::Int(a), Value::Int(b)) => {
                    let result = match op {
                        "+" => a.checked_add(b),
                        "-" => a.checked_sub(b),
                        "*" => a.checked_mul(b),
                        "/" => a.checked_div(b),
                        _ => a.checked_rem(b),
                    };
                    Value::Int(result.ok_or_else(|| Stop::unknown("a number is out of range"))?)
                }
                (Value::Null, _) | (_, Value::Null) => Value::Null,
                _ => return Err(Stop::unknown("this operator is not modelled")),
            },
            _ => return Err(Stop::unknown("this operator is not modelled")),
        })
    }

    fn quantified(&mut self, expr: &Expr, op: &str, all: bool, array: &Expr) -> Replayed<Value> {
        let value = self.eval(expr)?;
        let items = match &array.kind {
            ExprKind::Subquery(query) => {
                let rows = self.query(query)?;
                if let Some(reason) = rows.uncertain {
                    return Err(Stop::Unknown(reason));
                }
                rows.rows.iter().filter_map(|row| row.first().cloned()).collect()
            }
            _ => match self.eval(array)? {
                Value::Array(items) => items.to_vec(),
                Value::Null => return Ok(Value::Null),
                Value::Text(text) => array_literal(&text)?,
                Value::Unknown(reason) => return Err(Stop::Unknown(reason)),
                _ => return Err(Stop::unknown("what ANY is over is no array")),
            },
        };
        let mut null = false;
        for item in items {
            match self.operator(op, value.clone(), item)? {
                Value::Bool(holds) if holds != all => return Ok(Value::Bool(holds)),
                Value::Null => null = true,
                _ => {}
            }
        }
        Ok(if null { Value::Null } else { Value::Bool(all) })
    }

    fn column(&self, parts: &[Name]) -> Replayed<Value> {
        let in_row = |alias: Option<&Name>, name: &Name| {
            self.scopes.iter().rev().find_map(|row| {
                row.iter().filter(|b| alias.is_none_or(|a| a.text == b.alias)).find_map(|bound| {
                    let place = bound.names.iter().position(|n| *n == name.text)?;
                    bound.values.get(place).cloned()
                })
            })
        };
        match parts {
            [name] => {
                if let Some(value) = in_row(None, name) {
                    return Ok(value);
                }
                if let Some(variable) = self.variable(&name.text) {
                    return Ok(variable.value.clone());
                }
                let whole_row = self.scopes.iter().rev().flatten().find(|b| b.alias == name.text);
                if let Some(bound) = whole_row {
                    return Ok(match &bound.values[..] {
                        // A scalar function's row is its value.
                        [only] => only.clone(),
                        _ => Value::Record(Arc::new(
                            bound.names.iter().cloned().zip(bound.values.iter().cloned()).collect(),
                        )),
                    });
                }
                match (&*name.text, self.caught.last()) {
                    ("sqlstate", Some(error)) => Ok(Value::text(error.sqlstate)),
                    ("sqlerrm", Some(error)) => Ok(Value::text(&error.message)),
                    _ => Err(Stop::unknown(format!("\"{name}\" is not modelled"))),
                }
            }
            [qualifier, name] | [_, qualifier, name] => {
                if let Some(value) = in_row(Some(qualifier), name) {
                    return Ok(value);
                }
                match self.variable(&qualifier.text).map(|v| &v.value) {
                    Some(Value::Record(fields)) => record_field(fields, &name.text),
                    Some(Value::Unknown(reason)) => Err(Stop::Unknown(reason.clone())),
                    Some(Value::Null) => Err(Stop::unknown("a record is not assigned yet")),
                    // `function.parameter`, `label.variable`.
                    None if self.variable(&name.text).is_some() => self.column(std::slice::from_ref(name)),
                    _ => Err(Stop::unknown(format!("\"{qualifier}.{name}\" is not modelled"))),
                }
            }
            _ => Err(Stop::unknown("this column is not modelled")),
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().rev().find(|v| *v.name == *name)
    }

    /// The value as a type's input or a cast makes it.
    pub(super) fn cast(&self, value: Value, to: &TypeName, span: Span) -> Replayed<Value> {
        if to.percent_type.is_some() {
            return Ok(value);
        }
        if let Value::Null | Value::Unknown(_) = value {
            return Ok(value);
        }
        if to.array_dimensions > 0 {
            let items = match value {
                Value::Array(items) => items.to_vec(),
                Value::Text(text) => array_literal(&text)?,
                _ => return Err(Stop::unknown("this cast is not modelled")),
            };
            let cast = items.into_iter().map(|item| self.cast_one(item, to, span)).collect::<Replayed<Vec<_>>>()?;
            return Ok(Value::Array(Arc::new(cast)));
        }
        self.cast_one(value, to, span)
    }

    /// The value as a type's input or a cast makes it, whatever array bounds the type has.
    fn cast_one(&self, value: Value, to: &TypeName, span: Span) -> Replayed<Value> {
        if let Value::Null | Value::Unknown(_) = value {
            return Ok(value);
        }
        let name = &*to.name.name.text;
        if let Some(alias) = alias_of(name) {
            return self.cast_to_oid(value, alias, span);
        }
        match name {
            "text" | "varchar" | "bpchar" | "name" | "char" | "sql_identifier" | "character_data" | "uuid"
            | "citext" => Ok(text_of(self.cat, &value)?.map_or(Value::Null, |text| Value::Text(text.into()))),
            "int2" | "int4" | "int8" => match value {
                Value::Int(_) => Ok(value),
                Value::Oid(_, oid) => Ok(Value::Int(i64::from(oid.0))),
                Value::Bool(value) => Ok(Value::Int(i64::from(value))),
                Value::Text(text) => {
                    text.trim().parse().map(Value::Int).map_err(|_| Stop::unknown("a text is no number"))
                }
                _ => Err(Stop::unknown("this cast is not modelled")),
            },
            "bool" => Ok(value.truth()?.map_or(Value::Null, Value::Bool)),
            "record" => Ok(value),
            _ => match value {
                // A row or a text of a type whose form does not matter here.
                Value::Record(_) => Ok(value),
                _ => Err(Stop::unknown(format!("values of type {name} are not modelled"))),
            },
        }
    }

    fn cast_to_oid(&self, value: Value, alias: Alias, span: Span) -> Replayed<Value> {
        Ok(match value {
            Value::Oid(_, oid) => Value::Oid(alias, oid),
            Value::Int(number) => Value::Oid(alias, Oid(u32::try_from(number).unwrap_or(0))),
            Value::Text(text) => match self.object_named(alias, &text, span, true)? {
                Some(oid) => Value::Oid(alias, oid),
                None => Value::Null,
            },
            _ => return Err(Stop::unknown("this cast is not modelled")),
        })
    }

    /// The object that an oid alias's text names; an error, or `None`, when there is none.
    pub(super) fn object_named(&self, alias: Alias, text: &str, span: Span, must_exist: bool) -> Replayed<Option<Oid>> {
        if let Ok(number) = text.trim().parse::<u32>() {
            return Ok(Some(Oid(number)));
        }
        let lexed = lex(text).tokens;
        let mut tokens = lexed;
        if tokens.last().is_none_or(|t| t.kind != TokenKind::Eof) {
            let end = text.len() as u32;
            tokens.push(crate::syntax::Token { kind: TokenKind::Eof, start: end, end });
        }
        let mut cursor = Cursor::new(text, &tokens);
        let invalid = || Stop::unknown("a name is not read");
        let undefined = |sqlstate, message: String, kind: &'static str| -> Replayed<Option<Oid>> {
            if must_exist { Err(SqlError::new(sqlstate, span, message).about(kind, text).into()) } else { Ok(None) }
        };
        let looked_up = |found: Lookup<Oid>| match found {
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            found => Ok(found.found()),
        };
        match alias {
            Alias::Class => {
                let name = cursor.qualified_name().map_err(|_| invalid())?;
                let schema = name.schema.as_ref().map(|s| &s.text);
                match looked_up(self.cat.lookup(Class::Relation, schema, &name.name))? {
                    Some(oid) => Ok(Some(oid)),
                    None => {
                        undefined(state::UNDEFINED_TABLE, format!("relation \"{name}\" does not exist"), "relation")
                    }
                }
            }
            Alias::Type => {
                let name = cursor.type_name().map_err(|_| invalid())?;
                match self.cat.find_type(&name) {
                    Ok(Some(ty)) => Ok(Some(ty.oid)),
                    Ok(None) => {
                        undefined(state::UNDEFINED_OBJECT, format!("type \"{}\" does not exist", name.name), "type")
                    }
                    Err(Stop::Refused(_)) if !must_exist => Ok(None),
                    Err(stop) => Err(stop),
                }
            }
            Alias::Procedure | Alias::Function => {
                let name = cursor.qualified_name().map_err(|_| invalid())?;
                let mut types = None;
                if alias == Alias::Procedure {
                    let list = if cursor.at_kind(TokenKind::LParen) && cursor.peek_at(1).kind == TokenKind::RParen {
                        Vec::new()
                    } else {
                        cursor.paren_list(|c| c.type_name()).map_err(|_| invalid())?
                    };
                    let mut oids = Vec::with_capacity(list.len());
                    for ty in &list {
                        match self.cat.find_type(ty)? {
                            Some(ty) => oids.push(ty.oid),
                            None if must_exist => return Err(self.cat.undefined_type(ty).into()),
                            None => return Ok(None),
                        }
                    }
                    types = Some(oids);
                }
                let candidates = match self.cat.visible_functions(&name) {
                    Ok(candidates) => candidates,
                    Err(Stop::Refused(_)) => Vec::new(),
                    Err(stop) => return Err(stop),
                };
                let found = match &types {
                    Some(types) => candidates.iter().find(|f| f.has_input_types(types)),
                    None => candidates.first(),
                };
                match found {
                    Some(function) => Ok(Some(function.oid)),
                    None => {
                        looked_up(self.cat.absence(Class::Function, name.schema.as_deref(), &name.name))?;
                        undefined(state::UNDEFINED_FUNCTION, format!("function \"{text}\" does not exist"), "function")
                    }
                }
            }
            Alias::Namespace | Alias::Role => {
                let name = cursor.label().map_err(|_| invalid())?;
                let (class, state, noun) = match alias {
                    Alias::Namespace => (Class::Schema, state::UNDEFINED_SCHEMA, "schema"),
                    _ => (Class::Role, state::UNDEFINED_OBJECT, "role"),
                };
                match looked_up(self.cat.lookup_global(class, &name))? {
                    Some(oid) => Ok(Some(oid)),
                    None => undefined(state, format!("{noun} \"{name}\" does not exist"), noun),
                }
            }
            Alias::Plain => Err(Stop::unknown("a text is no number")),
        }
    }

    /// A call of one of the functions that catalog queries and dynamic SQL are made with.
    fn call(&mut self, call: &Call, span: Span) -> Replayed<Value> {
        let name = &*call.function.name.text;
        let builtin = call.function.schema.as_ref().is_none_or(|s| &*s.text == "pg_catalog");
        if !builtin || call.over.is_some() {
            return Err(Stop::unknown(format!("what {}() returns is not known", call.function)));
        }
        if let Some(Some(_)) = self.groups.last()
            && super::query::is_aggregate(self.cat, call)
        {
            return self.aggregate(call);
        }
        if name == "coalesce" {
            for arg in &call.args {
                let value = self.eval(&arg.value)?;
                if !value.is_null() {
                    return Ok(value);
                }
            }
            return Ok(Value::Null);
        }
        let args = call.args.iter().map(|a| self.eval(&a.value)).collect::<Replayed<Vec<_>>>()?;
        if let Some(Value::Unknown(reason)) = args.iter().find(|a| matches!(a, Value::Unknown(_))) {
            return Err(Stop::Unknown(reason.clone()));
        }
        super::functions::call(self, name, &args, span)
    }

    fn aggregate(&mut self, call: &Call) -> Replayed<Value> {
        let Some(Some((rows, uncertain))) = self.groups.pop() else {
            return Err(Stop::unknown("an aggregate without rows"));
        };
        let result = self.aggregate_over(call, &rows);
        self.groups.push(Some((rows, uncertain.clone())));
        match uncertain {
            Some(reason) => Err(Stop::Unknown(reason)),
            None => result,
        }
    }

    fn aggregate_over(&mut self, call: &Call, rows: &[Row]) -> Replayed<Value> {
        // All of the server's but a few are null then.
        let is_null = |name: &str| !["count", "rank", "dist"].iter().any(|end| name.ends_with(end));
        if rows.is_empty()
            && is_null(&call.function.name.text)
            && self.cat.visible_functions(&call.function)?.iter().all(|f| f.oid < Oid::FIRST_USER)
        {
            return Ok(Value::Null);
        }
        let mut values = Vec::new();
        let mut keys = Vec::new();
        let mut separator = String::new();
        for row in rows {
            self.scopes.push(row.clone());
            let value = self.aggregated_row(call);
            let key = call.order_by.iter().map(|order| self.value(&order.expr)).collect::<Replayed<Vec<_>>>();
            self.scopes.pop();
            if let Some((value, by)) = value? {
                values.push(value);
                keys.push(key?);
                separator = by;
            }
        }
        if !call.order_by.is_empty() {
            let order = query::order(&keys, &call.order_by)?;
            values = order.into_iter().filter_map(|place| values.get(place).cloned()).collect();
        }
        if call.distinct {
            values = query::distinct_values(values, call.order_by.is_empty())?;
        }
        let known = |value: &Value| match value {
            Value::Unknown(reason) => Err(Stop::Unknown(reason.clone())),
            _ => Ok(()),
        };
        Ok(match &*call.function.name.text {
            "count" if call.star => Value::Int(values.len() as i64),
            "count" => {
                values.iter().try_for_each(known)?;
                Value::Int(values.iter().filter(|v| !v.is_null()).count() as i64)
            }
            "array_agg" => match values.is_empty() {
                true => Value::Null,
                false => Value::Array(Arc::new(values)),
            },
            "string_agg" => {
                let mut shown = Vec::with_capacity(values.len());
                for value in values {
                    shown.extend(value.shown(self.cat)?);
                }
                if shown.is_empty() { Value::Null } else { Value::Text(shown.join(&separator).into()) }
            }
            "bool_or" | "bool_and" => {
                let is_or = &*call.function.name.text == "bool_or";
                let mut truths = Vec::with_capacity(values.len());
                for value in values {
                    truths.extend(value.truth()?);
                }
                match truths.is_empty() {
                    true => Value::Null,
                    false => Value::Bool(if is_or { truths.contains(&true) } else { !truths.contains(&false) }),
                }
            }
            name @ ("max" | "min") => {
                let mut best = Value::Null;
                for value in values {
                    let better = match value.compare(&best)? {
                        Some(ordering) => {
                            (ordering == Ordering::Greater) == (name == "max") && ordering != Ordering::Equal
                        }
                        None => !value.is_null(),
                    };
                    if better {
                        best = value;
                    }
                }
                best
            }
            _ => return Err(Stop::unknown("this aggregate is not modelled")),
        })
    }

    /// The aggregate's argument for one row, and string_agg's separator; `None` where FILTER drops the row.
    fn aggregated_row(&mut self, call: &Call) -> Replayed<Option<(Value, String)>> {
        if let Some(filter) = &call.filter
            && self.eval(filter)?.truth()? != Some(true)
        {
            return Ok(None);
        }
        let value = match call.args.first() {
            Some(arg) => self.value(&arg.value)?,
            None => Value::Bool(true),
        };
        let separator = match call.args.get(1) {
            Some(arg) => self.eval(&arg.value)?.shown(self.cat)?.unwrap_or_default(),
            None => String::new(),
        };
        Ok(Some((value, separator)))
    }

    /// A function in FROM: `unnest(array)`, `generate_series(from, to)`, `aclexplode(list)`.
    pub(super) fn function_rows(&mut self, call: &Expr, alias: Option<&TableAlias>) -> Replayed<Rows> {
        let ExprKind::Call(call) = &call.kind else {
            return Err(Stop::unknown("this function in FROM is not modelled"));
        };
        let args = call.args.iter().map(|a| self.eval(&a.value)).collect::<Replayed<Vec<_>>>()?;
        if let ("aclexplode", [Value::Acl(_) | Value::Null]) = (&*call.function.name.text, &args[..]) {
            let rows = match &args[0] {
                Value::Acl(acl) => privileges::explode(acl),
                _ => Vec::new(),
            };
            let mut names = privileges::EXPLODED.map(Symbol::from);
            for (name, to) in names.iter_mut().zip(alias.iter().flat_map(|a| &a.columns)) {
                *name = to.text.clone();
            }
            return Ok(Rows { names: names.into(), rows: rows.into_iter().map(Arc::new).collect(), uncertain: None });
        }
        let column = alias.map_or(&call.function.name.text, |a| a.columns.first().map_or(&a.name.text, |c| &c.text));
        let items: Vec<Value> = match (&*call.function.name.text, &args[..]) {
            ("unnest", [Value::Array(items)]) => items.to_vec(),
            ("unnest", [Value::Text(text)]) => array_literal(text)?,
            ("unnest", [Value::Null]) => Vec::new(),
            ("generate_series", [Value::Int(from), Value::Int(to)]) if to.saturating_sub(*from) < 10_000 => {
                (*from..=*to).map(Value::Int).collect()
            }
            _ => return Err(Stop::unknown("this function in FROM is not modelled")),
        };
        Ok(Rows {
            names: vec![column.clone()],
            rows: items.into_iter().map(|item| Arc::new(vec![item])).collect(),
            uncertain: None,
        })
    }
}

fn record_field(fields: &[(Symbol, Value)], name: &str) -> Replayed<Value> {
    match fields.iter().find(|(field, _)| **field == *name) {
        Some((_, value)) => Ok(value.clone()),
        None => Err(Stop::unknown(format!("the record has no field \"{name}\""))),
    }
}

/// A value as text in `||` and casts: booleans in full.
pub(super) fn text_of(cat: &Catalog, value: &Value) -> Replayed<Option<String>> {
    match value {
        Value::Bool(value) => Ok(Some(value.to_string())),
        other => other.shown(cat),
    }
}

/// `{a,"b c"}`: an array's text, of one dimension.
pub(super) fn array_literal(text: &str) -> Replayed<Vec<Value>> {
    let inner = text.trim().strip_prefix('{').and_then(|t| t.strip_suffix('}'));
    let Some(inner) = inner else { return Err(Stop::unknown("a text is no array")) };
    let mut items = Vec::new();
    let mut chars = inner.chars().peekable();
    while chars.peek().is_some() {
        let mut item = String::new();
        let mut quoted = false;
        while chars.peek().is_some_and(|c| c.is_whitespace()) {
            chars.next();
        }
        if chars.peek() == Some(&'"') {
            quoted = true;
            chars.next();
            while let Some(c) = chars.next() {
                match c {
                    '"' => break,
                    '\\' => item.extend(chars.next()),
                    c => item.push(c),
                }
            }
            while chars.peek().is_some_and(|c| *c != ',') {
                chars.next();
            }
        } else {
            while let Some(c) = chars.next_if(|c| *c != ',') {
                item.push(c);
            }
        }
        if item.contains(['{', '}']) && !quoted {
            return Err(Stop::unknown("arrays of arrays are not modelled"));
        }
        let trimmed = if quoted { &item } else { item.trim_end() };
        items.push(if !quoted && trimmed.eq_ignore_ascii_case("null") { Value::Null } else { Value::text(trimmed) });
        chars.next();
    }
    Ok(items)
}

/// LIKE, with `\` for escaping.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut tokens: Vec<(char, bool)> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => tokens.extend(chars.next().map(|c| (c, false))),
            '%' | '_' => tokens.push((c, true)),
            c => tokens.push((c, false)),
        }
    }
    // Places in the text that the pattern so far can end at.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for (c, special) in tokens {
        let mut next = vec![false; text.len() + 1];
        match (c, special) {
            ('%', true) => {
                let mut any = false;
                for (place, was) in reached.iter().enumerate() {
                    any |= was;
                    next[place] = any;
                }
            }
            _ => {
                for (place, wanted) in text.iter().enumerate() {
                    next[place + 1] = reached[place] && (special || *wanted == c);
                }
            }
        }
        reached = next;
    }
    reached.last() == Some(&true)
}
