//! Roles: CREATE, ALTER, GRANT of membership, DROP OWNED, REASSIGN OWNED.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop, drop, owner, settings};
use crate::catalog::{Catalog, Class, ObjectAddress, Oid, Role, RoleAttributes};
use crate::syntax::ast::{
    AlterRole, AlterRoleSetting, Behavior, CreateRole, DropOwned, GrantRole, Name, ObjectKind, RoleOption, RoleSpec,
    SettingValue, Symbol,
};

pub(super) fn create_role(cat: &mut Catalog, stmt: &CreateRole) -> Replayed<Effects> {
    let name = &stmt.name;
    check_reserved(name, "Role names starting with \"pg_\" are reserved.")?;
    cat.must_be_known(name)?;
    if cat.role_named(name).is_some() {
        return Err(SqlError::new(state::DUPLICATE_OBJECT, name.span, format!("role \"{name}\" already exists"))
            .about("role", name.to_string())
            .into());
    }
    let oid = cat.new_oid();
    let attributes = RoleAttributes {
        superuser: false,
        inherit: true,
        create_role: false,
        create_db: false,
        login: stmt.login,
        replication: false,
        bypass_rls: false,
    };
    let origin = cat.origin();
    let role = Role { oid, name: name.text.clone(), attributes, member_of: Vec::new(), settings: Vec::new(), origin };
    cat.insert_role(role);
    apply_options(cat, oid, &stmt.options)?;
    Ok(Effects::of(Class::Role, oid, Change::Created))
}

fn check_reserved(name: &Name, detail: &str) -> Replayed<()> {
    if name.starts_with("pg_") {
        let message = format!("role name \"{name}\" is reserved");
        return Err(SqlError::new(state::RESERVED_NAME, name.span, message).detail(detail).into());
    }
    Ok(())
}

fn apply_options(cat: &mut Catalog, oid: Oid, options: &[RoleOption]) -> Replayed<()> {
    for option in options {
        match option {
            RoleOption::InRole(roles) => {
                for role in roles {
                    let group = cat.resolve_role(role)?;
                    add_member(cat, group, oid, false, role)?;
                }
            }
            RoleOption::Members(members) | RoleOption::Admin(members) => {
                for member in members {
                    let admin = matches!(option, RoleOption::Admin(_));
                    let member_oid = cat.resolve_role(member)?;
                    add_member(cat, oid, member_oid, admin, member)?;
                }
            }
            _ => {}
        }
        let Some(role) = cat.role_mut(oid) else { continue };
        let attributes = &mut role.attributes;
        match option {
            RoleOption::Superuser(on) => attributes.superuser = *on,
            RoleOption::CreateDb(on) => attributes.create_db = *on,
            RoleOption::CreateRole(on) => attributes.create_role = *on,
            RoleOption::Inherit(on) => attributes.inherit = *on,
            RoleOption::Login(on) => attributes.login = *on,
            RoleOption::Replication(on) => attributes.replication = *on,
            RoleOption::BypassRls(on) => attributes.bypass_rls = *on,
            RoleOption::ConnectionLimit
            | RoleOption::Password(_)
            | RoleOption::ValidUntil
            | RoleOption::SysId
            | RoleOption::InRole(_)
            | RoleOption::Members(_)
            | RoleOption::Admin(_) => {}
        }
    }
    Ok(())
}

/// Makes `member` a member of `group` (0LP01 for a loop).
fn add_member(cat: &mut Catalog, group: Oid, member: Oid, admin: bool, named: &RoleSpec) -> Replayed<()> {
    let name = |cat: &Catalog, oid| cat.role(oid).map_or_else(|| "public".into(), |r| r.name.clone());
    if !member.is_valid() {
        let message = "role \"public\" does not exist";
        return Err(SqlError::new(state::UNDEFINED_OBJECT, named.span(), message).into());
    }
    if is_member(cat, group, member) {
        let message = format!("role \"{}\" is a member of role \"{}\"", name(cat, group), name(cat, member));
        return Err(SqlError::new(state::INVALID_GRANT_OPERATION, named.span(), message).into());
    }
    if let Some(role) = cat.role_mut(member) {
        let was_admin = role.member_of.iter().any(|(oid, admin)| *oid == group && *admin);
        role.member_of.retain(|(oid, _)| *oid != group);
        role.member_of.push((group, admin || was_admin));
    }
    Ok(())
}

/// Whether `role` is `of`, or a member of it over any number of steps.
fn is_member(cat: &Catalog, role: Oid, of: Oid) -> bool {
    let mut seen = vec![role];
    let mut next = 0;
    while let Some(&oid) = seen.get(next) {
        if oid == of {
            return true;
        }
        next += 1;
        let groups: Vec<Oid> = cat.role(oid).into_iter().flat_map(|r| &r.member_of).map(|(oid, _)| *oid).collect();
        for group in groups {
            if !seen.contains(&group) {
                seen.push(group);
            }
        }
    }
    false
}

