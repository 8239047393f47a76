//! ALTER … SET SCHEMA.

use super::error::state;
use super::types::move_type;
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::base;
use crate::catalog::{Catalog, Class, DependencyKind, ObjectAddress, Oid, RelationKind, TypeKind, TypeRef};
use crate::source::Span;
use crate::syntax::ast::{ObjectKind, ObjectName, SetSchema};

pub(super) fn set_schema(cat: &mut Catalog, stmt: &SetSchema) -> Replayed<Effects> {
    let Some(address) = target(cat, stmt)? else { return Ok(Effects::none()) };
    if address.class == Class::Relation {
        check_not_owned(cat, address.oid, stmt.object.span())?;
    }
    let schema = cat.resolve_schema(&stmt.schema)?;
    let span = stmt.object.span();
    match address.class {
        Class::Relation => move_relation(cat, address.oid, schema, span)?,
        Class::Type => move_user_type(cat, address.oid, schema, span)?,
        Class::Function => move_function(cat, address.oid, schema, span)?,
        Class::Extension => move_extension(cat, address.oid, schema, span)?,
        Class::Other => move_other(cat, address.oid, schema, span)?,
        _ => return Err(Stop::unknown("this kind of object is not moved")),
    }
    Ok(Effects::of(address.class, address.oid, Change::Moved))
}

fn target(cat: &Catalog, stmt: &SetSchema) -> Replayed<Option<ObjectAddress>> {
    if let (ObjectKind::Table, ObjectName::Name(name)) = (stmt.kind, &stmt.object) {
        // ALTER TABLE takes views and sequences too.
        let relation = match cat.find_relation(name)? {
            Some(relation) => relation,
            None if stmt.if_exists => return Ok(None),
            None => return Err(cat.missing_relation(name)),
        };
        let wrong = |what: &str, hint: &str| {
            let message = format!("\"{}\" is {what}", relation.name);
            Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).hint(hint).into())
        };
        return match relation.kind {
            RelationKind::CompositeType => wrong("a composite type", "Use ALTER TYPE instead."),
            RelationKind::Index | RelationKind::PartitionedIndex => {
                let message = format!("cannot change schema of index \"{}\"", relation.name);
                Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message)
                    .hint("Change the schema of the table instead.")
                    .into())
            }
            _ => Ok(Some(ObjectAddress::new(Class::Relation, relation.oid))),
        };
    }
    match stmt.if_exists {
        true => cat.find_object(stmt.kind, &stmt.object),
        false => cat.resolve_object(stmt.kind, &stmt.object).map(Some),
    }
}

/// An owned sequence moves with its table only; said before the schema is looked up.
fn check_not_owned(cat: &Catalog, relation: Oid, span: Span) -> Replayed<()> {
    let sequence = cat.relation(relation).and_then(|r| r.sequence.as_ref());
    if sequence.is_some_and(|s| s.owned_by.is_some()) {
        let message = "cannot move an owned sequence into another schema";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
    }
    Ok(())
}

fn schema_name(cat: &Catalog, schema: Oid) -> String {
    cat.schema(schema).map_or_else(String::new, |s| s.name.to_string())
}

fn move_relation(cat: &mut Catalog, oid: Oid, schema: Oid, span: Span) -> Replayed<()> {
    let Some(relation) = cat.relation(oid).cloned() else { return Ok(()) };
    if relation.schema == schema {
        return Ok(());
    }
    if relation.is_temporary() || cat.session.temp_schema == Some(schema) {
        let message = "cannot move objects into or out of temporary schemas";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
    }
    if cat.relation_named(schema, &relation.name).is_some() {
        let message =
            format!("relation \"{}\" already exists in schema \"{}\"", relation.name, schema_name(cat, schema));
        return Err(SqlError::new(state::DUPLICATE_TABLE, span, message)
            .about("relation", cat.display_name(schema, &relation.name))
            .into());
    }
    let old = relation.schema;
    cat.set_schema(Class::Relation, oid, schema);
    if relation.row_type.is_valid() {
        move_type(cat, relation.row_type, schema);
    }
    for index in &relation.indexes {
        cat.set_schema(Class::Relation, *index, schema);
    }
    for constraint in &relation.constraints {
        cat.remove_constraint_name(old, &constraint.name, constraint.oid);
        cat.add_constraint_name(schema, &constraint.name, constraint.oid);
    }
    let sequences: Vec<Oid> = cat
        .dependents(oid)
        .filter(|d| d.dependent.class == Class::Relation && d.kind != DependencyKind::Normal)
        .map(|d| d.dependent.oid)
        .filter(|dependent| cat.relation(*dependent).is_some_and(|r| r.kind == RelationKind::Sequence))
        .collect();
    for sequence in sequences {
        cat.set_schema(Class::Relation, sequence, schema);
    }
    Ok(())
}

