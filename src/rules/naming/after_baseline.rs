//! naming/after-baseline: a migration that was written after an all-nines baseline and runs before it.

use crate::replay::{FileReplay, Verdict};
use crate::rules::prelude::*;
use crate::source::{Location, Span};
use std::sync::Arc;

pub const RULE: Rule = Rule {
    name: "naming/after-baseline",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("newer than the baseline, and runs before it"),
    doc: page!("naming/after-baseline"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let files = &cx.timeline.files;
    let is_baseline = |file: &&Arc<FileReplay>| file.source.migration_name().is_ok_and(|n| n.is_baseline());
    let Some(baseline) = files.iter().find(is_baseline) else { return };
    let again = created(baseline);
    let baseline_name = baseline.source.file_name();
    for file in files.iter().filter(|file| file.id < baseline.id && !file.steps.is_empty()) {
        // What the baseline creates again is older: it was consolidated into it.
        let own = created(file);
        let refused = file.steps.iter().any(|s| matches!(s.verdict, Verdict::Refused(_)));
        if own.iter().any(|name| again.contains(name)) || (own.is_empty() && !refused) {
            continue;
        }
        let message =
            format!("`{}` is not in the baseline `{baseline_name}`, and runs before it", file.source.file_name());
        cx.report(Location { file: file.id, span: Span::at(0) }, message).help(
            "files run in the order of their names, and `supabase db push` asks for --include-all: take its statements into the baseline, or give that the time of its making as its version",
        );
    }
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
