//! GRANT and REVOKE on objects, ALTER DEFAULT PRIVILEGES, and the privileges that a new object starts with.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{
    Acl, AclItem, Catalog, Class, DefaultPrivilege, FunctionKind, ObjectAddress, Oid, Privileges, RelationKind,
    TypeKind, public_defaults,
};
use crate::sort::sort_by_key;
use crate::source::Span;
use crate::syntax::ast::{
    self, AlterDefaultPrivileges, Grant, GrantTarget, Name, ObjectKind, ObjectName, Privilege, RoleSpec,
};
use std::sync::Arc;

/// All privileges that a kind of object has.
fn all_privileges(kind: ObjectKind) -> Privileges {
    use ObjectKind::*;
    match kind {
        Table | View | MaterializedView | ForeignTable => Privileges::TABLE,
        Sequence => Privileges::SEQUENCE,
        Schema => Privileges::USAGE.union(Privileges::CREATE),
        Function | Procedure | Routine | Aggregate => Privileges::EXECUTE,
        Database => Privileges::CREATE.union(Privileges::TEMPORARY).union(Privileges::CONNECT),
        LargeObject => Privileges::SELECT.union(Privileges::UPDATE),
        Tablespace => Privileges::CREATE,
        Parameter => Privileges::SET.union(Privileges::ALTER_SYSTEM),
        _ => Privileges::USAGE,
    }
}

/// What an object of this kind has without any GRANT (acldefault).
pub(crate) fn default_acl(kind: ObjectKind, owner: Oid) -> Acl {
    let item = |grantee, privileges| AclItem { grantee, grantor: owner, privileges, grantable: Privileges::default() };
    let public = public_defaults(kind);
    let mut items = Vec::new();
    if !public.is_empty() {
        items.push(item(Oid::INVALID, public));
    }
    items.push(item(owner, all_privileges(kind)));
    Acl { items, ..Acl::default() }
}

/// The privileges that default privileges give to a new object; `None` where there are none (get_user_default_acl).
pub(crate) fn initial_acl(cat: &Catalog, kind: ObjectKind, schema: Oid, owner: Oid) -> Option<Acl> {
    let kind = default_kind(kind)?;
    let entry =
        |schema| cat.default_privileges.iter().find(|d| d.role == owner && d.schema == schema && d.kind == kind);
    let global = entry(Oid::INVALID);
    let in_schema = if schema.is_valid() { entry(schema) } else { None };
    if global.is_none() && in_schema.is_none() {
        return None;
    }
    let default = default_acl(kind, owner);
    let mut acl = global.map_or_else(|| default.clone(), |d| d.acl.clone());
    for item in in_schema.iter().flat_map(|d| &d.acl.items) {
        add(&mut acl, *item);
    }
    sort(&mut acl);
    if same(&acl, &default) { None } else { Some(acl) }
}

/// The canonical order (aclitemsort), which default privileges have and what is made from them.
fn sort(acl: &mut Acl) {
    sort_by_key(&mut acl.items, |item| (item.grantee, item.grantor, item.privileges.0));
}

/// The kind under which default privileges know an object.
fn default_kind(kind: ObjectKind) -> Option<ObjectKind> {
    use ObjectKind::*;
    Some(match kind {
        Table | View | MaterializedView | ForeignTable => Table,
        Sequence => Sequence,
        Function | Procedure | Routine | Aggregate => Function,
        Type | Domain => Type,
        Schema => Schema,
        LargeObject => LargeObject,
        _ => return None,
    })
}

fn add(acl: &mut Acl, new: AclItem) {
    match acl.items.iter_mut().find(|i| i.grantee == new.grantee && i.grantor == new.grantor) {
        Some(item) => {
            item.privileges = item.privileges.union(new.privileges);
            item.grantable = item.grantable.union(new.grantable);
        }
        None => acl.items.push(new),
    }
}

