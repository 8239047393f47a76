//! Findings for people: the source line with the span underlined, and a summary line.

use super::shared::{consequences, count, fixable, not_judged, recipe, verdict, what_follows};
use super::{Finding, Report, Uncertain};
use crate::rules::Severity;
use crate::sort::sort_by_key;
use crate::source::SourceFile;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::collections::HashMap;
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
    let sources: HashMap<&str, &SourceFile> = files.iter().map(|f| (&*f.path, f)).collect();
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for (finding, follow) in report.findings.iter().zip(consequences(report)).filter(|(f, _)| f.caused_by.is_none()) {
        let source = sources.get(&*finding.file).map(|source| &*source.text);
        out.push_str(&renderer.render(&[group(finding, source, follow.len())]));
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

fn group<'a>(finding: &'a Finding, source: Option<&'a str>, follow: usize) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.rule.as_str());
    let (start, end) = (finding.start.offset as usize, finding.end.offset as usize);
    let mut group = match source.and_then(|text| Some((text, text.get(start..end)?))) {
        Some((text, spanned)) => {
            // One line under the finding is enough to see it; a statement may have hundreds.
            let span = start..start + spanned.find('\n').unwrap_or(spanned.len());
            let label = finding.sqlstate.as_deref().map(|s| format!("SQLSTATE {s}")).unwrap_or_default();
            let annotation = AnnotationKind::Primary.span(span).label(label);
            title.element(Snippet::source(text).path(finding.file.as_str()).annotation(annotation))
        }
        // A file that nobody handed over.
        None => {
            let place = Origin::path(finding.file.as_str()).line(finding.start.line as usize);
            title.element(place.char_column(finding.start.column as usize))
        }
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if let Some(fix) = finding.fixes.first() {
        group = group.element(Level::HELP.with_name("fix").message(fix.title.as_str()));
    }
    if !finding.recipe.is_empty() {
        let steps = format!("a migration for each step\n{}", recipe(finding));
        group = group.element(Level::NOTE.with_name("recipe").message(steps));
    }
    if let Some(follow) = what_follows(follow) {
        group = group.element(Level::NOTE.message(follow));
    }
    group
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
