//! atomicity/single-change: a migration makes tables that have nothing to do with what else it changes.

use crate::catalog::{Catalog, Class, ConstraintKind, Oid};
use crate::replay::{Change, Effect};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::FunctionBody;

pub const RULE: Rule = Rule {
    name: "atomicity/single-change",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("unrelated changes in one migration"),
    doc: page!("atomicity/single-change"),
    since: "0.1.0",
    check: Check::Migration(check),
};

/// A file with more parts than this is a dump or a consolidation, and no change.
const MOST_PARTS: usize = 3;

fn check(cx: &mut MigrationContext) {
    let first = cx.file.id.0 == 0;
    if first || cx.common.is_partial() || cx.common.is_applied(cx.file.id) {
        return;
    }
    let made = cx.created_tables();
    if made.is_empty() {
        return;
    }
    let new = |oid: Oid| made.iter().any(|(_, table)| table.oid == oid);
    if cx.file.steps.iter().any(|s| s.uncertain().is_some()) {
        return;
    }
    let mut parts = Parts::default();
    // The tables of the change: new ones, and those that get other columns.
    let mut tables: Vec<(Oid, Span)> = Vec::new();
    for step in &cx.file.steps {
        let mut of_step = None;
        for effect in step.effects.iter() {
            let Some(oid) = touched(effect) else { continue };
            let node = parts.node(oid);
            // What one statement does belongs together.
            parts.join(*of_step.get_or_insert(node), node);
            let reshapes = effect.object.class == Class::Relation
                && effect.object.column != 0
                && matches!(effect.change, Change::Created | Change::Dropped | Change::TypeChanged);
            // What is configured is any part's.
            let configures = |name: &str| CONFIGURATION.iter().any(|end| name.ends_with(end));
            let is_table = cx.after.relation(oid).is_some_and(|r| {
                r.kind.is_table()
                    && !r.is_temporary()
                    && !configures(&r.name)
                    && !splinter::is_skipped(cx.after, r.schema)
            });
            if is_table && (new(oid) || reshapes) && !tables.iter().any(|(known, _)| *known == oid) {
                tables.push((oid, step.span));
            }
        }
    }
    // A schema that is laid down in several files is one change too.
    let known = || cx.before.relations().filter(|r| r.kind.is_table() && r.origin.created.is_some()).count();
    if tables.len() < 2 || made.len() > known() {
        return;
    }
    parts.touched = parts.oids.len();
    // What is changed of the users themselves may be for any table that belongs to users.
    let of_users = parts.oids.iter().any(|oid| extends_base(cx.after, *oid));
    let mut words: Vec<Vec<String>> = Vec::new();
    let mut at = 0;
    // What is needed becomes a part of the change as well: two tables that need the same third one belong together.
    while let Some(oid) = parts.oids.get(at).copied() {
        for cat in [cx.before, cx.after] {
            for needed in needs(cat, oid, of_users) {
                let node = parts.node(needed);
                parts.join(at, node);
            }
        }
        words.push(words_of(cx, oid));
        at += 1;
        // What is only needed is not followed further.
        if at == parts.touched {
            break;
        }
    }
    for (place, own) in words.iter().enumerate() {
        for (earlier, others) in words[..place].iter().enumerate() {
            if own.iter().any(|word| others.contains(word)) || mentions(cx.after, &parts, place, earlier) {
                parts.join(earlier, place);
            }
        }
    }
    let mut groups: Vec<(usize, Vec<(Oid, Span)>)> = Vec::new();
    for (oid, span) in tables {
        let node = parts.node(oid);
        let root = parts.root(node);
        match groups.iter_mut().find(|(known, _)| *known == root) {
            Some((_, group)) => group.push((oid, span)),
            None => groups.push((root, vec![(oid, span)])),
        }
    }
    if !(2..=MOST_PARTS).contains(&groups.len()) {
        return;
    }
    let shown: Vec<String> = groups
        .iter()
        .map(|(_, group)| {
            let names = group.iter().filter_map(|(oid, _)| cx.after.relation(*oid));
            let mut names: Vec<String> = names.map(|r| format!("`{}`", cx.after.relation_name(r))).collect();
            let more = names.len().saturating_sub(3);
            names.truncate(3);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            names.join(", ") + &more
        })
        .collect();
    let span = groups[1].1[0].1; // at least two groups, none empty
    cx.report(span, format!("unrelated changes in one migration: {}; and {}", shown[0], shown[1..].join("; and ")))
        .help("a migration for each can be reviewed, deployed and taken back by itself");
}

/// The relation, type or function that an effect is about.
fn touched(effect: &Effect) -> Option<Oid> {
    let quiet = matches!(
        effect.change,
        Change::Commented | Change::PrivilegesGranted | Change::PrivilegesRevoked | Change::OwnerChanged
    );
    match effect.object.class {
        _ if quiet => None,
        _ if effect.relation.is_valid() => Some(effect.relation),
        Class::Relation | Class::Type | Class::Function => Some(effect.object.oid),
        _ => None,
    }
}

/// The objects, joined to parts (a union-find).
#[derive(Default)]
struct Parts {
    oids: Vec<Oid>,
    parents: Vec<usize>,
    /// How many of them the migration itself changes.
    touched: usize,
}

