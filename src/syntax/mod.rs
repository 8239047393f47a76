//! Text to statements: lexer, splitter, grammar.

pub mod ast;
mod cursor;
mod dml;
mod error;
mod expr;
mod help;
mod keywords;
mod lexer;
mod literal;
mod newer;
pub mod plpgsql;
mod split;
mod statement;
#[cfg(test)]
mod tests;
mod types;
pub mod walk;

pub use cursor::Cursor;
pub use error::{Result, SyntaxError};
pub use keywords::{Category, Keyword, kw};
pub use lexer::{Comment, Lexed, Token, TokenKind, lex, lex_at};
pub use newer::{Feature, Newer, VERSIONS};

#[cfg(not(target_arch = "wasm32"))]
use crate::parallel;
use crate::source::Span;
use ast::Statement;
use split::RawStatement;

/// A file's statements, parsed or refused one by one, and its comments.
#[derive(Debug)]
pub struct ParsedFile {
    pub statements: Vec<ParsedStatement>,
    pub comments: Vec<Comment>,
}

/// A statement and where it stands.
#[derive(Debug)]
pub struct ParsedStatement {
    /// First to last token, without the `;`.
    pub span: Span,
    /// After its `;`; for `COPY … FROM stdin`, after its data; without a `;`, the end of its span.
    pub end: u32,
    pub result: Result<Statement>,
    /// What of it older versions of PostgreSQL do not read.
    pub newer: Vec<Newer>,
}

/// From so many bytes on, the statements of a text are parsed on all cores: a dump of a database comes first, and all the rest waits for it.
#[cfg(not(target_arch = "wasm32"))]
const LARGE: std::ops::Range<usize> = 1 << 18..u32::MAX as usize;

/// Parses a file. Whatever its bytes are, every statement is accepted or has one error.
pub fn parse(text: &str) -> ParsedFile {
    #[cfg(not(target_arch = "wasm32"))]
    if LARGE.contains(&text.len()) {
        let mut splitter = split::Splitter::new(text);
        let split: Vec<RawStatement> = (&mut splitter).collect();
        let parsed = parallel::map_chunks(&split, |raw| raw.iter().map(|raw| statement(text, raw)).collect::<Vec<_>>());
        return ParsedFile { statements: parsed.into_iter().flatten().collect(), comments: splitter.into_comments() };
    }
    let mut statements = Vec::new();
    let comments = each_statement(text, &mut |statement| statements.push(statement));
    ParsedFile { statements, comments }
}

/// Hands over each statement once it is parsed, and returns the comments of all.
pub fn each_statement(text: &str, take: &mut dyn FnMut(ParsedStatement)) -> Vec<Comment> {
    if u32::try_from(text.len()).is_err() {
        let error = SyntaxError::new(Span::at(0), "the file is larger than 4 GiB").with_sqlstate("54000");
        take(ParsedStatement { span: Span::at(0), end: 0, result: Err(error), newer: Vec::new() });
        return Vec::new();
    }
    let mut splitter = split::Splitter::new(text);
    for raw in &mut splitter {
        take(statement(text, &raw));
    }
    splitter.into_comments()
}

fn statement(text: &str, raw: &RawStatement) -> ParsedStatement {
    let mut newer = Vec::new();
    let result = whole_statement(text, &raw.tokens, &mut newer).map_err(|error| with_help(text, &raw.tokens, error));
    ParsedStatement { span: raw.span, end: raw.end, result, newer }
}

/// Parses one statement, all of it. The tokens end with an `Eof` that stands where the statement ends.
pub fn parse_statement(text: &str, tokens: &[Token]) -> Result<Statement> {
    whole_statement(text, tokens, &mut Vec::new()).map_err(|error| with_help(text, tokens, error))
}

fn with_help(text: &str, tokens: &[Token], mut error: SyntaxError) -> SyntaxError {
    if error.help.is_none() {
        error.help = help::find(text, tokens, &error);
    }
    error
}

fn whole_statement(text: &str, tokens: &[Token], newer: &mut Vec<Newer>) -> Result<Statement> {
    let mut cursor = Cursor::new(text, tokens);
    let statement = cursor.statement()?;
    if !cursor.is_at_end() {
        return cursor.fail();
    }
    match cursor.take_deferred() {
        Some(error) => Err(error),
        None => {
            *newer = cursor.take_newer();
            Ok(statement)
        }
    }
}
