//! The locks of every statement of a chain, and those that its transaction holds by then: what `pgdry check --locks` prints and
//! `Validator.locks()` returns.

use super::{Lock, LockMode};
use crate::catalog::{Catalog, Oid};
use crate::config::Runner;
use crate::replay::{FileReplay, Step, Timeline, Verdict};
use crate::source::{LineIndex, Position};
use crate::syntax::ast::{StatementKind, Transaction};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct LockTimeline {
    /// The version of this format: 1.
    pub version: u32,
    /// In replay order.
    pub files: Vec<FileLocks>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct FileLocks {
    pub file: String,
    pub statements: Vec<StatementLocks>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct StatementLocks {
    pub start: Position,
    pub end: Position,
    /// Counted from 0 in its file.
    pub transaction: u32,
    /// False where it is refused, or where it is not known what it does.
    pub applied: bool,
    pub locks: Vec<TakenLock>,
    /// What the transaction holds once the statement is done.
    pub held: Vec<HeldLock>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct TakenLock {
    pub relation: String,
    /// `table`, `view` and so on.
    pub kind: &'static str,
    /// As LOCK TABLE names it.
    pub mode: &'static str,
    /// What clients cannot do meanwhile: `writes`, or `reads and writes`.
    pub blocks: Option<&'static str>,
    /// The relation is written anew, with all of its rows.
    pub rewrite: bool,
    /// All of its rows are read to check them.
    pub scan: bool,
    /// All of its rows are read to build an index.
    pub build: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct HeldLock {
    pub relation: String,
    pub mode: &'static str,
}

/// What every statement of the chain locks. The runner says what a transaction is.
pub fn timeline(replayed: &Timeline, runner: Runner) -> LockTimeline {
    LockTimeline { version: 1, files: replayed.files.iter().map(|file| file_of(file, runner)).collect() }
}

/// The locks that a transaction holds.
#[derive(Default)]
struct Open {
    number: u32,
    locks: Vec<(Oid, LockMode, String)>,
}

fn file_of(file: &FileReplay, runner: Runner) -> FileLocks {
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
        let found = super::of(step);
        for lock in &found {
            hold(&mut open, lock, &step.before);
        }
        let position = |offset| lines.position(&file.source.text, offset);
        statements.push(StatementLocks {
            start: position(step.span.start),
            end: position(step.span.end),
            transaction: open.number,
            applied: matches!(step.verdict, Verdict::Applied),
            locks: found.iter().filter_map(|lock| taken(lock, &step.before)).collect(),
            held: open
                .locks
                .iter()
                .map(|(_, mode, name)| HeldLock { relation: name.clone(), mode: mode.words() })
                .collect(),
        });
        if matches!(command, Some(Transaction::Commit { .. } | Transaction::Rollback { .. })) {
            in_block = false;
            over = true;
        } else {
            over = runner == Runner::Psql && !in_block;
        }
    }
    FileLocks { file: file.source.path.to_string(), statements }
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
        None => open.locks.push((lock.relation, lock.mode, catalog.relation_name(relation))),
    }
}

fn taken(lock: &Lock, catalog: &Catalog) -> Option<TakenLock> {
    let relation = catalog.relation(lock.relation)?;
    Some(TakenLock {
        relation: catalog.relation_name(relation),
        kind: relation.kind.noun(),
        mode: lock.mode.words(),
        blocks: lock.mode.blocks(),
        rewrite: lock.rewrite,
        scan: lock.scan,
        build: lock.build,
    })
}
