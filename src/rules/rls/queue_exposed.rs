//! rls/queue-exposed: a queue of pgmq is reachable through the API without row level security.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/queue-exposed",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("queue that clients read without row level security"),
    doc: page!("rls/queue-exposed"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    if !cx.common.config.exposed_schemas.iter().any(|s| s == "pgmq_public") {
        return;
    }
    for (table, location) in cx.own_relations() {
        let is_queue = table.name.starts_with("q_") && splinter::schema_name(cx.schema, table.schema) == "pgmq";
        if !is_queue
            || table.kind != RelationKind::Table
            || table.row_security.enabled
            || table.doubt.security
            || splinter::readers(cx.schema, table).is_empty()
        {
            continue;
        }
        let name = cx.schema.relation_name(table);
        let sql = sql_name(cx.schema, table);
        let (schema, table) = splinter::names(cx.schema, table);
        cx.report(
            cx.name_location(location),
            format!("queue `{name}` is open to clients: it has no row level security"),
        )
        .help(format!("write `alter table {sql} enable row level security;`"))
        .object(name)
        .splinter("insecure_queue_exposed_in_api", &["rls_disabled_in_public", schema, table]);
    }
}
