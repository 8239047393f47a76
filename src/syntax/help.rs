//! What to write instead: for the mistakes in SQL that people make most.

use super::error::SyntaxError;
use super::keywords::{Category, Keyword, kw};
use super::lexer::{Token, TokenKind};

/// The offending token among those of its statement.
struct Place<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl Place<'_> {
    /// A token by its distance from the offending one.
    fn token(&self, distance: isize) -> Option<Token> {
        self.tokens.get(self.at.checked_add_signed(distance)?).copied()
    }

    fn is(&self, distance: isize, keyword: Keyword) -> bool {
        self.kind(distance) == Some(TokenKind::Keyword(keyword))
    }

    fn kind(&self, distance: isize) -> Option<TokenKind> {
        self.token(distance).map(|token| token.kind)
    }

    /// A token as written, in lower case.
    fn word(&self, distance: isize) -> String {
        let token = self.token(distance);
        token.and_then(|token| self.text.get(token.span().range())).unwrap_or("").to_ascii_lowercase()
    }

    /// The keywords that the statement begins with.
    fn begins(&self, keywords: &[Keyword]) -> bool {
        let found = self.tokens.iter().take(keywords.len()).map(|token| token.kind);
        found.eq(keywords.iter().map(|&keyword| TokenKind::Keyword(keyword)))
    }

    fn is_first_on_line(&self) -> bool {
        let start = self.token(0).map_or(0, |token| token.start as usize);
        let before = self.text.as_bytes().get(..start).unwrap_or(&[]);
        before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b'\n')
    }
}

/// The help for an error of a statement, if its mistake is a known one.
pub(super) fn find(text: &str, tokens: &[Token], error: &SyntaxError) -> Option<String> {
    let at = tokens.partition_point(|token| token.start < error.span.start);
    let place = Place { text, tokens, at };
    if place.token(0)?.start != error.span.start {
        return None;
    }
    if_not_exists(&place)
        .or_else(|| or_replace(&place))
        .or_else(|| punctuation(&place))
        .or_else(|| left_out(&place))
        .or_else(|| odd_characters(&place))
        .or_else(|| other_database(&place))
        .or_else(|| reserved_word(&place))
        .or_else(|| missing_semicolon(&place))
}

/// IF NOT EXISTS where PostgreSQL has none.
fn if_not_exists(place: &Place) -> Option<String> {
    let at_not = place.is(-1, kw::IF) && place.is(0, kw::NOT) && place.is(1, kw::EXISTS);
    let at_exists = place.is(-2, kw::IF) && place.is(-1, kw::NOT) && place.is(0, kw::EXISTS);
    if !at_not && !at_exists {
        return None;
    }
    let before_if = if at_not { -2 } else { -3 };
    if place.is(before_if, kw::CONSTRAINT) {
        return Some(
            "ADD CONSTRAINT has no IF NOT EXISTS; write `drop constraint if exists name` as an action before it".into(),
        );
    }
    let help = match place.kind(before_if)? {
        TokenKind::Keyword(kw::POLICY) => {
            "CREATE POLICY has no IF NOT EXISTS; write `drop policy if exists name on table;` before it"
        }
        TokenKind::Keyword(kw::TRIGGER) => "CREATE TRIGGER has no IF NOT EXISTS; write `create or replace trigger`",
        TokenKind::Keyword(kw::FUNCTION) => "CREATE FUNCTION has no IF NOT EXISTS; write `create or replace function`",
        TokenKind::Keyword(kw::PROCEDURE) => {
            "CREATE PROCEDURE has no IF NOT EXISTS; write `create or replace procedure`"
        }
        TokenKind::Keyword(kw::VIEW) => "CREATE VIEW has no IF NOT EXISTS; write `create or replace view`",
        TokenKind::Keyword(kw::TYPE | kw::DOMAIN | kw::ROLE | kw::USER | kw::PUBLICATION) => {
            "this statement has no IF NOT EXISTS; put it in `do $$ begin … exception when duplicate_object then null; end $$;`"
        }
        _ => return None,
    };
    Some(help.into())
}

/// OR REPLACE where PostgreSQL has none.
fn or_replace(place: &Place) -> Option<String> {
    if place.at != 3 || !place.begins(&[kw::CREATE, kw::OR, kw::REPLACE]) {
        return None;
    }
    let kind = place.word(0);
    Some(match place.kind(0)? {
        TokenKind::Keyword(kw::TABLE | kw::INDEX | kw::SCHEMA | kw::SEQUENCE | kw::EXTENSION | kw::MATERIALIZED) => {
            format!(
                "there is no CREATE OR REPLACE for this kind; write `create {kind} if not exists`, or drop it first"
            )
        }
        TokenKind::Keyword(kw::POLICY | kw::TYPE | kw::DOMAIN | kw::ROLE) => {
            format!("there is no CREATE OR REPLACE for this kind; write `drop {kind} if exists` before `create {kind}`")
        }
        _ => return None,
    })
}

