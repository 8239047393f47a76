//! The locks of ALTER TABLE: one mode for all of its actions, the strongest that one of them needs (AlterTableGetLockLevel), and what each action
//! locks beside.

use super::LockMode::{self, *};
use super::{Locks, Work, column};
use crate::catalog::{Class, Column, ConstraintKind, Oid, Relation, RelationKind};
use crate::replay::Change;
use crate::syntax::ast::{
    AlterTable, AlterTableActionKind as Action, ColumnConstraintKind, ColumnDef, Expr, ExprKind, IsTest, ObjectKind,
    ReplicaIdentity, TableConstraint, TableConstraintKind,
};

/// The storage parameters that need the strongest lock; others only keep VACUUM and other changes away.
const EXCLUSIVE_PARAMETERS: [&str; 10] = [
    "autosummarize",
    "buffering",
    "check_option",
    "fastupdate",
    "gin_pending_list_limit",
    "pages_per_range",
    "security_barrier",
    "security_invoker",
    "user_catalog_table",
    "length",
];

fn is_exclusive(parameter: &str) -> bool {
    EXCLUSIVE_PARAMETERS.contains(&parameter)
}

fn mode_of(action: &Action) -> LockMode {
    match action {
        Action::SetStatistics { .. }
        | Action::ColumnOptions { .. }
        | Action::ClusterOn { .. }
        | Action::SetWithoutCluster
        | Action::ValidateConstraint { .. }
        | Action::AttachPartition { .. }
        | Action::AttachIndex { .. } => ShareUpdateExclusive,
        Action::DetachPartition { concurrently, .. } if concurrently.is_some() => ShareUpdateExclusive,
        Action::Trigger { .. } => ShareRowExclusive,
        Action::AddConstraint(constraint) if matches!(constraint.kind, TableConstraintKind::ForeignKey { .. }) => {
            ShareRowExclusive
        }
        Action::SetOptions(options) if !options.iter().any(|o| is_exclusive(&o.name)) => ShareUpdateExclusive,
        Action::ResetOptions(names) if !names.iter().any(|name| is_exclusive(name)) => ShareUpdateExclusive,
        _ => AccessExclusive,
    }
}

