//! What the twins of Supabase's splinter have in common: the schemas that it skips, and what the API's roles may do.
//!
//! Splinter (github.com/supabase/splinter) judges the schema that is there; a finding that says the same carries the lint's name and key.

use super::ProjectContext;
use crate::catalog::{Acl, Catalog, DependencyKind, Function, Oid, Privileges, Relation, RelationKind};
use crate::sort::sort;
use crate::syntax::ast::{Expr, ExprKind};

/// The schemas that belong to Supabase and to extensions.
const SKIPPED: [&str; 26] = [
    "_timescaledb_cache",
    "_timescaledb_catalog",
    "_timescaledb_config",
    "_timescaledb_internal",
    "auth",
    "cron",
    "extensions",
    "graphql",
    "graphql_public",
    "information_schema",
    "net",
    "pg_catalog",
    "pgbouncer",
    "pgmq",
    "pgroonga",
    "pgsodium",
    "pgsodium_masks",
    "pgtle",
    "realtime",
    "repack",
    "storage",
    "supabase_functions",
    "supabase_migrations",
    "tiger",
    "topology",
    "vault",
];

pub fn is_skipped(cat: &Catalog, schema: Oid) -> bool {
    cat.schema(schema).is_none_or(|s| SKIPPED.contains(&&*s.name))
}

/// Whether an extension brought the object.
pub fn is_member(cat: &Catalog, object: Oid) -> bool {
    cat.dependencies(object).any(|d| d.kind == DependencyKind::Extension)
}

/// Whether splinter judges the relation: in no schema of Supabase's, of no extension.
pub fn judges(cat: &Catalog, relation: &Relation) -> bool {
    !is_skipped(cat, relation.schema) && !is_member(cat, relation.oid)
}

/// The relation's schema and name, as keys have them.
pub fn names<'a>(cat: &'a Catalog, relation: &'a Relation) -> (&'a str, &'a str) {
    (schema_name(cat, relation.schema), &relation.name)
}

pub fn schema_name(cat: &Catalog, schema: Oid) -> &str {
    cat.schema(schema).map_or("", |s| &*s.name)
}

/// Whether the relation is in a schema that the API exposes and splinter judges, and clients may select from it.
pub fn is_in_api(cx: &ProjectContext, relation: &Relation) -> bool {
    let cat = cx.schema;
    cx.common.is_exposed(cat, relation.schema)
        && !is_skipped(cat, relation.schema)
        && !readers(cat, relation).is_empty()
}

/// Reports the relations of a kind, which knows no row level security, that clients may read.
pub fn report_in_api(cx: &mut ProjectContext, kind: RelationKind, lint: &'static str) {
    for (relation, location) in cx.own_relations() {
        if relation.kind != kind || !is_in_api(cx, relation) || is_member(cx.schema, relation.oid) {
            continue;
        }
        let name = cx.schema.relation_name(relation);
        let message = format!("{} `{name}` is open to clients: it has no row level security", kind.noun());
        let (schema, relation) = names(cx.schema, relation);
        cx.report(cx.name_location(location), message)
            .help(
                "revoke SELECT on it from anon and authenticated, or move it to a schema that the API does not expose",
            )
            .object(name)
            .splinter(lint, &[lint, schema, relation]);
    }
}

/// Whether a view reads with the rights of who asks.
pub fn is_invoker(view: &Relation) -> bool {
    let value = view.option("security_invoker").unwrap_or("");
    ["1", "true", "yes", "on"].iter().any(|on| value.eq_ignore_ascii_case(on))
}

/// Whether a condition is `true` or `1 = 1`.
pub fn is_true(expr: &Expr) -> bool {
    let is_one = |e: &Expr| matches!(&e.kind, ExprKind::Number(n) if &**n == "1");
    match &expr.kind {
        ExprKind::Paren(inner) => is_true(inner),
        ExprKind::Bool(value) => *value,
        ExprKind::Cast { expr, to } if &*to.name.name == "bool" => {
            is_true(expr) || matches!(&expr.kind, ExprKind::String(text) if matches!(&**text, "t" | "true"))
        }
        ExprKind::Binary { op, left, right } => &**op == "=" && is_one(left) && is_one(right),
        _ => false,
    }
}

/// The API's roles that may select from the relation.
pub fn readers(cat: &Catalog, relation: &Relation) -> Vec<&'static str> {
    granted(cat, relation.owner, relation.acl.as_ref(), Privileges::SELECT)
}

/// The API's roles that may select from the relation or from some column of it.
pub fn column_readers(cat: &Catalog, relation: &Relation) -> Vec<&'static str> {
    let mut roles = readers(cat, relation);
    for column in relation.live_columns().filter(|c| c.acl.is_some()) {
        for role in granted(cat, Oid::INVALID, column.acl.as_ref(), Privileges::SELECT) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
    }
    sort(&mut roles);
    roles
}