fn take(acl: &mut Acl, grantee: Oid, privileges: Privileges, grant_option_only: bool) {
    for item in acl.items.iter_mut().filter(|i| i.grantee == grantee) {
        item.grantable = item.grantable.without(privileges);
        if !grant_option_only {
            item.privileges = item.privileges.without(privileges);
        }
    }
    acl.items.retain(|i| !i.privileges.is_empty());
}

fn same(a: &Acl, b: &Acl) -> bool {
    a.items.len() == b.items.len() && a.items.iter().all(|item| b.items.contains(item))
}

/// What a GRANT or REVOKE changes in each access list.
struct AclChange<'s> {
    revoke: bool,
    grant_option: bool,
    grantees: &'s [Oid],
    owner: Oid,
}

impl AclChange<'_> {
    fn apply(&self, acl: &mut Acl, privileges: Privileges) {
        for &grantee in self.grantees {
            if self.revoke {
                take(acl, grantee, privileges, self.grant_option);
            } else {
                let grantable = if self.grant_option { privileges } else { Privileges::default() };
                add(acl, AclItem { grantee, grantor: self.owner, privileges, grantable });
            }
        }
    }
}

pub(super) fn grant(cat: &mut Catalog, stmt: &Grant) -> Replayed<Effects> {
    let (kind, objects) = targets(cat, &stmt.target)?;
    let grantees = grantees(cat, &stmt.grantees, stmt.grant_option && !stmt.revoke)?;
    if let Some(grantor) = &stmt.granted_by
        && cat.resolve_role(grantor)? != cat.session.current_role
    {
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, grantor.span(), "grantor must be current user").into());
    }
    let wanted = wanted_privileges(&stmt.privileges, kind)?;
    let change = if stmt.revoke { Change::PrivilegesRevoked } else { Change::PrivilegesGranted };
    let mut effects = Effects::none();
    for (address, span) in objects {
        check_target(cat, kind, address, &wanted, span)?;
        apply_to(cat, kind, address, stmt, &wanted, &grantees)?;
        effects.add_in(cat.relation_of(address), address, change);
    }
    Ok(effects)
}

/// The privileges named: for whole objects, and by column.
struct Wanted<'s> {
    whole: Privileges,
    columns: Vec<(Privileges, &'s [Name])>,
    all: bool,
}

fn wanted_privileges(privileges: &ast::Privileges, kind: ObjectKind) -> Replayed<Wanted<'_>> {
    match privileges {
        ast::Privileges::All { columns, .. } if columns.is_empty() => {
            Ok(Wanted { whole: all_privileges(kind), columns: Vec::new(), all: true })
        }
        ast::Privileges::All { columns, span } => {
            only_relations(kind, *span)?;
            Ok(Wanted { whole: Privileges::default(), columns: vec![(Privileges::COLUMN, columns)], all: true })
        }
        ast::Privileges::List(list) => {
            let mut wanted = Wanted { whole: Privileges::default(), columns: Vec::new(), all: false };
            for privilege in list {
                let bits = parse_privilege(privilege)?;
                if privilege.columns.is_empty() {
                    // GRANT … ON TABLE may name a sequence.
                    let allowed = match kind {
                        ObjectKind::Table => Privileges::TABLE.union(Privileges::SEQUENCE),
                        _ => all_privileges(kind),
                    };
                    if !allowed.contains(bits) {
                        return Err(invalid_privilege(privilege, grant_noun(kind)).into());
                    }
                    wanted.whole = wanted.whole.union(bits);
                } else {
                    only_relations(kind, privilege.name.span)?;
                    if !Privileges::COLUMN.contains(bits) {
                        return Err(invalid_privilege(privilege, "column").into());
                    }
                    wanted.columns.push((bits, &privilege.columns));
                }
            }
            Ok(wanted)
        }
    }
}

fn parse_privilege(privilege: &Privilege) -> Replayed<Privileges> {
    Privileges::from_keyword(&privilege.name).ok_or_else(|| {
        let message = format!("unrecognized privilege type \"{}\"", privilege.name);
        SqlError::new(state::SYNTAX_ERROR, privilege.name.span, message).into()
    })
}

