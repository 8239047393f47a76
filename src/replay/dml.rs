//! Statements that read and write rows: the names in them are checked, rows are not kept.

use super::error::state;
use super::expr::{self, Analysis};
use super::{Change, Effects, Replayed, SqlError, settings, view};
use crate::catalog::{Catalog, Class, Relation, RelationKind};
use crate::syntax::ast::{
    Argument, Call, Copy, Delete, Expr, ExprKind, Insert, Lock, Merge, MergeAction, QualifiedName, Query, QueryBody,
    Select, Truncate, Update,
};

pub(super) fn query(cat: &mut Catalog, stmt: &Query) -> Replayed<Effects> {
    if let QueryBody::Select(select) = &stmt.body
        && let Some(into) = &select.into
    {
        return view::select_into(cat, into, stmt);
    }
    expr::of_query(cat, stmt)?;
    if let QueryBody::Select(select) = &stmt.body {
        return call_effects(cat, select);
    }
    Ok(Effects::none())
}

/// `SELECT set_config('search_path', …, false)`: the calls that change what later statements mean.
fn call_effects(cat: &mut Catalog, select: &Select) -> Replayed<Effects> {
    if !select.from.is_empty() {
        return Ok(Effects::none());
    }
    for target in &select.targets {
        if let ExprKind::Call(call) = &target.expr.kind
            && is_builtin(call, "set_config")
        {
            settings::set_config(cat, call, target.expr.span)?;
        }
    }
    Ok(Effects::none())
}

fn is_builtin(call: &Call, name: &str) -> bool {
    &*call.function.name.text == name && call.function.schema.as_ref().is_none_or(|s| &*s.text == "pg_catalog")
}

pub(super) fn insert(cat: &mut Catalog, stmt: &Insert) -> Replayed<Effects> {
    Analysis::new(cat).insert(stmt)?;
    written(cat, &stmt.table, Change::RowsInserted)
}

pub(super) fn update(cat: &mut Catalog, stmt: &Update) -> Replayed<Effects> {
    Analysis::new(cat).update(stmt)?;
    written(cat, &stmt.table, Change::RowsUpdated)
}

pub(super) fn delete(cat: &mut Catalog, stmt: &Delete) -> Replayed<Effects> {
    Analysis::new(cat).delete(stmt)?;
    written(cat, &stmt.table, Change::RowsDeleted)
}

pub(super) fn merge(cat: &mut Catalog, stmt: &Merge) -> Replayed<Effects> {
    Analysis::new(cat).merge(stmt)?;
    let mut effects = Effects::none();
    for when in &stmt.whens {
        let change = match when.action {
            MergeAction::Insert { .. } => Change::RowsInserted,
            MergeAction::Update(_) => Change::RowsUpdated,
            MergeAction::Delete => Change::RowsDeleted,
            MergeAction::Nothing => continue,
        };
        effects.extend(written(cat, &stmt.table, change)?);
    }
    Ok(effects)
}

/// The effect on the relation's rows. Row-level privileges and triggers are not followed.
fn written(cat: &Catalog, table: &QualifiedName, change: Change) -> Replayed<Effects> {
    let relation = cat.resolve_relation(table)?;
    Ok(Effects::of(Class::Relation, relation.oid, change))
}

pub(super) fn copy(cat: &mut Catalog, stmt: &Copy) -> Replayed<Effects> {
    if let Some(query) = &stmt.query {
        expr::of_query(cat, query)?;
    }
    let Some(table) = &stmt.table else { return Ok(Effects::none()) };
    let relation = cat.resolve_relation(table)?;
    if let Some(kind) = uncopyable(relation, stmt.from) {
        let message = match stmt.from {
            true => format!("cannot copy to {kind} \"{}\"", relation.name),
            false => format!("cannot copy from {kind} \"{}\"", relation.name),
        };
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, table.span(), message).into());
    }
    for (index, column) in stmt.columns.iter().enumerate() {
        cat.resolve_column(relation, column)?;
        if stmt.columns.iter().take(index).any(|c| c == column) {
            return Err(SqlError::new(
                state::DUPLICATE_COLUMN,
                column.span,
                format!("column \"{column}\" specified more than once"),
            )
            .into());
        }
    }
    if stmt.from { Ok(Effects::of(Class::Relation, relation.oid, Change::RowsInserted)) } else { Ok(Effects::none()) }
}

