//! GitLab's Code Quality report: the part of Code Climate's format that GitLab reads.

use super::shared::{Sources, fingerprints};
use super::{Finding, Report};
use crate::json::Writer;
use crate::rules::Severity;
use crate::source::SourceFile;

/// Renders every finding, what follows from others too: GitLab compares reports by fingerprint.
pub fn render(report: &Report, files: &[SourceFile]) -> String {
    let fingerprints = fingerprints(report, &Sources::of(report, files));
    let mut out = Writer::default();
    out.open("", '[');
    for (finding, fingerprint) in report.findings.iter().zip(&fingerprints) {
        issue(&mut out, finding, fingerprint);
    }
    out.close(']');
    out.end()
}

fn issue(out: &mut Writer, finding: &Finding, fingerprint: &str) {
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
    out.open("", '{');
    out.text("description", &description);
    out.text("check_name", &finding.rule);
    out.text("fingerprint", fingerprint);
    out.text("severity", severity);
    out.open("location", '{');
    out.text("path", path);
    out.open("lines", '{');
    out.number("begin", finding.start.line);
    out.number("end", finding.end.line);
    out.close('}');
    out.close('}');
    out.close('}');
}
