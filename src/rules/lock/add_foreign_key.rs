//! lock/add-foreign-key: a foreign key is added to a live table, and validated at once.

use super::{constraints, named_definition, recipe, report};
use crate::catalog::RelationKind;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::TableConstraintKind as Kind;

pub const RULE: Rule = Rule {
    name: "lock/add-foreign-key",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("foreign key on a live table that is validated at once"),
    doc: page!("lock/add-foreign-key"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, constraint) in constraints(cx) {
        let Kind::ForeignKey { references, .. } = &constraint.kind else { continue };
        if constraint.attributes.not_valid || constraint.attributes.not_enforced {
            continue;
        }
        let what = format!("a foreign key to `{}` that is validated at once", references.table);
        if table.kind == RelationKind::PartitionedTable {
            let help = "add it to each partition as NOT VALID and validate it there, then to the partitioned table";
            report(cx, constraint.span, table, &what, help);
            continue;
        }
        let help = "write NOT VALID, and `alter table … validate constraint` in the next migration: writers do not wait for that";
        let named = named_definition(cx, table, constraint);
        let whole = sql_name(cx.before, table);
        let diagnostic = report(cx, constraint.span, table, &what, help);
        diagnostic.fix("Add it as NOT VALID", (Span::at(constraint.span.end), " not valid".into()));
        if let Some((name, definition)) = named {
            diagnostic.recipe(recipe::ADD_CONSTRAINT, &[&whole, &definition, &name]);
        }
    }
}
