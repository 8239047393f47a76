//! lock/detach-partition: a partition of a live table is detached without CONCURRENTLY.

use super::{actions, is_alone, report};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::AlterTableActionKind as Action;

pub const RULE: Rule = Rule {
    name: "lock/detach-partition",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("partition of a live table detached without CONCURRENTLY"),
    doc: page!("lock/detach-partition"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let Action::DetachPartition { partition, concurrently: None } = &action.kind else { continue };
        let help = "write CONCURRENTLY, alone in a migration of its own: it cannot run inside a transaction";
        let alone = is_alone(cx);
        let finding = report(cx, partition.span(), table, &format!("detaching `{partition}`"), help);
        if alone {
            finding.fix("Detach it concurrently", (Span::at(action.span.end), " concurrently".into()));
        }
    }
}
