//! rls/always-true: a permissive policy under which clients write whatever they want.

use crate::catalog::{Catalog, Definition, Policy, RelationKind};
use crate::policy::{Conditions, lower};
use crate::rules::prelude::*;
use crate::syntax::ast::{Expr, ExprKind, PolicyCommand};

pub const RULE: Rule = Rule {
    name: "rls/always-true",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("policy that lets everyone write"),
    doc: page!("rls/always-true"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let turn = cx.turn();
    for table in cat
        .relations()
        .filter(|t| !t.policies.is_empty() && turn.takes() && t.row_security.enabled && is_security_certain(cat, t))
    {
        for policy in table.policies.iter().filter(|p| p.permissive && is_for_clients(cat, p)) {
            let Some(location) = policy.origin.created.filter(|_| lets_all_write(cat, policy)) else { continue };
            let name = cat.relation_name(table);
            let message = format!("policy `{}` on `{name}` lets everyone {}", policy.name, verb(policy.command));
            let finding = cx.report(location, message);
            finding
                .help("its condition is always true, so that row level security protects nothing: compare a column with `(select auth.uid())`, or give it to service_role")
                .object(name);
            // Splinter knows how `true` is written.
            let is_seen = lets_all(policy, &|expr, _| splinter::is_true(expr));
            if is_seen && table.kind == RelationKind::Table && !splinter::is_skipped(cat, table.schema) {
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

/// Whether all rows may be written under the policy, as it is written or as can be proven.
pub(super) fn lets_all_write(cat: &Catalog, policy: &Policy) -> bool {
    lets_all(policy, &|expr, definition| splinter::is_true(expr) || is_always_true(cat, expr, definition))
}

fn is_always_true(cat: &Catalog, expr: &Expr, definition: &Definition) -> bool {
    // `column = auth.uid()`, as most are, is not.
    if let ExprKind::Binary { op, left, right } = &expr.kind
        && &**op == "="
        && matches!(left.kind, ExprKind::Column(_)) != matches!(right.kind, ExprKind::Column(_))
    {
        return false;
    }
    let mut conditions = Conditions::default();
    let formula = lower(&mut conditions, cat, Some(expr), definition);
    conditions.is_always_true(&formula)
}

/// Reading under `using (true)` is often meant.
fn lets_all(policy: &Policy, is_true: &dyn Fn(&Expr, &Definition) -> bool) -> bool {
    let using = policy.using.as_ref().map(|expr| is_true(expr, &policy.using_definition));
    let existing = match policy.command {
        PolicyCommand::Update | PolicyCommand::Delete | PolicyCommand::All => using.unwrap_or(true),
        _ => false,
    };
    let new = match &policy.with_check {
        Some(expr) => is_true(expr, &policy.with_check_definition),
        None => policy.command == PolicyCommand::Insert,
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
