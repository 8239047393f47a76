//! lock/add-column-rewrite: a new column whose values must be stored in every row of a live table.

use super::{actions, report};
use crate::locks;
use crate::rules::prelude::*;
use crate::syntax::ast::AlterTableActionKind as Action;

pub const RULE: Rule = Rule {
    name: "lock/add-column-rewrite",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("column that makes PostgreSQL write a live table anew"),
    doc: page!("lock/add-column-rewrite"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let Action::AddColumn { column, .. } = &action.kind else { continue };
        let made = cx.after.relation(table.oid).and_then(|t| t.column(&column.name)).cloned();
        let Some(made) = made.filter(|c| table.column(&c.name).is_none()) else { continue };
        if !locks::rewrites_when_added(cx.after, &made) {
            continue;
        }
        let help = if made.generated.is_some() {
            "add a plain column, let a trigger fill it, and fill the rows that are there in batches"
        } else if made.identity.is_some() || made.default.as_ref().is_some_and(|d| d.expr.is_none()) {
            "add a plain column, fill it in batches, and then give it its sequence"
        } else {
            "add the column without its default, set the default in a second action, and fill the rows that are there in batches"
        };
        report(cx, column.name.span, table, &format!("adding column `{}`", made.name), help);
    }
}
