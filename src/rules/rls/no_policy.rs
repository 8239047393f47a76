//! rls/no-policy: row level security is on and no policy lets anyone in.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/no-policy",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "row level security without any policy",
    doc: page!("rls/no-policy"),
    splinter: Some("rls_enabled_no_policy"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for (table, location) in cx.exposed_tables() {
        if !table.row_security.enabled || !table.policies.is_empty() || !is_certain(cx.schema, table) {
            continue;
        }
        let name = cx.schema.relation_name(table);
        cx.report(cx.name_location(location), format!("table `{name}` has row level security but no policy"))
            .help("only roles that bypass RLS, such as service_role, can use it; add policies, or say so in a comment that suppresses this")
            .object(name);
    }
}
