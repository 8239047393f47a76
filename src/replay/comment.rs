//! COMMENT ON, SECURITY LABEL.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{Catalog, RelationKind};
use crate::syntax::ast::{Comment, Name, ObjectKind, ObjectName, QualifiedName, SecurityLabel};

pub(super) fn comment(cat: &mut Catalog, stmt: &Comment) -> Replayed<Effects> {
    // A database that is not there is worth a warning only.
    let address = match (stmt.kind, &stmt.object) {
        (ObjectKind::Database, object) => match cat.find_object(stmt.kind, object)? {
            Some(address) => address,
            None => return Ok(Effects::none()),
        },
        (ObjectKind::Column, ObjectName::Column { relation, column }) => {
            check_columns(cat, relation, column)?;
            cat.resolve_object(stmt.kind, &stmt.object)?
        }
        (_, object) => cat.resolve_object(stmt.kind, object)?,
    };
    // A rule's address is its relation's, whose comment this is not.
    if stmt.kind != ObjectKind::Rule {
        // An empty comment is none.
        let text = stmt.text.as_ref().map(|t| t.text.clone()).filter(|t| !t.is_empty());
        cat.set_comment(address, text);
    }
    let mut effects = Effects::none();
    effects.add_in(cat.relation_of(address), address, Change::Commented);
    Ok(effects)
}

/// Columns of indexes and sequences take no comments.
fn check_columns(cat: &Catalog, name: &QualifiedName, column: &Name) -> Replayed<()> {
    let relation = cat.resolve_relation(name)?;
    let detail = match (&relation.index, relation.kind) {
        (Some(index), _) => {
            let table = cat.relation(index.table);
            let names = index.keys.iter().filter_map(|k| table.and_then(|t| t.column_by_number(k.column)));
            if !names.map(|c| &c.name).any(|name| *name == column.text) {
                return Err(Stop::unknown("the names of an index's columns are not modelled"));
            }
            "This operation is not supported for indexes."
        }
        (None, RelationKind::Sequence) => "This operation is not supported for sequences.",
        _ => return Ok(()),
    };
    let message = format!("cannot set comment on relation \"{}\"", relation.name);
    Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).detail(detail).into())
}

pub(super) fn security_label(cat: &mut Catalog, stmt: &SecurityLabel) -> Replayed<Effects> {
    cat.resolve_object(stmt.kind, &stmt.object)?;
    Err(Stop::unknown("whether a provider of security labels is loaded is not known"))
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn comments_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "comment on table t is 'x'", "ok"),
            ("create table t (a int primary key, b text)", "comment on column t.a is 'x'", "ok"),
            (
                "create table t (a int primary key, b text)",
                "comment on column t.c is 'x'",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            ("", "comment on table nothing is 'x'", "42P01 relation \"nothing\" does not exist"),
            ("", "comment on table nowhere.t is 'x'", "3F000 schema \"nowhere\" does not exist"),
            ("create table t (a int primary key, b text)", "comment on view t is 'x'", "42809 \"t\" is not a view"),
            ("create table t (a int primary key, b text)", "comment on constraint t_pkey on t is 'x'", "ok"),
            (
                "create table t (a int primary key, b text)",
                "comment on constraint c on t is 'x'",
                "42704 constraint \"c\" for table \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t for select using (true)",
                "comment on policy p on t is 'x'",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t for select using (true)",
                "comment on policy q on t is 'x'",
                "42704 policy \"q\" for table \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "comment on trigger x on t is 'x'",
                "42704 trigger \"x\" for table \"t\" does not exist",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "comment on function f(int, text) is 'x'",
                "ok",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "comment on function f(a int) is 'x'",
                "42883 function f(integer) does not exist",
            ),
            ("", "comment on schema nowhere is 'x'", "3F000 schema \"nowhere\" does not exist"),
            ("", "comment on extension nothing is 'x'", "42704 extension \"nothing\" does not exist"),
            ("", "comment on extension pgcrypto is 'x'", "ok"),
            ("", "comment on role nobody is 'x'", "42704 role \"nobody\" does not exist"),
            ("", "comment on type nothing is 'x'", "42704 type \"nothing\" does not exist"),
            ("create type mood as enum ()", "comment on type mood is 'x'", "ok"),
            ("", "comment on publication nothing is 'x'", "42704 publication \"nothing\" does not exist"),
            ("", "comment on database nothing is 'x'", "ok"),
            ("", "comment on language plpgsql is 'x'", "ok"),
            ("create table t (a int primary key, b text)", "comment on index t_pkey is 'x'", "ok"),
            ("create table t (a int primary key, b text)", "comment on index t is 'x'", "42809 \"t\" is not an index"),
            (
                "create table t (a int primary key, b text)",
                "comment on column t_pkey.a is 'x'",
                "42809 cannot set comment on relation \"t_pkey\"",
            ),
        ]);
    }
}
