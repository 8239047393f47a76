//! What expressions and queries name: relations, columns, functions and types, found as PostgreSQL finds them.
//!
//! Types are worked out along the way (the parse analysis of parse_expr.c): which operator and which of a function's overloads is meant, what is
//! coerced to what. Errors are reported only where they are certain: what is not known has no type, and passes everywhere.

mod call;
mod coerce;
mod dml;
mod figure;
mod from;
mod grouping;
mod input;
mod literal;
mod names;
mod operator;
mod overload;
mod place;
mod query;
mod recursion;
mod scope;
mod sorting;
mod updatable;
mod window;

pub(super) use coerce::{base_type, is_binary_coercible, is_collatable};
pub(super) use figure::column_name;
pub(super) use place::Place;
pub(super) use scope::is_system_column;
pub(super) use scope::{Columns, OutputColumn, Source};
pub(super) use updatable::writes_to;

use super::error::state;
use super::{Replayed, SqlError, Stop};
use crate::catalog::{
    CastContext, Catalog, Class, Column, DependencyKind, Lookup, Named, ObjectAddress, Oid, Relation, TypeKind,
    TypeRef, oids,
};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, IsTest, Name, Query, StatementKind, Symbol, TypeName};
use coerce::can_coerce;
use operator::Operand;
use scope::Level;
use std::cell::OnceCell;

/// The objects that an expression or query names.
#[derive(Debug, Default)]
pub(super) struct References {
    pub addresses: Vec<ObjectAddress>,
    /// The places in the text that name them.
    names: Vec<(Span, Named)>,
    /// The type of the expression that names them, where it is one.
    pub ty: Typed,
}

impl References {
    /// Records them as what `dependent` depends on.
    pub fn depend(&self, cat: &mut Catalog, dependent: ObjectAddress, kind: DependencyKind) {
        for referenced in &self.addresses {
            // Objects of the server itself cannot be dropped: it keeps no edges to them.
            if referenced.oid >= Oid::FIRST_USER && *referenced != dependent {
                cat.depend(dependent, *referenced, kind);
            }
        }
    }

    /// The columns of a relation, in the order in which they are first named.
    pub fn columns_of(&self, relation: Oid) -> Vec<u16> {
        let of_relation = |a: &&ObjectAddress| a.class == Class::Relation && a.oid == relation && a.column > 0;
        self.addresses.iter().filter(of_relation).map(|a| a.column).collect()
    }
}

/// An expression over the columns of one relation: CHECK, index expressions and predicates, generation expressions, policies.
pub(super) fn in_table(cat: &Catalog, table: &Relation, expr: &Expr, place: Place) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    walk.levels.push(Level::of(vec![Source::of_relation(cat, table, None)]));
    walk.references.ty = walk.expr_at(place, expr)?;
    Ok(walk.references)
}

/// The DEFAULT of a column or domain of this name and type: it may not name columns.
pub(super) fn default_of(cat: &Catalog, name: &str, ty: Option<TypeRef>, expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    walk.column_reference = Some("cannot use column reference in DEFAULT expression");
    let given = walk.expr_at(Place::Default, expr)?;
    if let Some(ty) = ty {
        walk.check_assignable((name, ty), given, "default expression", expr.span)?;
        walk.literal(ty, expr)?;
    }
    Ok(walk.references)
}

/// The expression of a generated column.
pub(super) fn generation_of(cat: &Catalog, table: &Relation, column: &Column, expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    walk.levels.push(Level::of(vec![Source::of_relation(cat, table, None)]));
    let given = walk.expr_at(Place::Generated, expr)?;
    if !column.type_unknown {
        walk.check_assignable((&column.name, column.ty), given, "default expression", expr.span)?;
    }
    Ok(walk.references)
}

/// A value of a partition's bound.
pub(super) fn partition_value(cat: &Catalog, name: &str, ty: TypeRef, expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    walk.column_reference = Some("cannot use column reference in partition bound expression");
    let given = walk.expr_at(Place::PartitionBound, expr)?;
    if !walk.is_assignable(given, ty) {
        let shown = cat.format_type(TypeRef::plain(ty.oid));
        let message = format!("specified value cannot be cast to type {shown} for column \"{name}\"");
        return Err(SqlError::new(state::DATATYPE_MISMATCH, expr.span, message).into());
    }
    walk.literal(ty, expr)?;
    Ok(walk.references)
}

/// USING of ALTER COLUMN … TYPE: what it yields must go by itself to the new type (42804).
pub(super) fn transform_to(cat: &Catalog, table: &Relation, column: &str, to: TypeRef, expr: &Expr) -> Replayed<()> {
    let mut walk = Analysis::new(cat);
    walk.levels.push(Level::of(vec![Source::of_relation(cat, table, None)]));
    let given = walk.expr_at(Place::Transform, expr)?;
    if walk.is_assignable(given, to) {
        return Ok(());
    }
    let shown = cat.format_type(to);
    let message =
        format!("result of USING clause for column \"{column}\" cannot be cast automatically to type {shown}");
    Err(SqlError::new(state::DATATYPE_MISMATCH, expr.span, message)
        .hint("You might need to add an explicit cast.")
        .into())
}

