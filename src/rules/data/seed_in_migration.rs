//! data/seed-in-migration: rows for development stand in a migration, which runs in production too.

use crate::replay::Verdict;
use crate::rules::prelude::*;
use crate::syntax::ast::{Expr, ExprKind, Insert, InsertSource, QueryBody, StatementKind};

pub const RULE: Rule = Rule {
    name: "data/seed-in-migration",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("rows for development in a migration"),
    doc: page!("data/seed-in-migration"),
    since: "0.1.0",
    check: Check::Statement(check),
};

/// Mail domains that nobody can receive mail at (RFC 2606), and those that test users have.
const DOMAINS: [&str; 6] = ["@example.com", "@example.org", "@example.net", "@test.com", ".test", "@localhost"];

fn check(cx: &mut StatementContext) {
    let StatementKind::Insert(insert) = &cx.statement.kind else { return };
    let Some(rows) = rows(insert).filter(|_| matches!(cx.step.verdict, Verdict::Applied | Verdict::Unknown(_))) else {
        return;
    };
    if cx.common.is_applied(cx.file.id) {
        return;
    }
    let schema = insert.table.schema.as_ref().map_or("", |s| &**s);
    let what = if schema == "auth" && matches!(&*insert.table.name, "users" | "identities") {
        "makes users"
    } else if rows.iter().flatten().any(is_test_address) {
        "has test users in it"
    } else {
        return;
    };
    let (table, message) =
        (insert.table.to_string(), format!("this INSERT into `{}` {what}, in production as well", insert.table));
    cx.report(insert.table.span(), message)
        .help("put rows for development into supabase/seed.sql, which only `supabase db reset` runs")
        .object(table);
}

fn rows(insert: &Insert) -> Option<&[Vec<Expr>]> {
    match &insert.source {
        InsertSource::Query(query) => match &query.body {
            QueryBody::Values(rows) => Some(rows),
            _ => None,
        },
        InsertSource::DefaultValues => None,
    }
}

fn is_test_address(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::String(text) => text.contains('@') && DOMAINS.iter().any(|domain| text.ends_with(domain)),
        _ => false,
    }
}
