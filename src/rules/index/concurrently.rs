//! index/concurrently: an index on a live table is built while its writers wait.

use crate::catalog::RelationKind;
use crate::config::Runner;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "index/concurrently",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("index on a live table built without CONCURRENTLY"),
    doc: page!("index/concurrently"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::CreateIndex(create) = &cx.statement.kind else { return };
    if create.concurrently.is_some() {
        return;
    }
    let Ok(Some(table)) = cx.before.find_relation(&create.table) else { return };
    if !cx.is_live(table) || !cx.applied() {
        return;
    }
    let name = cx.before.relation_name(table);
    let partitioned = table.kind == RelationKind::PartitionedTable;
    // Inside a transaction CONCURRENTLY is refused, so that adding the word is a fix only where there is none.
    let alone = cx.step.block.is_none() && (cx.common.config.runner == Runner::Psql || cx.file.steps.len() == 1);
    let finding = cx.report(
        create.table.span(),
        format!(
            "index on the live table `{name}` takes a SHARE lock: inserts, updates and deletes wait until it is built"
        ),
    );
    finding.object(name);
    if partitioned {
        finding.help("create it with ONLY on the parent, CONCURRENTLY on each partition, and attach those");
    } else if alone {
        finding.help("write `create index concurrently`");
        finding.fix("Build it concurrently", (Span::at(create.index_keyword.end), " concurrently".to_string()));
    } else {
        finding.help(
            "write `create index concurrently`, alone in a migration of its own: it cannot run inside a transaction",
        );
    }
}
