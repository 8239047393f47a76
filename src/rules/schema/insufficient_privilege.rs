//! schema/insufficient-privilege: what the role `postgres` may not do on Supabase. The replay itself runs as a superuser.

use crate::catalog::{Catalog, Class, Oid};
use crate::config::Image;
use crate::replay::{Change, Effect};
use crate::rules::prelude::*;
use crate::syntax::ast::{RoleSpec, StatementKind};

pub const RULE: Rule = Rule {
    name: "schema/insufficient-privilege",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("what the role postgres may not do on Supabase (42501)"),
    doc: page!("schema/insufficient-privilege"),
    since: "0.1.0",
    check: Check::Statement(check),
};

/// The roles that own what Supabase manages, and that postgres is no member of. Of supabase_realtime_admin it may be: Realtime grants that when it starts.
const OWNERS: [&str; 3] = ["supabase_admin", "supabase_auth_admin", "supabase_storage_admin"];

/// The schemas that postgres may not create anything in.
const SCHEMAS: [&str; 7] = ["auth", "storage", "realtime", "graphql", "graphql_public", "vault", "pgbouncer"];

/// Commands that PostgreSQL keeps for superusers, and that Supabase's supautils does not give to postgres either.
const SUPERUSER: [&str; 5] =
    ["ALTER SYSTEM", "CREATE TABLESPACE", "CREATE ACCESS METHOD", "CREATE OPERATOR CLASS", "CREATE OPERATOR FAMILY"];

fn check(cx: &mut StatementContext) {
    if cx.common.config.base.image != Image::Supabase || !cx.applied() || acts_as_another(cx) {
        return;
    }
    let Some(message) = refusal(cx) else { return };
    cx.report(cx.step.span, message)
        .help("migrations run as postgres, which is no superuser there: leave it to Supabase, or to the dashboard");
}

fn refusal(cx: &StatementContext) -> Option<String> {
    let superuser = |what: &str| Some(format!("postgres is no superuser on Supabase: it may not {what}"));
    match &cx.statement.kind {
        // They may look first, or catch the error.
        StatementKind::Do(_) | StatementKind::Set(_) => None,
        StatementKind::CreateExtension(_) | StatementKind::AlterExtension(_) => None,
        StatementKind::Copy(copy) if copy.file.is_some() => superuser("read or write files of the server"),
        StatementKind::Other(other) if SUPERUSER.contains(&other.tag) => superuser(other.tag),
        StatementKind::AlterDefaultPrivileges(alter) => alter.roles.iter().find_map(|role| match role {
            RoleSpec::Name(name) if OWNERS.contains(&&*name.text) => {
                Some(format!("postgres may not change the default privileges of `{name}` on Supabase"))
            }
            _ => None,
        }),
        _ => cx.step.effects.iter().find_map(|effect| managed(cx, effect)),
    }
}

/// What an effect does to an object of Supabase's own.
fn managed(cx: &StatementContext, effect: &Effect) -> Option<String> {
    match (effect.object.class, effect.change) {
        (Class::Relation | Class::Type | Class::Function, Change::Created) if effect.object.column == 0 => {
            let schema = schema_of(cx.after, effect.object.class, effect.object.oid)?;
            let schema = &cx.after.schema(schema)?.name;
            // An index is created by whoever owns its table.
            let on = cx.after.relation(effect.relation).filter(|r| r.oid != effect.object.oid);
            if on.is_none() && SCHEMAS.contains(&&**schema) {
                return Some(format!("postgres may not create anything in schema `{schema}` on Supabase"));
            }
            owned(cx, effect)
        }
        (Class::Relation | Class::Constraint | Class::Default | Class::Function, _) => owned(cx, effect),
        _ => None,
    }
}

/// Whether the effect needs the ownership of something that Supabase's roles own.
fn owned(cx: &StatementContext, effect: &Effect) -> Option<String> {
    if matches!(
        effect.change,
        Change::PrivilegesGranted
            | Change::PrivilegesRevoked
            | Change::RowsInserted
            | Change::RowsUpdated
            | Change::RowsDeleted
            | Change::Truncated
            | Change::Refreshed
    ) {
        return None;
    }
    let (owner, schema, name) = match effect.object.class {
        Class::Function => cx.before.function(effect.object.oid).map(|f| (f.owner, f.schema, &f.name)),
        _ => cx.before.relation(effect.relation).map(|r| (r.owner, r.schema, &r.name)),
    }?;
    let owner = &cx.before.role(owner)?.name;
    let schema_name = &cx.before.schema(schema)?.name;
    // Extensions are dropped and altered as a whole.
    let is_member = splinter::is_member(cx.before, effect.object.oid);
    if is_member || !OWNERS.contains(&&**owner) || !SCHEMAS.contains(&&**schema_name) {
        return None;
    }
    let name = cx.before.display_name(schema, name);
    Some(format!("postgres must be owner of `{name}` to do this, which belongs to `{owner}` on Supabase"))
}

fn schema_of(cat: &Catalog, class: Class, oid: Oid) -> Option<Oid> {
    match class {
        Class::Relation => cat.relation(oid).map(|r| r.schema),
        Class::Type => cat.type_(oid).map(|t| t.schema),
        _ => cat.function(oid).map(|f| f.schema),
    }
}

/// After SET ROLE it is another role that may or may not.
fn acts_as_another(cx: &StatementContext) -> bool {
    cx.before.session.current_role != cx.before.session.session_role
}
