//! atomicity/uncommitted: a transaction is begun and never ended, so that the end of the connection takes it back.

use crate::rules::prelude::*;
use crate::syntax::ast::{StatementKind, Transaction};

pub const RULE: Rule = Rule {
    name: "atomicity/uncommitted",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("BEGIN without COMMIT"),
    doc: page!("atomicity/uncommitted"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    let Some(last) = cx.file.steps.last() else { return };
    let Some(begin) = last.block.and_then(|index| cx.file.steps.get(index as usize)) else { return };
    let ended = match last.statement.as_ref().map(|s| &s.kind) {
        Some(StatementKind::Transaction(command)) => matches!(
            command,
            Transaction::Commit { chain: false } | Transaction::Rollback { chain: false } | Transaction::Prepare
        ),
        _ => false,
    };
    if ended || cx.common.is_applied(cx.file.id) {
        return;
    }
    cx.report(
        begin.span,
        "this transaction is never committed: what follows is taken back at the end of the connection",
    )
    .help("end it with COMMIT, or leave BEGIN out");
}
