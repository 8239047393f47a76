//! SQL/JSON: the constructors, query functions and aggregates.

use crate::syntax::ast::Expr;
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Keyword, kw};
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// What stands between the parentheses.
    pub(super) fn json_arguments(&mut self, keyword: Keyword) -> Result<Vec<Expr>> {
        match keyword {
            kw::JSON_OBJECT | kw::JSON_OBJECTAGG => self.json_object(),
            kw::JSON_ARRAY | kw::JSON_ARRAYAGG => self.json_array(keyword == kw::JSON_ARRAYAGG),
            kw::JSON_SCALAR => Ok(vec![self.expr()?]),
            kw::JSON => {
                let value = self.json_value()?;
                self.json_unique_keys()?;
                Ok(vec![value])
            }
            kw::JSON_SERIALIZE => {
                let value = self.json_value()?;
                self.json_returning()?;
                Ok(vec![value])
            }
            _ => self.json_query(),
        }
    }

    fn json_object(&mut self) -> Result<Vec<Expr>> {
        let mut args = Vec::new();
        if !self.at_kind(TokenKind::RParen) && !self.at(kw::RETURNING) {
            loop {
                // `json_object(a, b)` is the old function: its arguments have neither VALUE nor a colon.
                args.push(self.expr()?);
                if self.eat(kw::VALUE) || self.eat_kind(TokenKind::Colon) {
                    args.push(self.json_value()?);
                }
                if !self.eat_kind(TokenKind::Comma) {
                    break;
                }
            }
        }
        self.json_on_null()?;
        self.json_unique_keys()?;
        self.json_returning()?;
        Ok(args)
    }

    fn json_array(&mut self, aggregate: bool) -> Result<Vec<Expr>> {
        let mut args = Vec::new();
        if self.at_any(&[kw::SELECT, kw::WITH, kw::VALUES, kw::TABLE]) {
            let start = self.peek();
            let query = self.query()?;
            args.push(self.node(start, crate::syntax::ast::ExprKind::Subquery(Box::new(query))));
        } else if !self.at_kind(TokenKind::RParen) && !self.at(kw::RETURNING) {
            args = self.comma_list(Self::json_value)?;
        }
        if aggregate {
            args.extend(self.order_by()?.into_iter().map(|o| o.expr));
        }
        self.json_on_null()?;
        self.json_returning()?;
        Ok(args)
    }

    /// JSON_VALUE, JSON_QUERY, JSON_EXISTS.
    fn json_query(&mut self) -> Result<Vec<Expr>> {
        let mut args = vec![self.json_value()?];
        self.expect_kind(TokenKind::Comma)?;
        args.push(self.expr()?);
        args.extend(self.json_passing()?);
        self.json_returning()?;
        self.json_behaviors()?;
        Ok(args)
    }

    /// `[PASSING value AS name, …]`.
    pub(super) fn json_passing(&mut self) -> Result<Vec<Expr>> {
        if !self.eat(kw::PASSING) {
            return Ok(Vec::new());
        }
        self.comma_list(|c| {
            let value = c.json_value()?;
            c.expect(kw::AS)?;
            c.label()?;
            Ok(value)
        })
    }

    /// WRAPPER, QUOTES, ON EMPTY and ON ERROR clauses.
    pub(super) fn json_behaviors(&mut self) -> Result<()> {
        if self.at_any(&[kw::WITHOUT, kw::WITH]) {
            self.bump();
            let _ = self.eat(kw::CONDITIONAL) || self.eat(kw::UNCONDITIONAL);
            self.eat(kw::ARRAY);
            self.expect(kw::WRAPPER)?;
        }
        if self.at_any(&[kw::KEEP, kw::OMIT]) {
            self.bump();
            self.expect(kw::QUOTES)?;
            if self.eat_all(&[kw::ON, kw::SCALAR]) {
                self.expect(kw::STRING)?;
            }
        }
        while !self.at_kind(TokenKind::RParen) && !self.at_kind(TokenKind::Comma) {
            if self.eat(kw::DEFAULT) {
                self.expr()?;
            } else if self.eat(kw::EMPTY) {
                let _ = self.eat(kw::ARRAY) || self.eat(kw::OBJECT);
            } else if !(self.eat(kw::ERROR)
                || self.eat(kw::NULL)
                || self.eat(kw::TRUE)
                || self.eat(kw::FALSE)
                || self.eat(kw::UNKNOWN))
            {
                return self.fail();
            }
            self.expect(kw::ON)?;
            if !self.eat(kw::EMPTY) {
                self.expect(kw::ERROR)?;
            }
        }
        Ok(())
    }

    /// `expr [FORMAT JSON [ENCODING name]]`.
    pub(super) fn json_value(&mut self) -> Result<Expr> {
        let value = self.expr()?;
        self.json_format()?;
        Ok(value)
    }

    pub(super) fn json_format(&mut self) -> Result<()> {
        if self.at_all(&[kw::FORMAT, kw::JSON]) {
            self.bump();
            self.bump();
            if self.eat(kw::ENCODING) {
                self.name()?;
            }
        }
        Ok(())
    }

    fn json_returning(&mut self) -> Result<()> {
        if self.eat(kw::RETURNING) {
            self.type_name()?;
            self.json_format()?;
        }
        Ok(())
    }

    fn json_on_null(&mut self) -> Result<()> {
        if self.at_all(&[kw::ABSENT, kw::ON]) || self.at_all(&[kw::NULL, kw::ON]) {
            self.bump();
            self.bump();
            self.expect(kw::NULL)?;
        }
        Ok(())
    }

    /// `[WITH | WITHOUT UNIQUE [KEYS]]`.
    pub(super) fn json_unique_keys(&mut self) -> Result<()> {
        if self.at_all(&[kw::WITH, kw::UNIQUE]) || self.at_all(&[kw::WITHOUT, kw::UNIQUE]) {
            self.bump();
            self.bump();
            self.eat(kw::KEYS);
        }
        Ok(())
    }
}
