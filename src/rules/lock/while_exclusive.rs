//! lock/while-exclusive: a statement that takes long runs while an earlier one's ACCESS EXCLUSIVE lock keeps everybody from a live table.

use super::{is_live_here, lock_name, meets_clients, same_transaction};
use crate::catalog::Oid;
use crate::locks::{self, LockMode};
use crate::replay::{Change, Step};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "lock/while-exclusive",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("long work while a live table is locked"),
    doc: page!("lock/while-exclusive"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    if !meets_clients(cx) {
        return;
    }
    let runner = cx.common.config.runner;
    let mut held: Vec<(&Step, Oid)> = Vec::new();
    for step in &cx.file.steps {
        let taken = locks::of(step);
        held.retain(|(earlier, _)| same_transaction(earlier, step, runner));
        let live = |oid: Oid| is_live_here(&cx.common, &step.before, oid, cx.file.id);
        let works = taken.iter().find(|l| (l.rewrite || l.scan || l.build) && live(l.relation)).map(|l| l.relation);
        let changes = |e: &crate::replay::Effect| matches!(e.change, Change::RowsUpdated | Change::RowsDeleted);
        let written = step.effects.iter().find(|e| changes(e) && live(e.relation)).map(|e| e.relation);
        // atomicity/schema-and-data tells of rows of the very table, and another rule of what takes such a lock on it itself.
        let again = |table: Oid| taken.iter().any(|l| l.relation == table && l.mode == LockMode::AccessExclusive);
        let other = held.iter().find(|(_, table)| written.is_none_or(|w| w != *table) && !again(*table));
        if let (Some((_, table)), Some(worked)) = (other.copied(), works.or(written)) {
            let (name, on) = (lock_name(&step.before, table), lock_name(&step.before, worked));
            let message = format!(
                "this goes through all of `{on}` while the transaction holds its ACCESS EXCLUSIVE lock on `{name}`, which blocks reads and writes"
            );
            let help = "put it into a migration of its own, before what locks the table";
            cx.report(step.span, message).help(help).object(name);
        }
        for lock in taken.iter().filter(|l| l.mode == LockMode::AccessExclusive) {
            let is_table = step.before.relation(lock.relation).is_some_and(|r| !r.kind.is_index());
            if is_table && is_live_here(&cx.common, &step.before, lock.relation, cx.file.id) {
                held.push((step, lock.relation));
            }
        }
    }
}
