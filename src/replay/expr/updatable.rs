//! Which views INSERT, UPDATE and DELETE go through by themselves (view_query_is_auto_updatable).

use super::Analysis;
use crate::catalog::{Catalog, Oid, Relation, RelationKind};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{
    CreateView, Expr, ExprKind, FromItem, QualifiedName, Query, QueryBody, RuleEvent, TriggerEvent, TriggerTiming,
};

/// The relation that writes to a view go to by themselves; invalid where none do.
pub(in crate::replay) fn writes_to(cat: &Catalog, view: &CreateView) -> Oid {
    let walk = Analysis::new(cat);
    let name = if view.recursive { None } else { walk.only_table(&view.query) };
    let relation = name.and_then(|name| cat.find_relation(name).ok().flatten());
    relation.map_or(Oid::INVALID, |r| r.oid)
}

/// What a statement does to a view.
#[derive(Clone, Copy)]
pub(super) enum Write {
    Insert,
    Update,
    Delete,
}

impl Analysis<'_> {
    /// Refuses to write through a view that has no trigger or rule for it (55000).
    pub(super) fn check_updatable(&self, view: &Relation, write: Write, span: Span) -> Replayed<()> {
        let (words, doing, verb) = match write {
            Write::Insert => ("insert into", "inserting into", "INSERT"),
            Write::Update => ("update", "updating", "UPDATE"),
            Write::Delete => ("delete from", "deleting from", "DELETE"),
        };
        let fires = |event: &TriggerEvent| {
            matches!(
                (event, write),
                (TriggerEvent::Insert, Write::Insert)
                    | (TriggerEvent::Update(_), Write::Update)
                    | (TriggerEvent::Delete, Write::Delete)
            )
        };
        let rewrites = |event: &RuleEvent| {
            matches!(
                (event, write),
                (RuleEvent::Insert, Write::Insert)
                    | (RuleEvent::Update, Write::Update)
                    | (RuleEvent::Delete, Write::Delete)
            )
        };
        let handled = view.triggers.iter().any(|t| t.timing == TriggerTiming::InsteadOf && t.events.iter().any(fires))
            || view.rules.iter().any(|r| rewrites(&r.event))
            || self.cat.unknowns.may_be_changed(&view.name).is_some();
        let query = view.query.as_ref().filter(|_| view.kind == RelationKind::View && !handled);
        let Some(reason) = query.and_then(|query| self.not_updatable(query)) else { return Ok(()) };
        let message = format!("cannot {words} view \"{}\"", view.name);
        let hint = format!(
            "To enable {doing} the view, provide an INSTEAD OF {verb} trigger or an unconditional ON {verb} DO INSTEAD rule."
        );
        Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, span, message).detail(reason).hint(hint).into())
    }

    fn only_table<'q>(&self, query: &'q Query) -> Option<&'q QualifiedName> {
        if self.not_updatable(query).is_some() {
            return None;
        }
        match &query.body {
            QueryBody::Select(select) => match &select.from[..] {
                [FromItem::Table { name, .. }] => Some(name),
                _ => None,
            },
            QueryBody::Table(name) => Some(name),
            QueryBody::Query(inner) => self.only_table(inner),
            _ => None,
        }
    }

    /// Why a view's query is not one that writes go through.
    fn not_updatable(&self, query: &Query) -> Option<&'static str> {
        let select = match &query.body {
            QueryBody::Select(select) => select,
            QueryBody::SetOperation { .. } => {
                return Some("Views containing UNION, INTERSECT, or EXCEPT are not automatically updatable.");
            }
            QueryBody::Values(_) => {
                return Some("Views that do not select from a single table or view are not automatically updatable.");
            }
            _ => return None,
        };
        if select.distinct {
            return Some("Views containing DISTINCT are not automatically updatable.");
        }
        if !select.group_by.is_empty() || select.grouping_sets {
            return Some("Views containing GROUP BY are not automatically updatable.");
        }
        if select.having.is_some() {
            return Some("Views containing HAVING are not automatically updatable.");
        }
        if !query.with.is_empty() {
            return Some("Views containing WITH are not automatically updatable.");
        }
        if query.limit.is_some() || query.offset.is_some() {
            return Some("Views containing LIMIT or OFFSET are not automatically updatable.");
        }
        let targets = || select.targets.iter().map(|t| &t.expr);
        if targets().any(|e| self.aggregate_in(e).is_some()) {
            return Some("Views that return aggregate functions are not automatically updatable.");
        }
        if targets().any(has_window) {
            return Some("Views that return window functions are not automatically updatable.");
        }
        if targets().any(|e| self.set_returning_in(e)) {
            return Some("Views that return set-returning functions are not automatically updatable.");
        }
        match &select.from[..] {
            [FromItem::Table { .. }] => None,
            _ => Some("Views that do not select from a single table or view are not automatically updatable."),
        }
    }
}

fn has_window(expr: &Expr) -> bool {
    let mut found = matches!(&expr.kind, ExprKind::Call(call) if call.over.is_some());
    super::children(expr, &mut |child| found |= has_window(child));
    found
}
