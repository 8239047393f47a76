//! What the replay refuses, as findings: would the chain apply?

pub mod insufficient_privilege;
pub mod invalid_function_body;
mod missing_extension;
pub mod redundant;
mod similar;

use crate::catalog::{Catalog, Class};
use crate::config::{Config, Runner};
use crate::replay::{Change, FileReplay, SqlError, Step, Subject, Timeline, Verdict, state};
use crate::rules::context::Turn;
use crate::rules::data::duplicate_assignment;
use crate::rules::{Check, Diagnostic, Preset, Rule, Severity, syntax};
use crate::sort::sort;
use crate::source::{FileId, Location, Span};
use crate::syntax::ast::{AlterTableActionKind, QualifiedName, Statement, StatementKind};

const fn rule(name: &'static str, summary: &'static str, doc: &'static str) -> Rule {
    Rule {
        name,
        severity: Severity::Error,
        preset: Preset::Recommended,
        summary: native!(summary),
        doc,
        since: "0.1.0",
        check: Check::Engine,
    }
}

macro_rules! refusal {
    ($constant:ident, $name:literal, $summary:literal) => {
        pub const $constant: Rule = rule(concat!("schema/", $name), $summary, page!(concat!("schema/", $name)));
    };
}

refusal!(UNDEFINED_TABLE, "undefined-table", "relation does not exist at that point of the chain (42P01)");
refusal!(UNDEFINED_COLUMN, "undefined-column", "column does not exist at that point of the chain (42703)");
refusal!(UNDEFINED_FUNCTION, "undefined-function", "function does not exist at that point of the chain (42883)");
refusal!(UNDEFINED_TYPE, "undefined-type", "type does not exist at that point of the chain (42704)");
refusal!(UNDEFINED_OBJECT, "undefined-object", "object does not exist at that point of the chain (42704)");
refusal!(UNDEFINED_SCHEMA, "undefined-schema", "schema does not exist at that point of the chain (3F000)");
refusal!(DUPLICATE_TABLE, "duplicate-table", "relation exists already (42P07)");
refusal!(DUPLICATE_COLUMN, "duplicate-column", "column exists already (42701)");
refusal!(DUPLICATE_OBJECT, "duplicate-object", "object exists already (42710)");
refusal!(DUPLICATE_FUNCTION, "duplicate-function", "function with these argument types exists already (42723)");
refusal!(DEPENDENT_OBJECTS, "dependent-objects", "other objects depend on what is dropped (2BP01)");
refusal!(WRONG_OBJECT_TYPE, "wrong-object-type", "object is of another kind (42809)");
refusal!(INVALID_FOREIGN_KEY, "invalid-foreign-key", "foreign key does not fit the table that it references (42830)");
refusal!(DATATYPE_MISMATCH, "datatype-mismatch", "types do not fit (42804)");
refusal!(INVALID_DEFINITION, "invalid-definition", "definition that PostgreSQL refuses (42P16, 42P17)");
refusal!(REFUSED, "refused", "any other error that PostgreSQL raises");

refusal!(MISSING_EXTENSION, "missing-extension", "function or type of an extension that is not created");

/// The rule for an error of the replay.
fn rule_of(error: &SqlError) -> &'static Rule {
    match error.sqlstate {
        state::UNDEFINED_TABLE => &UNDEFINED_TABLE,
        state::UNDEFINED_COLUMN => &UNDEFINED_COLUMN,
        state::UNDEFINED_FUNCTION => &UNDEFINED_FUNCTION,
        state::UNDEFINED_OBJECT if error.subject.as_ref().is_some_and(|s| s.kind == "type") => &UNDEFINED_TYPE,
        state::UNDEFINED_OBJECT => &UNDEFINED_OBJECT,
        state::UNDEFINED_SCHEMA => &UNDEFINED_SCHEMA,
        state::DUPLICATE_TABLE => &DUPLICATE_TABLE,
        state::DUPLICATE_COLUMN => &DUPLICATE_COLUMN,
        state::DUPLICATE_OBJECT => &DUPLICATE_OBJECT,
        state::DUPLICATE_FUNCTION => &DUPLICATE_FUNCTION,
        state::DEPENDENT_OBJECTS => &DEPENDENT_OBJECTS,
        state::WRONG_OBJECT_TYPE => &WRONG_OBJECT_TYPE,
        state::INVALID_FOREIGN_KEY => &INVALID_FOREIGN_KEY,
        state::DATATYPE_MISMATCH => &DATATYPE_MISMATCH,
        state::INVALID_TABLE_DEFINITION | state::INVALID_OBJECT_DEFINITION => &INVALID_DEFINITION,
        _ if duplicate_assignment::is_reported(error) => &duplicate_assignment::RULE,
        _ => &REFUSED,
    }
}

