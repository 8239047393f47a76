//! lock/attach-partition: a partition is attached, and its rows or the default partition's are read to check the bounds.

use super::{live_oid, report};
use crate::locks;
use crate::rules::prelude::*;
use crate::syntax::ast::{AlterTableActionKind as Action, StatementKind};

pub const RULE: Rule = Rule {
    name: "lock/attach-partition",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("partition attached whose rows are read to check its bounds"),
    doc: page!("lock/attach-partition"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::AlterTable(alter) = &cx.statement.kind else { return };
    for action in &alter.actions {
        let Action::AttachPartition { partition, .. } = &action.kind else { continue };
        for lock in locks::of(cx.step).into_iter().filter(|lock| lock.scan) {
            let Some(table) = live_oid(cx, lock.relation) else { continue };
            let help =
                "first add a CHECK for the bounds that is NOT VALID, validate it, and attach then: nothing is read";
            report(cx, partition.span(), table, &format!("attaching `{partition}`"), help);
        }
    }
}
