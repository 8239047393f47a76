//! lock/set-tablespace-or-logged: SET TABLESPACE, SET LOGGED, SET UNLOGGED or SET ACCESS METHOD copies a live table.

use super::{actions, certain_lock, report};
use crate::rules::prelude::*;
use crate::syntax::ast::AlterTableActionKind as Action;

pub const RULE: Rule = Rule {
    name: "lock/set-tablespace-or-logged",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("live table copied to another file"),
    doc: page!("lock/set-tablespace-or-logged"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let what = match &action.kind {
            Action::SetTablespace { .. } => "SET TABLESPACE",
            Action::SetLogged { logged: true } => "SET LOGGED",
            Action::SetLogged { .. } => "SET UNLOGGED",
            Action::SetAccessMethod(_) => "SET ACCESS METHOD",
            _ => continue,
        };
        if certain_lock(cx, table).is_some_and(|lock| lock.rewrite) {
            let help = "make a new table as it should be, keep it filled with a trigger, copy the rows in batches, and swap the two";
            report(cx, action.span, table, what, help);
        }
    }
}
