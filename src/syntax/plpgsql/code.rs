//! A body's text and tokens, and its parts read by SQL's grammar.

use super::Part;
use crate::source::Span;
use crate::syntax::ast::{Expr, QualifiedName, Query, Statement, StringLiteral, Symbol, TypeName};
use crate::syntax::{self, Cursor, SyntaxError, Token, TokenKind, lex_at};

/// The text that a body was read from, and its tokens: parts point into them.
pub struct Code {
    file: Symbol,
    /// Where the body ends in it.
    end: usize,
    tokens: Vec<Token>,
}

impl Code {
    /// All of a text; spans are offsets in it.
    pub fn new(text: Symbol) -> Self {
        let part = Span::new(0, text.len() as u32);
        Self::of_part(text, part)
    }

    fn of_part(text: Symbol, part: Span) -> Self {
        let mut tokens = lex_at(&text, part).tokens;
        if tokens.last().is_none_or(|t| t.kind != TokenKind::Eof) {
            tokens.push(Token { kind: TokenKind::Eof, start: part.end, end: part.end });
        }
        Self { file: text, end: part.end as usize, tokens }
    }

    /// A body given as a string constant of the file `source`, with spans that are offsets there where its text is the file's.
    pub fn of_literal(body: &StringLiteral, source: &Symbol) -> Self {
        let Some(start) = body.body else { return Self::new(body.text.clone()) };
        let part = Span::new(start, start + body.text.len() as u32);
        if source.get(part.range()) == Some(&*body.text) {
            return Self::of_part(source.clone(), part);
        }
        // Of another file than was thought.
        let text = " ".repeat(start as usize) + &body.text;
        Self::of_part(text.into(), part)
    }

    /// The text up to the body's end: to the body nothing comes after.
    pub fn text(&self) -> &str {
        self.file.get(..self.end).unwrap_or("")
    }

    pub fn span(&self, part: Part) -> Span {
        match (self.tokens(part).first(), self.tokens(part).last()) {
            (Some(first), Some(last)) => Span::new(first.start, last.end),
            _ => Span::default(),
        }
    }

    /// The tokens of some parts in a row, closed by an `Eof`.
    fn closed(&self, parts: &[Part]) -> Vec<Token> {
        let mut tokens: Vec<Token> = parts.iter().flat_map(|p| self.tokens(*p)).copied().collect();
        let end = tokens.last().map_or(0, |t| t.end);
        tokens.push(Token { kind: TokenKind::Eof, start: end, end });
        tokens
    }

    pub(super) fn whole<T>(
        &self,
        part: Part,
        read: impl FnOnce(&mut Cursor) -> syntax::Result<T>,
    ) -> Result<T, SyntaxError> {
        let tokens = self.closed(&[part]);
        let mut cursor = Cursor::new(self.text(), &tokens);
        let read = read(&mut cursor).and_then(|value| if cursor.is_at_end() { Ok(value) } else { cursor.fail() });
        match (read, cursor.take_deferred()) {
            (Ok(value), None) => Ok(value),
            (Ok(_), Some(error)) | (Err(error), _) => Err(at_own_end(error, &tokens)),
        }
    }

    /// An expression of SQL: not all that PL/pgSQL takes for one.
    pub fn expr(&self, part: Part) -> Result<Expr, SyntaxError> {
        self.whole(part, |cursor| cursor.expr())
    }

    pub fn query(&self, part: Part) -> Result<Query, SyntaxError> {
        self.whole(part, |cursor| cursor.query())
    }

    /// An expression as PL/pgSQL takes it: what could stand after SELECT, FROM and all.
    pub fn as_query(&self, part: Part) -> Result<Query, SyntaxError> {
        self.whole(part, |cursor| cursor.plpgsql_expr())
    }

    /// What PERFORM runs.
    pub fn performed(&self, part: Part) -> Result<Query, SyntaxError> {
        self.whole(part, |cursor| cursor.performed_query())
    }

    pub fn type_name(&self, part: Part) -> Result<TypeName, SyntaxError> {
        self.whole(part, |cursor| cursor.function_type())
    }

    pub fn qualified_name(&self, part: Part) -> Option<QualifiedName> {
        self.whole(part, |cursor| cursor.qualified_name()).ok()
    }

    pub fn statement(&self, pieces: &[Part]) -> Result<Statement, SyntaxError> {
        let tokens = self.closed(pieces);
        syntax::parse_statement(self.text(), &tokens).map_err(|error| at_own_end(error, &tokens))
    }

    pub fn tokens(&self, part: Part) -> &[Token] {
        self.tokens.get(part.start..part.end).unwrap_or(&[])
    }

    /// The token at a place; past the last it is the body's end.
    pub fn token(&self, place: usize) -> Token {
        let end = self.tokens.last().map_or(0, |last| last.end);
        self.tokens.get(place).copied().unwrap_or(Token { kind: TokenKind::Eof, start: end, end })
    }

    pub fn all(&self) -> Part {
        Part { start: 0, end: self.tokens.len().saturating_sub(1) }
    }

    pub fn text_of(&self, token: Token) -> &str {
        self.text().get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The decoded text of a string constant.
    pub fn string(&self, token: Token) -> Option<Symbol> {
        let tokens = [token, Token { kind: TokenKind::Eof, start: token.end, end: token.end }];
        Cursor::new(self.text(), &tokens).string().ok().map(|s| s.text)
    }

    /// The name that a token stands for.
    pub fn name(&self, token: Token) -> Option<Symbol> {
        let tokens = [token, Token { kind: TokenKind::Eof, start: token.end, end: token.end }];
        Cursor::new(self.text(), &tokens).label().ok().map(|name| name.text)
    }
}

/// SQL's grammar is given the text of a part only: what comes after is the end of the input to it.
fn at_own_end(mut error: SyntaxError, tokens: &[Token]) -> SyntaxError {
    match tokens.last() {
        Some(end) if error.span.start >= end.start && error.message.starts_with("syntax error at or near") => {
            error.message = "syntax error at end of input".into();
            error.span = end.span();
        }
        _ => {}
    }
    error
}
