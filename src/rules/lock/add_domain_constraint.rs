//! lock/add-domain-constraint: a constraint of a domain is checked against every live table that has a column of it.

use super::{live_oid, report};
use crate::locks;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{AlterDomainAction as Action, StatementKind};

pub const RULE: Rule = Rule {
    name: "lock/add-domain-constraint",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("domain constraint that reads live tables"),
    doc: page!("lock/add-domain-constraint"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::AlterDomain(alter) = &cx.statement.kind else { return };
    let scanned = locks::of(cx.step).into_iter().find_map(|l| live_oid(cx, l.relation).filter(|_| l.scan));
    let Some(table) = scanned else { return };
    let what = match &alter.action {
        Action::AddConstraint(_) => format!("the new constraint of domain `{}`", alter.name),
        Action::SetNotNull => format!("setting domain `{}` NOT NULL", alter.name),
        // It is what the help of the others leads to.
        _ => return,
    };
    let help = "add it as NOT VALID, and validate it in a migration of its own when few write";
    let finding = report(cx, alter.name.span(), table, &what, help);
    if let Action::AddConstraint(constraint) = &alter.action {
        finding.fix("Add it as NOT VALID", (Span::at(constraint.span.end), " not valid".into()));
    }
}
