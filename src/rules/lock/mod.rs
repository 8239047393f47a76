//! Locks on live tables.
//!
//! What each statement locks stands in `locks/`; these rules say which of it clients notice.

pub mod add_check;
pub mod add_column_rewrite;
pub mod add_domain_constraint;
pub mod add_exclusion;
pub mod add_foreign_key;
pub mod add_primary_key;
pub mod add_required_column;
pub mod add_unique;
pub mod attach_partition;
pub mod change_type;
pub mod cluster;
pub mod create_trigger;
pub mod detach_partition;
mod recipe;
pub mod refresh_matview;
pub mod rename;
pub mod set_not_null;
pub mod set_tablespace_or_logged;
pub mod timeout;
pub mod toggle_trigger;
pub mod vacuum_full;
pub mod while_exclusive;
pub mod wide_window;

use super::context::{Common, sql_name};
use super::{Diagnostic, MigrationContext, StatementContext};
use crate::catalog::{Catalog, ConstraintKind, Oid, Relation, RelationKind, sql_identifier};
use crate::config::Runner;
use crate::locks::{self, Lock};
use crate::replay::Step;
use crate::source::{FileId, Span};
use crate::syntax::ast::{
    AlterTableAction, AlterTableActionKind, ConstraintAttributes, Name, QualifiedName, StatementKind, TableConstraint,
    TableConstraintKind,
};
use std::sync::Arc;

/// Whether the migration is known to meet clients: only `applied_until` says what is in use, and what is applied locks nothing any more.
fn meets_clients(cx: &MigrationContext) -> bool {
    cx.common.config.knows_applied() && !cx.common.is_applied(cx.file.id)
}

/// Whether clients use the relation when the file is applied. Of the base's own relations that is known where it is known what is applied.
fn is_live_here(common: &Common, catalog: &Catalog, oid: Oid, file: FileId) -> bool {
    let known = common.config.knows_applied() || common.is_partial();
    catalog
        .relation(oid)
        .is_some_and(|r| (known || r.origin.created.is_some()) && oid >= Oid::FIRST_USER && common.is_live(r, file))
}

/// The live relation of an oid, of a statement that applied.
fn live_oid<'a>(cx: &StatementContext<'a>, oid: Oid) -> Option<&'a Arc<Relation>> {
    let live = cx.applied() && is_live_here(&cx.common, cx.before, oid, cx.file.id);
    cx.before.relation(oid).filter(|_| live)
}

fn live<'a>(cx: &StatementContext<'a>, name: &QualifiedName) -> Option<&'a Arc<Relation>> {
    live_oid(cx, cx.before.find_relation(name).ok()??.oid)
}

/// The actions of ALTER TABLE on a live table.
fn actions<'a>(cx: &StatementContext<'a>) -> Vec<(&'a Arc<Relation>, &'a AlterTableAction)> {
    let StatementKind::AlterTable(alter) = &cx.statement.kind else { return Vec::new() };
    match live(cx, &alter.name) {
        Some(table) => alter.actions.iter().map(|action| (table, action)).collect(),
        None => Vec::new(),
    }
}

/// The constraints that ALTER TABLE adds to a live table.
fn constraints<'a>(cx: &StatementContext<'a>) -> Vec<(&'a Arc<Relation>, &'a TableConstraint)> {
    let mut found = Vec::new();
    for (table, action) in actions(cx) {
        if let AlterTableActionKind::AddConstraint(constraint) = &action.kind {
            found.push((table, &**constraint));
        }
    }
    found
}

/// What the statement does to a table and all that inherits from it, under the lock that it takes on the table.
fn lock_on(cx: &StatementContext, table: &Relation) -> Option<Lock> {
    let found = locks::of(cx.step);
    let mut lock = *found.iter().find(|lock| lock.relation == table.oid)?;
    for other in found.iter().filter(|other| is_below(cx.before, other.relation, table.oid)) {
        lock.rewrite |= other.rewrite;
        lock.scan |= other.scan;
        lock.build |= other.build;
    }
    Some(lock)
}

fn is_below(catalog: &Catalog, relation: Oid, above: Oid) -> bool {
    let parents = catalog.relation(relation).map_or(&[][..], |r| &r.inherits);
    parents.iter().any(|parent| *parent == above || is_below(catalog, *parent, above))
}

/// As `lock_on`, where the table's definition is known.
fn certain_lock(cx: &StatementContext, table: &Relation) -> Option<Lock> {
    lock_on(cx, table).filter(|_| super::context::is_certain(cx.before, table))
}

/// Reports what takes the lock and what for: adding column `c` rewrites the live `public.t` under an ACCESS EXCLUSIVE lock, which blocks ….
fn report<'c>(
    cx: &'c mut StatementContext,
    span: Span,
    table: &Relation,
    what: &str,
    help: &str,
) -> &'c mut Diagnostic {
    let name = cx.before.relation_name(table);
    let lock = lock_on(cx, table);
    let does = match lock {
        Some(lock) if lock.rewrite => Some("rewrites"),
        Some(lock) if lock.build => Some("builds an index on"),
        Some(lock) if lock.scan => Some("reads all of"),
        _ => None,
    };
    let mode = lock.map_or("", |l| l.mode.words());
    let article = if mode.starts_with(['A', 'E']) { "an" } else { "a" };
    let blocks = lock.and_then(|l| l.mode.blocks()).unwrap_or("other changes");
    let message = match does {
        Some(does) => format!("{what} {does} the live `{name}` under {article} {mode} lock, which blocks {blocks}"),
        None => format!("{what} takes {article} {mode} lock on the live `{name}`, which blocks {blocks}"),
    };
    cx.report(span, message).help(help).object(name)
}

