//! rls/enabled-on-create: a table in an exposed schema is created without row level security in the same migration.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/enabled-on-create",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "table created without row level security",
    doc: page!("rls/enabled-on-create"),
    splinter: Some("rls_disabled_in_public"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    for (step, table) in cx.created_tables() {
        // Judged at the end of the file: where in it RLS is enabled does not matter.
        if table.row_security.enabled || !cx.common.is_exposed(cx.after, table.schema) || !is_certain(cx.after, table) {
            continue;
        }
        let name = cx.after.relation_name(table);
        let sql = sql_name(cx.after, table);
        cx.report(created_name(step), format!("table `{name}` is created without row level security"))
            .help("anyone with the anon key can read and write it; enable RLS and add policies in this migration")
            .object(name)
            .fix(
                "Enable row level security",
                insert_after(step, format!("alter table {sql} enable row level security;")),
            );
    }
}
