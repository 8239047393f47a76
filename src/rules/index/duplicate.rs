//! index/duplicate: two indexes of a table with the same definition.

use crate::catalog::{Index, Relation, RelationKind};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "index/duplicate",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "two indexes with the same definition",
    doc: include_str!("../../../docs/rules/index/duplicate.md"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for table in cat.relations().filter(|r| r.indexes.len() > 1 && is_certain(cat, r)) {
        let indexes: Vec<(&Relation, &Index)> = table
            .indexes
            .iter()
            .filter_map(|oid| cat.relation(*oid))
            .filter_map(|r| Some((r.as_ref(), r.index.as_deref()?)))
            .collect();
        for (place, (relation, index)) in indexes.iter().enumerate() {
            let Some(location) = relation.origin.created else { continue };
            let Some((twin, _)) = indexes[..place].iter().find(|(_, earlier)| same(earlier, index)) else { continue };
            let name = cat.relation_name(table);
            let finding = cx.report(
                cx.name_location(location),
                format!("index `{}` of `{name}` is the same as `{}`", relation.name, twin.name),
            );
            finding.help("every write keeps both up to date and no query gains: drop one").object(name);
            // Splinter says it once for all the indexes that are the same: so does the last of them.
            let judged = matches!(table.kind, RelationKind::Table | RelationKind::MaterializedView);
            if judged && splinter::judges(cat, table) && !indexes[place + 1..].iter().any(|(_, i)| same(i, index)) {
                let mut all: Vec<String> =
                    indexes.iter().filter(|(_, i)| same(i, index)).map(|(r, _)| array_item(&r.name)).collect();
                all.sort_unstable();
                let (schema, table) = splinter::names(cat, table);
                finding.splinter(
                    "duplicate_index",
                    &["duplicate_index", schema, table, &format!("{{{}}}", all.join(","))],
                );
            }
        }
    }
}

/// As a name stands in an array that is printed.
fn array_item(name: &str) -> String {
    let plain = |c: char| !matches!(c, '{' | '}' | ',' | '"' | '\\') && !c.is_whitespace();
    if name.chars().all(plain) && !name.eq_ignore_ascii_case("null") {
        return name.to_string();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether two indexes have the same definition but for their names.
fn same(a: &Index, b: &Index) -> bool {
    a.method == b.method
        && a.unique == b.unique
        && a.nulls_not_distinct == b.nulls_not_distinct
        && a.include == b.include
        && normalized(a.filter_text.as_deref()) == normalized(b.filter_text.as_deref())
        && a.keys.len() == b.keys.len()
        && a.keys.iter().zip(&b.keys).all(|(x, y)| {
            x.column == y.column
                && normalized(Some(&x.text)) == normalized(Some(&y.text))
                && x.operator_class == y.operator_class
                && x.collation == y.collation
                && x.descending == y.descending
                && x.nulls_first == y.nulls_first
        })
}

/// Expressions are compared as text, without regard to white space.
fn normalized(text: Option<&str>) -> String {
    text.unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
}
