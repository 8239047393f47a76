//! What a piece of SQL or PL/pgSQL may read, write and run, by its words alone: without a catalog, which a name may mean several things in.

use super::Code;
use crate::sort::insert;
use crate::syntax::ast::Symbol;
use crate::syntax::{Keyword, Token, TokenKind, kw};
use std::borrow::Cow;

/// Each once.
#[derive(Debug, Default)]
pub struct Mentions {
    /// With the schema, where one is written.
    pub relations: Vec<(Mention, Option<Symbol>, Symbol)>,
    /// The functions that are called.
    pub calls: Vec<Symbol>,
    /// Constants that may be SQL that is run.
    pub texts: Vec<Symbol>,
    /// Dynamic SQL that cannot be read: it may write to any table.
    pub everything: bool,
}

/// How a statement is about a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mention {
    Read,
    /// Rows are added.
    Insert,
    /// Those that there are change or go.
    Change,
}

/// What comes before the name of a relation, or dynamic SQL.
const WORDS: [Keyword; 8] = [kw::INTO, kw::COPY, kw::UPDATE, kw::FROM, kw::TRUNCATE, kw::JOIN, kw::VIEW, kw::EXECUTE];

/// The first words of dynamic SQL that writes to nothing but what it names.
const FIRST_WORDS: [&str; 18] = [
    "alter", "analyze", "call", "comment", "copy", "create", "delete", "do", "drop", "grant", "insert", "merge",
    "notify", "refresh", "revoke", "set", "truncate", "update",
];

impl Mentions {
    /// `constants`: whether a constant may be SQL that is run.
    pub fn of(code: &Code, tokens: &[Token], constants: bool) -> Self {
        let mut found = Self::default();
        let word = |place: usize| tokens.get(place).map_or("".into(), |token| word(code, *token));
        let kind = |place: usize| tokens.get(place).map_or(TokenKind::Eof, |token| token.kind);
        for (place, token) in tokens.iter().enumerate() {
            let before = || word(place.wrapping_sub(1));
            match token.kind {
                kind if constants && is_string(kind) => {
                    found.constant(code, *token);
                    continue;
                }
                TokenKind::Keyword(keyword) if WORDS.contains(&keyword) => {}
                TokenKind::QuotedIdent => {}
                TokenKind::Keyword(_) | TokenKind::Ident if kind(place + 1) == TokenKind::LParen => {}
                _ => continue,
            }
            let word = word(place);
            match &*word {
                "into" | "copy" => found.named(code, tokens, place + 1, Mention::Insert),
                "update" if before() != "for" => found.named(code, tokens, place + 1, Mention::Change),
                "from" if before() == "delete" => found.named(code, tokens, place + 1, Mention::Change),
                "truncate" => {
                    found.named(code, tokens, place + 1, Mention::Change);
                    let others = (place..tokens.len()).take_while(|p| kind(*p) != TokenKind::Semicolon);
                    for comma in others.filter(|p| kind(*p) == TokenKind::Comma) {
                        found.named(code, tokens, comma + 1, Mention::Change);
                    }
                }
                "from" | "join" | "view" => found.named(code, tokens, place + 1, Mention::Read),
                "execute" => found.dynamic(code, tokens.get(place + 1..).unwrap_or(&[])),
                _ if kind(place + 1) == TokenKind::LParen => _ = insert(&mut found.calls, (*word).into()),
                _ => {}
            }
        }
        found
    }

    /// A constant may be SQL, or the beginning of it.
    fn constant(&mut self, code: &Code, token: Token) {
        let start = code.text_of(token).get(1..).unwrap_or("").trim_start_matches(['\'', ' ', '\n', '\t', '(']);
        if token.kind == TokenKind::DollarString || is_first_word(start) || starts_query(start) {
            self.texts.extend(code.string(token));
        }
    }

    /// After EXECUTE. What `EXECUTE 'CREATE POLICY …' || x` names is read with the constant.
    fn dynamic(&mut self, code: &Code, tokens: &[Token]) {
        let mut tokens = tokens
            .iter()
            .skip_while(|t| t.kind == TokenKind::LParen || ["format", "concat"].contains(&&*word(code, **t)));
        let Some(first) = tokens.next() else { return self.everything = true };
        // Of a trigger; the privilege.
        if ["function", "procedure", "on"].contains(&&*word(code, *first)) {
            return;
        }
        let text = if is_string(first.kind) { code.string(*first) } else { None };
        let text = text.unwrap_or_else(|| "".into());
        let text = text.trim_start();
        self.everything |= !(is_first_word(text) || starts_query(text) && has_word(text, "from"));
    }

    /// The name at a place.
    fn named(&mut self, code: &Code, tokens: &[Token], mut place: usize, mention: Mention) {
        let at = |place: usize| tokens.get(place).copied();
        while at(place).is_some_and(|t| ["only", "table"].contains(&&*word(code, t))) {
            place += 1;
        }
        let first = at(place).map(|token| (token.kind, word(code, token)));
        let (schema, name) = match first {
            Some((_, name)) if !name.is_empty() => match (at(place + 1), at(place + 2)) {
                (Some(dot), Some(last)) if dot.kind == TokenKind::Dot => (Some(name), word(code, last)),
                _ => (None, name),
            },
            // `INSERT INTO %I`, or put together at run time.
            None | Some((TokenKind::Operator | TokenKind::Eof, _)) if mention != Mention::Read => {
                return self.everything = true;
            }
            _ => return,
        };
        if name.is_empty() {
            self.everything |= mention != Mention::Read;
            return;
        }
        insert(&mut self.relations, (mention, schema.map(|schema| (*schema).into()), (*name).into()));
    }
}

fn is_string(kind: TokenKind) -> bool {
    use TokenKind::{DollarString, EscapeString, NationalString, String, UnicodeString};
    matches!(kind, String | EscapeString | DollarString | UnicodeString | NationalString)
}

/// An unquoted word in lower case, or what a quoted identifier means; empty for other tokens.
fn word(code: &Code, token: Token) -> Cow<'_, str> {
    match token.kind {
        TokenKind::Ident | TokenKind::Keyword(_) => match code.text_of(token) {
            text if text.bytes().any(|b| b.is_ascii_uppercase()) => text.to_ascii_lowercase().into(),
            text => text.into(),
        },
        TokenKind::QuotedIdent => code.name(token).map_or("".into(), |name| name.to_string().into()),
        _ => "".into(),
    }
}

fn starts_with_one_of(text: &str, words: &[&str]) -> bool {
    let end = text.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(text.len());
    words.iter().any(|word| word.len() == end && text[..end].eq_ignore_ascii_case(word))
}

fn is_first_word(text: &str) -> bool {
    starts_with_one_of(text, &FIRST_WORDS)
}

fn starts_query(text: &str) -> bool {
    starts_with_one_of(text, &["select", "with"])
}

fn has_word(text: &str, word: &str) -> bool {
    text.split_ascii_whitespace().any(|found| found.eq_ignore_ascii_case(word))
}
