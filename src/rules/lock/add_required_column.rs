//! lock/add-required-column: a new column of a live table is NOT NULL and has no value for the rows that are there.

use super::{actions, report};
use crate::catalog::{Oid, Type};
use crate::locks;
use crate::rules::prelude::*;
use crate::syntax::ast::AlterTableActionKind as Action;

pub const RULE: Rule = Rule {
    name: "lock/add-required-column",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "NOT NULL column without a default on a live table",
    doc: page!("lock/add-required-column"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let Action::AddColumn { column, .. } = &action.kind else { continue };
        let made = cx.after.relation(table.oid).and_then(|t| t.column(&column.name)).cloned();
        let Some(made) = made.filter(|c| table.column(&c.name).is_none() && c.not_null) else { continue };
        // A type that nobody here created may be a domain with a default.
        let given = |t: &Type| t.oid >= Oid::FIRST_USER && t.origin.created.is_none() && cx.common.is_partial();
        if made.type_unknown
            || cx.after.type_(made.ty.oid).is_some_and(|t| given(t))
            || locks::has_value_when_added(cx.after, &made)
            || made.identity.is_some()
            || made.generated.is_some()
        {
            continue;
        }
        let help = "give it a constant default, or add it nullable, fill it in batches and set NOT NULL later";
        report(
            cx,
            column.name.span,
            table,
            &format!("adding the required column `{}` fails where there are rows; it", made.name),
            help,
        );
    }
}
