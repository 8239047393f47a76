//! index/drop-concurrently: an index of a live table is dropped while everybody waits.

use crate::catalog::RelationKind;
use crate::locks::{self, LockMode};
use crate::replay::Step;
use crate::rules::lock::{is_alone, same_transaction};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{Behavior, ObjectKind, ObjectName, StatementKind};
use crate::syntax::lex_at;

pub const RULE: Rule = Rule {
    name: "index/drop-concurrently",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("index of a live table dropped without CONCURRENTLY"),
    doc: page!("index/drop-concurrently"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Drop(drop) = &cx.statement.kind else { return };
    if drop.kind != ObjectKind::Index || drop.concurrently.is_some() || !cx.applied() {
        return;
    }
    for object in &drop.objects {
        let ObjectName::Name(name) = object else { continue };
        let Ok(Some(index)) = cx.before.find_relation(name) else { continue };
        let Some(table) = index.index.as_ref().and_then(|i| cx.before.relation(i.table)) else { continue };
        // The index of a partitioned table cannot be dropped otherwise.
        if table.kind == RelationKind::PartitionedTable || !cx.is_live(table) {
            continue;
        }
        // Where the transaction has the lock already, it is too late.
        let holds = |s: &Step| {
            same_transaction(s, cx.step, cx.common.config.runner)
                && locks::of(s).iter().any(|l| l.relation == table.oid && l.mode == LockMode::AccessExclusive)
        };
        if cx.file.steps.iter().take_while(|s| s.span.start < cx.step.span.start).any(holds) {
            continue;
        }
        let simple = drop.objects.len() == 1 && drop.behavior == Behavior::Restrict;
        let fixable = simple && is_alone(cx);
        let message = format!(
            "dropping `{name}` takes an ACCESS EXCLUSIVE lock on the live `{}`: reads and writes wait for it",
            cx.before.relation_name(table)
        );
        let object = cx.before.relation_name(table);
        // DROP INDEX
        let keyword = lex_at(&cx.file.source.text, cx.step.span).tokens.get(1).map_or(0, |token| token.end);
        let finding = cx.report(name.span(), message).object(object);
        if fixable {
            finding.help("write `drop index concurrently`");
            finding.fix("Drop it concurrently", (Span::at(keyword), " concurrently".into()));
        } else {
            finding.help("write `drop index concurrently`, of one index, alone in a migration of its own: it cannot run inside a transaction");
        }
    }
}
