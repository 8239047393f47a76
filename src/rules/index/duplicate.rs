//! index/duplicate: two indexes of a table with the same definition.

use super::certain_indexes_of;
use crate::catalog::{Index, IndexKey, Relation, RelationKind};
use crate::rules::prelude::*;
use crate::sort::sort_by_key;

pub const RULE: Rule = Rule {
    name: "index/duplicate",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("two indexes with the same definition"),
    doc: page!("index/duplicate"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let turn = cx.turn();
    for table in cat.relations().filter(|r| r.indexes.len() > 1 && is_certain(cat, r) && turn.takes()) {
        // Those that are the same, in order.
        let mut groups: Vec<Vec<(&Relation, &Index)>> = Vec::new();
        for (relation, index) in certain_indexes_of(cat, table) {
            match groups.iter_mut().find(|group| same(group[0].1, index)) {
                Some(group) => group.push((relation, index)),
                None => groups.push(vec![(relation, index)]),
            }
        }
        for group in groups {
            let twin = group[0].0;
            for (relation, _) in &group[1..] {
                let Some(location) = relation.origin.created else { continue };
                let name = cat.relation_name(table);
                let finding = cx.report(
                    cx.name_location(location),
                    format!("index `{}` of `{name}` is the same as `{}`", relation.name, twin.name),
                );
                finding.help("every write keeps both up to date and no query gains: drop one").object(name);
                // Splinter says it once for all the indexes that are the same: so does the last of them. It compares their text without
                // their names, of which quotes are left.
                let quoted = |r: &Relation| sql_identifier(&r.name).starts_with('"');
                let is_last = group
                    .iter()
                    .rfind(|(r, _)| quoted(r) == quoted(relation))
                    .is_some_and(|(r, _)| r.oid == relation.oid);
                let judged = matches!(table.kind, RelationKind::Table | RelationKind::MaterializedView);
                if !judged || !is_last || !splinter::judges(cat, table) {
                    continue;
                }
                let mut alike: Vec<&Relation> =
                    group.iter().map(|(r, _)| *r).filter(|r| quoted(r) == quoted(relation)).collect();
                if alike.len() > 1 {
                    sort_by_key(&mut alike, |r| r.name.clone());
                    let all: Vec<String> = alike.iter().map(|r| array_item(&r.name)).collect();
                    let (schema, table) = splinter::names(cat, table);
                    let all = format!("{{{}}}", all.join(","));
                    finding.splinter("duplicate_index", &["duplicate_index", schema, table, &all]);
                }
            }
        }
    }
}

/// As a name stands in an array that is printed.
fn array_item(name: &str) -> String {
    let plain = |c: char| !matches!(c, '{' | '}' | ',' | '"' | '\\') && !c.is_whitespace();
    if name.chars().all(plain) && !name.eq_ignore_ascii_case("null") {
        return name.to_string();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether two indexes have the same definition but for their names.
fn same(a: &Index, b: &Index) -> bool {
    a.method == b.method
        && a.unique == b.unique
        && a.nulls_not_distinct == b.nulls_not_distinct
        && a.include == b.include
        && same_filter(a, b)
        && a.keys.len() == b.keys.len()
        && begins_with(b, a)
}

pub(super) fn same_filter(a: &Index, b: &Index) -> bool {
    normalized(a.filter_text.as_deref().unwrap_or("")) == normalized(b.filter_text.as_deref().unwrap_or(""))
}

/// Whether the keys of `short` are those that `long` begins with.
pub(super) fn begins_with(long: &Index, short: &Index) -> bool {
    let same = |x: &IndexKey, y: &IndexKey| {
        x.column == y.column
            && normalized(&x.text) == normalized(&y.text)
            && x.operator_class == y.operator_class
            && x.collation == y.collation
            && x.descending == y.descending
            && x.nulls_first == y.nulls_first
    };
    short.keys.len() <= long.keys.len() && short.keys.iter().zip(&long.keys).all(|(x, y)| same(x, y))
}

/// Expressions are compared as text, without regard to white space and to parentheses around it all.
fn normalized(text: &str) -> String {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).filter(|t| is_balanced(t)) {
        text = inner.trim();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether every parenthesis closes one that opens before it.
fn is_balanced(text: &str) -> bool {
    let mut open = 0;
    text.bytes().all(|byte| {
        open += i32::from(byte == b'(') - i32::from(byte == b')');
        open >= 0
    })
}
