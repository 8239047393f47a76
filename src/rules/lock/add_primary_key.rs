//! lock/add-primary-key: a primary key builds its index on a live table.

use super::{certain_lock, constraints, report, report_index};
use crate::rules::prelude::*;
use crate::syntax::ast::TableConstraintKind as Kind;

pub const RULE: Rule = Rule {
    name: "lock/add-primary-key",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("primary key that builds its index on a live table, or reads it"),
    doc: page!("lock/add-primary-key"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, constraint) in constraints(cx) {
        match constraint.kind {
            Kind::PrimaryKey { .. } => {}
            Kind::UsingIndex { primary: true, .. } if certain_lock(cx, table).is_some_and(|lock| lock.scan) => {
                let help = "set its columns NOT NULL before, in the steps that lock/set-not-null says";
                report(cx, constraint.span, table, "a primary key of columns that may be null", help);
                continue;
            }
            _ => continue,
        }
        let help = "`create unique index concurrently` in a migration of its own, then `add constraint … primary key using index …`";
        report_index(cx, table, constraint, "a primary key", help);
    }
}
