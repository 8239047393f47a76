//! CREATE VIEW, CREATE TABLE AS, CREATE MATERIALIZED VIEW, REFRESH.

use super::error::state;
use super::expr::{self, Columns, OutputColumn, References};
use super::types::{bare_relation, new_row_type};
use super::{Change, Effects, Replayed, SqlError, Stop, privileges};
use crate::catalog::{
    Catalog, Class, Column, Definition, DependencyKind, ObjectAddress, Oid, Relation, RelationKind, TypeRef, oids,
    sql_identifier,
};
use crate::source::Span;
use crate::syntax::ast::{
    CommonTableBody, CreateTableAs, CreateView, Name, ObjectKind, Persistence, QualifiedName, Query,
    RefreshMaterializedView, StorageParameter, Symbol, TableSource,
};
use std::sync::Arc;

pub(super) fn create_view(cat: &mut Catalog, stmt: &CreateView) -> Replayed<Effects> {
    let (columns, references) =
        if stmt.recursive { recursive_query(cat, stmt)? } else { expr::of_query(cat, &stmt.query)? };
    if changes_data(&stmt.query) {
        let message = "views must not contain data-modifying statements in WITH";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, stmt.name.span(), message).into());
    }
    let shape = Shape::new(
        cat,
        columns,
        &stmt.columns,
        stmt.name.span(),
        "CREATE VIEW specifies more column names than columns",
    )?;
    if matches!(&shape.columns, Some(columns) if columns.is_empty()) {
        let message = "view must have at least one column";
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, stmt.name.span(), message).into());
    }
    let temporary = stmt.persistence == Persistence::Temporary || reads_temporary(cat, &references);
    let schema = creation_schema(cat, &stmt.name, temporary)?;
    let name = &stmt.name.name;
    cat.must_be_known(name)?;
    super::reloptions::check_view(&stmt.with)?;
    let mut options = options(&stmt.with);
    if stmt.check_option && !options.iter().any(|(key, _)| &**key == "check_option") {
        options.push(("check_option".into(), "cascaded".into()));
    }
    if stmt.or_replace
        && let Some(old) = cat.relation_named(schema, name).cloned()
    {
        return replace_view(cat, stmt, &old, &shape, options, &references);
    }
    shape.check_names(stmt.name.span(), None)?;
    free_name(cat, schema, name)?;
    let oid = cat.new_oid();
    let owner = cat.session.current_role;
    let row_type = new_row_type(cat, oid, schema, name, owner)?;
    let mut view = bare_relation(cat, oid, schema, &name.text, RelationKind::View, row_type);
    shape.put_into(cat, &mut view);
    view.persistence = if temporary { Persistence::Temporary } else { Persistence::Permanent };
    view.acl = privileges::initial_acl(cat, ObjectKind::View, schema, owner);
    view.query = Some(stmt.query.clone());
    view.writes_to = expr::writes_to(cat, stmt);
    view.definition = definition(cat, stmt, &references);
    view.options = options;
    cat.insert_relation(view);
    references.depend(cat, ObjectAddress::new(Class::Relation, oid), DependencyKind::Normal);
    Ok(Effects::of(Class::Relation, oid, Change::Created))
}

fn definition(cat: &Catalog, stmt: &CreateView, references: &References) -> Definition {
    let query = references.definition(cat, stmt.query.span);
    if !stmt.recursive {
        return query;
    }
    let name = sql_identifier(&stmt.name.name);
    let columns = stmt.columns.iter().map(|c| sql_identifier(c)).collect::<Vec<_>>().join(", ");
    query.within(&format!("WITH RECURSIVE {name} ({columns}) AS ("), &format!(") SELECT {columns} FROM {name}"))
}

/// `CREATE RECURSIVE VIEW v (a) AS q` is `WITH RECURSIVE v (a) AS (q) SELECT a FROM v`.
fn recursive_query(cat: &Catalog, stmt: &CreateView) -> Replayed<(Columns, References)> {
    let table = crate::syntax::ast::CommonTable {
        name: stmt.name.name.clone(),
        columns: stmt.columns.clone(),
        body: crate::syntax::ast::CommonTableBody::Query(stmt.query.clone()),
        recursive: true,
        added: Vec::new(),
    };
    let mut walk = expr::Analysis::new(cat);
    let columns = walk.query(&stmt.query, Some(&table))?;
    Ok((columns, walk.references))
}