pub(super) fn alter_role(cat: &mut Catalog, stmt: &AlterRole) -> Replayed<Effects> {
    let oid = cat.resolve_role(&stmt.role)?;
    if let RoleSpec::Name(name) = &stmt.role {
        check_reserved(name, "Cannot alter reserved roles.")?;
    }
    apply_options(cat, oid, &stmt.options)?;
    if let Some((add, members)) = &stmt.group_members {
        for member in members {
            let member_oid = cat.resolve_role(member)?;
            if *add {
                add_member(cat, oid, member_oid, false, member)?;
            } else if let Some(role) = cat.role_mut(member_oid) {
                role.member_of.retain(|(group, _)| *group != oid);
            }
        }
    }
    touch(cat, oid);
    Ok(Effects::of(Class::Role, oid, Change::Altered))
}

fn touch(cat: &mut Catalog, oid: Oid) {
    let now = cat.now;
    if let Some(role) = cat.role_mut(oid) {
        role.origin.changed = now;
    }
}

/// `ALTER ROLE … SET`, `ALTER DATABASE … SET`: holds from the next connection on.
pub(super) fn alter_role_setting(cat: &mut Catalog, stmt: &AlterRoleSetting) -> Replayed<Effects> {
    let role = stmt.role.as_ref().map(|role| cat.resolve_role(role)).transpose()?;
    let database = match &stmt.database {
        Some(name) => {
            let object = crate::syntax::ast::ObjectName::Name(crate::syntax::ast::QualifiedName {
                database: None,
                schema: None,
                name: name.clone(),
                only: false,
            });
            Some(cat.resolve_object(ObjectKind::Database, &object)?.oid)
        }
        None => None,
    };
    let mut stored: Option<(Symbol, Option<Symbol>)> = None;
    if let Some(change) = &stmt.setting {
        settings::check_parameter(&change.name)?;
        let value = match &change.value {
            SettingValue::Values(values) => Some(settings::stored_value(&change.name, values)),
            SettingValue::FromCurrent => Some(settings::current_value(cat, &change.name)),
            SettingValue::Default => None,
        };
        stored = Some((change.name.text.clone(), value));
    }
    let apply = |settings: &mut Vec<(Symbol, Symbol)>| match &stored {
        None => settings.clear(),
        Some((name, value)) => {
            settings.retain(|(n, _)| n != name);
            settings.extend(value.clone().map(|value| (name.clone(), value)));
        }
    };
    match (role, database) {
        (Some(oid), None) => {
            if let Some(role) = cat.role_mut(oid) {
                apply(&mut role.settings);
            }
            touch(cat, oid);
            Ok(Effects::of(Class::Role, oid, Change::Altered))
        }
        // ALTER DATABASE … SET search_path counts where the role has none of its own.
        (None, Some(oid)) => {
            if let (Some((name, value)), Some(database)) = (&stored, cat.other_mut(oid))
                && &**name == "search_path"
            {
                database.detail = value.clone().unwrap_or_else(|| "".into());
            }
            Ok(Effects::of(Class::Other, oid, Change::Altered))
        }
        _ => Ok(Effects::none()),
    }
}

pub(super) fn grant_role(cat: &mut Catalog, stmt: &GrantRole) -> Replayed<Effects> {
    let mut members = Vec::with_capacity(stmt.members.len());
    for member in &stmt.members {
        members.push((cat.resolve_role(member)?, member));
    }
    let mut effects = Effects::none();
    for group in &stmt.roles {
        let oid = cat.resolve_role(&RoleSpec::Name(group.clone()))?;
        for (member, named) in &members {
            if !stmt.revoke {
                add_member(cat, oid, *member, stmt.admin_option, named)?;
            } else if let Some(role) = cat.role_mut(*member) {
                match stmt.admin_option {
                    true => role.member_of.iter_mut().filter(|(group, _)| *group == oid).for_each(|m| m.1 = false),
                    false => role.member_of.retain(|(group, _)| *group != oid),
                }
            }
        }
        let change = if stmt.revoke { Change::PrivilegesRevoked } else { Change::PrivilegesGranted };
        effects.add(Class::Role, oid, change);
    }
    Ok(effects)
}