/// What is known of what is missing.
#[derive(Default)]
pub struct Refusals {
    /// What the files from one on create.
    created: Option<(FileId, Creations)>,
    similar: similar::Similar,
    asked: missing_extension::Asked,
}

impl Refusals {
    /// A finding for each statement that does not parse, that PostgreSQL would refuse, or that stands in an aborted block, in the files whose turn it is.
    pub fn of(&mut self, timeline: &Timeline, config: &Config, turn: &Turn, found: &mut Vec<Diagnostic>) {
        for file in timeline.files.iter().filter(|_| turn.takes()) {
            if let (Some((offset, byte)), Some(severity)) =
                (file.source.invalid_utf8, config.severity(&syntax::error::RULE))
            {
                let message = format!("invalid byte sequence for encoding \"UTF8\": 0x{byte:02x}");
                let mut diagnostic = Diagnostic::new(
                    &syntax::error::RULE,
                    severity,
                    Location { file: file.id, span: Span::at(offset) },
                    message,
                );
                diagnostic.help("save the file as UTF-8");
                found.push(diagnostic);
            }
            // The error that aborted each open block.
            let mut aborted: Vec<(u32, Span)> = Vec::new();
            for step in &file.steps {
                let diagnostic = match &step.verdict {
                    Verdict::Applied | Verdict::Unknown(_) => continue,
                    Verdict::Syntax(error) => {
                        let is_psql = file.source.slice(step.span).starts_with('\\');
                        let (rule, message) = if is_psql {
                            // psql runs them itself, before the server sees anything.
                            if config.runner == Runner::Psql {
                                continue;
                            }
                            let command = file.source.slice(step.span).split_whitespace().next().unwrap_or_default();
                            (&syntax::psql_command::RULE, format!("`{command}` is a command of psql, and no SQL"))
                        } else {
                            (&syntax::error::RULE, error.message.clone())
                        };
                        diagnose(file, step, config, rule, message, error.span).map(|mut d| {
                            d.help = error.help.clone();
                            d.sqlstate = Some(error.sqlstate);
                            d
                        })
                    }
                    Verdict::Refused(error) => {
                        let extension = missing_extension::provider(&step.before, error, &mut self.asked)
                            .filter(|_| config.severity(&MISSING_EXTENSION).is_some());
                        let rule = if extension.is_some() { &MISSING_EXTENSION } else { rule_of(error) };
                        diagnose(file, step, config, rule, error.message.clone(), error.span).map(|mut d| {
                            d.sqlstate = Some(error.sqlstate);
                            d.subject = error.subject.as_deref().cloned();
                            let later = error
                                .subject
                                .as_ref()
                                .and_then(|subject| self.created_later(timeline, file.id, error, subject));
                            let brought = extension.map(|name| {
                                let subject = Subject { kind: "extension", name: name.into() };
                                self.created_later(timeline, file.id, error, &subject)
                                    .unwrap_or_else(|| missing_extension::add(&mut d, &step.before, step.span, name))
                            });
                            let meant = || {
                                let missing = error.subject.as_deref().filter(|_| is_missing(error))?;
                                self.similar.help(&step.before, missing)
                            };
                            d.help = later
                                .or(brought)
                                .or_else(meant)
                                .or_else(|| error.hint.clone())
                                .or_else(|| error.detail.clone());
                            d.object = error.subject.as_ref().map(|s| s.name.clone());
                            d.provides = step.statement.as_ref().map(would_create).unwrap_or_default();
                            if duplicate_assignment::is_reported(error) {
                                duplicate_assignment::add_help(&mut d, file, step);
                            }
                            d
                        })
                    }
                    Verdict::Skipped => {
                        let message = "current transaction is aborted, commands ignored until end of transaction block";
                        diagnose(file, step, config, &REFUSED, message.into(), step.span).map(|mut d| {
                            d.sqlstate = Some(state::IN_FAILED_TRANSACTION);
                            d.cause = step
                                .block
                                .and_then(|block| aborted.iter().find(|(b, _)| *b == block).map(|(_, span)| *span));
                            d
                        })
                    }
                };
                if let (Some(block), Some(diagnostic)) = (step.block, &diagnostic) {
                    // The first of a block is the one that is found.
                    aborted.push((block, diagnostic.location.span));
                }
                found.extend(diagnostic);
            }
        }
    }