/// CREATE OR REPLACE over what is there (42809, 42P16).
fn replace_view(
    cat: &mut Catalog,
    stmt: &CreateView,
    old: &Relation,
    shape: &Shape,
    options: Vec<(Symbol, Symbol)>,
    references: &References,
) -> Replayed<Effects> {
    let span = stmt.name.span();
    if old.kind != RelationKind::View {
        return Err(super::resolve::wrong_relation_kind(old, span, "a view").into());
    }
    check_columns(cat, old, shape, span)?;
    shape.check_names(span, Some(&old.name))?;
    let oid = old.oid;
    cat.drop_dependencies(oid, |d| d.kind == DependencyKind::Normal);
    let mut view = old.clone();
    shape.put_into(cat, &mut view);
    view.query = Some(stmt.query.clone());
    view.writes_to = expr::writes_to(cat, stmt);
    view.definition = definition(cat, stmt, references);
    view.options = options;
    view.origin.changed = cat.now;
    if let Some(entry) = cat.relation_mut(oid) {
        *entry = view;
    }
    references.depend(cat, ObjectAddress::new(Class::Relation, oid), DependencyKind::Normal);
    Ok(Effects::of(Class::Relation, oid, Change::Replaced))
}

/// A replaced view keeps its columns; more may follow (checkViewColumns).
fn check_columns(cat: &Catalog, old: &Relation, shape: &Shape, span: Span) -> Replayed<()> {
    let (Some(new), None) = (&shape.columns, &old.columns_unknown) else { return Ok(()) };
    let refuse = |message: String| SqlError::new(state::INVALID_TABLE_DEFINITION, span, message);
    let old_columns: Vec<&Arc<Column>> = old.live_columns().collect();
    if new.len() < old_columns.len() {
        return Err(refuse("cannot drop columns from view".into()).into());
    }
    for (old, new) in old_columns.into_iter().zip(new) {
        if old.name != new.name {
            return Err(refuse(format!("cannot change name of view column \"{}\" to \"{}\"", old.name, new.name))
                .hint("Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.")
                .into());
        }
        if let Some(ty) = new.ty
            && !old.type_unknown
            && old.ty != ty
        {
            return Err(refuse(format!(
                "cannot change data type of view column \"{}\" from {} to {}",
                old.name,
                cat.format_type(old.ty),
                cat.format_type(ty)
            ))
            .into());
        }
    }
    Ok(())
}

/// The columns that a query gives to a relation.
struct Shape {
    columns: Columns,
}

impl Shape {
    /// The query's columns under the names given (42601).
    fn new(cat: &Catalog, columns: Columns, names: &[Name], span: Span, too_many: &str) -> Replayed<Self> {
        let Some(mut columns) = columns else {
            return Ok(Self { columns: None });
        };
        if let Some(name) = names.get(columns.len()) {
            return Err(SqlError::new(state::SYNTAX_ERROR, name.span, too_many).into());
        }
        for (column, name) in columns.iter_mut().zip(names) {
            column.name = name.text.clone();
        }
        for column in &mut columns {
            // An untyped literal is text.
            column.ty = column.ty.map(|ty| if ty.oid == oids::UNKNOWN { TypeRef::plain(oids::TEXT) } else { ty });
        }
        for column in &columns {
            if let Some(ty) = column.ty
                && matches!(cat.type_(ty.oid).map(|t| &t.kind), Some(crate::catalog::TypeKind::Pseudo))
            {
                let message = format!("column \"{}\" has pseudo-type {}", column.name, cat.format_type(ty));
                return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, span, message).into());
            }
        }
        Ok(Self { columns: Some(columns) })
    }

    /// Of columns of one name the second is an error (42701); in a view that is `replaced`, when its own columns have been found to be the same.
    fn check_names(&self, span: Span, replaced: Option<&str>) -> Replayed<()> {
        let columns = self.columns.as_deref().unwrap_or_default();
        for (index, column) in columns.iter().enumerate() {
            if columns.iter().take(index).any(|c| c.name == column.name) {
                let message = match replaced {
                    Some(view) => format!("column \"{}\" of relation \"{view}\" already exists", column.name),
                    None => format!("column \"{}\" specified more than once", column.name),
                };
                return Err(SqlError::new(state::DUPLICATE_COLUMN, span, message).into());
            }
        }
        Ok(())
    }

    fn put_into(&self, cat: &Catalog, relation: &mut Relation) {
        match &self.columns {
            None => relation.columns_unknown = Some("the query's columns could not be listed".into()),
            Some(columns) => {
                relation.columns_unknown = None;
                let passes = !relation.kind.is_table();
                let made = columns
                    .iter()
                    .enumerate()
                    .map(|(place, c)| Column { passes: c.passes.filter(|_| passes), ..column(cat, place, c) });
                *relation.columns = made.map(|column| Some(Arc::new(column))).collect();
            }
        }
    }
}

