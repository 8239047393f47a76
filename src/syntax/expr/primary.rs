//! Constants, columns, parentheses, CASE, ARRAY, ROW: what operators stand between (c_expr).

use crate::syntax::ast::{Expr, ExprKind, Name, Symbol};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Category, Keyword, kw};
use crate::syntax::lexer::{Token, TokenKind};

/// The words that begin a type of the grammar's own, and so may begin `type 'constant'`.
const TYPE_WORDS: &[Keyword] = &[
    kw::BIGINT,
    kw::BIT,
    kw::BOOLEAN,
    kw::CHAR,
    kw::CHARACTER,
    kw::DEC,
    kw::DECIMAL,
    kw::DOUBLE,
    kw::FLOAT,
    kw::INT,
    kw::INTEGER,
    kw::INTERVAL,
    kw::JSON,
    kw::NATIONAL,
    kw::NCHAR,
    kw::NUMERIC,
    kw::REAL,
    kw::SMALLINT,
    kw::TIME,
    kw::TIMESTAMP,
    kw::VARCHAR,
];

impl Cursor<'_> {
    /// A primary with the subscripts and fields that follow it.
    pub(crate) fn primary(&mut self) -> Result<Expr> {
        let start = self.peek();
        let expr = match start.kind {
            TokenKind::Integer | TokenKind::Float => {
                self.bump();
                self.node(start, ExprKind::Number(self.text_of(start).into()))
            }
            TokenKind::String | TokenKind::EscapeString | TokenKind::UnicodeString | TokenKind::DollarString => {
                let text = self.string()?.text;
                self.node(start, ExprKind::String(text))
            }
            TokenKind::NationalString => {
                self.bump();
                let text = self.text_of(start);
                let inner = text.get(2..text.len().saturating_sub(1)).unwrap_or("").replace("''", "'");
                self.node(start, ExprKind::String(inner.into()))
            }
            TokenKind::BitString | TokenKind::HexString => {
                self.bump();
                self.node(start, ExprKind::BitString(self.text_of(start).into()))
            }
            TokenKind::Param => {
                self.bump();
                let number = self.text_of(start).get(1..).and_then(|n| n.parse().ok()).unwrap_or(0);
                let expr = self.node(start, ExprKind::Parameter(number));
                return self.indirection(start, expr);
            }
            TokenKind::LParen => return self.parenthesized(),
            TokenKind::Keyword(word) => return self.keyword_primary(word),
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => return self.name_primary(),
            _ => return self.fail(),
        };
        // `'{1,2}'[1]` is no expression: constants take neither subscripts nor fields.
        Ok(expr)
    }

    fn keyword_primary(&mut self, word: Keyword) -> Result<Expr> {
        let start = self.peek();
        let constant = match word {
            kw::NULL => Some(ExprKind::Null),
            kw::TRUE => Some(ExprKind::Bool(true)),
            kw::FALSE => Some(ExprKind::Bool(false)),
            kw::DEFAULT => Some(ExprKind::Default),
            _ => None,
        };
        if let Some(kind) = constant {
            self.bump();
            return Ok(self.node(start, kind));
        }
        match word {
            kw::CASE => self.case(),
            kw::EXISTS if self.peek_at(1).kind == TokenKind::LParen => {
                self.bump();
                let query = Box::new(self.paren_query()?);
                Ok(self.node(start, ExprKind::Exists(query)))
            }
            kw::ARRAY => self.array(),
            kw::ROW if self.peek_at(1).kind == TokenKind::LParen => {
                self.bump();
                self.bump();
                let items = if self.at_kind(TokenKind::RParen) { Vec::new() } else { self.expr_list()? };
                self.expect_kind(TokenKind::RParen)?;
                Ok(self.node(start, ExprKind::Row(items)))
            }
            _ => {
                if TYPE_WORDS.contains(&word)
                    && let Some(constant) = self.typed_constant()?
                {
                    return Ok(constant);
                }
                if let Some(call) = self.special_call(word)? {
                    return Ok(call);
                }
                self.name_primary()
            }
        }
    }

    /// `timestamp '…'`, `interval '…' day`, `numeric(3) '…'`; `None` when the word is something else here.
    fn typed_constant(&mut self) -> Result<Option<Expr>> {
        let start = self.peek();
        let at = self.position();
        if self.at(kw::INTERVAL)
            && matches!(
                self.peek_at(1).kind,
                TokenKind::String | TokenKind::EscapeString | TokenKind::UnicodeString | TokenKind::DollarString
            )
        {
            let first = self.peek();
            self.set_position(at + 1);
            let value = self.string_expr()?;
            let end = self.position();
            // The fields stand after the constant; the type is what stands before and after it.
            self.set_position(at);
            let mut to = self.simple_type_name()?;
            self.set_position(end);
            to.modifiers = self.interval_fields(first)?;
            return Ok(Some(self.node(start, ExprKind::Cast { expr: Box::new(value), to: Box::new(to) })));
        }
        if let Ok(to) = self.simple_type_name()
            && self.at_string()
        {
            let value = self.string_expr()?;
            return Ok(Some(self.node(start, ExprKind::Cast { expr: Box::new(value), to: Box::new(to) })));
        }
        self.set_position(at);
        Ok(None)
    }

    fn string_expr(&mut self) -> Result<Expr> {
        let start = self.peek();
        let text = self.string()?.text;
        Ok(self.node(start, ExprKind::String(text)))
    }

    /// A column, a function call, or a constant of a named type.
    fn name_primary(&mut self) -> Result<Expr> {
        let start = self.peek();
        let next = self.peek_at(1).kind;
        let category = match start.kind {
            TokenKind::Keyword(word) => Some(word.category()),
            _ => None,
        };
        let names_function = category.is_none_or(|c| matches!(c, Category::Unreserved | Category::TypeOrFunction));
        let names_column = category.is_none_or(|c| matches!(c, Category::Unreserved | Category::ColumnName));
        if !(names_column || names_function && (next == TokenKind::LParen || is_string(next))) {
            return self.fail();
        }
        let mut parts = vec![self.label()?];
        while self.at_kind(TokenKind::Dot) {
            if self.peek_at(1).kind == TokenKind::Operator && self.text_of(self.peek_at(1)) == "*" {
                self.bump();
                self.bump();
                return Ok(self.node(start, ExprKind::Star(parts)));
            }
            self.bump();
            parts.push(self.label()?);
        }
        if self.at_kind(TokenKind::LParen) && (parts.len() > 1 || names_function) {
            let at = self.position();
            if let Some(constant) = self.typed_constant_with_modifiers(start)? {
                return Ok(constant);
            }
            self.set_position(at);
            let function = self.qualified_parts(parts)?;
            return self.call_rest(start, function);
        }
        if self.at_string() && (parts.len() > 1 || names_function) {
            let at = self.position();
            self.set_position(at - (2 * parts.len() - 1));
            let to = Box::new(self.simple_type_name()?);
            self.set_position(at);
            let expr = Box::new(self.string_expr()?);
            return Ok(self.node(start, ExprKind::Cast { expr, to }));
        }
        if !names_column {
            return self.fail();
        }
        let column = self.node(start, ExprKind::Column(parts));
        self.indirection(start, column)
    }

    /// `name(modifiers) 'constant'`: seen by the string after the closing parenthesis.
    fn typed_constant_with_modifiers(&mut self, start: Token) -> Result<Option<Expr>> {
        let Some(close) = self.matching_paren(0) else { return Ok(None) };
        if !is_string(self.peek_at(close + 1).kind) {
            return Ok(None);
        }
        let Some(back) = self.tokens_back_to(start) else { return Ok(None) };
        self.set_position(back);
        let to = Box::new(self.simple_type_name()?);
        if !self.at_string() {
            return self.fail();
        }
        let expr = Box::new(self.string_expr()?);
        Ok(Some(self.node(start, ExprKind::Cast { expr, to })))
    }

    /// The position of an earlier token.
    fn tokens_back_to(&mut self, start: Token) -> Option<usize> {
        let here = self.position();
        for position in (0..=here).rev() {
            self.set_position(position);
            if self.peek() == start {
                self.set_position(here);
                return Some(position);
            }
        }
        self.set_position(here);
        None
    }

    /// How many tokens after token `n` (a parenthesis) its partner stands.
    pub(super) fn matching_paren(&self, n: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (offset, token) in self.rest().iter().enumerate().skip(n) {
            match token.kind {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(offset);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Subscripts and fields: `[1]`, `[1:2]`, `.field`, `.*`.
    pub(super) fn indirection(&mut self, start: Token, mut expr: Expr) -> Result<Expr> {
        loop {
            match self.peek().kind {
                TokenKind::LBracket => {
                    let (indexes, slice) = self.subscript()?;
                    expr = self.node(start, ExprKind::Subscript { expr: Box::new(expr), indexes, slice });
                }
                TokenKind::Dot => {
                    self.bump();
                    let field = if self.at_operator("*") {
                        let star = self.bump();
                        Name::new("*", star.span())
                    } else {
                        self.label()?
                    };
                    expr = self.node(start, ExprKind::Field { expr: Box::new(expr), field });
                }
                _ => return Ok(expr),
            }
        }
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

    /// `(query)`, `(expr)`, `(a, b)`.
    fn parenthesized(&mut self) -> Result<Expr> {
        let start = self.peek();
        if self.is_query_in_parens() {
            let query = Box::new(self.paren_query()?);
            let expr = self.node(start, ExprKind::Subquery(query));
            return self.indirection(start, expr);
        }
        self.bump();
        let first = self.expr()?;
        if self.at_kind(TokenKind::Comma) {
            let mut items = vec![first];
            while self.eat_kind(TokenKind::Comma) {
                items.push(self.expr()?);
            }
            self.expect_kind(TokenKind::RParen)?;
            return Ok(self.node(start, ExprKind::Row(items)));
        }
        self.expect_kind(TokenKind::RParen)?;
        let expr = self.node(start, ExprKind::Paren(Box::new(first)));
        self.indirection(start, expr)
    }

    fn case(&mut self) -> Result<Expr> {
        let start = self.bump();
        let operand = if self.at(kw::WHEN) { None } else { Some(Box::new(self.expr()?)) };
        let mut branches = Vec::new();
        while self.eat(kw::WHEN) {
            let when = self.expr()?;
            self.expect(kw::THEN)?;
            branches.push((when, self.expr()?));
        }
        if branches.is_empty() {
            return self.fail();
        }
        let otherwise = if self.eat(kw::ELSE) { Some(Box::new(self.expr()?)) } else { None };
        self.expect(kw::END)?;
        Ok(self.node(start, ExprKind::Case { operand, branches, otherwise }))
    }

    fn array(&mut self) -> Result<Expr> {
        let start = self.bump();
        if self.at_kind(TokenKind::LParen) {
            let query = Box::new(self.paren_query()?);
            return Ok(self.node(start, ExprKind::ArrayQuery(query)));
        }
        let items = self.array_items()?;
        let expr = self.node(start, ExprKind::Array(items));
        self.indirection(start, expr)
    }

    /// `[…]` with nested brackets.
    fn array_items(&mut self) -> Result<Vec<Expr>> {
        self.expect_kind(TokenKind::LBracket)?;
        if self.eat_kind(TokenKind::RBracket) {
            return Ok(Vec::new());
        }
        let items = if self.at_kind(TokenKind::LBracket) {
            self.comma_list(|c| {
                let start = c.peek();
                let items = c.nested(Self::array_items)?;
                Ok(c.node(start, ExprKind::Array(items)))
            })?
        } else {
            self.expr_list()?
        };
        self.expect_kind(TokenKind::RBracket)?;
        Ok(items)
    }
}

fn is_string(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::EscapeString | TokenKind::UnicodeString | TokenKind::DollarString)
}

/// The lower-cased word of a keyword, as calls by it are named.
pub(super) fn word(keyword: Keyword) -> Symbol {
    keyword.text().into()
}
