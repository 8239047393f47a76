//! data/delete-without-where: a DELETE of every row.

use super::target;
use crate::rules::prelude::*;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "data/delete-without-where",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("DELETE without WHERE"),
    doc: page!("data/delete-without-where"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Delete(delete) = &cx.statement.kind else { return };
    let Some(table) = target(cx, &delete.table).filter(|_| delete.filter.is_none()) else { return };
    let name = cx.before.relation_name(table);
    let message = if delete.using.is_empty() {
        format!("every row of `{name}` is deleted")
    } else {
        format!("every row of `{name}` is deleted: nothing joins it with USING")
    };
    let help = "write a WHERE; `where true` says that all rows are meant";
    cx.report(delete.table.span(), message).help(help).object(name);
}
