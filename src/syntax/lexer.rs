//! Text to tokens, exactly as PostgreSQL's scan.l cuts it. Comments are not tokens; they are kept aside.

use super::error::SyntaxError;
use super::keywords::{Keyword, kw};
use super::literal;
use crate::source::{Span, WordBytes, letters_and};

/// A token and where it stands, in bytes of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
}

impl Token {
    pub fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Unquoted, not a keyword.
    Ident,
    Keyword(Keyword),
    /// `"…"`.
    QuotedIdent,
    /// `U&"…"`, with its UESCAPE clause.
    UnicodeIdent,
    /// `'…'`, with what continues it on following lines.
    String,
    /// `E'…'`.
    EscapeString,
    /// `U&'…'`, with its UESCAPE clause.
    UnicodeString,
    /// `N'…'`.
    NationalString,
    /// `B'…'`.
    BitString,
    /// `X'…'`.
    HexString,
    /// `$tag$…$tag$`.
    DollarString,
    /// Fits in 32 bits.
    Integer,
    /// Any other number.
    Float,
    /// `$1`.
    Param,
    /// Of one or more characters: `+`, `=`, `<=`, `->>`.
    Operator,
    LParen,
    RParen,
    LBracket,
    RBracket,
    Comma,
    Semicolon,
    Colon,
    Dot,
    /// `::`.
    TypeCast,
    /// `:=`.
    ColonEquals,
    /// `..`.
    DotDot,
    /// `=>`.
    EqualsGreater,
    /// No token of PostgreSQL's: `error` says why.
    Invalid,
    /// The end of the statement, or of the text.
    Eof,
}

/// A comment and where it stands, its marks included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    pub span: Span,
    /// `/* … */` rather than `-- …`.
    pub block: bool,
}

/// Tokens, without an end mark, and comments of a text.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    pub tokens: Vec<Token>,
    pub comments: Vec<Comment>,
}

/// Cuts a whole text.
pub fn lex(text: &str) -> Lexed {
    lex_at(text, Span::new(0, text.len() as u32))
}

/// Cuts a part of a text; the offsets are those of the whole.
pub fn lex_at(text: &str, part: Span) -> Lexed {
    let mut lexer = Lexer::new(text, part);
    // About as many as there are.
    let mut tokens = Vec::with_capacity(part.range().len() / 5);
    while let Some(token) = lexer.next_token() {
        tokens.push(token);
    }
    Lexed { tokens, comments: lexer.comments }
}

/// Why a token is `Invalid`.
pub fn error(text: &str, token: Token) -> SyntaxError {
    let mut lexer = Lexer::new(text, Span::new(token.start, text.len() as u32));
    match lexer.skip_blanks().and_then(|()| lexer.scan()) {
        Err(error) => error,
        Ok(_) => SyntaxError::near(text, token.span(), "syntax error"),
    }
}

/// A comment's or operator's first characters decide which it is; these make up operators.
fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'~' | b'!'
            | b'@'
            | b'#'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
            | b'+'
            | b'-'
            | b'*'
            | b'/'
            | b'%'
            | b'<'
            | b'>'
            | b'='
    )
}

/// PostgreSQL's blanks; no other Unicode space is one.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c | 0x0b)
}

