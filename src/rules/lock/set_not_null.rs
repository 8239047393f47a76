//! lock/set-not-null: SET NOT NULL reads all of a live table while nobody else can use it.

use super::{actions, certain_lock, report};
use crate::rules::prelude::*;
use crate::syntax::ast::AlterTableActionKind as Action;

pub const RULE: Rule = Rule {
    name: "lock/set-not-null",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "SET NOT NULL reads all of a live table",
    doc: page!("lock/set-not-null"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let Action::SetNotNull { column } = &action.kind else { continue };
        if certain_lock(cx, table).is_none_or(|lock| !lock.scan) || table.column(column).is_none_or(|c| c.not_null) {
            continue;
        }
        let name = sql_identifier(&format!("{}_{column}_not_null", table.name));
        let check = format!("add constraint {name} check ({} is not null) not valid", sql_identifier(column));
        let what = format!("setting `{column}` NOT NULL");
        let help = format!(
            "`{check}`, validate that in the next migration, and set NOT NULL in the one after: it reads nothing then"
        );
        let span = action.span;
        report(cx, column.span, table, &what, &help).fix("Add a check that is not validated yet", (span, check));
    }
}
