//! `pgdry check --locks`: the locks of every statement, and those that its transaction holds by then.

use super::{Failure, Format, print};
use crate::Project;
use crate::catalog::{Catalog, Oid, Relation};
use crate::config::Runner;
use crate::locks::{self, Lock, LockMode};
use crate::replay::{FileReplay, Step, Verdict};
use crate::source::{LineIndex, Position};
use crate::syntax::ast::{StatementKind, Transaction};
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
struct Timeline {
    /// The version of this format: 1.
    version: u32,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    file: String,
    statements: Vec<Statement>,
}

#[derive(Serialize)]
struct Statement {
    start: Position,
    end: Position,
    /// Counted from 0 in its file.
    transaction: u32,
    /// False where it is refused, or where it is not known what it does.
    applied: bool,
    locks: Vec<Taken>,
    /// What the transaction holds once the statement is done.
    held: Vec<Held>,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize)]
struct Taken {
    relation: String,
    kind: &'static str,
    mode: &'static str,
    /// What clients cannot do meanwhile.
    blocks: Option<&'static str>,
    rewrite: bool,
    scan: bool,
    build: bool,
}

#[derive(Serialize)]
struct Held {
    relation: String,
    mode: &'static str,
}

pub fn run(project: &mut Project, format: Format) -> Result<(), Failure> {
    let runner = project.config().runner;
    let replayed = project.timeline();
    let timeline = Timeline { version: 1, files: replayed.files.iter().map(|file| file_of(file, runner)).collect() };
    match format {
        Format::Json => print(&(serde_json::to_string_pretty(&timeline).map_err(|e| e.to_string())? + "\n")),
        Format::Text => print(&text(&timeline)),
    }
}

/// The locks that a transaction holds.
#[derive(Default)]
struct Open {
    number: u32,
    locks: Vec<(Oid, LockMode, String)>,
}

fn file_of(file: &FileReplay, runner: Runner) -> File {
    let lines = LineIndex::new(&file.source.text);
    let mut open = Open::default();
    let (mut in_block, mut over) = (false, false);
    let mut statements = Vec::with_capacity(file.steps.len());
    for step in &file.steps {
        let command = transaction(step);
        // Supabase runs a file as one transaction, but for what says itself where one begins and ends.
        let begins = matches!(command, Some(Transaction::Begin)) && !in_block;
        if over || (begins && !open.locks.is_empty()) {
            open = Open { number: open.number + 1, locks: Vec::new() };
        }
        in_block |= begins;
        let found = locks::of(step);
        for lock in &found {
            hold(&mut open, lock, &step.before);
        }
        let position = |offset| lines.position(&file.source.text, offset);
        statements.push(Statement {
            start: position(step.span.start),
            end: position(step.span.end),
            transaction: open.number,
            applied: matches!(step.verdict, Verdict::Applied),
            locks: found.iter().filter_map(|lock| taken(lock, &step.before)).collect(),
            held: open
                .locks
                .iter()
                .map(|(_, mode, name)| Held { relation: name.clone(), mode: mode.words() })
                .collect(),
            text: first_line(file.source.slice(step.span)),
        });
        if matches!(command, Some(Transaction::Commit { .. } | Transaction::Rollback { .. })) {
            in_block = false;
            over = true;
        } else {
            over = runner == Runner::Psql && !in_block;
        }
    }
    File { file: file.source.path.to_string(), statements }
}

fn transaction(step: &Step) -> Option<&Transaction> {
    match &step.statement.as_ref()?.kind {
        StatementKind::Transaction(command) => Some(command),
        _ => None,
    }
}

fn hold(open: &mut Open, lock: &Lock, catalog: &Catalog) {
    let Some(relation) = catalog.relation(lock.relation) else { return };
    match open.locks.iter_mut().find(|(oid, ..)| *oid == lock.relation) {
        Some((_, mode, _)) => *mode = (*mode).max(lock.mode),
        None => open.locks.push((lock.relation, lock.mode, name(catalog, relation))),
    }
}

fn name(catalog: &Catalog, relation: &Relation) -> String {
    catalog.relation_name(relation)
}

fn taken(lock: &Lock, catalog: &Catalog) -> Option<Taken> {
    let relation = catalog.relation(lock.relation)?;
    Some(Taken {
        relation: name(catalog, relation),
        kind: relation.kind.noun(),
        mode: lock.mode.words(),
        blocks: lock.mode.blocks(),
        rewrite: lock.rewrite,
        scan: lock.scan,
        build: lock.build,
    })
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("").trim_end().to_string()
}

fn text(timeline: &Timeline) -> String {
    let mut out = String::new();
    for file in &timeline.files {
        let _ = writeln!(out, "{}", file.file);
        let mut transaction = None;
        for statement in &file.statements {
            if transaction != Some(statement.transaction) {
                let _ = writeln!(out, "  transaction {}", statement.transaction + 1);
                transaction = Some(statement.transaction);
            }
            let _ = writeln!(out, "  {:>5}  {}", statement.start.line, statement.text);
            for lock in &statement.locks {
                let _ = write!(out, "         {} {}: {}", lock.kind, lock.relation, lock.mode);
                let work = [
                    (lock.rewrite, "is rewritten"),
                    (lock.scan, "is read in full"),
                    (lock.build, "has an index built"),
                ];
                for (_, words) in work.iter().filter(|(does, _)| *does) {
                    let _ = write!(out, ", {words}");
                }
                let _ = writeln!(out, "{}", lock.blocks.map(|b| format!("; blocks {b}")).unwrap_or_default());
            }
            if statement.held.len() > statement.locks.len() {
                let held: Vec<String> = statement.held.iter().map(|h| format!("{} {}", h.relation, h.mode)).collect();
                let _ = writeln!(out, "         held by now: {}", held.join(", "));
            }
        }
    }
    out
}
