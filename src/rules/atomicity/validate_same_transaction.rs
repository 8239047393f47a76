//! atomicity/validate-same-transaction: a constraint is added as NOT VALID and validated while the lock of the adding is still held.

use crate::replay::Step;
use crate::rules::lock::same_transaction;
use crate::rules::prelude::*;
use crate::syntax::ast::{AlterTableActionKind, StatementKind};

pub const RULE: Rule = Rule {
    name: "atomicity/validate-same-transaction",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("NOT VALID and VALIDATE in one transaction"),
    doc: page!("atomicity/validate-same-transaction"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::AlterTable(alter) = &cx.statement.kind else { return };
    for action in &alter.actions {
        let AlterTableActionKind::ValidateConstraint { name } = &action.kind else { continue };
        let Ok(Some(table)) = cx.before.find_relation(&alter.name) else { return };
        let Some(constraint) = table.constraint(name).filter(|c| !c.validated) else { continue };
        let Some(created) = constraint.origin.created.filter(|c| c.file == cx.file.id) else { continue };
        let adds = |s: &Step| s.span.contains(created.span) && same_transaction(s, cx.step, cx.common.config.runner);
        if !cx.file.steps.iter().any(adds) || !cx.applied() || !cx.is_live(table) {
            continue;
        }
        let table = cx.before.relation_name(table);
        cx.report(
            action.span,
            format!("`{name}` is validated in the transaction that adds it: its lock on the live `{table}` is held while all rows are read"),
        )
        .help("validate it in the next migration, when the lock is gone: nobody waits for that")
        .object(table);
    }
}
