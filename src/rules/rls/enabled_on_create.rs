//! rls/enabled-on-create: a table in an exposed schema is created without row level security in the same migration.

use super::partition_unprotected::protected_parent;
use crate::catalog::{Catalog, Relation, RelationKind};
use crate::replay::{Change, Effect, FileReplay};
use crate::rules::Diagnostic;
use crate::rules::context::Common;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/enabled-on-create",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("table created without row level security"),
    doc: page!("rls/enabled-on-create"),
    since: "0.1.0",
    check: Check::Project(|cx| cx.each_migration(check)),
};

fn check(cx: &mut MigrationContext, end: &Catalog) {
    for (step, table) in cx.created_tables() {
        // Judged at the end of the file: where in it RLS is enabled does not matter.
        if !is_created_open(&cx.common, cx.file, table) {
            continue;
        }
        let name = cx.after.relation_name(table);
        let sql = sql_name(cx.after, table);
        let last = end.relation(table.oid).filter(|t| is_open(&cx.common, end, t));
        let finding = cx.report(created_name(step), format!("table `{name}` is created without row level security"));
        finding
            .help("anyone with the anon key can read and write it; enable RLS and add policies in this migration")
            .object(name)
            .fix(
                "Enable row level security",
                insert_after(step, format!("alter table {sql} enable row level security;")),
            );
        if let Some(last) = last {
            splinter_row(finding, end, last);
        }
    }
}

/// Whether the table is open at the end of the file that creates it and never was otherwise: rls/disabled says so of a DISABLE.
pub fn is_created_open(common: &Common, file: &FileReplay, table: &Relation) -> bool {
    let enables = |e: &Effect| e.object.oid == table.oid && e.change == Change::RowSecurityEnabled;
    let was_enabled = file.steps.iter().any(|step| step.effects.iter().any(enables));
    !was_enabled && is_open(common, &file.after, table) && protected_parent(&file.after, table).is_none()
}

/// Whether clients reach the table's rows past row level security.
pub fn is_open(common: &Common, cat: &Catalog, table: &Relation) -> bool {
    !table.row_security.enabled && common.is_exposed(cat, table.schema) && is_security_certain(cat, table)
}

/// What splinter says of a table that is open in the end.
pub fn splinter_row(finding: &mut Diagnostic, cat: &Catalog, table: &Relation) {
    if table.kind == RelationKind::Table
        && !splinter::is_skipped(cat, table.schema)
        && !splinter::readers(cat, table).is_empty()
    {
        let (schema, table) = splinter::names(cat, table);
        finding.splinter("rls_disabled_in_public", &["rls_disabled_in_public", schema, table]);
    }
}
