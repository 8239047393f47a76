//! rls/no-role: a policy for signed-in users that is evaluated for everybody.

use super::passing::{Rows, condition};
use crate::catalog::Policy;
use crate::policy::{Atom, Conditions, Truths};
use crate::replay::Step;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{PolicyCommand, StatementKind};

pub const RULE: Rule = Rule {
    name: "rls/no-role",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: native!("policy for signed-in users without TO authenticated"),
    doc: page!("rls/no-role"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    if cat.role_named("authenticated").is_none() {
        return;
    }
    let turn = cx.turn();
    for table in cat.relations().filter(|t| !t.policies.is_empty() && turn.takes() && is_security_certain(cat, t)) {
        for policy in table.policies.iter().filter(|p| !p.roles_given && p.permissive) {
            let Some(location) = policy.origin.created else { continue };
            let asked: &[Rows] = match policy.command {
                PolicyCommand::Insert => &[Rows::New],
                PolicyCommand::Select | PolicyCommand::Delete => &[Rows::Existing],
                _ => &[Rows::Existing, Rows::New],
            };
            // TO authenticated changes nothing exactly where no condition can be true without a user.
            let is_for_users = |rows: &Rows| {
                let mut conditions = Conditions::default();
                let formula = condition(&mut conditions, cat, policy, *rows);
                conditions.can_be_true(&formula, &|atom: &Atom| atom.anonymous) == Some(false)
                    && conditions.can_be_true(&formula, &user) == Some(true)
            };
            if !asked.iter().all(is_for_users) {
                continue;
            }
            let name = cat.relation_name(table);
            let edit = policy_step(cx, policy).and_then(|step| {
                let first = policy.using.as_ref().or(policy.with_check.as_ref())?.span.start;
                let source = &cx.common.file(location.file).source;
                let keyword = if policy.using.is_some() { "using" } else { "with" };
                let before = source.slice(Span::new(step.span.start, first)).to_ascii_lowercase();
                let at = step.span.start + before.match_indices(keyword).last()?.0 as u32;
                Some((Span::at(at), "to authenticated ".to_string()))
            });
            let finding = cx.report(
                location,
                format!(
                    "policy `{}` on `{name}` is evaluated for every role, and only signed-in users pass",
                    policy.name
                ),
            );
            finding.help("write `to authenticated`: it is not evaluated for others then").object(name);
            if let Some(edit) = edit {
                finding.fix("Add TO authenticated", edit);
            }
        }
    }
}

/// Some user: what tells one from another can be anything.
fn user(atom: &Atom) -> Truths {
    if atom.signed_in == Truths::NEITHER { Truths::ANY } else { atom.signed_in }
}

/// The CREATE POLICY that a policy is still as, where it may be edited.
pub fn policy_step<'a>(cx: &ProjectContext<'a>, policy: &Policy) -> Option<&'a Step> {
    let created = policy.origin.created.filter(|_| policy.origin.changed == policy.origin.created)?;
    let step = cx.statement_at(created).filter(|_| !cx.common.is_applied(created.file))?;
    step.applied().filter(|s| matches!(s.kind, StatementKind::CreatePolicy(_))).map(|_| step)
}
