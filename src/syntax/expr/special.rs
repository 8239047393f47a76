//! Calls that have a syntax of their own (func_expr_common_subexpr): COALESCE, CAST, EXTRACT, CURRENT_DATE …
//!
//! Each is a call of the function that PostgreSQL's grammar makes it, or of its own keyword where it makes a node of it.

use super::operator::{implied_call, is_normal_form};
use crate::syntax::ast::{Argument, Call, Expr, ExprKind, Name, QualifiedName};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Keyword, kw};
use crate::syntax::lexer::{Token, TokenKind};

/// A call without parentheses; some of them take a precision.
pub(super) fn is_value(word: Keyword) -> bool {
    takes_precision(word)
        || matches!(
            word,
            kw::CURRENT_CATALOG
                | kw::CURRENT_DATE
                | kw::CURRENT_ROLE
                | kw::CURRENT_SCHEMA
                | kw::CURRENT_USER
                | kw::SESSION_USER
                | kw::SYSTEM_USER
                | kw::USER
        )
}

fn takes_precision(word: Keyword) -> bool {
    matches!(word, kw::CURRENT_TIME | kw::CURRENT_TIMESTAMP | kw::LOCALTIME | kw::LOCALTIMESTAMP)
}

/// These take FILTER and OVER as functions do.
pub(super) fn is_json_aggregate(word: Keyword) -> bool {
    matches!(word, kw::JSON_OBJECTAGG | kw::JSON_ARRAYAGG)
}