/// The CHECK of a domain: `VALUE` is of the domain's base type.
pub(super) fn domain_check(cat: &Catalog, base: TypeRef, expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    walk.variables.push(("value".into(), Some(base)));
    walk.expr_at(Place::Check, expr)?;
    Ok(walk.references)
}

/// The DEFAULT of a function's argument.
pub(super) fn argument_default(cat: &Catalog, ty: TypeRef, expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    let given = walk.expr_at(Place::Default, expr)?;
    if !walk.is_assignable(given, ty) {
        let (wanted, given) = (cat.format_type(TypeRef::plain(ty.oid)), given.unwrap_or(ty));
        let given = cat.format_type(TypeRef::plain(given.oid));
        let message = format!("argument of DEFAULT must be type {wanted}, not type {given}");
        return Err(SqlError::new(state::DATATYPE_MISMATCH, expr.span, message).into());
    }
    walk.literal(ty, expr)?;
    Ok(walk.references)
}

/// A query's output columns (`None` when they cannot be listed) and all that it names.
pub(super) fn of_query(cat: &Catalog, query: &Query) -> Replayed<(Columns, References)> {
    let mut walk = Analysis::new(cat);
    let columns = walk.query(query, None)?;
    Ok((columns, walk.references))
}

/// The walk over an expression or query with the names that are in scope.
pub(super) struct Analysis<'c> {
    pub cat: &'c Catalog,
    /// The schemas that names without one are looked up in, once they are asked for.
    path: OnceCell<Vec<Oid>>,
    pub references: References,
    /// Query levels, the innermost last.
    pub levels: Vec<Level>,
    /// Common table expressions in scope, the innermost last.
    ctes: Vec<query::CommonTableScope>,
    /// Names that stand for something outside of SQL: function arguments, PL/pgSQL variables, `VALUE`.
    pub variables: Vec<(Symbol, Typed)>,
    /// A name that may be a variable or a column is an error, as in PL/pgSQL.
    pub strict_variables: bool,
    /// The SQL function whose body this is: `function.argument`.
    pub function: Option<Symbol>,
    /// The types of `$1`, `$2` …, where there can be no others.
    pub parameters: Option<Vec<Typed>>,
    /// Where columns may not be named: what PostgreSQL says of one.
    column_reference: Option<&'static str>,
    /// What the expression is for, and how many query levels stand around it.
    place: Option<(Place, usize)>,
    counts: place::Counts,
    /// The windows that the queries define, the innermost's last.
    windows: Vec<Vec<(Symbol, window::WindowFacts)>>,
    /// The expression's value may depend on more than its input: a function that is not immutable is called, for certain.
    mutable: bool,
}

/// An expression's type: `oids::UNKNOWN` for untyped literals, `None` when it is not plain.
pub(super) type Typed = Option<TypeRef>;

const BOOL: Typed = Some(TypeRef::plain(oids::BOOL));
const UNKNOWN: Typed = Some(TypeRef::plain(oids::UNKNOWN));

impl<'c> Analysis<'c> {
    pub fn new(cat: &'c Catalog) -> Self {
        Self {
            cat,
            path: OnceCell::new(),
            references: References::default(),
            levels: Vec::new(),
            ctes: Vec::new(),
            variables: cat.session.variables.iter().map(|name| (name.clone(), None)).collect(),
            strict_variables: false,
            parameters: None,
            function: None,
            column_reference: None,
            place: None,
            counts: place::Counts::default(),
            windows: Vec::new(),
            mutable: false,
        }
    }

    fn path(&self) -> &[Oid] {
        self.path.get_or_init(|| self.cat.active_search_path())
    }

    pub fn refer(&mut self, address: ObjectAddress) {
        if !self.references.addresses.contains(&address) {
            self.references.addresses.push(address);
        }
    }

    pub fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Replayed<()> {
        for expr in exprs {
            self.expr(expr)?;
        }
        Ok(())
    }

