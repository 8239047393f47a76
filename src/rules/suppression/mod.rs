//! `-- pgdry-ignore rule: reason` and `-- pgdry-ignore-file rule: reason`, and what can be wrong with them.

use crate::config::Config;
use crate::replay::FileReplay;
use crate::rules::{Check, Diagnostic, Preset, Rule, Severity, find, nearest};
use crate::source::{Location, Span};

const fn rule(name: &'static str, summary: &'static str, doc: &'static str) -> Rule {
    Rule {
        name,
        severity: Severity::Warning,
        preset: Preset::Recommended,
        summary: native!(summary),
        doc,
        since: "0.1.0",
        check: Check::Engine,
    }
}

pub const UNUSED: Rule =
    rule("suppression/unused", "suppression comment that suppresses nothing", page!("suppression/unused"));
pub const UNKNOWN_RULE: Rule =
    rule("suppression/unknown-rule", "suppression comment that names no rule", page!("suppression/unknown-rule"));
pub const NO_REASON: Rule =
    rule("suppression/no-reason", "suppression comment without a reason", page!("suppression/no-reason"));

/// One rule named in one comment.
struct Suppression<'a> {
    rule: &'a str,
    /// Where the rule's name stands.
    span: Span,
    /// What it covers: the whole file, or the statement below it (or around it, and there the line below).
    covers: Span,
    has_reason: bool,
    used: bool,
}

/// Takes the suppressed findings out of those of a file, and adds what is wrong with the suppressions themselves.
pub fn apply(file: &FileReplay, config: &Config, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut suppressions = read(file);
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for diagnostic in found {
        let mut suppressed = false;
        for s in suppressions.iter_mut().filter(|s| covers(s, &diagnostic)) {
            s.used = true;
            suppressed = true;
        }
        if !suppressed {
            kept.push(diagnostic);
        }
    }
    for s in &suppressions {
        let mut report = |rule: &'static Rule, message: String, help: String| {
            if let Some(severity) = config.severity_in(rule, &file.source) {
                let location = Location { file: file.id, span: s.span };
                let mut diagnostic = Diagnostic::new(rule, severity, location, message);
                diagnostic.help(help);
                kept.push(diagnostic);
            }
        };
        match find(s.rule) {
            None => {
                let help =
                    nearest(s.rule).map_or("`pgdry rules` lists them".into(), |n| format!("did you mean `{n}`?"));
                report(&UNKNOWN_RULE, format!("there is no rule `{}`", s.rule), help);
            }
            Some(rule) if !s.used && config.severity_in(rule, &file.source).is_some() => {
                report(&UNUSED, format!("nothing here breaks `{}`", s.rule), "remove the comment".into());
            }
            Some(_) => {}
        }
        if !s.has_reason {
            let help = format!("write `-- pgdry-ignore {}: why`", s.rule);
            report(&NO_REASON, format!("suppression of `{}` gives no reason", s.rule), help);
        }
    }
    kept
}

fn covers(s: &Suppression, diagnostic: &Diagnostic) -> bool {
    s.rule == diagnostic.rule && diagnostic.keys.is_empty() && {
        let place = diagnostic.statement.unwrap_or(diagnostic.location.span);
        s.covers.contains(diagnostic.location.span) || s.covers.contains(place)
    }
}

/// The suppressions of a file's comments.
fn read(file: &FileReplay) -> Vec<Suppression<'_>> {
    let source = &file.source;
    let mut suppressions = Vec::new();
    for comment in &file.comments {
        let text = source.slice(comment.span);
        let Some(at) = text.find("pgdry-ignore") else { continue };
        // The word must begin the comment.
        if !text[..at].chars().all(|c| matches!(c, '-' | '/' | '*' | ' ' | '\t')) {
            continue;
        }
        let rest = &text[at + "pgdry-ignore".len()..];
        let (whole_file, rest) = match rest.strip_prefix("-file") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let rest = rest.trim_end_matches(['*', '/']);
        let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let covers = if whole_file { Span::new(0, u32::MAX) } else { covered(file, comment.span) };
        let base = comment.span.start as usize + offset_in(text, names);
        for name in names.split(',').map(str::trim).filter(|n| !n.is_empty()) {
            let start = (base + offset_in(names, name)) as u32;
            suppressions.push(Suppression {
                rule: name,
                span: Span::new(start, start + name.len() as u32),
                covers,
                has_reason: !reason.trim().is_empty(),
                used: false,
            });
        }
    }
    suppressions
}

/// Where a part of a text begins in it.
fn offset_in(whole: &str, part: &str) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}

/// The statement that begins after the comment; for a comment inside a statement the line below it.
fn covered(file: &FileReplay, comment: Span) -> Span {
    if file.steps.iter().any(|s| s.span.contains(comment)) {
        let text = &file.source.text;
        let rest = text.get(comment.end as usize..).unwrap_or("");
        let line_start = rest.find('\n').map_or(text.len(), |n| comment.end as usize + n + 1);
        let line_end = text.get(line_start..).and_then(|t| t.find('\n')).map_or(text.len(), |n| line_start + n);
        return Span::new(line_start as u32, line_end as u32);
    }
    file.steps.iter().map(|s| s.span).find(|s| s.start >= comment.end).unwrap_or_default()
}
