//! index/reindex-concurrently: the indexes of a live table are built anew while its clients wait.

use crate::rules::lock::is_alone;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{ReindexKind, StatementKind};

pub const RULE: Rule = Rule {
    name: "index/reindex-concurrently",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("live table reindexed without CONCURRENTLY"),
    doc: page!("index/reindex-concurrently"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Reindex(reindex) = &cx.statement.kind else { return };
    if reindex.concurrently.is_some() || !cx.applied() {
        return;
    }
    let Some(name) = reindex.name.as_ref().filter(|_| matches!(reindex.kind, ReindexKind::Index | ReindexKind::Table))
    else {
        return;
    };
    let Ok(Some(relation)) = cx.before.find_relation(name) else { return };
    let of = relation.index.as_ref().and_then(|i| cx.before.relation(i.table)).unwrap_or(relation);
    if !cx.is_live(of) {
        return;
    }
    let alone = is_alone(cx);
    let table = cx.before.relation_name(of);
    let message = format!(
        "reindexing `{name}` locks the live `{table}`: writes wait until it is done, and so do reads that would use the index"
    );
    let finding = cx.report(name.span(), message).object(table);
    if alone {
        finding.help("write CONCURRENTLY before the name");
        finding.fix("Reindex concurrently", (Span::at(name.span().start), "concurrently ".into()));
    } else {
        finding.help(
            "write CONCURRENTLY before the name, alone in a migration of its own: it cannot run inside a transaction",
        );
    }
}