fn column(cat: &Catalog, place: usize, output: &OutputColumn) -> Column {
    Column::new(place as u16 + 1, output.name.clone(), output.ty, Span::default(), cat.origin())
}

fn reads_temporary(cat: &Catalog, references: &References) -> bool {
    let is_temporary = |a: &ObjectAddress| cat.relation(a.oid).is_some_and(|r| r.is_temporary());
    references.addresses.iter().any(|a| a.class == Class::Relation && is_temporary(a))
}

/// Where the new relation goes: temporary ones to the session's own schema.
pub(super) fn creation_schema(cat: &mut Catalog, name: &QualifiedName, temporary: bool) -> Replayed<Oid> {
    match (&name.schema, temporary) {
        (None, true) => Ok(cat.temporary_schema()),
        (Some(schema), true) if !schema.text.starts_with("pg_temp") => {
            let message = "cannot create temporary relation in non-temporary schema";
            Err(SqlError::new(state::INVALID_TABLE_DEFINITION, name.span(), message).into())
        }
        _ => cat.creation_place(name),
    }
}

pub(super) fn free_name(cat: &Catalog, schema: Oid, name: &Name) -> Replayed<()> {
    match cat.relation_named(schema, name) {
        Some(existing) => {
            Err(SqlError::new(state::DUPLICATE_TABLE, name.span, format!("relation \"{name}\" already exists"))
                .about("relation", cat.relation_name(existing))
                .into())
        }
        None => Ok(()),
    }
}

pub(super) fn options(with: &[StorageParameter]) -> Vec<(Symbol, Symbol)> {
    let value = |p: &StorageParameter| p.value.as_ref().map_or_else(|| Symbol::from("true"), |v| v.text.clone());
    with.iter().map(|p| (p.name.text.clone(), value(p))).collect()
}

pub(super) fn create_table_as(cat: &mut Catalog, stmt: &CreateTableAs) -> Replayed<Effects> {
    let schema = creation_schema(cat, &stmt.name, stmt.persistence == Persistence::Temporary)?;
    let name = &stmt.name.name;
    cat.must_be_known(name)?;
    let exists = cat.relation_named(schema, name).is_some();
    if stmt.if_not_exists && exists {
        return Ok(Effects::none());
    }
    let TableSource::Query(query) = &stmt.query else {
        return Err(Stop::unknown("the prepared statement's columns are not known"));
    };
    let (columns, references) = expr::of_query(cat, query)?;
    if stmt.materialized && changes_data(query) {
        let message = "materialized views must not use data-modifying statements in WITH";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, stmt.name.span(), message).into());
    }
    let shape = Shape::new(cat, columns, &stmt.columns, stmt.name.span(), "too many column names were specified")?;
    shape.check_names(stmt.name.span(), None)?;
    free_name(cat, schema, name)?;
    let kept = stmt.materialized.then_some((query, &references));
    let effects = create_from_query(cat, schema, name, stmt.persistence, &shape, kept)?;
    if let Some(relation) = cat.relation_named(schema, &name.text).map(|r| r.oid).and_then(|oid| cat.relation_mut(oid))
    {
        relation.populated = stmt.with_data;
    }
    Ok(effects)
}

fn changes_data(query: &Query) -> bool {
    query.with.iter().any(|table| !matches!(table.body, CommonTableBody::Query(_)))
}

