//! naming/required-columns: a table without a column that all tables of the project have.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "naming/required-columns",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("table without a column that all tables have"),
    doc: page!("naming/required-columns"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let own = cx.common.config.options(RULE.name).map_or(&[][..], |o| &o.columns);
    let default = ["created_at".to_string(), "updated_at".to_string()];
    let columns = if own.is_empty() { &default[..] } else { own };
    for (table, location) in cx.own_relations() {
        if !table.kind.is_table()
            || table.is_partition
            || table.columns_unknown.is_some()
            || splinter::is_skipped(cx.schema, table.schema)
        {
            continue;
        }
        let missing: Vec<String> =
            columns.iter().filter(|c| table.column(c).is_none()).map(|c| format!("`{c}`")).collect();
        if missing.is_empty() {
            continue;
        }
        let name = cx.schema.relation_name(table);
        cx.report(cx.name_location(location), format!("table `{name}` has no column {}", missing.join(", ")))
            .help("add it, or change `columns` of naming/required-columns in pgdry.toml")
            .object(name);
    }
}
