//! atomicity/not-idempotent: a file that is no transaction stops half-way, and cannot run again from its beginning.

use crate::config::Runner;
use crate::replay::Step;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{AlterTableActionKind as Action, ObjectName, StatementKind};

pub const RULE: Rule = Rule {
    name: "atomicity/not-idempotent",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("statements outside a transaction that fail when they run again"),
    doc: page!("atomicity/not-idempotent"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    if cx.common.config.runner != Runner::Psql || cx.common.is_applied(cx.file.id) {
        return;
    }
    // After the last statement nothing fails.
    let Some((_, steps)) = cx.file.steps.split_last() else { return };
    let file = cx.file.id;
    let mut edits = Vec::new();
    let mut first: Option<&Step> = None;
    for step in steps.iter().filter(|s| s.block.is_none()) {
        let guards = guards(step);
        if guards.is_empty() || is_dropped_before(cx, step) {
            continue;
        }
        first.get_or_insert(step);
        edits.extend(guards.into_iter().map(|(at, text)| Edit { file, span: Span::at(at), text: text.into() }));
    }
    let Some(step) = first else { return };
    let plural = if edits.len() == 1 { "place" } else { "places" };
    let message = format!(
        "the file runs without a transaction: where it stops half-way, running it again fails here ({} {plural} in the file)",
        edits.len()
    );
    cx.report(step.span, message)
        .help("write IF [NOT] EXISTS or OR REPLACE, or put BEGIN and COMMIT around the file")
        .fix_all("Let the statements run again", edits);
}

/// What the statement lacks to run again, and where that stands. CREATE INDEX CONCURRENTLY is better off without it (index/concurrent-if-not-exists).
fn guards(step: &Step) -> Vec<(u32, &'static str)> {
    const CREATE: &str = "if not exists ";
    const DROP: &str = "if exists ";
    // CREATE
    let replace = (step.span.start + 6, " or replace");
    let Some(statement) = step.applied() else { return Vec::new() };
    match &statement.kind {
        StatementKind::CreateTable(s) if !s.if_not_exists => vec![(s.name.span().start, CREATE)],
        StatementKind::CreateTableAs(s) if !s.if_not_exists && s.materialized => vec![(s.name.span().start, CREATE)],
        StatementKind::CreateSequence(s) if !s.if_not_exists => vec![(s.name.span().start, CREATE)],
        StatementKind::CreateExtension(s) if !s.if_not_exists => vec![(s.name.span.start, CREATE)],
        StatementKind::CreateIndex(s) if !s.if_not_exists && s.concurrently.is_none() => {
            s.name.iter().map(|name| (name.span.start, CREATE)).collect()
        }
        StatementKind::CreateSchema(s) if !s.if_not_exists && s.elements.is_empty() => {
            s.name.iter().map(|name| (name.span.start, CREATE)).collect()
        }
        StatementKind::CreateView(s) if !s.or_replace && !s.recursive => vec![replace],
        StatementKind::CreateFunction(s) if !s.or_replace => vec![replace],
        StatementKind::CreateTrigger(s) if !s.or_replace && !s.constraint => vec![replace],
        StatementKind::Drop(s) if !s.if_exists && s.concurrently.is_none() => {
            s.objects.first().map(|o| (o.span().start, DROP)).into_iter().collect()
        }
        StatementKind::AlterTable(s) => s.actions.iter().filter_map(|a| guard(&a.kind)).collect(),
        _ => Vec::new(),
    }
}

fn guard(action: &Action) -> Option<(u32, &'static str)> {
    match action {
        Action::AddColumn { column, if_not_exists: false, .. } => Some((column.name.span.start, "if not exists ")),
        Action::DropColumn { column, if_exists: false, .. } => Some((column.span.start, "if exists ")),
        Action::DropConstraint { name, if_exists: false, .. } => Some((name.span.start, "if exists ")),
        _ => None,
    }
}

/// Whether the file drops the object, where it exists, before it creates it.
fn is_dropped_before(cx: &MigrationContext, step: &Step) -> bool {
    let name = cx.file.source.slice(created_name(step));
    cx.file.steps.iter().take_while(|s| s.span.start < step.span.start).any(|earlier| {
        let Some(StatementKind::Drop(drop)) = earlier.applied().map(|s| &s.kind) else { return false };
        let same = |o: &ObjectName| match o {
            ObjectName::OnRelation { name: dropped, .. } => match step.statement.as_ref().map(|s| &s.kind) {
                Some(StatementKind::CreateTrigger(trigger)) => trigger.name == *dropped,
                _ => false,
            },
            ObjectName::Routine(routine) => cx.file.source.slice(routine.name.span()) == name,
            other => cx.file.source.slice(other.span()) == name,
        };
        drop.if_exists && drop.objects.iter().any(same)
    })
}
