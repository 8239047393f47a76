//! Texts that PostgreSQL prints from its parse trees (pg_get_constraintdef, pg_policies.qual): not modelled, but what LIKE '%…%' finds in them may be known.

use crate::catalog::{Catalog, Definition, Oid, Relation, Type, TypeKind};
use crate::letters;
use crate::syntax::{Category, Token, TokenKind, lex};

/// Words that the printed text may have though they do not stand in the source.
const WORDS: &str = "check primary key unique foreign references any all array and or not is null true false case when then else end \
    select from where exists join on left inner as order by limit group having union distinct character varying double precision \
    integer smallint bigint real boolean interval regclass nextval default current_timestamp localtime current_schema current_role \
    timestamp without time zone bit collate row between symmetric btrim ltrim rtrim date_part extract position substring overlay \
    normalize timezone like_escape similar_to_escape similar_escape current_user session_user current_date coalesce nullif greatest \
    least no inherit not valid enforced deferrable initially deferred";

/// Whether `text LIKE pattern` (ILIKE, where `any_case`), as far as it is known.
pub(super) fn is_like(cat: &Catalog, definition: &Definition, pattern: &str, any_case: bool) -> Option<bool> {
    let inner = pattern.strip_prefix('%')?.strip_suffix('%')?;
    if inner.contains('\\') {
        return None;
    }
    let text = definition.print_as_seen(cat);
    let lower = letters::lower(&text);
    let is_between = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    if letters::lower(inner).split(is_between).any(|word| lacks(cat, &lower, word)) {
        return Some(false);
    }
    let units = units(&text, any_case);
    let inner = if any_case { letters::lower(inner) } else { inner.to_string() };
    has_in_order(&units, inner.split('%')).then_some(true)
}

/// Whether a word, whose `_` stand for any character, is certain not to be in what is printed: neither in the source nor in what printing adds,
/// names of types and tables among it.
fn lacks(cat: &Catalog, source: &str, word: &str) -> bool {
    let matches = |part: &[u8]| part.iter().zip(word.bytes()).all(|(char, wanted)| wanted == b'_' || *char == wanted);
    let has = |text: &str| text.as_bytes().windows(word.len()).any(matches);
    if word.len() < 3 || has(source) || has(WORDS) {
        return false;
    }
    let is_in = |name: &str| has(&letters::lower(name));
    let named = |schema: Oid| cat.schema(schema).map_or("", |s| &s.name);
    // Of the base's objects those that such an expression may be about.
    let may_cast_to = |ty: &Type| {
        let schema = named(ty.schema);
        let is_plain = !matches!(ty.kind, TypeKind::Array(_) | TypeKind::Composite(_));
        ty.origin.created.is_some() || is_plain && (schema == "pg_catalog" || source.contains(schema))
    };
    let may_name = |r: &Relation| !r.kind.is_index() && (r.origin.created.is_some() || named(r.schema) == "storage");
    !cat.schemas().any(|schema| is_in(&schema.name))
        && !cat.types().any(|ty| may_cast_to(ty) && is_in(&ty.name))
        && !cat.relations().any(|relation| may_name(relation) && is_in(&relation.name))
}

/// The names and strings that are printed as they are written, in the same order; calls such as `auth.uid()`.
fn units(text: &str, any_case: bool) -> Vec<String> {
    let tokens = lex(text).tokens;
    let kinds = |at: usize| {
        tokens.get(at..at + 5).map(|five| [five[0].kind, five[1].kind, five[2].kind, five[3].kind, five[4].kind])
    };
    let written = |token: &Token| text.get(token.start as usize..token.end as usize).unwrap_or("");
    let mut units = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let mut unit = String::new();
        let is_call = kinds(at)
            == Some([TokenKind::Ident, TokenKind::Dot, TokenKind::Ident, TokenKind::LParen, TokenKind::RParen]);
        let length = if is_call { 5 } else { 1 };
        for token in &tokens[at..at + length] {
            unit.push_str(written(token));
        }
        at += length;
        let is_plain = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '-' | ' ' | '\'');
        let is_kept = match token.kind {
            TokenKind::Ident => true,
            TokenKind::Keyword(keyword) => keyword.category() == Category::Unreserved,
            // A number or a time may be printed in another form.
            TokenKind::String => unit.chars().all(is_plain),
            _ => false,
        };
        if is_kept {
            let folds = any_case || token.kind != TokenKind::String;
            units.push(if folds { letters::lower(&unit) } else { unit });
        }
    }
    units
}

fn has_in_order<'p>(units: &[String], pieces: impl Iterator<Item = &'p str>) -> bool {
    let mut rest = units.iter();
    let mut unit = "";
    for piece in pieces {
        loop {
            if let Some(after) = unit.find(piece).and_then(|at| unit.get(at + piece.len()..)) {
                unit = after;
                break;
            }
            match rest.next() {
                Some(next) => unit = next,
                None => return false,
            }
        }
    }
    true
}
