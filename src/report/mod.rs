//! What a check says, in the form that `--format json` prints and that crosses to JavaScript.

#[cfg(feature = "cli")]
pub mod github;
#[cfg(feature = "cli")]
pub mod gitlab;
#[cfg(feature = "cli")]
pub mod junit;
pub mod markdown;
pub mod sarif;
mod shared;
mod snippet;
#[cfg(feature = "cli")]
pub mod statistics;
#[cfg(all(test, feature = "cli"))]
mod tests;
pub mod text;

mod changes;

pub use changes::{Cause, Changes, FileFindings, by_file, changed};

use crate::replay::{Subject, Timeline};
use crate::rules::{Diagnostic, RecipeStep, Severity, Splinter};
use crate::sort::{insert_pair, value};
#[cfg(feature = "cli")]
use crate::source::SourceFile;
use crate::source::{FileId, LineIndex, Position, Span};
use serde::Serialize;

/// The outcome of a check. `docs/report.schema.json` describes its JSON form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Report {
    /// The version of this format: 1.
    pub version: u32,
    pub summary: Summary,
    /// In order of file and place; those about the configuration last.
    pub findings: Vec<Finding>,
    /// What the replay could not know, in the same order: nothing is said of it.
    pub uncertain: Vec<Uncertain>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Summary {
    pub files: u32,
    pub statements: u32,
    pub errors: u32,
    pub warnings: u32,
    pub infos: u32,
    /// Statements of which the replay could not know what they, or parts of them, do.
    pub uncertain: u32,
}

