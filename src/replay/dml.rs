//! Statements that read and write rows: the names in them are checked, rows are not kept.

use super::error::state;
use super::expr::{self, Analysis};
use super::{Change, Effects, Replayed, SqlError, do_block, settings, view};
use crate::catalog::{Catalog, Class, Relation, RelationKind};
use crate::syntax::ast::{
    Call, Copy, Delete, Expr, ExprKind, FromItem, Insert, InsertSource, Lock, Merge, MergeAction, QualifiedName, Query,
    QueryBody, Truncate, Update,
};
use crate::syntax::walk;

pub(super) fn query(cat: &mut Catalog, stmt: &Query) -> Replayed<Effects> {
    if let QueryBody::Select(select) = &stmt.body
        && let Some(into) = &select.into
    {
        return view::select_into(cat, into, stmt);
    }
    expr::of_query(cat, stmt)?;
    call_effects(cat, stmt)
}

/// What calls do. Those that run once and for certain (`SELECT f()`, `SELECT * FROM f()`) may change what later statements mean
/// (`set_config('search_path', …, false)`), or be a migration's own functions.
fn call_effects(cat: &mut Catalog, query: &Query) -> Replayed<Effects> {
    let mut certain: Vec<&Expr> = Vec::new();
    if let QueryBody::Select(select) = &query.body {
        if select.filter.is_none() && select.having.is_none() && select.from.is_empty() {
            certain.extend(select.targets.iter().map(|t| &t.expr));
        }
        if let [FromItem::Function { calls, .. }] = &select.from[..] {
            certain.extend(calls.iter().map(|(call, _)| call));
        }
    }
    perhaps_called(cat, query, &certain);
    let mut effects = Effects::none();
    for expr in certain {
        let ExprKind::Call(call) = &expr.kind else { continue };
        if is_builtin(call, "set_config") {
            settings::set_config(cat, call, expr.span)?;
        } else {
            effects.extend(do_block::call_function(cat, call, expr.span)?);
        }
    }
    Ok(effects)
}

/// Every other call may run, once, often or never, as the rows are.
fn perhaps_called(cat: &mut Catalog, query: &Query, certain: &[&Expr]) {
    walk::query(query, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && !certain.iter().any(|c| c.span == expr.span)
        {
            do_block::perhaps_call_function(cat, call);
        }
    });
}

fn is_builtin(call: &Call, name: &str) -> bool {
    &*call.function.name.text == name && call.function.schema.as_ref().is_none_or(|s| &*s.text == "pg_catalog")
}

