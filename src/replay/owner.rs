//! ALTER … OWNER TO.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{Acl, Catalog, Class, DependencyKind, ObjectAddress, Oid, RelationKind, TypeKind};
use crate::syntax::ast::{ObjectKind, ObjectName, OwnerTo};

pub(super) fn owner_to(cat: &mut Catalog, stmt: &OwnerTo) -> Replayed<Effects> {
    // ALTER TABLE looks the relation up first, the other commands the role.
    let is_relation = matches!(
        stmt.kind,
        ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence
            | ObjectKind::ForeignTable
            | ObjectKind::Index
    );
    if !is_relation {
        cat.resolve_role(&stmt.owner)?;
    }
    let Some(address) = target(cat, stmt)? else { return Ok(Effects::none()) };
    let owner = cat.resolve_role(&stmt.owner)?;
    set_owner(cat, address, owner);
    Ok(Effects::of(address.class, address.oid, Change::OwnerChanged))
}

fn target(cat: &Catalog, stmt: &OwnerTo) -> Replayed<Option<ObjectAddress>> {
    // ALTER TABLE … OWNER TO takes any kind of relation that has an owner of its own.
    if let (ObjectKind::Table, ObjectName::Name(name)) = (stmt.kind, &stmt.object) {
        let relation = match cat.find_relation(name)? {
            Some(relation) => relation,
            None if stmt.if_exists => return Ok(None),
            None => return Err(cat.missing_relation(name)),
        };
        return match relation.kind {
            RelationKind::CompositeType => Err(SqlError::new(
                state::WRONG_OBJECT_TYPE,
                name.span(),
                format!("\"{}\" is a composite type", relation.name),
            )
            .hint("Use ALTER TYPE instead.")
            .into()),
            RelationKind::Sequence if relation.sequence.as_ref().is_some_and(|s| s.owned_by.is_some()) => {
                Err(SqlError::new(
                    state::FEATURE_NOT_SUPPORTED,
                    name.span(),
                    format!("cannot change owner of sequence \"{}\"", relation.name),
                )
                .into())
            }
            _ => Ok(Some(ObjectAddress::new(Class::Relation, relation.oid))),
        };
    }
    let found = match stmt.if_exists {
        true => cat.find_object(stmt.kind, &stmt.object)?,
        false => Some(cat.resolve_object(stmt.kind, &stmt.object)?),
    };
    if let Some(address) = found
        && address.class == Class::Type
        && let Some(ty) = cat.type_(address.oid)
    {
        match ty.kind {
            TypeKind::Array(_) => {
                let message =
                    format!("cannot alter array type {}", cat.format_type(crate::catalog::TypeRef::plain(ty.oid)));
                return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.object.span(), message).into());
            }
            TypeKind::Composite(relation)
                if cat.relation(relation).is_some_and(|r| r.kind != RelationKind::CompositeType) =>
            {
                let message = format!("{} is a table's row type", ty.name);
                return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.object.span(), message)
                    .hint("Use ALTER TABLE instead.")
                    .into());
            }
            _ => {}
        }
    }
    if found.is_some_and(|a| a.class == Class::Extension) {
        return Err(Stop::unknown("extensions have no owner that could be changed"));
    }
    Ok(found)
}

/// Gives the object, and what belongs to it, to another role; grants by the old owner become the new one's.
pub(super) fn set_owner(cat: &mut Catalog, address: ObjectAddress, owner: Oid) {
    match address.class {
        Class::Relation => set_relation_owner(cat, address.oid, owner),
        Class::Function => {
            if let Some(function) = cat.function_mut(address.oid) {
                change(&mut function.owner, &mut function.acl, owner);
            }
        }
        Class::Schema => {
            if let Some(schema) = cat.schema_mut(address.oid) {
                change(&mut schema.owner, &mut schema.acl, owner);
            }
        }
        Class::Type => {
            let Some(ty) = cat.type_(address.oid).cloned() else { return };
            for oid in [ty.oid, ty.array] {
                if let Some(ty) = cat.type_mut(oid) {
                    change(&mut ty.owner, &mut ty.acl, owner);
                }
            }
            if let TypeKind::Composite(relation) = ty.kind
                && let Some(relation) = cat.relation_mut(relation)
            {
                relation.owner = owner;
            }
        }
        Class::Publication => {
            if let Some(publication) = cat.publication_mut(address.oid) {
                publication.owner = owner;
            }
        }
        _ => {}
    }
}

/// The relation with its row type, indexes and owned sequences.
fn set_relation_owner(cat: &mut Catalog, oid: Oid, owner: Oid) {
    let Some(relation) = cat.relation_mut(oid) else { return };
    change(&mut relation.owner, &mut relation.acl, owner);
    let (row_type, indexes) = (relation.row_type, relation.indexes.clone());
    let array = cat.type_(row_type).map_or(Oid::INVALID, |t| t.array);
    for ty in [row_type, array] {
        if let Some(ty) = cat.type_mut(ty) {
            ty.owner = owner;
        }
    }
    let sequences: Vec<Oid> = cat
        .dependents(oid)
        .filter(|d| {
            d.referenced.column > 0
                && d.dependent.class == Class::Relation
                && matches!(d.kind, DependencyKind::Auto | DependencyKind::Internal)
        })
        .map(|d| d.dependent.oid)
        .filter(|sequence| cat.relation(*sequence).is_some_and(|r| r.kind == RelationKind::Sequence))
        .collect();
    for part in indexes.into_iter().chain(sequences) {
        if let Some(part) = cat.relation_mut(part) {
            change(&mut part.owner, &mut part.acl, owner);
        }
    }
}

/// aclnewowner.
fn change(old: &mut Oid, acl: &mut Option<Acl>, owner: Oid) {
    for item in acl.iter_mut().flat_map(|acl| &mut acl.items) {
        if item.grantee == *old {
            item.grantee = owner;
        }
        if item.grantor == *old {
            item.grantor = owner;
        }
    }
    *old = owner;
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn owners_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "alter table t owner to anon", "ok"),
            (
                "create table t (a int primary key, b text)",
                "alter table t owner to nobody",
                "42704 role \"nobody\" does not exist",
            ),
            ("", "alter table nothing owner to anon", "42P01 relation \"nothing\" does not exist"),
            ("", "alter table if exists nothing owner to anon", "ok"),
            ("", "alter table nowhere.t owner to anon", "3F000 schema \"nowhere\" does not exist"),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "alter function f(int, text) owner to anon",
                "ok",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "alter function f(int) owner to anon",
                "42883 function f(integer) does not exist",
            ),
            ("", "alter schema nowhere owner to anon", "3F000 schema \"nowhere\" does not exist"),
            ("create table t (a int primary key, b text)", "alter view t owner to anon", "42809 \"t\" is not a view"),
            ("create type mood as enum ()", "alter type mood owner to anon", "ok"),
            ("", "alter type mood owner to anon", "42704 type \"mood\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "alter type t owner to anon",
                "42809 t is a table's row type",
            ),
            ("", "alter publication supabase_realtime owner to postgres", "ok"),
        ]);
    }
}
