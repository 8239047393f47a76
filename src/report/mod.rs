//! What a check says, in the form that `--format json` prints and that crosses to JavaScript.

#[cfg(feature = "cli")]
pub mod github;
#[cfg(feature = "cli")]
pub mod gitlab;
#[cfg(feature = "cli")]
pub mod json;
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

mod causes;
mod changes;

pub use causes::Causes;
#[cfg(test)]
pub use changes::by_file;
pub use changes::{Cause, Changes, FileFindings};

use crate::parallel;
use crate::replay::{FileReplay, Timeline};
use crate::rules::{Diagnostic, RecipeStep, Severity, Splinter};
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

impl Summary {
    /// Counts a file and what was found in it.
    pub fn count(&mut self, file: &FileReplay, found: &[Diagnostic]) {
        self.files += 1;
        self.statements += file.steps.len() as u32;
        self.uncertain += file.steps.iter().filter(|step| step.uncertain().is_some()).count() as u32;
        for d in found {
            match d.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Info => self.infos += 1,
            }
        }
    }
}

/// Turns what was found, by file, into a report.
pub fn build(timeline: &Timeline, found: &[Vec<Diagnostic>], causes: &Causes, summary: Summary) -> Report {
    // By file: the index of its first finding.
    let mut firsts = Vec::with_capacity(found.len());
    let mut count = 0;
    for of_file in found {
        firsts.push(count);
        count += of_file.len() as u32;
    }
    let numbers: Vec<usize> = (0..found.len()).collect();
    let (findings, uncertain) = parallel::lists(&numbers, |numbers| {
        let mut places = Places::new(timeline);
        let (mut findings, mut uncertain) = (Vec::new(), Vec::new());
        for &number in numbers {
            let id = FileId(number as u32);
            for (index, d) in found[number].iter().enumerate() {
                let mut finding = places.finding(d);
                let cause = causes.of((id, index as u32), d);
                finding.caused_by = cause.map(|(file, index)| firsts[file.0 as usize] + index);
                findings.push(finding);
            }
            let Some(file) = timeline.files.get(number) else { continue };
            for step in &file.steps {
                if let Some(reason) = step.uncertain() {
                    let Range { start, end } = places.range(id, step.span);
                    uncertain.push(Uncertain {
                        file: file.source.path.to_string(),
                        start,
                        end,
                        reason: reason.to_string(),
                    });
                }
            }
        }
        (findings, uncertain)
    });
    Report { version: 1, summary, findings, uncertain }
}

/// The report with what is about the configuration, the last of what was found, in its place in the configuration's text.
#[cfg(feature = "cli")]
pub fn placed_in_configuration(mut report: Report, found: &[Vec<Diagnostic>], file: &SourceFile) -> Report {
    let lines = LineIndex::new(&file.text);
    let from = found.iter().flatten().take_while(|d| d.keys.is_empty()).count();
    for (finding, diagnostic) in report.findings.iter_mut().zip(found.iter().flatten()).skip(from) {
        let span = crate::config::locate(&file.text, &diagnostic.keys).unwrap_or_default();
        finding.file = file.path.to_string();
        finding.start = lines.position(&file.text, span.start as u32);
        finding.end = lines.position(&file.text, span.end as u32);
        finding.statement = None;
    }
    report.findings[from..].sort_by_key(|finding| finding.start.offset); // nothing is caused by these
    report
}

/// Positions, with one line index a file.
pub struct Places<'a> {
    timeline: &'a Timeline,
    /// By file.
    lines: Vec<Option<LineIndex>>,
}

impl<'a> Places<'a> {
    pub fn new(timeline: &'a Timeline) -> Self {
        Self { timeline, lines: vec![None; timeline.files.len()] }
    }

    /// The findings of a file.
    pub fn file(&mut self, file: FileId, found: &[Diagnostic], causes: &Causes) -> FileFindings {
        let path = |file| self.timeline.file(file).source.path.to_string();
        let mut of_file =
            FileFindings { file: path(file), findings: Vec::with_capacity(found.len()), causes: Vec::new() };
        for (finding, d) in (0..).zip(found) {
            if let Some((file, index)) = causes.root((file, finding), d) {
                of_file.causes.push(Cause { finding, file: path(file), index });
            }
            of_file.findings.push(self.finding(d));
        }
        of_file
    }

    /// Without what it follows from.
    fn finding(&mut self, d: &Diagnostic) -> Finding {
        let file = d.location.file;
        Finding {
            rule: d.rule.to_string(),
            severity: d.severity,
            message: d.message.clone(),
            help: d.help.clone(),
            file: self.timeline.file(file).source.path.to_string(),
            start: self.position(file, d.location.span.start),
            end: self.position(file, d.location.span.end),
            statement: d.statement.map(|span| self.range(file, span)),
            object: d.object.clone(),
            splinter: d.splinter.clone(),
            sqlstate: d.sqlstate.map(str::to_string),
            caused_by: None,
            fixes: d.fixes.iter().map(|fix| self.fix(fix)).collect(),
            recipe: d.recipe.clone(),
        }
    }

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
