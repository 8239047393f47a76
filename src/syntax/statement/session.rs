//! Prepared statements, cursors, notifications, EXPLAIN and other statements of a session: parsed, and not followed by the replay.

use crate::syntax::ast::{Statement, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::statement::common::{other, plain};

impl Cursor<'_> {
    /// `PREPARE name [(type, …)] AS statement`.
    pub(super) fn prepare(&mut self) -> Result<StatementKind> {
        self.bump();
        let name = self.name()?;
        if self.at_kind(TokenKind::LParen) {
            self.paren_list(Self::type_name)?;
        }
        self.expect(kw::AS)?;
        self.data_statement()?;
        Ok(other("PREPARE", Some(plain(name))))
    }

    /// SELECT, INSERT, UPDATE, DELETE or MERGE (PreparableStmt).
    pub(super) fn data_statement(&mut self) -> Result<Statement> {
        if self.at_data_statement() { self.statement() } else { self.fail() }
    }

    fn at_data_statement(&self) -> bool {
        self.at_kind(TokenKind::LParen)
            || self.at_any(&[
                kw::SELECT,
                kw::VALUES,
                kw::TABLE,
                kw::WITH,
                kw::INSERT,
                kw::UPDATE,
                kw::DELETE,
                kw::MERGE,
            ])
    }

    pub(super) fn execute(&mut self) -> Result<StatementKind> {
        self.bump();
        let name = self.name()?;
        self.execute_parameters()?;
        Ok(other("EXECUTE", Some(plain(name))))
    }

    /// `[( expr, … )]`.
    pub(super) fn execute_parameters(&mut self) -> Result<()> {
        if self.eat_kind(TokenKind::LParen) {
            self.expr_list()?;
            self.expect_kind(TokenKind::RParen)?;
        }
        Ok(())
    }

    pub(super) fn deallocate(&mut self) -> Result<StatementKind> {
        self.bump();
        // PREPARE alone may be the name.
        if self.at(kw::PREPARE) && (self.is_name(1) || self.keyword_at(1) == Some(kw::ALL)) {
            self.bump();
        }
        if self.eat(kw::ALL) {
            return Ok(other("DEALLOCATE ALL", None));
        }
        let name = self.name()?;
        Ok(other("DEALLOCATE", Some(plain(name))))
    }

    pub(super) fn declare_cursor(&mut self) -> Result<StatementKind> {
        self.bump();
        let name = self.name()?;
        loop {
            if self.eat(kw::NO) {
                self.expect(kw::SCROLL)?;
            } else if self.at_any(&[kw::SCROLL, kw::BINARY, kw::ASENSITIVE, kw::INSENSITIVE]) {
                self.bump();
            } else {
                break;
            }
        }
        self.expect(kw::CURSOR)?;
        if self.eat(kw::WITH) || self.eat(kw::WITHOUT) {
            self.expect(kw::HOLD)?;
        }
        self.expect(kw::FOR)?;
        self.query()?;
        Ok(other("DECLARE CURSOR", Some(plain(name))))
    }

    /// FETCH and MOVE.
    pub(super) fn fetch(&mut self) -> Result<StatementKind> {
        let tag = if self.at(kw::MOVE) { "MOVE" } else { "FETCH" };
        self.bump();
        self.fetch_direction()?;
        let _ = self.eat(kw::FROM) || self.eat(kw::IN);
        let name = self.name()?;
        Ok(other(tag, Some(plain(name))))
    }

    /// A direction's words may also be the cursor's name, when nothing more follows.
    fn fetch_direction(&mut self) -> Result<()> {
        if self.at_number_or_sign() {
            return self.signed_integer().map(|_| ());
        }
        if self.at(kw::ALL) {
            self.bump();
            return Ok(());
        }
        let next = self.peek_at(1);
        if matches!(next.kind, TokenKind::Eof | TokenKind::Semicolon) {
            return Ok(());
        }
        match self.keyword() {
            Some(kw::NEXT | kw::PRIOR | kw::FIRST | kw::LAST) => {
                self.bump();
            }
            Some(kw::ABSOLUTE | kw::RELATIVE) => {
                self.bump();
                self.signed_integer()?;
            }
            Some(kw::FORWARD | kw::BACKWARD) => {
                self.bump();
                if self.at_number_or_sign() {
                    self.signed_integer()?;
                } else {
                    self.eat(kw::ALL);
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn close_cursor(&mut self) -> Result<StatementKind> {
        self.bump();
        if self.eat(kw::ALL) {
            return Ok(other("CLOSE CURSOR ALL", None));
        }
        let name = self.name()?;
        Ok(other("CLOSE CURSOR", Some(plain(name))))
    }

    /// LISTEN, NOTIFY and UNLISTEN.
    pub(super) fn notification(&mut self) -> Result<StatementKind> {
        let keyword = self.keyword();
        self.bump();
        if keyword == Some(kw::UNLISTEN) && self.eat_operator("*") {
            return Ok(other("UNLISTEN", None));
        }
        let name = plain(self.name()?);
        if keyword == Some(kw::NOTIFY) {
            if self.eat_kind(TokenKind::Comma) {
                self.string()?;
            }
            return Ok(other("NOTIFY", Some(name)));
        }
        Ok(other(if keyword == Some(kw::LISTEN) { "LISTEN" } else { "UNLISTEN" }, Some(name)))
    }

    pub(super) fn explain(&mut self) -> Result<StatementKind> {
        self.bump();
        if self.at_kind(TokenKind::LParen) && !self.at_query_in_parentheses() {
            self.utility_options()?;
        } else {
            let _ = self.eat(kw::ANALYZE) || self.eat(kw::ANALYSE);
            self.eat(kw::VERBOSE);
        }
        let explained = self.at_data_statement() || self.at_any(&[kw::DECLARE, kw::CREATE, kw::REFRESH, kw::EXECUTE]);
        if !explained {
            return self.fail();
        }
        let second = self.peek_at(1);
        let created = self.at(kw::CREATE);
        let statement = self.statement()?;
        if created && !matches!(statement.kind, StatementKind::CreateTableAs(_)) {
            return Err(self.error_at(second));
        }
        Ok(other("EXPLAIN", None))
    }

    fn at_query_in_parentheses(&self) -> bool {
        let next = self.peek_at(1).kind;
        let values = self.keyword_at(1) == Some(kw::VALUES) && self.peek_at(2).kind == TokenKind::LParen;
        values || matches!(next, TokenKind::LParen | TokenKind::Keyword(kw::SELECT | kw::WITH | kw::TABLE))
    }

    pub(super) fn checkpoint(&mut self) -> Result<StatementKind> {
        self.bump();
        Ok(other("CHECKPOINT", None))
    }

    pub(super) fn load(&mut self) -> Result<StatementKind> {
        self.bump();
        self.string()?;
        Ok(other("LOAD", None))
    }

    /// `CALL name (argument, …)`: a call with nothing around it.
    pub(super) fn call_statement(&mut self) -> Result<StatementKind> {
        self.bump();
        let start = self.peek();
        let end = self.call_end();
        let name = self.function_name()?;
        let Some(end) = end else { return self.fail() };
        let call = self.limited(end, |cursor| cursor.call_rest(start, name))?;
        Ok(StatementKind::Call(Box::new(call)))
    }
}
