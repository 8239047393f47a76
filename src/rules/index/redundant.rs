//! index/redundant: an index whose columns are those that another of the table begins with.

use super::duplicate::{begins_with, same_filter};
use super::{certain_indexes_of, own_indexes};
use crate::catalog::{Index, ReplicaIdentity};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "index/redundant",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("another index begins with the same columns"),
    doc: page!("index/redundant"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for (table, relation, index, location) in own_indexes(cx) {
        // A unique index is a rule about the rows, and not only there for queries.
        if index.unique
            || index.constraint.is_valid()
            || &*index.method != "btree"
            || table.replica_identity == ReplicaIdentity::Index(relation.oid)
        {
            continue;
        }
        let others = certain_indexes_of(cat, table);
        let Some((other, longer)) = others.iter().find(|(_, other)| does_all_of(other, index)) else { continue };
        let name = cat.relation_name(table);
        let columns =
            if longer.keys.len() == index.keys.len() { "has the same columns" } else { "begins with its columns" };
        cx.report(
            cx.name_location(location),
            format!("index `{}` of `{name}` is redundant: `{}` {columns}", relation.name, other.name),
        )
        .help("queries can use the other one, and every write keeps both up to date: drop this one")
        .object(name);
    }
}

/// Whether the one index finds whatever the other finds, and is not just the same (index/duplicate).
fn does_all_of(other: &Index, index: &Index) -> bool {
    let more = other.keys.len() > index.keys.len() || other.unique || other.include.len() > index.include.len();
    let has = |column: &u16| other.include.contains(column) || other.keys.iter().any(|k| k.column == *column);
    more && &*other.method == "btree"
        && begins_with(other, index)
        && same_filter(other, index)
        && index.include.iter().all(has)
}
