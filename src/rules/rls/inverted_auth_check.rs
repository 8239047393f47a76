//! rls/inverted-auth-check: a policy that lets in whoever is not signed in, or whoever the row does not belong to.

use super::always_true::is_for_clients;
use super::passing::{Rows, applies_to, condition};
use crate::catalog::Policy;
use crate::policy::{Atom, Conditions, Truths};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/inverted-auth-check",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("policy that turns the check of the user round"),
    doc: page!("rls/inverted-auth-check"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let turn = cx.turn();
    for table in cat
        .relations()
        .filter(|t| !t.policies.is_empty() && turn.takes() && t.row_security.enabled && is_security_certain(cat, t))
    {
        for policy in table.policies.iter().filter(|p| p.permissive && is_for_clients(cat, p)) {
            let Some(location) = policy.origin.created.filter(|_| may_turn_round(policy)) else { continue };
            // For anon by name, auth.uid() is null anyway.
            let is_for_all = !policy.roles_given || !applies_to(cat, policy, "anon") || policy.roles.len() > 1;
            let mut found = None;
            for rows in [Rows::Existing, Rows::New] {
                let mut conditions = Conditions::default();
                let formula = condition(&mut conditions, cat, policy, rows);
                let can = |domain| conditions.can_be_true(&formula, domain) == Some(true);
                if can(&others) && !can(&plain) {
                    found = Some("everyone but the user that the row belongs to");
                } else if is_for_all && applies_to(cat, policy, "anon") && can(&signed_out) && !can(&plain) {
                    found = Some("whoever is not signed in");
                }
            }
            let Some(whom) = found else { continue };
            let name = cat.relation_name(table);
            let message = format!("policy `{}` on `{name}` lets in {whom}", policy.name);
            cx.report(location, message).help("write `(select auth.uid()) = column`").object(name);
        }
    }
}

/// Whether anything stands in the conditions that a comparison could be turned round by.
fn may_turn_round(policy: &Policy) -> bool {
    [&policy.using_definition, &policy.with_check_definition].into_iter().any(|definition| {
        let text = definition.text.to_ascii_lowercase();
        text.contains(['!', '>']) || ["not", "null", "distinct", "false", "case"].iter().any(|word| text.contains(word))
    })
}

/// A user at a row that is not theirs, with nothing known of the row.
fn others(atom: &Atom) -> Truths {
    if atom.binds() && atom.compares_uid() && !atom.opaque { Truths::FALSE } else { plain(atom) }
}

fn signed_out(atom: &Atom) -> Truths {
    if atom.is_signed_out() { Truths::TRUE } else { Truths::NEITHER }
}

/// The same without what is turned round.
fn plain(atom: &Atom) -> Truths {
    if atom.session && !atom.binds() && !atom.opaque { atom.signed_in } else { Truths::NEITHER }
}
