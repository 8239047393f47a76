//! lock/toggle-trigger: a trigger of a live table is enabled or disabled, for every session.

use super::{actions, report};
use crate::rules::prelude::*;
use crate::syntax::ast::AlterTableActionKind as Action;

pub const RULE: Rule = Rule {
    name: "lock/toggle-trigger",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("trigger of a live table enabled or disabled"),
    doc: page!("lock/toggle-trigger"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let Action::Trigger { enable, name } = &action.kind else { continue };
        let verb = if *enable { "enabling" } else { "disabling" };
        let what = match name {
            Some(name) => format!("{verb} trigger `{name}` for all sessions"),
            None => format!("{verb} triggers for all sessions"),
        };
        let help = "`set local session_replication_role = replica` leaves triggers out for this transaction alone";
        report(cx, action.span, table, &what, help);
    }
}