impl Parts {
    fn node(&mut self, oid: Oid) -> usize {
        let known = self.oids.iter().position(|o| *o == oid);
        known.unwrap_or_else(|| {
            self.oids.push(oid);
            self.parents.push(self.parents.len());
            self.parents.len() - 1
        })
    }

    fn root(&self, mut node: usize) -> usize {
        while self.parents[node] != node {
            node = self.parents[node];
        }
        node
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

/// Whether the table has a row for each of a table of the base: profiles of `auth.users`.
fn extends_base(cat: &Catalog, oid: Oid) -> bool {
    let Some(table) = cat.relation(oid) else { return false };
    let Some(primary) = table.primary_key() else { return false };
    let extends = |c: &ConstraintKind| match c {
        ConstraintKind::ForeignKey(key) => {
            key.columns == primary.kind.columns()
                && cat.relation(key.references).is_some_and(|r| r.origin.created.is_none())
        }
        _ => false,
    };
    table.constraints.iter().any(|c| extends(&c.kind))
}

/// What an object and all that belongs to it depends on, of what the migrations made; with the base's tables, where they count.
fn needs(cat: &Catalog, oid: Oid, with_base: bool) -> Vec<Oid> {
    let mut of = vec![oid];
    if let Some(relation) = cat.relation(oid) {
        of.extend(relation.constraints.iter().map(|c| c.oid));
        of.extend(relation.policies.iter().map(|p| p.oid));
        of.extend(relation.triggers.iter().map(|t| t.oid));
        of.extend(relation.live_columns().filter_map(|c| c.default.as_ref()).map(|d| d.oid));
    }
    let mut found = Vec::new();
    for edge in of.iter().flat_map(|oid| cat.dependencies(*oid)) {
        let oid = edge.referenced.oid;
        let made_here = match edge.referenced.class {
            Class::Relation => {
                cat.relation(oid).is_some_and(|r| r.origin.created.is_some() || (with_base && r.kind.is_table()))
            }
            Class::Type => cat.type_(oid).is_some_and(|t| t.origin.created.is_some()),
            Class::Function => cat.function(oid).is_some_and(|f| f.origin.created.is_some()),
            _ => false,
        };
        if made_here {
            found.push(oid);
        }
    }
    found
}

/// Whether one of the two is a function whose body names the other.
fn mentions(cat: &Catalog, parts: &Parts, a: usize, b: usize) -> bool {
    let names = |function: Oid, relation: Oid| {
        let body = match cat.function(function).and_then(|f| f.body.as_deref()) {
            Some(FunctionBody::Text(text)) => &text.text,
            _ => return false,
        };
        let name = match (cat.relation(relation), cat.function(relation)) {
            (Some(r), _) => &r.name,
            (None, Some(f)) => &f.name,
            (None, None) => return false,
        };
        body.contains(&**name)
    };
    let (a, b) = (parts.oids[a], parts.oids[b]);
    names(a, b) || names(b, a)
}

/// The words of an object's name, and of the columns that the migration gives it, that say what it is about.
fn words_of(cx: &MigrationContext, oid: Oid) -> Vec<String> {
    let (before, after) = (cx.before, cx.after);
    let relation = after.relation(oid).or(before.relation(oid));
    let name = match (relation, after.function(oid).or(before.function(oid)), after.type_(oid)) {
        (Some(relation), ..) => &relation.name,
        (None, Some(function), _) => &function.name,
        (None, None, Some(ty)) => &ty.name,
        _ => return Vec::new(),
    };
    let mut words = Vec::new();
    add_words(name, false, &mut words);
    for column in relation.into_iter().flat_map(|r| r.live_columns()) {
        if column.origin.created.is_some_and(|c| c.file == cx.file.id) {
            add_words(&column.name, true, &mut words);
        } else if let Some(target) = column.name.strip_suffix("_id") {
            // A column that points to something is named for it.
            add_words(target, false, &mut words);
        }
    }
    words
}

/// The words of a name, in the singular.
fn add_words(name: &str, of_column: bool, words: &mut Vec<String>) {
    for word in name.split(|c: char| c == '_' || !crate::letters::is_of_name(c)) {
        let word = word.to_ascii_lowercase();
        let word = word.strip_suffix("ies").or(word.strip_suffix('y')).or(word.strip_suffix('s')).unwrap_or(&word);
        let common = COMMON.contains(&word) || (of_column && COMMON_COLUMNS.contains(&word));
        let shortest = if of_column { 4 } else { 2 };
        if word.len() >= shortest && !common {
            words.push(word.to_string());
        }
    }
}

/// How the names of tables end that hold settings of anything.
const CONFIGURATION: &[&str] = &["config", "configs", "settings", "setting", "configuration", "preferences"];

/// Words that objects of any subject have in their names.
const COMMON: &[&str] = &[
    "user", "auth", "table", "data", "info", "list", "item", "public", "the", "and", "for", "get", "set", "update",
    "updated", "handle", "new", "has", "can", "check", "log", "setting", "type", "id", "of", "is", "at", "on", "to",
    "in", "by",
];

/// Words that columns of any subject have in theirs.
const COMMON_COLUMNS: &[&str] = &[
    "created",
    "statu",
    "parent",
    "name",
    "title",
    "description",
    "note",
    "active",
    "date",
    "time",
    "value",
    "amount",
    "count",
    "total",
    "reason",
    "enabled",
    "metadata",
    "code",
    "email",
    "deleted",
    "archived",
];
