//! index/concurrent-if-not-exists: after a concurrent build that failed, IF NOT EXISTS takes its invalid index for done.

use crate::replay::Step;
use crate::rules::prelude::*;
use crate::syntax::ast::{Name, ObjectName, StatementKind};

pub const RULE: Rule = Rule {
    name: "index/concurrent-if-not-exists",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("CREATE INDEX CONCURRENTLY IF NOT EXISTS"),
    doc: page!("index/concurrent-if-not-exists"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::CreateIndex(create) = &cx.statement.kind else { return };
    if !create.if_not_exists || create.concurrently.is_none() || cx.common.is_applied(cx.file.id) {
        return;
    }
    let Some(name) = &create.name else { return };
    // A table that is created in what is not applied yet is empty: its build does not fail.
    if let Ok(Some(table)) = cx.before.find_relation(&create.table)
        && cx.common.config.knows_applied()
        && !cx.is_live(table)
    {
        return;
    }
    // The drop may have to stand in a migration of its own.
    let mut earlier = cx.common.files_so_far().iter().take_while(|f| f.id <= cx.file.id);
    let before = |file: u32, step: &Step| file < cx.file.id.0 || step.span.start < cx.step.span.start;
    let dropped =
        earlier.any(|f| !cx.common.is_applied(f.id) && f.steps.iter().any(|s| before(f.id.0, s) && drops(s, name)));
    if dropped {
        return;
    }
    cx.report(
        name.span,
        format!("a concurrent build of `{name}` that fails leaves an invalid index, which IF NOT EXISTS takes for done the next time"),
    )
    .help(format!("`drop index concurrently if exists {}` before it, or leave out IF NOT EXISTS", sql_identifier(name)))
    .object(name.to_string());
}

fn drops(step: &Step, index: &Name) -> bool {
    let Some(StatementKind::Drop(drop)) = step.statement.as_ref().map(|s| &s.kind) else { return false };
    drop.objects.iter().any(|o| matches!(o, ObjectName::Name(name) if name.name == *index))
}
