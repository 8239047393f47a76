//! rls/force: row level security that the table's owner does not keep to.

use crate::catalog::Oid;
use crate::replay::{Change, Step};
use crate::rules::prelude::*;
use crate::source::Location;

pub const RULE: Rule = Rule {
    name: "rls/force",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("row level security not forced on the owner"),
    doc: page!("rls/force"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    // The statements that enable it, each with its table.
    let mut enabled: Vec<(Oid, (Location, &Step))> = Vec::new();
    for (file, step) in cx.timeline.steps() {
        for effect in step.effects.iter().filter(|e| e.change == Change::RowSecurityEnabled) {
            enabled.push((effect.object.oid, (Location { file: file.id, span: step.span }, step)));
        }
    }
    for (table, created) in cx.exposed_tables() {
        if !table.row_security.enabled || table.row_security.forced || !is_security_certain(cx.schema, table) {
            continue;
        }
        let name = cx.schema.relation_name(table);
        let sql = sql_name(cx.schema, table);
        let enabled = enabled.iter().rev().find(|(oid, _)| *oid == table.oid).map(|(_, enabled)| *enabled);
        let location = enabled.map_or_else(|| cx.name_location(created), |(location, _)| location);
        // Not inside a DO block.
        let plain = |step: &&Step| {
            step.applied().is_some_and(|s| matches!(s.kind, crate::syntax::ast::StatementKind::AlterTable(_)))
        };
        let step = enabled.map(|(_, step)| step).filter(plain).filter(|_| !cx.common.is_applied(location.file));
        let finding = cx.report(location, format!("the owner of table `{name}` reads and writes past its policies"));
        finding.help(format!("write `alter table {sql} force row level security;`")).object(name);
        // Under the name that it has there.
        if let Some((step, then)) = step.and_then(|step| Some((step, step.after.relation(table.oid)?))) {
            let sql = sql_name(&step.after, then);
            let text = format!("alter table {sql} force row level security;");
            finding.fix("Force row level security", insert_after(step, text));
        }
    }
}
