//! Workflow commands of GitHub Actions: an annotation for each finding.
//!
//! The runner keeps ten annotations of each kind and step, and prints the others to the log only. Errors come first, then warnings; what follows from
//! another finding is counted there. (actions/runner: `ActionCommand.cs`, `ActionCommandManager.cs`, `ExecutionContext.cs`.)

use super::shared::{consequences, count, what_follows};
use super::text::summary_line;
use super::{Finding, Report};
use crate::rules::Severity;
use std::fmt::Write;

/// How many annotations of a kind GitHub takes from one step.
const SHOWN: u32 = 10;

/// Renders the annotations, and the summary line for the log.
pub fn render(report: &Report) -> String {
    let follow = consequences(report);
    let mut out = String::new();
    let mut hidden = Vec::new();
    for (severity, kind) in [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "notice")] {
        let of_kind = report.findings.iter().zip(&follow);
        let of_kind = of_kind.filter(|(f, _)| f.severity == severity && f.caused_by.is_none());
        let number = of_kind.clone().count() as u32;
        // The note on what is hidden is a notice too.
        let shown = if severity == Severity::Info && !hidden.is_empty() { SHOWN - 1 } else { SHOWN };
        if number > shown {
            hidden.push(count(number - shown, severity.word()));
        }
        if severity == Severity::Info && !hidden.is_empty() {
            let hidden = hidden.join(", ");
            let note = format!("GitHub shows ten annotations of a kind: {hidden} more in the log and the job summary");
            let _ = writeln!(out, "::notice title=pgdry::{}", escape_data(&note));
        }
        for (finding, follow) in of_kind {
            out.push_str(&annotation(kind, finding, follow.len()));
        }
    }
    out.push_str(&summary_line(report));
    out.push('\n');
    out
}

fn annotation(kind: &str, finding: &Finding, follow: usize) -> String {
    let Finding { file, start, end, .. } = finding;
    let mut out = format!("::{kind} file={},line={},endLine={}", escape_property(file), start.line, end.line);
    // The runner drops columns of more than one line, with a warning.
    if start.line == end.line {
        let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
    }
    // The log shows neither the title nor the place of a command.
    let mut message = format!("{}\n --> {file}:{}:{}", finding.message, start.line, start.column);
    if let Some(help) = &finding.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    if let Some(follow) = what_follows(follow) {
        let _ = write!(message, "\nnote: {follow}");
    }
    let _ = writeln!(out, ",title={}::{}", escape_property(&finding.rule), escape_data(&message));
    out
}

/// As `escapeData` of `@actions/core`.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As `escapeProperty` of `@actions/core`.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