/// `SELECT … INTO table`.
pub(super) fn select_into(cat: &mut Catalog, into: &QualifiedName, query: &Query) -> Replayed<Effects> {
    let (columns, _) = expr::of_query(cat, query)?;
    let schema = cat.creation_place(into)?;
    cat.must_be_known(&into.name)?;
    let shape = Shape::new(cat, columns, &[], into.span(), "")?;
    shape.check_names(into.span(), None)?;
    free_name(cat, schema, &into.name)?;
    create_from_query(cat, schema, &into.name, Persistence::Permanent, &shape, None)
}

/// A table, or the materialized view that keeps its query.
fn create_from_query(
    cat: &mut Catalog,
    schema: Oid,
    name: &Name,
    persistence: Persistence,
    shape: &Shape,
    kept: Option<(&Arc<Query>, &References)>,
) -> Replayed<Effects> {
    let kind = if kept.is_some() { RelationKind::MaterializedView } else { RelationKind::Table };
    let oid = cat.new_oid();
    let owner = cat.session.current_role;
    let row_type = new_row_type(cat, oid, schema, name, owner)?;
    let mut relation = bare_relation(cat, oid, schema, &name.text, kind, row_type);
    shape.put_into(cat, &mut relation);
    relation.persistence = persistence;
    relation.acl = privileges::initial_acl(cat, ObjectKind::Table, schema, owner);
    if let Some((query, references)) = kept {
        relation.query = Some(query.clone());
        relation.definition = references.definition(cat, query.span);
    }
    let types: Vec<(u16, Oid)> = relation.live_columns().map(|c| (c.number, c.ty.oid)).collect();
    cat.insert_relation(relation);
    let address = ObjectAddress::new(Class::Relation, oid);
    for (number, ty) in types {
        super::types::depend_on_type(cat, ObjectAddress::column(oid, number), ty);
    }
    if let Some((_, references)) = kept {
        references.depend(cat, address, DependencyKind::Normal);
    }
    Ok(Effects::of(Class::Relation, oid, Change::Created))
}

