//! Indexes.

pub mod concurrent_if_not_exists;
pub mod concurrently;
pub mod drop_concurrently;
pub mod duplicate;
pub mod foreign_key;
pub mod no_primary_key;
pub mod policy_column;
pub mod redundant;
pub mod reindex_concurrently;
pub mod too_many_columns;
pub mod wrong_method;

use super::ProjectContext;
use super::context::is_certain;
use super::splinter;
use crate::catalog::{Catalog, Index, Relation};
use crate::source::Location;
use std::sync::Arc;

/// The indexes of a table, those of its constraints among them.
fn indexes_of<'c>(cat: &'c Catalog, table: &Relation) -> Vec<(&'c Relation, &'c Index)> {
    let relations = table.indexes.iter().filter_map(|oid| cat.relation(*oid));
    relations.filter_map(|r| Some((r.as_ref(), r.index.as_deref()?))).collect()
}

/// Without those that a statement that was not followed may have dropped.
fn certain_indexes_of<'c>(cat: &'c Catalog, table: &Relation) -> Vec<(&'c Relation, &'c Index)> {
    let mut indexes = indexes_of(cat, table);
    indexes.retain(|(relation, _)| cat.unknowns.may_be_changed(&relation.name).is_none());
    indexes
}

/// The indexes that the migrations leave, with their tables and where each was created: those of the tables whose turn it is. Partitions have those of their parents.
fn own_indexes<'a>(cx: &ProjectContext<'a>) -> Vec<(&'a Arc<Relation>, &'a Relation, &'a Index, Location)> {
    let cat = cx.schema;
    let mut found = Vec::new();
    let turn = cx.turn();
    let is_asked_for = |r: &&Arc<Relation>| {
        let has_own = !r.indexes.is_empty() && !r.is_partition && !splinter::is_skipped(cat, r.schema);
        has_own && turn.takes() && is_certain(cat, r)
    };
    for table in cat.relations().filter(is_asked_for) {
        for (relation, index) in certain_indexes_of(cat, table) {
            if let Some(location) = relation.origin.created {
                found.push((table, relation, index, location));
            }
        }
    }
    found
}
