//! BEGIN, COMMIT, ROLLBACK, savepoints, two-phase commit; and the modes of SET TRANSACTION.

use crate::syntax::ast::{Name, Transaction};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    pub(super) fn transaction(&mut self) -> Result<Transaction> {
        let first = self.keyword();
        self.bump();
        match first {
            Some(kw::BEGIN) => {
                self.work_or_transaction();
                self.transaction_modes()?;
                Ok(Transaction::Begin)
            }
            Some(kw::START) => {
                self.expect(kw::TRANSACTION)?;
                self.transaction_modes()?;
                Ok(Transaction::Begin)
            }
            Some(kw::COMMIT) if self.eat(kw::PREPARED) => {
                self.string()?;
                Ok(Transaction::CommitPrepared)
            }
            Some(kw::ROLLBACK) if self.eat(kw::PREPARED) => {
                self.string()?;
                Ok(Transaction::RollbackPrepared)
            }
            Some(kw::COMMIT | kw::END) => {
                self.work_or_transaction();
                Ok(Transaction::Commit { chain: self.chain()? })
            }
            Some(kw::SAVEPOINT) => Ok(Transaction::Savepoint(self.name()?)),
            Some(kw::RELEASE) => Ok(Transaction::Release(self.savepoint()?)),
            Some(kw::PREPARE) => {
                self.expect(kw::TRANSACTION)?;
                self.string()?;
                Ok(Transaction::Prepare)
            }
            first => {
                self.work_or_transaction();
                if first == Some(kw::ROLLBACK) && self.eat(kw::TO) {
                    return Ok(Transaction::RollbackTo(self.savepoint()?));
                }
                Ok(Transaction::Rollback { chain: self.chain()? })
            }
        }
    }

    fn work_or_transaction(&mut self) {
        let _ = self.eat(kw::WORK) || self.eat(kw::TRANSACTION);
    }

    /// `AND [NO] CHAIN`.
    fn chain(&mut self) -> Result<bool> {
        if !self.eat(kw::AND) {
            return Ok(false);
        }
        let no = self.eat(kw::NO);
        self.expect(kw::CHAIN)?;
        Ok(!no)
    }

    /// `[SAVEPOINT] name`; SAVEPOINT may itself be the name.
    fn savepoint(&mut self) -> Result<Name> {
        if self.at(kw::SAVEPOINT) && self.is_name(1) {
            self.bump();
        }
        self.name()
    }

    /// Modes with or without commas between them; none is allowed too.
    pub(super) fn transaction_modes(&mut self) -> Result<usize> {
        let mut count = 0;
        loop {
            let comma = count > 0 && self.eat_kind(TokenKind::Comma);
            match self.keyword() {
                Some(kw::ISOLATION) => {
                    self.bump();
                    self.expect(kw::LEVEL)?;
                    self.isolation_level()?;
                }
                Some(kw::READ) => {
                    self.bump();
                    if !self.eat(kw::ONLY) {
                        self.expect(kw::WRITE)?;
                    }
                }
                Some(kw::NOT) => {
                    self.bump();
                    self.expect(kw::DEFERRABLE)?;
                }
                Some(kw::DEFERRABLE) => {
                    self.bump();
                }
                _ if comma => return self.fail(),
                _ => return Ok(count),
            }
            count += 1;
        }
    }

    fn isolation_level(&mut self) -> Result<()> {
        if self.eat(kw::READ) {
            return if self.eat(kw::COMMITTED) { Ok(()) } else { self.expect(kw::UNCOMMITTED).map(|_| ()) };
        }
        if self.eat(kw::REPEATABLE) {
            return self.expect(kw::READ).map(|_| ());
        }
        self.expect(kw::SERIALIZABLE).map(|_| ())
    }
}
