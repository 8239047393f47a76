//! index/no-primary-key: a table whose rows nothing tells apart.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "index/no-primary-key",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: native!("table without a primary key"),
    doc: page!("index/no-primary-key"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for (table, location) in cx.own_relations() {
        let has_key = table.primary_key().is_some();
        if table.kind != RelationKind::Table || has_key || table.doubt.keys || !splinter::judges(cx.schema, table) {
            continue;
        }
        let name = cx.schema.relation_name(table);
        let (schema, table) = splinter::names(cx.schema, table);
        cx.report(cx.name_location(location), format!("table `{name}` has no primary key"))
            .help("rows cannot be told apart, by clients or by logical replication: add one, such as `id bigint generated always as identity primary key`")
            .object(name)
            .splinter("no_primary_key", &["no_primary_key", schema, table]);
    }
}
