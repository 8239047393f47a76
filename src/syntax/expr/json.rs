//! SQL/JSON: constructors, query functions, aggregates, and JSON_TABLE.

use super::operator::implied_call;
use super::primary::QueryOrOperand;
use crate::syntax::ast::{Argument, Call, Expr, ExprKind, Name, QualifiedName};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::{Token, TokenKind};
use crate::syntax::newer::{self, Feature};

impl Cursor<'_> {
    /// `JSON (value [WITH | WITHOUT UNIQUE [KEYS]])`.
    pub(super) fn json_parse(&mut self, start: Token) -> Result<ExprKind> {
        let value = self.json_input()?;
        self.json_clauses(start, &newer::SQL_JSON_FUNCTION, Self::json_unique_keys)?;
        Ok(implied_call("json", start.span(), vec![value]))
    }

    pub(super) fn json_serialize(&mut self, start: Token) -> Result<ExprKind> {
        let value = self.json_input()?;
        self.json_clauses(start, &newer::SQL_JSON_FUNCTION, Self::json_returning)?;
        Ok(implied_call("json_serialize", start.span(), vec![value]))
    }

    /// `JSON_OBJECT (key VALUE value, key : value, …)`, or a call of the older function with plain arguments.
    pub(super) fn json_object(&mut self, start: Token) -> Result<ExprKind> {
        if self.at_any(&[kw::RETURNING]) || self.at_kind(TokenKind::RParen) {
            self.json_clauses(start, &newer::SQL_JSON_CONSTRUCTOR, Self::json_returning)?;
            return Ok(implied_call("json_object", start.span(), Vec::new()));
        }
        let named = matches!(self.peek_at(1).kind, TokenKind::EqualsGreater | TokenKind::ColonEquals);
        let Some(pair) = (if named { None } else { Some(self.json_pair()?) }) else {
            return self.older_json_object(start, None);
        };
        let (key, Some(value)) = pair else { return self.older_json_object(start, Some(pair.0)) };
        self.note_newer(start, &newer::SQL_JSON_CONSTRUCTOR);
        let mut args = vec![key, value];
        while self.eat_kind(TokenKind::Comma) {
            args.extend(self.json_whole_pair()?);
        }
        self.json_on_null()?;
        self.json_unique_keys()?;
        self.json_returning()?;
        Ok(implied_call("json_object", start.span(), args))
    }

    fn older_json_object(&mut self, start: Token, first: Option<Expr>) -> Result<ExprKind> {
        let part = |text: &str| Name::new(text, start.span());
        let function =
            QualifiedName { database: None, schema: Some(part("pg_catalog")), name: part("json_object"), only: false };
        let mut call = Call::of(function);
        let more = first.is_none() || self.eat_kind(TokenKind::Comma);
        call.args.extend(first.map(|value| Argument { name: None, variadic: false, value }));
        if more {
            call.args.extend(self.arguments(false)?);
        }
        Ok(ExprKind::Call(Box::new(call)))
    }

    pub(super) fn json_object_aggregate(&mut self, start: Token) -> Result<ExprKind> {
        self.note_newer(start, &newer::SQL_JSON_CONSTRUCTOR);
        let args = self.json_whole_pair()?;
        self.json_on_null()?;
        self.json_unique_keys()?;
        self.json_returning()?;
        Ok(implied_call("json_objectagg", start.span(), args.into()))
    }

    fn json_whole_pair(&mut self) -> Result<[Expr; 2]> {
        match self.json_pair()? {
            (key, Some(value)) => Ok([key, value]),
            _ => self.fail(),
        }
    }

    /// `operand VALUE value`, `expr : value`; without either word the expression alone.
    fn json_pair(&mut self) -> Result<(Expr, Option<Expr>)> {
        let key = if self.at_prefix() {
            self.expr()?
        } else {
            let operand = self.primary()?;
            if self.eat(kw::VALUE) {
                return Ok((operand, Some(self.json_input()?)));
            }
            self.expr_after(operand)?
        };
        let value = if self.eat_kind(TokenKind::Colon) { Some(self.json_input()?) } else { None };
        Ok((key, value))
    }

    pub(super) fn json_array(&mut self, start: Token) -> Result<ExprKind> {
        let mut args = Vec::new();
        let first = self.peek();
        match self.query_or_operand()? {
            QueryOrOperand::Query(query) => {
                args.push(self.node(first, ExprKind::Subquery(query)));
                self.note_newer(start, &newer::SQL_JSON_CONSTRUCTOR);
                self.json_format()?;
            }
            QueryOrOperand::Neither if self.at(kw::RETURNING) || self.at_kind(TokenKind::RParen) => {}
            content => {
                let value = match content {
                    QueryOrOperand::Operand(operand) => self.expr_after(operand)?,
                    _ => self.expr()?,
                };
                self.json_format()?;
                args.push(value);
                while self.eat_kind(TokenKind::Comma) {
                    args.push(self.json_input()?);
                }
                self.json_clauses(start, &newer::SQL_JSON_CONSTRUCTOR, Self::json_on_null)?;
            }
        }
        self.json_clauses(start, &newer::SQL_JSON_CONSTRUCTOR, Self::json_returning)?;
        Ok(implied_call("json_array", start.span(), args))
    }

    pub(super) fn json_array_aggregate(&mut self, start: Token) -> Result<ExprKind> {
        let value = self.json_input()?;
        let order_by = self.order_by()?;
        self.json_clauses(start, &newer::SQL_JSON_CONSTRUCTOR, |c| {
            c.json_on_null()?;
            c.json_returning()
        })?;
        let mut kind = implied_call("json_arrayagg", start.span(), vec![value]);
        if let ExprKind::Call(call) = &mut kind {
            call.order_by = order_by;
        }
        Ok(kind)
    }

    pub(super) fn json_query(&mut self, start: Token) -> Result<ExprKind> {
        let mut args = self.json_path_arguments()?;
        self.json_clauses(start, &newer::SQL_JSON_FUNCTION, |c| {
            c.json_returning()?;
            c.json_wrapper_and_quotes()?;
            c.json_behaviors(&mut args)
        })?;
        Ok(implied_call("json_query", start.span(), args))
    }

    pub(super) fn json_value(&mut self, start: Token) -> Result<ExprKind> {
        let mut args = self.json_path_arguments()?;
        self.json_clauses(start, &newer::SQL_JSON_FUNCTION, |c| {
            c.json_returning()?;
            c.json_behaviors(&mut args)
        })?;
        Ok(implied_call("json_value", start.span(), args))
    }

    pub(super) fn json_exists(&mut self, start: Token) -> Result<ExprKind> {
        let mut args = self.json_path_arguments()?;
        self.json_clauses(start, &newer::SQL_JSON_FUNCTION, |c| c.json_on_error(&mut args))?;
        Ok(implied_call("json_exists", start.span(), args))
    }

    /// Clauses that may be left out: with them the call is none of a plain function.
    fn json_clauses(
        &mut self,
        start: Token,
        feature: &'static Feature,
        clauses: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let before = self.position();
        clauses(self)?;
        if self.position() > before {
            self.note_newer(start, feature);
        }
        Ok(())
    }

    /// `input, path [PASSING value AS name, …]`.
    fn json_path_arguments(&mut self) -> Result<Vec<Expr>> {
        let mut args = vec![self.json_input()?];
        self.expect_kind(TokenKind::Comma)?;
        args.push(self.expr()?);
        let passing = self.peek();
        args.extend(self.json_passing()?);
        if passing.kind == TokenKind::Keyword(kw::PASSING) {
            self.note_newer(passing, &newer::SQL_JSON_FUNCTION);
        }
        Ok(args)
    }

    fn json_passing(&mut self) -> Result<Vec<Expr>> {
        if !self.eat(kw::PASSING) {
            return Ok(Vec::new());
        }
        self.comma_list(|c| {
            let value = c.json_input()?;
            c.expect(kw::AS)?;
            c.label()?;
            Ok(value)
        })
    }

    fn json_wrapper_and_quotes(&mut self) -> Result<()> {
        if self.eat(kw::WITHOUT) {
            self.eat(kw::ARRAY);
            self.expect(kw::WRAPPER)?;
        } else if self.eat(kw::WITH) {
            let _ = self.eat(kw::CONDITIONAL) || self.eat(kw::UNCONDITIONAL);
            self.eat(kw::ARRAY);
            self.expect(kw::WRAPPER)?;
        }
        if self.eat(kw::KEEP) || self.eat(kw::OMIT) {
            self.expect(kw::QUOTES)?;
            if self.eat(kw::ON) {
                self.expect(kw::SCALAR)?;
                self.expect(kw::STRING)?;
            }
        }
        Ok(())
    }

    /// `[behavior ON EMPTY] [behavior ON ERROR]`.
    fn json_behaviors(&mut self, exprs: &mut Vec<Expr>) -> Result<()> {
        if self.json_behavior(exprs)? {
            self.expect(kw::ON)?;
            if self.eat(kw::EMPTY) {
                return self.json_on_error(exprs);
            }
            self.expect(kw::ERROR)?;
        }
        Ok(())
    }

    /// `[behavior ON ERROR]`.
    fn json_on_error(&mut self, exprs: &mut Vec<Expr>) -> Result<()> {
        if self.json_behavior(exprs)? {
            self.expect(kw::ON)?;
            self.expect(kw::ERROR)?;
        }
        Ok(())
    }

    fn json_behavior(&mut self, exprs: &mut Vec<Expr>) -> Result<bool> {
        match self.keyword() {
            Some(kw::DEFAULT) => {
                self.bump();
                exprs.push(self.expr()?);
            }
            Some(kw::EMPTY) => {
                self.bump();
                let _ = self.eat(kw::ARRAY) || self.eat(kw::OBJECT);
            }
            Some(kw::ERROR | kw::NULL | kw::TRUE | kw::FALSE | kw::UNKNOWN) => {
                self.bump();
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `expr [FORMAT JSON [ENCODING name]]`.
    fn json_input(&mut self) -> Result<Expr> {
        let value = self.expr()?;
        self.json_format()?;
        Ok(value)
    }

    fn json_format(&mut self) -> Result<bool> {
        let format = self.peek();
        if !self.eat_all(&[kw::FORMAT, kw::JSON]) {
            return Ok(false);
        }
        self.note_newer(format, &newer::SQL_JSON_CONSTRUCTOR);
        if self.eat(kw::ENCODING) {
            let encoding = self.name()?;
            if !["utf8", "utf16", "utf32"].iter().any(|known| known.eq_ignore_ascii_case(&encoding)) {
                let message = format!("unrecognized JSON encoding: {encoding}");
                return Err(SyntaxError::new(encoding.span, message).with_sqlstate("22023"));
            }
        }
        Ok(true)
    }

    fn json_returning(&mut self) -> Result<()> {
        if self.eat(kw::RETURNING) {
            self.type_name()?;
            self.json_format()?;
        }
        Ok(())
    }

    /// `[NULL | ABSENT] ON NULL`.
    fn json_on_null(&mut self) -> Result<()> {
        if self.eat(kw::NULL) || self.eat(kw::ABSENT) {
            self.expect(kw::ON)?;
            self.expect(kw::NULL)?;
        }
        Ok(())
    }

    /// `[WITH | WITHOUT UNIQUE [KEYS]]`.
    pub(super) fn json_unique_keys(&mut self) -> Result<()> {
        if self.eat_all(&[kw::WITH, kw::UNIQUE]) || self.eat_all(&[kw::WITHOUT, kw::UNIQUE]) {
            self.eat(kw::KEYS);
        }
        Ok(())
    }

    /// What stands between the parentheses of JSON_TABLE: its expressions.
    pub(super) fn json_table(&mut self) -> Result<Vec<Expr>> {
        let mut exprs = vec![self.json_input()?];
        self.expect_kind(TokenKind::Comma)?;
        let path = self.expr()?;
        let constant = matches!(path.kind, ExprKind::String(_));
        let span = path.span;
        exprs.push(path);
        if self.eat(kw::AS) {
            self.name()?;
        }
        exprs.extend(self.json_passing()?);
        self.json_columns(&mut exprs)?;
        self.json_on_error(&mut exprs)?;
        if !constant {
            let message = "only string constants are supported in JSON_TABLE path specification";
            return Err(SyntaxError::new(span, message).with_sqlstate("0A000"));
        }
        Ok(exprs)
    }

    /// `COLUMNS (column, …)`.
    fn json_columns(&mut self, exprs: &mut Vec<Expr>) -> Result<()> {
        self.expect(kw::COLUMNS)?;
        self.expect_kind(TokenKind::LParen)?;
        self.json_column(exprs)?;
        while self.eat_kind(TokenKind::Comma) {
            self.json_column(exprs)?;
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok(())
    }

    fn json_column(&mut self, exprs: &mut Vec<Expr>) -> Result<()> {
        // NESTED may name a column too: then a type follows, not a path.
        if self.at(kw::NESTED) {
            let path = self.keyword_at(1) == Some(kw::PATH);
            let before = self.position();
            self.set_position(before + 1 + usize::from(path));
            if self.at_string() {
                self.string()?;
                if self.eat(kw::AS) {
                    self.name()?;
                }
                return self.nested(|c| c.json_columns(exprs));
            }
            self.set_position(before);
        }
        self.name()?;
        if self.eat(kw::FOR) {
            return self.expect(kw::ORDINALITY).map(|_| ());
        }
        self.type_name()?;
        let formatted = self.json_format()?;
        let exists = !formatted && self.eat(kw::EXISTS);
        if self.eat(kw::PATH) {
            self.string()?;
        }
        if exists {
            return self.json_on_error(exprs);
        }
        self.json_wrapper_and_quotes()?;
        self.json_behaviors(exprs)
    }
}
