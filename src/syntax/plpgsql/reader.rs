//! A place among a body's tokens, the words and names there, and the SQL that is read up to a word of PL/pgSQL.

use super::names::{Datum, Scope};
use super::{Code, Kind, Part, Surroundings, Target, TypeKinds, words};
use crate::source::Span;
use crate::syntax::ast::Symbol;
use crate::syntax::cursor::{CONSTRUCT, MAX_DEPTH, with_stack};
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::{Token, TokenKind};

pub(super) struct Reader<'c> {
    pub code: &'c Code,
    pub around: &'c Surroundings,
    pub types: TypeKinds<'c>,
    pub scope: Scope,
    pub place: usize,
    depth: u32,
    #[cfg(not(target_arch = "wasm32"))]
    pub asked: Vec<super::ahead::Asked>,
}

/// A word that may be a variable: `a`, `a.b`, `a.b.c`.
pub(super) struct Word {
    pub parts: Vec<Symbol>,
    pub span: Span,
    /// The place after it.
    pub end: usize,
    pub datum: Option<Datum>,
}

impl Word {
    pub fn shown(&self) -> String {
        self.parts.join(".")
    }
}

impl<'c> Reader<'c> {
    pub fn new(code: &'c Code, around: &'c Surroundings, types: TypeKinds<'c>) -> Self {
        Self {
            code,
            around,
            types,
            scope: Scope::default(),
            place: 0,
            depth: 0,
            #[cfg(not(target_arch = "wasm32"))]
            asked: Vec::new(),
        }
    }

