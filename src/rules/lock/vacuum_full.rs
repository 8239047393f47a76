//! lock/vacuum-full: VACUUM FULL writes a live table anew.

use super::{live, report};
use crate::rules::prelude::*;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "lock/vacuum-full",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("VACUUM FULL of a live table"),
    doc: page!("lock/vacuum-full"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Maintenance(vacuum) = &cx.statement.kind else { return };
    for (name, _) in vacuum.tables.iter().filter(|_| vacuum.full) {
        let Some(table) = live(cx, name) else { continue };
        report(
            cx,
            name.span(),
            table,
            "VACUUM FULL",
            "write VACUUM without FULL, or use pg_repack where space must be given back",
        );
    }
}
