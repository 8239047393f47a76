//! INSERT, UPDATE, DELETE and MERGE: the names in them.

use super::scope::Level;
use super::{Analysis, Columns, Source};
use crate::catalog::{Column, Identity, Oid, Relation, RelationKind};
use crate::replay::error::state;
use crate::replay::resolve::undefined_relation;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{
    Assignment, ConflictTarget, Delete, Expr, ExprKind, Insert, InsertSource, Merge, MergeAction, Name, OnConflict,
    QualifiedName, Query, QueryBody, Update,
};
use std::sync::Arc;

/// The relation that a statement writes to; `None` when it is not known.
type TargetTable = Option<Arc<Relation>>;

impl Analysis<'_> {
    /// What RETURNING yields.
    pub(in crate::replay) fn insert(&mut self, stmt: &Insert) -> Replayed<Columns> {
        self.with(&stmt.with, false)?;
        let table = self.target(&stmt.table)?;
        if let Some(table) = &table {
            check_targets(self, table, &stmt.columns, Mention::Specified)?;
        }
        match &stmt.source {
            InsertSource::DefaultValues => {}
            InsertSource::Query(query) => {
                // What the statement inserts into is not in the query's scope.
                let columns = self.query(query, None)?;
                if let Some(table) = &table {
                    self.check_counts(table, &stmt.columns, query, &columns)?;
                    check_generated(table, stmt, query, &columns)?;
                }
            }
        }
        self.enter(&table, &stmt.table.name, stmt.alias.as_ref());
        if let Some(conflict) = &stmt.on_conflict {
            self.on_conflict(&table, conflict)?;
        }
        let returned = self.targets(&stmt.returning)?;
        self.leave(stmt.with.len());
        Ok(returned)
    }

    fn on_conflict(&mut self, table: &TargetTable, conflict: &OnConflict) -> Replayed<()> {
        match &conflict.target {
            Some(ConflictTarget::Columns(elements, predicate)) => {
                self.exprs(elements)?;
                self.exprs(predicate)?;
                if let Some(table) = table {
                    self.check_inference(table, elements, predicate.is_some(), conflict.span)?;
                }
            }
            Some(ConflictTarget::Constraint(name)) => {
                if let Some(table) = table {
                    self.cat.must_be_known(name)?;
                    if table.kind.is_table() && table.constraint(name).is_none() {
                        return Err(SqlError::new(
                            state::UNDEFINED_OBJECT,
                            name.span,
                            format!("constraint \"{name}\" for table \"{}\" does not exist", table.name),
                        )
                        .about("constraint", format!("{}.{name}", table.name))
                        .into());
                    }
                }
            }
            None if conflict.update.is_some() => {
                return Err(SqlError::new(
                    state::SYNTAX_ERROR,
                    conflict.span,
                    "ON CONFLICT DO UPDATE requires inference specification or constraint name",
                )
                .hint("For example, ON CONFLICT (column_name).")
                .into());
            }
            None => {}
        }
        if let Some((assignments, filter)) = &conflict.update {
            let excluded = match table {
                Some(table) => Source::named(self.cat, table, "excluded"),
                None => Source { alias: Some("excluded".into()), columns: None, relation: None },
            };
            // `excluded` is named in full only: an unqualified column is the table's.
            let level = Level { sources: vec![excluded], ..Level::default() };
            let place = self.levels.len().saturating_sub(1);
            self.levels.insert(place, level);
            let result = self.assign(table, assignments).and_then(|()| self.exprs(filter));
            self.levels.remove(place);
            result?;
        }
        Ok(())
    }

    /// The unique index that ON CONFLICT (…) needs (infer_arbiter_indexes), as far as that is plain.
    fn check_inference(&self, table: &Relation, elements: &[Expr], predicate: bool, span: Span) -> Replayed<()> {
        if !table.kind.is_table() {
            return Ok(());
        }
        let mut wanted: Vec<u16> = Vec::new();
        let mut expressions = false;
        for element in elements {
            match plain_column(element).and_then(|name| table.column(name)) {
                Some(column) if wanted.contains(&column.number) => {}
                Some(column) => wanted.push(column.number),
                None => expressions = true,
            }
        }
        let fits = |oid: &Oid| {
            let Some(index) = self.cat.relation(*oid).and_then(|r| r.index.as_ref()) else { return true };
            let mut keys: Vec<u16> = index.keys.iter().map(|k| k.column).filter(|c| *c > 0).collect();
            keys.sort_unstable();
            keys.dedup();
            let mut wanted = wanted.clone();
            wanted.sort_unstable();
            let has_expressions = index.keys.iter().any(|k| k.column == 0);
            index.unique && keys == wanted && has_expressions == expressions && (index.filter.is_none() || predicate)
        };
        if table.indexes.iter().any(fits) || table.columns_unknown.is_some() {
            return Ok(());
        }
        self.cat.must_be_known(&table.name)?;
        Err(SqlError::new(
            state::INVALID_COLUMN_REFERENCE,
            span,
            "there is no unique or exclusion constraint matching the ON CONFLICT specification",
        )
        .into())
    }

    fn check_counts(&self, table: &Relation, columns: &[Name], query: &Query, yields: &Columns) -> Replayed<()> {
        let (given, span) = match &query.body {
            QueryBody::Values(rows) => {
                let Some(first) = rows.first() else { return Ok(()) };
                if rows.iter().any(|row| row.len() != first.len()) {
                    return Err(SqlError::new(
                        state::SYNTAX_ERROR,
                        query.span,
                        "VALUES lists must all be the same length",
                    )
                    .into());
                }
                (first.len(), first.last().map_or(query.span, |e| e.span))
            }
            _ => match yields {
                Some(yields) => (yields.len(), query.span),
                None => return Ok(()),
            },
        };
        let targets = if columns.is_empty() { table.live_columns().count() } else { columns.len() };
        if columns.is_empty() && table.columns_unknown.is_some() {
            return Ok(());
        }
        if given > targets {
            return Err(
                SqlError::new(state::SYNTAX_ERROR, span, "INSERT has more expressions than target columns").into()
            );
        }
        if let Some(column) = columns.get(given) {
            return Err(SqlError::new(
                state::SYNTAX_ERROR,
                column.span,
                "INSERT has more target columns than expressions",
            )
            .into());
        }
        Ok(())
    }

    pub(in crate::replay) fn update(&mut self, stmt: &Update) -> Replayed<Columns> {
        self.with(&stmt.with, false)?;
        let table = self.target(&stmt.table)?;
        self.enter(&table, &stmt.table.name, stmt.alias.as_ref());
        for item in &stmt.from {
            self.add_from_item(item)?;
        }
        self.exprs(&stmt.filter)?;
        let returned = self.targets(&stmt.returning)?;
        self.assign(&table, &stmt.assignments)?;
        self.leave(stmt.with.len());
        Ok(returned)
    }

    pub(in crate::replay) fn delete(&mut self, stmt: &Delete) -> Replayed<Columns> {
        self.with(&stmt.with, false)?;
        let table = self.target(&stmt.table)?;
        self.enter(&table, &stmt.table.name, stmt.alias.as_ref());
        for item in &stmt.using {
            self.add_from_item(item)?;
        }
        self.exprs(&stmt.filter)?;
        let returned = self.targets(&stmt.returning)?;
        self.leave(stmt.with.len());
        Ok(returned)
    }

    pub(in crate::replay) fn merge(&mut self, stmt: &Merge) -> Replayed<Columns> {
        self.with(&stmt.with, false)?;
        let table = self.target(&stmt.table)?;
        self.enter(&table, &stmt.table.name, stmt.alias.as_ref());
        self.add_from_item(&stmt.source)?;
        self.expr(&stmt.on)?;
        for when in &stmt.whens {
            self.exprs(&when.condition)?;
            match &when.action {
                MergeAction::Insert { columns, values } => {
                    if let Some(table) = &table {
                        check_targets(self, table, columns, Mention::Specified)?;
                    }
                    self.exprs(values)?;
                }
                MergeAction::Update(assignments) => self.assign(&table, assignments)?,
                MergeAction::Delete | MergeAction::Nothing => {}
            }
        }
        let returned = self.targets(&stmt.returning)?;
        self.leave(stmt.with.len());
        Ok(returned)
    }

    fn assign(&mut self, table: &TargetTable, assignments: &[Assignment]) -> Replayed<()> {
        self.exprs(assignments.iter().map(|a| &a.value))?;
        let Some(table) = table else { return Ok(()) };
        let columns: Vec<Name> = assignments.iter().flat_map(|a| a.columns.iter().cloned()).collect();
        check_targets(self, table, &columns, Mention::Assigned)?;
        for assignment in assignments.iter().filter(|a| !matches!(a.value.kind, ExprKind::Default)) {
            let [name] = &assignment.columns[..] else { continue };
            if let Some((column, detail)) = table.column(name).and_then(|c| Some((c, takes_default_only(c)?))) {
                let message = format!("column \"{}\" can only be updated to DEFAULT", column.name);
                return Err(SqlError::new(state::GENERATED_ALWAYS, name.span, message).detail(detail).into());
            }
        }
        Ok(())
    }

    /// The relation that is written to (42P01, 42809).
    fn target(&mut self, name: &QualifiedName) -> Replayed<TargetTable> {
        let relation = match super::quiet(self.cat.find_relation(name))? {
            None => return Ok(None),
            Some(None) => return Err(undefined_relation(name).into()),
            Some(Some(relation)) => relation.clone(),
        };
        let refuse = |message: String| Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
        match relation.kind {
            RelationKind::Index | RelationKind::PartitionedIndex | RelationKind::CompositeType => {
                refuse(format!("cannot open relation \"{}\"", relation.name))
            }
            RelationKind::Sequence => refuse(format!("cannot change sequence \"{}\"", relation.name)),
            RelationKind::MaterializedView => refuse(format!("cannot change materialized view \"{}\"", relation.name)),
            _ => Ok(Some(relation)),
        }
    }

    fn enter(&mut self, table: &TargetTable, name: &Name, alias: Option<&Name>) {
        let alias = alias.unwrap_or(name);
        let source = match table {
            Some(table) => Source::of_relation(self.cat, table, Some(&alias.text)),
            None => Source { alias: Some(alias.text.clone()), columns: None, relation: None },
        };
        self.levels.push(Level { sources: vec![source], ..Level::default() });
    }

    fn leave(&mut self, with: usize) {
        self.levels.pop();
        self.leave_with(with);
    }
}

