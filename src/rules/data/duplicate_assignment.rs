//! data/duplicate-assignment: one column is assigned twice, which PostgreSQL refuses. The replay finds it; here is its fix.

use crate::replay::{FileReplay, SqlError, Step, state};
use crate::rules::Diagnostic;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{Assignment, MergeAction, Statement, StatementKind};

pub const RULE: Rule = Rule {
    name: "data/duplicate-assignment",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("column assigned twice (42601)"),
    doc: page!("data/duplicate-assignment"),
    since: "0.1.0",
    check: Check::Engine,
};

/// Whether the replay's error is this rule's.
pub fn is_reported(error: &SqlError) -> bool {
    error.sqlstate == state::SYNTAX_ERROR && error.message.starts_with("multiple assignments to same column")
}

/// Takes the second assignment out where it says the same as the first.
pub fn add_help(finding: &mut Diagnostic, file: &FileReplay, step: &Step) {
    finding.help("keep the assignment that is meant, and leave the other out");
    let text = |span: Span| file.source.slice(span);
    for list in step.statement.as_ref().map(lists).unwrap_or_default() {
        let place = |a: &Assignment| a.columns.iter().any(|c| c.name.span == finding.location.span);
        let Some(at) = list.iter().position(place) else { continue };
        let (Some(before), Some(second)) = (at.checked_sub(1).and_then(|i| list.get(i)), list.get(at)) else {
            continue;
        };
        let same = |a: &&Assignment| {
            a.columns.len() == 1
                && second.columns.len() == 1
                && a.columns[0].name == second.columns[0].name
                && text(a.value.span) == text(second.value.span)
        };
        let gone = Span::new(before.value.span.end, second.value.span.end);
        let is_plain = text(gone).trim_start().starts_with(',') && !file.comments.iter().any(|c| gone.contains(c.span));
        if is_plain && list.iter().take(at).any(|a| same(&a)) {
            finding.fix("Leave the second assignment out", (gone, String::new()));
        }
    }
}

fn lists(statement: &Statement) -> Vec<&[Assignment]> {
    match &statement.kind {
        StatementKind::Update(update) => vec![&update.assignments],
        StatementKind::Insert(insert) => {
            insert.on_conflict.iter().filter_map(|c| c.update.as_ref()).map(|(list, _)| &list[..]).collect()
        }
        StatementKind::Merge(merge) => merge
            .whens
            .iter()
            .filter_map(|when| match &when.action {
                MergeAction::Update(list) => Some(&list[..]),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
