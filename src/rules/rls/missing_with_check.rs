//! rls/missing-with-check: a policy that leaves it to PostgreSQL to check new rows by USING.

use super::no_role::policy_step;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::PolicyCommand;

pub const RULE: Rule = Rule {
    name: "rls/missing-with-check",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("policy for writes without WITH CHECK"),
    doc: page!("rls/missing-with-check"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let turn = cx.turn();
    for table in cat.relations().filter(|t| !t.policies.is_empty() && turn.takes() && is_security_certain(cat, t)) {
        for policy in &table.policies {
            let writes = matches!(policy.command, PolicyCommand::Update | PolicyCommand::All);
            let Some(using) = policy.using.as_ref().filter(|_| writes && policy.with_check.is_none()) else { continue };
            let Some(location) = policy.origin.created else { continue };
            let name = cat.relation_name(table);
            let edit = policy_step(cx, policy).map(|step| {
                let text = cx.common.file(location.file).source.slice(using.span);
                (Span::at(step.span.end), format!(" with check ({text})"))
            });
            let finding = cx.report(location, format!("policy `{}` on `{name}` has no WITH CHECK", policy.name));
            finding.help("USING is applied to new rows as well: say so, `with check (…)`").object(name);
            if let Some(edit) = edit {
                finding.fix("Repeat the condition in WITH CHECK", edit);
            }
        }
    }
}
