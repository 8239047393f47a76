//! index/foreign-key: a foreign key whose columns no index of its table begins with.

use crate::catalog::{Catalog, ConstraintKind, Relation};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "index/foreign-key",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "foreign key without an index",
    doc: page!("index/foreign-key"),
    splinter: Some("unindexed_foreign_keys"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for table in cx.schema.relations().filter(|r| r.kind.is_table() && !r.is_temporary()) {
        for constraint in &table.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            let Some(created) = constraint.origin.created else { continue };
            if constraint.parent.is_valid()
                || !is_certain(cx.schema, table)
                || has_index(cx.schema, table, &key.columns)
            {
                continue;
            }
            let columns: Vec<&str> =
                key.columns.iter().filter_map(|n| table.column_by_number(*n)).map(|c| &*c.name).collect();
            let name = cx.schema.relation_name(table);
            let create = format!(
                "create index on {} ({});",
                sql_name(cx.schema, table),
                columns.iter().map(|c| sql_identifier(c)).collect::<Vec<_>>().join(", ")
            );
            let location = crate::source::Location { file: created.file, span: constraint.span };
            let step = cx.statement_at(location).filter(|_| !cx.common.is_applied(created.file));
            let finding = cx.report(
                location,
                format!("foreign key `{}` of `{name}` has no index on ({})", constraint.name, columns.join(", ")),
            );
            finding
                .help(format!("joins, and deletes in the referenced table, scan the whole table; write `{create}`"))
                .object(name);
            if let Some(step) = step {
                finding.fix("Create the index", insert_after(step, create));
            }
        }
    }
}

/// Whether some index begins with these columns, in whatever order.
fn has_index(catalog: &Catalog, table: &Relation, columns: &[u16]) -> bool {
    table.indexes.iter().filter_map(|oid| catalog.relation(*oid)).filter_map(|r| r.index.as_ref()).any(|index| {
        let leading: Vec<u16> = index.keys.iter().take(columns.len()).map(|k| k.column).collect();
        leading.len() == columns.len() && columns.iter().all(|c| leading.contains(c))
    })
}
