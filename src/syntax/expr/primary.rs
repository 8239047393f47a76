//! Operands (c_expr): constants, columns, what stands in parentheses, CASE, ARRAY, ROW.

use super::operator::implied_call;
use super::special;
use crate::syntax::ast::{Expr, ExprKind, Name, QualifiedName, Query, QueryBody, TypeName};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::{Category, Keyword, kw};
use crate::syntax::lexer::{Token, TokenKind};
use crate::syntax::literal;
use crate::syntax::newer;

/// What a pair of parentheses holds.
pub(super) enum Parens {
    Query(Box<Query>),
    /// One expression or more.
    List(Vec<Expr>),
}

impl Cursor<'_> {
    /// An operand with the subscripts and fields that follow it. Whatever nests in an expression does so through here or counts for itself.
    pub(crate) fn primary(&mut self) -> Result<Expr> {
        match self.peek().kind {
            TokenKind::LParen => self.in_parentheses(Self::counted_primary),
            _ => self.nested(Self::counted_primary),
        }
    }

    fn counted_primary(&mut self) -> Result<Expr> {
        let start = self.peek();
        let kind = match start.kind {
            TokenKind::Integer | TokenKind::Float => {
                self.bump();
                let text = self.text_of(start);
                if text.bytes().any(|b| matches!(b, b'_' | b'x' | b'X' | b'o' | b'O' | b'b' | b'B')) {
                    self.note_newer(start, &newer::NUMBER_FORM);
                }
                ExprKind::Number(text.into())
            }
            TokenKind::String | TokenKind::EscapeString | TokenKind::UnicodeString | TokenKind::DollarString => {
                return self.string_constant();
            }
            TokenKind::NationalString => {
                self.bump();
                return Ok(self.national_string(start));
            }
            TokenKind::BitString | TokenKind::HexString => {
                self.bump();
                ExprKind::BitString(self.text_of(start).replace('\'', "").into())
            }
            TokenKind::Param => {
                self.bump();
                let number = self.text_of(start).get(1..).and_then(|digits| digits.parse().ok());
                let Some(number) = number else {
                    let error = SyntaxError::near(self.text(), start.span(), "parameter number too large");
                    return Err(error);
                };
                let expr = self.node(start, ExprKind::Parameter(number));
                return self.indirection(start, expr);
            }
            TokenKind::LParen => return self.parenthesized(),
            TokenKind::Keyword(word) => return self.keyword_primary(word),
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => return self.named(),
            _ => return self.fail(),
        };
        Ok(self.node(start, kind))
    }

    fn string_constant(&mut self) -> Result<Expr> {
        let start = self.peek();
        let text = self.string()?.text;
        Ok(self.node(start, ExprKind::String(text)))
    }

    /// `N'…'` is a constant of type `character`.
    fn national_string(&self, start: Token) -> Expr {
        let string = Token { kind: TokenKind::String, start: start.start + 1, end: start.end };
        let text = literal::decode_string(self.text(), string).unwrap_or_default();
        let value = Expr { span: string.span(), kind: ExprKind::String(text.into()) };
        let part = |text: &str| Name::new(text, crate::source::Span::new(start.start, start.start + 1));
        let name =
            QualifiedName { database: None, schema: Some(part("pg_catalog")), name: part("bpchar"), only: false };
        let to = plain_type(name, Vec::new());
        self.node(start, ExprKind::Cast { expr: Box::new(value), to: Box::new(to) })
    }

    fn keyword_primary(&mut self, word: Keyword) -> Result<Expr> {
        let start = self.peek();
        let called = self.peek_at(1).kind == TokenKind::LParen;
        let kind = match word {
            kw::NULL => ExprKind::Null,
            kw::TRUE => ExprKind::Bool(true),
            kw::FALSE => ExprKind::Bool(false),
            kw::CASE => return self.case(),
            kw::ARRAY => return self.array(),
            kw::EXISTS if called => {
                self.bump();
                let query = Box::new(self.query_in_parens()?);
                return Ok(self.node(start, ExprKind::Exists(query)));
            }
            kw::ROW if called => return self.explicit_row(),
            kw::GROUPING if called => {
                self.bump();
                let args = self.paren_expr_list()?;
                return Ok(self.node(start, implied_call("grouping", start.span(), args)));
            }
            _ if self.at_typed_constant(word) => return self.typed_constant(word),
            _ => return self.special_or_named(word),
        };
        self.bump();
        Ok(self.node(start, kind))
    }

    fn special_or_named(&mut self, word: Keyword) -> Result<Expr> {
        let start = self.peek();
        match self.special(word)? {
            Some(expr) if special::is_json_aggregate(word) => self.decorated(start, expr),
            Some(expr) => Ok(expr),
            None => self.named(),
        }
    }

    /// A word that begins a type of the grammar's own, before a constant of it: `timestamp '…'`, `numeric(3) '…'`.
    fn at_typed_constant(&self, word: Keyword) -> bool {
        let next = self.peek_at(1).kind;
        let next_word = self.keyword_at(1);
        let string = is_string(next);
        let modified = string || next == TokenKind::LParen;
        match word {
            kw::INT | kw::INTEGER | kw::SMALLINT | kw::BIGINT | kw::REAL | kw::BOOLEAN | kw::JSON => string,
            kw::FLOAT | kw::DECIMAL | kw::DEC | kw::NUMERIC | kw::INTERVAL | kw::VARCHAR => modified,
            kw::BIT | kw::CHARACTER | kw::CHAR | kw::NCHAR => modified || next_word == Some(kw::VARYING),
            kw::NATIONAL => matches!(next_word, Some(kw::CHARACTER | kw::CHAR)),
            kw::DOUBLE => next_word == Some(kw::PRECISION),
            kw::TIME | kw::TIMESTAMP => {
                modified || (matches!(next_word, Some(kw::WITH | kw::WITHOUT)) && self.keyword_at(2) == Some(kw::TIME))
            }
            _ => false,
        }
    }

    fn typed_constant(&mut self, word: Keyword) -> Result<Expr> {
        let start = self.peek();
        let mut to = self.simple_type_name()?;
        // `char` means `char(1)`, but not before a constant.
        let lengthy = matches!(word, kw::BIT | kw::CHARACTER | kw::CHAR | kw::NCHAR | kw::NATIONAL);
        if lengthy && self.text().as_bytes().get(to.span.end as usize - 1) != Some(&b')') {
            to.modifiers.clear();
        }
        let expr = Box::new(self.string_constant()?);
        // The fields of an interval stand after its constant, and only where the type has no precision.
        if word == kw::INTERVAL && to.modifiers.is_empty() {
            to.modifiers = self.interval_fields(start)?;
        }
        Ok(self.node(start, ExprKind::Cast { expr, to: Box::new(to) }))
    }

    /// A column, a function call, or a constant of a type that a name stands for.
    fn named(&mut self) -> Result<Expr> {
        let start = self.peek();
        let category = match start.kind {
            TokenKind::Keyword(word) => word.category(),
            _ => Category::Unreserved,
        };
        if category == Category::Reserved || self.is_half_of_a_pair(0) {
            return self.fail();
        }
        let mut parts = vec![self.label()?];
        if category != Category::TypeOrFunction {
            while self.at_kind(TokenKind::Dot) {
                if self.at_dot_star() {
                    self.bump();
                    self.bump();
                    let star = self.node(start, ExprKind::Star(parts));
                    return if self.at_indirection() { self.improper_star() } else { Ok(star) };
                }
                self.bump();
                parts.push(self.label()?);
            }
        }
        let names_function = parts.len() > 1 || category != Category::ColumnName;
        if names_function && self.at_kind(TokenKind::LParen) {
            let function = self.qualified_parts(parts)?;
            let call = self.call_rest(start, function)?;
            return if self.at_string() { self.constant_of(start, call) } else { Ok(call) };
        }
        if names_function && self.at_string() {
            let to = plain_type(self.qualified_parts(parts)?, Vec::new());
            let expr = Box::new(self.string_constant()?);
            return Ok(self.node(start, ExprKind::Cast { expr, to: Box::new(to) }));
        }
        if category == Category::TypeOrFunction {
            return self.fail();
        }
        let column = self.node(start, ExprKind::Column(parts));
        self.indirection(start, column)
    }

    /// `name(modifiers) 'constant'`: what looked like a call is a type.
    fn constant_of(&mut self, start: Token, call: Expr) -> Result<Expr> {
        let ExprKind::Call(call) = call.kind else { return self.fail() };
        let decorated = call.filter.is_some() || call.over.is_some();
        let plain = !call.distinct && !call.star && !call.args.is_empty() && call.args.iter().all(|arg| !arg.variadic);
        if decorated || !plain {
            return self.fail();
        }
        if let Some(named) = call.args.iter().find_map(|arg| arg.name.as_ref()) {
            return Err(SyntaxError::new(named.span, "type modifier cannot have parameter name"));
        }
        if let Some(order) = call.order_by.first() {
            return Err(SyntaxError::new(order.expr.span, "type modifier cannot have ORDER BY"));
        }
        let modifiers = call.args.into_iter().map(|arg| arg.value).collect();
        let to = plain_type(call.function, modifiers);
        let expr = Box::new(self.string_constant()?);
        Ok(self.node(start, ExprKind::Cast { expr, to: Box::new(to) }))
    }

    fn at_dot_star(&self) -> bool {
        let star = self.peek_at(1);
        self.at_kind(TokenKind::Dot) && star.kind == TokenKind::Operator && self.text_of(star) == "*"
    }

    fn at_indirection(&self) -> bool {
        matches!(self.peek().kind, TokenKind::Dot | TokenKind::LBracket)
    }

    fn improper_star<T>(&self) -> Result<T> {
        Err(SyntaxError::near(self.text(), self.peek().span(), "improper use of \"*\""))
    }

    /// Subscripts and fields: `[1]`, `[1:2]`, `.field`, `.*`.
    pub(super) fn indirection(&mut self, start: Token, mut expr: Expr) -> Result<Expr> {
        while self.at_indirection() {
            self.grow_taller(super::STEP)?;
            let inner = Box::new(expr);
            let kind = if self.at_kind(TokenKind::LBracket) {
                let (indexes, slice) = self.subscript()?;
                ExprKind::Subscript { expr: inner, indexes, slice }
            } else if self.at_dot_star() {
                self.bump();
                let star = self.bump();
                if self.at_indirection() {
                    return self.improper_star();
                }
                ExprKind::Field { expr: inner, field: Name::new("*", star.span()) }
            } else {
                self.bump();
                ExprKind::Field { expr: inner, field: self.label()? }
            };
            expr = self.node(start, kind);
        }
        Ok(expr)
    }

    /// `[expr]`, `[from : to]` with either left out.
    pub(crate) fn subscript(&mut self) -> Result<(Vec<Expr>, bool)> {
        self.expect_kind(TokenKind::LBracket)?;
        let mut indexes = Vec::new();
        let mut slice = false;
        if !self.at_kind(TokenKind::Colon) {
            indexes.push(self.expr()?);
        }
        if self.eat_kind(TokenKind::Colon) {
            slice = true;
            if !self.at_kind(TokenKind::RBracket) {
                indexes.push(self.expr()?);
            }
        }
        self.expect_kind(TokenKind::RBracket)?;
        Ok((indexes, slice))
    }

    /// `(query)`, `(expr)`, `(a, b)` as operands.
    fn parenthesized(&mut self) -> Result<Expr> {
        let start = self.peek();
        let content = self.parens()?;
        self.parens_operand(start, content)
    }

    fn parens_operand(&mut self, start: Token, content: Parens) -> Result<Expr> {
        let expr = match content {
            Parens::Query(query) => self.node(start, ExprKind::Subquery(query)),
            Parens::List(mut list) => match list.pop() {
                Some(only) if list.is_empty() => self.node(start, ExprKind::Paren(Box::new(only))),
                last => {
                    list.extend(last);
                    return Ok(self.node(start, ExprKind::Row(list)));
                }
            },
        };
        self.indirection(start, expr)
    }

    /// A pair of parentheses that holds a query or expressions: `((SELECT 1))` is a query, `((SELECT 1) + 1)` is not.
    pub(super) fn parens(&mut self) -> Result<Parens> {
        self.expect_kind(TokenKind::LParen)?;
        let first = match self.query_or_operand()? {
            QueryOrOperand::Query(query) => {
                self.expect_kind(TokenKind::RParen)?;
                return Ok(Parens::Query(query));
            }
            QueryOrOperand::Operand(operand) => self.expr_after(operand)?,
            QueryOrOperand::Neither => self.expr()?,
        };
        let mut list = vec![first];
        while self.eat_kind(TokenKind::Comma) {
            list.push(self.expr()?);
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok(Parens::List(list))
    }

    /// `( expr )` or `( query )`, the latter as an expression: what ANY and ALL take.
    pub(super) fn one_or_query(&mut self) -> Result<Expr> {
        let start = self.peek();
        self.expect_kind(TokenKind::LParen)?;
        let expr = match self.query_or_operand()? {
            QueryOrOperand::Query(query) => {
                self.expect_kind(TokenKind::RParen)?;
                return Ok(self.node(start, ExprKind::Subquery(query)));
            }
            QueryOrOperand::Operand(operand) => self.expr_after(operand)?,
            QueryOrOperand::Neither => self.expr()?,
        };
        self.expect_kind(TokenKind::RParen)?;
        Ok(expr)
    }

    /// After a parenthesis: a query that fills it, or the operand that a further parenthesis turned out to be.
    pub(super) fn query_or_operand(&mut self) -> Result<QueryOrOperand> {
        if self.at_query(0) {
            return self.query().map(|query| QueryOrOperand::Query(Box::new(query)));
        }
        if !self.at_kind(TokenKind::LParen) {
            return Ok(QueryOrOperand::Neither);
        }
        let start = self.peek();
        match self.in_parentheses(Self::parens)? {
            Parens::Query(query) if self.at_kind(TokenKind::RParen) => Ok(QueryOrOperand::Query(query)),
            Parens::Query(query) if self.at_query_continuation() => {
                let query = self.query_from(start, QueryBody::Query(query))?;
                Ok(QueryOrOperand::Query(Box::new(query)))
            }
            content => self.parens_operand(start, content).map(QueryOrOperand::Operand),
        }
    }

    /// `ROW (…)`.
    fn explicit_row(&mut self) -> Result<Expr> {
        let start = self.bump();
        self.expect_kind(TokenKind::LParen)?;
        let items = if self.at_kind(TokenKind::RParen) { Vec::new() } else { self.expr_list()? };
        self.expect_kind(TokenKind::RParen)?;
        Ok(self.node(start, ExprKind::Row(items)))
    }

    /// `row OVERLAPS row`, a call of the function of that name.
    pub(super) fn overlaps(&mut self, left: Expr) -> Result<Expr> {
        let word = self.bump();
        let start = self.peek();
        let right = if self.at(kw::ROW) {
            self.explicit_row()?
        } else {
            match self.parens()? {
                Parens::List(list) if list.len() > 1 => self.node(start, ExprKind::Row(list)),
                _ => return self.fail(),
            }
        };
        let span = left.span.to(right.span);
        let mut args = Vec::new();
        for (side, row) in [("left", left), ("right", right)] {
            match row.kind {
                ExprKind::Row(pair) if pair.len() == 2 => args.extend(pair),
                _ => {
                    let message = format!("wrong number of parameters on {side} side of OVERLAPS expression");
                    return Err(SyntaxError::new(row.span, message));
                }
            }
        }
        Ok(Expr { span, kind: implied_call("overlaps", word.span(), args) })
    }

    fn case(&mut self) -> Result<Expr> {
        let start = self.bump();
        let operand = if self.at(kw::WHEN) { None } else { Some(Box::new(self.expr()?)) };
        let mut branches = Vec::new();
        while branches.is_empty() || self.at(kw::WHEN) {
            self.expect(kw::WHEN)?;
            let when = self.expr()?;
            self.expect(kw::THEN)?;
            branches.push((when, self.expr()?));
        }
        let otherwise = if self.eat(kw::ELSE) { Some(Box::new(self.expr()?)) } else { None };
        self.expect(kw::END)?;
        Ok(self.node(start, ExprKind::Case { operand, branches, otherwise }))
    }

    fn array(&mut self) -> Result<Expr> {
        let start = self.bump();
        let kind = if self.at_kind(TokenKind::LParen) {
            ExprKind::ArrayQuery(Box::new(self.query_in_parens()?))
        } else {
            ExprKind::Array(self.array_items()?)
        };
        Ok(self.node(start, kind))
    }

    /// `[…]` with nested brackets.
    fn array_items(&mut self) -> Result<Vec<Expr>> {
        self.expect_kind(TokenKind::LBracket)?;
        let items = match self.peek().kind {
            TokenKind::RBracket => Vec::new(),
            TokenKind::LBracket => self.comma_list(|c| {
                let start = c.peek();
                let items = c.nested(Self::array_items)?;
                Ok(c.node(start, ExprKind::Array(items)))
            })?,
            _ => self.expr_list()?,
        };
        self.expect_kind(TokenKind::RBracket)?;
        Ok(items)
    }
}

pub(super) enum QueryOrOperand {
    Query(Box<Query>),
    Operand(Expr),
    /// Neither a query nor a parenthesis stands here.
    Neither,
}

fn is_string(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::EscapeString | TokenKind::UnicodeString | TokenKind::DollarString)
}

fn plain_type(name: QualifiedName, modifiers: Vec<Expr>) -> TypeName {
    let span = name.span();
    TypeName { name, modifiers, array_dimensions: 0, setof: false, percent_type: None, span }
}
