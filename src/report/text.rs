//! Findings for people: the source line with the span underlined, and a summary line.

use super::shared::{Sources, consequences, count, fixable, not_judged, verdict};
use super::{Report, Uncertain, snippet};
use crate::sort::sort_by_key;
use crate::source::SourceFile;
use std::fmt::Write;

/// Renders the report. What follows from another finding is counted under its cause.
pub fn render(report: &Report, files: &[SourceFile], color: bool) -> String {
    let mut out = findings(report, files, color);
    out.push_str(&match color {
        true => styled_summary(report),
        false => summary_line(report),
    });
    out.push('\n');
    out.push_str(&reasons(report));
    out
}

/// The findings without the summary.
pub fn findings(report: &Report, files: &[SourceFile], color: bool) -> String {
    let sources = Sources::of(report, files);
    let colors = if color { snippet::STYLED } else { snippet::PLAIN };
    let mut out = String::new();
    for (finding, follow) in report.findings.iter().zip(consequences(report)).filter(|(f, _)| f.caused_by.is_none()) {
        snippet::write(&mut out, finding, sources.text(&finding.file), follow.len(), &colors);
        out.push_str("\n\n");
    }
    out
}

/// Why statements are not judged: each reason with how often, and where first.
fn reasons(report: &Report) -> String {
    let mut reasons: Vec<(&str, u32, &Uncertain)> = Vec::new();
    for uncertain in &report.uncertain {
        match reasons.iter_mut().find(|(reason, ..)| *reason == uncertain.reason) {
            Some((_, count, _)) => *count += 1,
            None => reasons.push((&uncertain.reason, 1, uncertain)),
        }
    }
    sort_by_key(&mut reasons, |(_, count, _)| std::cmp::Reverse(*count)); // stable
    let mut out = String::new();
    for (reason, count, first) in reasons {
        let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        let _ = writeln!(out, "  not judged: {}:{}{more}: {reason}", first.file, first.start.line);
    }
    out
}

/// `27 files, 412 statements: 3 errors, 1 warning; 2 fixable with --fix`.
pub fn summary_line(report: &Report) -> String {
    summary(report, &verdict(&report.summary))
}

fn summary(report: &Report, verdict: &str) -> String {
    let s = &report.summary;
    let mut line = format!("{}, {}: {verdict}", count(s.files, "file"), count(s.statements, "statement"));
    let fixable = fixable(report);
    if fixable > 0 {
        let _ = write!(line, "; {fixable} fixable with --fix");
    }
    if let Some(not_judged) = not_judged(s) {
        let _ = write!(line, "; {not_judged}");
    }
    line
}

/// The same with the verdict in the color of the worst finding.
fn styled_summary(report: &Report) -> String {
    let s = &report.summary;
    let color = match (s.errors, s.warnings, s.infos) {
        (0, 0, 0) => "\x1b[1;32m",
        (0, 0, _) => "\x1b[1m",
        (0, ..) => "\x1b[1;33m",
        _ => "\x1b[1;91m",
    };
    summary(report, &format!("{color}{}\x1b[0m", verdict(s)))
}
