//! The locks of queries and of statements that change rows. What a plan leaves out is not known here: all that a query names is locked.

use super::LockMode::{self, *};
use super::{Locks, Work};
use crate::catalog::{Class, Oid, Relation, RelationKind};
use crate::syntax::ast::{
    CommonTableBody, Delete, Expr, ExprKind, Insert, InsertSource, QualifiedName, Query, QueryBody, StatementKind,
    Update,
};
use crate::syntax::walk::Visitor;

/// Views nest at most this deep here.
const MAX_DEPTH: u8 = 32;

impl Locks<'_> {
    /// What a query or data-changing statement names, read when it runs.
    pub(super) fn run(&mut self, statement: &StatementKind) {
        match statement {
            StatementKind::Query(query) => self.query(query, true),
            StatementKind::Insert(insert) => self.insert(insert),
            StatementKind::Update(update) => self.update(update),
            StatementKind::Delete(delete) => self.delete(delete),
            StatementKind::Merge(merge) => {
                self.visit(true, |v| {
                    v.visit_from(&merge.source);
                    v.visit_expr(&merge.on);
                });
                self.common_tables(&merge.with);
                self.write(&merge.table, true);
            }
            _ => {}
        }
    }

    /// The relations that a query names: with `run` also what it reads them through, indexes and the relations behind views.
    pub(super) fn query(&mut self, query: &Query, run: bool) {
        self.common_tables(&query.with);
        let locked = if query.locking.is_empty() { None } else { Some(locked_names(query)) };
        let mut named = Vec::new();
        let mut sequences = Vec::new();
        Visitor::new(&mut |e| sequences.extend(sequence_name(e)), &mut |name| named.push(name.clone()))
            .visit_query(query);
        // A table that rows are only put into is not read.
        let is_target = |name: &QualifiedName| {
            query.with.iter().any(|table| match &table.body {
                CommonTableBody::Insert(insert) => insert.table.span() == name.span(),
                _ => false,
            })
        };
        for name in named.iter().filter(|name| !is_target(name)) {
            let Some(oid) = self.oid(name) else { continue };
            let mode = match &locked {
                Some(locked) if locked.is_empty() || locked.iter().any(|l| *l == *name.name) => RowShare,
                _ => AccessShare,
            };
            self.read(oid, mode, name.only, run);
        }
        for name in sequences.iter().filter(|_| run) {
            if let Some(sequence) = self.before.visible_relation(name) {
                self.take(sequence.oid, RowExclusive);
            }
        }
    }

    /// The relations that the queries in an expression name.
    pub(super) fn expr(&mut self, expr: &Expr) {
        self.visit(false, |v| v.visit_expr(expr));
    }

    fn visit(&mut self, run: bool, visit: impl FnOnce(&mut Visitor)) {
        let mut named = Vec::new();
        visit(&mut Visitor::new(&mut |_| {}, &mut |name| named.push(name.clone())));
        for name in &named {
            if let Some(oid) = self.oid(name) {
                self.read(oid, AccessShare, name.only, run);
            }
        }
    }

    fn common_tables(&mut self, tables: &[crate::syntax::ast::CommonTable]) {
        for table in tables {
            match &table.body {
                CommonTableBody::Insert(insert) => self.insert(insert),
                CommonTableBody::Update(update) => self.update(update),
                CommonTableBody::Delete(delete) => self.delete(delete),
                CommonTableBody::Merge(merge) => self.write(&merge.table, true),
                CommonTableBody::Query(_) => {}
            }
        }
    }

    /// A relation that is read, or written with `RowExclusive`: its children, its indexes, what stands behind a view.
    pub(super) fn read(&mut self, oid: Oid, mode: LockMode, only: bool, run: bool) {
        let Some(relation) = self.before.relation(oid) else { return };
        self.take(oid, mode);
        if !run {
            return;
        }
        if relation.kind == RelationKind::View {
            self.behind_view(relation, mode);
            return;
        }
        if only {
            return self.take_indexes(oid, mode, Work::Nothing);
        }
        for table in self.family(oid) {
            self.take(table, mode);
            self.take_usable_indexes(table, mode);
        }
    }

    fn behind_view(&mut self, view: &Relation, mode: LockMode) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        for oid in self.named_by_view(view.oid) {
            // Rows are written to one relation and read from the others.
            let own = if mode == RowExclusive && oid != view.writes_to { AccessShare } else { mode };
            self.read(oid, own, false, true);
        }
        self.depth -= 1;
    }

    /// The relations that a view's query names.
    pub(super) fn named_by_view(&self, view: Oid) -> Vec<Oid> {
        let mut named: Vec<Oid> = Vec::new();
        for edge in self.before.dependencies(view).filter(|e| e.referenced.class == Class::Relation) {
            let oid = edge.referenced.oid;
            let kind = self.before.relation(oid).map(|r| r.kind);
            if oid != view && !named.contains(&oid) && kind != Some(RelationKind::Sequence) {
                named.push(oid);
            }
        }
        named
    }

    /// The target of a statement that changes rows; `indexes`: it looks for rows in it.
    fn write(&mut self, name: &QualifiedName, indexes: bool) {
        let Some(oid) = self.oid(name) else { return };
        let Some(relation) = self.before.relation(oid) else { return };
        if indexes {
            return self.read(oid, RowExclusive, name.only, true);
        }
        self.take(oid, RowExclusive);
        if relation.writes_to.is_valid() {
            self.take(relation.writes_to, RowExclusive);
        }
    }

    fn insert(&mut self, insert: &Insert) {
        self.common_tables(&insert.with);
        if let InsertSource::Query(query) = &insert.source {
            self.query(query, true);
        }
        let arbiter = insert.on_conflict.as_ref().is_some_and(|c| c.target.is_some());
        self.write(&insert.table, arbiter);
        let Some(table) = self.oid(&insert.table).and_then(|oid| self.before.relation(oid)) else { return };
        self.check_bounds(table);
        for oid in self.referenced(table.oid) {
            self.read(oid, RowShare, false, true);
        }
        // How many columns have values where the statement does not name them.
        let given = match &insert.source {
            InsertSource::Query(query) => match &query.body {
                QueryBody::Values(rows) => rows.first().map_or(0, Vec::len),
                _ => usize::MAX,
            },
            InsertSource::DefaultValues => 0,
        };
        for (place, column) in table.live_columns().enumerate() {
            let named = insert.columns.iter().any(|c| *c.name.text == *column.name);
            if named || (insert.columns.is_empty() && place < given) {
                continue;
            }
            for sequence in self.owned_sequences(table.oid) {
                let owner = self.before.relation(sequence).and_then(|r| r.sequence.as_ref()?.owned_by);
                let used = column.identity.is_some() || column.default.as_ref().is_some_and(|d| d.expr.is_none());
                if used && owner == Some((table.oid, column.number)) {
                    self.take(sequence, RowExclusive);
                }
            }
        }
    }

    fn update(&mut self, update: &Update) {
        self.common_tables(&update.with);
        self.visit(true, |v| {
            update.from.iter().for_each(|f| v.visit_from(f));
            update.assignments.iter().for_each(|a| v.visit_expr(&a.value));
            update.filter.iter().for_each(|f| v.visit_expr(f));
        });
        self.write(&update.table, true);
        let Some(table) = self.oid(&update.table).and_then(|oid| self.before.relation(oid)) else { return };
        self.check_bounds(table);
        let written = |number: &u16| {
            let name = table.column_by_number(*number).map(|c| &c.name);
            update.assignments.iter().flat_map(|a| &a.columns).any(|c| name.is_some_and(|n| *n == c.name.text))
        };
        self.check_keys(table, &written);
        for referencing in self.referencing(table.oid) {
            self.check_referencing(table.oid, referencing, &written, false);
        }
    }

    fn delete(&mut self, delete: &Delete) {
        self.common_tables(&delete.with);
        self.visit(true, |v| {
            delete.using.iter().for_each(|f| v.visit_from(f));
            delete.filter.iter().for_each(|f| v.visit_expr(f));
        });
        self.write(&delete.table, true);
        let Some(oid) = self.oid(&delete.table) else { return };
        for referencing in self.referencing(oid) {
            self.check_referencing(oid, referencing, &|_| true, true);
        }
    }

    /// New rows of a partition must be within its bounds, which stand in its parents.
    fn check_bounds(&mut self, table: &Relation) {
        if table.is_partition {
            self.take_above(table);
        }
    }

    /// New values of a foreign key are looked for in the referenced table.
    fn check_keys(&mut self, table: &Relation, written: &dyn Fn(&u16) -> bool) {
        for constraint in &table.constraints {
            if let crate::catalog::ConstraintKind::ForeignKey(key) = &constraint.kind
                && key.columns.iter().any(written)
            {
                self.read(key.references, RowShare, false, true);
            }
        }
    }

    /// Rows that reference one that goes, or whose key changes, are looked for, and changed or deleted where the key says so.
    fn check_referencing(&mut self, table: Oid, referencing: Oid, written: &dyn Fn(&u16) -> bool, delete: bool) {
        use crate::syntax::ast::ForeignKeyAction as Action;
        let Some(relation) = self.before.relation(referencing) else { return };
        for constraint in &relation.constraints {
            let crate::catalog::ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            if key.references != table || !key.referenced_columns.iter().any(written) {
                continue;
            }
            let action = if delete { key.on_delete } else { key.on_update };
            let mode = if matches!(action, Action::NoAction | Action::Restrict) { RowShare } else { RowExclusive };
            self.read(referencing, mode, false, true);
        }
    }
}

/// The tables of FOR UPDATE OF; empty for all.
fn locked_names(query: &Query) -> Vec<String> {
    let mut names = Vec::new();
    for locking in &query.locking {
        if locking.tables.is_empty() {
            return Vec::new();
        }
        names.extend(locking.tables.iter().map(|t| t.name.to_string()));
    }
    names
}

/// The sequence of `nextval('s')`, `setval('s', …)`.
fn sequence_name(expr: &Expr) -> Option<String> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    let argument = &call.args.first()?.value;
    let ExprKind::String(name) = &argument.kind else { return None };
    let moves = matches!(&*call.function.name.text, "nextval" | "setval");
    moves.then(|| name.rsplit('.').next().unwrap_or(name).to_string())
}
