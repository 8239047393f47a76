//! lock/set-not-null: SET NOT NULL reads all of a live table while nobody else can use it.

use super::{actions, certain_lock, recipe, report};
use crate::rules::prelude::*;
use crate::syntax::ast::AlterTableActionKind as Action;

pub const RULE: Rule = Rule {
    name: "lock/set-not-null",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("SET NOT NULL reads all of a live table"),
    doc: page!("lock/set-not-null"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let Action::SetNotNull { column } = &action.kind else { continue };
        let Some(old) = table.column(column).filter(|c| !c.not_null) else { continue };
        if certain_lock(cx, table).is_none_or(|lock| !lock.scan) {
            continue;
        }
        let value = if old.default.is_some() { "default" } else { "null /* the value */" };
        let (whole, bare) = (sql_name(cx.before, table), sql_identifier(column));
        let name = sql_identifier(&format!("{}_{column}_not_null", table.name));
        let check = format!("add constraint {name} check ({bare} is not null) not valid");
        let what = format!("setting `{column}` NOT NULL");
        let help = format!(
            "`{check}`, validate that in the next migration, and set NOT NULL in the one after: it reads nothing then"
        );
        let span = action.span;
        report(cx, column.span, table, &what, &help)
            .recipe(recipe::SET_NOT_NULL, &[&whole, &bare, &name, value])
            .fix("Add a check that is not validated yet", (span, check));
    }
}
