//! Function calls, and the calls that have a syntax of their own: COALESCE, EXTRACT, SUBSTRING, XMLELEMENT …

use super::primary::word;
use crate::syntax::ast::{Argument, Call, Expr, ExprKind, Name, OrderBy, QualifiedName, Symbol, TypeName, Window};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Keyword, kw};
use crate::syntax::lexer::{Token, TokenKind};

/// Calls without parentheses; some take a precision.
const VALUES: &[Keyword] = &[
    kw::CURRENT_CATALOG,
    kw::CURRENT_DATE,
    kw::CURRENT_ROLE,
    kw::CURRENT_SCHEMA,
    kw::CURRENT_TIME,
    kw::CURRENT_TIMESTAMP,
    kw::CURRENT_USER,
    kw::LOCALTIME,
    kw::LOCALTIMESTAMP,
    kw::SESSION_USER,
    kw::SYSTEM_USER,
    kw::USER,
];

impl Cursor<'_> {
    /// `( arguments )` and what may follow, after a function's name. Also what CALL takes.
    pub fn call_rest(&mut self, start: Token, function: QualifiedName) -> Result<Expr> {
        self.expect_kind(TokenKind::LParen)?;
        let mut call = Call {
            function,
            args: Vec::new(),
            distinct: false,
            star: false,
            order_by: Vec::new(),
            filter: None,
            over: None,
            builtin_syntax: false,
        };
        if self.at_operator("*") && self.peek_at(1).kind == TokenKind::RParen {
            self.bump();
            call.star = true;
        } else if !self.at_kind(TokenKind::RParen) {
            let all = self.eat(kw::ALL);
            call.distinct = !all && self.eat(kw::DISTINCT);
            call.args = self.arguments(all || call.distinct)?;
            call.order_by = self.order_by()?;
        }
        self.expect_kind(TokenKind::RParen)?;
        self.call_end_clauses(&mut call)?;
        Ok(self.node(start, ExprKind::Call(Box::new(call))))
    }

    fn call_end_clauses(&mut self, call: &mut Call) -> Result<()> {
        if self.at_all(&[kw::WITHIN, kw::GROUP]) && self.peek_at(2).kind == TokenKind::LParen {
            if call.distinct || !call.order_by.is_empty() {
                return self.fail();
            }
            self.bump();
            self.bump();
            self.bump();
            if !self.at(kw::ORDER) {
                return self.fail();
            }
            call.order_by = self.order_by()?;
            self.expect_kind(TokenKind::RParen)?;
        }
        if self.at(kw::FILTER) && self.peek_at(1).kind == TokenKind::LParen {
            self.bump();
            self.bump();
            self.expect(kw::WHERE)?;
            call.filter = Some(self.expr()?);
            self.expect_kind(TokenKind::RParen)?;
        }
        if self.eat(kw::OVER) {
            call.over = Some(if self.at_kind(TokenKind::LParen) {
                self.window()?
            } else {
                Window { name: Some(self.name()?), ..Window::default() }
            });
        }
        Ok(())
    }

    fn arguments(&mut self, plain: bool) -> Result<Vec<Argument>> {
        let mut args: Vec<Argument> = Vec::new();
        loop {
            let variadic = !plain && self.eat(kw::VARIADIC);
            let named = matches!(self.peek_at(1).kind, TokenKind::EqualsGreater | TokenKind::ColonEquals);
            let name = if named
                && matches!(
                    self.peek().kind,
                    TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent | TokenKind::Keyword(_)
                ) {
                let name = self.type_function_name()?;
                self.bump();
                Some(name)
            } else {
                None
            };
            let value = self.expr()?;
            args.push(Argument { name, variadic, value });
            if variadic || !self.eat_kind(TokenKind::Comma) {
                return Ok(args);
            }
        }
    }

    /// `( [name] [PARTITION BY …] [ORDER BY …] [frame] )`.
    pub(super) fn window(&mut self) -> Result<Window> {
        self.expect_kind(TokenKind::LParen)?;
        let mut window = Window::default();
        if self.at_name() && !self.at_any(&[kw::PARTITION, kw::RANGE, kw::ROWS, kw::GROUPS]) {
            window.name = Some(self.name()?);
        }
        if self.eat(kw::PARTITION) {
            self.expect(kw::BY)?;
            window.partition_by = self.expr_list()?;
        }
        window.order_by = self.order_by()?;
        if self.eat(kw::RANGE) || self.eat(kw::ROWS) || self.eat(kw::GROUPS) {
            if self.eat(kw::BETWEEN) {
                self.frame_bound()?;
                self.expect(kw::AND)?;
            }
            self.frame_bound()?;
            if self.eat(kw::EXCLUDE) {
                if self.eat(kw::CURRENT) {
                    self.expect(kw::ROW)?;
                } else if self.eat(kw::NO) {
                    self.expect(kw::OTHERS)?;
                } else if !self.eat(kw::GROUP) {
                    self.expect(kw::TIES)?;
                }
            }
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok(window)
    }

    fn frame_bound(&mut self) -> Result<()> {
        if self.eat_all(&[kw::CURRENT, kw::ROW]) {
            return Ok(());
        }
        if !(self.at(kw::UNBOUNDED) && matches!(self.keyword_at(1), Some(kw::PRECEDING | kw::FOLLOWING))) {
            self.expr()?;
        } else {
            self.bump();
        }
        if self.eat(kw::PRECEDING) { Ok(()) } else { self.expect(kw::FOLLOWING).map(|_| ()) }
    }

    /// `[ORDER BY item, …]`.
    pub(crate) fn order_by(&mut self) -> Result<Vec<OrderBy>> {
        if !self.eat(kw::ORDER) {
            return Ok(Vec::new());
        }
        self.expect(kw::BY)?;
        self.comma_list(|c| {
            let expr = c.expr()?;
            let mut descending = c.eat(kw::DESC);
            if !descending && !c.eat(kw::ASC) && c.eat(kw::USING) {
                let op = if c.at(kw::OPERATOR) { c.qualified_operator()? } else { c.any_operator()? };
                descending = &*op == ">";
            }
            let nulls_first = if c.eat_all(&[kw::NULLS, kw::FIRST]) {
                Some(true)
            } else if c.eat_all(&[kw::NULLS, kw::LAST]) {
                Some(false)
            } else {
                None
            };
            Ok(OrderBy { expr, descending, nulls_first })
        })
    }

    fn any_operator(&mut self) -> Result<Symbol> {
        let token = self.peek();
        if token.kind != TokenKind::Operator {
            return self.fail();
        }
        self.bump();
        Ok(self.text_of(token).into())
    }

    /// A call by a keyword with a syntax of its own; `None` when the keyword is no such thing here.
    pub(super) fn special_call(&mut self, keyword: Keyword) -> Result<Option<Expr>> {
        let start = self.peek();
        if VALUES.contains(&keyword) {
            // CURRENT_SCHEMA is a function's name too.
            if keyword == kw::CURRENT_SCHEMA && self.peek_at(1).kind == TokenKind::LParen {
                return Ok(None);
            }
            self.bump();
            let precise =
                matches!(keyword, kw::CURRENT_TIME | kw::CURRENT_TIMESTAMP | kw::LOCALTIME | kw::LOCALTIMESTAMP);
            if precise && self.at_kind(TokenKind::LParen) {
                self.bump();
                self.expect_kind(TokenKind::Integer)?;
                self.expect_kind(TokenKind::RParen)?;
            }
            return Ok(Some(self.builtin(start, keyword, Vec::new())));
        }
        if keyword == kw::COLLATION
            && self.at_all(&[kw::COLLATION, kw::FOR])
            && self.peek_at(2).kind == TokenKind::LParen
        {
            self.bump();
            self.bump();
            let arg = self.paren_expr()?;
            return Ok(Some(self.builtin(start, keyword, vec![arg])));
        }
        if self.peek_at(1).kind != TokenKind::LParen {
            return Ok(None);
        }
        let args = match keyword {
            kw::CAST => {
                self.open();
                let expr = Box::new(self.expr()?);
                self.expect(kw::AS)?;
                let to: Box<TypeName> = Box::new(self.type_name()?);
                self.expect_kind(TokenKind::RParen)?;
                let cast = self.node(start, ExprKind::Cast { expr, to });
                return Ok(Some(cast));
            }
            kw::COALESCE | kw::GREATEST | kw::LEAST => {
                self.open();
                self.expr_list()?
            }
            kw::NULLIF => {
                self.open();
                let first = self.expr()?;
                self.expect_kind(TokenKind::Comma)?;
                vec![first, self.expr()?]
            }
            kw::GROUPING => {
                self.open();
                self.expr_list()?
            }
            kw::EXTRACT => {
                self.open();
                let field = self.peek();
                if self.at_string() {
                    self.string()?;
                } else {
                    self.label_of_extract()?;
                }
                let text = self.text_of(field).trim_matches('\'').to_ascii_lowercase();
                let field = self.node(field, ExprKind::String(text.into()));
                self.expect(kw::FROM)?;
                vec![field, self.expr()?]
            }
            kw::POSITION => {
                self.open();
                let first = self.b_expr()?;
                self.expect(kw::IN)?;
                vec![first, self.b_expr()?]
            }
            kw::OVERLAY => {
                self.open();
                self.overlay_arguments()?
            }
            kw::SUBSTRING => {
                self.open();
                self.substring_arguments()?
            }
            kw::TRIM => {
                self.open();
                let _ = self.eat(kw::BOTH) || self.eat(kw::LEADING) || self.eat(kw::TRAILING);
                let mut args = if self.at(kw::FROM) { Vec::new() } else { self.expr_list()? };
                if self.eat(kw::FROM) {
                    args.extend(self.expr_list()?);
                }
                args
            }
            kw::TREAT => {
                self.open();
                let expr = self.expr()?;
                self.expect(kw::AS)?;
                self.type_name()?;
                vec![expr]
            }
            kw::NORMALIZE => {
                self.open();
                let expr = self.expr()?;
                if self.eat_kind(TokenKind::Comma)
                    && !(self.eat(kw::NFC) || self.eat(kw::NFD) || self.eat(kw::NFKC) || self.eat(kw::NFKD))
                {
                    return self.fail();
                }
                vec![expr]
            }
            kw::MERGE_ACTION => {
                self.open();
                Vec::new()
            }
            kw::XMLCONCAT
            | kw::XMLELEMENT
            | kw::XMLEXISTS
            | kw::XMLFOREST
            | kw::XMLPARSE
            | kw::XMLPI
            | kw::XMLROOT
            | kw::XMLSERIALIZE => {
                self.open();
                self.xml_arguments(keyword)?
            }
            kw::JSON
            | kw::JSON_ARRAY
            | kw::JSON_ARRAYAGG
            | kw::JSON_EXISTS
            | kw::JSON_OBJECT
            | kw::JSON_OBJECTAGG
            | kw::JSON_QUERY
            | kw::JSON_SCALAR
            | kw::JSON_SERIALIZE
            | kw::JSON_VALUE => {
                self.open();
                self.json_arguments(keyword)?
            }
            _ => return Ok(None),
        };
        self.expect_kind(TokenKind::RParen)?;
        let mut expr = self.builtin(start, keyword, args);
        if matches!(keyword, kw::JSON_ARRAYAGG | kw::JSON_OBJECTAGG)
            && let ExprKind::Call(call) = &mut expr.kind
        {
            let mut ends = std::mem::take(&mut call.order_by);
            self.call_end_clauses(call)?;
            ends.append(&mut call.order_by);
            call.order_by = ends;
            expr.span = self.span_from(start);
        }
        Ok(Some(expr))
    }

    fn open(&mut self) {
        self.bump();
        self.bump();
    }

    fn label_of_extract(&mut self) -> Result<()> {
        match self.peek().kind {
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => {
                self.bump();
                Ok(())
            }
            TokenKind::Keyword(kw::YEAR | kw::MONTH | kw::DAY | kw::HOUR | kw::MINUTE | kw::SECOND) => {
                self.bump();
                Ok(())
            }
            _ => self.fail(),
        }
    }

    fn overlay_arguments(&mut self) -> Result<Vec<Expr>> {
        let mut args = vec![self.expr()?];
        if self.eat(kw::PLACING) {
            args.push(self.expr()?);
            self.expect(kw::FROM)?;
            args.push(self.expr()?);
            if self.eat(kw::FOR) {
                args.push(self.expr()?);
            }
            return Ok(args);
        }
        while self.eat_kind(TokenKind::Comma) {
            args.push(self.expr()?);
        }
        Ok(args)
    }

    fn substring_arguments(&mut self) -> Result<Vec<Expr>> {
        let mut args = vec![self.expr()?];
        loop {
            let more = self.eat(kw::FROM)
                || self.eat(kw::FOR)
                || self.eat(kw::ESCAPE)
                || self.eat(kw::SIMILAR)
                || self.eat_kind(TokenKind::Comma);
            if !more {
                return Ok(args);
            }
            args.push(self.expr()?);
        }
    }

    fn xml_arguments(&mut self, keyword: Keyword) -> Result<Vec<Expr>> {
        match keyword {
            kw::XMLELEMENT => {
                self.expect(kw::NAME)?;
                self.label()?;
                let mut args = Vec::new();
                while self.eat_kind(TokenKind::Comma) {
                    if self.at(kw::XMLATTRIBUTES) {
                        self.open();
                        args.extend(self.aliased_list()?);
                        self.expect_kind(TokenKind::RParen)?;
                    } else {
                        args.push(self.expr()?);
                    }
                }
                Ok(args)
            }
            kw::XMLFOREST => self.aliased_list(),
            kw::XMLEXISTS => {
                let first = self.primary()?;
                self.expect(kw::PASSING)?;
                Ok(vec![first, self.xml_passed()?])
            }
            kw::XMLPARSE => {
                if !self.eat(kw::DOCUMENT) {
                    self.expect(kw::CONTENT)?;
                }
                let expr = self.expr()?;
                let _ = self.eat_all(&[kw::PRESERVE, kw::WHITESPACE]) || self.eat_all(&[kw::STRIP, kw::WHITESPACE]);
                Ok(vec![expr])
            }
            kw::XMLPI => {
                self.expect(kw::NAME)?;
                self.label()?;
                if self.eat_kind(TokenKind::Comma) { Ok(vec![self.expr()?]) } else { Ok(Vec::new()) }
            }
            kw::XMLROOT => {
                let expr = self.expr()?;
                self.expect_kind(TokenKind::Comma)?;
                self.expect(kw::VERSION)?;
                if !self.eat_all(&[kw::NO, kw::VALUE]) {
                    self.expr()?;
                }
                if self.eat_kind(TokenKind::Comma) {
                    self.expect(kw::STANDALONE)?;
                    if !self.eat(kw::YES) {
                        self.expect(kw::NO)?;
                        self.eat(kw::VALUE);
                    }
                }
                Ok(vec![expr])
            }
            kw::XMLSERIALIZE => {
                if !self.eat(kw::DOCUMENT) {
                    self.expect(kw::CONTENT)?;
                }
                let expr = self.expr()?;
                self.expect(kw::AS)?;
                self.simple_type_name()?;
                let _ = self.eat(kw::INDENT) || self.eat_all(&[kw::NO, kw::INDENT]);
                Ok(vec![expr])
            }
            _ => self.expr_list(),
        }
    }

    /// `[BY REF | BY VALUE] document [BY …]`.
    pub(super) fn xml_passed(&mut self) -> Result<Expr> {
        let _ = self.eat_all(&[kw::BY, kw::REF]) || self.eat_all(&[kw::BY, kw::VALUE]);
        let expr = self.primary()?;
        let _ = self.eat_all(&[kw::BY, kw::REF]) || self.eat_all(&[kw::BY, kw::VALUE]);
        Ok(expr)
    }

    fn aliased_list(&mut self) -> Result<Vec<Expr>> {
        self.comma_list(|c| {
            let expr = c.expr()?;
            if c.eat(kw::AS) {
                c.label()?;
            }
            Ok(expr)
        })
    }

    fn builtin(&self, start: Token, keyword: Keyword, args: Vec<Expr>) -> Expr {
        let args = args.into_iter().map(|value| Argument { name: None, variadic: false, value }).collect();
        let function = QualifiedName { database: None, schema: None, name: Name::new(word(keyword), start.span()) };
        let call = Call {
            function,
            args,
            distinct: false,
            star: false,
            order_by: Vec::new(),
            filter: None,
            over: None,
            builtin_syntax: true,
        };
        self.node(start, ExprKind::Call(Box::new(call)))
    }
}
