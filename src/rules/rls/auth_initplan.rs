//! rls/auth-initplan: a policy calls auth.uid() and its kin once a row, not once a statement.

use crate::catalog::Policy;
use crate::rules::prelude::*;
use crate::source::{FileId, Location, Span};
use crate::syntax::ast::{Call, Expr, ExprKind, Query, QueryBody, StatementKind};
use crate::syntax::walk;

pub const RULE: Rule = Rule {
    name: "rls/auth-initplan",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("auth function called once a row in a policy"),
    doc: page!("rls/auth-initplan"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let turn = cx.turn();
    for table in cat
        .relations()
        .filter(|t| !t.policies.is_empty() && turn.takes())
        .filter(|t| !t.doubt.security && cat.unknowns.may_be_changed(&t.name).is_none())
    {
        for policy in &table.policies {
            let name = cat.relation_name(table);
            let calls = row_calls(cx, policy);
            let Some((first, text)) = calls.first().cloned() else { continue };
            let edits: Vec<Edit> = calls
                .iter()
                .map(|(at, call)| Edit { file: at.file, span: at.span, text: format!("(select {call})") })
                .collect();
            let judged =
                !splinter::is_skipped(cat, table.schema) || splinter::schema_name(cat, table.schema) == "realtime";
            let seen = judged
                && table.row_security.enabled
                && policy.using.iter().chain(&policy.with_check).any(|condition| splinter_sees(condition));
            let fixable = calls.iter().all(|(at, _)| !cx.common.is_applied(at.file));
            let finding =
                cx.report(first, format!("policy `{}` on `{name}` calls {text} once for every row", policy.name));
            finding.help(format!("write `(select {text})`, which PostgreSQL evaluates once a statement")).object(name);
            if seen {
                let (schema, table) = splinter::names(cat, table);
                finding.splinter("auth_rls_initplan", &["auth_rls_init_plan", schema, table, &policy.name]);
            }
            if fixable {
                finding.fix_all("Wrap the calls in a scalar subquery", edits);
            }
        }
    }
}

/// The calls that run once a row, where they stand and as they are written.
fn row_calls(cx: &ProjectContext, policy: &Policy) -> Vec<(Location, String)> {
    let Some(created) = policy.origin.created else { return Vec::new() };
    let changed = policy.origin.changed.unwrap_or(created);
    let altered = cx.statement_at(changed).and_then(|step| step.statement.as_ref()).and_then(|s| match &s.kind {
        StatementKind::AlterPolicy(alter) => Some(alter),
        _ => None,
    });
    let file = |replaced: bool| if replaced { changed.file } else { created.file };
    let using = policy.using.as_ref().map(|e| (e, file(altered.is_some_and(|a| a.using.is_some()))));
    let with_check = policy.with_check.as_ref().map(|e| (e, file(altered.is_some_and(|a| a.with_check.is_some()))));
    let mut calls = Vec::new();
    for (expr, file) in using.into_iter().chain(with_check) {
        collect(cx, expr, file, &mut calls);
    }
    calls
}

fn collect(cx: &ProjectContext, expr: &Expr, file: FileId, calls: &mut Vec<(Location, String)>) {
    let mut wrapped: Vec<Span> = Vec::new();
    walk::expr(expr, &mut |e| match &e.kind {
        ExprKind::Subquery(query) if is_scalar_select(query) => wrapped.push(e.span),
        ExprKind::Call(call) if is_session_call(call) && !wrapped.iter().any(|w| w.contains(e.span)) => {
            let text = cx.common.file(file).source.slice(e.span).to_string();
            calls.push((Location { file, span: e.span }, text));
        }
        _ => {}
    });
}

/// `(select …)` without FROM: an InitPlan, evaluated once.
fn is_scalar_select(query: &Query) -> bool {
    matches!(&query.body, QueryBody::Select(select) if select.from.is_empty())
}

/// Splinter compares text: it finds nothing where some call of the same function is all that a scalar subquery selects.
fn splinter_sees(expr: &Expr) -> bool {
    let (mut called, mut selected) = (Vec::new(), Vec::new());
    walk::expr(expr, &mut |e| match &e.kind {
        ExprKind::Call(call) if is_session_call(call) => called.push(call.function.name.to_string()),
        ExprKind::Subquery(query) | ExprKind::Exists(query) | ExprKind::InQuery { query, .. } => {
            let QueryBody::Select(select) = &query.body else { return };
            let ExprKind::Call(call) = select.targets.first().map_or(&ExprKind::Null, |t| &t.expr.kind) else { return };
            selected.push(call.function.name.to_string());
        }
        _ => {}
    });
    called.iter().any(|name| !selected.contains(name))
}

fn is_session_call(call: &Call) -> bool {
    match call.function.schema.as_deref() {
        Some("auth") => matches!(&*call.function.name, "uid" | "jwt" | "role" | "email"),
        None | Some("pg_catalog") => &*call.function.name == "current_setting",
        _ => false,
    }
}
