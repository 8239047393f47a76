//! atomicity/unchecked-do: a DO block whose effect is only known when it runs.

use crate::rules::prelude::*;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "atomicity/unchecked-do",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "DO block that cannot be followed",
    doc: page!("atomicity/unchecked-do"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    if !matches!(cx.statement.kind, StatementKind::Do(_)) || cx.common.is_partial() {
        return;
    }
    let Some(reason) = cx.step.uncertain().filter(|_| !cx.common.is_applied(cx.file.id)) else { return };
    let message = format!("what this block does depends on the database ({reason}): it is not checked");
    cx.report(cx.step.span, message).help(
        "write the statements out, or build them from the catalog (pg_class, information_schema) and constants only",
    );
}