impl Locks<'_> {
    pub(super) fn alter_table(&mut self, stmt: &AlterTable) {
        if stmt.kind == ObjectKind::Type {
            return self.by_effects();
        }
        let Some(relation) = self.oid(&stmt.name).and_then(|oid| self.before.relation(oid)) else { return };
        let mode = stmt.actions.iter().map(|a| mode_of(&a.kind)).max().unwrap_or(AccessExclusive);
        self.take(relation.oid, mode);
        for action in &stmt.actions {
            self.action(relation, &action.kind, mode, stmt.only);
        }
    }

    fn action(&mut self, relation: &Relation, action: &Action, mode: LockMode, only: bool) {
        let oid = relation.oid;
        let family = if only { vec![oid] } else { self.family(oid) };
        let partitioned = relation.kind == RelationKind::PartitionedTable;
        match action {
            Action::AddColumn { column, .. } => self.add_column(&family, column),
            Action::ColumnType { column, using, collation, .. } => {
                let collation = collation.as_ref().map(|c| &*c.name.text);
                for table in family {
                    self.change_type(table, column, using.as_ref(), collation);
                }
            }
            Action::SetNotNull { column } => {
                for table in family {
                    let work = if self.must_look_for_nulls(table, column) { Work::Scan } else { Work::Nothing };
                    self.work(table, mode, work);
                }
            }
            Action::SetExpression { column, .. } => {
                for table in family {
                    let stored = |c: &Column| c.generated == Some(crate::catalog::Generated::Stored);
                    let found = self.before.relation(table).and_then(|r| r.column(column));
                    if found.is_some_and(|c| stored(c)) {
                        self.rewrite(table);
                    }
                }
            }
            Action::DropColumn { .. }
            | Action::SetDefault { .. }
            | Action::DropDefault { .. }
            | Action::DropExpression { .. }
            | Action::SetStatistics { .. }
            | Action::SetStorage { .. }
            | Action::DropConstraint { .. } => self.take_all(&family, mode),
            // Since 18 there is a constraint to drop, or nothing to do.
            Action::DropNotNull { column } => {
                let constrained = relation.column(column).is_some_and(|c| c.not_null);
                self.take_all(if constrained || self.before.version < 18 { &family } else { &[] }, mode);
            }
            Action::Trigger { name, .. } => {
                let named = |t: &crate::catalog::Trigger| name.as_ref().is_none_or(|name| name.text == t.name);
                if partitioned && relation.triggers.iter().any(|t| t.for_each_row && named(t)) {
                    self.take_all(&family, mode);
                }
            }
            Action::AddIdentity { .. } if partitioned && self.before.version >= 17 => self.take_all(&family, mode),
            Action::SetIdentity { column, .. } | Action::DropIdentity { column, .. } => {
                let drops = matches!(action, Action::DropIdentity { .. });
                let number = relation.column(column).map(|c| c.number);
                for sequence in self.owned_sequences(oid) {
                    let owned = self.before.relation(sequence).and_then(|r| r.sequence.as_ref()?.owned_by);
                    if number.is_some_and(|number| owned == Some((oid, number))) {
                        self.take(sequence, if drops { AccessExclusive } else { ShareRowExclusive });
                    }
                }
            }
            Action::AddConstraint(constraint) => self.add_constraint(relation, constraint, &family, mode),
            Action::ValidateConstraint { name } => self.validate(relation, name, &family, mode),
            Action::ClusterOn { index } => self.take_index(relation, index, ShareUpdateExclusive),
            Action::ReplicaIdentity(ReplicaIdentity::Index(index)) => self.take_index(relation, index, Share),
            Action::SetLogged { .. } => {
                let persistence = self.after.relation(oid).map(|r| r.persistence);
                if persistence.is_some_and(|p| p != relation.persistence) {
                    self.rewrite(oid);
                    self.take_sequences(oid, AccessExclusive, Work::Rewrite);
                }
            }
            Action::SetTablespace { tablespace } if &*tablespace.text != "pg_default" => {
                self.work(oid, AccessExclusive, Work::Rewrite);
            }
            Action::SetAccessMethod(Some(method)) if &*method.text != "heap" => self.rewrite(oid),
            Action::Inherit { parent } => self.take_named(parent, ShareUpdateExclusive),
            Action::NoInherit { parent } => self.take_named(parent, AccessShare),
            Action::OwnerTo { .. } => self.change_owner(oid),
            Action::AttachPartition { partition, .. } => self.attach(relation, partition),
            Action::DetachPartition { partition, concurrently } => {
                self.detach(relation, partition, concurrently.is_some());
            }
            Action::AttachIndex { index } => {
                let Some(own) = self.oid(index) else { return };
                self.take(own, AccessExclusive);
                for index in [own, oid] {
                    if let Some(index) = self.before.relation(index).and_then(|r| r.index.as_ref()) {
                        self.take(index.table, AccessShare);
                    }
                }
            }
            _ => {}
        }
    }

    fn take_all(&mut self, tables: &[Oid], mode: LockMode) {
        for table in tables {
            self.take(*table, mode);
        }
    }

    fn take_index(&mut self, table: &Relation, name: &str, mode: LockMode) {
        if let Some(index) = self.before.relation_named(table.schema, name) {
            self.take(index.oid, mode);
        }
    }

    fn add_column(&mut self, family: &[Oid], def: &ColumnDef) {
        for table in family {
            let made = |e: &&crate::replay::Effect| {
                e.change == Change::Created && e.object.class == Class::Relation && e.object.column != 0
            };
            let is_new = self.effects.iter().any(|e| made(&e) && family.contains(&e.relation));
            let column = self.after.relation(*table).and_then(|r| r.column(&def.name));
            let Some(column) = column.filter(|_| is_new) else { continue };
            self.take(*table, AccessExclusive);
            let has_value = column::has_value_when_added(self.after, column);
            if column::rewrites_when_added(self.after, column) {
                self.rewrite(*table);
            } else if column.not_null && !has_value {
                self.work(*table, AccessExclusive, Work::Scan);
            }
            for constraint in &def.constraints {
                match &constraint.kind {
                    ColumnConstraintKind::Check { .. } => self.work(*table, AccessExclusive, Work::Scan),
                    ColumnConstraintKind::PrimaryKey(_) | ColumnConstraintKind::Unique { .. } => {
                        self.work(*table, AccessExclusive, Work::Build);
                    }
                    // Nulls reference nothing.
                    ColumnConstraintKind::References(references) => {
                        if let Some(referenced) = self.oid(&references.table) {
                            self.check_key(*table, referenced, has_value || column.identity.is_some());
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn change_type(&mut self, table: Oid, name: &str, using: Option<&Expr>, collation: Option<&str>) {
        let (Some(before), Some(after)) = (self.before.relation(table), self.after.relation(table)) else { return };
        let (Some(old), Some(new)) = (before.column(name), after.column(name)) else { return };
        self.take(table, AccessExclusive);
        let rewrites = column::rewrites_when_changed(self.before, old, new.ty, using);
        if rewrites {
            self.rewrite(table);
        }
        // The indexes over the column are made anew, from the old files where those are still right.
        for oid in &before.indexes {
            let Some(index) = self.before.relation(*oid).and_then(|r| r.index.as_ref()) else { continue };
            let depends =
                self.before.dependencies(*oid).any(|e| e.referenced.oid == table && e.referenced.column == old.number);
            let by_key = index.keys.iter().any(|k| k.column == old.number) || index.include.contains(&old.number);
            if !by_key && !depends && !index_names(index, name) {
                continue;
            }
            self.take(*oid, AccessExclusive);
            if let Some(lock) = self.found.iter_mut().find(|lock| lock.relation == *oid) {
                lock.rewrite = false;
            }
            let plain = index.filter.is_none() && index.keys.iter().all(|k| k.column != 0);
            if rewrites || !plain || old.collation.as_deref() != collation || !self.shares_operators(old, new) {
                self.work(table, AccessExclusive, Work::Build);
            }
        }
        for constraint in &before.constraints {
            match &constraint.kind {
                ConstraintKind::Check { columns, .. } if columns.contains(&old.number) => {
                    self.work(table, AccessExclusive, Work::Scan);
                }
                ConstraintKind::ForeignKey(key) if key.columns.contains(&old.number) => {
                    self.remake_key(table, key.references, rewrites);
                }
                _ => {}
            }
        }
        for referencing in self.referencing(table) {
            let keys = self.before.relation(referencing).map_or(&[][..], |r| &r.constraints);
            let over = |c: &crate::catalog::Constraint| {
                matches!(&c.kind, ConstraintKind::ForeignKey(key)
                    if key.references == table && key.referenced_columns.contains(&old.number))
            };
            if keys.iter().any(|c| over(c)) {
                self.remake_key(referencing, table, rewrites);
            }
        }
        if old.identity.is_some() {
            for sequence in self.owned_sequences(table) {
                let owned = self.before.relation(sequence).and_then(|r| r.sequence.as_ref()?.owned_by);
                if owned == Some((table, old.number)) {
                    self.work(sequence, ShareRowExclusive, Work::Rewrite);
                }
            }
        }
    }

    /// Whether an index over the old type serves the new one: text and varchar are compared alike.
    fn shares_operators(&self, old: &Column, new: &Column) -> bool {
        use crate::catalog::{TypeKind, oids};
        let base = |mut oid: Oid| {
            while let Some(TypeKind::Domain(domain)) = self.before.type_(oid).map(|t| &t.kind) {
                oid = domain.base.oid;
            }
            if oid == oids::VARCHAR { oids::TEXT } else { oid }
        };
        base(old.ty.oid) == base(new.ty.oid)
    }

    /// A foreign key goes and comes back; its rows are checked again where values have changed.
    fn remake_key(&mut self, table: Oid, references: Oid, check: bool) {
        self.check_key(table, references, check);
        self.take(table, AccessExclusive);
        self.take(references, AccessExclusive);
    }

    /// Without a validated `CHECK (column IS NOT NULL)` every row is read.
    fn must_look_for_nulls(&self, table: Oid, name: &str) -> bool {
        let Some(relation) = self.before.relation(table) else { return false };
        let Some(column) = relation.column(name) else { return false };
        let proves = |c: &crate::catalog::Constraint| {
            let ConstraintKind::Check { expr, columns, .. } = &c.kind else { return false };
            c.validated && c.enforced && columns[..] == [column.number] && is_not_null_test(expr)
        };
        !column.not_null && !relation.constraints.iter().any(|c| proves(c))
    }

    fn add_constraint(&mut self, relation: &Relation, new: &TableConstraint, family: &[Oid], mode: LockMode) {
        use TableConstraintKind as Kind;
        let unchecked = new.attributes.not_valid || new.attributes.not_enforced;
        let partitioned = relation.kind == RelationKind::PartitionedTable;
        let nullable = |columns: &[crate::syntax::ast::Name]| {
            columns.iter().any(|name| relation.column(name).is_some_and(|c| !c.not_null))
        };
        let oid = relation.oid;
        let alone = [oid];
        if self.before.version >= 18 {
            self.take_all(family, mode);
        }
        match &new.kind {
            Kind::Check { no_inherit, .. } => {
                for table in if *no_inherit { &alone } else { family } {
                    self.work(*table, mode, if unchecked { Work::Nothing } else { Work::Scan });
                }
            }
            Kind::NotNull { column, .. } => {
                for table in family {
                    let scan = !unchecked && self.must_look_for_nulls(*table, column);
                    self.work(*table, mode, if scan { Work::Scan } else { Work::Nothing });
                }
            }
            Kind::PrimaryKey { columns, .. } => {
                if nullable(columns) {
                    self.work(oid, mode, Work::Scan);
                }
                self.build_index(oid, family, partitioned);
            }
            Kind::Unique { .. } | Kind::Exclude { .. } => self.build_index(oid, family, partitioned),
            Kind::ForeignKey { references, .. } => {
                let Some(referenced) = self.oid(&references.table) else { return };
                let tables = if partitioned { family } else { &alone };
                for table in tables {
                    self.take(*table, mode);
                    self.check_key(*table, referenced, !unchecked);
                }
            }
            Kind::UsingIndex { primary, index } => {
                let renamed = new.name.as_ref().is_some_and(|name| name.text != index.text);
                self.take_index(relation, index, if renamed { ShareUpdateExclusive } else { AccessShare });
                let keys = self.before.relation_named(relation.schema, index).and_then(|r| r.index.as_ref());
                let nullable = keys.is_some_and(|i| {
                    i.keys.iter().any(|k| relation.column_by_number(k.column).is_some_and(|c| !c.not_null))
                });
                if *primary && nullable {
                    self.work(oid, mode, Work::Scan);
                }
            }
        }
    }

    /// A key's index; those of partitions come as with CREATE INDEX.
    fn build_index(&mut self, oid: Oid, family: &[Oid], partitioned: bool) {
        self.work(oid, AccessExclusive, Work::Build);
        for table in family.iter().filter(|_| partitioned) {
            self.work(*table, Share, Work::Build);
        }
    }

    fn validate(&mut self, relation: &Relation, name: &str, family: &[Oid], mode: LockMode) {
        let Some(constraint) = relation.constraint(name).filter(|c| !c.validated) else { return };
        match &constraint.kind {
            ConstraintKind::ForeignKey(key) => {
                self.work(relation.oid, mode, Work::Scan);
                self.take_indexes(relation.oid, AccessShare, Work::Nothing);
                self.take(key.references, RowShare);
                self.take_usable_indexes(key.references, AccessShare);
            }
            _ => {
                let alone = [relation.oid];
                for table in if constraint.no_inherit { &alone } else { family } {
                    self.work(*table, mode, Work::Scan);
                }
            }
        }
    }
}

/// Whether an index's expressions or condition name a column.
fn index_names(index: &crate::catalog::Index, column: &str) -> bool {
    let mut found = false;
    for expr in index.keys.iter().filter_map(|k| k.expr.as_ref()).chain(&index.filter) {
        crate::syntax::walk::expr(expr, &mut |e| {
            if let ExprKind::Column(parts) = &e.kind {
                found |= parts.last().is_some_and(|name| *name.text == *column);
            }
        });
    }
    found
}

fn is_not_null_test(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_not_null_test(inner),
        ExprKind::Is { expr, test: IsTest::Null, negated: true } => matches!(expr.kind, ExprKind::Column(_)),
        ExprKind::And(left, right) => is_not_null_test(left) || is_not_null_test(right),
        _ => false,
    }
}
