//! What expressions and queries name: relations, columns, functions and types, found as PostgreSQL finds them.
//!
//! Errors are reported only where they are certain. Operators, coercions and the choice between overloads are not judged here.

mod call;
mod coerce;
mod dml;
mod figure;
mod literal;
mod place;
mod query;
mod scope;

pub(super) use figure::column_name;
pub(super) use place::Place;
pub(super) use scope::{Columns, OutputColumn, Source};

use super::error::state;
use super::{Replayed, SqlError, Stop};
use crate::catalog::{Catalog, Class, DependencyKind, Lookup, ObjectAddress, Oid, Relation, TypeKind, TypeRef, oids};
use crate::syntax::ast::{Expr, ExprKind, Name, OrderBy, Query, Symbol, TypeName};
use scope::Level;

/// The objects that an expression or query names.
#[derive(Debug, Default)]
pub(super) struct References {
    pub addresses: Vec<ObjectAddress>,
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
    walk.levels.push(Level { sources: vec![Source::of_relation(cat, table, None)], ..Level::default() });
    walk.expr_at(place, expr)?;
    Ok(walk.references)
}

/// The DEFAULT of a column or domain of this type: it may not name columns.
pub(super) fn default_of(cat: &Catalog, ty: Option<TypeRef>, expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    walk.column_reference = Some("cannot use column reference in DEFAULT expression");
    walk.expr_at(Place::Default, expr)?;
    if let Some(ty) = ty {
        walk.literal(ty, expr)?;
    }
    Ok(walk.references)
}

/// An expression in which nothing is in scope but these names: `VALUE` of a domain, the arguments of a function.
pub(super) fn with_names(cat: &Catalog, names: &[Symbol], expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    walk.variables.extend_from_slice(names);
    walk.expr(expr)?;
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
    pub references: References,
    /// Query levels, the innermost last.
    pub levels: Vec<Level>,
    /// Common table expressions in scope, the innermost last.
    ctes: Vec<(Symbol, Columns)>,
    /// Names that stand for something outside of SQL: function arguments, PL/pgSQL variables, `VALUE`.
    pub variables: Vec<Symbol>,
    /// Where columns may not be named: what PostgreSQL says of one.
    column_reference: Option<&'static str>,
    /// What the expression is for, and how many query levels stand around it.
    place: Option<(Place, usize)>,
    /// The expression's value may depend on more than its input: a function that is not immutable is called, for certain.
    mutable: bool,
}

/// An expression's type: `oids::UNKNOWN` for untyped literals, `None` when it is not plain.
pub(super) type Typed = Option<TypeRef>;

const BOOL: Typed = Some(TypeRef::plain(oids::BOOL));
const TEXT: Typed = Some(TypeRef::plain(oids::TEXT));
const UNKNOWN: Typed = Some(TypeRef::plain(oids::UNKNOWN));