impl Cursor<'_> {
    /// A call that this keyword begins, without FILTER and OVER; `None` when the keyword is a name here.
    pub(super) fn special(&mut self, word: Keyword) -> Result<Option<Expr>> {
        let start = self.peek();
        if is_value(word) {
            // CURRENT_SCHEMA is a function's name too.
            if word == kw::CURRENT_SCHEMA && self.peek_at(1).kind == TokenKind::LParen {
                return Ok(None);
            }
            self.bump();
            if takes_precision(word) && self.eat_kind(TokenKind::LParen) {
                self.expect_kind(TokenKind::Integer)?;
                self.expect_kind(TokenKind::RParen)?;
            }
            return Ok(Some(self.node(start, implied_call(word.text(), start.span(), Vec::new()))));
        }
        if word == kw::COLLATION {
            self.bump();
            self.expect(kw::FOR)?;
            let arg = self.paren_expr()?;
            return Ok(Some(self.node(start, implied_call("pg_collation_for", start.span(), vec![arg]))));
        }
        // CAST is nothing else; the other keywords may name columns.
        if self.peek_at(1).kind != TokenKind::LParen && word != kw::CAST {
            return Ok(None);
        }
        self.special_call(start, word)
    }

    fn special_call(&mut self, start: Token, word: Keyword) -> Result<Option<Expr>> {
        // XMLTABLE and JSON_TABLE stand in FROM only; the rest of these keywords takes arguments.
        let arguments: fn(&mut Self, Token) -> Result<ExprKind> = match word {
            kw::CAST => Self::cast,
            kw::COALESCE => |c, start| Ok(implied_call("coalesce", start.span(), c.expr_list()?)),
            kw::GREATEST => |c, start| Ok(implied_call("greatest", start.span(), c.expr_list()?)),
            kw::LEAST => |c, start| Ok(implied_call("least", start.span(), c.expr_list()?)),
            kw::NULLIF => Self::nullif,
            kw::EXTRACT => Self::extract,
            kw::POSITION => Self::position_of,
            kw::OVERLAY => Self::overlay,
            kw::SUBSTRING => Self::substring,
            kw::TRIM => Self::trim,
            kw::TREAT => Self::treat,
            kw::NORMALIZE => Self::normalize,
            kw::MERGE_ACTION => |_, start| Ok(implied_call("merge_action", start.span(), Vec::new())),
            kw::XMLCONCAT => |c, start| Ok(implied_call("xmlconcat", start.span(), c.expr_list()?)),
            kw::XMLELEMENT => Self::xml_element,
            kw::XMLEXISTS => Self::xml_exists,
            kw::XMLFOREST => |c, start| Ok(implied_call("xmlforest", start.span(), c.xml_attributes()?)),
            kw::XMLPARSE => Self::xml_parse,
            kw::XMLPI => Self::xml_pi,
            kw::XMLROOT => Self::xml_root,
            kw::XMLSERIALIZE => Self::xml_serialize,
            kw::JSON => Self::json_parse,
            kw::JSON_ARRAY => Self::json_array,
            kw::JSON_ARRAYAGG => Self::json_array_aggregate,
            kw::JSON_EXISTS => Self::json_exists,
            kw::JSON_OBJECT => Self::json_object,
            kw::JSON_OBJECTAGG => Self::json_object_aggregate,
            kw::JSON_QUERY => Self::json_query,
            kw::JSON_SCALAR => |c, start| Ok(implied_call("json_scalar", start.span(), vec![c.expr()?])),
            kw::JSON_SERIALIZE => Self::json_serialize,
            kw::JSON_VALUE => Self::json_value,
            _ => return Ok(None),
        };
        self.bump();
        self.expect_kind(TokenKind::LParen)?;
        let kind = arguments(self, start)?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(Some(self.node(start, kind)))
    }

    fn cast(&mut self, _: Token) -> Result<ExprKind> {
        let expr = Box::new(self.expr()?);
        self.expect(kw::AS)?;
        Ok(ExprKind::Cast { expr, to: Box::new(self.type_name()?) })
    }

    fn nullif(&mut self, start: Token) -> Result<ExprKind> {
        let first = self.expr()?;
        self.expect_kind(TokenKind::Comma)?;
        let second = self.expr()?;
        Ok(implied_call("nullif", start.span(), vec![first, second]))
    }

    /// `EXTRACT (field FROM expr)`.
    fn extract(&mut self, start: Token) -> Result<ExprKind> {
        let field = self.peek();
        let text = match field.kind {
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => self.label()?.text,
            TokenKind::Keyword(kw::YEAR | kw::MONTH | kw::DAY | kw::HOUR | kw::MINUTE | kw::SECOND) => {
                self.label()?.text
            }
            _ => self.string()?.text,
        };
        let field = self.node(field, ExprKind::String(text));
        self.expect(kw::FROM)?;
        let value = self.expr()?;
        Ok(implied_call("extract", start.span(), vec![field, value]))
    }

    /// `POSITION (part IN whole)` is `position(whole, part)`.
    fn position_of(&mut self, start: Token) -> Result<ExprKind> {
        let part = self.b_expr()?;
        self.expect(kw::IN)?;
        let whole = self.b_expr()?;
        Ok(implied_call("position", start.span(), vec![whole, part]))
    }

    /// `OVERLAY (text PLACING text FROM start [FOR count])`, or a plain call.
    fn overlay(&mut self, start: Token) -> Result<ExprKind> {
        let first = self.unnamed_argument()?;
        if !self.eat(kw::PLACING) {
            return self.plain_call(start, first);
        }
        let mut args: Vec<Expr> = first.into_iter().collect();
        args.push(self.expr()?);
        self.expect(kw::FROM)?;
        args.push(self.expr()?);
        if self.eat(kw::FOR) {
            args.push(self.expr()?);
        }
        Ok(implied_call("overlay", start.span(), args))
    }

    /// `SUBSTRING (text FROM … FOR …)`, `SUBSTRING (text SIMILAR pattern ESCAPE escape)`, or a plain call.
    fn substring(&mut self, start: Token) -> Result<ExprKind> {
        let mut args: Vec<Expr> = self.unnamed_argument()?.into_iter().collect();
        if args.is_empty() {
            return self.plain_call(start, None);
        }
        if self.eat(kw::SIMILAR) {
            args.push(self.expr()?);
            self.expect(kw::ESCAPE)?;
            args.push(self.expr()?);
        } else if self.eat(kw::FROM) {
            args.push(self.expr()?);
            if self.eat(kw::FOR) {
                args.push(self.expr()?);
            }
        } else if self.eat(kw::FOR) {
            args.push(self.expr()?);
            if self.eat(kw::FROM) {
                // FOR before FROM: the arguments keep the function's order.
                args.insert(1, self.expr()?);
            }
        } else {
            return self.plain_call(start, args.pop());
        }
        Ok(implied_call("substring", start.span(), args))
    }

    /// The first argument, unless it has a name or there is none.
    fn unnamed_argument(&mut self) -> Result<Option<Expr>> {
        let named = matches!(self.peek_at(1).kind, TokenKind::EqualsGreater | TokenKind::ColonEquals);
        if named || self.at_kind(TokenKind::RParen) { Ok(None) } else { self.expr().map(Some) }
    }

    /// The arguments, from the second on when the first is read, of a function that may be called without the syntax of its own.
    fn plain_call(&mut self, start: Token, first: Option<Expr>) -> Result<ExprKind> {
        let name = Name::new(self.text_of(start).to_ascii_lowercase(), start.span());
        let mut call = Call::of(QualifiedName { database: None, schema: None, name, only: false });
        let more = if first.is_some() { self.eat_kind(TokenKind::Comma) } else { !self.at_kind(TokenKind::RParen) };
        call.args.extend(first.map(|value| Argument { name: None, variadic: false, value }));
        if more {
            call.args.extend(self.arguments(false)?);
        }
        Ok(ExprKind::Call(Box::new(call)))
    }

    /// `TRIM ([BOTH | LEADING | TRAILING] [characters] [FROM] text)`.
    fn trim(&mut self, start: Token) -> Result<ExprKind> {
        let function = match self.keyword() {
            Some(kw::LEADING) => "ltrim",
            Some(kw::TRAILING) => "rtrim",
            _ => "btrim",
        };
        if self.at_any(&[kw::BOTH, kw::LEADING, kw::TRAILING]) {
            self.bump();
        }
        let args = if self.eat(kw::FROM) {
            self.expr_list()?
        } else {
            let first = self.expr()?;
            if self.eat(kw::FROM) {
                let mut args = self.expr_list()?;
                args.push(first);
                args
            } else {
                let mut args = vec![first];
                while self.eat_kind(TokenKind::Comma) {
                    args.push(self.expr()?);
                }
                args
            }
        };
        Ok(implied_call(function, start.span(), args))
    }

    fn treat(&mut self, start: Token) -> Result<ExprKind> {
        let expr = self.expr()?;
        self.expect(kw::AS)?;
        self.type_name()?;
        Ok(implied_call("treat", start.span(), vec![expr]))
    }

    /// `NORMALIZE (text [, form])`.
    fn normalize(&mut self, start: Token) -> Result<ExprKind> {
        let mut args = vec![self.expr()?];
        if self.eat_kind(TokenKind::Comma) {
            let form = self.peek();
            if !self.keyword().is_some_and(is_normal_form) {
                return self.fail();
            }
            self.bump();
            args.push(self.node(form, ExprKind::String(self.text_of(form).to_ascii_uppercase().into())));
        }
        Ok(implied_call("normalize", start.span(), args))
    }
}
