//! rls/multiple-permissive: several permissive policies that all run for the same role and command.

use super::{COMMANDS, permits};
use crate::catalog::{Policy, RelationKind};
use crate::rules::prelude::*;
use std::sync::Arc;

pub const RULE: Rule = Rule {
    name: "rls/multiple-permissive",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("several permissive policies for one role and command"),
    doc: page!("rls/multiple-permissive"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let with_all = cx.common.config.preset >= Preset::Supabase;
    let turn = cx.turn();
    for table in cx.schema.relations().filter(|t| t.policies.len() > 1 && t.kind == RelationKind::Table && turn.takes())
    {
        if !splinter::judges(cx.schema, table) || !is_security_certain(cx.schema, table) {
            continue;
        }
        for (command, word) in COMMANDS {
            // To make one of them and of one FOR ALL takes four policies: only Supabase's linter asks for that.
            let counts = |p: &&Arc<Policy>| permits(p, command) && (with_all || p.command == command);
            let of_command: Vec<&Arc<Policy>> = table.policies.iter().filter(counts).collect();
            report(cx, table, &of_command, word);
        }
    }
}

fn report(cx: &mut ProjectContext, table: &crate::catalog::Relation, policies: &[&Arc<Policy>], command: &str) {
    let mut roles: Vec<&str> = Vec::new();
    let mut together: Vec<&Arc<Policy>> = Vec::new();
    for role in cx.schema.roles() {
        // Of the server (`like 'pg_%'`, which pgbouncer is too), of Supabase, or past all policies.
        let apart = (role.name.starts_with("pg") && role.name.len() > 2) || role.attributes.bypass_rls;
        if apart || (role.name.starts_with("supabase") && role.name.ends_with("admin")) {
            continue;
        }
        let own: Vec<&Arc<Policy>> =
            policies.iter().copied().filter(|p| p.roles.iter().any(|r| !r.is_valid() || *r == role.oid)).collect();
        if own.len() > 1 {
            roles.push(&role.name);
            together.extend(own);
        }
    }
    let mut names: Vec<String> = Vec::new();
    for policy in policies.iter().filter(|p| together.iter().any(|t| t.oid == p.oid)) {
        names.push(format!("`{}`", policy.name));
    }
    let Some(location) = together.iter().filter_map(|p| p.origin.created).max_by_key(|l| (l.file, l.span.start)) else {
        return;
    };
    let name = cx.schema.relation_name(table);
    let message = format!("table `{name}` has {} permissive policies for {command}: {}", names.len(), names.join(", "));
    let (schema, table) = splinter::names(cx.schema, table);
    let finding = cx.report(location, message);
    finding
        .help("each is evaluated for every row: make them one, with OR, or give each a role of its own")
        .object(name);
    for role in roles {
        finding
            .splinter("multiple_permissive_policies", &["multiple_permissive_policies", schema, table, role, command]);
    }
}
