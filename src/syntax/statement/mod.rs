//! The grammar of statements, one module for each family, after the synopses of PostgreSQL's manual.

mod transaction;

use super::ast::{Statement, StatementKind};
use super::cursor::Cursor;
use super::error::Result;
use super::keywords::kw;

impl Cursor<'_> {
    /// One statement, up to where it ends: the caller checks what is left.
    pub fn statement(&mut self) -> Result<Statement> {
        let start = self.peek();
        let kind = self.nested(Self::statement_kind)?;
        Ok(Statement { span: self.span_from(start), kind })
    }

    fn statement_kind(&mut self) -> Result<StatementKind> {
        match self.keyword() {
            Some(
                kw::ABORT
                | kw::BEGIN
                | kw::START
                | kw::COMMIT
                | kw::END
                | kw::ROLLBACK
                | kw::SAVEPOINT
                | kw::RELEASE
                | kw::PREPARE,
            ) => self.transaction().map(StatementKind::Transaction),
            _ => self.fail(),
        }
    }
}
