//! data/large-backfill: one statement changes what may be many rows of a live table.

use super::{target, updates_all};
use crate::catalog::{Catalog, Oid, Relation, oids};
use crate::rules::prelude::*;
use crate::syntax::ast::{Expr, ExprKind, FromItem, Link, QueryBody, StatementKind, Symbol};
use crate::syntax::walk;

pub const RULE: Rule = Rule {
    name: "data/large-backfill",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "many rows of a live table changed in one statement",
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
    let known = cx.common.config.applied_until.is_some() || cx.common.is_partial();
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
    let message = format!("{which} of the live `{shown}` is {verb} in one statement, and stays locked until the transaction ends");
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

/// Whether the condition gives the values of a whole key, or an identifier.
fn is_few(cat: &Catalog, table: &Relation, filter: &Expr) -> bool {
    let mut given: Vec<Symbol> = Vec::new();
    let (first, links) = filter.chain();
    let parts = match links.first() {
        // A single comparison is a chain too.
        Some((Link::And, _)) => std::iter::once(first).chain(links.iter().map(|(_, part)| *part)).collect(),
        _ => vec![filter],
    };
    for part in parts {
        let mut part = part;
        while let ExprKind::Paren(inner) = &part.kind {
            part = inner;
        }
        let (column, is_constant) = match &part.kind {
            ExprKind::Binary { op, left, right } if &**op == "=" => (&**left, is_constant(right)),
            ExprKind::InList { expr, list, negated: false } => (&**expr, list.iter().all(is_constant)),
            _ => continue,
        };
        if let (ExprKind::Column(names), true) = (&column.kind, is_constant) {
            given.extend(names.last().map(|n| n.text.clone()));
        }
    }
    let is_given = |number: &u16| table.column_by_number(*number).is_some_and(|c| given.contains(&c.name));
    let index = |oid: &Oid| cat.relation(*oid).and_then(|r| r.index.clone());
    let by_key = table.indexes.iter().filter_map(index).any(|i| i.unique && i.keys.iter().all(|k| is_given(&k.column)));
    let is_identifier = |c: &crate::catalog::Column| c.type_unknown || c.ty.oid == oids::UUID;
    by_key || given.iter().any(|name| table.column(name).is_none_or(|c| is_identifier(c)))
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
