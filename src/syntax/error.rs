//! What is wrong with a statement, as PostgreSQL says it.

use std::ops::{Deref, DerefMut};

use super::lexer::{self, Token, TokenKind};
use crate::source::Span;

/// An error of the lexer or of the grammar: one pointer, so that every `?` of the grammar has little to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError(Box<Report>);

/// What a [`SyntaxError`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// PostgreSQL's message. The text that it quotes is cut to its first line.
    pub message: String,
    /// `42601` (syntax_error) but for a few.
    pub sqlstate: &'static str,
    /// The offending token; empty at the end of input.
    pub span: Span,
    /// What to write instead, where the mistake is a common one.
    pub help: Option<String>,
}

impl Deref for SyntaxError {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.0
    }
}

impl DerefMut for SyntaxError {
    fn deref_mut(&mut self) -> &mut Report {
        &mut self.0
    }
}

/// What the grammar's functions return.
pub type Result<T> = std::result::Result<T, SyntaxError>;

/// The longest text that a message quotes, in characters.
const QUOTED: usize = 80;

impl SyntaxError {
    /// An error with its own message.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self(Box::new(Report { message: message.into(), sqlstate: "42601", span, help: None }))
    }

    /// `syntax error at or near "x"`, `syntax error at end of input`; or, for what is no token at all, the lexer's error.
    pub fn at(text: &str, token: Token) -> Self {
        match token.kind {
            TokenKind::Invalid => lexer::error(text, token),
            _ => Self::near(text, Self::reported(text, token), "syntax error"),
        }
    }

    /// `message at or near "x"`, with the text under the span.
    pub fn near(text: &str, span: Span, message: &str) -> Self {
        let found = text.get(span.range()).unwrap_or("");
        if found.is_empty() {
            return Self::new(span, format!("{message} at end of input"));
        }
        let line = found.lines().next().unwrap_or("");
        let shown = line.char_indices().nth(QUOTED).map_or(line, |(end, _)| &line[..end]);
        let dots = if shown.len() < found.len() { "…" } else { "" };
        Self::new(span, format!("{message} at or near \"{shown}{dots}\""))
    }

    pub fn into_report(self) -> Report {
        *self.0
    }

    /// What nests deeper than the parsers follow.
    pub fn too_deep(span: Span) -> Self {
        Self::new(span, "stack depth limit exceeded").with_sqlstate("54001")
    }

    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn with_sqlstate(mut self, sqlstate: &'static str) -> Self {
        self.sqlstate = sqlstate;
        self
    }

    /// The part of a token that PostgreSQL's message quotes.
    fn reported(text: &str, token: Token) -> Span {
        match token.kind {
            // The end of a statement is the `;` after it, where there is one.
            TokenKind::Eof if text.as_bytes().get(token.start as usize) == Some(&b';') => {
                Span::new(token.start, token.start + 1)
            }
            // PostgreSQL's lexer gives NCHAR first, and the string next.
            TokenKind::NationalString => Span::new(token.start, token.start + 1),
            _ => token.span(),
        }
    }
}
