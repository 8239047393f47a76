//! lock/cluster: CLUSTER writes a live table anew.

use super::{live, report};
use crate::rules::prelude::*;
use crate::syntax::ast::{MaintenanceCommand, StatementKind};

pub const RULE: Rule = Rule {
    name: "lock/cluster",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("CLUSTER of a live table"),
    doc: page!("lock/cluster"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Maintenance(cluster) = &cx.statement.kind else { return };
    for (name, _) in cluster.tables.iter().filter(|_| cluster.command == MaintenanceCommand::Cluster) {
        let Some(table) = live(cx, name) else { continue };
        report(cx, name.span(), table, "CLUSTER", "use pg_repack, which orders a table while it is in use");
    }
}
