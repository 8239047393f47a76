//! rls/no-policy: row level security is on and no policy lets anyone in.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/no-policy",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("row level security without any policy"),
    doc: page!("rls/no-policy"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for (table, location) in cx.own_relations() {
        if !table.kind.is_table() || !table.row_security.enabled || !table.policies.is_empty() {
            continue;
        }
        let judged = table.kind == RelationKind::Table && splinter::judges(cat, table);
        if table.doubt.security || !judged && !cx.common.is_exposed(cat, table.schema) {
            continue;
        }
        let name = cat.relation_name(table);
        let finding =
            cx.report(cx.name_location(location), format!("table `{name}` has row level security but no policy"));
        finding
            .help("only roles that bypass RLS, such as service_role, can use it; add policies, or say so in a comment that suppresses this")
            .follows_from("policies", &name)
            .object(name);
        if judged {
            let (schema, table) = splinter::names(cat, table);
            finding.splinter("rls_enabled_no_policy", &["rls_enabled_no_policy", schema, table]);
        }
    }
}