fn only_relations(kind: ObjectKind, span: Span) -> Replayed<()> {
    match kind {
        ObjectKind::Table => Ok(()),
        _ => Err(SqlError::new(state::INVALID_GRANT_OPERATION, span, "column privileges are only valid for relations")
            .into()),
    }
}

fn invalid_privilege(privilege: &Privilege, noun: &str) -> SqlError {
    let shown = match &*privilege.name.text {
        "temp" => "TEMPORARY".to_string(),
        name => name.to_ascii_uppercase(),
    };
    let message = format!("invalid privilege type {shown} for {noun}");
    SqlError::new(state::INVALID_GRANT_OPERATION, privilege.name.span, message)
}

fn grant_noun(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Table => "relation",
        ObjectKind::Server => "foreign server",
        other => other.noun(),
    }
}

fn grantees(cat: &Catalog, roles: &[RoleSpec], with_grant_option: bool) -> Replayed<Vec<Oid>> {
    let mut oids = Vec::with_capacity(roles.len());
    for role in roles {
        let oid = cat.resolve_role(role)?;
        if with_grant_option && !oid.is_valid() {
            return Err(SqlError::new(
                state::INVALID_GRANT_OPERATION,
                role.span(),
                "grant options can only be granted to roles",
            )
            .into());
        }
        oids.push(oid);
    }
    Ok(oids)
}

type Targets = Vec<(ObjectAddress, Span)>;

fn targets(cat: &Catalog, target: &GrantTarget) -> Replayed<(ObjectKind, Targets)> {
    match target {
        GrantTarget::Objects { kind, objects } => {
            let mut found = Vec::with_capacity(objects.len());
            for object in objects {
                found.push((grant_object(cat, *kind, object)?, object.span()));
            }
            Ok((*kind, found))
        }
        GrantTarget::AllInSchema { kind, schemas } => {
            let mut found = Vec::new();
            for schema in schemas {
                let oid = cat.resolve_schema(schema)?;
                found.extend(all_in_schema(cat, *kind, oid).into_iter().map(|address| (address, schema.span)));
            }
            Ok((*kind, found))
        }
    }
}

fn grant_object(cat: &Catalog, kind: ObjectKind, object: &ObjectName) -> Replayed<ObjectAddress> {
    match (kind, object) {
        (ObjectKind::Table | ObjectKind::Sequence, ObjectName::Name(name)) => {
            Ok(ObjectAddress::new(Class::Relation, cat.resolve_relation(name)?.oid))
        }
        (ObjectKind::Parameter | ObjectKind::LargeObject | ObjectKind::Tablespace, _) => {
            Err(Stop::unknown(format!("privileges on a {} are not modelled", kind.noun())))
        }
        _ => cat.resolve_object(kind, object),
    }
}

fn all_in_schema(cat: &Catalog, kind: ObjectKind, schema: Oid) -> Vec<ObjectAddress> {
    let relations = |wanted: fn(RelationKind) -> bool| {
        let of_kind = cat.relations().filter(move |r| r.schema == schema && wanted(r.kind));
        of_kind.map(|r| ObjectAddress::new(Class::Relation, r.oid)).collect()
    };
    let functions = |wanted: fn(FunctionKind) -> bool| {
        let of_kind = cat.functions_in(schema).filter(move |f| wanted(f.kind));
        of_kind.map(|f| ObjectAddress::new(Class::Function, f.oid)).collect()
    };
    match kind {
        ObjectKind::Table => relations(|kind| {
            kind.is_table()
                || matches!(kind, RelationKind::View | RelationKind::MaterializedView | RelationKind::ForeignTable)
        }),
        ObjectKind::Sequence => relations(|kind| kind == RelationKind::Sequence),
        ObjectKind::Procedure => functions(|kind| kind == FunctionKind::Procedure),
        ObjectKind::Routine => functions(|_| true),
        _ => functions(|kind| kind != FunctionKind::Procedure),
    }
}

