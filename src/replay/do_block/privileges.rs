//! has_table_privilege() and its kin, and access lists as values.

use super::eval::Interpreter;
use super::value::{Alias, Value};
use crate::catalog::{Acl, AclItem, Catalog, Class, ObjectAddress, Oid, Privileges, Relation, RelationKind};
use crate::letters;
use crate::replay::error::state;
use crate::replay::privileges::{acl_of, default_acl};
use crate::replay::{Replayed, SqlError, Stop};
use crate::source::Span;
use crate::syntax::ast::ObjectKind;
use std::sync::Arc;

const UNCERTAIN: &str = "a REVOKE that is not followed may have taken the privilege";

/// `has_…_privilege([role,] object, [column,] privileges)`, `pg_has_role([role,] role, privilege)`; none of the arguments is NULL.
pub(super) fn inquire(run: &Interpreter, name: &str, args: &[Value], span: Span) -> Replayed<Value> {
    let unknown = || Err(Stop::unknown(format!("what {name}() returns is not modelled")));
    let (alias, by_column) = match name {
        "has_function_privilege" => (Alias::Procedure, false),
        "has_table_privilege" | "has_sequence_privilege" | "has_any_column_privilege" => (Alias::Class, false),
        "has_column_privilege" => (Alias::Class, true),
        "has_schema_privilege" => (Alias::Namespace, false),
        "pg_has_role" => (Alias::Role, false),
        _ => return unknown(),
    };
    let cat = &*run.cat;
    let count = 2 + usize::from(by_column);
    let role = match args {
        [Value::Text(name), ..] if args.len() > count && &**name == "public" => Oid::INVALID,
        [role, ..] if args.len() > count => match object(run, Alias::Role, role, span)? {
            Some(role) => role,
            None => return unknown(),
        },
        _ => cat.session.current_role,
    };
    let (object, column, privileges) = match &args[args.len().saturating_sub(count)..] {
        [of, Value::Text(privileges)] => (object(run, alias, of, span)?, None, privileges),
        [of, Value::Text(column), Value::Text(privileges)] => (object(run, alias, of, span)?, Some(column), privileges),
        _ => return unknown(),
    };
    let Some(object) = object else { return unknown() };
    if alias == Alias::Role {
        let member = !privileges.eq_ignore_ascii_case("usage");
        return Ok(Value::Bool(is_superuser(cat, role) || cat.roles_of(role, member).contains(&object)));
    }
    let class = match alias {
        Alias::Procedure => Class::Function,
        Alias::Namespace => Class::Schema,
        _ => Class::Relation,
    };
    let Some(acl) = acl_of(cat, ObjectAddress::new(class, object)) else { return Ok(Value::Null) };
    let relation = cat.relation(object).filter(|_| class == Class::Relation);
    let mut lists = vec![&acl];
    if let Some(column) = column {
        match relation.and_then(|r| r.column(column)) {
            Some(column) => lists.extend(&column.acl),
            None => return unknown(),
        }
    } else if name == "has_any_column_privilege" {
        lists.extend(relation.iter().flat_map(|r| r.live_columns()).filter_map(|c| c.acl.as_ref()));
    }
    let roles = cat.roles_of(role, false);
    let mut has = is_superuser(cat, role);
    for privilege in privileges.split(',') {
        let wanted = letters::lower(privilege.trim());
        let plain = wanted.strip_suffix(" with grant option");
        let Some(privilege) = Privileges::from_keyword(plain.unwrap_or(&wanted)) else {
            let message = format!("unrecognized privilege type: \"{}\"", privilege.trim());
            return Err(SqlError::new(state::INVALID_PARAMETER_VALUE, span, message).into());
        };
        let grants = |item: &AclItem| {
            let held = if plain.is_some() { item.grantable } else { item.privileges };
            roles.contains(&item.grantee) && held.contains(privilege)
        };
        has |= lists.iter().any(|list| list.items.iter().any(grants));
    }
    if has && acl.uncertain { Err(Stop::unknown(UNCERTAIN)) } else { Ok(Value::Bool(has)) }
}

fn object(run: &Interpreter, alias: Alias, value: &Value, span: Span) -> Replayed<Option<Oid>> {
    match value {
        Value::Text(name) => run.object_named(alias, name, span, true),
        Value::Oid(_, oid) => Ok(Some(*oid)),
        _ => Ok(None),
    }
}

fn is_superuser(cat: &Catalog, role: Oid) -> bool {
    cat.role(role).is_some_and(|r| r.attributes.superuser)
}