    /// Walks the expression and says its type where that is plain.
    pub fn expr(&mut self, expr: &Expr) -> Replayed<Typed> {
        Ok(match &expr.kind {
            ExprKind::Null | ExprKind::String(_) => UNKNOWN,
            ExprKind::Parameter(number) => self.parameter(*number, expr.span)?,
            ExprKind::Bool(_) => BOOL,
            ExprKind::Number(text) => Some(TypeRef::plain(number_type(text))),
            ExprKind::BitString(_) => Some(TypeRef::plain(oids::BIT)),
            ExprKind::Column(parts) => self.column(parts, expr.span)?,
            // `*` outside of a select list stands in `count(*)` and ROW(t.*) only; the relation is what it names.
            ExprKind::Star(parts) if parts.len() == 1 => self.column(parts, expr.span)?,
            ExprKind::Star(_) | ExprKind::Default => None,
            ExprKind::Call(call) => self.call(call, expr.span)?,
            ExprKind::Cast { expr: operand, to } => {
                let ty = self.type_name(to)?;
                self.cast(operand, ty, expr.span)?;
                ty
            }
            ExprKind::Unary { op, expr: operand } => {
                let ty = self.expr(operand)?;
                match (&**op, &operand.kind) {
                    // A signed constant is one constant.
                    ("-" | "+", ExprKind::Number(_)) => ty,
                    _ => self.operator(op, None, (operand, ty), expr.span)?,
                }
            }
            ExprKind::Binary { .. } => self.binary(expr)?,
            ExprKind::And(..) | ExprKind::Or(..) => {
                // A chain of these alone: what they join may be chains of other operators.
                let mut rest = Vec::new();
                let mut first = expr;
                while let ExprKind::And(left, right) | ExprKind::Or(left, right) = &first.kind {
                    rest.push((if matches!(first.kind, ExprKind::And(..)) { "AND" } else { "OR" }, &**right));
                    first = left;
                }
                if let Some((word, _)) = rest.last() {
                    self.condition(first, word)?;
                }
                for (word, right) in rest.into_iter().rev() {
                    self.condition(right, word)?;
                }
                BOOL
            }
            ExprKind::Not(expr) => {
                self.condition(expr, "NOT")?;
                BOOL
            }
            ExprKind::Is { expr, test, negated } => {
                let test = match (test, negated) {
                    (IsTest::True, false) => "IS TRUE",
                    (IsTest::True, true) => "IS NOT TRUE",
                    (IsTest::False, false) => "IS FALSE",
                    (IsTest::False, true) => "IS NOT FALSE",
                    (IsTest::Unknown, false) => "IS UNKNOWN",
                    (IsTest::Unknown, true) => "IS NOT UNKNOWN",
                    (IsTest::Null | IsTest::Other, _) => "",
                };
                match test {
                    "" => self.expr(expr).map(|_| ())?,
                    test => self.condition(expr, test)?,
                }
                BOOL
            }
            ExprKind::Between { expr: tested, low, high, .. } => {
                let ty = self.expr(tested)?;
                for bound in [low, high] {
                    let bound_type = self.expr(bound)?;
                    let op = if std::ptr::eq(bound, low) { ">=" } else { "<=" };
                    self.compare(op, (tested, ty), (bound, bound_type), expr.span)?;
                }
                BOOL
            }
            ExprKind::InList { expr: tested, list, negated } => {
                self.in_list(tested, list, if *negated { "<>" } else { "=" }, expr.span)?;
                BOOL
            }
            ExprKind::InQuery { expr: left, query, .. } => {
                self.check_subquery(expr.span)?;
                let ty = self.expr(left)?;
                let columns = self.query(query, None)?;
                self.compare_with_query("=", (left, ty), &columns, expr)?;
                BOOL
            }
            ExprKind::Quantified { expr: left, op, array, .. } => {
                let ty = self.expr(left)?;
                self.quantified(op, (left, ty), array, expr)?;
                BOOL
            }
            ExprKind::Case { operand, branches, otherwise } => {
                let sets = self.counts.sets;
                let tested = match operand {
                    Some(operand) => {
                        let ty = self.expr(operand)?;
                        Some((
                            &**operand,
                            ty.map(|ty| if ty.oid == oids::UNKNOWN { TypeRef::plain(oids::TEXT) } else { ty }),
                        ))
                    }
                    None => None,
                };
                let mut values: Vec<Operand> = Vec::with_capacity(branches.len() + 1);
                for (when, then) in branches {
                    match tested {
                        Some(tested) => {
                            let ty = self.expr(when)?;
                            self.compare("=", tested, (when, ty), when.span)?;
                        }
                        None => self.condition(when, "CASE/WHEN")?,
                    }
                    values.push((then, self.expr(then)?));
                }
                // ELSE counts first.
                let otherwise = match otherwise {
                    Some(otherwise) => (&**otherwise, self.expr(otherwise)?),
                    None => (expr, UNKNOWN),
                };
                values.insert(0, otherwise);
                self.refuse_sets(sets, "CASE", expr.span)?;
                self.common(&values, "CASE", expr.span)?
            }
            ExprKind::Array(elements) => {
                let values = elements.iter().map(|e| Ok((e, self.expr(e)?))).collect::<Replayed<Vec<Operand>>>()?;
                if values.is_empty() {
                    let message = "cannot determine type of empty array";
                    return Err(SqlError::new(state::INDETERMINATE_DATATYPE, expr.span, message)
                        .hint("Explicitly cast to the desired type, for example ARRAY[]::integer[].")
                        .into());
                }
                self.common(&values, "ARRAY", expr.span)?.and_then(|ty| self.array_of(ty))
            }
            ExprKind::ArrayQuery(query) => {
                self.check_subquery(expr.span)?;
                let columns = self.query(query, None)?;
                self.one_column(&columns, expr.span)?;
                first_type(&columns).and_then(|ty| self.array_of(ty))
            }
            ExprKind::Row(parts) => {
                self.exprs(parts)?;
                // `ROW(t.*)` too: a record, whatever its columns.
                Some(TypeRef::plain(oids::RECORD))
            }
            ExprKind::Other(parts) => {
                self.exprs(parts)?;
                None
            }
            ExprKind::Paren(expr) => self.expr(expr)?,
            ExprKind::Collate { expr: text, collation } => {
                let ty = self.expr(text)?;
                if let Some(ty) = ty {
                    self.cat.check_collation(collation, ty.oid, expr.span)?;
                }
                ty
            }
            ExprKind::Subscript { expr, indexes, slice } => {
                let ty = self.expr(expr)?;
                self.subscript(ty, indexes, *slice)?
            }
            ExprKind::Field { expr, field } => {
                let ty = self.expr(expr)?;
                self.field(expr, ty, field)?
            }
            ExprKind::Subquery(query) => {
                self.check_subquery(expr.span)?;
                let columns = self.query(query, None)?;
                self.one_column(&columns, expr.span)?;
                first_type(&columns)
            }
            ExprKind::Exists(query) => {
                self.check_subquery(expr.span)?;
                self.query(query, None)?;
                BOOL
            }
            ExprKind::AtTimeZone { expr: time, zone } => {
                let ty = self.expr(time)?;
                let zone = self.expr(zone)?;
                self.system_function("timezone", &[zone, ty], expr.span)?
            }
        })
    }

