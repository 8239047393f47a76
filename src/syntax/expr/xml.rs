//! SQL/XML: its functions and XMLTABLE.

use super::operator::implied_call;
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::{Token, TokenKind};
use crate::syntax::newer;

impl Cursor<'_> {
    /// `NAME tag [, XMLATTRIBUTES (…)] [, content, …]`.
    pub(super) fn xml_element(&mut self, start: Token) -> Result<ExprKind> {
        self.expect(kw::NAME)?;
        self.label()?;
        let mut args = Vec::new();
        let mut more = self.eat_kind(TokenKind::Comma);
        if more && self.at(kw::XMLATTRIBUTES) && self.peek_at(1).kind == TokenKind::LParen {
            self.bump();
            self.bump();
            args = self.xml_attributes()?;
            self.expect_kind(TokenKind::RParen)?;
            more = self.eat_kind(TokenKind::Comma);
        }
        if more {
            args.extend(self.expr_list()?);
        }
        Ok(implied_call("xmlelement", start.span(), args))
    }

    /// `expr [AS name], …`.
    pub(super) fn xml_attributes(&mut self) -> Result<Vec<Expr>> {
        self.comma_list(|c| {
            let expr = c.expr()?;
            if c.eat(kw::AS) {
                c.label()?;
            }
            Ok(expr)
        })
    }

    pub(super) fn xml_exists(&mut self, start: Token) -> Result<ExprKind> {
        let path = self.primary()?;
        let document = self.xml_passed()?;
        Ok(implied_call("xmlexists", start.span(), vec![path, document]))
    }

    /// `PASSING [BY REF | VALUE] document [BY REF | VALUE]`.
    fn xml_passed(&mut self) -> Result<Expr> {
        self.expect(kw::PASSING)?;
        self.xml_mechanism()?;
        let document = self.primary()?;
        self.xml_mechanism()?;
        Ok(document)
    }

    fn xml_mechanism(&mut self) -> Result<()> {
        // BY may name a column, but no operand stands beside it.
        if self.at(kw::BY) && matches!(self.keyword_at(1), Some(kw::REF | kw::VALUE)) {
            self.bump();
            self.bump();
        }
        Ok(())
    }

    fn document_or_content(&mut self) -> Result<()> {
        if self.eat(kw::DOCUMENT) { Ok(()) } else { self.expect(kw::CONTENT).map(|_| ()) }
    }

    pub(super) fn xml_parse(&mut self, start: Token) -> Result<ExprKind> {
        self.document_or_content()?;
        let expr = self.expr()?;
        if self.eat(kw::PRESERVE) || self.eat(kw::STRIP) {
            self.expect(kw::WHITESPACE)?;
        }
        Ok(implied_call("xmlparse", start.span(), vec![expr]))
    }

    pub(super) fn xml_pi(&mut self, start: Token) -> Result<ExprKind> {
        self.expect(kw::NAME)?;
        self.label()?;
        let args = if self.eat_kind(TokenKind::Comma) { vec![self.expr()?] } else { Vec::new() };
        Ok(implied_call("xmlpi", start.span(), args))
    }

    pub(super) fn xml_root(&mut self, start: Token) -> Result<ExprKind> {
        let mut args = vec![self.expr()?];
        self.expect_kind(TokenKind::Comma)?;
        self.expect(kw::VERSION)?;
        if !self.eat_all(&[kw::NO, kw::VALUE]) {
            args.push(self.expr()?);
        }
        if self.eat_kind(TokenKind::Comma) {
            self.expect(kw::STANDALONE)?;
            if !self.eat(kw::YES) {
                self.expect(kw::NO)?;
                self.eat(kw::VALUE);
            }
        }
        Ok(implied_call("xmlroot", start.span(), args))
    }

    pub(super) fn xml_serialize(&mut self, start: Token) -> Result<ExprKind> {
        self.document_or_content()?;
        let expr = self.expr()?;
        self.expect(kw::AS)?;
        self.simple_type_name()?;
        let no = self.peek();
        let indents = if self.eat(kw::NO) { self.expect(kw::INDENT).map(|_| true)? } else { self.eat(kw::INDENT) };
        if indents {
            self.note_newer(no, &newer::XML_INDENT);
        }
        Ok(implied_call("xmlserialize", start.span(), vec![expr]))
    }

    /// What stands between the parentheses of XMLTABLE: its expressions.
    pub(super) fn xml_table(&mut self) -> Result<Vec<Expr>> {
        let mut exprs = Vec::new();
        if self.at(kw::XMLNAMESPACES) && self.peek_at(1).kind == TokenKind::LParen {
            self.bump();
            exprs = self.paren_list(|c| {
                let default = c.eat(kw::DEFAULT);
                let expr = c.b_expr()?;
                if !default {
                    c.expect(kw::AS)?;
                    c.label()?;
                }
                Ok(expr)
            })?;
            self.expect_kind(TokenKind::Comma)?;
        }
        exprs.push(self.primary()?);
        exprs.push(self.xml_passed()?);
        self.expect(kw::COLUMNS)?;
        self.xml_column(&mut exprs)?;
        while self.eat_kind(TokenKind::Comma) {
            self.xml_column(&mut exprs)?;
        }
        Ok(exprs)
    }

    /// `name type [PATH …] [DEFAULT …] [[NOT] NULL]`, `name FOR ORDINALITY`.
    fn xml_column(&mut self, exprs: &mut Vec<Expr>) -> Result<()> {
        let name = self.name()?;
        if self.eat(kw::FOR) {
            return self.expect(kw::ORDINALITY).map(|_| ());
        }
        self.type_name()?;
        let (mut path, mut default, mut nullability) = (false, false, false);
        loop {
            let option = self.peek();
            let repeated = match option.kind {
                TokenKind::Keyword(kw::PATH) => {
                    self.bump();
                    exprs.push(self.b_expr()?);
                    std::mem::replace(&mut path, true).then(|| "only one PATH value per column is allowed".to_owned())
                }
                TokenKind::Keyword(kw::DEFAULT) => {
                    self.bump();
                    exprs.push(self.b_expr()?);
                    std::mem::replace(&mut default, true).then(|| "only one DEFAULT value is allowed".to_owned())
                }
                TokenKind::Keyword(kw::NOT | kw::NULL) => {
                    self.eat(kw::NOT);
                    self.expect(kw::NULL)?;
                    std::mem::replace(&mut nullability, true)
                        .then(|| format!("conflicting or redundant NULL / NOT NULL declarations for column \"{name}\""))
                }
                TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => {
                    let word = self.label()?;
                    self.b_expr()?;
                    Some(format!("unrecognized column option \"{word}\""))
                }
                _ => return Ok(()),
            };
            if let Some(message) = repeated {
                return Err(SyntaxError::new(option.span(), message));
            }
        }
    }
}
