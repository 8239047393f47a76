//! syntax/empty-migration: a migration without a statement.

use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "syntax/empty-migration",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("migration without a statement"),
    doc: page!("syntax/empty-migration"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    if !cx.file.steps.is_empty() || cx.common.is_partial() || cx.common.is_applied(cx.file.id) {
        return;
    }
    let disabled = |text: &str| text.trim_end_matches(['*', '/']).trim_end().ends_with(';');
    let comments = &cx.file.comments;
    let out = comments.iter().find(|c| disabled(cx.file.source.slice(c.span))).map(|c| c.span);
    // A comment may say why nothing is there.
    if out.is_none() && !comments.is_empty() {
        return;
    }
    let name = cx.file.source.file_name();
    let (message, help) = match out {
        Some(_) => (
            format!("all statements of `{name}` are commented out"),
            "delete the file, or say in a comment why it must stay",
        ),
        None => (format!("`{name}` is empty"), "delete it, or say in a comment why it must stay"),
    };
    cx.report(out.unwrap_or(Span::at(0)), message).help(help);
}
