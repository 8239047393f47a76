//! GRANT, REVOKE, ALTER DEFAULT PRIVILEGES.

use super::{Behavior, Name, ObjectKind, ObjectName, RoleSpec};
use crate::source::Span;

/// GRANT or REVOKE of privileges on objects.
#[derive(Debug)]
pub struct Grant {
    pub revoke: bool,
    /// `REVOKE GRANT OPTION FOR`, `GRANT … WITH GRANT OPTION`.
    pub grant_option: bool,
    pub privileges: Privileges,
    pub target: GrantTarget,
    pub grantees: Vec<RoleSpec>,
    pub granted_by: Option<RoleSpec>,
    pub behavior: Behavior,
}

#[derive(Debug)]
pub enum Privileges {
    All { columns: Vec<Name>, span: Span },
    List(Vec<Privilege>),
}

#[derive(Debug)]
pub struct Privilege {
    /// Lower-cased: `select`, `maintain`.
    pub name: Name,
    pub columns: Vec<Name>,
}

#[derive(Debug)]
pub enum GrantTarget {
    /// Table (also views, sequences by name), Sequence, Function, Procedure, Routine, Schema, Type, Domain, Database, Language …
    Objects { kind: ObjectKind, objects: Vec<ObjectName> },
    /// `ALL TABLES | SEQUENCES | FUNCTIONS | PROCEDURES | ROUTINES IN SCHEMA …`.
    AllInSchema { kind: ObjectKind, schemas: Vec<Name> },
}

/// GRANT or REVOKE of role membership.
#[derive(Debug)]
pub struct GrantRole {
    pub revoke: bool,
    pub roles: Vec<Name>,
    pub members: Vec<RoleSpec>,
    /// `WITH ADMIN OPTION` and, for REVOKE, `ADMIN OPTION FOR`.
    pub admin_option: bool,
    pub granted_by: Option<RoleSpec>,
    pub behavior: Behavior,
}

#[derive(Debug)]
pub struct AlterDefaultPrivileges {
    /// `FOR ROLE …`; empty for the current role.
    pub roles: Vec<RoleSpec>,
    pub schemas: Vec<Name>,
    pub revoke: bool,
    pub grant_option: bool,
    pub privileges: Privileges,
    /// Table, Sequence, Function, Type, Schema, LargeObject.
    pub kind: ObjectKind,
    pub grantees: Vec<RoleSpec>,
    pub behavior: Behavior,
}