pub(super) fn insert(cat: &mut Catalog, stmt: &Insert) -> Replayed<Effects> {
    Analysis::new(cat).insert(stmt)?;
    if let InsertSource::Query(query) = &stmt.source {
        perhaps_called(cat, query, &[]);
    }
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
    Analysis::new(cat).procedure(call, stmt.span)?;
    do_block::call_function(cat, call, stmt.span)
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

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn rows_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "insert into t values (1, 'x')", "ok"),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict do nothing",
                "ok",
            ),
            ("", "insert into nothing values (1)", "42P01 relation \"nothing\" does not exist"),
            ("", "insert into nowhere.t values (1)", "42P01 relation \"nowhere.t\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, c) values (1, 2)",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, a) values (1, 2)",
                "42701 column \"a\" specified more than once",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t values (1, 'x', 2)",
                "42601 INSERT has more expressions than target columns",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1)",
                "42601 INSERT has more target columns than expressions",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t values (1), (2, 'x')",
                "42601 VALUES lists must all be the same length",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict (a) do update set b = excluded.b",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict (b) do nothing",
                "42P10 there is no unique or exclusion constraint matching the ON CONFLICT specification",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict (c) do nothing",
                "42703 column \"c\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict on constraint t_pkey do nothing",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict on constraint c do nothing",
                "42704 constraint \"c\" for table \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict do update set b = 'y'",
                "42601 ON CONFLICT DO UPDATE requires inference specification or constraint name",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict (a) do update set c = 1",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a, b) values (1, 'x') on conflict (a) do update set b = excluded.c",
                "42703 column excluded.c does not exist",
            ),
            ("create table t (a int primary key, b text)", "insert into t select a, b from t returning a, b", "ok"),
            (
                "create table t (a int primary key, b text)",
                "insert into t select c from t",
                "42703 column \"c\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "insert into t (a) values (1) returning c",
                "42703 column \"c\" does not exist",
            ),
            ("create table t (a int primary key, b text)", "update t set b = 'y' where a = 1", "ok"),
            (
                "create table t (a int primary key, b text)",
                "update t set c = 'y'",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "update t set b = 'y', b = 'z'",
                "42601 multiple assignments to same column \"b\"",
            ),
            (
                "create table t (a int primary key, b text)",
                "update t set b = 'y' where c = 1",
                "42703 column \"c\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "update t x set b = t.b",
                "42P01 invalid reference to FROM-clause entry for table \"t\"",
            ),
            (
                "create table t (a int primary key, b text)",
                "update t set b = u.email from auth.users u where u.id::text = t.b",
                "ok",
            ),
            ("", "update nothing set a = 1", "42P01 relation \"nothing\" does not exist"),
            ("create table t (a int primary key, b text)", "delete from t where a = 1", "ok"),
            (
                "create table t (a int primary key, b text)",
                "delete from t where c = 1",
                "42703 column \"c\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "delete from t using auth.users u where u.email = t.b",
                "ok",
            ),
            ("", "delete from nothing", "42P01 relation \"nothing\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "with x as (delete from t returning *) select a, b from x",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "with x as (delete from t returning a) select b from x",
                "42703 column \"b\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "merge into t using (select 1 as a) s on s.a = t.a when matched then update set b = 'x' when not matched then insert (a) values (s.a)",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "merge into t using (select 1 as a) s on s.c = t.a when matched then delete",
                "42703 column s.c does not exist",
            ),
            ("create table t (a int primary key, b text)", "truncate t", "ok"),
            ("", "truncate nothing", "42P01 relation \"nothing\" does not exist"),
            (
                "create table t (a int primary key, b text); create view v as select * from t",
                "truncate v",
                "42809 \"v\" is not a table",
            ),
            (
                "create table t (a int primary key, b text); create table u (a int references t)",
                "truncate t",
                "0A000 cannot truncate a table referenced in a foreign key constraint",
            ),
            (
                "create table t (a int primary key, b text); create table u (a int references t)",
                "truncate t cascade",
                "ok",
            ),
            ("create table t (a int primary key, b text)", "lock table t in access exclusive mode", "ok"),
            ("", "lock table nothing", "42P01 relation \"nothing\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "copy t (a, c) from '/nothing'",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create view v as select * from t",
                "copy v to '/nothing'",
                "42809 cannot copy from view \"v\"",
            ),
            ("", "select * from nothing", "42P01 relation \"nothing\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "select a as x from t where x = 1",
                "42703 column \"x\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "select x.* from t x, auth.users u where u.email = x.b",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "select a, sum(a) over w from t window w as (partition by b order by a)",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "select 1 from t where exists (select 1 from auth.users where email = b and a > 1)",
                "ok",
            ),
            ("", "call nothing()", "42883 procedure nothing() does not exist"),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "call f(1)",
                "42809 f(integer) is not a procedure",
            ),
            (
                "create table t (a int primary key, b text)",
                "create table g (a int, b int generated always as (a * 2) stored)",
                "ok",
            ),
            (
                "create table g (a int, b int generated always as (a * 2) stored)",
                "insert into g (a, b) values (1, 2)",
                "428C9 cannot insert a non-DEFAULT value into column \"b\"",
            ),
            (
                "create table g (a int, b int generated always as (a * 2) stored)",
                "insert into g (a, b) values (1, default)",
                "ok",
            ),
        ]);
    }
}
