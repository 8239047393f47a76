//! INSERT, UPDATE, DELETE and MERGE: the names in them.

use super::scope::Level;
use super::updatable::Write;
use super::{Analysis, Columns, Place, Source, Typed};
use crate::catalog::{Column, Identity, Oid, Relation, RelationKind};
use crate::replay::error::state;
use crate::replay::resolve::undefined_relation;
use crate::replay::{Replayed, SqlError};
use crate::sort::sort;
use crate::source::Span;
use crate::syntax::ast::{
    Assignment, ConflictTarget, Delete, Expr, ExprKind, Insert, InsertSource, Merge, MergeAction, Name, OnConflict,
    QualifiedName, Query, QueryBody, Target, TargetColumn, Update,
};
use std::sync::Arc;

/// The relation that a statement writes to; `None` when it is not known.
type TargetTable = Option<Arc<Relation>>;

impl Analysis<'_> {
    /// What RETURNING yields.
    pub(in crate::replay) fn insert(&mut self, stmt: &Insert) -> Replayed<Columns> {
        self.with(&stmt.with)?;
        let table = self.target(&stmt.table)?;
        if let Some(table) = &table {
            check_targets(self, table, &stmt.columns.iter().collect::<Vec<_>>(), Mention::Specified)?;
        }
        match &stmt.source {
            InsertSource::DefaultValues => {}
            InsertSource::Query(query) => {
                // What the statement inserts into is not in the query's scope.
                let columns = match &query.body {
                    QueryBody::Values(rows) => {
                        self.inserted_rows(&table, stmt, query, rows)?;
                        None
                    }
                    _ => {
                        let columns = self.open_query(query, None)?;
                        self.inserted_columns(&table, stmt, query, &columns)?;
                        columns
                    }
                };
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
        let returned = self.returning(&stmt.returning)?;
        self.check_written(&table, Write::Insert, stmt.table.span())?;
        self.leave(stmt.with.len());
        Ok(returned)
    }

    /// VALUES: each row's values go to the columns by themselves.
    fn inserted_rows(&mut self, table: &TargetTable, stmt: &Insert, query: &Query, rows: &[Vec<Expr>]) -> Replayed<()> {
        self.with(&query.with)?;
        let outer = self.place_for(if rows.len() == 1 { Place::SingleValues } else { Place::Values });
        for row in rows {
            for (place, value) in row.iter().enumerate() {
                let ty = self.expr(value)?;
                if let Some(column) = table.as_ref().and_then(|t| inserted_column(t, stmt, place)) {
                    self.assignable(&column, value.span, ty)?;
                    self.literal(column.ty, value)?;
                }
            }
        }
        self.place = outer;
        self.leave_with(query.with.len());
        Ok(())
    }

    fn inserted_columns(
        &mut self,
        table: &TargetTable,
        stmt: &Insert,
        query: &Query,
        columns: &Columns,
    ) -> Replayed<()> {
        let (Some(table), Some(columns)) = (table, columns) else { return Ok(()) };
        for (place, output) in columns.iter().enumerate() {
            if let Some(column) = inserted_column(table, stmt, place) {
                self.assignable(&column, query.span, output.ty)?;
            }
        }
        Ok(())
    }

    fn assignable(&self, column: &Column, span: Span, ty: Typed) -> Replayed<()> {
        self.check_assignable((&column.name, column.ty), ty, "expression", span)
    }

    fn on_conflict(&mut self, table: &TargetTable, conflict: &OnConflict) -> Replayed<()> {
        match &conflict.target {
            Some(ConflictTarget::Columns(elements, predicate)) => {
                elements.iter().try_for_each(|element| self.expr(element).map(|_| ()))?;
                self.optional_condition(predicate, "WHERE")?;
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
                None => Source::unknown(&"excluded".into()),
            };
            if let Some(level) = self.levels.last_mut() {
                level.sources.push(excluded);
            }
            self.assign(table, assignments)?;
            self.filter(filter)?;
            self.levels.last_mut().into_iter().for_each(|level| level.sources.truncate(1));
        }
        Ok(())
    }

    /// The unique index that ON CONFLICT (…) needs (infer_arbiter_indexes), as far as that is plain.
    fn check_inference(&self, table: &Relation, elements: &[Arc<Expr>], predicate: bool, span: Span) -> Replayed<()> {
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
            sort(&mut keys);
            keys.dedup();
            let mut wanted = wanted.clone();
            sort(&mut wanted);
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

    fn check_counts(
        &self,
        table: &Relation,
        columns: &[TargetColumn],
        query: &Query,
        yields: &Columns,
    ) -> Replayed<()> {
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
        check_value_count(table, columns, given, span)
    }

    pub(in crate::replay) fn update(&mut self, stmt: &Update) -> Replayed<Columns> {
        self.with(&stmt.with)?;
        let table = self.target(&stmt.table)?;
        self.enter(&table, &stmt.table.name, stmt.alias.as_ref());
        self.join_items(&stmt.from)?;
        self.filter(&stmt.filter)?;
        let returned = self.returning(&stmt.returning)?;
        self.assign(&table, &stmt.assignments)?;
        self.check_written(&table, Write::Update, stmt.table.span())?;
        self.leave(stmt.with.len());
        Ok(returned)
    }

    pub(in crate::replay) fn delete(&mut self, stmt: &Delete) -> Replayed<Columns> {
        self.with(&stmt.with)?;
        let table = self.target(&stmt.table)?;
        self.enter(&table, &stmt.table.name, stmt.alias.as_ref());
        self.join_items(&stmt.using)?;
        self.filter(&stmt.filter)?;
        let returned = self.returning(&stmt.returning)?;
        self.check_written(&table, Write::Delete, stmt.table.span())?;
        self.leave(stmt.with.len());
        Ok(returned)
    }

    pub(in crate::replay) fn merge(&mut self, stmt: &Merge) -> Replayed<Columns> {
        self.with(&stmt.with)?;
        let table = self.target(&stmt.table)?;
        self.enter(&table, &stmt.table.name, stmt.alias.as_ref());
        self.join_items(std::slice::from_ref(&stmt.source))?;
        let outer = self.place_for(Place::JoinOn);
        // Unlike that of a join, whatever type it has is taken.
        self.expr(&stmt.on)?;
        self.place = outer;
        for (place, when) in stmt.whens.iter().enumerate() {
            let before = stmt.whens.get(..place).unwrap_or(&[]);
            if before.iter().any(|other| other.matched == when.matched && other.condition.is_none()) {
                let message = "unreachable WHEN clause specified after unconditional WHEN clause";
                return Err(SqlError::new(state::SYNTAX_ERROR, stmt.table.span(), message).into());
            }
            let outer = self.place_for(Place::MergeWhen);
            self.optional_condition(&when.condition, "WHEN")?;
            self.place = outer;
            match &when.action {
                MergeAction::Insert { columns, values } => {
                    if let Some(table) = &table {
                        check_targets(self, table, &columns.iter().collect::<Vec<_>>(), Mention::Specified)?;
                        if !values.is_empty() {
                            let span = values.last().map_or(stmt.table.span(), |e| e.span);
                            check_value_count(table, columns, values.len(), span)?;
                        }
                    }
                    for (place, value) in values.iter().enumerate() {
                        let ty = self.expr(value)?;
                        let target = match &columns[..] {
                            [] => table.as_ref().and_then(|t| t.live_columns().nth(place)),
                            columns => {
                                let name = columns.get(place).filter(|c| !c.partial).map(|c| &c.name);
                                table.as_ref().zip(name).and_then(|(t, name)| t.column(name))
                            }
                        };
                        if let Some(column) = target.filter(|c| !c.type_unknown) {
                            self.assignable(column, value.span, ty)?;
                        }
                    }
                }
                MergeAction::Update(assignments) => self.assign(&table, assignments)?,
                MergeAction::Delete | MergeAction::Nothing => {}
            }
        }
        let returned = self.returning(&stmt.returning)?;
        self.leave(stmt.with.len());
        Ok(returned)
    }

    fn assign(&mut self, table: &TargetTable, assignments: &[Assignment]) -> Replayed<()> {
        let outer = self.place_for(Place::Update);
        for assignment in assignments {
            for (target, (value, ty)) in assignment.columns.iter().zip(self.assigned_values(assignment)?) {
                let column = table.as_ref().filter(|_| !target.partial).and_then(|t| t.column(&target.name));
                if let Some(column) = column.filter(|c| !c.type_unknown) {
                    self.assignable(column, value.span, ty)?;
                    self.literal(column.ty, value)?;
                }
            }
        }
        self.place = outer;
        let Some(table) = table else { return Ok(()) };
        let columns: Vec<&TargetColumn> = assignments.iter().flat_map(|a| &a.columns).collect();
        check_targets(self, table, &columns, Mention::Assigned)?;
        for assignment in assignments.iter().filter(|a| !matches!(a.value.kind, ExprKind::Default)) {
            let [target] = &assignment.columns[..] else { continue };
            let name = &target.name;
            if let Some((column, detail)) = table.column(name).and_then(|c| Some((c, takes_default_only(c)?))) {
                let message = format!("column \"{}\" can only be updated to DEFAULT", column.name);
                return Err(SqlError::new(state::GENERATED_ALWAYS, name.span, message).detail(detail).into());
            }
        }
        Ok(())
    }

    /// The types of the values for an assignment's columns, where they are known (42601).
    fn assigned_values<'e>(&mut self, assignment: &'e Assignment) -> Replayed<Vec<(&'e Expr, Typed)>> {
        let value = &assignment.value;
        let types = match (&assignment.columns[..], &value.kind) {
            ([_], _) => return Ok(vec![(value, self.expr(value)?)]),
            (_, ExprKind::Subquery(query)) => match self.query(query, None)? {
                Some(columns) => columns.into_iter().map(|c| (value, c.ty)).collect(),
                None => return Ok(Vec::new()),
            },
            (_, ExprKind::Row(parts)) if !parts.iter().any(|p| matches!(p.kind, ExprKind::Star(_))) => {
                parts.iter().map(|part| Ok((part, self.expr(part)?))).collect::<Replayed<Vec<_>>>()?
            }
            _ => {
                self.expr(value)?;
                return Ok(Vec::new());
            }
        };
        if types.len() != assignment.columns.len() {
            let message = "number of columns does not match number of values";
            return Err(SqlError::new(state::SYNTAX_ERROR, value.span, message).into());
        }
        Ok(types)
    }

    fn filter(&mut self, filter: &Option<Expr>) -> Replayed<()> {
        let outer = self.place_for(Place::Where);
        self.optional_condition(filter, "WHERE")?;
        self.place = outer;
        Ok(())
    }

    fn returning(&mut self, targets: &[Target]) -> Replayed<Columns> {
        let outer = self.place_for(Place::Returning);
        let columns = self.targets(targets)?;
        self.place = outer;
        Ok(columns)
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

    fn check_written(&self, table: &TargetTable, write: Write, span: Span) -> Replayed<()> {
        table.iter().try_for_each(|table| self.check_updatable(table, write, span))
    }

    fn enter(&mut self, table: &TargetTable, name: &Name, alias: Option<&Name>) {
        let source = match table {
            Some(table) => Source::of_relation(self.cat, table, alias.map(|a| &a.text)),
            None => Source::unknown(&alias.unwrap_or(name).text),
        };
        self.levels.push(Level::of(vec![source]));
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
fn check_targets(walk: &Analysis, table: &Relation, columns: &[&TargetColumn], mention: Mention) -> Replayed<()> {
    for (index, column) in columns.iter().enumerate() {
        let name = &column.name;
        super::quiet(walk.cat.resolve_column(table, name))?;
        // Parts of the same column may stand beside each other (`a[1]`, `a[2]`).
        let repeats = |before: &&&TargetColumn| before.name == *name && !(before.partial && column.partial);
        if columns.iter().take(index).any(|before| repeats(&before)) {
            return Err(match mention {
                Mention::Specified => SqlError::new(
                    state::DUPLICATE_COLUMN,
                    name.span,
                    format!("column \"{name}\" specified more than once"),
                ),
                Mention::Assigned => SqlError::new(
                    state::SYNTAX_ERROR,
                    name.span,
                    format!("multiple assignments to same column \"{name}\""),
                ),
            }
            .into());
        }
    }
    Ok(())
}

/// The column that the value at this place of a row goes to; `None` where that is not known, or a part of it.
fn inserted_column(table: &Relation, stmt: &Insert, place: usize) -> Option<Arc<Column>> {
    let column = match &stmt.columns[..] {
        [] if table.columns_unknown.is_none() => table.live_columns().nth(place),
        targets => targets.get(place).filter(|t| !t.partial).and_then(|t| table.column(&t.name)),
    };
    column.filter(|c| !c.type_unknown).cloned()
}

/// A stored generated column, and one that is GENERATED ALWAYS AS IDENTITY, takes DEFAULT only (rewriteTargetListIU).
fn check_generated(table: &Relation, stmt: &Insert, query: &Query, yields: &Columns) -> Replayed<()> {
    let given = match &query.body {
        QueryBody::Values(rows) => rows.first().map_or(0, Vec::len),
        _ => yields.as_ref().map_or(0, Vec::len),
    };
    let columns: Vec<(Option<&Arc<Column>>, Span)> = match &stmt.columns[..] {
        [] => table.live_columns().take(given).map(|c| (Some(c), query.span)).collect(),
        targets => targets.iter().map(|t| (table.column(&t.name), t.name.span)).collect(),
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

/// As many values as columns (42601).
fn check_value_count(table: &Relation, columns: &[TargetColumn], given: usize, span: Span) -> Replayed<()> {
    let targets = if columns.is_empty() { table.live_columns().count() } else { columns.len() };
    if columns.is_empty() && table.columns_unknown.is_some() {
        return Ok(());
    }
    if given > targets {
        return Err(SqlError::new(state::SYNTAX_ERROR, span, "INSERT has more expressions than target columns").into());
    }
    if let Some(column) = columns.get(given) {
        return Err(SqlError::new(
            state::SYNTAX_ERROR,
            column.name.span,
            "INSERT has more target columns than expressions",
        )
        .into());
    }
    Ok(())
}
