//! The locks that a statement takes, and whether it reads or writes all of a table meanwhile (manual: explicit locking, ALTER TABLE).
//!
//! A lock is held to the end of the transaction. What a statement creates nobody else can see: it has no lock here. `tests/oracle/locks` holds this
//! against real servers.

mod attach;
mod column;
mod query;
mod statement;
mod table;
#[cfg(test)]
mod tests;
mod timeline;

pub use column::{has_value_when_added, rewrites_when_added};
pub use timeline::{FileLocks, HeldLock, LockTimeline, StatementLocks, TakenLock, timeline};

use crate::catalog::{Catalog, Class, ConstraintKind, Oid, RelationKind};
use crate::replay::{Change, Effects, Step, Verdict, children};
use crate::sort::sort_by_key;
use crate::syntax::ast::QualifiedName;
use std::sync::Arc;

/// The modes of a table lock, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

impl LockMode {
    pub const ALL: [LockMode; 8] = [
        LockMode::AccessShare,
        LockMode::RowShare,
        LockMode::RowExclusive,
        LockMode::ShareUpdateExclusive,
        LockMode::Share,
        LockMode::ShareRowExclusive,
        LockMode::Exclusive,
        LockMode::AccessExclusive,
    ];

    /// As LOCK TABLE names it.
    pub const fn words(self) -> &'static str {
        match self {
            LockMode::AccessShare => "ACCESS SHARE",
            LockMode::RowShare => "ROW SHARE",
            LockMode::RowExclusive => "ROW EXCLUSIVE",
            LockMode::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            LockMode::Share => "SHARE",
            LockMode::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            LockMode::Exclusive => "EXCLUSIVE",
            LockMode::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// What clients cannot do to the table meanwhile; `None` where they notice nothing.
    pub const fn blocks(self) -> Option<&'static str> {
        match self {
            LockMode::AccessExclusive => Some("reads and writes"),
            LockMode::Exclusive | LockMode::ShareRowExclusive | LockMode::Share => Some("writes"),
            _ => None,
        }
    }
}

/// What a statement does to one relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub relation: Oid,
    /// The strongest of the modes that it takes.
    pub mode: LockMode,
    /// The relation is written anew, with all of its rows.
    pub rewrite: bool,
    /// All of its rows are read to check them.
    pub scan: bool,
    /// All of its rows are read to build an index.
    pub build: bool,
}

/// The locks of a statement that applied, by relation. Of one that was refused or not followed nothing is known.
pub fn of(step: &Step) -> Vec<Lock> {
    let (Some(statement), Verdict::Applied) = (&step.statement, &step.verdict) else { return Vec::new() };
    let mut locks =
        Locks { before: &step.before, after: &step.after, effects: &step.effects, found: Vec::new(), depth: 0 };
    locks.dropped();
    locks.statement(&statement.kind);
    sort_by_key(&mut locks.found, |lock| lock.relation);
    locks.found
}

/// The locks of one statement, as they are found.
struct Locks<'a> {
    before: &'a Catalog,
    after: &'a Catalog,
    effects: &'a Effects,
    found: Vec<Lock>,
    /// How many views stand around the query that is looked at.
    depth: u8,
}

/// What is done under a lock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Nothing,
    Rewrite,
    Scan,
    Build,
}

impl<'a> Locks<'a> {
    /// Locks one relation, if others can see it.
    fn take(&mut self, oid: Oid, mode: LockMode) {
        self.work(oid, mode, Work::Nothing);
    }

    fn work(&mut self, oid: Oid, mode: LockMode, work: Work) {
        let Some(relation) = self.before.relation(oid) else { return };
        if oid < Oid::FIRST_USER || relation.kind == RelationKind::CompositeType {
            return;
        }
        let has_rows = !matches!(relation.kind, RelationKind::PartitionedTable | RelationKind::PartitionedIndex);
        let known = self.found.iter().position(|lock| lock.relation == oid);
        let place = known.unwrap_or(self.found.len());
        if known.is_none() {
            self.found.push(Lock { relation: oid, mode, rewrite: false, scan: false, build: false });
        }
        let Some(lock) = self.found.get_mut(place) else { return };
        lock.mode = lock.mode.max(mode);
        lock.rewrite |= has_rows && work == Work::Rewrite;
        lock.scan |= has_rows && work == Work::Scan;
        lock.build |= has_rows && work == Work::Build;
    }

