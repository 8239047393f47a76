use super::*;

/// The tokens as `kind:text`, and the error of each that is none.
fn cut(text: &str) -> String {
    let shown = |token: Token| {
        let source = text.get(token.span().range()).unwrap_or("?");
        match token.kind {
            TokenKind::Invalid => format!("!{}", error(text, token).message),
            TokenKind::Keyword(keyword) => keyword.text().to_uppercase(),
            TokenKind::Ident | TokenKind::Operator => source.to_owned(),
            kind => format!("{kind:?}:{source}"),
        }
    };
    lex(text).tokens.into_iter().map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn cuts_as_postgres_does() {
    for (text, tokens) in [
        ("Select ab$1 _x é", "SELECT ab$1 _x é"),
        ("a<=b", "a <= b"),
        ("a=-1", "a = - Integer:1"),
        ("a?-1", "a ?- Integer:1"),
        ("a->>'b'", "a ->> String:'b'"),
        ("a*--x\nb", "a * b"),
        ("a+/*x*/b", "a + b"),
        ("a@>+b", "a @>+ b"),
        ("a<+-b", "a < + - b"),
        ("a~+- -b", "a ~+- - b"),
        ("a+*-b", "a +* - b"),
        ("a=>b:=c::d", "a EqualsGreater:=> b ColonEquals::= c TypeCast::: d"),
        ("1..10", "Integer:1 DotDot:.. Integer:10"),
        ("1.5 .5 1. 1e5 1.e+5", "Float:1.5 Float:.5 Float:1. Float:1e5 Float:1.e+5"),
        ("0x1F 0o17 0b101 1_000", "Integer:0x1F Integer:0o17 Integer:0b101 Integer:1_000"),
        ("2147483647 2147483648", "Integer:2147483647 Float:2147483648"),
        ("$1 $a$x;'$a$ $$ $b$ $$", "Param:$1 DollarString:$a$x;'$a$ DollarString:$$ $b$ $$"),
        ("a$b$c", "a$b$c"),
        (
            "'it''s' E'\\'x' b'1' X'F' N'n'",
            "String:'it''s' EscapeString:E'\\'x' BitString:b'1' HexString:X'F' NationalString:N'n'",
        ),
        ("'a' -- c\n 'b'", "String:'a' -- c\n 'b'"),
        ("'a' 'b'", "String:'a' String:'b'"),
        (
            "U&'\\0061' u&\"x!0061\" uescape '!' u & a",
            "UnicodeString:U&'\\0061' UnicodeIdent:u&\"x!0061\" uescape '!' u & a",
        ),
        ("\"a\"\"b\" \"select\"", "QuotedIdent:\"a\"\"b\" QuotedIdent:\"select\""),
        ("/* a /* b */ c */ x", "x"),
    ] {
        assert_eq!(cut(text), tokens, "{text}");
    }
}

#[test]
fn says_what_is_wrong() {
    for (text, tokens) in [
        ("'abc", "!unterminated quoted string at or near \"'abc\""),
        ("\"abc\nd", "!unterminated quoted identifier at or near \"\"abc…\""),
        ("$x$ abc $x", "!unterminated dollar-quoted string at or near \"$x$ abc $x\""),
        ("a /* b", "a !unterminated /* comment at or near \"/* b\""),
        ("\"\" a", "!zero-length delimited identifier at or near \"\"\"\" a"),
        ("123abc 1", "!trailing junk after numeric literal at or near \"123abc\" Integer:1"),
        (
            "0x 0xg 0b2",
            "!invalid hexadecimal integer at or near \"0x\" !trailing junk after numeric literal at or near \"0xg\" !trailing junk after numeric literal at or near \"0b2\"",
        ),
        (
            "1e+ 1_ $1a",
            "!trailing junk after numeric literal at or near \"1e+\" !trailing junk after numeric literal at or near \"1_\" !trailing junk after parameter at or near \"$1a\"",
        ),
        ("$99999999999", "!parameter number too large at or near \"$99999999999\""),
        ("\\d", "!syntax error at or near \"\\\" d"),
        (
            "E'\\u12' E'\\ud800' E'\\xff'",
            "!invalid Unicode escape !invalid Unicode surrogate pair at or near \"'\" !invalid byte sequence for encoding \"UTF8\": 0xff",
        ),
        ("U&'\\zz' U&'a' UESCAPE 'a'", "!invalid Unicode escape !invalid Unicode escape character at or near \"'a'\""),
    ] {
        assert_eq!(cut(text), tokens, "{text}");
    }
}

#[test]
fn keeps_comments_and_the_offsets_of_the_whole() {
    let text = "x -- one\n/* two */ y";
    let lexed = lex_at(text, Span::new(2, text.len() as u32));
    let comments: Vec<_> = lexed.comments.iter().map(|c| (&text[c.span.range()], c.block)).collect();
    assert_eq!(comments, [("-- one", false), ("/* two */", true)]);
    assert_eq!(lexed.tokens.iter().map(|t| t.start).collect::<Vec<_>>(), [19]);
}
