//! rls/user-metadata: a policy that decides by what users write about themselves.

use crate::rules::prelude::*;
use crate::syntax::ast::{Call, Expr, ExprKind};
use crate::syntax::walk;

pub const RULE: Rule = Rule {
    name: "rls/user-metadata",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("policy that trusts user_metadata"),
    doc: page!("rls/user-metadata"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let turn = cx.turn();
    for table in cat.relations().filter(|t| !t.policies.is_empty() && turn.takes() && is_security_certain(cat, t)) {
        for policy in &table.policies {
            let Some(location) = policy.origin.created else { continue };
            if !policy.using.iter().chain(&policy.with_check).any(|condition| trusts_metadata(condition)) {
                continue;
            }
            let name = cat.relation_name(table);
            let message =
                format!("policy `{}` on `{name}` trusts user_metadata, which users write themselves", policy.name);
            let finding = cx.report(location, message);
            finding.help("use app_metadata, which only the backend writes, or a table of your own").object(name);
            if !splinter::is_skipped(cat, table.schema) {
                let (schema, table) = splinter::names(cat, table);
                let lint = "rls_references_user_metadata";
                finding.splinter(lint, &[lint, schema, table, &policy.name]);
            }
        }
    }
}

/// Whether the token's claims are asked for, and user_metadata after that.
fn trusts_metadata(expr: &Expr) -> bool {
    let (mut claims, mut found) = (false, false);
    walk::expr(expr, &mut |e| match &e.kind {
        ExprKind::Call(call) => claims |= reads_claims(call),
        ExprKind::String(text) => found |= claims && text.contains("user_metadata"),
        _ => {}
    });
    found
}

fn reads_claims(call: &Call) -> bool {
    let setting = |e: &Expr| matches!(&e.kind, ExprKind::String(text) if text.contains("request.jwt.claims"));
    match (call.function.schema.as_deref(), &*call.function.name) {
        (Some("auth"), "jwt") => true,
        (None | Some("pg_catalog"), "current_setting") => call.args.first().is_some_and(|a| setting(&a.value)),
        _ => false,
    }
}
