//! Rows that migrations write.

pub mod delete_without_where;
pub mod duplicate_assignment;
pub mod insert_without_columns;
pub mod large_backfill;
pub mod seed_in_migration;
pub mod truncate;
pub mod update_without_where;

use super::StatementContext;
use crate::catalog::{Catalog, Oid, Origin, Relation};
use crate::replay::Verdict;
use crate::syntax::ast::{QualifiedName, Update};
use std::sync::Arc;

/// The table that a statement writes to, where it may have rows that the migration did not put there.
///
/// Not so a table that the same file creates; nor, where it is known what the live database has, one that it does not have. What it has run already
/// is done.
fn target<'a>(cx: &StatementContext<'a>, name: &QualifiedName) -> Option<&'a Arc<Relation>> {
    if !matches!(cx.step.verdict, Verdict::Applied | Verdict::Unknown(_)) {
        return None;
    }
    let table = cx.before.find_relation(name).ok()??;
    (!table.is_temporary() && !is_new(cx, table.origin)).then_some(table)
}

/// Whether clients have not seen it yet.
fn is_new(cx: &StatementContext, origin: Origin) -> bool {
    let known = cx.common.config.knows_applied();
    let new = |file| file == cx.file.id || (known && !cx.common.is_applied(file));
    cx.common.is_applied(cx.file.id) || origin.created.is_some_and(|at| new(at.file))
}

/// The table that loses its old values in every row, where that may be a mistake: a new column is filled so on purpose.
fn updates_all<'a>(cx: &StatementContext<'a>, update: &Update) -> Option<&'a Arc<Relation>> {
    let table = target(cx, &update.table).filter(|_| update.filter.is_none())?;
    let fills = |name: &str| table.column(name).is_some_and(|c| is_new(cx, c.origin));
    let assigned = || update.assignments.iter().flat_map(|a| &a.columns);
    assigned().any(|c| !fills(&c.name)).then_some(table)
}

/// The tables that refer to these, those that refer to them, and so on.
fn referring(cat: &Catalog, tables: &[Oid]) -> Vec<Oid> {
    let mut found = tables.to_vec();
    let mut at = 0;
    while let Some(target) = found.get(at).copied() {
        at += 1;
        for table in cat.relations().filter(|r| r.kind.is_table()) {
            let refers = table.constraints.iter().any(|c| match &c.kind {
                crate::catalog::ConstraintKind::ForeignKey(key) => key.references == target,
                _ => false,
            });
            if refers && !found.contains(&table.oid) {
                found.push(table.oid);
            }
        }
    }
    found.split_off(tables.len())
}
