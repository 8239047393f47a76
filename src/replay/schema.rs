//! CREATE SCHEMA.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop, apply, privileges};
use crate::catalog::{Catalog, Class, Oid, Schema};
use crate::syntax::ast::{CreateSchema, Name, ObjectKind, RoleSpec};

pub(super) fn create_schema(cat: &mut Catalog, stmt: &CreateSchema) -> Replayed<Effects> {
    let owner = match &stmt.authorization {
        Some(role) => cat.resolve_role(role)?,
        None => cat.session.current_role,
    };
    let name = match (&stmt.name, &stmt.authorization) {
        (Some(name), _) => name.clone(),
        (None, Some(RoleSpec::Name(name))) => name.clone(),
        (None, Some(role)) => match cat.role(owner) {
            Some(entry) => Name::new(entry.name.clone(), role.span()),
            None => return Err(Stop::unknown("the schema's owner is not known")),
        },
        (None, None) => return Err(Stop::unknown("the schema has no name")),
    };
    cat.must_be_known(&name)?;
    if name.starts_with("pg_") {
        return Err(SqlError::new(state::RESERVED_NAME, name.span, format!("unacceptable schema name \"{name}\""))
            .detail("The prefix \"pg_\" is reserved for system schemas.")
            .into());
    }
    if cat.schema_named(&name).is_some() {
        if stmt.if_not_exists {
            return Ok(Effects::none());
        }
        return Err(SqlError::new(state::DUPLICATE_SCHEMA, name.span, format!("schema \"{name}\" already exists"))
            .about("schema", name.to_string())
            .into());
    }
    let oid = cat.new_oid();
    let acl = privileges::initial_acl(cat, ObjectKind::Schema, Oid::INVALID, owner);
    let origin = cat.origin();
    cat.insert_schema(Schema { oid, name: name.text.clone(), owner, acl, origin });
    let mut effects = Effects::of(Class::Schema, oid, Change::Created);
    if stmt.elements.is_empty() {
        return Ok(effects);
    }
    // The elements run with the new schema in front of the search path.
    let path = cat.session.search_path.clone();
    cat.session.search_path.insert(0, name.text.clone());
    for element in &stmt.elements {
        effects.extend(apply(cat, element)?);
    }
    cat.session.search_path = path;
    Ok(effects)
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn schemas_as_postgresql_answers() {
        check(&[
            ("", "create schema s", "ok"),
            ("create schema s", "create schema s", "42P06 schema \"s\" already exists"),
            ("create schema s", "create schema if not exists s", "ok"),
            ("", "create schema pg_s", "42939 unacceptable schema name \"pg_s\""),
            ("", "create schema s authorization nobody", "42704 role \"nobody\" does not exist"),
            ("", "create schema authorization anon", "ok"),
            ("", "create schema s create table t (a int) create view v as select a from t", "ok"),
            ("create schema s create table t (a int)", "select a from s.t", "ok"),
            ("", "create schema s create view v as select a from nothing", "42P01 relation \"nothing\" does not exist"),
        ]);
    }
}