fn starts_ident(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn continues_ident(byte: u8) -> bool {
    static BYTES: WordBytes = letters_and(b"_$", true);
    BYTES[usize::from(byte)]
}

/// The longest name, and one more than the longest operator, in bytes (NAMEDATALEN - 1).
pub(super) const MAX_NAME: usize = 63;

/// Operator characters in a row, which may be several operators: looked at once, however many they are.
#[derive(Clone, Copy, Default)]
struct Run {
    end: usize,
    /// Where its trailing plus and minus signs begin.
    signs: usize,
    last_special: Option<usize>,
}

/// Walks a text token by token.
pub(super) struct Lexer<'a> {
    text: &'a str,
    pos: usize,
    run: Run,
    pub comments: Vec<Comment>,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str, part: Span) -> Self {
        let text = text.get(..part.end as usize).unwrap_or(text);
        Self { text, pos: part.start as usize, run: Run::default(), comments: Vec::new() }
    }

    pub fn position(&self) -> usize {
        self.pos
    }

    /// Goes on from a later offset: what lies between is not SQL.
    pub fn skip_to(&mut self, offset: usize) {
        self.pos = offset.max(self.pos);
    }

    pub fn next_token(&mut self) -> Option<Token> {
        let blanks = self.skip_blanks();
        let start = self.pos;
        let kind = match blanks.and_then(|()| self.scan()) {
            Ok(TokenKind::Eof) => return None,
            Ok(kind) => kind,
            Err(_) => TokenKind::Invalid,
        };
        // An unterminated comment leaves `pos` before it; its token is what it swallows.
        if self.pos == start {
            self.pos = self.text.len();
        }
        Some(Token { kind, start: start as u32, end: self.pos as u32 })
    }

    /// The byte at an offset, 0 past the end.
    fn at(&self, pos: usize) -> u8 {
        self.text.as_bytes().get(pos).copied().unwrap_or(0)
    }

    fn rest(&self, pos: usize) -> &'a str {
        self.text.get(pos..).unwrap_or("")
    }

    fn skip_while(&self, pos: usize, test: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(pos..).unwrap_or(&[]);
        pos + rest.iter().position(|byte| !test(*byte)).unwrap_or(rest.len())
    }

    fn fail<T>(&self, start: usize, end: usize, message: &str) -> Result<T, SyntaxError> {
        Err(SyntaxError::near(self.text, Span::new(start as u32, end as u32), message))
    }

    fn unterminated<T>(&mut self, start: usize, what: &str) -> Result<T, SyntaxError> {
        self.pos = self.text.len();
        self.fail(start, self.pos, &format!("unterminated {what}"))
    }

    /// Blanks and comments; the error of a comment without an end stands at its start.
    fn skip_blanks(&mut self) -> Result<(), SyntaxError> {
        loop {
            self.pos = self.skip_while(self.pos, is_space);
            let start = self.pos;
            match (self.at(start), self.at(start + 1)) {
                (b'-', b'-') => self.pos = self.line_end(start),
                (b'/', b'*') => match self.block_comment_end(start) {
                    Some(end) => self.pos = end,
                    None => return self.fail(start, self.text.len(), "unterminated /* comment"),
                },
                _ => return Ok(()),
            }
            let span = Span::new(start as u32, self.pos as u32);
            self.comments.push(Comment { span, block: self.at(start) == b'/' });
        }
    }

    pub(super) fn line_end(&self, pos: usize) -> usize {
        self.skip_while(pos, |b| b != b'\n' && b != b'\r')
    }

    fn block_comment_end(&self, start: usize) -> Option<usize> {
        let mut depth = 0usize;
        let mut pos = start;
        while pos < self.text.len() {
            match (self.at(pos), self.at(pos + 1)) {
                (b'/', b'*') => {
                    depth += 1;
                    pos += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    pos += 2;
                    if depth == 0 {
                        return Some(pos);
                    }
                }
                _ => pos += 1,
            }
        }
        None
    }

    fn scan(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.pos;
        if start >= self.text.len() {
            return Ok(TokenKind::Eof);
        }
        let (byte, next) = (self.at(start), self.at(start + 1));
        let single = |kind| (kind, 1);
        let (kind, length) = match byte {
            b'(' => single(TokenKind::LParen),
            b')' => single(TokenKind::RParen),
            b'[' => single(TokenKind::LBracket),
            b']' => single(TokenKind::RBracket),
            b',' => single(TokenKind::Comma),
            b';' => single(TokenKind::Semicolon),
            b':' if next == b':' => (TokenKind::TypeCast, 2),
            b':' if next == b'=' => (TokenKind::ColonEquals, 2),
            b':' => single(TokenKind::Colon),
            b'.' if next == b'.' => (TokenKind::DotDot, 2),
            b'.' if next.is_ascii_digit() => return self.number(),
            b'.' => single(TokenKind::Dot),
            b'0'..=b'9' => return self.number(),
            b'\'' => return self.quoted(start, start + 1, TokenKind::String),
            b'b' | b'B' if next == b'\'' => return self.quoted(start, start + 2, TokenKind::BitString),
            b'x' | b'X' if next == b'\'' => return self.quoted(start, start + 2, TokenKind::HexString),
            b'n' | b'N' if next == b'\'' => return self.quoted(start, start + 2, TokenKind::NationalString),
            b'e' | b'E' if next == b'\'' => return self.escape_string(start),
            b'u' | b'U' if next == b'&' && self.at(start + 2) == b'\'' => {
                return self.unicode(start, TokenKind::UnicodeString);
            }
            b'u' | b'U' if next == b'&' && self.at(start + 2) == b'"' => {
                return self.unicode(start, TokenKind::UnicodeIdent);
            }
            b'"' => return self.quoted_ident(start),
            b'$' => return self.dollar(start),
            _ if is_operator(byte) => return self.operator(start),
            _ if starts_ident(byte) => {
                self.pos = self.skip_while(start, continues_ident);
                let word = self.text.get(start..self.pos).unwrap_or("");
                return Ok(Keyword::find(word).map_or(TokenKind::Ident, TokenKind::Keyword));
            }
            _ => {
                self.pos = start + 1; // ASCII: every other byte starts an identifier
                return self.fail(start, self.pos, "syntax error");
            }
        };
        self.pos = start + length;
        Ok(kind)
    }

    fn operator(&mut self, start: usize) -> Result<TokenKind, SyntaxError> {
        if start >= self.run.end {
            self.run = self.operator_run(start);
        }
        let run = self.run;
        let mut end = run.end;
        // `=-` is two operators, `?-` is one: a trailing sign stays only after a character that SQL's operators do not have.
        if end > start + 1 && run.signs < end && run.last_special.is_none_or(|special| special < start) {
            end = run.signs.max(start + 1);
        }
        self.pos = end;
        if end - start > MAX_NAME {
            return self.fail(start, end, "operator too long");
        }
        Ok(if self.text.get(start..end) == Some("=>") { TokenKind::EqualsGreater } else { TokenKind::Operator })
    }

    /// The operator characters from here on, up to a comment.
    fn operator_run(&self, start: usize) -> Run {
        let bytes = self.text.as_bytes().get(start..self.skip_while(start, is_operator)).unwrap_or(&[]);
        let comment = bytes.windows(2).position(|pair| pair == b"/*" || pair == b"--");
        let bytes = bytes.get(..comment.unwrap_or(bytes.len())).unwrap_or(bytes);
        let signs = bytes.iter().rev().take_while(|&&b| b == b'+' || b == b'-').count();
        let special = |b: &u8| matches!(b, b'~' | b'!' | b'@' | b'#' | b'^' | b'&' | b'|' | b'`' | b'?' | b'%');
        let last_special = bytes.iter().rposition(special).map(|at| start + at);
        Run { end: start + bytes.len(), signs: start + bytes.len() - signs, last_special }
    }

    /// A literal that only `'` ends. `body` is the offset after the opening quote.
    fn quoted(&mut self, start: usize, body: usize, kind: TokenKind) -> Result<TokenKind, SyntaxError> {
        let doubles = matches!(kind, TokenKind::String | TokenKind::NationalString);
        let mut pos = body;
        loop {
            match self.rest(pos).find('\'') {
                None if kind == TokenKind::BitString => return self.unterminated(start, "bit string literal"),
                None if kind == TokenKind::HexString => return self.unterminated(start, "hexadecimal string literal"),
                // PostgreSQL's lexer has given NCHAR already.
                None if kind == TokenKind::NationalString => return self.unterminated(start + 1, "quoted string"),
                None => return self.unterminated(start, "quoted string"),
                Some(length) => pos += length + 1,
            }
            if doubles && self.at(pos) == b'\'' {
                pos += 1;
            } else if let Some(after) = literal::continuation(self.text, pos) {
                pos = after;
            } else {
                self.pos = pos;
                return Ok(kind);
            }
        }
    }

    fn escape_string(&mut self, start: usize) -> Result<TokenKind, SyntaxError> {
        let mut pos = start + 2;
        loop {
            match self.rest(pos).find(['\'', '\\']) {
                None => return self.unterminated(start, "quoted string"),
                Some(length) => pos += length + 1,
            }
            if self.at(pos - 1) == b'\\' {
                pos += self.rest(pos).chars().next().map_or(0, char::len_utf8);
            } else if self.at(pos) == b'\'' {
                pos += 1;
            } else if let Some(after) = literal::continuation(self.text, pos) {
                pos = after;
            } else {
                break;
            }
        }
        self.pos = pos;
        literal::decode_escapes(self.text, Span::new(start as u32, pos as u32)).map(|_| TokenKind::EscapeString)
    }

    fn quoted_ident(&mut self, start: usize) -> Result<TokenKind, SyntaxError> {
        let Some(end) = self.quoted_ident_end(start + 1) else {
            return self.unterminated(start, "quoted identifier");
        };
        self.pos = end;
        if end == start + 2 {
            return self.fail(start, end, "zero-length delimited identifier");
        }
        Ok(TokenKind::QuotedIdent)
    }

    fn quoted_ident_end(&self, body: usize) -> Option<usize> {
        let mut pos = body;
        loop {
            pos += self.rest(pos).find('"')? + 1;
            if self.at(pos) != b'"' {
                return Some(pos);
            }
            pos += 1;
        }
    }

    /// `U&'…'` and `U&"…"`, with the UESCAPE clause that may follow.
    fn unicode(&mut self, start: usize, kind: TokenKind) -> Result<TokenKind, SyntaxError> {
        let body = start + 3;
        if kind == TokenKind::UnicodeIdent {
            match self.quoted_ident_end(body) {
                None => return self.unterminated(start, "quoted identifier"),
                Some(end) => self.pos = end,
            }
            if self.pos == body + 1 {
                return self.fail(start, self.pos, "zero-length delimited identifier");
            }
        } else {
            self.quoted(start, body, TokenKind::String)?;
        }
        let literal = Span::new(start as u32, self.pos as u32);
        let escape = self.unicode_escape_clause()?;
        literal::decode_unicode(self.text, literal, escape).map(|_| kind)
    }

    /// The escape character of `UESCAPE 'c'`, or a backslash when no such clause follows.
    fn unicode_escape_clause(&mut self) -> Result<char, SyntaxError> {
        let mut ahead = Lexer::new(self.text, Span::new(self.pos as u32, self.text.len() as u32));
        let blanks = ahead.skip_blanks();
        let word = ahead.skip_while(ahead.pos, continues_ident);
        let word = self.text.get(ahead.pos..word).unwrap_or("");
        if blanks.is_err() || !word.eq_ignore_ascii_case(kw::UESCAPE.text()) {
            return Ok('\\');
        }
        ahead.pos += word.len();
        let next = ahead.next_token();
        self.comments.append(&mut ahead.comments);
        self.pos = ahead.pos;
        let span = next.map_or(Span::at(self.text.len() as u32), Token::span);
        let text = next.and_then(|token| literal::decode_string(self.text, token));
        match text {
            None => Err(SyntaxError::near(self.text, span, "UESCAPE must be followed by a simple string literal")),
            Some(text) => literal::unicode_escape_character(&text)
                .ok_or_else(|| SyntaxError::near(self.text, span, "invalid Unicode escape character")),
        }
    }

    fn dollar(&mut self, start: usize) -> Result<TokenKind, SyntaxError> {
        if self.at(start + 1).is_ascii_digit() {
            let end = self.skip_while(start + 1, |b| b.is_ascii_digit());
            if starts_ident(self.at(end)) {
                self.pos = self.skip_while(end, continues_ident);
                return self.fail(start, self.pos, "trailing junk after parameter");
            }
            self.pos = end;
            let number = self.text.get(start + 1..end).unwrap_or("");
            if number.parse::<i32>().is_err() {
                return self.fail(start, end, "parameter number too large");
            }
            return Ok(TokenKind::Param);
        }
        let tag_end = match starts_ident(self.at(start + 1)) {
            true => self.skip_while(start + 1, |b| continues_ident(b) && b != b'$'),
            false => start + 1,
        };
        if self.at(tag_end) != b'$' {
            self.pos = start + 1;
            return self.fail(start, self.pos, "syntax error");
        }
        let body = tag_end + 1;
        let delimiter = self.text.get(start..body).unwrap_or("$$");
        let mut pos = body;
        while let Some(length) = self.rest(pos).find('$') {
            pos += length;
            if self.rest(pos).starts_with(delimiter) {
                self.pos = pos + delimiter.len();
                return Ok(TokenKind::DollarString);
            }
            pos += 1;
        }
        self.unterminated(start, "dollar-quoted string")
    }

    /// Digits with single underscores between them: where they end.
    fn digits(&self, start: usize, is_digit: impl Fn(u8) -> bool) -> usize {
        let mut pos = start;
        while is_digit(self.at(pos)) || (self.at(pos) == b'_' && pos > start && is_digit(self.at(pos + 1))) {
            pos += 1;
        }
        pos
    }

    fn number(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.pos;
        type Base = (fn(u8) -> bool, u32, &'static str);
        let based: Option<Base> = match (self.at(start), self.at(start + 1)) {
            (b'0', b'x' | b'X') => Some((|b| b.is_ascii_hexdigit(), 16, "hexadecimal")),
            (b'0', b'o' | b'O') => Some((|b| (b'0'..=b'7').contains(&b), 8, "octal")),
            (b'0', b'b' | b'B') => Some((|b| b == b'0' || b == b'1', 2, "binary")),
            _ => None,
        };
        if let Some((is_digit, radix, name)) = based {
            let underscore = usize::from(self.at(start + 2) == b'_');
            let end = self.digits(start + 2 + underscore, is_digit);
            if end > start + 2 + underscore {
                return self.integer(start, end, start + 2, radix);
            }
            // What is longest wins in PostgreSQL's lexer: `0x` and `0x_` are bad numbers, `0xyz` is a 0 and junk.
            let junk = self.skip_while(start + 1, continues_ident);
            self.pos = junk;
            let longer = junk > start + 2 + underscore;
            let message = format!("invalid {name} integer");
            return self.fail(start, junk, if longer { "trailing junk after numeric literal" } else { &message });
        }
        let decimal = |b: u8| b.is_ascii_digit();
        let mut end = self.digits(start, decimal);
        let mut float = false;
        if self.at(end) == b'.' && self.at(end + 1) != b'.' {
            float = true;
            end = self.digits(end + 1, decimal);
        }
        if matches!(self.at(end), b'e' | b'E') {
            let sign = usize::from(matches!(self.at(end + 1), b'+' | b'-'));
            if decimal(self.at(end + 1 + sign)) {
                float = true;
                end = self.digits(end + 1 + sign, decimal);
            } else if sign == 1 {
                self.pos = end + 2;
                return self.fail(start, self.pos, "trailing junk after numeric literal");
            }
        }
        if !float {
            return self.integer(start, end, start, 10);
        }
        self.no_junk(start, end)?;
        Ok(TokenKind::Float)
    }

    fn integer(&mut self, start: usize, end: usize, digits: usize, radix: u32) -> Result<TokenKind, SyntaxError> {
        self.no_junk(start, end)?;
        let digits = self.text.get(digits..end).unwrap_or("").replace('_', "");
        Ok(if i32::from_str_radix(&digits, radix).is_ok() { TokenKind::Integer } else { TokenKind::Float })
    }

    fn no_junk(&mut self, start: usize, end: usize) -> Result<(), SyntaxError> {
        self.pos = end;
        if starts_ident(self.at(end)) {
            self.pos = self.skip_while(end, continues_ident);
            return self.fail(start, self.pos, "trailing junk after numeric literal");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
