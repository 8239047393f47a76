//! atomicity/transaction-control: BEGIN, COMMIT or ROLLBACK in a migration that is a transaction anyway.

use crate::config::Runner;
use crate::replay::Step;
use crate::rules::prelude::*;
use crate::source::{MigrationName, Span};
use crate::syntax::ast::{StatementKind, Transaction};

pub const RULE: Rule = Rule {
    name: "atomicity/transaction-control",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("BEGIN or COMMIT inside a migration"),
    doc: page!("atomicity/transaction-control"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    if cx.common.config.runner != Runner::Supabase || cx.common.is_applied(cx.file.id) || cx.common.is_partial() {
        return;
    }
    // What has no version no runner applies: somebody does by hand.
    if MigrationName::version_of(cx.file.source.file_name()).is_none() {
        return;
    }
    let commands: Vec<(&Step, &str)> = cx.file.steps.iter().filter_map(|s| Some((s, command(s)?))).collect();
    let Some((first, word)) = commands.first().copied() else { return };
    let ends = commands.iter().find(|(_, word)| *word != "BEGIN").map(|(_, word)| *word);
    let what = match ends {
        Some("ROLLBACK") => "takes back what it did",
        Some(_) => "commits before the migration is recorded as applied",
        None => "does nothing",
    };
    // Around all of it, and nothing but that; what fails in a block would fail otherwise without it.
    let wraps = word == "BEGIN"
        && ends == Some("COMMIT")
        && commands.len() == 2
        && cx.file.steps.iter().all(|s| s.applied().is_some())
        && std::ptr::eq(first, &cx.file.steps[0])
        && cx.file.steps.last().is_some_and(|s| std::ptr::eq(s, commands[1].0));
    let (file, text) = (cx.file.id, &cx.file.source.text);
    let finding = cx
        .report(first.span, format!("the migration is one transaction already: {} in it {what}", ends.unwrap_or(word)));
    finding.help("leave BEGIN and COMMIT out; a part that must be committed by itself is a migration of its own");
    if wraps {
        let edit = |step: &Step| {
            // With the rest of its line.
            let line = text.get(step.end as usize..).is_some_and(|rest| rest.starts_with('\n'));
            Edit { file, span: Span::new(step.span.start, step.end + u32::from(line)), text: String::new() }
        };
        finding.fix_all("Remove BEGIN and COMMIT", commands.iter().map(|(step, _)| edit(step)).collect());
    }
}

/// The command, if it begins or ends a transaction.
fn command(step: &Step) -> Option<&'static str> {
    let Some(StatementKind::Transaction(command)) = step.statement.as_ref().map(|s| &s.kind) else { return None };
    Some(match command {
        Transaction::Begin => "BEGIN",
        Transaction::Commit { .. } => "COMMIT",
        Transaction::Rollback { .. } => "ROLLBACK",
        Transaction::Prepare => "PREPARE TRANSACTION",
        _ => return None,
    })
}
