//! security/default-privileges: what will be created is open to clients before anybody has thought of it.

use super::grant_all::is_client;
use crate::rules::prelude::*;
use crate::syntax::ast::{ObjectKind, StatementKind};

pub const RULE: Rule = Rule {
    name: "security/default-privileges",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: native!("default privileges that open what will be created"),
    doc: page!("security/default-privileges"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::AlterDefaultPrivileges(alter) = &cx.statement.kind else { return };
    let Some(client) = alter.grantees.iter().find(|g| is_client(g)) else { return };
    if alter.revoke || !cx.applied() || !matches!(alter.kind, ObjectKind::Table | ObjectKind::Function) {
        return;
    }
    // What a dump of Supabase's own repeats is there already.
    let known = |new: &crate::catalog::DefaultPrivilege| {
        let same = |old: &&crate::catalog::DefaultPrivilege| {
            (old.role, old.schema, old.kind) == (new.role, new.schema, new.kind)
        };
        cx.before.default_privileges.iter().find(same).is_some_and(|old| old.acl == new.acl)
    };
    if cx.after.default_privileges.iter().all(known) {
        return;
    }
    let text = cx.file.source.text.get(client.span().range()).unwrap_or("clients");
    let message = format!("every {} to come is open to {text}", alter.kind.noun());
    cx.report(client.span(), message)
        .help("grant on each object where it is created, with its policies: nobody remembers this line then");
}
