//! rls/with-check-weaker: a row that is the user's own may become anybody's.

use super::always_true::{is_for_clients, lets_all_write};
use super::passing::{Rows, condition, passes};
use crate::catalog::{Privileges, Relation};
use crate::policy::{Atom, Conditions, Truths};
use crate::rules::prelude::*;
use crate::syntax::ast::PolicyCommand;

pub const RULE: Rule = Rule {
    name: "rls/with-check-weaker",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("WITH CHECK that lets users give rows away"),
    doc: page!("rls/with-check-weaker"),
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
            let writes = matches!(policy.command, PolicyCommand::Update | PolicyCommand::All);
            let same = policy.using_definition.text == policy.with_check_definition.text;
            if !writes || same || policy.using.is_none() || policy.with_check.is_none() {
                continue;
            }
            let Some(location) = policy.origin.created.filter(|_| !lets_all_write(cat, policy)) else { continue };
            // USING compares the row with the user: nothing else lets a row through.
            let mut conditions = Conditions::default();
            let using = condition(&mut conditions, cat, policy, Rows::Existing);
            let unbound = |atom: &Atom| if atom.binds() && !atom.opaque { Truths::NEITHER } else { Truths::ANY };
            let is_bound = conditions.can_be_true(&using, &unbound) == Some(false);
            if !is_bound || !may_change(cat, table, &conditions) {
                continue;
            }
            if !passes(cat, table, policy, (PolicyCommand::Update, Rows::New), "authenticated", &not_bound) {
                continue;
            }
            let name = cat.relation_name(table);
            let message =
                format!("policy `{}` on `{name}` checks who a row belongs to, but not afterwards", policy.name);
            cx.report(location, message)
                .help("WITH CHECK lets users write rows in others' names: repeat the comparison of USING in it, or leave WITH CHECK out")
                .object(name);
        }
    }
}

/// Everyone who is signed in, at a row that nothing ties to them; what functions and other tables say is not known.
fn not_bound(atom: &Atom) -> Truths {
    match atom {
        _ if atom.opaque || atom.binds() => Truths::NEITHER,
        _ if atom.session => atom.signed_in,
        _ => Truths::ANY,
    }
}

/// Whether clients have the privilege to write a column that ties rows to users.
fn may_change(cat: &crate::catalog::Catalog, table: &Relation, conditions: &Conditions) -> bool {
    let all = splinter::table_privilege(cat, table, Privileges::UPDATE, "authenticated");
    let bound = conditions.atoms.iter().filter(|a| a.binds()).flat_map(|a| &a.columns);
    bound
        .filter_map(|name| table.column(name))
        .any(|column| all || splinter::column_privilege(cat, column.acl.as_ref(), Privileges::UPDATE, "authenticated"))
}
