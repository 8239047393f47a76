//! rls/always-true: a permissive policy under which clients write whatever they want.

use crate::catalog::{Catalog, Policy, RelationKind};
use crate::rules::prelude::*;
use crate::syntax::ast::PolicyCommand;

pub const RULE: Rule = Rule {
    name: "rls/always-true",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "policy that lets everyone write",
    doc: page!("rls/always-true"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for table in cat.relations().filter(|t| t.row_security.enabled && is_certain(cat, t)) {
        for policy in table.policies.iter().filter(|p| p.permissive && is_for_clients(cat, p)) {
            let Some(location) = policy.origin.created.filter(|_| lets_all_write(policy)) else { continue };
            let name = cat.relation_name(table);
            let message = format!("policy `{}` on `{name}` lets everyone {}", policy.name, verb(policy.command));
            let finding = cx.report(location, message);
            finding
                .help("its condition is always true, so that row level security protects nothing: compare a column with `(select auth.uid())`, or give it to service_role")
                .object(name);
            if table.kind == RelationKind::Table && !splinter::is_skipped(cat, table.schema) {
                let (schema, table) = splinter::names(cat, table);
                finding.splinter("rls_policy_always_true", &["rls_policy_always_true", schema, table, &policy.name]);
            }
        }
    }
}

/// Whether the policy is for PUBLIC or for one of the API's roles.
pub(super) fn is_for_clients(cat: &Catalog, policy: &Policy) -> bool {
    policy.roles.iter().any(|oid| {
        !oid.is_valid() || cat.role(*oid).is_some_and(|role| matches!(&*role.name, "anon" | "authenticated"))
    })
}

/// Reading under `using (true)` is often meant.
pub(super) fn lets_all_write(policy: &Policy) -> bool {
    let (using, with_check) = (policy.using.as_ref(), policy.with_check.as_ref());
    let all = using.is_some_and(splinter::is_true);
    let existing = match policy.command {
        PolicyCommand::Update | PolicyCommand::Delete | PolicyCommand::All => using.is_none() || all,
        _ => false,
    };
    let new = match (with_check, policy.command) {
        (Some(expr), _) => splinter::is_true(expr),
        (None, PolicyCommand::Insert) => true,
        (None, _) => false,
    };
    existing || new
}

fn verb(command: PolicyCommand) -> &'static str {
    match command {
        PolicyCommand::Insert => "insert",
        PolicyCommand::Update => "update",
        PolicyCommand::Delete => "delete",
        _ => "write",
    }
}