    /// `a[1]`, `a[1:2]` (42804).
    fn subscript(&mut self, ty: Typed, indexes: &[Expr], slice: bool) -> Replayed<Typed> {
        let mut given = Vec::with_capacity(indexes.len());
        for index in indexes {
            given.push((index, self.expr(index)?));
        }
        let Some(ty) = ty else { return Ok(None) };
        let base = base_type(self.cat, ty.oid);
        let Some((first, _)) = given.first() else { return Ok(if slice { Some(ty) } else { None }) };
        let refuse = |sqlstate, span, message: String| Err(SqlError::new(sqlstate, span, message).into());
        if base == oids::JSONB {
            return match slice {
                true => refuse(state::DATATYPE_MISMATCH, first.span, "jsonb subscript does not support slices".into()),
                false => Ok(Some(ty)),
            };
        }
        let element = self.element_of(TypeRef { oid: base, modifier: ty.modifier });
        if element.is_none() {
            let known = [
                oids::INT2,
                oids::INT4,
                oids::INT8,
                oids::TEXT,
                oids::VARCHAR,
                oids::BPCHAR,
                oids::UUID,
                oids::BOOL,
                oids::NUMERIC,
                oids::FLOAT4,
                oids::FLOAT8,
                oids::DATE,
                oids::TIMESTAMP,
                oids::TIMESTAMPTZ,
                oids::JSON,
                oids::BYTEA,
            ];
            if !known.contains(&base) {
                return Ok(None);
            }
            let shown = self.cat.format_type(TypeRef::plain(ty.oid));
            let message = format!("cannot subscript type {shown} because it does not support subscripting");
            return refuse(state::DATATYPE_MISMATCH, first.span, message);
        }
        for (index, own) in given {
            if own.is_some_and(|own| !can_coerce(self.cat, own.oid, oids::INT4, CastContext::Assignment)) {
                let message = "array subscript must have type integer";
                return refuse(state::DATATYPE_MISMATCH, index.span, message.into());
            }
        }
        Ok(if slice { Some(ty) } else { element })
    }

    /// `$1` (42P02).
    fn parameter(&self, number: u32, span: Span) -> Replayed<Typed> {
        let Some(parameters) = &self.parameters else { return Ok(None) };
        let found = (number as usize).checked_sub(1).and_then(|place| parameters.get(place));
        found.copied().ok_or_else(|| {
            SqlError::new(state::UNDEFINED_PARAMETER, span, format!("there is no parameter ${number}")).into()
        })
    }

    /// Binary operators: left-deep chains of thousands are walked along the left arm, without recursion.
    fn binary(&mut self, expr: &Expr) -> Replayed<Typed> {
        let mut chain = Vec::new();
        let mut leftmost = expr;
        while let ExprKind::Binary { op, left, right } = &leftmost.kind {
            chain.push((op, leftmost.span, &**left, &**right));
            leftmost = left;
        }
        let mut ty = self.expr(leftmost)?;
        for (op, span, left, right) in chain.into_iter().rev() {
            let right_type = self.expr(right)?;
            ty = self.compare(op, (left, ty), (right, right_type), span)?;
        }
        Ok(ty)
    }