/// A column of type `aclitem[]`.
pub(super) fn value_of(acl: Option<&Acl>) -> Value {
    match acl {
        None => Value::Null,
        Some(acl) if acl.uncertain => Value::unknown(UNCERTAIN),
        Some(acl) => Value::Acl(Arc::new(acl.clone())),
    }
}

/// acldefault(), by the letter of a kind.
pub(super) fn default_of(kind: &str, owner: Oid) -> Option<Value> {
    let kind = match kind {
        "f" => ObjectKind::Function,
        "n" => ObjectKind::Schema,
        "r" => ObjectKind::Table,
        "s" => ObjectKind::Sequence,
        "T" => ObjectKind::Type,
        _ => return None,
    };
    Some(value_of(Some(&default_acl(kind, owner))))
}

/// What each item of an access list grants: the letter, the word, and whether it may be granted on.
fn granted(item: AclItem) -> impl Iterator<Item = (char, &'static str, bool)> {
    Privileges::ALL.iter().enumerate().filter_map(move |(bit, (letter, word))| {
        let one = Privileges(1 << bit);
        item.privileges.contains(one).then_some((*letter, *word, item.grantable.contains(one)))
    })
}

pub(super) const TABLE_GRANTS: [&str; 7] =
    ["grantor", "grantee", "table_schema", "table_name", "privilege_type", "is_grantable", "with_hierarchy"];

/// The rows of information_schema.table_privileges, and with `to_public` false of role_table_grants.
pub(super) fn table_grants<'c>(
    cat: &Catalog,
    relations: impl Iterator<Item = &'c Arc<Relation>>,
    to_public: bool,
) -> Vec<Vec<Value>> {
    let current = cat.session.current_role;
    let roles = cat.roles_of(current, false);
    let is_enabled = |role: Oid| is_superuser(cat, current) || roles.contains(&role);
    let named = |role: Oid| Value::text(cat.role(role).map_or("PUBLIC", |r| &r.name));
    let yes = |is: bool| Value::text(if is { "YES" } else { "NO" });
    let mut rows = Vec::new();
    for relation in
        relations.filter(|r| r.kind.is_table() || matches!(r.kind, RelationKind::View | RelationKind::ForeignTable))
    {
        let Some(acl) = acl_of(cat, ObjectAddress::new(Class::Relation, relation.oid)) else { continue };
        let schema = Value::text(cat.schema(relation.schema).map_or("", |s| &s.name));
        for item in &acl.items {
            let seen =
                is_enabled(item.grantor) || if item.grantee.is_valid() { is_enabled(item.grantee) } else { to_public };
            // What an owner's member has, it may grant.
            let owns = item.grantee.is_valid() && cat.roles_of(item.grantee, false).contains(&relation.owner);
            for (letter, word, grantable) in granted(*item).filter(|_| seen) {
                if !"arwdDxt".contains(letter) {
                    continue;
                }
                rows.push(vec![
                    named(item.grantor),
                    named(item.grantee),
                    schema.clone(),
                    Value::text(&relation.name),
                    if acl.uncertain { Value::unknown(UNCERTAIN) } else { Value::text(word) },
                    yes(grantable || owns),
                    yes(word == "SELECT"),
                ]);
            }
        }
    }
    rows
}

/// The rows of aclexplode().
pub(super) const EXPLODED: [&str; 4] = ["grantor", "grantee", "privilege_type", "is_grantable"];

pub(super) fn explode(acl: &Acl) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for item in &acl.items {
        for (_, word, grantable) in granted(*item) {
            let (grantor, grantee) = (Value::oid(item.grantor), Value::oid(item.grantee));
            rows.push(vec![grantor, grantee, Value::text(word), Value::Bool(grantable)]);
        }
    }
    rows
}

/// `{anon=X/postgres,=X/postgres}`.
pub(super) fn shown(cat: &Catalog, acl: &Acl) -> String {
    let role = |oid: Oid| cat.role(oid).map_or(String::new(), |r| super::value::array_item(&r.name));
    let items = acl.items.iter().map(|item| {
        let mut text = role(item.grantee);
        text.push('=');
        for (letter, _, grantable) in granted(*item) {
            text.push(letter);
            text.push_str(if grantable { "*" } else { "" });
        }
        text.push('/');
        text + &role(item.grantor)
    });
    format!("{{{}}}", items.collect::<Vec<String>>().join(","))
}