/// Whether the object's own kind takes the privileges.
fn check_target(cat: &Catalog, kind: ObjectKind, address: ObjectAddress, wanted: &Wanted, span: Span) -> Replayed<()> {
    if let Some(relation) = cat.relation(address.oid).filter(|_| address.class == Class::Relation) {
        let refuse = |what: &str| {
            let message = format!("\"{}\" is {what}", relation.name);
            Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).into())
        };
        match relation.kind {
            RelationKind::Index | RelationKind::PartitionedIndex => return refuse("an index"),
            RelationKind::CompositeType => return refuse("a composite type"),
            RelationKind::Sequence => {}
            _ if kind == ObjectKind::Sequence => return refuse("not a sequence"),
            _ if !wanted.all && wanted.whole.contains(Privileges::USAGE) => {
                return Err(SqlError::new(
                    state::INVALID_GRANT_OPERATION,
                    span,
                    "invalid privilege type USAGE for table",
                )
                .into());
            }
            _ => {}
        }
    }
    if let Some(ty) = cat.type_(address.oid).filter(|_| address.class == Class::Type) {
        let message = match ty.kind {
            TypeKind::Array(_) => Some("cannot set privileges of array types"),
            TypeKind::Multirange(_) => Some("cannot set privileges of multirange types"),
            _ => None,
        };
        if let Some(message) = message {
            return Err(SqlError::new(state::INVALID_GRANT_OPERATION, span, message).into());
        }
    }
    Ok(())
}

fn apply_to(
    cat: &mut Catalog,
    kind: ObjectKind,
    address: ObjectAddress,
    stmt: &Grant,
    wanted: &Wanted,
    grantees: &[Oid],
) -> Replayed<()> {
    // What is known by name only keeps no access list.
    let Some((owner, acl)) = owner_and_acl(cat, address) else { return Ok(()) };
    let change = AclChange { revoke: stmt.revoke, grant_option: stmt.grant_option, grantees, owner };
    if !wanted.whole.is_empty() {
        let own_kind = match cat.relation(address.oid) {
            Some(r) if address.class == Class::Relation && r.kind == RelationKind::Sequence => ObjectKind::Sequence,
            _ => kind,
        };
        let mut acl = acl.unwrap_or_else(|| default_acl(own_kind, owner));
        let privileges = if wanted.all { all_privileges(own_kind) } else { wanted.whole };
        change.apply(&mut acl, privileges);
        set_acl(cat, address, acl);
        if stmt.revoke && address.class == Class::Relation {
            revoke_from_columns(cat, address.oid, &change, privileges);
        }
    }
    for (privileges, columns) in &wanted.columns {
        for column in *columns {
            let Some(relation) = cat.relation(address.oid).cloned() else { continue };
            let number = cat.resolve_column(&relation, column)?;
            if let Some(column) = cat.relation_mut(address.oid).and_then(|r| r.column_mut(number)) {
                let mut acl = column.acl.take().unwrap_or_default();
                change.apply(&mut acl, *privileges);
                column.acl = Some(acl).filter(|acl| !acl.items.is_empty());
            }
        }
    }
    Ok(())
}

/// A revoked table privilege is revoked from all columns too.
fn revoke_from_columns(cat: &mut Catalog, relation: Oid, change: &AclChange, privileges: Privileges) {
    let Some(entry) = cat.relation(relation) else { return };
    let numbers: Vec<u16> = entry.live_columns().filter(|c| c.acl.is_some()).map(|c| c.number).collect();
    for number in numbers {
        if let Some(column) = cat.relation_mut(relation).and_then(|r| r.column_mut(number)) {
            let mut acl = column.acl.take().unwrap_or_default();
            change.apply(&mut acl, privileges);
            column.acl = Some(acl).filter(|acl| !acl.items.is_empty());
        }
    }
}

/// A REVOKE that is not followed may have taken privileges on the object.
pub(super) fn make_uncertain(cat: &mut Catalog, address: ObjectAddress) {
    if let Some(acl) = acl_of(cat, address) {
        set_acl(cat, address, Acl { uncertain: true, ..acl });
    }
}

