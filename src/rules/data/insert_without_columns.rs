//! data/insert-without-columns: an INSERT that goes by the order of the table's columns.

use super::target;
use crate::rules::prelude::*;
use crate::syntax::ast::{InsertSource, StatementKind};

pub const RULE: Rule = Rule {
    name: "data/insert-without-columns",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("INSERT without a column list"),
    doc: page!("data/insert-without-columns"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Insert(insert) = &cx.statement.kind else { return };
    if !insert.columns.is_empty() || matches!(insert.source, InsertSource::DefaultValues) {
        return;
    }
    let Some(table) = target(cx, &insert.table) else { return };
    let name = cx.before.relation_name(table);
    let message = format!("values go into `{name}` by the order of its columns, which may be another elsewhere");
    cx.report(insert.table.span(), message).help("name the columns").object(name);
}