    /// A binary operator, or one of the words that stand for some.
    fn compare(&mut self, op: &str, left: Operand, right: Operand, span: Span) -> Replayed<Typed> {
        if let (Some(lefts), Some(rights)) = (row(left.0), row(right.0)) {
            if lefts.len() != rights.len() {
                let message = "unequal number of entries in row expressions";
                return Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
            }
            for (l, r) in lefts.iter().zip(rights) {
                let types = (self.quiet_type(l), self.quiet_type(r));
                self.compare(op, (l, types.0), (r, types.1), span)?;
            }
            return Ok(BOOL);
        }
        match op {
            "is distinct from" | "is not distinct from" => {
                // `IS DISTINCT FROM NULL` is a test for null.
                if !is_null(left.0) && !is_null(right.0) {
                    self.operator("=", Some(left), right, span)?;
                }
                Ok(BOOL)
            }
            "similar to" | "not similar to" => Ok(BOOL),
            _ => self.operator(op, Some(left), right, span),
        }
    }

    /// `a IN (b, c)`: all are brought to one type if they have one, or compared one by one (transformAExprIn).
    fn in_list(&mut self, tested: &Expr, list: &[Expr], op: &str, span: Span) -> Replayed<()> {
        let ty = self.expr(tested)?;
        let mut types = Vec::with_capacity(list.len());
        for expr in list {
            types.push(self.expr(expr)?);
        }
        let values = || list.iter().zip(&types).filter(|(e, _)| !matches!(e.kind, ExprKind::Column(_)));
        let all: Option<Vec<Oid>> =
            [ty].iter().chain(values().map(|(_, ty)| ty)).map(|ty| ty.map(|ty| ty.oid)).collect();
        let common = match all {
            Some(all) if values().nth(1).is_some() => coerce::common_type(self.cat, &all).ok(),
            _ => None,
        };
        for (expr, own) in list.iter().zip(types) {
            let own = match common {
                Some(common) if !matches!(expr.kind, ExprKind::Column(_)) && common != oids::RECORD => {
                    if own.is_some_and(|ty| ty.oid == oids::UNKNOWN) {
                        self.literal(TypeRef::plain(common), expr)?;
                    }
                    Some(TypeRef::plain(common))
                }
                _ => own,
            };
            self.compare(op, (tested, ty), (expr, own), span)?;
        }
        Ok(())
    }

