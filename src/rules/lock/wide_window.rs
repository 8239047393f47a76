//! lock/wide-window: one transaction locks several live tables, each until its end.

use super::{is_live_here, lock_name, meets_clients, same_transaction};
use crate::catalog::Oid;
use crate::locks;
use crate::replay::Step;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "lock/wide-window",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("several live tables locked in one transaction"),
    doc: page!("lock/wide-window"),
    since: "0.1.0",
    check: Check::Migration(check),
};

/// Two tables are a foreign key's; more are a window for deadlocks.
const MANY: usize = 3;

fn check(cx: &mut MigrationContext) {
    if !meets_clients(cx) {
        return;
    }
    let runner = cx.common.config.runner;
    let mut held: Vec<(&Step, Oid)> = Vec::new();
    for step in &cx.file.steps {
        held.retain(|(earlier, _)| same_transaction(earlier, step, runner));
        let before = held.len();
        for lock in locks::of(step).iter().filter(|l| l.mode.blocks().is_some()) {
            let is_table = step.before.relation(lock.relation).is_some_and(|r| r.kind.is_table());
            if is_table
                && !held.iter().any(|(_, oid)| *oid == lock.relation)
                && is_live_here(&cx.common, &step.before, lock.relation, cx.file.id)
            {
                held.push((step, lock.relation));
            }
        }
        if before < MANY && held.len() >= MANY {
            let names: Vec<String> =
                held.iter().map(|(_, oid)| format!("`{}`", lock_name(&step.before, *oid))).collect();
            let message = format!(
                "the transaction now locks {}: each blocks writes to its end, and clients that take them in another order deadlock with it",
                names.join(", ")
            );
            cx.report(step.span, message).help("a migration for each table holds each lock for a moment only");
        }
    }
}
