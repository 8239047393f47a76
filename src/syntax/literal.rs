//! What a literal or a quoted name says.

use super::error::SyntaxError;
use super::lexer::{Token, TokenKind, is_space};
use crate::source::Span;

/// Where a string goes on after its closing quote at `pos`: after the next quote, when only blanks and `--` comments with at least one
/// line break stand between.
pub(super) fn continuation(text: &str, pos: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut pos = pos;
    let mut new_line = false;
    loop {
        match bytes.get(pos)? {
            b'\n' | b'\r' => {
                new_line = true;
                pos += 1;
            }
            &b if is_space(b) => pos += 1,
            b'-' if bytes.get(pos + 1) == Some(&b'-') => {
                pos += bytes.get(pos..)?.iter().position(|b| matches!(b, b'\n' | b'\r'))?;
            }
            b'\'' if new_line => return Some(pos + 1),
            _ => return None,
        }
    }
}

/// The pieces of a quoted literal whose first body byte is at `body` and whose last quote ends at `end`: each a range without its quotes.
/// `backslash` says that a backslash takes the next character with it.
fn pieces(text: &str, body: usize, end: usize, backslash: bool) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut from, mut pos) = (body, body);
    while pos < end {
        match bytes.get(pos) {
            Some(b'\\') if backslash => pos += 2,
            Some(b'\'') if bytes.get(pos + 1) == Some(&b'\'') && pos + 1 < end => pos += 2,
            Some(b'\'') => {
                pieces.push(from..pos);
                match continuation(text, pos + 1) {
                    Some(after) if after < end => (from, pos) = (after, after),
                    _ => break,
                }
            }
            _ => pos += 1,
        }
    }
    pieces
}

/// The text of a string token: `None` for tokens that PostgreSQL's grammar does not call Sconst.
pub(super) fn decode_string(text: &str, token: Token) -> Option<String> {
    let (start, end) = (token.start as usize, token.end as usize);
    match token.kind {
        TokenKind::String => Some(plain(text, start + 1, end)),
        TokenKind::EscapeString => decode_escapes(text, token.span()).ok(),
        TokenKind::UnicodeString => decode_unicode_token(text, token),
        TokenKind::DollarString => {
            let length = dollar_delimiter(text, token.start)?;
            text.get(start + length..end.checked_sub(length)?).map(str::to_owned)
        }
        _ => None,
    }
}

fn plain(text: &str, body: usize, end: usize) -> String {
    let pieces = pieces(text, body, end, false);
    pieces.into_iter().filter_map(|piece| text.get(piece)).map(|piece| piece.replace("''", "'")).collect()
}

/// Where the text of a string token stands verbatim in the file, if it does.
pub(super) fn verbatim_body(text: &str, token: Token, decoded: &str) -> Option<u32> {
    let body = match token.kind {
        TokenKind::String => token.start + 1,
        TokenKind::EscapeString => token.start + 2,
        TokenKind::UnicodeString => token.start + 3,
        TokenKind::DollarString => token.start + dollar_delimiter(text, token.start)? as u32,
        _ => return None,
    };
    (text.get(body as usize..body as usize + decoded.len()) == Some(decoded)
        && body as usize + decoded.len() < token.end as usize)
        .then_some(body)
}

/// The length of the `$tag$` at an offset.
fn dollar_delimiter(text: &str, start: u32) -> Option<usize> {
    Some(text.get(start as usize + 1..)?.find('$')? + 2)
}

