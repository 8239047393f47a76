//! COPY.

use crate::syntax::ast::{Copy, Query, StatementKind, Symbol};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    pub(super) fn copy(&mut self) -> Result<StatementKind> {
        self.bump();
        if self.at_kind(TokenKind::LParen) {
            return self.copy_query();
        }
        self.eat(kw::BINARY);
        let table = Some(self.qualified_name()?);
        let columns = self.optional_columns()?;
        let from = self.eat(kw::FROM);
        if !from {
            self.expect(kw::TO)?;
        }
        let file = self.copy_file()?;
        if self.eat(kw::USING) {
            self.expect(kw::DELIMITERS)?;
            self.string()?;
        } else if self.eat(kw::DELIMITERS) {
            self.string()?;
        }
        self.copy_options()?;
        let start = self.peek();
        if self.eat(kw::WHERE) {
            self.expr()?;
            if !from {
                let error = SyntaxError::new(start.span(), "WHERE clause not allowed with COPY TO");
                return Err(error.with_help("Try the COPY (SELECT ... WHERE ...) TO variant."));
            }
        }
        Ok(StatementKind::Copy(Box::new(Copy { table, columns, query: None, from, file })))
    }

    /// `COPY ( statement ) TO …`.
    fn copy_query(&mut self) -> Result<StatementKind> {
        self.expect_kind(TokenKind::LParen)?;
        let query: Option<Box<Query>> = match self.data_statement()?.kind {
            StatementKind::Query(query) => Some(query),
            _ => None,
        };
        self.expect_kind(TokenKind::RParen)?;
        self.expect(kw::TO)?;
        let file = self.copy_file()?;
        self.copy_options()?;
        Ok(StatementKind::Copy(Box::new(Copy { table: None, columns: Vec::new(), query, from: false, file })))
    }

    /// `{'file' | PROGRAM 'command' | STDIN | STDOUT}`.
    fn copy_file(&mut self) -> Result<Option<Symbol>> {
        let program = self.eat(kw::PROGRAM);
        let start = self.peek();
        if self.eat(kw::STDIN) || self.eat(kw::STDOUT) {
            if program {
                return Err(SyntaxError::new(start.span(), "STDIN/STDOUT not allowed with PROGRAM"));
            }
            return Ok(None);
        }
        self.string().map(|file| Some(file.text))
    }

    /// `[WITH] { (option [value], …) | option… }`.
    fn copy_options(&mut self) -> Result<()> {
        self.eat(kw::WITH);
        if self.at_kind(TokenKind::LParen) {
            return self.paren_list(Self::copy_option).map(|_| ());
        }
        while self.old_copy_option()? {}
        Ok(())
    }

    fn copy_option(&mut self) -> Result<()> {
        self.label()?;
        match self.peek().kind {
            TokenKind::Comma | TokenKind::RParen => {}
            TokenKind::LParen => {
                self.paren_list(Self::boolean_or_string)?;
            }
            _ if self.at_number_or_sign() => {
                self.number()?;
            }
            _ if self.eat_operator("*") || self.eat(kw::DEFAULT) => {}
            _ => {
                self.boolean_or_string()?;
            }
        }
        Ok(())
    }

    /// An option as before PostgreSQL 9.0; false when there is none.
    fn old_copy_option(&mut self) -> Result<bool> {
        match self.keyword() {
            Some(kw::BINARY | kw::FREEZE | kw::CSV | kw::HEADER) => {
                self.bump();
            }
            Some(kw::DELIMITER | kw::NULL | kw::QUOTE | kw::ESCAPE) => {
                self.bump();
                self.eat(kw::AS);
                self.string()?;
            }
            Some(kw::ENCODING) => {
                self.bump();
                self.string()?;
            }
            Some(kw::FORCE) => {
                self.bump();
                if !self.eat(kw::QUOTE) {
                    self.eat(kw::NOT);
                    self.expect(kw::NULL)?;
                }
                if !self.eat_operator("*") {
                    self.name_list()?;
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
