//! A file to statements: where each begins and ends, so that a bad one costs one finding and not the file.

use super::keywords::{Keyword, kw};
use super::lexer::{Comment, Lexer, Token, TokenKind};
use crate::source::Span;

/// One statement before it is parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawStatement {
    /// Its tokens and an `Eof` where the next token stands: at its `;`, or at the end of the text.
    pub tokens: Vec<Token>,
    /// First to last token.
    pub span: Span,
    /// After its `;` and, for `COPY … FROM stdin`, after its data.
    pub end: u32,
}

/// Cuts a text into statements. Empty statements are passed over.
pub(super) struct Splitter<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// No `\.` line stands after this offset: data without an end is not data.
    no_copy_end_after: Option<usize>,
}

impl<'a> Splitter<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut lexer = Lexer::new(text, Span::new(0, text.len() as u32));
        // psql and the Supabase CLI leave a byte order mark at the beginning out.
        if text.starts_with('\u{feff}') {
            lexer.skip_to(3);
        }
        Self { text, lexer, no_copy_end_after: None }
    }

    /// The comments passed so far.
    pub fn into_comments(self) -> Vec<Comment> {
        self.lexer.comments
    }

    /// Where `COPY … FROM stdin`'s data ends, after its `\.` line; the data begins on the line after the statement.
    fn copy_data_end(&mut self) -> Option<usize> {
        let from = self.lexer.position();
        if self.no_copy_end_after.is_some_and(|offset| offset <= from) {
            return None;
        }
        let mut line = from + self.text.get(from..)?.find('\n')? + 1;
        while let Some(rest) = self.text.get(line..) {
            let length = rest.find('\n').unwrap_or(rest.len());
            if rest.get(..length).is_some_and(|line| line.trim_end_matches('\r') == "\\.") {
                return Some(line + length);
            }
            if length == rest.len() {
                break;
            }
            line += length + 1;
        }
        self.no_copy_end_after = Some(from);
        None
    }
}

impl Iterator for Splitter<'_> {
    type Item = RawStatement;

    fn next(&mut self) -> Option<RawStatement> {
        let mut tokens = Vec::with_capacity(32);
        let mut parens = 0u32;
        // Open BEGIN ATOMIC and, inside, CASE: each ends with END.
        let mut blocks = 0u32;
        let mut semicolon = None;
        while let Some(token) = self.lexer.next_token() {
            match token.kind {
                TokenKind::Semicolon if tokens.is_empty() => continue,
                // Only a rule's actions put `;` in parentheses; anywhere else an open parenthesis must not swallow the rest of the file.
                TokenKind::Semicolon if blocks == 0 && (parens == 0 || !creates(&tokens, &[kw::RULE])) => {
                    semicolon = Some(token);
                    break;
                }
                TokenKind::LParen => parens += 1,
                TokenKind::RParen => parens = parens.saturating_sub(1),
                TokenKind::Keyword(keyword) if parens == 0 && is_block_word(&tokens, keyword, blocks) => {
                    blocks = if keyword == kw::END { blocks - 1 } else { blocks + 1 };
                }
                TokenKind::Invalid if tokens.is_empty() && self.starts_with_backslash(token) => {
                    let end = self.lexer.line_end(token.end as usize);
                    self.lexer.skip_to(end);
                    tokens.push(token);
                    tokens.push(Token { kind: TokenKind::Eof, start: end as u32, end: end as u32 });
                    return Some(RawStatement { tokens, span: Span::new(token.start, end as u32), end: end as u32 });
                }
                _ => {}
            }
            tokens.push(token);
        }
        let (first, last) = (tokens.first()?, tokens.last()?);
        let span = Span::new(first.start, last.end);
        let (eof, mut end) = match semicolon {
            Some(semicolon) => (semicolon.start, semicolon.end),
            None => (self.text.len() as u32, span.end),
        };
        if semicolon.is_some()
            && copies_from_stdin(&tokens)
            && let Some(data_end) = self.copy_data_end()
        {
            self.lexer.skip_to(data_end);
            end = data_end as u32;
        }
        tokens.push(Token { kind: TokenKind::Eof, start: eof, end: eof });
        Some(RawStatement { tokens, span, end })
    }
}

impl Splitter<'_> {
    fn starts_with_backslash(&self, token: Token) -> bool {
        self.text.as_bytes().get(token.start as usize) == Some(&b'\\')
    }
}

