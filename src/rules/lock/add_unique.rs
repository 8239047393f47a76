//! lock/add-unique: a unique constraint builds its index on a live table.

use super::{constraints, report_index};
use crate::rules::prelude::*;
use crate::syntax::ast::TableConstraintKind as Kind;

pub const RULE: Rule = Rule {
    name: "lock/add-unique",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("unique constraint that builds its index on a live table"),
    doc: page!("lock/add-unique"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, constraint) in constraints(cx) {
        if !matches!(constraint.kind, Kind::Unique { .. }) {
            continue;
        }
        let help = "`create unique index concurrently` in a migration of its own, then `add constraint … unique using index …`";
        report_index(cx, table, constraint, "a unique constraint", help);
    }
}
