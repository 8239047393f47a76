//! atomicity/unchecked-do: a DO block whose effect is only known when it runs.

use crate::rules::prelude::*;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "atomicity/unchecked-do",
    severity: Severity::Warning,
    // It says more of what pgdry can follow than of the SQL.
    preset: Preset::Strict,
    summary: native!("DO block that cannot be followed"),
    doc: page!("atomicity/unchecked-do"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Do(block) = &cx.statement.kind else { return };
    if cx.common.is_partial() || cx.common.is_applied(cx.file.id) {
        return;
    }
    let Some(reason) = cx.step.uncertain() else { return };
    // A block that only looks, or only changes rows, leaves the schema as it is.
    let body = block.body.text.to_ascii_lowercase();
    if !["execute", "create ", "alter ", "drop "].iter().any(|word| body.contains(word)) {
        return;
    }
    let message = format!("what this block changes is not checked: {reason}");
    cx.report(cx.step.span, message).help(
        "write the statements out, or build them from the catalog (pg_class, information_schema) and constants only",
    );
}
