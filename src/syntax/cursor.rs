//! A place among the tokens of one statement, and the small grammar of names and strings.

use super::ast::{Name, QualifiedName, StringLiteral};
use super::error::{Result, SyntaxError};
use super::keywords::{Category, Keyword, kw};
use super::lexer::{MAX_NAME, Token, TokenKind};
use super::literal;
use super::newer::{Feature, Newer};
use crate::source::Span;

/// How deep constructs may nest: natively 1,000 levels. WebAssembly's stack is smaller, and overrunning it is a trap, not an error: 160 levels of
/// parentheses, 64 of anything else.
pub(super) const MAX_DEPTH: u32 = if cfg!(target_arch = "wasm32") { 320 } else { 2000 };

/// What a level of parentheses, and one of any other construct, counts for.
pub(super) const PARENTHESES: u32 = 2;
pub(super) const CONSTRUCT: u32 = if cfg!(target_arch = "wasm32") { 5 } else { 2 };

/// Reads the tokens of one statement from left to right.
pub struct Cursor<'a> {
    text: &'a str,
    tokens: &'a [Token],
    pos: usize,
    eof: Token,
    depth: u32,
    /// How tall the trees are that lean to one side and are part of what is being read.
    pub(super) height: u32,
    deferred: Option<SyntaxError>,
    newer: Vec<Newer>,
}

