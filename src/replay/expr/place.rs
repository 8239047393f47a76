//! Where an expression stands, and what may not stand there (parse_expr.c, parse_agg.c, heap.c).

use super::{Analysis, Typed, children};
use crate::catalog::{Function, FunctionKind, TypeKind, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Call, Expr, ExprKind, Name, OrderBy, Volatility};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::replay) enum Place {
    Default,
    Check,
    Policy,
    IndexKey,
    IndexPredicate,
    Generated,
    PartitionKey,
    PartitionBound,
    Statistics,
    /// ALTER COLUMN … TYPE … USING.
    Transform,
    PublicationFilter,
    TriggerWhen,
    Where,
    JoinOn,
    Having,
    Filter,
    GroupBy,
    Limit,
    Offset,
    FromFunction,
    /// The values of VALUES with several rows.
    Values,
    /// The values of VALUES with one row.
    SingleValues,
    Update,
    Returning,
    MergeWhen,
    Window,
    /// The arguments of CALL.
    Call,
}

/// Functions that do not stand everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Special {
    Aggregate,
    Window,
    /// Returns a set.
    Set,
}

impl Place {
    /// As messages name it.
    const fn phrase(self) -> &'static str {
        match self {
            Place::Default => "DEFAULT expressions",
            Place::Check => "check constraints",
            Place::Policy => "policy expressions",
            Place::IndexKey => "index expressions",
            Place::IndexPredicate => "index predicates",
            Place::Generated => "column generation expressions",
            Place::PartitionKey => "partition key expressions",
            Place::PartitionBound => "partition bound",
            Place::Statistics => "statistics expressions",
            Place::Transform => "transform expressions",
            Place::PublicationFilter | Place::Where => "WHERE",
            Place::TriggerWhen => "trigger WHEN conditions",
            Place::JoinOn => "JOIN conditions",
            Place::Having => "HAVING",
            Place::Filter => "FILTER",
            Place::GroupBy => "GROUP BY",
            Place::Limit => "LIMIT",
            Place::Offset => "OFFSET",
            Place::FromFunction => "functions in FROM",
            Place::Values | Place::SingleValues => "VALUES",
            Place::Update => "UPDATE",
            Place::Returning => "RETURNING",
            Place::MergeWhen => "MERGE WHEN conditions",
            Place::Window => "window definitions",
            Place::Call => "CALL arguments",
        }
    }

    const fn allows(self, special: Special) -> bool {
        match special {
            Special::Aggregate => matches!(self, Place::Having | Place::Window),
            Special::Window => false,
            Special::Set => matches!(self, Place::GroupBy | Place::FromFunction | Place::SingleValues | Place::Window),
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
            Place::PartitionBound => "cannot use subquery in partition bound",
            Place::Statistics => "cannot use subquery in statistics expression",
            Place::Transform => "cannot use subquery in transform expression",
            Place::TriggerWhen => "cannot use subquery in trigger WHEN condition",
            Place::Call => "cannot use subquery in CALL argument",
            _ => return None,
        })
    }

    /// The clause that must be boolean.
    const fn condition(self) -> Option<&'static str> {
        match self {
            Place::Check => Some("CHECK"),
            Place::Policy => Some("POLICY"),
            Place::IndexPredicate => Some("WHERE"),
            Place::PublicationFilter => Some("PUBLICATION WHERE"),
            Place::TriggerWhen => Some("WHEN"),
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

    /// What is walked from here on stands there; the place before, to be put back.
    pub(super) fn place_for(&mut self, place: Place) -> Option<(Place, usize)> {
        self.place.replace((place, self.levels.len()))
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

    /// Holds a call to the kind of its function, and to where it stands. `inside`: what has been counted before its arguments.
    pub(super) fn check_function(
        &mut self,
        function: &Function,
        call: &Call,
        inside: Counts,
        span: Span,
    ) -> Replayed<()> {
        check_clauses(function, call, span)?;
        let refuse = |sqlstate, message: String| Err(SqlError::new(sqlstate, span, message).into());
        let special = match function.kind {
            _ if call.over.is_some() => Special::Window,
            FunctionKind::Aggregate => Special::Aggregate,
            _ if function.returns_set => Special::Set,
            _ => return Ok(()),
        };
        if special == Special::Aggregate && self.belongs_outside(call) {
            let within = |other: Span| span.start <= other.start && other.end <= span.end;
            self.levels.iter_mut().for_each(|level| level.used_below.retain(|(_, used)| !within(*used)));
            return Ok(());
        }
        if let Some(place) = self.place_itself().filter(|place| !place.allows(special)) {
            let (sqlstate, what) = match special {
                Special::Window => (state::WINDOWING_ERROR, "window functions"),
                Special::Aggregate => (state::GROUPING_ERROR, "aggregate functions"),
                Special::Set => (state::FEATURE_NOT_SUPPORTED, "set-returning functions"),
            };
            return refuse(sqlstate, format!("{what} are not allowed in {}", place.phrase()));
        }
        match special {
            Special::Aggregate if self.counts.aggregates > inside.aggregates => {
                return refuse(state::GROUPING_ERROR, "aggregate function calls cannot be nested".into());
            }
            Special::Aggregate if self.counts.windows > inside.windows => {
                let message = "aggregate function calls cannot contain window function calls";
                return refuse(state::GROUPING_ERROR, message.into());
            }
            Special::Aggregate if self.counts.sets > inside.sets => {
                let message = "aggregate function calls cannot contain set-returning function calls";
                return refuse(state::FEATURE_NOT_SUPPORTED, message.into());
            }
            Special::Window if self.counts.sets > inside.sets => {
                let message = "window function calls cannot contain set-returning function calls";
                return refuse(state::FEATURE_NOT_SUPPORTED, message.into());
            }
            Special::Window if self.counts.windows > inside.windows => {
                return refuse(state::WINDOWING_ERROR, "window function calls cannot be nested".into());
            }
            Special::Aggregate => self.counts.aggregates += 1,
            Special::Window => self.counts.windows += 1,
            Special::Set => self.counts.sets += 1,
        }
        Ok(())
    }

    /// GROUPING stands where aggregates do, and makes a query one of groups.
    pub(super) fn check_grouping_call(&mut self, span: Span) -> Replayed<()> {
        if let Some(place) = self.place_itself().filter(|place| !place.allows(Special::Aggregate)) {
            let message = format!("grouping operations are not allowed in {}", place.phrase());
            return Err(SqlError::new(state::GROUPING_ERROR, span, message).into());
        }
        self.counts.aggregates += 1;
        Ok(())
    }

    /// An aggregate all of whose columns are an outer query's is that query's.
    fn belongs_outside(&self, call: &Call) -> bool {
        let Some((inner, outer)) = self.levels.split_last() else { return false };
        if outer.is_empty() {
            return false;
        }
        let mut columns = Vec::new();
        call.args.iter().for_each(|arg| named_columns(&arg.value, &mut columns));
        // A name alone may be a whole row, too.
        let is_inner = |parts: &[Name]| {
            inner.may_have(parts) || parts.iter().any(|p| parts.len() == 1 && inner.named(p).is_some())
        };
        !columns.is_empty() && !columns.iter().any(|parts| is_inner(parts))
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

/// Calls that a walk has met in one query level, subqueries left out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub aggregates: usize,
    pub windows: usize,
    pub sets: usize,
}

/// The columns that an expression names, subqueries left out.
fn named_columns<'e>(expr: &'e Expr, found: &mut Vec<&'e [Name]>) {
    if let ExprKind::Column(parts) = &expr.kind {
        found.push(parts);
    }
    children(expr, &mut |child| named_columns(child, found));
}

/// The clauses that only aggregates and window functions take (ParseFuncOrColumn).
fn check_clauses(function: &Function, call: &Call, span: Span) -> Replayed<()> {
    let name = &call.function;
    let refuse = |message: String| Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).into());
    let (aggregate, window) = (function.kind == FunctionKind::Aggregate, function.kind == FunctionKind::Window);
    if call.over.is_some() && !aggregate && !window {
        return refuse(format!("OVER specified, but {name} is not a window function nor an aggregate function"));
    }
    if window && call.over.is_none() {
        return refuse(format!("window function {name} requires an OVER clause"));
    }
    if aggregate {
        if call.over.is_some() && call.within_group {
            let message = format!("OVER is not supported for ordered-set aggregate {name}");
            return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
        }
        if call.args.is_empty() && !call.star && !call.within_group {
            return refuse(format!("{name}(*) must be used to call a parameterless aggregate function"));
        }
        let in_arguments = |o: &OrderBy| call.args.iter().any(|a| a.value.to_string() == o.expr.to_string());
        if call.distinct && !call.within_group && !call.order_by.iter().all(in_arguments) {
            let message = "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list";
            return Err(SqlError::new(state::INVALID_COLUMN_REFERENCE, span, message).into());
        }
        return if call.over.is_some() { check_window_call(call, span) } else { Ok(()) };
    }
    if window {
        if call.filter.is_some() {
            let message = "FILTER is not implemented for non-aggregate window functions";
            return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
        }
        return check_window_call(call, span);
    }
    if call.star {
        return refuse(format!("{name}(*) specified, but {name} is not an aggregate function"));
    }
    if call.distinct {
        return refuse(format!("DISTINCT specified, but {name} is not an aggregate function"));
    }
    if call.within_group {
        return refuse(format!("WITHIN GROUP specified, but {name} is not an aggregate function"));
    }
    if !call.order_by.is_empty() {
        return refuse(format!("ORDER BY specified, but {name} is not an aggregate function"));
    }
    if call.filter.is_some() {
        return refuse(format!("FILTER specified, but {name} is not an aggregate function"));
    }
    Ok(())
}

fn check_window_call(call: &Call, span: Span) -> Replayed<()> {
    let refuse = |message: &str| Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
    if call.distinct {
        return refuse("DISTINCT is not implemented for window functions");
    }
    if !call.order_by.is_empty() && !call.within_group {
        return refuse("aggregate ORDER BY is not implemented for window functions");
    }
    Ok(())
}