/// Decodes `E'…'`.
pub(super) fn decode_escapes(text: &str, span: Span) -> Result<String, SyntaxError> {
    let mut out: Vec<u8> = Vec::with_capacity(span.range().len());
    let mut high = None;
    let mut verify = false;
    for piece in pieces(text, span.start as usize + 2, span.end as usize, true) {
        let bytes = text.as_bytes().get(..piece.end).unwrap_or(&[]);
        let mut pos = piece.start;
        while let Some(&byte) = bytes.get(pos) {
            let next = bytes.get(pos + 1).copied();
            let surrogate_missing =
                |at: usize| unicode_error(text, at, at + char_length(text, at), "invalid Unicode surrogate pair");
            if high.is_some() && !(byte == b'\\' && matches!(next, Some(b'u' | b'U'))) {
                return Err(surrogate_missing(pos));
            }
            match (byte, next) {
                (b'\'', _) => {
                    out.push(b'\'');
                    pos += 2; // a doubled quote
                }
                (b'\\', Some(kind @ (b'u' | b'U'))) => {
                    let want = if kind == b'u' { 4 } else { 8 };
                    let digits = hex_run(bytes, pos + 2, want);
                    let end = pos + 2 + digits;
                    if digits < want {
                        return Err(SyntaxError::new(Span::new(pos as u32, end as u32), "invalid Unicode escape")
                            .with_sqlstate("22025")
                            .with_help("Unicode escapes must be \\uXXXX or \\UXXXXXXXX."));
                    }
                    let code = hex_value(text, pos + 2, end);
                    match decode_unit(&mut high, code) {
                        Ok(decoded) => push_char(&mut out, decoded),
                        Err(message) => return Err(unicode_error(text, pos, end, message)),
                    }
                    pos = end;
                }
                (b'\\', Some(b'x')) if hex_run(bytes, pos + 2, 2) > 0 => {
                    let end = pos + 2 + hex_run(bytes, pos + 2, 2);
                    out.push(hex_value(text, pos + 2, end) as u8);
                    verify = true;
                    pos = end;
                }
                (b'\\', Some(b'0'..=b'7')) => {
                    let digits = bytes.iter().skip(pos + 1).take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
                    let code = text.get(pos + 1..pos + 1 + digits).and_then(|d| u32::from_str_radix(d, 8).ok());
                    out.push(code.unwrap_or(0) as u8); // PostgreSQL too keeps the low eight bits
                    verify = true;
                    pos += 1 + digits;
                }
                (b'\\', Some(escaped)) => {
                    out.push(match escaped {
                        b'b' => 0x08,
                        b'f' => 0x0c,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'v' => 0x0b,
                        other => other,
                    });
                    pos += 2;
                }
                _ => {
                    out.push(byte);
                    pos += 1;
                }
            }
        }
    }
    if high.is_some() {
        let quote = span.end as usize - 1;
        return Err(unicode_error(text, quote, quote + 1, "invalid Unicode surrogate pair"));
    }
    if verify && out.contains(&0) {
        return Err(not_utf8(span, "0x00"));
    }
    String::from_utf8(out).map_err(|error| {
        let bad: Vec<String> = error
            .as_bytes()
            .iter()
            .skip(error.utf8_error().valid_up_to())
            .take(sequence_length(&error))
            .map(|b| format!("0x{b:02x}"))
            .collect();
        not_utf8(span, &bad.join(" "))
    })
}

/// How many bytes PostgreSQL shows of an invalid sequence: what its first byte asks for, up to the end.
fn sequence_length(error: &std::string::FromUtf8Error) -> usize {
    match error.as_bytes().get(error.utf8_error().valid_up_to()) {
        Some(0xc0..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf7) => 4,
        _ => 1,
    }
}

fn not_utf8(span: Span, bytes: &str) -> SyntaxError {
    SyntaxError::new(span, format!("invalid byte sequence for encoding \"UTF8\": {bytes}")).with_sqlstate("22021")
}

