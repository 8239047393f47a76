//! lock/create-trigger: a trigger is created on a live table.

use super::{live, report};
use crate::rules::prelude::*;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "lock/create-trigger",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("trigger created on a live table"),
    doc: page!("lock/create-trigger"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::CreateTrigger(create) = &cx.statement.kind else { return };
    let Some(table) = live(cx, &create.table).filter(|t| t.kind.is_table()) else { return };
    let what = format!("creating trigger `{}`", create.name);
    report(
        cx,
        create.name.span,
        table,
        &what,
        "create it last in the migration, or in one of its own, with a lock_timeout",
    );
}
