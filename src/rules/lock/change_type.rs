//! lock/change-type: a change of a column's type that PostgreSQL cannot make in the catalog alone.

use super::{actions, certain_lock, report};
use crate::rules::prelude::*;
use crate::syntax::ast::AlterTableActionKind as Action;

pub const RULE: Rule = Rule {
    name: "lock/change-type",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "change of a column's type that rewrites or reads a live table",
    doc: page!("lock/change-type"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let Action::ColumnType { column, .. } = &action.kind else { continue };
        let Some(lock) = certain_lock(cx, table) else { continue };
        if !(lock.rewrite || lock.scan || lock.build) {
            continue;
        }
        let help = "add a column of the new type, keep it filled with a trigger, fill it in batches, and swap the two";
        report(cx, column.span, table, &format!("the new type of `{column}`"), help);
    }
}
