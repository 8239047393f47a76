//! rls/graphql-exposed: a relation that pg_graphql shows to clients.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/graphql-exposed",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: native!("relation that the GraphQL schema shows"),
    doc: page!("rls/graphql-exposed"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    if cx.schema.extension_named("pg_graphql").is_none() {
        return;
    }
    for (relation, location) in cx.own_relations() {
        let shown = matches!(
            relation.kind,
            RelationKind::Table | RelationKind::View | RelationKind::MaterializedView | RelationKind::ForeignTable
        );
        let shown = shown && relation.live_columns().next().is_some();
        let roles = splinter::column_readers(cx.schema, relation);
        if !shown || roles.is_empty() || splinter::is_skipped(cx.schema, relation.schema) {
            continue;
        }
        let name = cx.schema.relation_name(relation);
        let message =
            format!("GraphQL shows the columns of {} `{name}` to {}", relation.kind.noun(), roles.join(" and "));
        let (schema, relation) = splinter::names(cx.schema, relation);
        let finding = cx.report(cx.name_location(location), message);
        finding
            .help("revoke SELECT from roles that should not know of it, or drop the extension pg_graphql")
            .object(name);
        for role in roles {
            let lint = match role {
                "anon" => "pg_graphql_anon_table_exposed",
                _ => "pg_graphql_authenticated_table_exposed",
            };
            finding.splinter(lint, &[lint, schema, relation]);
        }
    }
}
