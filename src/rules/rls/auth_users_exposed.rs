//! rls/auth-users-exposed: a view that clients may read selects from auth.users.

use crate::catalog::{Class, RelationKind};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/auth-users-exposed",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("view that shows auth.users to clients"),
    doc: page!("rls/auth-users-exposed"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let schema = cx.schema;
    let Some(auth) = schema.schema_named("auth") else { return };
    let Some(users) = schema.relation_named(auth.oid, "users") else { return };
    for (view, location) in cx.own_relations() {
        let open = match view.kind {
            RelationKind::MaterializedView => true,
            RelationKind::View => !splinter::is_invoker(view) || !users.row_security.enabled,
            _ => false,
        };
        let reads =
            |d: &crate::catalog::Dependency| d.referenced.class == Class::Relation && d.referenced.oid == users.oid;
        if !open
            || view.doubt.security
            || !cx.common.is_exposed(schema, view.schema)
            || !schema.dependencies(view.oid).any(reads)
            || splinter::readers(schema, view).is_empty()
        {
            continue;
        }
        let name = schema.relation_name(view);
        let message = format!("{} `{name}` shows rows of `auth.users` to clients", view.kind.noun());
        let (schema, view) = splinter::names(schema, view);
        cx.report(cx.name_location(location), message)
            .help("keep what clients need in a table of your own with row level security, or revoke SELECT from anon and authenticated")
            .object(name)
            .splinter("auth_users_exposed", &["auth_users_exposed", schema, view]);
    }
}