    /// `created only in later.sql`, for something that is missing here.
    fn created_later(
        &mut self,
        timeline: &Timeline,
        here: FileId,
        error: &SqlError,
        subject: &Subject,
    ) -> Option<String> {
        if !is_missing(error) {
            return None;
        }
        let bare = subject.name.rsplit('.').next().unwrap_or(&subject.name);
        let first = loop {
            let (from, created) = self.created.get_or_insert_with(|| (here, creations(timeline, here)));
            let at = created.partition_point(|(kind, name, _)| (*kind, &**name) < (subject.kind, bare));
            let (_, _, first) = created.get(at).filter(|(kind, name, _)| (*kind, &**name) == (subject.kind, bare))?;
            if *from == FileId(0) {
                break *first;
            }
            // Files before those may create it too; most names are in none of these.
            self.created = Some((FileId(0), creations(timeline, FileId(0))));
        };
        if first < here {
            return None;
        }
        let name = timeline.file(first).source.file_name();
        Some(if first == here {
            format!("{} `{bare}` is created only further down in this file", subject.kind)
        } else {
            format!("{} `{bare}` is created only in {name}, which runs later", subject.kind)
        })
    }
}

fn diagnose(
    file: &FileReplay,
    step: &Step,
    config: &Config,
    rule: &'static Rule,
    message: String,
    span: Span,
) -> Option<Diagnostic> {
    let severity = config.severity(rule)?;
    let mut diagnostic = Diagnostic::new(rule, severity, Location { file: file.id, span }, message);
    diagnostic.statement = Some(step.span);
    Some(diagnostic)
}

/// What a statement would have created, in the words of the messages that miss it.
fn would_create(statement: &Statement) -> Vec<Subject> {
    let one = |kind, name: &QualifiedName| vec![Subject { kind, name: name.to_string() }];
    match &statement.kind {
        StatementKind::CreateTable(s) => one("relation", &s.name),
        StatementKind::CreateTableAs(s) => one("relation", &s.name),
        StatementKind::CreateView(s) => one("relation", &s.name),
        StatementKind::CreatePolicy(s) => one("policies", &s.table),
        StatementKind::CreateSequence(s) => one("relation", &s.name),
        StatementKind::CreateFunction(s) => one("function", &s.name),
        StatementKind::CreateType(s) => one("type", &s.name),
        StatementKind::CreateDomain(s) => one("type", &s.name),
        StatementKind::CreateSchema(s) => {
            s.name.iter().map(|name| Subject { kind: "schema", name: name.to_string() }).collect()
        }
        StatementKind::AlterTable(s) => s
            .actions
            .iter()
            .filter_map(|action| match &action.kind {
                AlterTableActionKind::AddColumn { column, .. } => {
                    Some(Subject { kind: "column", name: format!("{}.{}", s.name, column.name) })
                }
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// In order: the kind and bare name of what is created, and the file.
type Creations = Vec<(&'static str, String, FileId)>;

fn creations(timeline: &Timeline, from: FileId) -> Creations {
    let mut created = Creations::new();
    for (file, step) in timeline.steps().filter(|(file, _)| file.id >= from) {
        for effect in step.effects.iter().filter(|e| e.change == Change::Created) {
            let object = effect.object;
            if let Some((kind, name)) = created_key(&step.after, object.class, object.oid, object.column) {
                created.push((kind, name, file.id));
            }
        }
    }
    sort(&mut created);
    created
}

fn created_key(after: &Catalog, class: Class, oid: crate::catalog::Oid, column: u16) -> Option<(&'static str, String)> {
    Some(match class {
        Class::Relation if column != 0 => ("column", after.relation(oid)?.column_by_number(column)?.name.to_string()),
        Class::Relation => ("relation", after.relation(oid)?.name.to_string()),
        Class::Type => ("type", after.type_(oid)?.name.to_string()),
        Class::Function => ("function", after.function(oid)?.name.to_string()),
        Class::Schema => ("schema", after.schema(oid)?.name.to_string()),
        Class::Role => ("role", after.role(oid)?.name.to_string()),
        Class::Extension => ("extension", after.extension(oid)?.name.to_string()),
        _ => return None,
    })
}

/// Whether the error says that something does not exist.
fn is_missing(error: &SqlError) -> bool {
    matches!(
        error.sqlstate,
        state::UNDEFINED_TABLE
            | state::UNDEFINED_COLUMN
            | state::UNDEFINED_FUNCTION
            | state::UNDEFINED_OBJECT
            | state::UNDEFINED_SCHEMA
    )
}
