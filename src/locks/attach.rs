//! The locks of ALTER TABLE … ATTACH PARTITION and DETACH PARTITION.

use super::LockMode::*;
use super::{Locks, Work};
use crate::catalog::{ConstraintKind, Oid, Relation};
use crate::syntax::ast::QualifiedName;

impl Locks<'_> {
    pub(super) fn attach(&mut self, parent: &Relation, partition: &QualifiedName) {
        self.take(parent.oid, ShareUpdateExclusive);
        // The partition bounds of the parents above count, too.
        self.take_above(parent);
        let Some(child) = self.oid(partition) else { return };
        let scan = if self.is_bounded(parent, child) { Work::Nothing } else { Work::Scan };
        for table in self.family(child) {
            self.work(table, AccessExclusive, scan);
        }
        let has_indexes = |catalog: &crate::catalog::Catalog| catalog.relation(child).map_or(0, |r| r.indexes.len());
        if has_indexes(self.after) > has_indexes(self.before) {
            for table in self.family(child) {
                self.work(table, AccessExclusive, Work::Build);
            }
        }
        self.take_indexes(parent.oid, ShareUpdateExclusive, Work::Nothing);
        if let Some(default) = self.default_partition(parent.oid) {
            for table in self.family(default) {
                self.work(table, AccessExclusive, Work::Scan);
            }
        }
        for table in self.referencing(parent.oid) {
            self.take(table, ShareRowExclusive);
        }
        for table in self.referenced(parent.oid) {
            self.check_key(child, table, true);
        }
    }

    /// Whether a CHECK over the partition key may prove the bounds: what it says is not weighed here.
    fn is_bounded(&self, parent: &Relation, child: Oid) -> bool {
        let (Some(child), Some(key)) = (self.before.relation(child), &parent.partition_by) else { return false };
        let mut checked = Vec::new();
        for constraint in child.constraints.iter().filter(|c| c.validated) {
            if let ConstraintKind::Check { columns, .. } = &constraint.kind {
                checked.extend(columns.iter().filter_map(|number| child.column_by_number(*number)).map(|c| &c.name));
            }
        }
        let named = |number: &u16| parent.column_by_number(*number).is_some_and(|c| checked.contains(&&c.name));
        key.columns.iter().all(named)
    }

    /// The tables that a partition is one of, for its bounds.
    pub(super) fn take_above(&mut self, partition: &Relation) {
        let mut above = partition.inherits.clone();
        while let Some(oid) = above.pop() {
            self.take(oid, AccessShare);
            above.extend(self.before.relation(oid).map_or(&[][..], |r| &r.inherits));
        }
    }

    pub(super) fn detach(&mut self, parent: &Relation, partition: &QualifiedName, concurrently: bool) {
        let mode = if concurrently { ShareUpdateExclusive } else { AccessExclusive };
        self.take(parent.oid, mode);
        let Some(child) = self.oid(partition) else { return };
        for table in self.family(child) {
            self.take(table, mode);
        }
        // The indexes that the parent's are made of.
        for index in self.indexes(child) {
            let mut edges = self.before.dependencies(*index);
            if edges.any(|e| parent.indexes.contains(&e.referenced.oid)) {
                self.take(*index, AccessExclusive);
            }
        }
        if let (false, Some(default)) = (concurrently, self.default_partition(parent.oid)) {
            self.take(default, AccessExclusive);
        }
        for table in self.referenced(parent.oid) {
            self.take(table, ShareRowExclusive);
        }
        // Rows that reference the partition must not be there.
        for table in self.referencing(parent.oid) {
            self.work(table, AccessExclusive, Work::Scan);
        }
    }

    /// A foreign key from one table to the other; `check`: it is looked whether the rows that are there keep it.
    pub(super) fn check_key(&mut self, table: Oid, references: Oid, check: bool) {
        for referenced in self.family(references) {
            self.take(referenced, ShareRowExclusive);
            if check {
                self.take_usable_indexes(referenced, AccessShare);
            }
        }
        if !check {
            return;
        }
        let mode = ShareUpdateExclusive;
        self.work(table, mode, Work::Scan);
        if self.before.relation(table).is_some_and(|r| r.kind == crate::catalog::RelationKind::Table) {
            self.take_indexes(table, AccessShare, Work::Nothing);
        }
    }
}