fn char_length(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

fn unicode_error(text: &str, start: usize, end: usize, message: &str) -> SyntaxError {
    SyntaxError::near(text, Span::new(start as u32, end as u32), message)
}

fn hex_run(bytes: &[u8], start: usize, most: usize) -> usize {
    bytes.iter().skip(start).take(most).take_while(|b| b.is_ascii_hexdigit()).count()
}

fn hex_value(text: &str, start: usize, end: usize) -> u32 {
    text.get(start..end).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(u32::MAX)
}

fn push_char(out: &mut Vec<u8>, decoded: Option<char>) {
    if let Some(c) = decoded {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// One `\XXXX` code unit: a character, or the first half of a pair, which is kept in `high`.
fn decode_unit(high: &mut Option<u32>, code: u32) -> Result<Option<char>, &'static str> {
    let second = (0xdc00..=0xdfff).contains(&code);
    match high.take() {
        Some(first) if second => Ok(char::from_u32(0x10000 + ((first & 0x3ff) << 10) + (code & 0x3ff))),
        Some(_) => Err("invalid Unicode surrogate pair"),
        None if second => Err("invalid Unicode surrogate pair"),
        None if (0xd800..=0xdbff).contains(&code) => {
            *high = Some(code);
            Ok(None)
        }
        None if code == 0 => Err("invalid Unicode escape value"),
        None => char::from_u32(code).map(Some).ok_or("invalid Unicode escape value"),
    }
}

/// Decodes `U&'…'` or `U&"…"`, without its UESCAPE clause.
pub(super) fn decode_unicode(text: &str, literal: Span, escape: char) -> Result<String, SyntaxError> {
    let (body, end) = (literal.start as usize + 3, literal.end as usize);
    // Positions inside are those of PostgreSQL, which counts from the start of the literal as if nothing were doubled or continued.
    let raw = match text.as_bytes().get(literal.start as usize + 2) {
        Some(b'"') => text.get(body..end - 1).unwrap_or("").replace("\"\"", "\""),
        _ => plain(text, body, end),
    };
    let error = |at: usize, message: &str| {
        SyntaxError::new(Span::new((body + at) as u32, (body + at + 1).min(end) as u32), message)
    };
    let mut out = Vec::with_capacity(raw.len());
    let mut high = None;
    let mut pos = 0;
    while let Some(c) = raw.get(pos..).and_then(|rest| rest.chars().next()) {
        let bytes = raw.as_bytes();
        let after = pos + c.len_utf8();
        if c != escape || raw.get(after..).is_some_and(|rest| rest.starts_with(escape)) {
            if high.is_some() {
                return Err(error(pos, "invalid Unicode surrogate pair"));
            }
            push_char(&mut out, Some(c));
            pos = if c == escape { after + c.len_utf8() } else { after };
            continue;
        }
        let (digits, want) = if bytes.get(after) == Some(&b'+') { (after + 1, 6) } else { (after, 4) };
        if hex_run(bytes, digits, want) < want {
            return Err(error(pos, "invalid Unicode escape").with_help("Unicode escapes must be \\XXXX or \\+XXXXXX."));
        }
        match decode_unit(&mut high, hex_value(&raw, digits, digits + want)) {
            Ok(decoded) => push_char(&mut out, decoded),
            Err(message) => return Err(error(pos, message)),
        }
        pos = digits + want;
    }
    if high.is_some() {
        return Err(error(raw.len(), "invalid Unicode surrogate pair"));
    }
    Ok(String::from_utf8(out).unwrap_or_default()) // only whole characters were pushed
}

/// Decodes a `U&` token with its UESCAPE clause.
pub(super) fn decode_unicode_token(text: &str, token: Token) -> Option<String> {
    let mut lexer_text = text.get(token.span().range())?;
    let mut escape = '\\';
    // The token ends in `UESCAPE 'c'` or in its own quote; the clause's string is short and simple.
    let literal_end = match unicode_literal_end(lexer_text) {
        end if end < lexer_text.len() => {
            let clause = lexer_text.get(end..)?;
            lexer_text = lexer_text.get(..end)?;
            let mut tokens = super::lexer::lex(clause).tokens.into_iter().skip(1);
            let string = tokens.next().and_then(|token| decode_string(clause, token))?;
            escape = unicode_escape_character(&string)?;
            lexer_text.len()
        }
        end => end,
    };
    decode_unicode(text, Span::new(token.start, token.start + literal_end as u32), escape).ok()
}

/// The length of the `U&'…'` or `U&"…"` that a token begins with.
fn unicode_literal_end(token: &str) -> usize {
    let quote = token.as_bytes().get(2).copied().unwrap_or(b'\'');
    let bytes = token.as_bytes();
    let mut pos = 3;
    while pos < bytes.len() {
        if bytes.get(pos) != Some(&quote) {
            pos += 1;
        } else if bytes.get(pos + 1) == Some(&quote) {
            pos += 2;
        } else if let (b'\'', Some(after)) = (quote, continuation(token, pos + 1)) {
            pos = after;
        } else {
            return pos + 1;
        }
    }
    bytes.len()
}

/// The character that a UESCAPE string names, if it may be one.
pub(super) fn unicode_escape_character(string: &str) -> Option<char> {
    let mut chars = string.chars();
    let c = chars.next()?;
    let allowed = c.is_ascii() && !c.is_ascii_hexdigit() && !matches!(c, '+' | '\'' | '"') && !is_space(c as u8);
    (allowed && chars.next().is_none()).then_some(c)
}
