//! security/managed-schema: an object of the project's in a schema that Supabase manages.

use crate::catalog::{Catalog, Class, Oid};
use crate::replay::{Change, Effect};
use crate::rules::prelude::*;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "security/managed-schema",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("object created in a schema that Supabase manages"),
    doc: page!("security/managed-schema"),
    since: "0.1.0",
    check: Check::Project(|cx| cx.each_statement(check)),
};

const MANAGED: [&str; 10] = [
    "_realtime",
    "auth",
    "graphql",
    "graphql_public",
    "pgbouncer",
    "realtime",
    "storage",
    "supabase_functions",
    "supabase_migrations",
    "vault",
];

fn check(cx: &mut StatementContext, end: &Catalog) {
    if matches!(cx.statement.kind, StatementKind::CreateExtension(_) | StatementKind::AlterExtension(_)) {
        return;
    }
    for effect in cx.step.effects.iter() {
        let Some((schema, what)) = created(end, effect) else { continue };
        // A schema that the migrations create is the project's own, whatever its name.
        let managed = cx.after.schema(schema).filter(|s| s.origin.created.is_none() && MANAGED.contains(&&*s.name));
        let Some(managed) = managed else { continue };
        let message = format!("{what} in schema `{}`, which Supabase manages", managed.name);
        cx.report(created_name(cx.step), message).help(
            "keep it in a schema of your own: Supabase refuses new objects there, and its updates may collide with them; policies and triggers may stand there",
        );
        return;
    }
}

/// What the statement made and the migrations leave, with its schema. Policies and triggers stand on managed tables as Supabase documents it.
fn created(end: &Catalog, effect: &Effect) -> Option<(Oid, String)> {
    if !matches!(effect.change, Change::Created | Change::Replaced) {
        return None;
    }
    let oid = effect.object.oid;
    let on_table = || {
        let table = end.relation(effect.relation)?;
        Some((table.schema, format!("a change of `{}` is", end.relation_name(table))))
    };
    match effect.object.class {
        Class::Relation if effect.object.column != 0 => on_table(),
        Class::Constraint => on_table(),
        Class::Relation => end.relation(oid).map(|r| (r.schema, format!("{} `{}` is", r.kind.noun(), r.name))),
        Class::Function => end.function(oid).map(|f| (f.schema, format!("{} `{}` is", f.kind.noun(), f.name))),
        Class::Type => end.type_(oid).map(|t| (t.schema, format!("type `{}` is", t.name))),
        _ => None,
    }
}
