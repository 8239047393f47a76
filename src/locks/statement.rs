//! The locks of each statement but ALTER TABLE and those that change rows.

use super::LockMode::{self, *};
use super::{Locks, Work};
use crate::catalog::{ConstraintKind, Oid, RelationKind, TypeKind};
use crate::replay::Change;
use crate::syntax::ast::{
    AlterDomainAction, AlterPublicationAction, Comment, CreateFunction, CreateIndex, CreateTable, CreateTableAs,
    FromItem, FunctionBody, FunctionOptionKind, GrantTarget, Maintenance, MaintenanceCommand, ObjectKind, ObjectName,
    PublicationObject, QualifiedName, RefreshMaterializedView, Reindex, ReindexKind, Rename, SequenceOption, Statement,
    StatementKind, TableElement, TableSource, Truncate,
};

impl Locks<'_> {
    pub(super) fn statement(&mut self, statement: &StatementKind) {
        use StatementKind as S;
        match statement {
            S::CreateTable(s) => self.create_table(s),
            S::CreateTableAs(s) => self.create_table_as(s),
            S::CreateView(s) => {
                self.query(&s.query, false);
                if s.or_replace {
                    self.take_named(&s.name, AccessExclusive);
                }
            }
            S::CreateIndex(s) => self.create_index(s),
            S::CreatePolicy(s) => {
                self.take_named(&s.table, AccessExclusive);
                s.using.iter().chain(&s.with_check).for_each(|e| self.expr(e));
            }
            S::AlterPolicy(s) => {
                self.take_named(&s.table, AccessExclusive);
                s.using.iter().chain(&s.with_check).for_each(|e| self.expr(e));
            }
            S::CreateTrigger(s) => {
                let family =
                    if s.for_each_row { self.partitions(&s.table) } else { self.oid(&s.table).into_iter().collect() };
                for table in family {
                    self.take(table, ShareRowExclusive);
                }
                if let Some(from) = &s.from {
                    self.take_named(from, AccessShare);
                }
            }
            S::CreateRule(s) => {
                self.take_named(&s.table, AccessExclusive);
                s.condition.iter().for_each(|e| self.expr(e));
                s.actions.iter().for_each(|action| self.named_in(action));
            }
            S::CreateFunction(s) => self.create_function(s),
            S::CreateStatistics(s) => {
                if let Some(FromItem::Table { name, .. }) = s.from.first() {
                    self.take_named(name, ShareUpdateExclusive);
                }
            }
            S::CreateSequence(s) => self.owned_by(&s.options),
            S::CreateSchema(s) => s.elements.iter().for_each(|element| self.statement(&element.kind)),
            S::CreatePublication(s) => self.published(&s.objects),
            S::AlterPublication(s) => match &s.action {
                AlterPublicationAction::Add(objects) | AlterPublicationAction::Drop(objects) => self.published(objects),
                AlterPublicationAction::Set(objects) => {
                    self.published(objects);
                    self.by_effects();
                }
                AlterPublicationAction::SetOptions(_) => {}
            },
            S::AlterTable(s) => self.alter_table(s),
            S::AlterSequence(s) => {
                self.take_named(&s.name, ShareRowExclusive);
                self.owned_by(&s.options);
            }
            S::AlterDomain(s) => {
                let checks = match &s.action {
                    AlterDomainAction::AddConstraint(constraint) => !constraint.attributes.not_valid,
                    AlterDomainAction::SetNotNull | AlterDomainAction::ValidateConstraint { .. } => true,
                    _ => false,
                };
                if let (true, Ok(Some(domain))) = (checks, self.before.find_type_by_name(&s.name)) {
                    self.check_domain(domain.oid);
                }
            }
            S::Rename(s) => self.rename(s),
            S::SetSchema(s) => {
                if let Some(oid) = self.relation_object(s.kind, &s.object) {
                    self.take(oid, AccessExclusive);
                    self.take_sequences(oid, AccessExclusive, Work::Nothing);
                }
            }
            S::OwnerTo(s) => {
                if let Some(oid) = self.relation_object(s.kind, &s.object) {
                    self.change_owner(oid);
                }
            }
            S::Drop(s) => self.drop(s.kind, &s.objects, s.concurrently.is_some()),
            S::Comment(s) => self.comment(s),
            S::Truncate(s) => self.truncate(s),
            S::Lock(s) => {
                let mode = LockMode::ALL.into_iter().find(|m| m.words() == &*s.mode).unwrap_or(AccessExclusive);
                for name in &s.tables {
                    for oid in self.named_family(name) {
                        self.lock_table(oid, mode);
                    }
                }
            }
            S::Reindex(s) => self.reindex(s),
            S::Maintenance(s) => self.maintenance(s),
            S::RefreshMaterializedView(s) => self.refresh(s),
            S::Copy(s) => {
                if let Some(table) = &s.table {
                    self.take_named(table, if s.from { RowExclusive } else { AccessShare });
                }
                if let Some(query) = &s.query {
                    self.query(query, true);
                }
            }
            S::Query(_) | S::Insert(_) | S::Update(_) | S::Delete(_) | S::Merge(_) => self.run(statement),
            // Since 18 what is named cannot go away meanwhile.
            S::Grant(s) if self.before.version >= 18 => {
                if let GrantTarget::Objects { kind, objects } = &s.target {
                    for object in objects {
                        if let Some(oid) = self.relation_object(*kind, object) {
                            self.take(oid, AccessShare);
                        }
                    }
                }
            }
            S::Do(_) | S::Call(_) | S::CreateExtension(_) | S::AlterExtension(_) | S::DropOwned(_) | S::Other(_) => {
                self.by_effects();
            }
            // Privileges, settings, transactions, and what belongs to no relation.
            _ => {}
        }
    }

    /// The partitions of a partitioned table, with it; another table alone.
    pub(super) fn partitions(&self, name: &QualifiedName) -> Vec<Oid> {
        let Some(oid) = self.oid(name) else { return Vec::new() };
        let partitioned = self.before.relation(oid).is_some_and(|r| r.kind == RelationKind::PartitionedTable);
        if partitioned && !name.only { self.family(oid) } else { vec![oid] }
    }

    pub(super) fn take_sequences(&mut self, table: Oid, mode: LockMode, work: Work) {
        for sequence in self.owned_sequences(table) {
            self.work(sequence, mode, work);
        }
    }

    pub(super) fn change_owner(&mut self, oid: Oid) {
        self.take(oid, AccessExclusive);
        self.take_indexes(oid, AccessExclusive, Work::Nothing);
        self.take_sequences(oid, AccessExclusive, Work::Nothing);
    }

    fn create_table(&mut self, stmt: &CreateTable) {
        let made = self.effects.iter().find(|e| e.change == Change::Created && e.object.oid == e.relation);
        let Some(made) = made.and_then(|e| self.after.relation(e.object.oid)) else { return };
        for element in &stmt.elements {
            if let TableElement::Like(like) = element {
                self.take_named(&like.table, AccessShare);
            }
        }
        for parent in &stmt.inherits {
            self.take_named(parent, ShareUpdateExclusive);
        }
        for constraint in &made.constraints {
            if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                for table in self.family(key.references) {
                    self.take(table, ShareRowExclusive);
                }
            }
        }
        if let Some(parent) = stmt.partition_of.as_ref().and_then(|name| self.oid(name)) {
            self.take(parent, AccessExclusive);
            self.take_indexes(parent, ShareUpdateExclusive, Work::Nothing);
            for referencing in self.referencing(parent) {
                self.take(referencing, ShareRowExclusive);
            }
            if let Some(default) = self.default_partition(parent) {
                self.work(default, AccessExclusive, Work::Scan);
            }
        }
    }

    fn create_table_as(&mut self, stmt: &CreateTableAs) {
        if let (TableSource::Query(query), false) = (&stmt.query, self.effects.0.is_empty()) {
            self.query(query, stmt.with_data);
        }
    }

    fn create_index(&mut self, stmt: &CreateIndex) {
        let mode = if stmt.concurrently.is_some() { ShareUpdateExclusive } else { Share };
        // IF NOT EXISTS looks once it has the lock.
        let made = !self.effects.0.is_empty();
        let tables = if stmt.only { self.oid(&stmt.table).into_iter().collect() } else { self.partitions(&stmt.table) };
        for table in tables {
            self.work(table, mode, if made { Work::Build } else { Work::Nothing });
        }
    }

    /// The body of an SQL function is analysed when it is created.
    fn create_function(&mut self, stmt: &CreateFunction) {
        let language = stmt.options.iter().find_map(|o| match &o.kind {
            FunctionOptionKind::Language(name) => Some(&*name.text),
            _ => None,
        });
        match &*stmt.body {
            FunctionBody::Return(expr) => self.expr(expr),
            FunctionBody::Atomic(statements) => statements.iter().for_each(|s| self.named_in(s)),
            FunctionBody::Text(body) if language == Some("sql") && self.before.session.check_function_bodies => {
                for parsed in crate::syntax::parse(&body.text).statements {
                    if let Ok(statement) = &parsed.result {
                        self.named_in(statement);
                    }
                }
            }
            _ => {}
        }
    }

    /// What a statement names that is stored and not run.
    fn named_in(&mut self, statement: &Statement) {
        let mut named = Vec::new();
        crate::syntax::walk::statement(statement, &mut |_| {}, &mut |name| named.push(name.clone()));
        for name in &named {
            self.take_named(name, AccessShare);
        }
        match &statement.kind {
            StatementKind::Insert(s) => self.take_named(&s.table, RowExclusive),
            StatementKind::Update(s) => self.take_named(&s.table, RowExclusive),
            StatementKind::Delete(s) => self.take_named(&s.table, RowExclusive),
            _ => {}
        }
    }

    fn owned_by(&mut self, options: &[SequenceOption]) {
        for option in options {
            if let SequenceOption::OwnedBy(Some((table, _))) = option {
                self.take_named(table, AccessShare);
            }
        }
    }

    fn published(&mut self, objects: &[PublicationObject]) {
        for object in objects {
            let PublicationObject::Table { name, .. } = object else { continue };
            let Some(oid) = self.oid(name) else { continue };
            // A partitioned table stands for its partitions.
            let partitioned = self.before.relation(oid).is_some_and(|r| r.kind == RelationKind::PartitionedTable);
            for table in if partitioned { vec![oid] } else { self.named_family(name) } {
                self.take(table, ShareUpdateExclusive);
            }
        }
    }

    /// Every column of a domain, and of the domains over it, is checked.
    fn check_domain(&mut self, domain: Oid) {
        for relation in self.before.relations() {
            let stores = matches!(relation.kind, RelationKind::Table | RelationKind::MaterializedView);
            if stores && relation.live_columns().any(|c| c.ty.oid == domain) {
                self.work(relation.oid, Share, Work::Scan);
            }
        }
        let over = |ty: &crate::catalog::Type| matches!(&ty.kind, TypeKind::Domain(d) if d.base.oid == domain);
        let domains: Vec<Oid> = self.before.types().filter(|t| over(t)).map(|t| t.oid).collect();
        for domain in domains {
            self.check_domain(domain);
        }
    }

    /// The relation that a statement names, were it of a kind that has relations.
    fn relation_object(&self, kind: ObjectKind, object: &ObjectName) -> Option<Oid> {
        use ObjectKind::*;
        match object {
            ObjectName::Name(name)
                if matches!(kind, Table | View | MaterializedView | Index | Sequence | ForeignTable) =>
            {
                self.oid(name)
            }
            ObjectName::Column { relation, .. } | ObjectName::OnRelation { relation, .. } => self.oid(relation),
            _ => None,
        }
    }

    fn rename(&mut self, stmt: &Rename) {
        let Some(oid) = self.relation_object(stmt.kind, &stmt.object) else { return };
        let Some(relation) = self.before.relation(oid) else { return };
        match (stmt.kind, &stmt.object) {
            (ObjectKind::Column | ObjectKind::Attribute, _) => {
                for table in self.family(oid) {
                    self.take(table, AccessExclusive);
                }
            }
            (ObjectKind::Constraint, ObjectName::OnRelation { name, .. }) => {
                let constraint = relation.constraint(name);
                let checked =
                    constraint.is_some_and(|c| matches!(c.kind, ConstraintKind::Check { .. }) && !c.no_inherit);
                for table in if checked { self.family(oid) } else { vec![oid] } {
                    self.take(table, AccessExclusive);
                }
                // Its index has its name.
                if let Some(index) = constraint.and_then(|c| c.kind.index()) {
                    self.take(index, ShareUpdateExclusive);
                }
            }
            (ObjectKind::Trigger, ObjectName::OnRelation { relation, .. }) => {
                for table in self.partitions(relation) {
                    self.take(table, AccessExclusive);
                }
            }
            (ObjectKind::Index, _) if relation.kind.is_index() => self.take(oid, ShareUpdateExclusive),
            _ => self.take(oid, AccessExclusive),
        }
    }

    fn drop(&mut self, kind: ObjectKind, objects: &[ObjectName], concurrently: bool) {
        for object in objects {
            // A rule has no effect of its own.
            if let (ObjectKind::Rule, ObjectName::OnRelation { relation, .. }, false) =
                (kind, object, self.effects.0.is_empty())
            {
                self.take_named(relation, AccessExclusive);
            }
        }
        // DROP INDEX CONCURRENTLY waits for others where the plain form blocks them.
        for lock in self.found.iter_mut().filter(|_| concurrently) {
            lock.mode = ShareUpdateExclusive;
        }
    }

    fn comment(&mut self, stmt: &Comment) {
        let Some(oid) = self.relation_object(stmt.kind, &stmt.object) else { return };
        let part = matches!(stmt.object, ObjectName::OnRelation { .. });
        self.take(oid, if part { AccessShare } else { ShareUpdateExclusive });
    }

    fn truncate(&mut self, stmt: &Truncate) {
        let mut tables: Vec<Oid> = Vec::new();
        for name in &stmt.tables {
            tables.extend(self.named_family(name));
        }
        let mut next = 0;
        while let Some(table) = tables.get(next).copied() {
            next += 1;
            if stmt.behavior != crate::syntax::ast::Behavior::Cascade {
                continue;
            }
            for referencing in self.referencing(table) {
                if !tables.contains(&referencing) {
                    tables.push(referencing);
                }
            }
        }
        for table in tables {
            self.take(table, AccessExclusive);
            if self.before.relation(table).is_some_and(|r| r.kind == RelationKind::Table) {
                self.take_indexes(table, AccessExclusive, Work::Nothing);
            }
            if stmt.restart_identity {
                self.take_sequences(table, AccessExclusive, Work::Nothing);
            }
        }
    }

    /// LOCK TABLE goes through views.
    fn lock_table(&mut self, oid: Oid, mode: LockMode) {
        if self.depth >= 32 {
            return;
        }
        self.depth += 1;
        self.take(oid, mode);
        if self.before.relation(oid).is_some_and(|r| r.kind == RelationKind::View) {
            for named in self.named_by_view(oid) {
                for table in self.family(named) {
                    self.lock_table(table, mode);
                }
            }
        }
        self.depth -= 1;
    }

    fn reindex(&mut self, stmt: &Reindex) {
        let concurrently = stmt.concurrently.is_some();
        let (on_table, on_index) =
            if concurrently { (ShareUpdateExclusive, ShareUpdateExclusive) } else { (Share, AccessExclusive) };
        let mut tables: Vec<Oid> = Vec::new();
        match (stmt.kind, &stmt.name) {
            (ReindexKind::Index, Some(name)) => {
                let Some(oid) = self.oid(name) else { return };
                let Some(index) = self.before.relation(oid).and_then(|r| r.index.as_ref()) else { return };
                self.work(index.table, on_table, Work::Build);
                return self.work(oid, on_index, Work::Rewrite);
            }
            (ReindexKind::Table, Some(name)) => tables.extend(self.partitions(name)),
            (ReindexKind::Schema, Some(name)) => {
                let schema = self.before.schema_named(&name.name).map(|s| s.oid);
                tables.extend(self.before.relations().filter(|r| Some(r.schema) == schema).map(|r| r.oid));
            }
            _ => tables.extend(self.before.relations().map(|r| r.oid)),
        }
        tables.retain(|table| !self.indexes(*table).is_empty());
        for table in tables {
            self.work(table, on_table, Work::Build);
            self.take_indexes(table, on_index, Work::Rewrite);
        }
    }

    fn maintenance(&mut self, stmt: &Maintenance) {
        for (name, _) in &stmt.tables {
            let Some(oid) = self.oid(name) else { continue };
            let rewrites = stmt.full || stmt.command == MaintenanceCommand::Cluster;
            // Since 18 what inherits from a table is processed with it, as partitions always were.
            let inherits = self.before.version >= 18 && stmt.command != MaintenanceCommand::Cluster;
            let tables = if inherits { self.named_family(name) } else { self.partitions(name) };
            for table in tables {
                if rewrites {
                    self.rewrite(table);
                } else {
                    self.take(table, ShareUpdateExclusive);
                    let reads = stmt.command == MaintenanceCommand::Analyze;
                    let partitioned =
                        self.before.relation(table).is_some_and(|r| r.kind == RelationKind::PartitionedTable);
                    if !partitioned {
                        self.take_indexes(table, if reads { AccessShare } else { RowExclusive }, Work::Nothing);
                    }
                }
            }
            // ANALYZE samples what inherits from the table, too.
            if stmt.command == MaintenanceCommand::Analyze && !name.only {
                for table in self.family(oid) {
                    self.take(table, AccessShare);
                }
            }
        }
    }

    /// A table is written anew, and its indexes with it.
    pub(super) fn rewrite(&mut self, table: Oid) {
        self.work(table, AccessExclusive, Work::Rewrite);
        if self.before.relation(table).is_some_and(|r| r.kind != RelationKind::PartitionedTable) {
            self.take_indexes(table, AccessExclusive, Work::Rewrite);
        }
    }

    fn refresh(&mut self, stmt: &RefreshMaterializedView) {
        let Some(oid) = self.oid(&stmt.name) else { return };
        if stmt.concurrently.is_some() {
            self.take(oid, Exclusive);
            self.take_indexes(oid, RowExclusive, Work::Nothing);
        } else {
            self.rewrite(oid);
        }
        if stmt.with_data {
            for named in self.named_by_view(oid) {
                self.read(named, AccessShare, false, true);
            }
        }
    }
}
