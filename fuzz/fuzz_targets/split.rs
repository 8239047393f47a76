//! Lexer and splitter on any text: tokens in order, and each in one statement.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pgdry::source::Span;
use pgdry::syntax::{TokenKind, lex, lex_at, parse};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let lexed = lex(&text);
    let mut end = 0;
    for token in &lexed.tokens {
        assert!(token.start >= end && token.end > token.start, "{token:?} after {end}");
        assert!(text.get(token.span().range()).is_some(), "{token:?} is not text");
        end = token.end;
    }
    for comment in &lexed.comments {
        assert!(text.get(comment.span.range()).is_some(), "{comment:?} is not text");
    }

    let mut end = 0;
    for statement in &parse(&text).statements {
        between(&text, Span::new(end, statement.span.start));
        let tokens = lex_at(&text, statement.span).tokens;
        let (first, last) = (tokens.first().expect("a token"), tokens.last().expect("a token"));
        // A line of psql's is taken whole, with the blanks at its end.
        let last = if text[first.span().range()].starts_with('\\') { statement.span.end } else { last.end };
        assert_eq!(Span::new(first.start, last), statement.span);
        end = statement.end;
    }
    between(&text, Span::new(end, text.len() as u32));
});

/// What stands between two statements is blank, comment or `;`.
fn between(text: &str, part: Span) {
    for token in lex_at(text, part).tokens {
        assert_eq!(token.kind, TokenKind::Semicolon, "{token:?} is in no statement");
    }
}
