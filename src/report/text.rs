//! Findings for people: the source line with the span underlined, and a summary line.

use super::{Finding, Report, Uncertain};
use crate::rules::Severity;
use crate::sort::sort_by_key;
use crate::source::SourceFile;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::HashMap;
use std::fmt::Write;

/// Renders the report. What follows from another finding is counted under its cause.
pub fn render(report: &Report, files: &[SourceFile], color: bool) -> String {
    let sources: HashMap<&str, &SourceFile> = files.iter().map(|f| (&*f.path, f)).collect();
    let mut consequences: HashMap<u32, u32> = HashMap::new();
    for cause in report.findings.iter().filter_map(|f| f.caused_by) {
        *consequences.entry(cause).or_default() += 1;
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for (index, finding) in report.findings.iter().enumerate().filter(|(_, f)| f.caused_by.is_none()) {
        let Some(source) = sources.get(&*finding.file) else { continue };
        let more = consequences.get(&(index as u32)).copied().unwrap_or(0);
        out.push_str(&renderer.render(&[group(finding, source, more)]));
        out.push_str("\n\n");
    }
    out.push_str(&summary_line(report));
    out.push('\n');
    out.push_str(&reasons(report));
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

fn group<'a>(finding: &'a Finding, source: &'a SourceFile, consequences: u32) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.rule.as_str());
    // One line under the finding is enough to see it; a statement may have hundreds.
    let start = finding.start.offset as usize;
    let end = finding.end.offset as usize;
    let line_end = source.text[start..].find('\n').map_or(source.text.len(), |n| start + n);
    let span = start..end.min(line_end).max(start);
    let label = finding.sqlstate.as_deref().map(|s| format!("SQLSTATE {s}")).unwrap_or_default();
    let annotation = AnnotationKind::Primary.span(span).label(label);
    let mut group = title.element(Snippet::source(&*source.text).path(finding.file.as_str()).annotation(annotation));
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if !finding.recipe.is_empty() {
        group = group.element(Level::NOTE.with_name("recipe").message(recipe(finding)));
    }
    if consequences > 0 {
        let noun = if consequences == 1 { "finding follows" } else { "findings follow" };
        group = group.element(Level::NOTE.message(format!("{consequences} more {noun} from this")));
    }
    group
}

/// The steps, numbered, as they can be copied.
fn recipe(finding: &Finding) -> String {
    let mut out = "a migration for each step".to_string();
    for (step, number) in finding.recipe.iter().zip(1..) {
        let _ = write!(out, "\n-- {number}. {}\n{}", step.title, step.sql);
    }
    out
}

/// `27 files, 412 statements: 3 errors, 1 warning`.
pub fn summary_line(report: &Report) -> String {
    let s = &report.summary;
    let count = |n: u32, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
    let mut line = format!("{}, {}: ", count(s.files, "file"), count(s.statements, "statement"));
    let parts: Vec<String> = [(s.errors, "error"), (s.warnings, "warning"), (s.infos, "info")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, noun)| count(n, noun))
        .collect();
    line.push_str(if parts.is_empty() { "no findings" } else { "" });
    line.push_str(&parts.join(", "));
    if s.uncertain > 0 {
        let _ = write!(
            line,
            "; {} could not be followed to the end and {} not judged in full",
            count(s.uncertain, "statement"),
            if s.uncertain == 1 { "is" } else { "are" }
        );
    }
    line
}
