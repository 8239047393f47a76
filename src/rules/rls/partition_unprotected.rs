//! rls/partition-unprotected: a partition that clients read past the policies of its table.

use super::enabled_on_create::{is_open, splinter_row};
use crate::catalog::{Catalog, Relation};
use crate::replay::Step;
use crate::rules::prelude::*;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "rls/partition-unprotected",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("partition without the row level security of its table"),
    doc: page!("rls/partition-unprotected"),
    since: "0.1.0",
    check: Check::Project(check),
};

/// The table that a partition without row level security belongs to, where that has it: no rule but this one reports such a partition.
pub fn protected_parent<'c>(cat: &'c Catalog, table: &Relation) -> Option<&'c Relation> {
    if !table.is_partition || table.row_security.enabled {
        return None;
    }
    let parent = cat.relation(*table.inherits.first()?)?;
    if parent.row_security.enabled { Some(parent) } else { protected_parent(cat, parent) }
}

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for (table, created) in cx.own_relations() {
        let Some(parent) = protected_parent(cat, table).filter(|_| table.kind.is_table()) else { continue };
        if table.doubt.security || !is_open(&cx.common, cat, table) {
            continue;
        }
        let (name, of) = (cat.relation_name(table), cat.relation_name(parent));
        let sql = sql_name(cat, table);
        let step = cx.statement_at(created);
        let fixable = !cx.common.is_applied(created.file);
        let message = format!("partition `{name}` is open to clients: the policies of `{of}` do not count there");
        let finding = cx.report(cx.name_location(created), message);
        finding.help(format!("write `alter table {sql} enable row level security;`")).object(name);
        splinter_row(finding, cat, table);
        let creates = |step: &&Step| matches!(step.applied().map(|s| &s.kind), Some(StatementKind::CreateTable(_)));
        let step = step.filter(|_| fixable).filter(creates);
        // Under the name that it has there.
        if let Some((step, then)) = step.and_then(|step| Some((step, step.after.relation(table.oid)?))) {
            let text = format!("alter table {} enable row level security;", sql_name(&step.after, then));
            finding.fix("Enable row level security", insert_after(step, text));
        }
    }
}
