//! The walk over the files: one session a file, psql's autocommit, explicit transaction blocks.

use super::assume::assume;
use super::{Change, Effects, FileReplay, SqlError, Step, Stop, Verdict, apply, mark_unknown, state};
use crate::catalog::{Catalog, Class};
use crate::source::{FileId, Location, SourceFile, Span};
use crate::syntax::ast::{MaintenanceCommand, Name, Statement, StatementKind, Transaction};
use crate::syntax::{ParsedFile, ParsedStatement};

/// The replay of one file, in a session of its own. Other things can be done between its statements.
pub struct ReplayInPieces {
    session: Session,
    rest: std::vec::IntoIter<ParsedStatement>,
    replay: FileReplay,
}

impl ReplayInPieces {
    pub fn new(id: FileId, source: &SourceFile, parsed: ParsedFile, before: Catalog) -> Self {
        let mut session = Session { catalog: before.clone(), block: None };
        session.catalog.session.source = source.text.clone();
        let steps = Vec::with_capacity(parsed.statements.len());
        let after = before.clone();
        let (source, comments, dropped_policies) = (source.clone(), parsed.comments, Vec::new());
        let replay = FileReplay { id, source, comments, steps, dropped_policies, before, after };
        Self { session, rest: parsed.statements.into_iter(), replay }
    }

    pub fn id(&self) -> FileId {
        self.replay.id
    }

    /// Replays the next so many bytes of statements. False when none is left.
    pub fn advance(&mut self, bytes: u32) -> bool {
        let mut start = None;
        for statement in self.rest.by_ref() {
            let (from, to) = (*start.get_or_insert(statement.span.start), statement.end);
            let step = self.session.step(self.replay.id, self.replay.steps.len() as u32, statement);
            if step.effects.iter().any(|e| e.change == Change::Dropped && e.object.class == Class::Policy) {
                self.replay.dropped_policies.push(self.replay.steps.len());
            }
            self.replay.steps.push(step);
            if to - from >= bytes {
                return true;
            }
        }
        false
    }

    /// After the last statement.
    pub fn end(mut self) -> FileReplay {
        self.session.close();
        self.replay.after = self.session.catalog;
        self.replay
    }
}

/// A connection: the catalog as it sees it, and the open transaction block.
struct Session {
    catalog: Catalog,
    block: Option<Block>,
}

struct Block {
    /// The step that began it.
    begin: u32,
    before: Catalog,
    failed: bool,
    savepoints: Vec<(Name, Catalog)>,
}

impl Session {
    fn step(&mut self, file: FileId, index: u32, parsed: ParsedStatement) -> Step {
        if let (Ok(statement), true) = (&parsed.result, self.catalog.unknowns.is_history_partial()) {
            self.catalog.now = None;
            assume(&mut self.catalog, statement);
        }
        if parsed.result.is_ok() {
            self.catalog.now = Some(Location { file, span: parsed.span });
        }
        let before = self.catalog.clone();
        let in_block = self.block.as_ref().map(|b| b.begin);
        let (statement, verdict, effects) = match parsed.result {
            Err(error) => {
                self.fail();
                (None, Verdict::Syntax(error), Effects::none())
            }
            Ok(statement) => {
                let (verdict, effects) = self.run(index, &statement, &before);
                (Some(statement), verdict, effects)
            }
        };
        let block = in_block.or(self.block.as_ref().map(|b| b.begin));
        Step {
            span: parsed.span,
            end: parsed.end,
            statement,
            verdict,
            effects,
            newer: parsed.newer,
            before,
            after: self.catalog.clone(),
            block,
        }
    }

    fn run(&mut self, index: u32, statement: &Statement, before: &Catalog) -> (Verdict, Effects) {
        if let StatementKind::Transaction(command) = &statement.kind {
            return match self.control(index, command, statement.span) {
                Ok(()) => (Verdict::Applied, Effects::none()),
                Err(error) => {
                    self.fail();
                    (Verdict::Refused(error), Effects::none())
                }
            };
        }
        if self.block.as_ref().is_some_and(|b| b.failed) {
            return (Verdict::Skipped, Effects::none());
        }
        if self.block.is_some()
            && let Some(command) = outside_only(&statement.kind)
        {
            self.fail();
            let message = format!("{command} cannot run inside a transaction block");
            let error = SqlError::new(state::ACTIVE_SQL_TRANSACTION, statement.span, message);
            return (Verdict::Refused(error), Effects::none());
        }
        match apply(&mut self.catalog, statement) {
            Ok(effects) => {
                // Outside of a block the statement was a transaction of its own, which ends here: SET LOCAL with it.
                if self.block.is_none() {
                    self.catalog.end_transaction();
                }
                (Verdict::Applied, effects)
            }
            // What is missing may stand in a file that is not here.
            Err(Stop::Refused(error)) if self.catalog.unknowns.is_history_partial() && is_undefined(&error) => {
                self.catalog = before.clone();
                (Verdict::Unknown("the history is partial".into()), Effects::none())
            }
            Err(Stop::Refused(error)) => {
                self.catalog = before.clone();
                self.fail();
                (Verdict::Refused(error), Effects::none())
            }
            Err(Stop::Unknown(reason)) => {
                self.catalog = before.clone();
                mark_unknown(&mut self.catalog, statement, &reason);
                (Verdict::Unknown(reason), Effects::none())
            }
        }
    }

