//! lock/add-exclusion: an exclusion constraint builds its index on a live table, and cannot do so concurrently.

use super::{constraints, report};
use crate::rules::prelude::*;
use crate::syntax::ast::TableConstraintKind as Kind;

pub const RULE: Rule = Rule {
    name: "lock/add-exclusion",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("exclusion constraint on a live table"),
    doc: page!("lock/add-exclusion"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, constraint) in constraints(cx) {
        if !matches!(constraint.kind, Kind::Exclude { .. }) {
            continue;
        }
        let help = "there is no way around it: make a new table with the constraint, keep it filled with a trigger, and swap the two";
        report(cx, constraint.span, table, "an exclusion constraint", help);
    }
}