/// The API's roles that may call the function.
pub fn callers(cat: &Catalog, function: &Function) -> Vec<&'static str> {
    granted(cat, function.owner, function.acl.as_ref(), Privileges::EXECUTE)
}

/// Whether one of the API's roles has the privilege on the relation, or on some column of it.
pub fn may(cat: &Catalog, relation: &Relation, wanted: Privileges, role: &str) -> bool {
    table_privilege(cat, relation, wanted, role)
        || relation.live_columns().any(|c| column_privilege(cat, c.acl.as_ref(), wanted, role))
}

pub fn table_privilege(cat: &Catalog, relation: &Relation, wanted: Privileges, role: &str) -> bool {
    granted(cat, relation.owner, relation.acl.as_ref(), wanted).contains(&role)
}

pub fn column_privilege(cat: &Catalog, acl: Option<&Acl>, wanted: Privileges, role: &str) -> bool {
    acl.is_some() && granted(cat, Oid::INVALID, acl, wanted).contains(&role)
}

/// The API's roles that certainly have the privilege on what has this owner and access list (has_table_privilege and its kin).
fn granted(cat: &Catalog, owner: Oid, acl: Option<&Acl>, wanted: Privileges) -> Vec<&'static str> {
    let mut granted = Vec::new();
    for name in ["anon", "authenticated"] {
        let roles = roles_of(cat, name);
        let has = match acl {
            // Without an access list PUBLIC may call functions, and the owner may do all.
            None => !roles.is_empty() && (wanted == Privileges::EXECUTE || roles.contains(&owner)),
            Some(Acl { uncertain: true, .. }) => false,
            Some(acl) => acl.items.iter().any(|item| item.privileges.contains(wanted) && roles.contains(&item.grantee)),
        };
        if has {
            granted.push(name);
        }
    }
    granted
}

/// The role, those whose privileges it inherits, and PUBLIC; none where there is no such role.
pub fn roles_of(cat: &Catalog, name: &str) -> Vec<Oid> {
    cat.role_named(name).map_or(Vec::new(), |role| cat.roles_of(role.oid, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Project;
    use crate::config::Config;
    use crate::source::SourceFile;

    /// Who may read `public.t` after these statements.
    fn readers_after(sql: &str) -> String {
        let mut project = Project::new(Config::default());
        project
            .set_file(SourceFile::new("20250101000000_t.sql", format!("create table public.t (a int, b int);\n{sql}")));
        let timeline = project.timeline();
        let cat = timeline.end();
        let public = cat.schema_named("public").unwrap().oid;
        let table = cat.relation_named(public, "t").unwrap();
        format!("{} {}", readers(cat, table).join(","), column_readers(cat, table).join(","))
    }

    #[test]
    fn privileges_come_from_grants_public_and_inherited_roles() {
        let none = "revoke all on t from anon, authenticated;";
        let cases = [
            ("", "anon,authenticated anon,authenticated"),
            (none, " "),
            ("revoke select on t from anon;", "authenticated authenticated"),
            (
                "revoke all on t from anon, authenticated; grant select on t to public;",
                "anon,authenticated anon,authenticated",
            ),
            ("revoke all on t from anon, authenticated; grant select (b) on t to anon;", " anon"),
            (
                "revoke all on t from anon, authenticated; create role r; grant r to anon; grant select on t to r;",
                "anon anon",
            ),
            (
                "revoke all on t from anon, authenticated; create role r; grant r to anon; alter role anon noinherit; grant select on t to r;",
                " ",
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(readers_after(sql), expected, "{sql}");
        }
    }

    #[test]
    fn what_a_revoke_that_is_not_followed_may_have_taken_is_not_certain() {
        let all = "anon,authenticated anon,authenticated";
        let cases = [
            ("if (select count(*) from t) > 5 then revoke select on t from anon; end if;", " "),
            ("if (select count(*) from t) > 5 then revoke select (a), insert on table u, t from anon; end if;", " "),
            ("if (select count(*) from t) > 5 then revoke all on all tables in schema public from anon; end if;", " "),
            ("for r in select b from t loop execute format('revoke all on %I from anon', r.b); end loop;", " "),
            ("for r in select b from t loop execute 'revoke all on ' || r.b || ' from anon'; end loop;", " "),
            ("if (select count(*) from t) > 5 then revoke select on u from anon; end if;", all),
            ("if (select count(*) from t) > 5 then revoke all on function f(int), t() from anon; end if;", all),
            ("if (select count(*) from t) > 5 then grant select on t to anon; end if;", all),
        ];
        for (body, expected) in cases {
            let sql = format!(
                "create table u (a int); insert into t values (1, 2); do $$ declare r record; begin {body} end $$;"
            );
            assert_eq!(readers_after(&sql), expected, "{body}");
        }
    }
}