pub(super) fn refresh(cat: &mut Catalog, stmt: &RefreshMaterializedView) -> Replayed<Effects> {
    let relation = cat.resolve_relation(&stmt.name)?;
    if relation.kind != RelationKind::MaterializedView {
        // A relation without storage is refused before its kind is looked at (RangeVarCallbackMaintainsTable).
        let (sqlstate, expected) = match relation.kind.is_table() {
            true => (state::FEATURE_NOT_SUPPORTED, "a materialized view"),
            false => (state::WRONG_OBJECT_TYPE, "a table or materialized view"),
        };
        let message = format!("\"{}\" is not {expected}", relation.name);
        return Err(SqlError::new(sqlstate, stmt.name.span(), message).into());
    }
    if let Some(concurrently) = stmt.concurrently {
        if !stmt.with_data {
            let message = "REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together";
            return Err(SqlError::new(state::SYNTAX_ERROR, concurrently, message).into());
        }
        let usable = |oid: &Oid| {
            cat.relation(*oid).and_then(|r| r.index.as_ref()).is_none_or(|index| {
                index.unique && index.valid && index.filter.is_none() && index.keys.iter().all(|k| k.column > 0)
            })
        };
        if !relation.indexes.iter().any(usable) {
            let message = format!("cannot refresh materialized view \"{}\" concurrently", cat.relation_name(relation));
            return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, stmt.name.span(), message)
                .hint("Create a unique index with no WHERE clause on one or more columns of the materialized view.")
                .into());
        }
    }
    let oid = relation.oid;
    if let Some(relation) = cat.relation_mut(oid) {
        relation.populated = stmt.with_data;
    }
    Ok(Effects::of(Class::Relation, oid, Change::Refreshed))
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn views_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "create view v as select a, b as c from t", "ok"),
            (
                "create table t (a int primary key, b text); create view v as select a from t",
                "create view v as select a from t",
                "42P07 relation \"v\" already exists",
            ),
            (
                "create table t (a int primary key, b text); create view v as select a from t",
                "create or replace view v as select a, b from t",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create view v as select a, b from t",
                "create or replace view v as select a from t",
                "42P16 cannot drop columns from view",
            ),
            (
                "create table t (a int primary key, b text); create view v as select a, b from t",
                "create or replace view v as select a, b as c from t",
                "42P16 cannot change name of view column \"b\" to \"c\"",
            ),
            (
                "create table t (a int primary key, b text); create view v as select a, b from t",
                "create or replace view v as select a, a as b from t",
                "42P16 cannot change data type of view column \"b\" from text to integer",
            ),
            (
                "create table t (a int primary key, b text)",
                "create or replace view t as select 1",
                "42809 \"t\" is not a view",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select c from t",
                "42703 column \"c\" does not exist",
            ),
            (
                "create view v as select 1 as a",
                "create or replace view v as select 2 as b, 3 as b",
                "42P16 cannot change name of view column \"a\" to \"b\"",
            ),
            (
                "create view v as select 1 as a",
                "create or replace view v as select 1 as a, 2 as a",
                "42701 column \"a\" of relation \"v\" already exists",
            ),
            ("", "create view v as select * from nothing", "42P01 relation \"nothing\" does not exist"),
            ("", "create view v as select * from nowhere.t", "42P01 relation \"nowhere.t\" does not exist"),
            ("", "create view nowhere.v as select 1 as a", "3F000 schema \"nowhere\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "create view v (x, y, z) as select a, b from t",
                "42601 CREATE VIEW specifies more column names than columns",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select a, a from t",
                "42701 column \"a\" specified more than once",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select x.a, y.b from t x join t y on x.a = y.a",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select a from t x join t y on x.a = y.a",
                "42702 column reference \"a\" is ambiguous",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select a from t x join t y using (a)",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select * from t x join t y using (a)",
                "42701 column \"b\" specified more than once",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select lower(b), upper(b), a::text, count(*) from t group by 1, 2, 3",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select count(*), count(a) from t",
                "42701 column \"count\" specified more than once",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as with x as (select a from t) select * from x",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as with recursive x(n) as (select 1 union all select n + 1 from x where n < 5) select n from x",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select s.c from (select a as c from t) s",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select s.a from (select a as c from t) s",
                "42703 column s.a does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select u.id, t.a from auth.users u left join t on t.b = u.email",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select x.a, l.b from t x cross join lateral (select b from t y where y.a = x.a) l",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select x.v, i from (select array[1, 2] as v) x, unnest(x.v) with ordinality as u(i, n) order by n",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select g from generate_series(1, 3) g where g > 1",
                "ok",
            ),
            ("create table t (a int primary key, b text)", "create view v as select b from t order by a", "ok"),
            ("create table t (a int primary key, b text)", "create view v as select b as c from t order by c", "ok"),
            (
                "create table t (a int primary key, b text)",
                "create view v as select a from t union select 1 order by a",
                "ok",
            ),
            ("create table t (a int primary key, b text)", "create temporary view v as select a from t", "ok"),
            (
                "create table t (a int primary key, b text)",
                "create view v as select t.* from t x",
                "42P01 invalid reference to FROM-clause entry for table \"t\"",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select nothing(a) from t",
                "42883 function nothing(integer) does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select coalesce(b, '') , current_user from t",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create view v as select jsonb_build_object('a', a), row_number() over (partition by b order by a) from t",
                "ok",
            ),
        ]);
    }

    #[test]
    fn tables_from_queries_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "create table u as select a, b from t", "ok"),
            (
                "create table t (a int primary key, b text); create table u as select a, lower(b) from t",
                "select a, lower from u",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create table t as select 1 as a",
                "42P07 relation \"t\" already exists",
            ),
            ("create table t (a int primary key, b text)", "create table if not exists t as select 1 as a", "ok"),
            (
                "create table t (a int primary key, b text)",
                "create table u (x, y, z) as select a, b from t",
                "42601 too many column names were specified",
            ),
            (
                "create table t (a int primary key, b text)",
                "create materialized view m as select c from t",
                "42703 column \"c\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create materialized view m as select a from t",
                "refresh materialized view m",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create materialized view m as select a from t",
                "refresh materialized view concurrently m",
                "55000 cannot refresh materialized view \"public.m\" concurrently",
            ),
            (
                "create table t (a int primary key, b text)",
                "refresh materialized view t",
                "0A000 \"t\" is not a materialized view",
            ),
            ("", "refresh materialized view m", "42P01 relation \"m\" does not exist"),
        ]);
    }
}