    /// `x op ANY (array or query)` (42809).
    fn quantified(&mut self, op: &str, left: Operand, array: &Expr, whole: &Expr) -> Replayed<()> {
        let mut inner = array;
        while let ExprKind::Paren(expr) = &inner.kind {
            inner = expr;
        }
        if let ExprKind::Subquery(query) = &inner.kind {
            self.check_subquery(inner.span)?;
            let columns = self.query(query, None)?;
            return self.compare_with_query(op, left, &columns, whole);
        }
        let Some(ty) = self.expr(array)? else { return Ok(()) };
        let element = match ty.oid {
            oids::UNKNOWN => Some(ty),
            _ => self.element_of(TypeRef::plain(coerce::base_type(self.cat, ty.oid))),
        };
        let Some(element) = element else {
            if !self.is_scalar(ty.oid) || self.cat.type_(ty.oid).is_some_and(|t| t.oid >= Oid::FIRST_USER) {
                return Ok(());
            }
            let message = "op ANY/ALL (array) requires array on right side";
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, whole.span, message).into());
        };
        // Its elements are no literals of their own.
        let placeholder = Expr { span: array.span, kind: ExprKind::Null };
        self.compare(op, left, (&placeholder, Some(TypeRef::plain(element.oid))), whole.span).map(|_| ())
    }

    /// `x op (SELECT …)`: one column for each part of x (42601).
    fn compare_with_query(&mut self, op: &str, left: Operand, columns: &Columns, whole: &Expr) -> Replayed<()> {
        let Some(columns) = columns else { return Ok(()) };
        let lefts: Vec<(&Expr, Typed)> = match row(left.0) {
            Some(parts) => parts.iter().map(|part| (part, self.quiet_type(part))).collect(),
            None => vec![left],
        };
        if columns.len() != lefts.len() {
            let message = match columns.len() > lefts.len() {
                true => "subquery has too many columns",
                false => "subquery has too few columns",
            };
            return Err(SqlError::new(state::SYNTAX_ERROR, whole.span, message).into());
        }
        let placeholder = Expr { span: whole.span, kind: ExprKind::Null };
        for (left, column) in lefts.into_iter().zip(columns) {
            self.compare(op, left, (&placeholder, column.ty), whole.span)?;
        }
        Ok(())
    }

    /// A query as a value yields one column (42601).
    fn one_column(&self, columns: &Columns, span: Span) -> Replayed<()> {
        match columns {
            Some(columns) if columns.len() > 1 => {
                Err(SqlError::new(state::SYNTAX_ERROR, span, "subquery must return only one column").into())
            }
            _ => Ok(()),
        }
    }

    /// The type of an expression that has been walked before.
    fn quiet_type(&mut self, expr: &Expr) -> Typed {
        self.expr(expr).ok().flatten()
    }

    /// An expression that must be boolean, or become so by itself (coerce_to_boolean).
    pub(super) fn condition(&mut self, expr: &Expr, clause: &str) -> Replayed<()> {
        let Some(ty) = self.expr(expr)? else { return Ok(()) };
        if can_coerce(self.cat, ty.oid, oids::BOOL, CastContext::Assignment) || self.is_unsure(ty.oid) {
            return Ok(());
        }
        let shown = self.cat.format_type(TypeRef::plain(ty.oid));
        let message = format!("argument of {clause} must be type boolean, not type {shown}");
        Err(SqlError::new(state::DATATYPE_MISMATCH, expr.span, message).into())
    }

    pub(super) fn optional_condition(&mut self, expr: &Option<Expr>, clause: &str) -> Replayed<()> {
        expr.iter().try_for_each(|expr| self.condition(expr, clause))
    }

    /// Statements that could not be followed may have given the type casts, or made it another.
    fn is_unsure(&self, ty: Oid) -> bool {
        self.cat.type_(ty).is_none_or(|t| self.cat.unknowns.may_be_changed(&t.name).is_some())
    }

    /// The type that these values are brought to (42804).
    fn common(&mut self, values: &[Operand], construct: &str, span: Span) -> Replayed<Typed> {
        let types: Vec<Typed> = values.iter().map(|(_, ty)| *ty).collect();
        let common = self.common_type(&types, construct, span)?;
        if let Some(common) = common {
            for (expr, _) in values.iter().filter(|(_, ty)| *ty == UNKNOWN) {
                self.literal(common, expr)?;
            }
        }
        Ok(common)
    }

    fn common_type(&self, types: &[Typed], construct: &str, span: Span) -> Replayed<Typed> {
        let Some(known) = types.iter().map(|ty| ty.map(|ty| ty.oid)).collect::<Option<Vec<Oid>>>() else {
            return Ok(None);
        };
        match coerce::common_type(self.cat, &known) {
            Ok(common) => {
                let modifier = match types.first() {
                    Some(Some(first)) if types.iter().all(|ty| *ty == Some(*first)) => first.modifier,
                    _ => -1,
                };
                let fits = |oid: &&Oid| {
                    can_coerce(self.cat, **oid, common, CastContext::Implicit)
                        || self.is_unsure(**oid)
                        || self.is_unsure(common)
                };
                if let Some(other) = known.iter().find(|oid| !fits(oid)) {
                    let shown = |oid| self.cat.format_type(TypeRef::plain(oid));
                    let message = format!("{construct} could not convert type {} to {}", shown(*other), shown(common));
                    return Err(SqlError::new(state::CANNOT_COERCE, span, message).into());
                }
                Ok(Some(TypeRef { oid: common, modifier }))
            }
            Err((one, other)) if self.is_unsure(one) || self.is_unsure(other) => Ok(None),
            Err((one, other)) => {
                let shown = |oid| self.cat.format_type(TypeRef::plain(oid));
                let message = format!("{construct} types {} and {} cannot be matched", shown(one), shown(other));
                Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into())
            }
        }
    }

    /// Whether a value of the type goes to another by itself when it is stored; true where that is not known.
    pub(in crate::replay) fn is_assignable(&self, given: Typed, to: TypeRef) -> bool {
        let Some(given) = given else { return true };
        can_coerce(self.cat, given.oid, to.oid, CastContext::Assignment)
            || self.is_unsure(given.oid)
            || self.is_unsure(to.oid)
    }

    /// Holds a value to the column that it is stored in (42804). `what` it is: an expression, a default expression.
    fn check_assignable(&self, (name, to): (&str, TypeRef), given: Typed, what: &str, span: Span) -> Replayed<()> {
        let (Some(ty), false) = (given, self.is_assignable(given, to)) else { return Ok(()) };
        let shown = |ty: TypeRef| self.cat.format_type(TypeRef::plain(ty.oid));
        let (wanted, given) = (shown(to), shown(ty));
        let message = format!("column \"{name}\" is of type {wanted} but {what} is of type {given}");
        Err(SqlError::new(state::DATATYPE_MISMATCH, span, message)
            .hint("You will need to rewrite or cast the expression.")
            .into())
    }

    /// `value::type` (42846).
    fn cast(&mut self, operand: &Expr, to: Typed, span: Span) -> Replayed<()> {
        let mut inner = operand;
        while let ExprKind::Paren(expr) = &inner.kind {
            inner = expr;
        }
        // The elements of ARRAY[…]::type[] are cast one by one.
        if let (ExprKind::Array(elements), Some(element)) = (&inner.kind, to.map(|to| self.element_of(to))) {
            for expr in elements {
                let nested = matches!(expr.kind, ExprKind::Array(_));
                self.cast(expr, if nested { to } else { element }, expr.span)?;
            }
            return Ok(());
        }
        let from = self.expr(operand)?;
        if let Some(to) = to {
            self.literal(to, operand)?;
        }
        self.note_cast(from, to);
        let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
        if can_coerce(self.cat, from.oid, to.oid, CastContext::Explicit)
            || self.is_unsure(from.oid)
            || self.is_unsure(to.oid)
        {
            return Ok(());
        }
        let shown = |ty: TypeRef| self.cat.format_type(TypeRef::plain(ty.oid));
        let message = format!("cannot cast type {} to {}", shown(from), shown(to));
        Err(SqlError::new(state::CANNOT_COERCE, span, message).into())
    }

    /// A type in an expression (42704).
    pub fn type_name(&mut self, ty: &TypeName) -> Replayed<Typed> {
        let Some(found) = quiet(self.cat.resolve_type(ty))? else { return Ok(None) };
        self.refer(ObjectAddress::new(Class::Type, found.oid));
        if ty.percent_type.is_none() {
            let element = self.element_of(found).unwrap_or(found);
            self.note_object(Class::Type, element.oid, ty.name.span());
        }
        Ok(Some(found))
    }

    /// `(value).field`: a field of a composite type (42703, 42809).
    fn field(&self, value: &Expr, ty: Typed, field: &Name) -> Replayed<Typed> {
        let Some(found) = ty.and_then(|ty| self.cat.type_(base_type(self.cat, ty.oid))) else { return Ok(None) };
        // `(row).f` may also call the function f.
        let may_be_function = !matches!(self.cat.lookup(Class::Function, None, field), Lookup::Absent);
        let shown = || self.cat.format_type(TypeRef::plain(ty.map_or(found.oid, |ty| ty.oid)));
        let TypeKind::Composite(relation) = found.kind else {
            if matches!(found.kind, TypeKind::Pseudo | TypeKind::Shell) || may_be_function || &*field.text == "*" {
                return Ok(None);
            }
            let message =
                format!("column notation .{field} applied to type {}, which is not a composite type", shown());
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, field.span, message).into());
        };
        let Some(relation) = self.cat.relation(relation) else { return Ok(None) };
        let Some(columns) = scope::relation_columns(self.cat, relation) else { return Ok(None) };
        if let Some(column) = columns.into_iter().find(|c| c.name == field.text) {
            return Ok(column.ty);
        }
        if may_be_function {
            return Ok(None);
        }
        let mut inner = value;
        while let ExprKind::Paren(expr) = &inner.kind {
            inner = expr;
        }
        let message = match &inner.kind {
            ExprKind::Column(parts) if parts.len() == 1 && self.levels.iter().all(|l| l.position(parts).is_none()) => {
                format!("column {inner}.{field} does not exist")
            }
            _ => format!("column \"{field}\" not found in data type {}", shown()),
        };
        Err(undefined_column(message, &format!("{}.{field}", self.cat.relation_name(relation)), field.span))
    }

    /// Set-returning functions that have been met since `before` do not stand in such a construct (0A000).
    fn refuse_sets(&self, before: usize, construct: &str, span: Span) -> Replayed<()> {
        if self.counts.sets == before {
            return Ok(());
        }
        let message = format!("set-returning functions are not allowed in {construct}");
        Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message)
            .hint("You might be able to move the set-returning function into a LATERAL FROM item.")
            .into())
    }

    /// The array of such elements; of arrays, an array of more dimensions.
    fn array_of(&self, element: TypeRef) -> Typed {
        if self.element_of(element).is_some() {
            return Some(element);
        }
        let array = self.cat.type_(element.oid)?.array;
        array.is_valid().then_some(TypeRef { oid: array, modifier: element.modifier })
    }

    pub fn element_of(&self, array: TypeRef) -> Typed {
        match self.cat.type_(array.oid)?.kind {
            TypeKind::Array(element) => Some(TypeRef { oid: element, modifier: array.modifier }),
            _ => None,
        }
    }
}

