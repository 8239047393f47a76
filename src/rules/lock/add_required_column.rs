//! lock/add-required-column: a new column of a live table is NOT NULL and has no value for the rows that are there.

use super::{actions, recipe, report};
use crate::catalog::{Oid, Type};
use crate::locks;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{AlterTableActionKind as Action, ColumnConstraintKind};

pub const RULE: Rule = Rule {
    name: "lock/add-required-column",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("NOT NULL column without a default on a live table"),
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
        let what = format!("adding the required column `{}` fails where there are rows; it", made.name);
        let source = &cx.file.source;
        let required = column.constraints.iter().find(|c| matches!(c.kind, ColumnConstraintKind::NotNull { .. }));
        let definition = required.map(|required| {
            let before = source.slice(Span::new(column.span.start, required.span.start)).trim_end();
            [before, source.slice(Span::new(required.span.end, column.span.end))].concat()
        });
        let (whole, bare) = (sql_name(cx.before, table), sql_identifier(&made.name));
        let check = sql_identifier(&format!("{}_{}_not_null", table.name, made.name));
        let diagnostic = report(cx, column.name.span, table, &what, help);
        if let Some(definition) = definition {
            diagnostic
                .recipe(recipe::ADD_COLUMN, &[&whole, &definition])
                .recipe(recipe::SET_NOT_NULL, &[&whole, &bare, &check, "null /* the value */"]);
        }
    }
}