/// A statement that could not be followed to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Uncertain {
    pub file: String,
    pub start: Position,
    pub end: Position,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Finding {
    pub rule: String,
    pub severity: Severity,
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// A migration, or the configuration where a line of it is what a finding is about. Where the configuration has no text, the end of the last migration
    /// stands for that.
    pub file: String,
    pub start: Position,
    pub end: Position,
    /// The statement that it is about; `null` for findings about a file.
    pub statement: Option<Range>,
    /// `schema.name` of the object that it is about.
    pub object: Option<String>,
    /// The findings of Supabase's splinter that it stands for.
    pub splinter: Vec<Splinter>,
    /// The error that PostgreSQL raises. Present exactly when it would refuse the statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// The index of the finding that this one follows from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<u32>,
    pub fixes: Vec<Fix>,
    /// What to write instead, where it takes several migrations: a migration a step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipe: Vec<RecipeStep>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

/// Text edits that make the finding go away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Fix {
    pub title: String,
    pub edits: Vec<Edit>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Edit {
    pub file: String,
    pub start: Position,
    pub end: Position,
    pub text: String,
}

#[cfg(feature = "cli")]
impl Report {
    /// Keeps the findings of that severity and higher; `None` keeps none.
    pub fn findings_from(&mut self, severity: Option<Severity>) {
        let stays = |f: &Finding| severity.is_some_and(|from| f.severity >= from);
        let mut number = 0;
        let places: Vec<Option<u32>> = self
            .findings
            .iter()
            .map(|f| {
                number += u32::from(stays(f));
                stays(f).then(|| number - 1)
            })
            .collect();
        self.findings.retain(stays);
        for finding in &mut self.findings {
            finding.caused_by = finding.caused_by.and_then(|cause| places[cause as usize]);
        }
        let count = |severity| self.findings.iter().filter(|f| f.severity == severity).count() as u32;
        self.summary.errors = count(Severity::Error);
        self.summary.warnings = count(Severity::Warning);
        self.summary.infos = count(Severity::Info);
    }
}

/// Turns diagnostics, in order, into a report.
pub fn build(timeline: &Timeline, diagnostics: &[Diagnostic]) -> Report {
    let mut places = Places { timeline, lines: vec![None; timeline.files.len()] };
    let causes = causes(diagnostics);
    let mut summary = Summary { files: timeline.files.len() as u32, ..Summary::default() };
    let mut uncertain = Vec::new();
    for (file, step) in timeline.steps() {
        summary.statements += 1;
        if let Some(reason) = step.uncertain() {
            let Range { start, end } = places.range(file.id, step.span);
            uncertain.push(Uncertain { file: file.source.path.to_string(), start, end, reason: reason.to_string() });
        }
    }
    summary.uncertain = uncertain.len() as u32;
    let findings = diagnostics
        .iter()
        .zip(causes)
        .map(|(d, caused_by)| {
            match d.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
            let file = d.location.file;
            Finding {
                rule: d.rule.to_string(),
                severity: d.severity,
                message: d.message.clone(),
                help: d.help.clone(),
                file: timeline.file(file).source.path.to_string(),
                start: places.position(file, d.location.span.start),
                end: places.position(file, d.location.span.end),
                statement: d.statement.map(|span| places.range(file, span)),
                object: d.object.clone(),
                splinter: d.splinter.clone(),
                sqlstate: d.sqlstate.map(str::to_string),
                caused_by,
                fixes: d.fixes.iter().map(|fix| places.fix(fix)).collect(),
                recipe: d.recipe.clone(),
            }
        })
        .collect();
    Report { version: 1, summary, findings, uncertain }
}

/// The report with what is about the configuration, the last of the diagnostics and so of the findings, in its place in the configuration's text.
#[cfg(feature = "cli")]
pub fn placed_in_configuration(mut report: Report, diagnostics: &[Diagnostic], file: &SourceFile) -> Report {
    let lines = LineIndex::new(&file.text);
    let from = diagnostics.iter().take_while(|d| d.keys.is_empty()).count();
    for (finding, diagnostic) in report.findings.iter_mut().zip(diagnostics).skip(from) {
        let span = crate::config::locate(&file.text, &diagnostic.keys).unwrap_or_default();
        finding.file = file.path.to_string();
        finding.start = lines.position(&file.text, span.start as u32);
        finding.end = lines.position(&file.text, span.end as u32);
        finding.statement = None;
    }
    report.findings[from..].sort_by_key(|finding| finding.start.offset); // nothing is caused by these
    report
}

/// For each diagnostic the index of the one that it follows from.
fn causes(diagnostics: &[Diagnostic]) -> Vec<Option<u32>> {
    // The same object may be written with and without its schema.
    let key = |s: &Subject| (s.kind, s.name.strip_prefix("public.").unwrap_or(&s.name).to_string());
    let mut first_missing: Vec<((&str, String), u32)> = Vec::new();
    let mut by_place: Vec<((FileId, Span), u32)> = Vec::new();
    let mut causes = Vec::with_capacity(diagnostics.len());
    for (index, d) in diagnostics.iter().enumerate() {
        let index = index as u32;
        // Only what the replay refused is a cause; the bodies that miss the same come below.
        let missing = d.subject.as_ref().filter(|_| d.sqlstate.is_some_and(is_missing)).map(key);
        let cause = match &missing {
            // The type of a table's rows is missing with the table.
            Some((kind, name)) => {
                let of_kind = |kind| value(&first_missing, &(kind, name.clone())).copied();
                of_kind(*kind).or_else(|| of_kind("relation").filter(|_| *kind == "type"))
            }
            None => d.cause.and_then(|span| value(&by_place, &(d.location.file, span)).copied()),
        };
        if d.sqlstate.is_some() {
            insert_pair(&mut by_place, (d.location.file, d.location.span), index);
        }
        if let Some(key) = missing {
            insert_pair(&mut first_missing, key, index);
        }
        // A mistake reads as one, however far it reaches.
        for subject in &d.provides {
            insert_pair(&mut first_missing, key(subject), cause.unwrap_or(index));
        }
        causes.push(cause);
    }
    for (d, cause) in diagnostics.iter().zip(&mut causes).filter(|(d, _)| d.sqlstate.is_none()) {
        *cause = d.subject.as_ref().and_then(|subject| value(&first_missing, &key(subject)).copied());
    }
    causes
}

/// The SQLSTATEs that say that something does not exist.
fn is_missing(sqlstate: &str) -> bool {
    matches!(sqlstate, "42P01" | "42703" | "42883" | "42704" | "3F000")
}

/// Positions, with one line index a file.
struct Places<'a> {
    timeline: &'a Timeline,
    /// By file.
    lines: Vec<Option<LineIndex>>,
}

impl Places<'_> {
    fn position(&mut self, file: FileId, offset: u32) -> Position {
        let text = &self.timeline.file(file).source.text;
        self.lines[file.0 as usize].get_or_insert_with(|| LineIndex::new(text)).position(text, offset)
    }

    fn range(&mut self, file: FileId, span: Span) -> Range {
        Range { start: self.position(file, span.start), end: self.position(file, span.end) }
    }

    fn fix(&mut self, fix: &crate::rules::Fix) -> Fix {
        let edits = fix
            .edits
            .iter()
            .map(|edit| {
                let Range { start, end } = self.range(edit.file, edit.span);
                let file = self.timeline.file(edit.file).source.path.to_string();
                Edit { file, start, end, text: edit.text.clone() }
            })
            .collect();
        Fix { title: fix.title.clone(), edits }
    }
}
