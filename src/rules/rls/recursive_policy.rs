//! rls/recursive-policy: policies that read tables whose policies lead back to them.
//!
//! The rewriter (fireRIRrules) puts in the conditions of each table with row level security, and where any of the policies it uses has a subquery,
//! those of the tables in it. A table that it is inside of already, and whose policies have subqueries, is 42P17. A view counts for its tables where it
//! is security_invoker; a function is not looked into.

use super::passing::applies_to;
use super::{COMMANDS, permits};
use crate::catalog::{Catalog, Class, Oid, Policy, Relation, RelationKind};
use crate::rules::prelude::*;
use crate::source::Location;
use crate::syntax::ast::{Expr, ExprKind, PolicyCommand};
use crate::syntax::walk;
use std::sync::Arc;

pub const RULE: Rule = Rule {
    name: "rls/recursive-policy",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("policy that reads its own table (42P17)"),
    doc: page!("rls/recursive-policy"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let mut reported: Vec<Oid> = Vec::new();
    for table in cat.relations().filter(|t| is_protected(cat, t) && t.policies.iter().any(|p| has_subquery(p))) {
        for role in roles(cat, table) {
            for (command, word) in COMMANDS {
                let used = used(cat, table, command, role);
                if !used.iter().any(|p| has_subquery(p)) {
                    continue;
                }
                let mut walk = Walk { cat, role, active: vec![table.oid], path: Vec::new(), steps: 0 };
                let Some(again) = walk.follow(&used, command) else { continue };
                let Some(start) = walk.active.iter().position(|oid| *oid == again) else { continue };
                let cycle = &walk.path[start..];
                // One mistake is one finding: the policy that closed the circle.
                let created = |p: &Arc<Policy>| p.origin.created.map(|l| (l.file, l.span.start));
                let Some((last, on)) = cycle.iter().max_by_key(|(p, _)| created(p)).cloned() else { continue };
                let Some(location) = last.origin.created.filter(|_| !reported.contains(&last.oid)) else { continue };
                reported.push(last.oid);
                report(cx, location, (&last, on), cycle, word);
            }
        }
    }
}

fn report(
    cx: &mut ProjectContext,
    location: Location,
    (policy, on): (&Policy, Oid),
    cycle: &[(Arc<Policy>, Oid)],
    word: &str,
) {
    let cat = cx.schema;
    let table = |oid: Oid| cat.relation(oid).map_or(String::new(), |t| cat.relation_name(t));
    let name = table(on);
    let mut message = format!("policy `{}` on `{name}` reads ", policy.name);
    let others: Vec<String> = cycle
        .iter()
        .filter(|(p, _)| p.oid != policy.oid)
        .map(|(p, at)| format!("`{}`, whose policy `{}` reads ", table(*at), p.name))
        .collect();
    message += &others.concat();
    message += &format!("`{name}` again");
    cx.report(location, message)
        .help(format!(
            "{word} fails with 42P17, infinite recursion detected in policy: ask a SECURITY DEFINER function instead"
        ))
        .object(name);
}

struct Walk<'a> {
    cat: &'a Catalog,
    role: &'a str,
    /// The tables whose policies are being put in.
    active: Vec<Oid>,
    /// The policy of each that led on.
    path: Vec<(Arc<Policy>, Oid)>,
    steps: u32,
}

impl Walk<'_> {
    /// The table at which the rewriter gives up.
    fn follow(&mut self, policies: &[&Arc<Policy>], command: PolicyCommand) -> Option<Oid> {
        let cat = self.cat;
        let on = *self.active.last()?;
        for policy in policies {
            for table in tables_read(cat, policy, command) {
                self.steps += 1;
                let own = used(cat, table, PolicyCommand::Select, self.role);
                if self.steps > 1000 || !is_protected(cat, table) || !own.iter().any(|p| has_subquery(p)) {
                    continue;
                }
                self.path.push(((*policy).clone(), on));
                if self.active.contains(&table.oid) {
                    return Some(table.oid);
                }
                self.active.push(table.oid);
                if let Some(again) = self.follow(&own, PolicyCommand::Select) {
                    return Some(again);
                }
                self.active.pop();
                self.path.pop();
            }
        }
        None
    }
}

/// Those that the table's policies may be evaluated for: the API's, a role that is in PUBLIC only, and the ones named.
fn roles<'c>(cat: &'c Catalog, table: &Relation) -> Vec<&'c str> {
    let mut roles = vec!["authenticated", "anon", ""];
    for role in table.policies.iter().flat_map(|p| &p.roles).filter_map(|oid| cat.role(*oid)) {
        let keeps_to_policies = !role.attributes.bypass_rls && !role.attributes.superuser;
        if keeps_to_policies && !roles.contains(&&*role.name) {
            roles.push(&role.name);
        }
    }
    roles
}

fn is_protected(cat: &Catalog, table: &Relation) -> bool {
    table.row_security.enabled && is_security_certain(cat, table)
}

/// The policies that a command uses for a role: none where no permissive one lets it in.
fn used<'t>(cat: &Catalog, table: &'t Relation, command: PolicyCommand, role: &str) -> Vec<&'t Arc<Policy>> {
    let of_command =
        |p: &&Arc<Policy>| (p.command == command || p.command == PolicyCommand::All) && applies_to(cat, p, role);
    let policies: Vec<&Arc<Policy>> = table.policies.iter().filter(of_command).collect();
    if policies.iter().any(|p| permits(p, command)) { policies } else { Vec::new() }
}

/// Whether either condition has one, of whatever kind: PostgreSQL does not ask which of the two is used.
fn has_subquery(policy: &Policy) -> bool {
    let mut found = false;
    for expr in policy.using.iter().chain(&policy.with_check) {
        walk::expr(expr, &mut |e: &Expr| {
            found |= matches!(
                e.kind,
                ExprKind::Subquery(_) | ExprKind::Exists(_) | ExprKind::InQuery { .. } | ExprKind::ArrayQuery(_)
            );
        });
    }
    found
}

/// The tables that the conditions of a command read, those behind security_invoker views among them.
fn tables_read<'a>(cat: &'a Catalog, policy: &Policy, command: PolicyCommand) -> Vec<&'a Arc<Relation>> {
    let check = if policy.with_check.is_some() { &policy.with_check_definition } else { &policy.using_definition };
    let mut named: Vec<Oid> = Vec::new();
    if command != PolicyCommand::Insert {
        named.extend(policy.using_definition.objects(Class::Relation));
    }
    if matches!(command, PolicyCommand::Insert | PolicyCommand::Update) {
        named.extend(check.objects(Class::Relation));
    }
    let mut tables = Vec::new();
    let mut at = 0;
    while let Some(oid) = named.get(at).copied() {
        at += 1;
        match cat.relation(oid) {
            Some(view) if view.kind == RelationKind::View && splinter::is_invoker(view) => {
                let behind: Vec<Oid> = view.definition.objects(Class::Relation).collect();
                named.extend(behind.into_iter().filter(|oid| !named.contains(oid)).collect::<Vec<_>>());
            }
            Some(table) => tables.push(table),
            None => {}
        }
    }
    tables
}
