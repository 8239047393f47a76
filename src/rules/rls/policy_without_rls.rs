//! rls/policy-without-rls: policies that protect nothing, because row level security is off.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "rls/policy-without-rls",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("policies on a table without row level security"),
    doc: page!("rls/policy-without-rls"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let turn = cx.turn();
    for table in cat.relations().filter(|r| r.kind.is_table() && !r.row_security.enabled && turn.takes()) {
        let Some(policy) = table.policies.first() else { continue };
        let Some(location) = policy.origin.created.filter(|_| is_security_certain(cat, table)) else { continue };
        let Some(step) = cx.statement_at(location) else { continue };
        let name = cat.relation_name(table);
        let sql = sql_name(cat, table);
        let fixable = !cx.common.is_applied(location.file);
        let finding = cx.report(
            location,
            format!("policy `{}` has no effect: table `{name}` has no row level security", policy.name),
        );
        finding.help(format!("write `alter table {sql} enable row level security;`")).object(name);
        if table.kind == RelationKind::Table && splinter::judges(cat, table) {
            let (schema, table) = splinter::names(cat, table);
            finding.splinter("policy_exists_rls_disabled", &["policy_exists_rls_disabled", schema, table]);
        }
        if fixable {
            let (span, text): (Span, String) =
                insert_after(step, format!("alter table {sql} enable row level security;"));
            finding.fix("Enable row level security", (span, text));
        }
    }
}
