//! data/update-without-where: an UPDATE of every row.

use super::updates_all;
use crate::rules::prelude::*;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "data/update-without-where",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("UPDATE without WHERE"),
    doc: page!("data/update-without-where"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Update(update) = &cx.statement.kind else { return };
    let Some(table) = updates_all(cx, update) else { return };
    let name = cx.before.relation_name(table);
    let message = if update.from.is_empty() {
        format!("every row of `{name}` is updated")
    } else {
        format!("every row of `{name}` is updated, each from any row of FROM: nothing joins the two")
    };
    let help = "write a WHERE; `where true` says that all rows are meant";
    cx.report(update.table.span(), message).help(help).object(name);
}