/// What a role owns.
fn owned_by(cat: &Catalog, roles: &[Oid]) -> Vec<ObjectAddress> {
    let is_owned = |owner: &Oid| roles.contains(owner);
    let mut owned = Vec::new();
    let mut add = |class, oid: Oid| {
        if oid >= Oid::FIRST_USER {
            owned.push(ObjectAddress::new(class, oid));
        }
    };
    cat.schemas().filter(|o| is_owned(&o.owner)).for_each(|o| add(Class::Schema, o.oid));
    cat.relations().filter(|o| is_owned(&o.owner)).for_each(|o| add(Class::Relation, o.oid));
    cat.types().filter(|o| is_owned(&o.owner)).for_each(|o| add(Class::Type, o.oid));
    cat.functions().filter(|o| is_owned(&o.owner)).for_each(|o| add(Class::Function, o.oid));
    cat.publications().filter(|o| is_owned(&o.owner)).for_each(|o| add(Class::Publication, o.oid));
    owned
}

pub(super) fn drop_owned(cat: &mut Catalog, stmt: &DropOwned) -> Replayed<Effects> {
    let roles = stmt.roles.iter().map(|role| cat.resolve_role(role)).collect::<Replayed<Vec<_>>>()?;
    let owned = owned_by(cat, &roles);
    if let Some(to) = &stmt.reassign_to {
        let to = cat.resolve_role(to)?;
        let mut effects = Effects::none();
        for object in owned {
            owner::set_owner(cat, object, to);
            effects.add(object.class, object.oid, Change::OwnerChanged);
        }
        return Ok(effects);
    }
    if roles.contains(&cat.session.session_role) && !owned.is_empty() {
        return Err(Stop::unknown("DROP OWNED BY the migrations' own role"));
    }
    if stmt.behavior == Behavior::Restrict && owned.iter().any(|o| has_foreign_dependents(cat, *o, &owned)) {
        return Err(Stop::unknown("other objects depend on what DROP OWNED drops"));
    }
    revoke_everything(cat, &roles);
    Ok(drop::remove_cascade(cat, &owned))
}

fn has_foreign_dependents(cat: &Catalog, object: ObjectAddress, dropped: &[ObjectAddress]) -> bool {
    use crate::catalog::DependencyKind;
    let outside = |d: &crate::catalog::Dependency| {
        d.kind == DependencyKind::Normal && !dropped.iter().any(|o| o.oid == d.dependent.oid)
    };
    cat.dependents(object.oid).any(outside)
}

fn revoke_everything(cat: &mut Catalog, roles: &[Oid]) {
    let relations: Vec<Oid> = cat.relations().filter(|r| r.acl.is_some()).map(|r| r.oid).collect();
    for oid in relations {
        if let Some(acl) = cat.relation_mut(oid).and_then(|r| r.acl.as_mut()) {
            acl.items.retain(|i| !roles.contains(&i.grantee));
        }
    }
    let functions: Vec<Oid> = cat.functions().filter(|f| f.acl.is_some()).map(|f| f.oid).collect();
    for oid in functions {
        if let Some(acl) = cat.function_mut(oid).and_then(|f| f.acl.as_mut()) {
            acl.items.retain(|i| !roles.contains(&i.grantee));
        }
    }
    let schemas: Vec<Oid> = cat.schemas().filter(|s| s.acl.is_some()).map(|s| s.oid).collect();
    for oid in schemas {
        if let Some(acl) = cat.schema_mut(oid).and_then(|s| s.acl.as_mut()) {
            acl.items.retain(|i| !roles.contains(&i.grantee));
        }
    }
    let defaults = std::sync::Arc::make_mut(&mut cat.default_privileges);
    for entry in defaults {
        entry.acl.items.retain(|i| !roles.contains(&i.grantee));
    }
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn roles_as_postgresql_answers() {
        check(&[
            ("", "create role r", "ok"),
            ("create role r", "create role r", "42710 role \"r\" already exists"),
            ("", "create role pg_r", "42939 role name \"pg_r\" is reserved"),
            ("", "create role r in role nobody", "42704 role \"nobody\" does not exist"),
            ("", "alter role nobody login", "42704 role \"nobody\" does not exist"),
            ("create role r", "alter role r set search_path = public", "ok"),
            ("create role r", "alter role r set nothing = 1", "42704 unrecognized configuration parameter \"nothing\""),
            ("create role r", "alter role r set app.nothing = 1", "ok"),
            ("create role r", "grant r to authenticator", "ok"),
            ("", "grant nobody to authenticator", "42704 role \"nobody\" does not exist"),
            (
                "create role r; create role s; grant r to s",
                "grant s to r",
                "0LP01 role \"s\" is a member of role \"r\"",
            ),
            ("", "alter database postgres set search_path = public", "ok"),
            ("", "alter database nothing set search_path = public", "3D000 database \"nothing\" does not exist"),
            ("create role r", "reassign owned by r to postgres", "ok"),
            ("create role r", "drop owned by r", "ok"),
        ]);
    }
}
