//! lock/add-primary-key: a primary key builds its index on a live table.

use super::{build_index_first, constraints, report};
use crate::rules::prelude::*;
use crate::syntax::ast::TableConstraintKind as Kind;

pub const RULE: Rule = Rule {
    name: "lock/add-primary-key",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "primary key that builds its index on a live table",
    doc: page!("lock/add-primary-key"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, constraint) in constraints(cx) {
        if !matches!(constraint.kind, Kind::PrimaryKey { .. }) {
            continue;
        }
        let help = "`create unique index concurrently` in a migration of its own, then `add constraint … primary key using index …`";
        let fix = build_index_first(cx, table, constraint);
        let finding = report(cx, constraint.span, table, "a primary key", help);
        if let Some(edit) = fix {
            finding.fix("Build its index concurrently first", edit);
        }
    }
}