    fn oid(&self, name: &QualifiedName) -> Option<Oid> {
        self.before.find_relation(name).ok().flatten().map(|relation| relation.oid)
    }

    /// The relation of this name, were it there.
    fn take_named(&mut self, name: &QualifiedName, mode: LockMode) {
        if let Some(oid) = self.oid(name) {
            self.take(oid, mode);
        }
    }

    /// A table and all that inherit from it, partitions among them.
    fn family(&self, table: Oid) -> Vec<Oid> {
        let mut family = vec![table];
        let mut next = 0;
        while let Some(oid) = family.get(next).copied() {
            for child in children(self.before, oid) {
                if !family.contains(&child) {
                    family.push(child);
                }
            }
            next += 1;
        }
        family
    }

    /// As `family`, but the table alone under ONLY.
    fn named_family(&self, name: &QualifiedName) -> Vec<Oid> {
        match self.oid(name) {
            Some(oid) if name.only => vec![oid],
            Some(oid) => self.family(oid),
            None => Vec::new(),
        }
    }

    fn indexes(&self, table: Oid) -> &'a [Oid] {
        self.before.relation(table).map_or(&[], |relation| &relation.indexes)
    }

    fn take_indexes(&mut self, table: Oid, mode: LockMode, work: Work) {
        for index in self.indexes(table) {
            self.work(*index, mode, work);
        }
    }

    /// The indexes that a query may use, unless it says ONLY: those of a partitioned table hold nothing, and only since 16 the planner looks at them.
    fn take_usable_indexes(&mut self, table: Oid, mode: LockMode) {
        let partitioned = self.before.relation(table).is_some_and(|r| r.kind == RelationKind::PartitionedTable);
        if self.before.version >= 16 || !partitioned {
            self.take_indexes(table, mode, Work::Nothing);
        }
    }

    /// The sequences that columns of a table own.
    fn owned_sequences(&self, table: Oid) -> Vec<Oid> {
        let edges = self.before.dependents(table).filter(|e| e.dependent.class == Class::Relation);
        let mut found: Vec<Oid> = Vec::new();
        for edge in edges {
            let owned = |r: &Arc<crate::catalog::Relation>| {
                r.sequence.as_ref().and_then(|s| s.owned_by).is_some_and(|(owner, _)| owner == table)
            };
            if self.before.relation(edge.dependent.oid).is_some_and(owned) {
                found.push(edge.dependent.oid);
            }
        }
        found
    }

    /// The tables that a table's foreign keys reference, but for those that a partition has from its parent.
    fn referenced(&self, table: Oid) -> Vec<Oid> {
        let mut found = Vec::new();
        for constraint in self.before.relation(table).map_or(&[][..], |r| &r.constraints) {
            if let (ConstraintKind::ForeignKey(key), false) = (&constraint.kind, constraint.parent.is_valid()) {
                found.push(key.references);
            }
        }
        found
    }

    /// The tables whose foreign keys reference a table.
    fn referencing(&self, table: Oid) -> Vec<Oid> {
        let mut found = Vec::new();
        for edge in self.before.dependents(table).filter(|e| e.dependent.class == Class::Constraint) {
            let Some(owner) = self.before.owner_of(edge.dependent.oid) else { continue };
            let Some(relation) = self.before.relation(owner.oid) else { continue };
            let is_key = |c: &&Arc<crate::catalog::Constraint>| {
                c.oid == edge.dependent.oid
                    && matches!(&c.kind, ConstraintKind::ForeignKey(key) if key.references == table)
            };
            if relation.constraints.iter().any(|c| is_key(&c)) && !found.contains(&owner.oid) {
                found.push(owner.oid);
            }
        }
        found
    }

    /// The partition that takes what no other takes.
    fn default_partition(&self, parent: Oid) -> Option<Oid> {
        let is_default = |oid: &Oid| {
            let bound = self.before.relation(*oid).and_then(|r| r.bound.as_ref());
            bound.is_some_and(|b| b.kind == crate::catalog::BoundKind::Default)
        };
        children(self.before, parent).into_iter().find(is_default)
    }

    /// Whatever goes away is locked first, with the table that it belongs to and, of a foreign key, the other table.
    fn dropped(&mut self) {
        use LockMode::*;
        for effect in self.effects.iter().filter(|e| e.change == Change::Dropped) {
            let oid = effect.object.oid;
            match effect.object.class {
                Class::Relation if effect.object.column != 0 => self.take(oid, AccessExclusive),
                Class::Relation => {
                    self.take(oid, AccessExclusive);
                    let Some(relation) = self.before.relation(oid) else { continue };
                    if let Some(index) = &relation.index {
                        self.take(index.table, AccessExclusive);
                    }
                    for table in self.referenced(oid) {
                        self.take(table, AccessExclusive);
                    }
                    for parent in relation.inherits.iter().filter(|_| relation.is_partition) {
                        self.take(*parent, AccessExclusive);
                        if let Some(default) = self.default_partition(*parent) {
                            self.take(default, AccessExclusive);
                        }
                    }
                }
                Class::Other => {
                    let edges = self.before.dependencies(oid);
                    let tables: Vec<Oid> = edges.map(|e| e.referenced.oid).collect();
                    let statistics =
                        self.before.other(oid).is_some_and(|o| o.kind == crate::syntax::ast::ObjectKind::Statistics);
                    for table in tables.into_iter().filter(|_| statistics) {
                        self.take(table, ShareUpdateExclusive);
                    }
                }
                _ => {
                    let Some(owner) = self.before.owner_of(oid).filter(|o| o.class == Class::Relation) else {
                        continue;
                    };
                    self.take(owner.oid, AccessExclusive);
                    let Some(relation) = self.before.relation(owner.oid) else { continue };
                    let is_cloned = relation.kind == RelationKind::PartitionedTable
                        && relation.triggers.iter().any(|t| t.oid == oid && t.for_each_row);
                    for table in if is_cloned { self.family(owner.oid) } else { Vec::new() } {
                        self.take(table, AccessExclusive);
                    }
                    for constraint in relation.constraints.iter().filter(|c| c.oid == oid && !c.parent.is_valid()) {
                        if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                            self.take(key.references, AccessExclusive);
                        }
                    }
                }
            }
        }
    }

    /// What is known of a statement that does others' work (DO, CREATE EXTENSION …): the changes that it made.
    fn by_effects(&mut self) {
        use LockMode::*;
        for effect in self.effects.iter() {
            let mode = match (effect.change, effect.object.class) {
                (Change::Dropped | Change::PrivilegesGranted | Change::PrivilegesRevoked, _) => continue,
                (Change::Commented, _) => ShareUpdateExclusive,
                (Change::RowsInserted | Change::RowsUpdated | Change::RowsDeleted, _) => RowExclusive,
                (Change::Created | Change::Replaced, Class::Trigger) => ShareRowExclusive,
                (_, Class::Publication) => ShareUpdateExclusive,
                // An index: its table is not the relation that was made.
                (Change::Created, Class::Relation)
                    if effect.object.column == 0 && effect.relation != effect.object.oid =>
                {
                    self.work(effect.relation, Share, Work::Build);
                    continue;
                }
                (Change::Created, Class::Constraint) => {
                    let table = self.after.relation(effect.relation);
                    let made = table.and_then(|t| t.constraints.iter().find(|c| c.oid == effect.object.oid));
                    match made.map(|c| &c.kind) {
                        Some(ConstraintKind::ForeignKey(key)) => {
                            self.take(key.references, ShareRowExclusive);
                            ShareRowExclusive
                        }
                        _ => AccessExclusive,
                    }
                }
                _ => AccessExclusive,
            };
            self.take(effect.relation, mode);
        }
    }
}