fn punctuation(place: &Place) -> Option<String> {
    let help = match (place.kind(-1), place.kind(0)?) {
        (Some(TokenKind::Comma), TokenKind::RParen) => "remove the comma before the closing parenthesis",
        (Some(TokenKind::Comma), TokenKind::Eof | TokenKind::Semicolon) => "remove the comma at the statement's end",
        (Some(TokenKind::Comma), TokenKind::Comma) => "remove the second comma",
        (
            Some(TokenKind::Comma),
            TokenKind::Keyword(
                kw::FROM
                | kw::WHERE
                | kw::GROUP
                | kw::HAVING
                | kw::ORDER
                | kw::LIMIT
                | kw::ON
                | kw::RETURNING
                | kw::UNION,
            ),
        ) => "remove the comma before this word",
        (Some(TokenKind::Comma), _) if place.begins(&[kw::ALTER, kw::TABLE]) => {
            "each action begins with a verb of its own: `add column a int, add column b int`"
        }
        _ => return None,
    };
    Some(help.into())
}

/// A word that the statement cannot do without.
fn left_out(place: &Place) -> Option<String> {
    let at_end = matches!(place.kind(0)?, TokenKind::Eof | TokenKind::Semicolon);
    let help = match place.kind(0)? {
        _ if at_end && place.begins(&[kw::DROP, kw::POLICY]) => {
            "a policy belongs to a table: `drop policy name on table`"
        }
        _ if at_end && place.begins(&[kw::DROP, kw::TRIGGER]) => {
            "a trigger belongs to a table: `drop trigger name on table`"
        }
        _ if place.at == 1 && place.begins(&[kw::DELETE]) => "write `delete from table`",
        _ if place.at == 2 && place.begins(&[kw::COMMENT, kw::ON]) => {
            "say what kind of object it is: `comment on table name is '…'`"
        }
        TokenKind::Keyword(kw::ON) if place.is(-1, kw::EXISTS) && place.begins(&[kw::CREATE]) => {
            "CREATE INDEX IF NOT EXISTS needs a name for the index"
        }
        TokenKind::Keyword(kw::EXISTS) if place.is(-1, kw::IF) && place.is(-3, kw::RENAME) => {
            "RENAME has no IF EXISTS for what is renamed"
        }
        TokenKind::Keyword(kw::EXISTS) if place.is(-1, kw::IF) && place.is(-2, kw::RENAME) => {
            "RENAME has no IF EXISTS for what is renamed"
        }
        _ => return None,
    };
    Some(help.into())
}

/// Characters that no keyboard's SQL has, and another program's commands.
fn odd_characters(place: &Place) -> Option<String> {
    let word = place.word(0);
    let first = word.chars().next()?;
    // A backtick is an operator: the error comes after it.
    let backtick = (-2..=0).any(|distance| place.word(distance).starts_with('`'));
    let has = |characters: &[char]| word.contains(characters);
    let help = match place.kind(0)? {
        TokenKind::Invalid if first == '\\' => {
            "a backslash begins a command of psql, which PostgreSQL itself does not know; remove it from the migration"
        }
        _ if backtick => "PostgreSQL quotes names with double quotes: \"name\"",
        TokenKind::Operator if first == '#' => "a comment begins with `--` in PostgreSQL",
        TokenKind::Ident if has(&['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}']) => {
            "these are typographic quotes; write ' around strings and \" around names"
        }
        TokenKind::Ident if has(&['\u{feff}']) => "a byte order mark (U+FEFF) stands here; remove it",
        TokenKind::Ident if has(&['\u{a0}', '\u{200b}', '\u{202f}', '\u{3000}']) => {
            "an invisible or non-breaking space stands here; write a plain space"
        }
        _ => return None,
    };
    Some(help.into())
}

