//! What PL/pgSQL reads with SQL's grammar: expressions and assignments (PLpgSQL_Expr, PLAssignStmt).

use crate::syntax::ast::{Query, QueryBody};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// An expression as PL/pgSQL takes it: what could stand after SELECT, FROM and all.
    pub fn plpgsql_expr(&mut self) -> Result<Query> {
        let start = self.peek();
        let select = self.select_body(false)?;
        self.query_end(start, QueryBody::Select(Box::new(select)))
    }

    /// The query whose SELECT is written PERFORM, after that word.
    pub fn performed_query(&mut self) -> Result<Query> {
        let start = self.peek();
        let select = self.select_body(true)?;
        self.query_from(start, QueryBody::Select(Box::new(select)))
    }

    /// `target := `, `target.field[1] = `: a variable with what of it is assigned.
    pub fn plpgsql_target(&mut self) -> Result<()> {
        if self.at_kind(TokenKind::Param) {
            self.bump();
        } else {
            self.name()?;
        }
        loop {
            if self.at_kind(TokenKind::LBracket) {
                self.subscript()?;
            } else if self.at_kind(TokenKind::Dot) {
                self.bump();
                if !self.eat_operator("*") {
                    self.label()?;
                }
            } else {
                break;
            }
        }
        if self.eat_kind(TokenKind::ColonEquals) || self.eat_operator("=") { Ok(()) } else { self.fail() }
    }
}
