//! Schemas, roles, extensions, publications, default privileges, and objects that are known by name only.

use super::{Acl, Catalog, Definition, ObjectAddress, Oid, Origin, Privileges};
use crate::syntax::ast::{ObjectKind, Symbol};

#[derive(Clone, Debug)]
pub struct Schema {
    pub oid: Oid,
    pub name: Symbol,
    pub owner: Oid,
    pub acl: Option<Acl>,
    pub origin: Origin,
}

#[derive(Clone, Debug)]
pub struct Role {
    pub oid: Oid,
    pub name: Symbol,
    pub attributes: RoleAttributes,
    /// The roles that it is a member of, and whether with ADMIN OPTION.
    pub member_of: Vec<(Oid, bool)>,
    /// `ALTER ROLE … SET`.
    pub settings: Vec<(Symbol, Symbol)>,
    pub origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleAttributes {
    pub superuser: bool,
    pub inherit: bool,
    pub create_role: bool,
    pub create_db: bool,
    pub login: bool,
    pub replication: bool,
    pub bypass_rls: bool,
}

#[derive(Clone, Debug)]
pub struct Extension {
    pub oid: Oid,
    pub name: Symbol,
    pub schema: Oid,
    pub version: Symbol,
    pub origin: Origin,
}

#[derive(Clone, Debug)]
pub struct Publication {
    pub oid: Oid,
    pub name: Symbol,
    pub all_tables: bool,
    pub tables: Vec<Oid>,
    pub schemas: Vec<Oid>,
    pub owner: Oid,
    pub origin: Origin,
}

/// One row of pg_default_acl's effect.
#[derive(Clone, Debug)]
pub struct DefaultPrivilege {
    pub role: Oid,
    /// `Oid::INVALID`: in all schemas.
    pub schema: Oid,
    /// Table, Sequence, Function, Type, Schema.
    pub kind: ObjectKind,
    /// For an entry without a schema this replaces the kind's defaults; with one it is added to them.
    pub acl: Acl,
}

/// An object that is known by its kind and name only.
#[derive(Clone, Debug)]
pub struct NamedObject {
    pub oid: Oid,
    pub kind: ObjectKind,
    /// `Oid::INVALID` for kinds that live in no schema.
    pub schema: Oid,
    pub name: Symbol,
    /// For an operator its argument types, for a cast its two types, for an operator class the type that it takes.
    pub types: Vec<Oid>,
    /// For an operator the type that it yields.
    pub result: Oid,
    /// For an operator class its access method, and ` default`; for an access method what it can do.
    pub detail: Symbol,
    /// The statements that made it what it is.
    pub definitions: Vec<Definition>,
    pub origin: Origin,
}

/// When a cast applies (pg_cast.castcontext), the widest use last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CastContext {
    Implicit,
    Assignment,
    Explicit,
}

/// A row of pg_cast, as far as it decides what passes for what.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    pub context: CastContext,
    /// The value stays as it is.
    pub binary: bool,
}

/// An edge of pg_depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dependency {
    pub dependent: ObjectAddress,
    pub referenced: ObjectAddress,
    pub kind: DependencyKind,
}

/// How a dropped object takes its dependents along (pg_depend.deptype).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DependencyKind {
    /// RESTRICT refuses, CASCADE drops.
    Normal,
    /// Dropped along, silently.
    Auto,
    /// Part of its owner: cannot be dropped alone.
    Internal,
    /// Member of an extension: cannot be dropped alone.
    Extension,
}

/// The privileges that PUBLIC has on a new object of a kind without any GRANT.
pub fn public_defaults(kind: ObjectKind) -> Privileges {
    match kind {
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
            Privileges::EXECUTE
        }
        ObjectKind::Type | ObjectKind::Domain | ObjectKind::Language => Privileges::USAGE,
        ObjectKind::Database => Privileges::CONNECT.union(Privileges::TEMPORARY),
        _ => Privileges::default(),
    }
}

impl Catalog {
    /// The role, those whose privileges it has, and PUBLIC; with `member` those that it may become, too.
    pub fn roles_of(&self, role: Oid, member: bool) -> Vec<Oid> {
        let mut roles = vec![role];
        let mut at = 0;
        while let Some(oid) = roles.get(at) {
            at += 1;
            let Some(role) = self.role(*oid).filter(|r| member || r.attributes.inherit) else { continue };
            for (parent, _) in &role.member_of {
                if !roles.contains(parent) {
                    roles.push(*parent);
                }
            }
        }
        roles.push(Oid::INVALID);
        roles
    }
}
