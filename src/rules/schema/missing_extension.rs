//! schema/missing-extension: what is missing is a part of an extension that is not created.

use crate::catalog::Catalog;
use crate::catalog::base::{extension, extension_with};
use crate::catalog::sql_identifier;
use crate::replay::{SqlError, state};
use crate::rules::Diagnostic;
use crate::source::Span;

/// What was asked of the extensions, each once however often it is missed.
pub type Asked = Vec<(&'static str, String, Option<&'static str>)>;

/// The extension, not yet created, that has the function, type or schema that an error misses.
pub fn provider(cat: &Catalog, error: &SqlError, asked: &mut Asked) -> Option<&'static str> {
    let letter = match error.sqlstate {
        state::UNDEFINED_FUNCTION => "F",
        state::UNDEFINED_OBJECT => "T",
        state::UNDEFINED_SCHEMA => "S",
        _ => return None,
    };
    let subject = error.subject.as_ref()?;
    if !matches!(subject.kind, "function" | "type" | "schema") {
        return None;
    }
    let bare = || match subject.name.rsplit_once('.') {
        // Where extensions are mostly put.
        Some((schema, bare)) => matches!(schema, "extensions" | "public").then_some(bare),
        None => Some(&*subject.name),
    };
    let mut find = |name: &str| {
        let known = asked.iter().find(|(l, n, _)| *l == letter && n == name).map(|(.., found)| *found);
        known.unwrap_or_else(|| {
            let found = extension_with(letter, name);
            asked.push((letter, name.to_string(), found));
            found
        })
    };
    let found = find(&subject.name).or_else(|| find(bare()?))?;
    cat.extension_named(found).is_none().then_some(found)
}

/// The fix, and the help that says it.
pub fn add(diagnostic: &mut Diagnostic, cat: &Catalog, statement: Span, name: &str) -> String {
    let place = match extension(name).and_then(|script| script.fixed_schema) {
        None if cat.schema_named("extensions").is_some() => " with schema extensions",
        _ => "",
    };
    let sql = format!("create extension if not exists {}{place};", sql_identifier(name));
    let help = format!("it is of the extension `{name}`: write `{sql}` before it");
    diagnostic.fix("Create the extension", (Span::at(statement.start), format!("{sql}\n")));
    help
}
