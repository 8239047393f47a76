//! security/foreign-key-to-auth-unique: a foreign key that ties down a unique index of schema auth.

use crate::catalog::ConstraintKind;
use crate::rules::prelude::*;
use crate::source::Location;

pub const RULE: Rule = Rule {
    name: "security/foreign-key-to-auth-unique",
    severity: Severity::Error,
    preset: Preset::Supabase,
    summary: native!("foreign key to a unique column of schema auth"),
    doc: page!("security/foreign-key-to-auth-unique"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let Some(auth) = cx.schema.schema_named("auth") else { return };
    let turn = cx.turn();
    for table in cx.schema.relations().filter(|t| !t.constraints.is_empty() && turn.takes() && is_certain(cx.schema, t))
    {
        for constraint in &table.constraints {
            let (Some(created), ConstraintKind::ForeignKey(key)) = (constraint.origin.created, &constraint.kind) else {
                continue;
            };
            let Some(index) = cx.schema.relation(key.referenced_index).and_then(|r| r.index.as_deref()) else {
                continue;
            };
            let Some(target) = cx.schema.relation(key.references).filter(|t| t.schema == auth.oid) else { continue };
            if index.primary {
                continue;
            }
            let name = cx.schema.relation_name(table);
            let message = format!(
                "foreign key `{}` of `{name}` relies on a unique index of `{}`",
                constraint.name,
                cx.schema.relation_name(target)
            );
            let (schema, table) = splinter::names(cx.schema, table);
            cx.report(Location { file: created.file, span: constraint.span }, message)
                .help("Supabase may change the indexes of schema auth in an update, which this key then stops: reference the primary key")
                .object(name)
                .splinter("fkey_to_auth_unique", &["fkey_to_auth_unique", schema, table, &constraint.name]);
        }
    }
}