/// The object's access list: that of its kind, where it has none of its own.
pub(super) fn acl_of(cat: &Catalog, address: ObjectAddress) -> Option<Acl> {
    let (owner, acl) = owner_and_acl(cat, address)?;
    let kind = match address.class {
        Class::Function => ObjectKind::Function,
        Class::Schema => ObjectKind::Schema,
        Class::Type => ObjectKind::Type,
        _ => match cat.relation(address.oid).map(|r| r.kind) {
            Some(RelationKind::Sequence) => ObjectKind::Sequence,
            _ => ObjectKind::Table,
        },
    };
    Some(acl.unwrap_or_else(|| default_acl(kind, owner)))
}

fn owner_and_acl(cat: &Catalog, address: ObjectAddress) -> Option<(Oid, Option<Acl>)> {
    Some(match address.class {
        Class::Relation => cat.relation(address.oid).map(|o| (o.owner, o.acl.clone()))?,
        Class::Function => cat.function(address.oid).map(|o| (o.owner, o.acl.clone()))?,
        Class::Type => cat.type_(address.oid).map(|o| (o.owner, o.acl.clone()))?,
        Class::Schema => cat.schema(address.oid).map(|o| (o.owner, o.acl.clone()))?,
        _ => return None,
    })
}

fn set_acl(cat: &mut Catalog, address: ObjectAddress, acl: Acl) {
    let slot = match address.class {
        Class::Relation => cat.relation_mut(address.oid).map(|o| &mut o.acl),
        Class::Function => cat.function_mut(address.oid).map(|o| &mut o.acl),
        Class::Type => cat.type_mut(address.oid).map(|o| &mut o.acl),
        Class::Schema => cat.schema_mut(address.oid).map(|o| &mut o.acl),
        _ => None,
    };
    if let Some(slot) = slot {
        *slot = Some(acl);
    }
}

pub(super) fn alter_default_privileges(cat: &mut Catalog, stmt: &AlterDefaultPrivileges) -> Replayed<Effects> {
    let grantees = grantees(cat, &stmt.grantees, stmt.grant_option && !stmt.revoke)?;
    let wanted = match &stmt.privileges {
        ast::Privileges::All { .. } => all_privileges(stmt.kind),
        ast::Privileges::List(list) => {
            let mut bits = Privileges::default();
            for privilege in list {
                let one = parse_privilege(privilege)?;
                if !all_privileges(stmt.kind).contains(one) {
                    return Err(invalid_privilege(privilege, grant_noun(stmt.kind)).into());
                }
                bits = bits.union(one);
            }
            bits
        }
    };
    let mut roles = Vec::with_capacity(stmt.roles.len());
    for role in &stmt.roles {
        roles.push(cat.resolve_role(role)?);
    }
    if roles.is_empty() {
        roles.push(cat.session.current_role);
    }
    let mut schemas = Vec::with_capacity(stmt.schemas.len());
    for schema in &stmt.schemas {
        if stmt.kind == ObjectKind::Schema {
            return Err(SqlError::new(
                state::INVALID_GRANT_OPERATION,
                schema.span,
                "cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS",
            )
            .into());
        }
        schemas.push(cat.resolve_schema(schema)?);
    }
    if schemas.is_empty() {
        schemas.push(Oid::INVALID);
    }
    for &role in &roles {
        for &schema in &schemas {
            let change =
                AclChange { revoke: stmt.revoke, grant_option: stmt.grant_option, grantees: &grantees, owner: role };
            change_default(cat, role, schema, stmt.kind, &change, wanted);
        }
    }
    Ok(Effects::none())
}