    /// Runs a construct one level deeper, or refuses to.
    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth + CONSTRUCT > MAX_DEPTH {
            return Err(SyntaxError::too_deep(self.token().span()));
        }
        self.depth += CONSTRUCT;
        let result = with_stack(|| read(self));
        self.depth -= CONSTRUCT;
        result
    }

    pub fn token(&self) -> Token {
        self.code.token(self.place)
    }

    pub fn kind(&self) -> TokenKind {
        self.token().kind
    }

    /// `message at or near` the current token.
    pub fn near(&self, message: &str) -> SyntaxError {
        let token = self.token();
        match (token.kind, self.word()) {
            (TokenKind::Invalid, _) => SyntaxError::at(self.code.text(), token),
            (_, Some(word)) => SyntaxError::near(self.code.text(), word.span, message),
            _ => SyntaxError::near(self.code.text(), token.span(), message),
        }
    }

    pub fn fail<T>(&self) -> Result<T> {
        Err(self.near("syntax error"))
    }

    /// The unquoted word at a place.
    fn word_at(&self, place: usize) -> &'c str {
        let token = self.code.token(place);
        match token.kind {
            TokenKind::Ident | TokenKind::Keyword(_) => self.code.text_of(token),
            _ => "",
        }
    }

    pub fn at(&self, word: &str) -> bool {
        self.word_at(self.place).eq_ignore_ascii_case(word)
    }

    pub fn at_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.at(word))
    }

    pub fn eat(&mut self, word: &str) -> bool {
        let found = self.at(word);
        self.place += usize::from(found);
        found
    }

    pub fn expect(&mut self, word: &str) -> Result<()> {
        if self.eat(word) { Ok(()) } else { self.fail() }
    }

    pub fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        self.place += usize::from(found);
        found
    }

    pub fn expect_kind(&mut self, kind: TokenKind) -> Result<()> {
        if self.eat_kind(kind) { Ok(()) } else { self.fail() }
    }

    pub fn at_operator(&self, operator: &str) -> bool {
        self.kind() == TokenKind::Operator && self.code.text_of(self.token()) == operator
    }

    pub fn eat_operator(&mut self, operator: &str) -> bool {
        let found = self.at_operator(operator);
        self.place += usize::from(found);
        found
    }

    pub fn at_assign(&self) -> bool {
        self.kind() == TokenKind::ColonEquals || self.at_operator("=")
    }

    /// `:=` or `=`.
    pub fn eat_assign(&mut self) -> bool {
        let found = self.at_assign();
        self.place += usize::from(found);
        found
    }

    /// The identifier at a place: any word that PL/pgSQL does not reserve, and `$1`.
    fn identifier(&self, place: usize) -> Option<Symbol> {
        let token = self.code.token(place);
        match token.kind {
            TokenKind::Param => Some(self.code.text_of(token).into()),
            TokenKind::Ident | TokenKind::Keyword(_) if words::is_reserved(self.code.text_of(token)) => None,
            TokenKind::Ident | TokenKind::Keyword(_) | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => {
                self.code.name(token)
            }
            _ => None,
        }
    }

    /// The identifier that stands here alone, whatever it names (any_identifier).
    pub fn any_identifier(&mut self) -> Result<Symbol> {
        match self.identifier(self.place) {
            Some(name) => {
                self.place += 1;
                Ok(name)
            }
            None => self.fail(),
        }
    }

    pub fn at_identifier(&self) -> bool {
        self.identifier(self.place).is_some()
    }

    /// The word here with the names after its dots, and the variable that it means.
    pub fn word(&self) -> Option<Word> {
        let mut parts = vec![self.identifier(self.place)?];
        let mut end = self.place + 1;
        while parts.len() < 3 && self.code.token(end).kind == TokenKind::Dot {
            let Some(part) = self.identifier(end + 1) else { break };
            parts.push(part);
            end += 2;
        }
        let span = self.token().span().to(self.code.token(end - 1).span());
        let datum = self.scope.lookup(&parts);
        Some(Word { parts, span, end, datum })
    }

    /// A word that is a keyword here, as no variable has its name.
    pub fn is_keyword(&self, word: &Word) -> bool {
        word.parts.len() == 1 && word.datum.is_none() && words::is_unreserved(self.word_at(self.place))
    }

    pub fn not_a_variable(&self, word: &Word) -> SyntaxError {
        SyntaxError::new(word.span, format!("\"{}\" is not a known variable", word.shown()))
    }

    /// The variable here, which the construct must have.
    pub fn variable(&mut self) -> Result<(Word, Datum)> {
        let Some(word) = self.word() else { return self.fail() };
        match &word.datum {
            Some(datum) => {
                self.place = word.end;
                let datum = datum.clone();
                Ok((word, datum))
            }
            None if self.is_keyword(&word) => self.fail(),
            None => Err(self.not_a_variable(&word)),
        }
    }

    /// Constants cannot be set (check_assignable).
    pub fn check_assignable(&self, datum: &Datum, span: Span) -> Result<()> {
        let name = match datum {
            Datum::Variable(variable) if variable.constant => &variable.name,
            Datum::Field { constant: true, name } => name,
            _ => return Ok(()),
        };
        Err(SyntaxError::new(span, format!("variable \"{name}\" is declared CONSTANT")).with_sqlstate("22005"))
    }

    /// What follows INTO: a record, or scalars with commas between them.
    pub fn targets_of_into(&mut self, strict: bool) -> Result<Vec<Target>> {
        let (word, datum) = self.variable()?;
        self.check_assignable(&datum, word.span)?;
        let comma = self.kind() == TokenKind::Comma;
        if datum.kind() == Kind::Record {
            if comma {
                let message = "record variable cannot be part of multiple-item INTO list";
                return Err(SyntaxError::new(self.token().span(), message));
            }
            return Ok(vec![Target { strict, ..target(&word) }]);
        }
        let mut targets = vec![Target { strict, ..target(&word) }];
        self.more_scalars(&mut targets)?;
        Ok(targets)
    }

    /// The rest of a list of scalar variables.
    pub fn more_scalars(&mut self, targets: &mut Vec<Target>) -> Result<()> {
        while self.eat_kind(TokenKind::Comma) {
            let (word, datum) = self.variable()?;
            self.check_assignable(&datum, word.span)?;
            if datum.kind() == Kind::Record {
                return Err(SyntaxError::new(word.span, format!("\"{}\" is not a scalar variable", word.shown())));
            }
            targets.push(target(&word));
        }
        Ok(())
    }

    /// Takes tokens up to one of these words, `,`, `..` or `;`, outside of parentheses: an SQL construct (read_sql_construct). `expected` is what the
    /// complaint names when nothing of them comes.
    pub fn until(&mut self, stops: &[&str], expected: &str, what: &str) -> Result<Part> {
        let start = self.place;
        let mut depth = 0u32;
        loop {
            let kind = self.kind();
            if depth == 0 && stops.iter().any(|stop| self.is_at_stop(stop)) {
                break;
            }
            match kind {
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => return Err(self.near("mismatched parentheses")),
                },
                TokenKind::Invalid => return self.fail(),
                TokenKind::Eof | TokenKind::Semicolon if depth > 0 => return Err(self.near("mismatched parentheses")),
                TokenKind::Eof | TokenKind::Semicolon => {
                    let message = format!("missing \"{expected}\" at end of SQL {what}");
                    return Err(SyntaxError::new(self.token().span(), message));
                }
                _ => {}
            }
            self.place += 1;
        }
        if self.place == start {
            let missing = if what == "expression" { "missing expression" } else { "missing SQL statement" };
            return Err(self.near(missing));
        }
        Ok(Part { start, end: self.place })
    }

    fn is_at_stop(&self, stop: &str) -> bool {
        match stop {
            ";" => self.kind() == TokenKind::Semicolon,
            "," => self.kind() == TokenKind::Comma,
            ")" => self.kind() == TokenKind::RParen,
            ".." => self.kind() == TokenKind::DotDot,
            word => self.at(word),
        }
    }

    /// An expression up to one of the stops, which is not taken.
    pub fn expr(&mut self, stops: &[&str], expected: &str) -> Result<Part> {
        let part = self.until(stops, expected, "expression")?;
        self.code.whole(part, |cursor| cursor.plpgsql_expr())?;
        Ok(part)
    }

    /// An SQL statement up to its `;`, which is not taken.
    pub fn sql(&mut self) -> Result<Part> {
        let part = self.until(&[";"], ";", "statement")?;
        self.code.statement(&[part])?;
        Ok(part)
    }

    /// Expressions with commas between them.
    pub fn exprs(&mut self, stops: &[&str], expected: &str) -> Result<Vec<Part>> {
        let mut parts = vec![self.expr(stops, expected)?];
        while self.eat_kind(TokenKind::Comma) {
            parts.push(self.expr(stops, expected)?);
        }
        Ok(parts)
    }
}

pub(super) fn target(word: &Word) -> Target {
    let mut parts = word.parts.iter().cloned();
    let name = parts.next().unwrap_or_else(|| "".into());
    Target { name, field: parts.next(), subscripted: false, strict: false }
}