impl<'a> Cursor<'a> {
    /// `tokens` are those of one statement, with or without its `Eof`, and `text` is the file that they were cut from.
    pub fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        let (tokens, eof) = match tokens.split_last() {
            Some((last, before)) if last.kind == TokenKind::Eof => (before, last.start),
            Some((last, _)) => (tokens, last.end),
            None => (tokens, text.len() as u32),
        };
        Self {
            text,
            tokens,
            pos: 0,
            eof: Token { kind: TokenKind::Eof, start: eof, end: eof },
            depth: 0,
            height: 0,
            deferred: None,
            newer: Vec::new(),
        }
    }

    /// The file that the tokens were cut from.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The tokens from the current one to the statement's end.
    pub fn rest(&self) -> &'a [Token] {
        self.tokens.get(self.pos..).unwrap_or(&[])
    }

    pub fn peek(&self) -> Token {
        self.peek_at(0)
    }

    /// The token `n` places after the current one.
    pub fn peek_at(&self, n: usize) -> Token {
        self.tokens.get(self.pos + n).copied().unwrap_or(self.eof)
    }

    /// Takes the current token; at the end it stays there.
    pub fn bump(&mut self) -> Token {
        let token = self.peek();
        if self.pos < self.tokens.len() {
            self.pos += 1;
        }
        token
    }

    pub fn position(&self) -> usize {
        self.pos
    }

    pub fn set_position(&mut self, position: usize) {
        self.pos = position.min(self.tokens.len());
        // What was found after this place is going to be found again.
        let start = self.peek().start;
        self.newer.retain(|newer| newer.span.end <= start);
    }

    pub fn is_at_end(&self) -> bool {
        self.pos >= self.tokens.len()
    }

    pub fn text_of(&self, token: Token) -> &'a str {
        self.text.get(token.span().range()).unwrap_or("")
    }

    /// The kinds of the tokens that end before an offset.
    pub fn before(&self, offset: u32) -> impl DoubleEndedIterator<Item = TokenKind> {
        let count = self.tokens.partition_point(|token| token.end <= offset);
        self.tokens.iter().take(count).map(|token| token.kind)
    }

    /// From a token's start to the end of the last token taken.
    pub fn span_from(&self, start: Token) -> Span {
        let last = self.pos.checked_sub(1).and_then(|last| self.tokens.get(last));
        Span::new(start.start, last.map_or(start.start, |token| token.end.max(start.start)))
    }

    /// `syntax error at or near` the current token.
    pub fn error(&self) -> SyntaxError {
        self.error_at(self.peek())
    }

    pub fn error_at(&self, token: Token) -> SyntaxError {
        SyntaxError::at(self.text, token)
    }

    pub fn fail<T>(&self) -> Result<T> {
        Err(self.error())
    }

    /// The error at the token that begins at an offset.
    pub fn error_from(&self, offset: u32) -> SyntaxError {
        let index = self.tokens.partition_point(|token| token.start < offset);
        self.error_at(self.tokens.get(index).copied().unwrap_or(self.eof))
    }

    /// Keeps an error that PostgreSQL finds only after its grammar has accepted the whole statement.
    pub fn defer(&mut self, error: SyntaxError) {
        self.deferred.get_or_insert(error);
    }

    pub fn take_deferred(&mut self) -> Option<SyntaxError> {
        self.deferred.take()
    }

    /// Notes what older versions of PostgreSQL do not read, from a token to the last one taken.
    pub(super) fn note_newer(&mut self, start: Token, feature: &'static Feature) {
        let span = self.span_from(start);
        self.newer.push(Newer { span: if span.start == span.end { start.span() } else { span }, feature });
    }

    pub(super) fn note_newer_at(&mut self, span: Span, feature: &'static Feature) {
        self.newer.push(Newer { span, feature });
    }

    pub(super) fn take_newer(&mut self) -> Vec<Newer> {
        std::mem::take(&mut self.newer)
    }

    /// Runs a construct that must end before token `end`: it sees the end of the statement there, and must take every token up to it.
    pub fn limited<T>(&mut self, end: usize, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (tokens, eof) = (self.tokens, self.eof);
        let next = tokens.get(end).copied().unwrap_or(eof);
        // The stand-in for the end keeps its span, so that messages name the token that really stands there.
        self.eof = Token { kind: TokenKind::Eof, ..next };
        self.tokens = tokens.get(..end).unwrap_or(tokens);
        let result = parse(self).and_then(|parsed| if self.is_at_end() { Ok(parsed) } else { self.fail() });
        (self.tokens, self.eof) = (tokens, eof);
        result
    }

    /// Runs a construct one level deeper, or refuses to.
    pub fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.deeper(CONSTRUCT, parse)
    }

    /// Runs what a pair of parentheses holds one level deeper, or refuses to.
    pub fn in_parentheses<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.deeper(PARENTHESES, parse)
    }

    fn deeper<T>(&mut self, levels: u32, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth + levels > MAX_DEPTH {
            return Err(SyntaxError::too_deep(self.peek().span()));
        }
        self.depth += levels;
        let result = with_stack(|| parse(self));
        self.depth -= levels;
        result
    }

    pub fn at(&self, keyword: Keyword) -> bool {
        self.peek().kind == TokenKind::Keyword(keyword)
    }

    /// The next tokens are these keywords.
    pub fn at_all(&self, keywords: &[Keyword]) -> bool {
        keywords.iter().enumerate().all(|(n, &keyword)| self.peek_at(n).kind == TokenKind::Keyword(keyword))
    }

    pub fn at_any(&self, keywords: &[Keyword]) -> bool {
        self.keyword().is_some_and(|keyword| keywords.contains(&keyword))
    }

    pub fn at_kind(&self, kind: TokenKind) -> bool {
        self.peek().kind == kind
    }

    pub fn at_operator(&self, operator: &str) -> bool {
        self.peek().kind == TokenKind::Operator && self.text_of(self.peek()) == operator
    }

    /// The keyword that the current token is.
    pub fn keyword(&self) -> Option<Keyword> {
        self.keyword_at(0)
    }

    pub fn keyword_at(&self, n: usize) -> Option<Keyword> {
        match self.peek_at(n).kind {
            TokenKind::Keyword(keyword) => Some(keyword),
            _ => None,
        }
    }

    pub fn eat(&mut self, keyword: Keyword) -> bool {
        self.eat_kind(TokenKind::Keyword(keyword))
    }

    /// Takes these keywords when all of them come next.
    pub fn eat_all(&mut self, keywords: &[Keyword]) -> bool {
        let found = self.at_all(keywords);
        if found {
            self.pos += keywords.len();
        }
        found
    }

    pub fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.peek().kind == kind && kind != TokenKind::Eof;
        if found {
            self.pos += 1;
        }
        found
    }

    pub fn eat_operator(&mut self, operator: &str) -> bool {
        let found = self.at_operator(operator);
        if found {
            self.pos += 1;
        }
        found
    }

    pub fn expect(&mut self, keyword: Keyword) -> Result<Span> {
        self.expect_kind(TokenKind::Keyword(keyword))
    }

    pub fn expect_all(&mut self, keywords: &[Keyword]) -> Result<()> {
        keywords.iter().try_for_each(|&keyword| self.expect(keyword).map(|_| ()))
    }

    pub fn expect_kind(&mut self, kind: TokenKind) -> Result<Span> {
        if self.peek().kind == kind { Ok(self.bump().span()) } else { self.fail() }
    }

    pub fn expect_operator(&mut self, operator: &str) -> Result<Span> {
        if self.at_operator(operator) { Ok(self.bump().span()) } else { self.fail() }
    }

    /// One or more items with commas between them.
    pub fn comma_list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat_kind(TokenKind::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `( item, … )`.
    pub fn paren_list<T>(&mut self, item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        self.expect_kind(TokenKind::LParen)?;
        let items = self.comma_list(item)?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(items)
    }

    /// A column, table or any other plain name (ColId).
    pub fn name(&mut self) -> Result<Name> {
        self.identifier(|category| matches!(category, Category::Unreserved | Category::ColumnName))
    }

    /// A name where any keyword will do (ColLabel).
    pub fn label(&mut self) -> Result<Name> {
        self.identifier(|_| true)
    }

    /// A function's or type's name, or a keyword that may be one (type_function_name).
    pub fn type_function_name(&mut self) -> Result<Name> {
        self.identifier(|category| matches!(category, Category::Unreserved | Category::TypeOrFunction))
    }

    /// A role, language, extension (NonReservedWord): any keyword but the reserved.
    pub fn non_reserved_word(&mut self) -> Result<Name> {
        self.identifier(|category| category != Category::Reserved)
    }

    fn identifier(&mut self, allowed: impl Fn(Category) -> bool) -> Result<Name> {
        match self.identifier_text(self.peek(), |category| allowed(category) && !self.is_half_of_a_pair(0)) {
            Some(text) => Ok(Name::new(text, self.bump().span())),
            None => self.fail(),
        }
    }

    /// The current token could be a column's name.
    pub fn at_name(&self) -> bool {
        self.is_name(0)
    }

    /// The token `n` places on could be a column's name.
    pub fn is_name(&self, n: usize) -> bool {
        match self.peek_at(n).kind {
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => true,
            TokenKind::Keyword(keyword) => {
                matches!(keyword.category(), Category::Unreserved | Category::ColumnName) && !self.is_half_of_a_pair(n)
            }
            _ => false,
        }
    }

    /// Two words that PostgreSQL's grammar reads as one token: the first is then no name, whatever it is elsewhere.
    pub fn is_half_of_a_pair(&self, n: usize) -> bool {
        matches!(
            (self.keyword_at(n), self.keyword_at(n + 1)),
            (Some(kw::WITH), Some(kw::TIME | kw::ORDINALITY))
                | (Some(kw::WITHOUT), Some(kw::TIME))
                | (Some(kw::NULLS), Some(kw::FIRST | kw::LAST))
                | (Some(kw::FORMAT), Some(kw::JSON))
                | (Some(kw::NOT), Some(kw::BETWEEN | kw::IN | kw::LIKE | kw::ILIKE | kw::SIMILAR))
        )
    }

    fn identifier_text(&self, token: Token, allowed: impl Fn(Category) -> bool) -> Option<String> {
        let text = self.text_of(token);
        let stored = match token.kind {
            TokenKind::Ident => text.to_ascii_lowercase(),
            TokenKind::Keyword(keyword) if allowed(keyword.category()) => return Some(keyword.text().to_owned()),
            TokenKind::QuotedIdent => {
                text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).replace("\"\"", "\"")
            }
            TokenKind::UnicodeIdent => literal::decode_unicode_token(self.text, token)?,
            _ => return None,
        };
        Some(truncate(stored))
    }

    /// `[database .] [schema .] name` (any_name, qualified_name).
    pub fn qualified_name(&mut self) -> Result<QualifiedName> {
        let first = self.name()?;
        self.qualified_from(first)
    }

    /// The rest of a qualified name after its first part.
    pub fn qualified_from(&mut self, first: Name) -> Result<QualifiedName> {
        let mut parts = vec![first];
        while self.eat_kind(TokenKind::Dot) {
            parts.push(self.label()?);
        }
        self.qualified_parts(parts)
    }

    /// A function's name (func_name): a keyword that names functions stands alone.
    pub fn function_name(&mut self) -> Result<QualifiedName> {
        let column_keyword = self.keyword().is_some_and(|keyword| keyword.category() == Category::ColumnName);
        if self.peek_at(1).kind == TokenKind::Dot || column_keyword {
            let name = self.qualified_name()?;
            return if name.schema.is_some() { Ok(name) } else { self.fail() };
        }
        Ok(QualifiedName { database: None, schema: None, name: self.type_function_name()?, only: false })
    }

    /// One to three parts.
    pub fn qualified_parts(&self, parts: Vec<Name>) -> Result<QualifiedName> {
        if parts.len() > 3 {
            let written: Vec<&str> = parts.iter().map(|part| &**part).collect();
            let span = parts.first().map_or(Span::default(), |first| first.span);
            let message = format!("improper qualified name (too many dotted names): {}", written.join("."));
            return Err(SyntaxError::new(span, message));
        }
        let mut parts = parts.into_iter().rev();
        match parts.next() {
            Some(name) => {
                Ok(QualifiedName { name, schema: parts.next(), database: parts.next().map(Box::new), only: false })
            }
            None => self.fail(),
        }
    }

    pub fn at_string(&self) -> bool {
        matches!(
            self.peek().kind,
            TokenKind::String | TokenKind::EscapeString | TokenKind::UnicodeString | TokenKind::DollarString
        )
    }

    /// A string constant (Sconst).
    pub fn string(&mut self) -> Result<StringLiteral> {
        let token = self.peek();
        match literal::decode_string(self.text, token) {
            Some(decoded) => {
                self.bump();
                let body = literal::verbatim_body(self.text, token, &decoded);
                Ok(StringLiteral { text: decoded.into(), span: token.span(), body })
            }
            None => self.fail(),
        }
    }
}

/// Cuts a name to the 63 bytes that PostgreSQL stores, at a character's boundary.
pub fn truncate(mut name: String) -> String {
    if name.len() > MAX_NAME {
        name.truncate(name.floor_char_boundary(MAX_NAME));
    }
    name
}

/// Runs a level of the recursive descent with enough stack left, whatever thread it is on.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn with_stack<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, run)
}

#[cfg(target_arch = "wasm32")]
pub(super) fn with_stack<T>(run: impl FnOnce() -> T) -> T {
    run()
}