impl<'c> Analysis<'c> {
    pub fn new(cat: &'c Catalog) -> Self {
        Self {
            cat,
            references: References::default(),
            levels: Vec::new(),
            ctes: Vec::new(),
            variables: cat.session.variables.clone(),
            column_reference: None,
            place: None,
            mutable: false,
        }
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

    fn order_by(&mut self, list: &[OrderBy]) -> Replayed<()> {
        self.exprs(list.iter().map(|o| &o.expr))
    }

    /// Walks the expression and says its type where that is plain.
    pub fn expr(&mut self, expr: &Expr) -> Replayed<Typed> {
        Ok(match &expr.kind {
            ExprKind::Null | ExprKind::String(_) | ExprKind::Parameter(_) => UNKNOWN,
            ExprKind::Bool(_) => BOOL,
            ExprKind::Number(text) => Some(TypeRef::plain(number_type(text))),
            ExprKind::BitString(_) => Some(TypeRef::plain(oids::BIT)),
            ExprKind::Column(parts) => self.column(parts, expr.span)?,
            // `*` outside of a select list stands in `count(*)` and ROW(t.*) only; the relation is what it names.
            ExprKind::Star(_) | ExprKind::Default => None,
            ExprKind::Call(call) => self.call(call, expr.span)?,
            ExprKind::Cast { expr, to } => {
                let from = self.expr(expr)?;
                let ty = self.type_name(to)?;
                if let Some(ty) = ty {
                    self.literal(ty, expr)?;
                }
                self.note_cast(from, ty);
                ty
            }
            ExprKind::Unary { op, expr } => {
                let ty = self.expr(expr)?;
                if matches!(&**op, "-" | "+") { ty } else { None }
            }
            ExprKind::Binary { .. } => self.binary(expr)?,
            ExprKind::And(..) | ExprKind::Or(..) => {
                // A chain of these alone: what they join may be chains of other operators.
                let mut left = expr;
                while let ExprKind::And(l, r) | ExprKind::Or(l, r) = &left.kind {
                    self.expr(r)?;
                    left = l;
                }
                self.expr(left)?;
                BOOL
            }
            ExprKind::Not(expr) | ExprKind::Is { expr, .. } => {
                self.expr(expr)?;
                BOOL
            }
            ExprKind::Between { expr, low, high, .. } => {
                self.exprs([&**expr, low, high])?;
                BOOL
            }
            ExprKind::InList { expr, list, .. } => {
                self.expr(expr)?;
                self.exprs(list)?;
                BOOL
            }
            ExprKind::InQuery { expr: left, query, .. } => {
                self.check_subquery(expr.span)?;
                self.expr(left)?;
                self.query(query, None)?;
                BOOL
            }
            ExprKind::Quantified { expr, array, .. } => {
                self.exprs([&**expr, array])?;
                BOOL
            }
            ExprKind::Case { operand, branches, otherwise } => {
                self.exprs(operand.as_deref())?;
                let mut types = Vec::with_capacity(branches.len() + 1);
                for (when, then) in branches {
                    self.expr(when)?;
                    types.push(self.expr(then)?);
                }
                if let Some(otherwise) = otherwise {
                    types.push(self.expr(otherwise)?);
                }
                common_type(&types)
            }
            ExprKind::Array(elements) => {
                let types = elements.iter().map(|e| self.expr(e)).collect::<Replayed<Vec<_>>>()?;
                common_type(&types).and_then(|ty| self.array_of(ty))
            }
            ExprKind::ArrayQuery(query) => {
                self.check_subquery(expr.span)?;
                let columns = self.query(query, None)?;
                first_type(&columns).and_then(|ty| self.array_of(ty))
            }
            ExprKind::Row(parts) | ExprKind::Other(parts) => {
                self.exprs(parts)?;
                None
            }
            ExprKind::Paren(expr) | ExprKind::Collate { expr, .. } => self.expr(expr)?,
            ExprKind::Subscript { expr, indexes, slice } => {
                let ty = self.expr(expr)?;
                self.exprs(indexes)?;
                if *slice { ty } else { ty.and_then(|ty| self.element_of(ty)) }
            }
            ExprKind::Field { expr, field } => {
                let ty = self.expr(expr)?;
                self.field(ty, field)?
            }
            ExprKind::Subquery(query) => {
                self.check_subquery(expr.span)?;
                first_type(&self.query(query, None)?)
            }
            ExprKind::Exists(query) => {
                self.check_subquery(expr.span)?;
                self.query(query, None)?;
                BOOL
            }
            ExprKind::AtTimeZone { expr, zone } => {
                let ty = self.expr(expr)?;
                self.expr(zone)?;
                match ty.map(|ty| ty.oid) {
                    Some(oids::TIMESTAMPTZ) => Some(TypeRef::plain(oids::TIMESTAMP)),
                    Some(oids::TIMESTAMP) => Some(TypeRef::plain(oids::TIMESTAMPTZ)),
                    _ => None,
                }
            }
        })
    }

    /// Binary operators: left-deep chains of thousands are walked along the left arm, without recursion.
    fn binary(&mut self, expr: &Expr) -> Replayed<Typed> {
        let mut chain = Vec::new();
        let mut leftmost = expr;
        while let ExprKind::Binary { op, left, right } = &leftmost.kind {
            chain.push((op, &**left, &**right));
            leftmost = left;
        }
        let mut ty = self.expr(leftmost)?;
        for (op, left, right) in chain.into_iter().rev() {
            let right_type = self.expr(right)?;
            ty = self.operator(op, (left, ty), (right, right_type))?;
        }
        Ok(ty)
    }

    fn operator(
        &mut self,
        op: &str,
        (left, left_type): (&Expr, Typed),
        (right, right_type): (&Expr, Typed),
    ) -> Replayed<Typed> {
        let oid = |ty: Typed| ty.map(|t| t.oid);
        let is_text = |ty: Typed| matches!(oid(ty), Some(oids::TEXT | oids::VARCHAR | oids::UNKNOWN));
        if matches!(op, "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=") {
            for (ty, other) in [(left_type, right), (right_type, left)] {
                if let Some(ty) = ty.filter(|ty| self.is_enum(ty.oid)) {
                    self.literal(ty, other)?;
                }
            }
        }
        Ok(match op {
            "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" | "~~" | "!~~" | "~~*" | "!~~*" | "~" | "~*" | "!~" | "!~*"
            | "@>" | "<@" | "&&" | "@@" | "?" | "?|" | "?&" => BOOL,
            "->>" | "#>>" => TEXT,
            "->" | "#>" if matches!(oid(left_type), Some(oids::JSON | oids::JSONB)) => left_type,
            "||" if is_text(left_type) && is_text(right_type) => TEXT,
            "+" | "-" | "*" | "/" | "%"
                if oid(left_type) == oid(right_type)
                    && matches!(
                        oid(left_type),
                        Some(oids::INT2 | oids::INT4 | oids::INT8 | oids::NUMERIC | oids::FLOAT8 | oids::FLOAT4)
                    ) =>
            {
                left_type.map(|ty| TypeRef::plain(ty.oid))
            }
            _ => None,
        })
    }

    /// A type in an expression (42704).
    pub fn type_name(&mut self, ty: &TypeName) -> Replayed<Typed> {
        let Some(found) = quiet(self.cat.resolve_type(ty))? else { return Ok(None) };
        self.refer(ObjectAddress::new(Class::Type, found.oid));
        Ok(Some(found))
    }

    /// `(value).field`: a field of a composite type (42703).
    fn field(&self, ty: Typed, field: &Name) -> Replayed<Typed> {
        let Some(found) = ty.and_then(|ty| self.cat.type_(ty.oid)) else { return Ok(None) };
        let TypeKind::Composite(relation) = found.kind else { return Ok(None) };
        let Some(relation) = self.cat.relation(relation) else { return Ok(None) };
        let Some(columns) = scope::relation_columns(self.cat, relation) else { return Ok(None) };
        if let Some(column) = columns.into_iter().find(|c| c.name == field.text) {
            return Ok(column.ty);
        }
        // `(row).f` may also call the function f.
        if !matches!(self.cat.lookup(Class::Function, None, field), Lookup::Absent) {
            return Ok(None);
        }
        let shown = self.cat.format_type(TypeRef::plain(found.oid));
        let message = format!("column \"{field}\" not found in data type {shown}");
        Err(undefined_column(message, &format!("{}.{field}", self.cat.relation_name(relation)), field.span))
    }

    fn is_enum(&self, ty: Oid) -> bool {
        self.cat.type_(ty).is_some_and(|t| matches!(t.kind, TypeKind::Enum(_)))
    }

    fn array_of(&self, element: TypeRef) -> Typed {
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

/// The type that all have, untyped literals apart.
fn common_type(types: &[Typed]) -> Typed {
    let mut common = UNKNOWN;
    for ty in types {
        let ty = (*ty)?;
        match common {
            _ if ty.oid == oids::UNKNOWN => {}
            Some(c) if c.oid == oids::UNKNOWN || c == ty => common = Some(ty),
            Some(c) if c.oid == ty.oid => common = Some(TypeRef::plain(ty.oid)),
            _ => return None,
        }
    }
    common
}

fn first_type(columns: &Columns) -> Typed {
    columns.as_ref()?.first()?.ty
}

/// `column "c" does not exist`.
fn undefined_column(message: String, name: &str, span: crate::source::Span) -> Stop {
    SqlError::new(state::UNDEFINED_COLUMN, span, message).about("column", name).into()
}

/// An expression over rows of one table that go by these names: OLD and NEW.
pub(super) fn over_rows(cat: &Catalog, table: &Relation, names: &[&str], expr: &Expr) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    let sources = names.iter().map(|name| Source::named(cat, table, name)).collect();
    walk.levels.push(Level { sources, ..Level::default() });
    walk.expr(expr)?;
    Ok(walk.references)
}

/// What the qualified column references outside of subqueries are qualified with.
pub(super) fn qualifiers(expr: &Expr, found: &mut Vec<(Symbol, crate::source::Span)>) {
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
pub(super) fn children(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    match &expr.kind {
        ExprKind::Call(call) => {
            call.args.iter().for_each(|a| visit(&a.value));
            call.order_by.iter().for_each(|o| visit(&o.expr));
            call.filter.iter().for_each(visit);
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
