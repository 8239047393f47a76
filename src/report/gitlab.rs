//! GitLab's Code Quality report: the part of Code Climate's format that GitLab reads.

use super::shared::{Sources, fingerprints};
use super::{Finding, Report};
use crate::json;
use crate::rules::Severity;
use crate::source::SourceFile;
use serde::Serialize;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Renders every finding, what follows from others too: GitLab compares reports by fingerprint.
pub fn render(report: &Report, files: &[SourceFile]) -> String {
    let fingerprints = fingerprints(report, &Sources::of(report, files));
    let issues: Vec<Issue> = report.findings.iter().zip(fingerprints).map(|(f, name)| issue(f, name)).collect();
    json::pretty(&issues) + "\n"
}

fn issue(finding: &Finding, fingerprint: String) -> Issue<'_> {
    // GitLab shows the description only.
    let mut description = format!("{}: {}", finding.rule, finding.message);
    if let Some(help) = &finding.help {
        description += "\n";
        description += help;
    }
    let severity = match finding.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    };
    let path = finding.file.strip_prefix("./").unwrap_or(&finding.file); // GitLab matches no path that begins with it
    let lines = Lines { begin: finding.start.line, end: finding.end.line };
    Issue { description, check_name: &finding.rule, fingerprint, severity, location: Location { path, lines } }
}
