//! data/large-backfill: one statement changes what may be many rows of a live table.

use super::{target, updates_all};
use crate::catalog::{Catalog, Relation, TypeKind, oids};
use crate::rules::prelude::*;
use crate::syntax::ast::{Expr, ExprKind, FromItem, QueryBody, StatementKind};
use crate::syntax::walk;

pub const RULE: Rule = Rule {
    name: "data/large-backfill",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("many rows of a live table changed in one statement"),
    doc: page!("data/large-backfill"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let (name, filter, from, verb) = match &cx.statement.kind {
        // Another rule tells of what may be a mistake.
        StatementKind::Update(s) if updates_all(cx, s).is_none() => (&s.table, &s.filter, &s.from, "updated"),
        StatementKind::Delete(s) if s.filter.is_some() => (&s.table, &s.filter, &s.using, "deleted"),
        _ => return,
    };
    let known = cx.common.config.knows_applied() || cx.common.is_partial();
    let Some(table) = target(cx, name).filter(|t| known && t.kind.is_table() && cx.is_live(t)) else { return };
    let managed = cx.before.relation(table.oid).is_none_or(|t| splinter::is_skipped(cx.before, t.schema));
    if managed || from.iter().any(is_written_out) {
        return;
    }
    if let Some(filter) = filter
        && (is_batch(filter) || is_few(cx.before, table, filter))
    {
        return;
    }
    let shown = cx.before.relation_name(table);
    let which = if filter.is_none() { "every row" } else { "what may be many rows" };
    let message = format!(
        "{which} of the live `{shown}` is {verb} in one statement, and stays locked until the transaction ends"
    );
    let help = "go through the rows in batches, each in a transaction of its own, outside of the migration";
    cx.report(name.span(), message).help(help).object(shown);
}

/// A list of VALUES: as many rows as the file has.
fn is_written_out(item: &FromItem) -> bool {
    match item {
        FromItem::Subquery { query, .. } => matches!(query.body, QueryBody::Values(_)),
        _ => false,
    }
}

/// Whether the condition has a LIMIT, or goes by the places of rows.
fn is_batch(filter: &Expr) -> bool {
    let mut found = false;
    walk::expr(filter, &mut |e| match &e.kind {
        ExprKind::InQuery { query, .. } | ExprKind::Subquery(query) | ExprKind::ArrayQuery(query) => {
            found |= query.limit.is_some();
        }
        ExprKind::Column(parts) => found |= parts.last().is_some_and(|n| &**n == "ctid"),
        _ => {}
    });
    found
}

/// Columns in which many rows have the same value.
const COMMON: [&str; 7] = ["status", "state", "type", "kind", "role", "category", "stage"];

/// Whether the condition gives the value of a column in which few rows have the same, as far as names and types tell.
fn is_few(cat: &Catalog, table: &Relation, filter: &Expr) -> bool {
    let mut rest = Some(filter);
    while let Some(part) = rest {
        let (left, part) = match &part.kind {
            ExprKind::And(left, right) => (Some(&**left), &**right),
            ExprKind::Paren(inner) => {
                rest = Some(inner);
                continue;
            }
            _ => (None, part),
        };
        rest = left;
        let mut part = part;
        while let ExprKind::Paren(inner) = &part.kind {
            part = inner;
        }
        let (given, is_constant) = match &part.kind {
            ExprKind::Binary { op, left, right } if matches!(&**op, "=" | "~~" | "~~*") => {
                (&**left, is_constant(right))
            }
            ExprKind::InList { expr, list, negated: false } => (&**expr, list.iter().all(is_constant)),
            _ => continue,
        };
        let mut common = !is_constant;
        walk::expr(given, &mut |e| {
            if let ExprKind::Column(names) = &e.kind {
                common |= names.last().is_none_or(|name| is_common(cat, table, name));
            }
        });
        if !common {
            return true;
        }
    }
    false
}

fn is_common(cat: &Catalog, table: &Relation, name: &str) -> bool {
    let is_small = |c: &crate::catalog::Column| {
        c.ty.oid == oids::BOOL || matches!(cat.type_(c.ty.oid).map(|t| &t.kind), Some(TypeKind::Enum(_)))
    };
    COMMON.contains(&name) || table.column(name).is_some_and(|c| is_small(c))
}

fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) => true,
        ExprKind::Cast { expr, .. } | ExprKind::Paren(expr) => is_constant(expr),
        // One row's value.
        ExprKind::Subquery(_) => true,
        _ => false,
    }
}