/// What a lookup inside of an expression found; `None` where it is not known: the statement goes on as if it were there.
pub(super) fn quiet<T>(result: Replayed<T>) -> Replayed<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Stop::Unknown(_)) => Ok(None),
        Err(refused) => Err(refused),
    }
}

/// The type of a numeric constant (make_const).
fn number_type(text: &str) -> Oid {
    if text.parse::<i32>().is_ok() {
        oids::INT4
    } else if text.parse::<i64>().is_ok() {
        oids::INT8
    } else {
        oids::NUMERIC
    }
}

/// The parts of `(a, b)`.
fn row(expr: &Expr) -> Option<&[Expr]> {
    match &expr.kind {
        ExprKind::Row(parts) if !parts.iter().any(|p| matches!(p.kind, ExprKind::Star(_))) => Some(parts),
        ExprKind::Paren(inner) => row(inner),
        _ => None,
    }
}

fn is_null(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Null => true,
        ExprKind::Paren(inner) => is_null(inner),
        _ => false,
    }
}

fn first_type(columns: &Columns) -> Typed {
    columns.as_ref()?.first()?.ty
}

/// `column "c" does not exist`.
fn undefined_column(message: String, name: &str, span: Span) -> Stop {
    SqlError::new(state::UNDEFINED_COLUMN, span, message).about("column", name).into()
}

