//! What the tests of the statement modules share: SQL in, verdicts out, on the Supabase base.

use super::{FileReplay, ReplayInPieces, Verdict};
use crate::catalog::{Catalog, base};
use crate::source::{FileId, SourceFile};
use crate::syntax;

/// Replays the text as one file of a fresh Supabase project.
pub(crate) fn run(sql: &str) -> FileReplay {
    run_on(base::supabase(), sql)
}

pub(crate) fn run_on(start: Catalog, sql: &str) -> FileReplay {
    let source = SourceFile::new("test.sql", sql);
    let mut replay = ReplayInPieces::new(FileId(0), &source, syntax::parse(sql), start);
    while replay.advance(u32::MAX) {}
    replay.end()
}

/// What the text leaves.
pub(crate) fn catalog(sql: &str) -> Catalog {
    run(sql).after
}

fn shown(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Applied => "ok".into(),
        Verdict::Syntax(error) => format!("{} {}", error.sqlstate, error.message),
        Verdict::Refused(error) => format!("{} {}", error.sqlstate, error.message),
        Verdict::Skipped => "skipped".into(),
        Verdict::Unknown(reason) => format!("unknown: {reason}"),
    }
}

/// A verdict per statement.
pub(crate) fn verdicts(sql: &str) -> Vec<String> {
    run(sql).steps.iter().map(|step| shown(&step.verdict)).collect()
}

/// `(setup, statement, verdict of the statement)`. The setup must apply.
pub(crate) fn check(cases: &[(&str, &str, &str)]) {
    let mut failures = Vec::new();
    for (setup, statement, expected) in cases {
        let replayed = run(&format!("{setup};\n{statement}"));
        let verdicts: Vec<String> = replayed.steps.iter().map(|step| shown(&step.verdict)).collect();
        let Some((last, before)) = verdicts.split_last() else { continue };
        if let Some(broken) = before.iter().find(|v| *v != "ok") {
            failures.push(format!("setup of `{statement}`: {broken}"));
        } else if last != expected {
            failures.push(format!("`{statement}`\n    expected {expected}\n    got      {last}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