/// The kind of relation that COPY does not take, as its message says it.
fn uncopyable(relation: &Relation, from: bool) -> Option<&'static str> {
    match relation.kind {
        RelationKind::Table => None,
        // COPY … FROM takes partitioned and foreign tables, and views with an INSTEAD OF trigger.
        RelationKind::PartitionedTable | RelationKind::ForeignTable if from => None,
        RelationKind::View if from && !relation.triggers.is_empty() => None,
        RelationKind::PartitionedTable => Some("partitioned table"),
        RelationKind::CompositeType => Some("non-table relation"),
        kind => Some(match kind {
            RelationKind::Index | RelationKind::PartitionedIndex => "non-table relation",
            other => other.noun(),
        }),
    }
}

pub(super) fn call(cat: &mut Catalog, stmt: &Expr) -> Replayed<Effects> {
    let ExprKind::Call(call) = &stmt.kind else { return Ok(Effects::none()) };
    let mut walk = Analysis::new(cat);
    for Argument { value, .. } in &call.args {
        walk.expr(value)?;
    }
    let candidates = cat.visible_functions(&call.function)?;
    if candidates.is_empty() {
        return Err(SqlError::new(
            state::UNDEFINED_FUNCTION,
            call.function.span(),
            format!("procedure {}({}) does not exist", call.function, walk.argument_types(call).join(", ")),
        )
        .hint("No procedure matches the given name and argument types. You might need to add explicit type casts.")
        .about("function", call.function.to_string())
        .into());
    }
    if candidates.iter().all(|f| !f.is_procedure()) {
        return Err(SqlError::new(
            state::WRONG_OBJECT_TYPE,
            call.function.span(),
            format!("{}({}) is not a procedure", call.function, walk.argument_types(call).join(", ")),
        )
        .hint("To call a function, use SELECT.")
        .into());
    }
    Ok(Effects::none())
}

pub(super) fn truncate(cat: &mut Catalog, stmt: &Truncate) -> Replayed<Effects> {
    let mut effects = Effects::none();
    for name in &stmt.tables {
        let relation = cat.resolve_relation(name)?;
        if !relation.kind.is_table() && relation.kind != RelationKind::ForeignTable {
            let message = format!("\"{}\" is not a table", relation.name);
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
        }
        effects.add(Class::Relation, relation.oid, Change::Truncated);
    }
    check_references(cat, stmt)?;
    Ok(effects)
}

/// Without CASCADE every table that refers to a truncated one must be truncated along (0A000).
fn check_references(cat: &Catalog, stmt: &Truncate) -> Replayed<()> {
    use crate::catalog::ConstraintKind;
    use crate::syntax::ast::Behavior;
    if stmt.behavior == Behavior::Cascade {
        return Ok(());
    }
    let mut truncated = Vec::with_capacity(stmt.tables.len());
    for name in &stmt.tables {
        truncated.push(cat.resolve_relation(name)?.oid);
    }
    for relation in cat.relations().filter(|r| r.kind.is_table() && !truncated.contains(&r.oid)) {
        for constraint in &relation.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            let Some(place) = truncated.iter().position(|oid| *oid == key.references) else { continue };
            let span = stmt.tables.get(place).map_or_else(Default::default, QualifiedName::span);
            let referenced = cat.relation(key.references).map_or("", |r| &r.name);
            return Err(SqlError::new(
                state::FEATURE_NOT_SUPPORTED,
                span,
                "cannot truncate a table referenced in a foreign key constraint",
            )
            .detail(format!("Table \"{}\" references \"{referenced}\".", relation.name))
            .hint(format!("Truncate table \"{}\" at the same time, or use TRUNCATE ... CASCADE.", relation.name))
            .into());
        }
    }
    Ok(())
}

pub(super) fn lock(cat: &mut Catalog, stmt: &Lock) -> Replayed<Effects> {
    for name in &stmt.tables {
        let relation = cat.resolve_relation(name)?;
        if !relation.kind.is_table() && relation.kind != RelationKind::View {
            let message = format!("cannot lock relation \"{}\"", relation.name);
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
        }
    }
    Ok(Effects::none())
}
