//! index/foreign-key: a foreign key whose columns no index of its table begins with.

use crate::catalog::{Catalog, Constraint, ConstraintKind, Oid, Relation, choose_constraint_name};
use crate::rules::Diagnostic;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "index/foreign-key",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("foreign key without an index"),
    doc: page!("index/foreign-key"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let as_splinter = cx.common.config.preset >= Preset::Supabase;
    let turn = cx.turn();
    for table in
        cat.relations().filter(|r| !r.constraints.is_empty() && turn.takes() && r.kind.is_table() && !r.is_temporary())
    {
        // The names of hidden copies so far.
        let mut taken = Vec::new();
        for constraint in &table.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            let Some(created) = constraint.origin.created else { continue };
            let certain = is_certain(cat, table) && cat.unknowns.may_be_changed(&constraint.name).is_none();
            if constraint.parent.is_valid() || !certain || has_index(cat, table, &key.columns) {
                continue;
            }
            let columns: Vec<&str> =
                key.columns.iter().filter_map(|n| table.column_by_number(*n)).map(|c| &*c.name).collect();
            if table.doubt.may_index(&columns) {
                continue;
            }
            if !as_splinter && finds_one_row(cat, table, &key.columns) {
                continue;
            }
            let name = cat.relation_name(table);
            let create = format!(
                "create index on {} ({});",
                sql_name(cat, table),
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
            splinter_rows(cat, table, constraint, finding);
            if splinter::judges(cat, table) {
                let before = taken.len();
                copies(cat, table, key.references, &columns.join("_"), &mut taken);
                for copy in &taken[before..] {
                    splinter_row(cat, table, copy, finding);
                }
            }
            if let Some(step) = step {
                finding.fix("Create the index", insert_after(step, create));
            }
        }
    }
}

/// Splinter says it of the key itself, and of the same key in every partition.
fn splinter_rows(cat: &Catalog, table: &Relation, constraint: &Constraint, finding: &mut Diagnostic) {
    if splinter::judges(cat, table) && !has_index(cat, table, constraint.kind.columns()) {
        splinter_row(cat, table, &constraint.name, finding);
    }
    let children = cat.relations().filter(|_| table.partition_by.is_some());
    for child in children {
        for inherited in child.constraints.iter().filter(|c| c.parent == constraint.oid && c.oid != constraint.oid) {
            splinter_rows(cat, child, inherited, finding);
        }
    }
}

/// Splinter quotes the schema here.
fn splinter_row(cat: &Catalog, table: &Relation, constraint: &str, finding: &mut Diagnostic) {
    let (schema, table) = splinter::names(cat, table);
    let words = ["unindexed_foreign_keys", &*sql_identifier(schema), table, constraint];
    finding.splinter("unindexed_foreign_keys", &words);
}

/// The names of the copies that PostgreSQL keeps of a key to a partitioned table: one for each partition.
fn copies(cat: &Catalog, table: &Relation, references: Oid, columns: &str, taken: &mut Vec<String>) {
    if cat.relation(references).is_none_or(|r| r.partition_by.is_none()) {
        return;
    }
    for partition in cat.relations().filter(|r| r.is_partition && r.inherits.contains(&references)) {
        let is_taken = |name: &str| taken.iter().any(|t| t == name);
        let name = choose_constraint_name(cat, table.schema, &table.name, Some(columns), "fkey", is_taken);
        taken.push(name);
        copies(cat, table, partition.oid, columns, taken);
    }
}

/// Whether some index begins with these columns, in whatever order. Included columns are there too.
fn has_index(catalog: &Catalog, table: &Relation, columns: &[u16]) -> bool {
    table.indexes.iter().filter_map(|oid| catalog.relation(*oid)).filter_map(|r| r.index.as_ref()).any(|index| {
        let leading: Vec<u16> =
            index.keys.iter().map(|k| k.column).chain(index.include.iter().copied()).take(columns.len()).collect();
        leading.len() == columns.len() && columns.iter().all(|c| leading.contains(c))
    })
}

/// Whether a unique index on some of the columns finds the row that has them.
fn finds_one_row(catalog: &Catalog, table: &Relation, columns: &[u16]) -> bool {
    table.indexes.iter().filter_map(|oid| catalog.relation(*oid)).filter_map(|r| r.index.as_ref()).any(|index| {
        index.unique && index.filter.is_none() && index.keys.iter().all(|key| columns.contains(&key.column))
    })
}
