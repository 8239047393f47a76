//! rls/policy-without-rls: policies that protect nothing, because row level security is off.

use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "rls/policy-without-rls",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "policies on a table without row level security",
    doc: page!("rls/policy-without-rls"),
    splinter: Some("policy_exists_rls_disabled"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for table in cx.schema.relations().filter(|r| r.kind.is_table() && !r.row_security.enabled) {
        let Some(policy) = table.policies.first() else { continue };
        let Some(location) = policy.origin.created.filter(|_| is_certain(cx.schema, table)) else { continue };
        let Some(step) = cx.statement_at(location) else { continue };
        let name = cx.schema.relation_name(table);
        let sql = sql_name(cx.schema, table);
        let fixable = !cx.common.is_applied(location.file);
        let finding = cx.report(
            location,
            format!("policy `{}` has no effect: table `{name}` has no row level security", policy.name),
        );
        finding.help(format!("write `alter table {sql} enable row level security;`")).object(name);
        if fixable {
            let (span, text): (Span, String) =
                insert_after(step, format!("alter table {sql} enable row level security;"));
            finding.fix("Enable row level security", (span, text));
        }
    }
}