/// An expression over rows of one table that go by these names: OLD and NEW.
pub(super) fn over_rows(cat: &Catalog, table: &Relation, names: &[&str], expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    let sources = names.iter().map(|name| Source::named(cat, table, name)).collect();
    walk.levels.push(Level::of(sources));
    walk.expr_at(Place::TriggerWhen, expr)?;
    Ok(walk.references)
}

/// What the qualified column references outside of subqueries are qualified with.
pub(super) fn qualifiers(expr: &Expr, found: &mut Vec<(Symbol, Span)>) {
    match &expr.kind {
        ExprKind::Column(parts) => {
            if let [.., qualifier, _] = &parts[..] {
                found.push((qualifier.text.clone(), expr.span));
            } else if let [name] = &parts[..] {
                // A whole row: `old IS DISTINCT FROM new`.
                found.push((name.text.clone(), expr.span));
            }
        }
        _ => children(expr, &mut |child| qualifiers(child, found)),
    }
}

/// Visits the expressions below one, subqueries left out: those right below, and all that operators in a row join.
pub(super) fn children<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::Call(call) => {
            call.args.iter().for_each(|a| visit(&a.value));
            call.order_by.iter().for_each(|o| visit(&o.expr));
            call.filter.iter().for_each(&mut *visit);
            if let Some(window) = &call.over {
                window.partition_by.iter().for_each(&mut *visit);
                window.order_by.iter().for_each(|o| visit(&o.expr));
            }
        }
        ExprKind::Binary { .. } | ExprKind::And(..) | ExprKind::Or(..) => {
            let (leftmost, links) = expr.chain();
            visit(leftmost);
            links.into_iter().for_each(|(_, right)| visit(right));
        }
        ExprKind::Cast { expr, .. }
        | ExprKind::Unary { expr, .. }
        | ExprKind::Not(expr)
        | ExprKind::Is { expr, .. }
        | ExprKind::InQuery { expr, .. }
        | ExprKind::Paren(expr)
        | ExprKind::Field { expr, .. }
        | ExprKind::Collate { expr, .. } => visit(expr),
        ExprKind::Between { expr, low, high, .. } => {
            visit(expr);
            visit(low);
            visit(high);
        }
        ExprKind::InList { expr, list, .. } => {
            visit(expr);
            list.iter().for_each(visit);
        }
        ExprKind::Quantified { expr, array, .. } => {
            visit(expr);
            visit(array);
        }
        ExprKind::Case { operand, branches, otherwise } => {
            operand.iter().for_each(|e| visit(e));
            for (when, then) in branches {
                visit(when);
                visit(then);
            }
            otherwise.iter().for_each(|e| visit(e));
        }
        ExprKind::Array(list) | ExprKind::Row(list) | ExprKind::Other(list) => list.iter().for_each(visit),
        ExprKind::Subscript { expr, indexes, .. } => {
            visit(expr);
            indexes.iter().for_each(visit);
        }
        ExprKind::AtTimeZone { expr, zone } => {
            visit(expr);
            visit(zone);
        }
        _ => {}
    }
}

/// The WHERE of a rule.
pub(super) fn rule_condition(cat: &Catalog, table: &Relation, rows: &[&str], expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    let sources = rows.iter().map(|name| Source::named(cat, table, name)).collect();
    walk.levels.push(Level::of(sources));
    walk.place = Some((Place::Where, walk.levels.len()));
    walk.condition(expr, "WHERE")?;
    Ok(walk.references)
}

/// A statement that a rule runs, over the rows OLD and NEW of its relation.
pub(super) fn rule_action(
    cat: &Catalog,
    table: &Relation,
    rows: &[&str],
    action: &StatementKind,
) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    let sources = rows.iter().map(|name| Source::named(cat, table, name)).collect();
    walk.levels.push(Level::of(sources));
    match action {
        StatementKind::Insert(s) => walk.insert(s)?,
        StatementKind::Update(s) => walk.update(s)?,
        StatementKind::Delete(s) => walk.delete(s)?,
        StatementKind::Query(s) => walk.query(s, None)?,
        _ => None,
    };
    Ok(walk.references)
}
