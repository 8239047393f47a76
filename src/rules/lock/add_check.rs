//! lock/add-check: a CHECK is added to a live table, and validated at once.

use super::{actions, constraints, named_definition, recipe, report};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{AlterTableActionKind as Action, ColumnConstraintKind, TableConstraintKind as Kind};

pub const RULE: Rule = Rule {
    name: "lock/add-check",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("check on a live table that is validated at once"),
    doc: page!("lock/add-check"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, constraint) in constraints(cx) {
        if !matches!(constraint.kind, Kind::Check { .. })
            || constraint.attributes.not_valid
            || constraint.attributes.not_enforced
        {
            continue;
        }
        let help =
            "write NOT VALID, and `alter table … validate constraint` in the next migration: nobody waits for that";
        let named = named_definition(cx, table, constraint);
        let whole = sql_name(cx.before, table);
        let diagnostic = report(cx, constraint.span, table, "a check that is validated at once", help);
        diagnostic.fix("Add it as NOT VALID", (Span::at(constraint.span.end), " not valid".into()));
        if let Some((name, definition)) = named {
            diagnostic.recipe(recipe::ADD_CONSTRAINT, &[&whole, &definition, &name]);
        }
    }
    // A check that comes with a new column reads the table too, and cannot be NOT VALID.
    for (table, action) in actions(cx) {
        let Action::AddColumn { column, .. } = &action.kind else { continue };
        let is_check = |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::Check { .. });
        let Some(constraint) = column.constraints.iter().find(|c| is_check(&c.kind) && !c.attributes.not_enforced)
        else {
            continue;
        };
        if table.column(&column.name).is_none() {
            let help = "add the column without it, then the check as a constraint of the table that is NOT VALID";
            report(cx, constraint.span, table, "the check of a new column", help);
        }
    }
}
