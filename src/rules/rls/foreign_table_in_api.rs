//! rls/foreign-table-in-api: a foreign table in an exposed schema that clients may read.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/foreign-table-in-api",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("foreign table that clients may read"),
    doc: page!("rls/foreign-table-in-api"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    splinter::report_in_api(cx, RelationKind::ForeignTable, "foreign_table_in_api");
}
