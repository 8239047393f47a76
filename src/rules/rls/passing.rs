//! Who passes a policy: what the rules that judge conditions share.

use super::permits;
use crate::catalog::{Catalog, Oid, Policy, Privileges, Relation};
use crate::policy::{Atom, Conditions, Formula, Truths, lower};
use crate::rules::prelude::*;
use crate::syntax::ast::PolicyCommand;

/// Which rows a condition is asked of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// USING: those that are there.
    Existing,
    /// WITH CHECK, or USING where there is none: those that are written.
    New,
}

/// The condition that a policy sets on rows.
pub fn condition(conditions: &mut Conditions, cat: &Catalog, policy: &Policy, rows: Rows) -> Formula {
    match (rows, &policy.with_check) {
        (Rows::New, Some(check)) => lower(conditions, cat, Some(check), &policy.with_check_definition),
        _ => lower(conditions, cat, policy.using.as_deref(), &policy.using_definition),
    }
}

/// Whether the policy is evaluated for a role (itself, one that it inherits, PUBLIC); a role of no name is in nothing but PUBLIC.
pub fn applies_to(cat: &Catalog, policy: &Policy, role: &str) -> bool {
    policy.roles.contains(&Oid::INVALID) || splinter::roles_of(cat, role).iter().any(|oid| policy.roles.contains(oid))
}

/// Whether the policy, and the restrictive ones that stand beside it, let a row through when the atoms are what `domain` says.
pub fn passes(
    cat: &Catalog,
    table: &Relation,
    policy: &Policy,
    (command, rows): (PolicyCommand, Rows),
    role: &str,
    domain: &dyn Fn(&Atom) -> Truths,
) -> bool {
    let mut conditions = Conditions::default();
    let mut all = vec![condition(&mut conditions, cat, policy, rows)];
    for other in table.policies.iter().filter(|p| !p.permissive && applies_to(cat, p, role)) {
        if other.command == command || other.command == PolicyCommand::All {
            all.push(condition(&mut conditions, cat, other, rows));
        }
    }
    conditions.can_be_true(&Formula::All(all), domain) == Some(true)
}

/// Whether a role has the privilege for a command, and the policy lets it at some row.
pub fn lets(
    cat: &Catalog,
    table: &Relation,
    policy: &Policy,
    command: PolicyCommand,
    role: &str,
    domain: &dyn Fn(&Atom) -> Truths,
) -> bool {
    let (privilege, rows): (_, &[Rows]) = match command {
        PolicyCommand::Select => (Privileges::SELECT, &[Rows::Existing]),
        PolicyCommand::Insert => (Privileges::INSERT, &[Rows::New]),
        PolicyCommand::Update => (Privileges::UPDATE, &[Rows::Existing, Rows::New]),
        _ => (Privileges::DELETE, &[Rows::Existing]),
    };
    permits(policy, command)
        && applies_to(cat, policy, role)
        && splinter::may(cat, table, privilege, role)
        && rows.iter().all(|rows| passes(cat, table, policy, (command, *rows), role, domain))
}

/// Without a user: what the project's own functions, its settings and other tables answer is not known, so that nothing hangs on it.
pub fn anonymous(atom: &Atom) -> Truths {
    let unknown = atom.session && atom.anonymous == Truths::ANY;
    if atom.opaque || unknown { Truths::NEITHER } else { atom.anonymous }
}
