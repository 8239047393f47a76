//! rls/materialized-view-in-api: a materialized view in an exposed schema that clients may read.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/materialized-view-in-api",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("materialized view that clients may read"),
    doc: page!("rls/materialized-view-in-api"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    splinter::report_in_api(cx, RelationKind::MaterializedView, "materialized_view_in_api");
}