fn change_default(
    cat: &mut Catalog,
    role: Oid,
    schema: Oid,
    kind: ObjectKind,
    change: &AclChange,
    privileges: Privileges,
) {
    let entries = Arc::make_mut(&mut cat.default_privileges);
    let place = entries.iter().position(|d| d.role == role && d.schema == schema && d.kind == kind);
    let default = if schema.is_valid() { Acl::default() } else { default_acl(kind, role) };
    let mut acl = match place {
        Some(place) => entries.remove(place).acl,
        None => default.clone(),
    };
    change.apply(&mut acl, privileges);
    sort(&mut acl);
    if !same(&acl, &default) {
        entries.push(DefaultPrivilege { role, schema, kind, acl });
    }
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn grants_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "grant select, insert on t to anon, authenticated", "ok"),
            (
                "create table t (a int primary key, b text)",
                "grant all on table t to nobody",
                "42704 role \"nobody\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "grant select on nothing to anon",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "grant select on nowhere.t to anon",
                "3F000 schema \"nowhere\" does not exist",
            ),
            ("", "grant usage on schema nowhere to anon", "3F000 schema \"nowhere\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "grant execute on t to anon",
                "0LP01 invalid privilege type EXECUTE for relation",
            ),
            (
                "create table t (a int primary key, b text)",
                "grant usage on t to anon",
                "0LP01 invalid privilege type USAGE for table",
            ),
            (
                "create table t (a int primary key, b text)",
                "grant nothing on t to anon",
                "42601 unrecognized privilege type \"nothing\"",
            ),
            ("create table t (a int primary key, b text)", "grant select (a), update (b) on t to anon", "ok"),
            (
                "create table t (a int primary key, b text)",
                "grant select (c) on t to anon",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "grant delete (a) on t to anon",
                "0LP01 invalid privilege type DELETE for column",
            ),
            ("", "grant select on schema public to anon", "0LP01 invalid privilege type SELECT for schema"),
            ("create sequence s", "grant usage, select on sequence s to anon", "ok"),
            (
                "create table t (a int primary key, b text)",
                "grant usage on sequence t to anon",
                "42809 \"t\" is not a sequence",
            ),
            (
                "create table t (a int primary key, b text)",
                "grant select on t_pkey to anon",
                "42809 \"t_pkey\" is an index",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "grant execute on function f(int, text) to anon",
                "ok",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "grant execute on function f to anon",
                "ok",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "grant execute on function f(int) to anon",
                "42883 function f(integer) does not exist",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "grant select on function f to anon",
                "0LP01 invalid privilege type SELECT for function",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "revoke all on function f from public, anon",
                "ok",
            ),
            ("", "grant execute on function nowhere.f() to anon", "3F000 schema \"nowhere\" does not exist"),
            ("", "grant all on all tables in schema public to anon", "ok"),
            ("", "grant all on all functions in schema nowhere to anon", "3F000 schema \"nowhere\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "grant select on t to public with grant option",
                "0LP01 grant options can only be granted to roles",
            ),
            ("create type mood as enum ()", "grant usage on type mood to anon", "ok"),
            ("", "grant usage on type nothing to anon", "42704 type \"nothing\" does not exist"),
            (
                "create type mood as enum ()",
                "grant usage on type _mood to anon",
                "0LP01 cannot set privileges of array types",
            ),
            ("create type mood as enum ()", "grant usage on domain mood to anon", "42809 \"mood\" is not a domain"),
            ("", "grant usage on language plpgsql to anon", "ok"),
            ("", "grant usage on language nothing to anon", "42704 language \"nothing\" does not exist"),
            ("", "grant connect on database postgres to anon", "ok"),
            ("", "grant connect on database nothing to anon", "3D000 database \"nothing\" does not exist"),
            ("", "alter default privileges in schema public grant select on tables to anon", "ok"),
            (
                "",
                "alter default privileges in schema nowhere grant select on tables to anon",
                "3F000 schema \"nowhere\" does not exist",
            ),
            (
                "",
                "alter default privileges for role nobody grant select on tables to anon",
                "42704 role \"nobody\" does not exist",
            ),
            ("", "alter default privileges grant select on tables to nobody", "42704 role \"nobody\" does not exist"),
            (
                "",
                "alter default privileges grant execute on tables to anon",
                "0LP01 invalid privilege type EXECUTE for relation",
            ),
            (
                "",
                "alter default privileges in schema public grant usage on schemas to anon",
                "0LP01 cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS",
            ),
        ]);
    }
}