/// How a repeated target column is refused.
#[derive(Clone, Copy, PartialEq)]
enum Mention {
    Specified,
    Assigned,
}

/// The columns that are written to (42703, 42701, 42601).
fn check_targets(walk: &mut Analysis, table: &Relation, columns: &[Name], mention: Mention) -> Replayed<()> {
    for (index, column) in columns.iter().enumerate() {
        super::quiet(walk.cat.resolve_column(table, column))?;
        // The same column twice may be two of its elements (`a[1]`, `a[2]`): only whole columns stand in an INSERT's list twice in error.
        let repeated = columns.iter().take(index).any(|c| c == column);
        let is_plain = table.column(column).is_some_and(|c| walk.is_plain_value(c.ty.oid));
        if repeated && is_plain {
            return Err(match mention {
                Mention::Specified => SqlError::new(
                    state::DUPLICATE_COLUMN,
                    column.span,
                    format!("column \"{column}\" specified more than once"),
                ),
                Mention::Assigned => SqlError::new(
                    state::SYNTAX_ERROR,
                    column.span,
                    format!("multiple assignments to same column \"{column}\""),
                ),
            }
            .into());
        }
    }
    Ok(())
}

impl Analysis<'_> {
    /// Has no parts that an assignment could name.
    fn is_plain_value(&self, ty: Oid) -> bool {
        use crate::catalog::{TypeKind, oids};
        self.cat.type_(ty).is_some_and(|t| match &t.kind {
            TypeKind::Base => !matches!(t.oid, oids::JSONB) && t.oid < Oid::FIRST_USER,
            TypeKind::Enum(_) => true,
            _ => false,
        })
    }
}

