//! naming/reserved-word, naming/needs-quotes, naming/plural-tables: names that make every query that uses them harder to write.

use super::identifier::{names, spelled};
use crate::rules::prelude::*;
use crate::syntax::{Category, Keyword};

const fn rule(name: &'static str, summary: &'static str, doc: &'static str) -> Rule {
    Rule {
        name,
        severity: Severity::Warning,
        preset: Preset::Strict,
        summary: native!(summary),
        doc,
        since: "0.1.0",
        check: Check::Migration(check),
    }
}

pub const RESERVED_WORD: Rule = rule("naming/reserved-word", "name is a reserved word", page!("naming/reserved-word"));
pub const NEEDS_QUOTES: Rule =
    rule("naming/needs-quotes", "name must be written in quotes", page!("naming/needs-quotes"));
pub const PLURAL_TABLES: Rule =
    rule("naming/plural-tables", "table is named in the singular", page!("naming/plural-tables"));

fn check(cx: &mut MigrationContext) {
    if cx.common.is_applied(cx.file.id) {
        return;
    }
    let rule = cx.common.rule.name;
    for (step, kind, name) in names(cx) {
        // Policies and triggers are written where they are made, not in queries.
        if matches!(kind, "policy" | "trigger") {
            continue;
        }
        let keyword = Keyword::find(&name).map(Keyword::category);
        let (span, message, help) = if rule == PLURAL_TABLES.name {
            if kind != "table" || is_plural(&name) {
                continue;
            }
            let message = format!("table `{name}` is named in the singular");
            (spelled(cx, step, &name), message, "a table holds many rows: name it in the plural")
        } else if rule == RESERVED_WORD.name {
            let usable =
                if matches!(kind, "function" | "type") { Category::TypeOrFunction } else { Category::ColumnName };
            if keyword.is_none_or(|k| k == Category::Unreserved || k == usable) {
                continue;
            }
            let message = format!("{kind} `{name}` is named with a reserved word");
            (
                spelled(cx, step, &sql_identifier(&name)),
                message,
                "without quotes it is a syntax error: choose another name",
            )
        } else {
            let quoted = sql_identifier(&name);
            if keyword.is_some() || !quoted.starts_with('"') {
                continue;
            }
            let message = format!("{kind} `{name}` must be written in quotes");
            let help = "lower-case letters, digits and underscores need no quotes";
            (spelled(cx, step, &quoted), message, help)
        };
        // A name that PostgreSQL chose, or that the file does not spell, is not the author's.
        if let Some(span) = span {
            cx.report(span, message).help(help).object(name);
        }
    }
}

/// Plurals that do not end in `s`, and nouns that have none.
const PLURALS: &[&str] = &[
    "people",
    "children",
    "men",
    "data",
    "media",
    "criteria",
    "feet",
    "mice",
    "geese",
    "fish",
    "sheep",
    "info",
    "information",
    "equipment",
    "history",
    "inventory",
    "content",
    "feedback",
    "staff",
    "stock",
    "audit",
    "log",
    "queue",
    "cache",
    "config",
    "knowledge",
    "personnel",
    "software",
    "analytics",
    "settings",
];

fn is_plural(name: &str) -> bool {
    let word = name.rsplit('_').next().unwrap_or(name);
    let singular_s = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    (word.ends_with('s') && !singular_s)
        || PLURALS.iter().any(|plural| word.ends_with(plural))
        || word.ends_with(|c: char| c.is_ascii_digit())
}
