//! rls/disabled: a table that clients reach has no row level security at the end of the chain.

use super::enabled_on_create::{is_created_open, is_open, splinter_row};
use super::partition_unprotected::protected_parent;
use crate::catalog::{Class, Relation};
use crate::replay::Change;
use crate::rules::prelude::*;
use crate::source::Location;

pub const RULE: Rule = Rule {
    name: "rls/disabled",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("row level security is off in the end"),
    doc: page!("rls/disabled"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for (table, created) in cx.own_relations() {
        if !table.kind.is_table() || !is_open(&cx.common, cx.schema, table) || is_said_on_create(cx, table, created) {
            continue;
        }
        if table.doubt.security || protected_parent(cx.schema, table).is_some() {
            continue;
        }
        let name = cx.schema.relation_name(table);
        let (location, message) = match opened(cx, table) {
            Some(location) => (location, format!("table `{name}` has no row level security any more")),
            None => (cx.name_location(created), format!("table `{name}` has no row level security")),
        };
        let sql = sql_name(cx.schema, table);
        let end = cx.schema;
        let finding = cx.report(location, message);
        finding
            .help(format!(
                "anyone with the anon key can read and write it; write `alter table {sql} enable row level security;`"
            ))
            .object(name);
        splinter_row(finding, end, table);
    }
}

/// Whether rls/enabled-on-create says it where the table is created.
fn is_said_on_create(cx: &ProjectContext, table: &Relation, created: Location) -> bool {
    let file = cx.common.file(created.file);
    let creates = file
        .steps
        .iter()
        .flat_map(|s| s.effects.iter())
        .any(|e| e.object.class == Class::Relation && e.object.oid == table.oid && e.change == Change::Created);
    creates && file.after.relation(table.oid).is_some_and(|then| is_created_open(&cx.common, file, then))
}

/// The last statement that took row level security off, or moved the table into the API's reach.
fn opened(cx: &ProjectContext, table: &Relation) -> Option<Location> {
    let mut last = None;
    for (file, step) in cx.timeline.steps() {
        let opens = |e: &crate::replay::Effect| {
            e.object.oid == table.oid && matches!(e.change, Change::RowSecurityDisabled | Change::Moved)
        };
        if step.effects.iter().any(opens) {
            last = Some(Location { file: file.id, span: step.span });
        }
    }
    last
}
