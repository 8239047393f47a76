//! rls/anon-write: clients change rows without signing in.

use super::COMMANDS;
use super::always_true::lets_all_write;
use super::passing::{anonymous, applies_to, lets};
use crate::policy::{Atom, AtomKind, Truths};
use crate::rules::prelude::*;
use crate::syntax::ast::PolicyCommand;

pub const RULE: Rule = Rule {
    name: "rls/anon-write",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("policy that lets clients write without signing in"),
    doc: page!("rls/anon-write"),
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
        if !cx.common.is_exposed(cat, table.schema) && splinter::schema_name(cat, table.schema) != "storage" {
            continue;
        }
        for policy in table.policies.iter().filter(|p| p.permissive && applies_to(cat, p, "anon")) {
            // rls/always-true says it of those that are for everybody.
            let Some(location) = policy.origin.created.filter(|_| !lets_all_write(cat, policy)) else { continue };
            let mut words = Vec::new();
            for (command, word) in COMMANDS {
                let domain = |atom: &Atom| match atom.kind {
                    // `user_id is null`: a row of a guest, which is let in on purpose.
                    AtomKind::IsNull(_) if command == PolicyCommand::Insert && !atom.session => Truths::NEITHER,
                    _ => anonymous(atom),
                };
                // A form for visitors: TO anon, and a condition on what they may send.
                let is_form = command == PolicyCommand::Insert && policy.roles_given;
                let writes = command != PolicyCommand::Select && !is_form;
                if writes && lets(cat, table, policy, command, "anon", &domain) {
                    words.push(word);
                }
            }
            if words.is_empty() {
                continue;
            }
            let name = cat.relation_name(table);
            let message =
                format!("policy `{}` on `{name}` lets clients {} without signing in", policy.name, words.join(", "));
            cx.report(location, message)
                .help("give it `to authenticated`, and compare a column with `(select auth.uid())`")
                .object(name);
        }
    }
}