    /// An error aborts the open block; without one it undoes just its statement.
    fn fail(&mut self) {
        if let Some(block) = &mut self.block {
            block.failed = true;
        }
    }

    fn control(&mut self, index: u32, command: &Transaction, span: Span) -> Result<(), SqlError> {
        match command {
            // BEGIN in a block is a warning only.
            Transaction::Begin => {
                if self.block.is_none() {
                    self.begin(index);
                }
            }
            Transaction::Commit { chain } => self.end(index, true, *chain),
            Transaction::Rollback { chain } => self.end(index, false, *chain),
            Transaction::Savepoint(name) => {
                let catalog = self.catalog.clone();
                let Some(block) = &mut self.block else { return Err(outside_block("SAVEPOINT", span)) };
                if !block.failed {
                    block.savepoints.push((name.clone(), catalog));
                }
            }
            Transaction::Release(name) => {
                let Some(block) = &mut self.block else { return Err(outside_block("RELEASE SAVEPOINT", span)) };
                if !block.failed {
                    let place = savepoint(block, name)?;
                    block.savepoints.truncate(place);
                }
            }
            Transaction::RollbackTo(name) => {
                let Some(block) = &mut self.block else { return Err(outside_block("ROLLBACK TO SAVEPOINT", span)) };
                let place = savepoint(block, name)?;
                self.catalog = block.savepoints[place].1.clone();
                block.savepoints.truncate(place + 1);
                block.failed = false;
            }
            // PREPARE TRANSACTION ends the block; what it did shows only after COMMIT PREPARED, which migrations do not use.
            Transaction::Prepare => self.end(index, true, false),
            Transaction::CommitPrepared | Transaction::RollbackPrepared | Transaction::Characteristics => {}
        }
        Ok(())
    }

    fn begin(&mut self, index: u32) {
        self.block = Some(Block { begin: index, before: self.catalog.clone(), failed: false, savepoints: Vec::new() });
    }

    /// COMMIT of a failed block rolls back. Outside a block both are warnings.
    fn end(&mut self, index: u32, commit: bool, chain: bool) {
        let Some(block) = self.block.take() else { return };
        if block.failed || !commit {
            self.catalog = block.before;
        }
        self.catalog.end_transaction();
        if chain {
            self.begin(index);
        }
    }

    /// The connection ends: an open block rolls back, settings and temporary objects go.
    fn close(&mut self) {
        if let Some(block) = self.block.take() {
            self.catalog = block.before;
        }
        self.catalog.end_transaction();
        self.catalog.end_session();
    }
}

fn savepoint(block: &Block, name: &Name) -> Result<usize, SqlError> {
    block.savepoints.iter().rposition(|(n, _)| n == name).ok_or_else(|| {
        SqlError::new(state::UNDEFINED_SAVEPOINT, name.span, format!("savepoint \"{name}\" does not exist"))
    })
}

/// A schema, relation, function or other object does not exist.
fn is_undefined(error: &SqlError) -> bool {
    matches!(
        error.sqlstate,
        state::UNDEFINED_SCHEMA | state::UNDEFINED_TABLE | state::UNDEFINED_FUNCTION | state::UNDEFINED_OBJECT
    )
}

fn outside_block(command: &str, span: Span) -> SqlError {
    SqlError::new(state::NO_ACTIVE_SQL_TRANSACTION, span, format!("{command} can only be used in transaction blocks"))
}

/// The command, if it commits as it goes and so cannot stand in a block (PreventInTransactionBlock).
fn outside_only(statement: &StatementKind) -> Option<&'static str> {
    Some(match statement {
        StatementKind::CreateIndex(s) if s.concurrently.is_some() => "CREATE INDEX CONCURRENTLY",
        StatementKind::Drop(s) if s.concurrently.is_some() => "DROP INDEX CONCURRENTLY",
        StatementKind::Reindex(s) if s.concurrently.is_some() => "REINDEX CONCURRENTLY",
        StatementKind::Maintenance(s) if s.command == MaintenanceCommand::Vacuum => "VACUUM",
        _ => return None,
    })
}
