//! Where an expression stands, and what may not stand there (parse_expr.c, parse_agg.c, heap.c).

use super::{Analysis, Typed};
use crate::catalog::{Function, FunctionKind, TypeKind, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Expr, Volatility};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::replay) enum Place {
    Default,
    Check,
    Policy,
    IndexKey,
    IndexPredicate,
    Generated,
    PartitionKey,
    /// ALTER COLUMN … TYPE … USING.
    Transform,
    PublicationFilter,
}

impl Place {
    /// As messages about aggregates name it.
    const fn plural(self) -> &'static str {
        match self {
            Place::Default => "DEFAULT expressions",
            Place::Check => "check constraints",
            Place::Policy => "policy expressions",
            Place::IndexKey => "index expressions",
            Place::IndexPredicate => "index predicates",
            Place::Generated => "column generation expressions",
            Place::PartitionKey => "partition key expressions",
            Place::Transform => "transform expressions",
            Place::PublicationFilter => "WHERE",
        }
    }

    /// As the message about a subquery names it; policies and publications' filters say nothing of the kind.
    const fn without_subquery(self) -> Option<&'static str> {
        Some(match self {
            Place::Default => "cannot use subquery in DEFAULT expression",
            Place::Check => "cannot use subquery in check constraint",
            Place::IndexKey => "cannot use subquery in index expression",
            Place::IndexPredicate => "cannot use subquery in index predicate",
            Place::Generated => "cannot use subquery in column generation expression",
            Place::PartitionKey => "cannot use subquery in partition key expression",
            Place::Transform => "cannot use subquery in transform expression",
            Place::Policy | Place::PublicationFilter => return None,
        })
    }

    /// The clause that must be boolean.
    const fn condition(self) -> Option<&'static str> {
        match self {
            Place::Check => Some("CHECK"),
            Place::Policy => Some("POLICY"),
            Place::IndexPredicate => Some("WHERE"),
            Place::PublicationFilter => Some("PUBLICATION WHERE"),
            _ => None,
        }
    }

    const fn must_be_immutable(self) -> Option<&'static str> {
        match self {
            Place::IndexKey => Some("functions in index expression must be marked IMMUTABLE"),
            Place::IndexPredicate => Some("functions in index predicate must be marked IMMUTABLE"),
            Place::Generated => Some("generation expression is not immutable"),
            Place::PartitionKey => Some("functions in partition key expression must be marked IMMUTABLE"),
            _ => None,
        }
    }
}

impl Analysis<'_> {
    /// Walks an expression that stands there, and holds it to the place's rules.
    pub(super) fn expr_at(&mut self, place: Place, expr: &Expr) -> Replayed<Typed> {
        self.place = Some((place, self.levels.len()));
        let ty = self.expr(expr)?;
        self.place = None;
        if let (Some(clause), Some(ty)) = (place.condition(), ty)
            && self.is_certainly_not_boolean(ty)
        {
            let shown = self.cat.format_type(TypeRef::plain(ty.oid));
            let message = format!("argument of {clause} must be type boolean, not type {shown}");
            return Err(SqlError::new(state::DATATYPE_MISMATCH, expr.span, message).into());
        }
        if let (Some(message), true) = (place.must_be_immutable(), self.mutable) {
            return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, expr.span, message).into());
        }
        Ok(ty)
    }

    /// The place, while no subquery has been entered.
    fn place_itself(&self) -> Option<Place> {
        self.place.filter(|(_, level)| *level == self.levels.len()).map(|(place, _)| place)
    }

    pub(super) fn check_subquery(&self, span: Span) -> Replayed<()> {
        match self.place.and_then(|(place, _)| place.without_subquery()) {
            Some(message) => Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into()),
            None => Ok(()),
        }
    }

    /// Aggregates and window functions stand in queries only.
    pub(super) fn check_function(&self, function: &Function, windowed: bool, span: Span) -> Replayed<()> {
        let Some(place) = self.place_itself() else { return Ok(()) };
        let (sqlstate, what) = match function.kind {
            _ if windowed => ("42P20", "window functions"),
            FunctionKind::Aggregate => ("42803", "aggregate functions"),
            _ => return Ok(()),
        };
        Err(SqlError::new(sqlstate, span, format!("{what} are not allowed in {}", place.plural())).into())
    }

    /// Notes a call of one of these functions. One in SQL may be inlined: how it is marked does not decide.
    pub(super) fn note_volatility<'f>(&mut self, functions: impl IntoIterator<Item = &'f Function>) {
        let mutable = |f: &Function| f.volatility != Volatility::Immutable && &*f.language != "sql";
        let mut functions = functions.into_iter().peekable();
        self.mutable |= functions.peek().is_some() && functions.all(mutable);
    }

    /// Notes a cast that reads the session's time zone or date style (pg_cast, and the input and output functions of the types).
    pub(super) fn note_cast(&mut self, from: Typed, to: Typed) {
        let (Some(from), Some(to)) = (from, to) else { return };
        let text = |ty: TypeRef| matches!(ty.oid, oids::TEXT | oids::VARCHAR | oids::BPCHAR);
        let dated = |ty: TypeRef| matches!(ty.oid, oids::DATE | oids::TIMESTAMP | oids::TIMESTAMPTZ);
        let zoned = |ty: TypeRef| ty.oid == oids::TIMESTAMPTZ;
        let timed = |ty: TypeRef| dated(ty) || matches!(ty.oid, oids::TIME | oids::TIMETZ);
        self.mutable |= (text(from) && dated(to))
            || (dated(from) && text(to))
            || (from.oid != to.oid && ((zoned(from) && timed(to)) || (timed(from) && zoned(to))));
    }

    /// No cast to boolean applies by itself.
    fn is_certainly_not_boolean(&self, ty: TypeRef) -> bool {
        !matches!(ty.oid, oids::BOOL | oids::UNKNOWN)
            && self.cat.type_(ty.oid).is_some_and(|t| match t.kind {
                TypeKind::Base => ty.oid < crate::catalog::Oid::FIRST_USER,
                TypeKind::Array(_) | TypeKind::Enum(_) | TypeKind::Range { .. } => true,
                _ => false,
            })
    }
}
