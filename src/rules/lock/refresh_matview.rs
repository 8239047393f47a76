//! lock/refresh-matview: a materialized view that is in use is refreshed without CONCURRENTLY.

use super::{live, report};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "lock/refresh-matview",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("materialized view refreshed while its readers wait"),
    doc: page!("lock/refresh-matview"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::RefreshMaterializedView(refresh) = &cx.statement.kind else { return };
    if refresh.concurrently.is_some() {
        return;
    }
    let Some(view) = live(cx, &refresh.name).filter(|v| v.populated) else { return };
    // CONCURRENTLY tells the rows apart by a unique index over columns, of all rows.
    let indexes = view.indexes.iter().filter_map(|oid| cx.before.relation(*oid)?.index.as_ref());
    let able = indexes.into_iter().any(|i| i.unique && i.filter.is_none() && i.keys.iter().all(|k| k.column != 0));
    let help = if able { "write CONCURRENTLY" } else { "create a unique index on its columns, and write CONCURRENTLY" };
    let span = refresh.name.span();
    let finding = report(cx, span, view, "the refresh", help);
    if able && refresh.with_data {
        finding.fix("Refresh it concurrently", (Span::at(span.start), "concurrently ".into()));
    }
}