/// Words of MySQL, SQLite and SQL Server.
fn other_database(place: &Place) -> Option<String> {
    let help = match place.word(0).as_str() {
        "auto_increment" | "autoincrement" => {
            "PostgreSQL has no AUTO_INCREMENT; write `generated always as identity` after the column's type"
        }
        "identity" if place.kind(1) == Some(TokenKind::LParen) => {
            "PostgreSQL writes `generated always as identity` after the column's type"
        }
        "engine" | "charset" if place.word(1) == "=" => "PostgreSQL has no such table option; remove it",
        "unsigned" => "PostgreSQL has no unsigned integers; write a larger type, or `check (column >= 0)`",
        "modify" | "change" if place.begins(&[kw::ALTER, kw::TABLE]) => {
            "write `alter column name type …` or `alter column name set not null`"
        }
        "current_timestamp" | "now" if place.is(-1, kw::UPDATE) && place.is(-2, kw::ON) => {
            "PostgreSQL has no ON UPDATE for columns; set the column in a BEFORE UPDATE trigger"
        }
        "go" => "GO separates batches in SQL Server's tools only; remove it",
        "key" | "index" if place.begins(&[kw::CREATE, kw::TABLE]) => {
            "write indexes as statements of their own: `create index on table (column);`"
        }
        _ => return None,
    };
    Some(help.into())
}

/// A reserved word as the name of a table or column in CREATE TABLE.
fn reserved_word(place: &Place) -> Option<String> {
    let TokenKind::Keyword(keyword) = place.kind(0)? else { return None };
    let names_table = place.is(-1, kw::TABLE) || place.is(-1, kw::EXISTS);
    let before = matches!(place.kind(-1), Some(TokenKind::LParen | TokenKind::Comma)) || names_table;
    let after =
        names_table || matches!(place.kind(1), Some(TokenKind::Ident | TokenKind::Keyword(_) | TokenKind::QuotedIdent));
    let reserved = matches!(keyword.category(), Category::Reserved | Category::TypeOrFunction);
    let word = keyword.text();
    (before && after && reserved && place.begins(&[kw::CREATE, kw::TABLE]))
        .then(|| format!("`{word}` is a reserved word; as a name it must be quoted: \"{word}\""))
}

/// A statement begins on a new line inside another.
fn missing_semicolon(place: &Place) -> Option<String> {
    let begins = matches!(
        place.kind(0)?,
        TokenKind::Keyword(
            kw::ALTER
                | kw::COMMENT
                | kw::CREATE
                | kw::DELETE
                | kw::DO
                | kw::DROP
                | kw::GRANT
                | kw::INSERT
                | kw::REVOKE
                | kw::SELECT
                | kw::UPDATE
        )
    );
    (begins && place.is_first_on_line()).then(|| "is a `;` missing before this line?".into())
}

#[cfg(test)]
mod tests {
    use crate::syntax::parse;

    #[test]
    fn tells_what_to_write_instead() {
        for (sql, help) in [
            ("create table t (a int, )", "remove the comma before the closing parenthesis"),
            ("create policy if not exists p on t using (true)", "CREATE POLICY has no IF NOT EXISTS"),
            ("alter table t add constraint if not exists c check (true)", "ADD CONSTRAINT has no IF NOT EXISTS"),
            ("create type if not exists e as enum ('a')", "this statement has no IF NOT EXISTS"),
            ("create or replace table t (a int)", "there is no CREATE OR REPLACE"),
            ("\\connect db", "a backslash begins a command of psql"),
            ("create table `t` (a int)", "PostgreSQL quotes names with double quotes"),
            ("create table t (id int auto_increment)", "PostgreSQL has no AUTO_INCREMENT"),
            ("create table t (id int) engine=innodb", "PostgreSQL has no such table option"),
            ("create table t (user text)", "`user` is a reserved word"),
            ("create table user (id int)", "`user` is a reserved word"),
            ("select `a` from t", "PostgreSQL quotes names with double quotes"),
            ("update t set a = 1, where b = 2", "remove the comma before this word"),
            ("alter table t add column a int, b int", "each action begins with a verb"),
            ("drop policy p", "a policy belongs to a table"),
            ("delete t where a = 1", "write `delete from table`"),
            ("comment on t is 'x'", "say what kind of object it is"),
            ("create index if not exists on t (a)", "CREATE INDEX IF NOT EXISTS needs a name"),
            ("alter table t rename column if exists a to b", "RENAME has no IF EXISTS"),
            ("drop table t\ncreate table t (a int)", "is a `;` missing"),
            ("drop table\u{a0}t x", "an invisible or non-breaking space"),
            ("comment on table t is \u{2018}x\u{2019}", "these are typographic quotes"),
        ] {
            let error = parse(sql).statements.remove(0).result.expect_err(sql);
            let found = error.help.clone().unwrap_or_default();
            assert!(found.starts_with(help), "{sql}: {} / {found}", error.message);
        }
    }

    #[test]
    fn says_nothing_where_it_knows_nothing() {
        for sql in ["create tabel t", "alter table t add", "drop table a b", "grant select on t for x"] {
            let error = parse(sql).statements.remove(0).result.expect_err(sql);
            assert_eq!(error.help, None, "{sql}");
        }
    }
}