fn move_user_type(cat: &mut Catalog, oid: Oid, schema: Oid, span: Span) -> Replayed<()> {
    let Some(ty) = cat.type_(oid).cloned() else { return Ok(()) };
    if let TypeKind::Array(_) = ty.kind {
        let message = format!("cannot alter array type {}", cat.format_type(TypeRef::plain(oid)));
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).into());
    }
    if ty.schema == schema {
        return Ok(());
    }
    if cat.type_named(schema, &ty.name).is_some() {
        let message = format!("type \"{}\" already exists in schema \"{}\"", ty.name, schema_name(cat, schema));
        return Err(SqlError::new(state::DUPLICATE_OBJECT, span, message)
            .about("type", cat.display_name(schema, &ty.name))
            .into());
    }
    if let TypeKind::Composite(relation) = ty.kind {
        if cat.relation(relation).is_some_and(|r| r.kind != RelationKind::CompositeType) {
            let message = format!("{} is a table's row type", cat.format_type(TypeRef::plain(oid)));
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).hint("Use ALTER TABLE instead.").into());
        }
        cat.set_schema(Class::Relation, relation, schema);
    }
    if let TypeKind::Domain(domain) = &ty.kind {
        for constraint in &domain.constraints {
            cat.remove_constraint_name(ty.schema, &constraint.name, constraint.oid);
            cat.add_constraint_name(schema, &constraint.name, constraint.oid);
        }
    }
    move_type(cat, oid, schema);
    Ok(())
}

fn move_function(cat: &mut Catalog, oid: Oid, schema: Oid, span: Span) -> Replayed<()> {
    let Some(function) = cat.function(oid).cloned() else { return Ok(()) };
    if function.schema == schema {
        return Ok(());
    }
    let types: Vec<Oid> = function.input_args().map(|a| a.ty.oid).collect();
    if cat.functions_named(schema, &function.name).any(|f| f.has_input_types(&types)) {
        let shown: Vec<String> = types.iter().map(|ty| cat.format_type(TypeRef::plain(*ty))).collect();
        let message = format!(
            "function {}({}) already exists in schema \"{}\"",
            function.name,
            shown.join(", "),
            schema_name(cat, schema)
        );
        return Err(SqlError::new(state::DUPLICATE_FUNCTION, span, message)
            .about("function", cat.display_name(schema, &function.name))
            .into());
    }
    cat.set_schema(Class::Function, oid, schema);
    Ok(())
}

fn move_other(cat: &mut Catalog, oid: Oid, schema: Oid, span: Span) -> Replayed<()> {
    let Some(object) = cat.other(oid).cloned() else { return Ok(()) };
    if object.schema == schema {
        return Ok(());
    }
    if cat.other_named(object.kind, schema, &object.name).is_some() {
        let noun = object.kind.noun();
        let message = format!("{noun} \"{}\" already exists in schema \"{}\"", object.name, schema_name(cat, schema));
        return Err(SqlError::new(state::DUPLICATE_OBJECT, span, message).into());
    }
    cat.set_schema(Class::Other, oid, schema);
    Ok(())
}

/// All members of the extension that stand in its schema move along.
fn move_extension(cat: &mut Catalog, oid: Oid, schema: Oid, span: Span) -> Replayed<()> {
    let Some(extension) = cat.extension(oid).cloned() else { return Ok(()) };
    if extension.schema == schema {
        return Ok(());
    }
    if base::extension(&extension.name).is_some_and(|script| !script.relocatable) {
        let message = format!("extension \"{}\" does not support SET SCHEMA", extension.name);
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
    }
    let members: Vec<ObjectAddress> =
        cat.dependents(oid).filter(|d| d.kind == DependencyKind::Extension).map(|d| d.dependent).collect();
    for member in members {
        match member.class {
            Class::Relation => move_relation(cat, member.oid, schema, span)?,
            Class::Type if cat.type_(member.oid).is_some_and(|t| is_row_type_of_relation(cat, &t.kind)) => {}
            Class::Type => move_user_type(cat, member.oid, schema, span)?,
            Class::Function => move_function(cat, member.oid, schema, span)?,
            Class::Other if cat.other(member.oid).is_some_and(|o| o.schema.is_valid()) => {
                cat.set_schema(Class::Other, member.oid, schema);
            }
            _ => {}
        }
    }
    if let Some(extension) = cat.extension_mut(oid) {
        extension.schema = schema;
    }
    let address = ObjectAddress::new(Class::Extension, oid);
    cat.drop_dependencies(oid, |d| d.referenced.class == Class::Schema);
    cat.depend(address, ObjectAddress::new(Class::Schema, schema), DependencyKind::Normal);
    Ok(())
}

fn is_row_type_of_relation(cat: &Catalog, kind: &TypeKind) -> bool {
    match kind {
        TypeKind::Composite(relation) => cat.relation(*relation).is_some_and(|r| r.kind != RelationKind::CompositeType),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn set_schema_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text); create schema s", "alter table t set schema s", "ok"),
            (
                "create table t (a int primary key, b text); create schema s; alter table t set schema s",
                "select a from s.t",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create schema s; alter table t set schema s",
                "select a from t",
                "42P01 relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "alter table t set schema nowhere",
                "3F000 schema \"nowhere\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create schema s; create table s.t (a int)",
                "alter table t set schema s",
                "42P07 relation \"t\" already exists in schema \"s\"",
            ),
            ("create schema s", "alter table nothing set schema s", "42P01 relation \"nothing\" does not exist"),
            ("create schema s", "alter table if exists nothing set schema s", "ok"),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'; create schema s",
                "alter function f(int, text) set schema s",
                "ok",
            ),
            ("create type mood as enum (); create schema s", "alter type mood set schema s", "ok"),
            (
                "create type mood as enum (); create schema s; alter type mood set schema s",
                "create table u (m s.mood[])",
                "ok",
            ),
            (
                "create type mood as enum (); create schema s; create type s.mood as enum ()",
                "alter type mood set schema s",
                "42710 type \"mood\" already exists in schema \"s\"",
            ),
        ]);
    }
}