/// The statement begins with CREATE [OR REPLACE] and one of these.
fn creates(tokens: &[Token], what: &[Keyword]) -> bool {
    let mut words = tokens.iter().map(|token| token.kind);
    if words.next() != Some(TokenKind::Keyword(kw::CREATE)) {
        return false;
    }
    let mut next = words.next();
    if next == Some(TokenKind::Keyword(kw::OR)) {
        next = words.nth(1);
    }
    what.iter().any(|&keyword| next == Some(TokenKind::Keyword(keyword)))
}

/// The keyword, which comes after `tokens`, opens or closes a block of a function's BEGIN ATOMIC body.
fn is_block_word(tokens: &[Token], keyword: Keyword, blocks: u32) -> bool {
    let previous = tokens.last().map(|token| token.kind);
    match keyword {
        kw::ATOMIC => {
            previous == Some(TokenKind::Keyword(kw::BEGIN))
                && blocks == 0
                && creates(tokens, &[kw::FUNCTION, kw::PROCEDURE])
        }
        // As a label or after a dot they are names.
        kw::CASE | kw::END => blocks > 0 && !matches!(previous, Some(TokenKind::Keyword(kw::AS) | TokenKind::Dot)),
        _ => false,
    }
}

fn copies_from_stdin(tokens: &[Token]) -> bool {
    let from_stdin = [TokenKind::Keyword(kw::FROM), TokenKind::Keyword(kw::STDIN)];
    tokens.first().is_some_and(|token| token.kind == TokenKind::Keyword(kw::COPY))
        && tokens.windows(2).any(|pair| pair.iter().map(|token| token.kind).eq(from_stdin))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statements with their `;` and data, as the splitter cuts them.
    fn split(text: &str) -> Vec<&str> {
        Splitter::new(text).map(|raw| &text[raw.span.start as usize..raw.end as usize]).collect()
    }

    #[test]
    fn cuts_at_semicolons_that_end_a_statement() {
        for (text, statements) in [
            ("", &[] as &[&str]),
            (" ; -- x\n;/* y; */", &[]),
            ("\u{feff}-- x\na; b", &["a;", "b"]),
            ("a; b ;c", &["a;", "b ;", "c"]),
            ("a -- ;\n ; /* ; /* ; */ ; */ b", &["a -- ;\n ;", "b"]),
            ("select ';', $$ ; $$, $t$ ; $$ ; $t$; x", &["select ';', $$ ; $$, $t$ ; $$ ; $t$;", "x"]),
            (r"select E'\';', U&'\003b;', 'a'';'; x", &[r"select E'\';', U&'\003b;', 'a'';';", "x"]),
            ("select \";\"; x", &["select \";\";", "x"]),
            // An unclosed parenthesis costs its own statement only; a rule's parentheses hold statements.
            ("f(; b;", &["f(;", "b;"]),
            ("create rule r as on insert to t do (a; b); c", &["create rule r as on insert to t do (a; b);", "c"]),
        ] {
            assert_eq!(split(text), statements, "{text}");
        }
    }

    #[test]
    fn keeps_an_atomic_body_whole() {
        for head in ["create function f() returns int", "CREATE OR REPLACE PROCEDURE p()"] {
            let body = "begin atomic select case when a then 1 end; select 2 as end, x.case; end";
            let text = format!("{head} {body}; select 1");
            assert_eq!(split(&text), [&format!("{head} {body};"), "select 1"]);
        }
        assert_eq!(
            split("begin; select case when a then 1 end; end; x"),
            ["begin;", "select case when a then 1 end;", "end;", "x"]
        );
        // PL/pgSQL's BEGIN is inside a string; a parameter may be called begin.
        assert_eq!(split("create function f(\"begin\" int) as $$ begin; end $$; x").len(), 2);
    }

    #[test]
    fn gives_copy_its_data_and_psql_its_line() {
        let text = "copy t (a) from stdin;\n1\t'x;\n\\.\nselect 1;\n\\connect db; x\nselect 2";
        assert_eq!(split(text), ["copy t (a) from stdin;\n1\t'x;\n\\.", "select 1;", "\\connect db; x", "select 2"]);
        assert_eq!(split("copy t from stdin; select 1; copy t from stdin; x").len(), 4, "no data without its end");
    }
}
