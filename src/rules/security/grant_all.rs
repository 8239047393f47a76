//! security/grant-all: ALL privileges for a role of the API, beyond what it has by default.

use crate::catalog::Class;
use crate::replay::Change;
use crate::rules::prelude::*;
use crate::syntax::ast::{GrantTarget, ObjectKind, Privileges, RoleSpec, StatementKind};

pub const RULE: Rule = Rule {
    name: "security/grant-all",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: native!("all privileges for clients"),
    doc: page!("security/grant-all"),
    since: "0.1.0",
    check: Check::Statement(check),
};

/// Whether the role is everybody or one of the API's.
pub fn is_client(role: &RoleSpec) -> bool {
    match role {
        RoleSpec::Public(_) => true,
        RoleSpec::Name(name) => matches!(&*name.text, "anon" | "authenticated"),
        _ => false,
    }
}

fn check(cx: &mut StatementContext) {
    let StatementKind::Grant(grant) = &cx.statement.kind else { return };
    let (Privileges::All { columns, span }, false) = (&grant.privileges, grant.revoke) else { return };
    let kind = match &grant.target {
        GrantTarget::Objects { kind, .. } | GrantTarget::AllInSchema { kind, .. } => *kind,
    };
    let (more, narrow) = match kind {
        ObjectKind::Table => {
            ("TRUNCATE, TRIGGER and REFERENCES, which no policy holds back", "select, insert, update, delete")
        }
        ObjectKind::Schema => ("CREATE", "usage"),
        _ => return,
    };
    let clients: Vec<String> = grant
        .grantees
        .iter()
        .filter(|g| is_client(g))
        .map(|g| match g {
            RoleSpec::Name(name) => name.to_string(),
            _ => "public".into(),
        })
        .collect();
    // What Supabase's default privileges gave already changes nothing.
    let changed = cx.step.effects.iter().find(|e| {
        let acl = |cat: &crate::catalog::Catalog| match e.object.class {
            Class::Relation => cat.relation(e.object.oid).and_then(|r| r.acl.clone()),
            Class::Schema => cat.schema(e.object.oid).and_then(|s| s.acl.clone()),
            _ => None,
        };
        e.change == Change::PrivilegesGranted && acl(cx.before) != acl(cx.after)
    });
    let Some(changed) = changed.filter(|_| cx.applied() && !clients.is_empty()) else { return };
    let name = match cx.after.relation(changed.object.oid) {
        Some(relation) => cx.after.relation_name(relation),
        None => splinter::schema_name(cx.after, changed.object.oid).to_string(),
    };
    let fixable = columns.is_empty() && grant.grantees.len() == clients.len() && !cx.common.is_applied(cx.file.id);
    let finding = cx.report(*span, format!("all privileges on `{name}` go to {}", clients.join(" and ")));
    finding.help(format!("that is {more}, too: grant what is needed, such as {narrow}")).object(name);
    if fixable {
        finding.fix("Grant what clients use", (*span, narrow.into()));
    }
}
