//! The whole grammar, bodies included, on any text: statements in order, every span inside of its statement, and trees that can be shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pgdry::source::Span;
use pgdry::syntax::{parse, plpgsql, walk};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let file = parse(&text);
    let mut end = 0;
    for statement in &file.statements {
        assert!(statement.span.start >= end && statement.span.end <= statement.end, "{:?} after {end}", statement.span);
        assert!(text.get(statement.span.range()).is_some(), "{:?} is not text", statement.span);
        end = statement.end;
        match &statement.result {
            Ok(parsed) => {
                assert_eq!(parsed.span, statement.span);
                for span in spans(&format!("{parsed:?}")) {
                    assert!(statement.span.contains(span) && text.get(span.range()).is_some(), "{span:?}: {parsed:?}");
                }
                let mut rendered = Span::default();
                let mut render = |expr: &pgdry::syntax::ast::Expr| {
                    // What contains it was rendered before.
                    if !rendered.contains(expr.span) {
                        assert!(!expr.to_string().is_empty());
                        rendered = expr.span;
                    }
                };
                walk::statement(parsed, &mut render, &mut |relation| assert!(!relation.to_string().is_empty()));
                assert!(!parsed.kind.tag().is_empty());
                if let Err(error) = plpgsql::check_statement(parsed) {
                    assert!(text.get(error.span.range()).is_some(), "{error:?} is not in the text");
                }
            }
            Err(error) => {
                assert!(text.get(error.span.range()).is_some(), "{error:?} is not in the text");
                assert!(!error.message.is_empty());
            }
        }
    }
    assert!(end as usize <= text.len());
    for comment in &file.comments {
        assert!(text.get(comment.span.range()).is_some(), "{comment:?} is not text");
    }
});

/// Every span of a tree, as `{:?}` prints it.
fn spans(debug: &str) -> Vec<Span> {
    let number = |text: &str| text.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    debug
        .split("Span { start: ")
        .skip(1)
        .filter_map(|rest| Some(Span::new(number(rest)?, number(rest.split_once(", end: ")?.1)?)))
        .collect()
}