/// The name that a constraint of the statement's gets, and its definition with that name in it; `None` where several are PostgreSQL's to name.
fn named_definition(cx: &StatementContext, table: &Relation, constraint: &TableConstraint) -> Option<(String, String)> {
    let definition = cx.file.source.slice(constraint.span);
    if let Some(name) = &constraint.name {
        return Some((sql_identifier(name), definition.to_string()));
    }
    let after = cx.after.relation(table.oid)?;
    let is_new = |oid: Oid| table.constraints.iter().all(|old| old.oid != oid);
    let mut new =
        after.constraints.iter().filter(|c| is_new(c.oid) && !matches!(c.kind, ConstraintKind::NotNull { .. }));
    let (only, None) = (new.next()?, new.next()) else { return None };
    let name = sql_identifier(&only.name);
    let definition = format!("constraint {name} {definition}");
    Some((name, definition))
}

/// Reports a constraint that builds its index, with the recipe that builds the index first, and the same as a fix where one migration can do it.
fn report_index(cx: &mut StatementContext, table: &Relation, constraint: &TableConstraint, what: &str, help: &str) {
    let fix = build_index_first(cx, table, constraint);
    let (columns, keyword) = match &constraint.kind {
        TableConstraintKind::PrimaryKey { columns, without_overlaps: false, .. } => (columns, "primary key"),
        TableConstraintKind::Unique { columns, without_overlaps: false, nulls_not_distinct: false, .. } => {
            (columns, "unique")
        }
        _ => {
            report(cx, constraint.span, table, what, help);
            return;
        }
    };
    let name = named_definition(cx, table, constraint).map(|(name, _)| name);
    // What more the constraint says, or an index over partitions, the recipe has no words for.
    let plain = table.kind != RelationKind::PartitionedTable && cx.file.source.slice(constraint.span).ends_with(')');
    let whole = sql_name(cx.before, table);
    let list: Vec<String> = columns.iter().map(|column| sql_identifier(column)).collect();
    let diagnostic = report(cx, constraint.span, table, what, help);
    if let Some(edit) = fix {
        diagnostic.fix("Build its index concurrently first", edit);
    }
    let Some(name) = name.filter(|_| plain) else { return };
    for column in columns.iter().filter(|c| keyword == "primary key" && table.column(c).is_some_and(|c| !c.not_null)) {
        let check = sql_identifier(&format!("{}_{column}_not_null", table.name));
        let values = [&*whole, &sql_identifier(column), &check, "null /* the value */"];
        diagnostic.recipe(recipe::SET_NOT_NULL, &values);
    }
    diagnostic.recipe(recipe::USING_INDEX, &[&whole, &list.join(", "), &name, keyword]);
}

/// `schema.name` of a function of the table's, and the name alone.
fn helper_name(cx: &StatementContext, table: &Relation, column: &str) -> (String, String) {
    let name = sql_identifier(&format!("{}_{column}_sync", table.name));
    let schema = cx.before.schema(table.schema).map_or(String::new(), |s| sql_identifier(&s.name) + ".");
    (schema + &name, name)
}

/// In place of the statement that adds a key: its index, built concurrently, and the key from that. Where the statement is a transaction of its own
/// that does nothing else, PostgreSQL would not have to read the columns for NOT NULL, and the key has no clauses.
fn build_index_first(cx: &StatementContext, table: &Relation, constraint: &TableConstraint) -> Option<(Span, String)> {
    let (columns, words, parameters) = match &constraint.kind {
        TableConstraintKind::Unique { columns, nulls_not_distinct: false, without_overlaps: false, parameters } => {
            (columns, "unique", parameters)
        }
        TableConstraintKind::PrimaryKey { columns, without_overlaps: false, parameters } => {
            let nullable = |c: &Name| table.column(c).is_none_or(|c| !c.not_null);
            if columns.iter().any(nullable) {
                return None;
            }
            (columns, "primary key", parameters)
        }
        _ => return None,
    };
    let StatementKind::AlterTable(alter) = &cx.statement.kind else { return None };
    if cx.common.config.runner != Runner::Psql
        || cx.step.block.is_some()
        || alter.actions.len() != 1
        || table.kind != RelationKind::Table
        || constraint.attributes != ConstraintAttributes::default()
        || !(parameters.include.is_empty() && parameters.with.is_empty() && parameters.tablespace.is_none())
    {
        return None;
    }
    let made = cx.after.relation(table.oid)?.constraints.iter().find(|c| c.span == constraint.span)?;
    let name = sql_identifier(&made.name);
    let on = sql_name(cx.before, table);
    let columns: Vec<String> = columns.iter().map(|c| sql_identifier(c)).collect();
    let text = format!(
        "create unique index concurrently {name} on {on} ({});\nalter table {on} add constraint {name} {words} using index {name}",
        columns.join(", ")
    );
    Some((cx.statement.span, text))
}

/// `schema.name` of a relation that is locked.
fn lock_name(catalog: &Catalog, oid: Oid) -> String {
    catalog.relation(oid).map_or_else(String::new, |r| catalog.relation_name(r))
}

/// Whether locks of the one step are held when the other runs.
pub(super) fn same_transaction(earlier: &Step, later: &Step, runner: Runner) -> bool {
    earlier.block == later.block && (runner == Runner::Supabase || later.block.is_some())
}

/// Whether the statement is a transaction of its own.
pub(super) fn is_alone(cx: &StatementContext) -> bool {
    cx.step.block.is_none() && (cx.common.config.runner == Runner::Psql || cx.file.steps.len() == 1)
}
