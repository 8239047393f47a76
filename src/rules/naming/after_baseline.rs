//! naming/after-baseline: a migration that was written after an all-nines baseline and runs before it.

use crate::replay::{FileReplay, Verdict};
use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "naming/after-baseline",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "newer than the baseline, and runs before it",
    doc: page!("naming/after-baseline"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    let files = &cx.common.timeline.files;
    let is_baseline = |file: &FileReplay| file.source.migration_name().is_ok_and(|n| n.is_baseline());
    let Some(baseline) = files.iter().find(|f| is_baseline(f)) else { return };
    if cx.file.id >= baseline.id || cx.file.steps.is_empty() {
        return;
    }
    // What the baseline creates again is older: it was consolidated into it.
    let own = created(cx.file);
    let again = created(baseline);
    let refused = cx.file.steps.iter().any(|s| matches!(s.verdict, Verdict::Refused(_)));
    if own.iter().any(|name| again.contains(name)) || (own.is_empty() && !refused) {
        return;
    }
    let baseline = baseline.source.file_name();
    let message = format!("`{}` is not in the baseline `{baseline}`, and runs before it", cx.file.source.file_name());
    cx.report(Span::at(0), message).help(
        "files run in the order of their names, and `supabase db push` asks for --include-all: take its statements into the baseline, or give that the time of its making as its version",
    );
}

/// The last parts of the names that a file's statements create.
fn created(file: &FileReplay) -> Vec<&str> {
    let mut names = Vec::new();
    for step in &file.steps {
        let span = created_name(step);
        if span != step.span {
            let name = file.source.slice(span);
            names.push(name.rsplit('.').next().unwrap_or(name).trim_matches('"'));
        }
    }
    names
}
