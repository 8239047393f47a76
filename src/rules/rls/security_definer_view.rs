//! rls/security-definer-view: a view that clients may read without security_invoker.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/security-definer-view",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("view that reads past row level security"),
    doc: page!("rls/security-definer-view"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for (view, location) in cx.own_relations() {
        if view.kind != RelationKind::View
            || view.doubt.security
            || splinter::is_invoker(view)
            || !splinter::is_in_api(cx, view)
            || splinter::is_member(cx.schema, view.oid)
        {
            continue;
        }
        let name = cx.schema.relation_name(view);
        let sql = sql_name(cx.schema, view);
        let (schema, view) = splinter::names(cx.schema, view);
        cx.report(
            cx.name_location(location),
            format!("view `{name}` reads with its owner's rights, past row level security"),
        )
        .help(format!("write `alter view {sql} set (security_invoker = true);`"))
        .object(name)
        .splinter("security_definer_view", &["security_definer_view", schema, view]);
    }
}
