//! naming/identifier: an object whose name does not follow the project's pattern for its kind.

use crate::catalog::{Catalog, Class, RelationKind};
use crate::config::{Config, find};
use crate::replay::{Change, Effect, Step};
use crate::rules::naming::expression::Expression;
use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "naming/identifier",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("name does not follow the pattern for its kind of object"),
    doc: page!("naming/identifier"),
    since: "0.1.0",
    check: Check::Migration(check),
};

/// The kinds that a pattern can be given for, and the pattern that each has otherwise. Policies are titles in most projects, and indexes,
/// constraints and triggers are mostly named by generators: only those that hurt as quoted names are held to a pattern by default.
const KINDS: &[(&str, &str)] = &[
    ("schema", "snake_case"),
    ("table", "snake_case"),
    ("view", "snake_case"),
    ("column", "snake_case"),
    ("sequence", "snake_case"),
    ("index", "snake_case"),
    ("constraint", "snake_case"),
    ("function", "snake_case"),
    ("type", "snake_case"),
    ("trigger", "any"),
    ("policy", "any"),
];

/// Checks the patterns of a configuration: their kinds and that they are regular expressions.
pub fn check_patterns(config: &Config) -> Result<(), String> {
    for (kind, pattern) in config.options(RULE.name).map(|o| &o.patterns).into_iter().flatten() {
        if !KINDS.iter().any(|(known, _)| known == kind) {
            let known: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
            return Err(format!("there is no kind `{kind}`; there are {}", known.join(", ")));
        }
        compile(pattern)?;
    }
    Ok(())
}

/// What names are held to.
enum Pattern {
    Any,
    /// What a name may begin with, and what its other characters may be.
    Style(fn(char) -> bool, fn(char) -> bool),
    Expression(Expression),
}

impl Pattern {
    fn matches(&self, name: &str) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Style(first, rest) => name.starts_with(first) && name.chars().skip(1).all(rest),
            Pattern::Expression(expression) => expression.is_match(name),
        }
    }
}

fn compile(pattern: &str) -> Result<Pattern, String> {
    Ok(match pattern {
        "any" => Pattern::Any,
        "snake_case" => Pattern::Style(
            |c| c.is_ascii_lowercase() || c == '_',
            |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_',
        ),
        "camel_case" => Pattern::Style(|c| c.is_ascii_lowercase(), |c| c.is_ascii_alphanumeric()),
        "pascal_case" => Pattern::Style(|c| c.is_ascii_uppercase(), |c| c.is_ascii_alphanumeric()),
        expression => {
            let whole = format!("^(?:{expression})$");
            Pattern::Expression(Expression::new(&whole).map_err(|e| format!("pattern `{pattern}`: {e}"))?)
        }
    })
}

fn check(cx: &mut MigrationContext) {
    let patterns: Vec<(&str, &str, Pattern)> = KINDS
        .iter()
        .filter_map(|&(kind, default)| {
            let own = cx.common.config.options(RULE.name).and_then(|o| find(&o.patterns, kind));
            let pattern = own.map_or(default, |p| p.as_str());
            // Patterns were checked with the configuration.
            Some((kind, pattern, compile(pattern).ok()?))
        })
        .collect();
    for (step, kind, name) in names(cx) {
        let Some((_, style, pattern)) = patterns.iter().find(|(k, ..)| *k == kind) else { continue };
        if pattern.matches(&name) {
            continue;
        }
        let Some(span) = spelled(cx, step, &name) else { continue };
        cx.report(span, format!("{kind} `{name}` does not match `{style}`"))
            .help("an unquoted name folds to lower case; any other must be quoted wherever it is used")
            .object(name);
    }
}

/// What the migration creates or renames: the step, the kind of object, and its name.
pub(super) fn names<'a>(cx: &MigrationContext<'a>) -> Vec<(&'a Step, &'static str, String)> {
    let mut names = Vec::new();
    for (step, effect) in cx.effects() {
        if !matches!(effect.change, Change::Created | Change::Renamed) {
            continue;
        }
        names.extend(named(&step.after, effect).map(|(kind, name)| (step, kind, name)));
        // The columns of a new table come with it.
        if effect.object.class == Class::Relation && effect.object.column == 0 && effect.change == Change::Created {
            let columns = step.after.relation(effect.object.oid).into_iter().flat_map(|r| r.live_columns());
            let own = columns.filter(|c| c.local && c.inherited == 0);
            names.extend(own.map(|c| (step, "column", c.name.to_string())));
        }
    }
    names
}

/// Where a step spells this text. A name that PostgreSQL chose, or that the file does not spell, is not the author's.
pub(super) fn spelled(cx: &MigrationContext, step: &Step, text: &str) -> Option<Span> {
    let at = cx.file.source.slice(step.span).find(text)?;
    let start = at as u32 + step.span.start;
    Some(Span::new(start, start + text.len() as u32))
}

/// The kind and name of what an effect created or renamed.
fn named(after: &Catalog, effect: &Effect) -> Option<(&'static str, String)> {
    let oid = effect.object.oid;
    Some(match effect.object.class {
        Class::Relation if effect.object.column != 0 => {
            ("column", after.relation(oid)?.column_by_number(effect.object.column)?.name.to_string())
        }
        Class::Relation => {
            let relation = after.relation(oid)?;
            // The index of a constraint has the constraint's name.
            if relation.index.as_ref().is_some_and(|index| index.constraint.is_valid()) {
                return None;
            }
            let kind = match relation.kind {
                RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => "table",
                RelationKind::View | RelationKind::MaterializedView => "view",
                RelationKind::Index | RelationKind::PartitionedIndex => "index",
                RelationKind::Sequence => "sequence",
                RelationKind::CompositeType => return None,
            };
            (kind, relation.name.to_string())
        }
        Class::Schema => ("schema", after.schema(oid)?.name.to_string()),
        Class::Type => ("type", after.type_(oid)?.name.to_string()),
        Class::Function => ("function", after.function(oid)?.name.to_string()),
        Class::Constraint => {
            ("constraint", after.relation(effect.relation)?.constraints.iter().find(|c| c.oid == oid)?.name.to_string())
        }
        Class::Trigger => {
            ("trigger", after.relation(effect.relation)?.triggers.iter().find(|t| t.oid == oid)?.name.to_string())
        }
        Class::Policy => {
            ("policy", after.relation(effect.relation)?.policies.iter().find(|p| p.oid == oid)?.name.to_string())
        }
        _ => return None,
    })
}
