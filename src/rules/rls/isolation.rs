//! rls/tenant-isolation and rls/owner-isolation: a policy that never asks whose row it is.

use super::COMMANDS;
use super::always_true::lets_all_write;
use super::passing::{anonymous, applies_to, lets};
use crate::catalog::Relation;
use crate::policy::{Atom, AtomKind, Truths};
use crate::rules::prelude::*;
use crate::syntax::ast::PolicyCommand;

pub const TENANT: Rule = Rule {
    name: "rls/tenant-isolation",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("policy that lets one tenant at another's rows"),
    doc: page!("rls/tenant-isolation"),
    since: "0.1.0",
    check: Check::Project(|cx| check(cx, &TENANT_COLUMNS, true)),
};

pub const OWNER: Rule = Rule {
    name: "rls/owner-isolation",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("policy that lets one user write another's rows"),
    doc: page!("rls/owner-isolation"),
    since: "0.1.0",
    check: Check::Project(|cx| check(cx, &OWNER_COLUMNS, false)),
};

/// The columns that say whose a row is, unless the configuration names others.
pub const TENANT_COLUMNS: [&str; 5] = ["tenant_id", "organization_id", "organisation_id", "org_id", "workspace_id"];
pub const OWNER_COLUMNS: [&str; 2] = ["user_id", "owner_id"];

/// What a table's own column of these is called.
pub fn discriminator<'t>(cx: &ProjectContext, table: &'t Relation, usual: &[&str]) -> Option<&'t str> {
    let own = cx.common.config.options(cx.common.rule().name).map_or(&[][..], |options| &options.columns);
    let is_one = |name: &str| if own.is_empty() { usual.contains(&name) } else { own.iter().any(|c| c == name) };
    table.live_columns().map(|c| &*c.name).find(|name| is_one(name))
}

fn check(cx: &mut ProjectContext, usual: &[&str], also_reads: bool) {
    let cat = cx.schema;
    for (table, _) in cx.exposed_tables() {
        if !table.row_security.enabled || table.policies.is_empty() || !is_security_certain(cat, table) {
            continue;
        }
        let Some(column) = discriminator(cx, table, usual) else { continue };
        // One mistake is one finding.
        let is_of_tenants = table.live_columns().any(|c| TENANT_COLUMNS.contains(&&*c.name));
        if !also_reads && is_of_tenants && cx.common.config.severity(&TENANT).is_some() {
            continue;
        }
        for policy in table.policies.iter().filter(|p| p.permissive && applies_to(cat, p, "authenticated")) {
            // rls/always-true says it of writes that are for everybody.
            let Some(location) = policy.origin.created.filter(|_| !lets_all_write(cat, policy)) else { continue };
            let mut words = Vec::new();
            for (command, word) in COMMANDS {
                let reads = command == PolicyCommand::Select;
                let domain = |atom: &Atom| without_identity(atom, column, reads);
                // What everyone may read is published; what everyone may write is rls/anon-write.
                if (also_reads || !reads)
                    && lets(cat, table, policy, command, "authenticated", &domain)
                    && !lets(cat, table, policy, command, "anon", &anonymous)
                {
                    words.push(word);
                }
            }
            if words.is_empty() {
                continue;
            }
            let name = cat.relation_name(table);
            let message = format!(
                "policy `{}` on `{name}` lets every signed-in user {} rows of any `{column}`",
                policy.name,
                words.join(", ")
            );
            let help = if also_reads {
                format!("compare `{column}` with the tenants of the user")
            } else {
                format!("write `(select auth.uid()) = {column}`")
            };
            cx.report(location, message).help(help).object(name);
        }
    }
}

/// What atoms are for a user of whom nothing special is known, at a row that is not known to be theirs.
fn without_identity(atom: &Atom, column: &str, reads: bool) -> Truths {
    let asks_null = matches!(atom.kind, AtomKind::IsNull(_));
    let mentions = atom.columns.iter().any(|c| &**c == column);
    if atom.opaque || atom.binds() {
        Truths::NEITHER
    } else if atom.session {
        atom.signed_in
    } else if atom.columns.is_empty() {
        Truths::ANY
    } else if reads || (!asks_null && mentions) {
        // What is published is for all to read.
        Truths::NEITHER
    } else if mentions {
        // `column is not null` narrows nothing.
        Truths::FALSE
    } else {
        // Whoever writes chooses what the row says.
        Truths(Truths::TRUE.0 | Truths::FALSE.0)
    }
}