/// A stored generated column, and one that is GENERATED ALWAYS AS IDENTITY, takes DEFAULT only (rewriteTargetListIU).
fn check_generated(table: &Relation, stmt: &Insert, query: &Query, yields: &Columns) -> Replayed<()> {
    let given = match &query.body {
        QueryBody::Values(rows) => rows.first().map_or(0, Vec::len),
        _ => yields.as_ref().map_or(0, Vec::len),
    };
    let columns: Vec<(Option<&Arc<Column>>, Span)> = match &stmt.columns[..] {
        [] => table.live_columns().take(given).map(|c| (Some(c), query.span)).collect(),
        names => names.iter().map(|name| (table.column(name), name.span)).collect(),
    };
    for (place, (column, span)) in columns.into_iter().enumerate() {
        let Some((column, detail)) = column.and_then(|c| Some((c, takes_default_only(c)?))) else { continue };
        if column.identity.is_some() && stmt.overriding {
            continue;
        }
        let only_default = match &query.body {
            QueryBody::Values(rows) => {
                rows.iter().all(|row| row.get(place).is_none_or(|e| matches!(e.kind, ExprKind::Default)))
            }
            _ => false,
        };
        if !only_default {
            let message = format!("cannot insert a non-DEFAULT value into column \"{}\"", column.name);
            return Err(SqlError::new(state::GENERATED_ALWAYS, span, message).detail(detail).into());
        }
    }
    Ok(())
}

/// Why a column takes no value of the statement's own.
fn takes_default_only(column: &Column) -> Option<String> {
    let name = &column.name;
    match (column.generated, column.identity) {
        (Some(_), _) => Some(format!("Column \"{name}\" is a generated column.")),
        (_, Some(Identity::Always)) => {
            Some(format!("Column \"{name}\" is an identity column defined as GENERATED ALWAYS."))
        }
        _ => None,
    }
}

fn plain_column(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Column(parts) => match &parts[..] {
            [name] => Some(name),
            _ => None,
        },
        ExprKind::Collate { expr, .. } | ExprKind::Paren(expr) => plain_column(expr),
        _ => None,
    }
}
