//! How often each rule found something.

use super::Report;
use super::shared::fixable;
use super::text::summary_line;
use crate::rules::{self, Severity};
use crate::sort::sort_by;
use serde::Serialize;
use std::fmt::Write;

/// What `--statistics` says of a rule.
#[derive(Serialize)]
struct Line<'a> {
    rule: &'a str,
    /// The highest that a finding of it has.
    severity: Severity,
    findings: u32,
    /// How many of them have a fix.
    fixable: u32,
    /// How many follow from another finding.
    consequences: u32,
    files: u32,
    summary: &'static str,
}

/// The most frequent first.
fn lines(report: &Report) -> Vec<Line<'_>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut last_file: Vec<&str> = Vec::new();
    // The findings are in order of files.
    for finding in &report.findings {
        let at = lines.iter().position(|line| line.rule == finding.rule).unwrap_or_else(|| {
            let summary = rules::find(&finding.rule).map_or("", |rule| rule.summary);
            let (rule, severity) = (&*finding.rule, finding.severity);
            lines.push(Line { rule, severity, findings: 0, fixable: 0, consequences: 0, files: 0, summary });
            last_file.push("");
            lines.len() - 1
        });
        let line = &mut lines[at];
        line.severity = line.severity.max(finding.severity);
        line.findings += 1;
        line.fixable += u32::from(!finding.fixes.is_empty());
        line.consequences += u32::from(finding.caused_by.is_some());
        line.files += u32::from(last_file[at] != finding.file);
        last_file[at] = &finding.file;
    }
    sort_by(&mut lines, |a, b| b.findings.cmp(&a.findings).then(a.rule.cmp(b.rule)));
    lines
}

/// A line for each rule: how often, its severity, `[*]` if there are fixes, its name and summary. Below them the summary of all.
pub fn text(report: &Report) -> String {
    let mut out = table(report);
    if !out.is_empty() {
        out.push('\n');
    }
    if fixable(report) > 0 {
        out.push_str("[*] fixable with --fix\n");
    }
    let _ = writeln!(out, "{}", summary_line(report));
    out
}

/// The lines without the summary.
pub fn table(report: &Report) -> String {
    let lines = lines(report);
    let widest = |of: fn(&Line) -> usize| lines.iter().map(of).max().unwrap_or(0);
    let (number, name) = (widest(|l| l.findings.to_string().len()), widest(|l| l.rule.len()));
    let mut out = String::new();
    for line in &lines {
        let fix = if line.fixable > 0 { "[*]" } else { "   " };
        let (severity, rule) = (line.severity.word(), line.rule);
        let row = format!("{:>number$}  {severity:7}  {fix}  {rule:name$}  {}", line.findings, line.summary);
        let _ = writeln!(out, "{}", row.trim_end());
    }
    out
}

/// The same as a JSON list.
pub fn json(report: &Report) -> String {
    serde_json::to_string_pretty(&lines(report)).unwrap_or_default() + "\n" // plain data: it has no keys that are not text
}
