//! index/too-many-columns: an index of so many columns that few queries can use the last of them.

use super::own_indexes;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "index/too-many-columns",
    severity: Severity::Info,
    // Which columns its queries compare, an index does not say.
    preset: Preset::Strict,
    summary: native!("index of more than three columns"),
    doc: page!("index/too-many-columns"),
    since: "0.1.0",
    check: Check::Project(check),
};

const MANY: usize = 3;

fn check(cx: &mut ProjectContext) {
    for (table, relation, index, location) in own_indexes(cx) {
        // A unique index has the columns that its meaning needs, and GIN and BRIN use any of theirs.
        // A last one in descending order is what the query sorts by.
        let sorts = index.keys.last().is_some_and(|k| k.descending);
        if index.unique || &*index.method != "btree" || index.keys.len() - usize::from(sorts) <= MANY {
            continue;
        }
        let name = cx.schema.relation_name(table);
        cx.report(
            cx.name_location(location),
            format!("index `{}` of `{name}` has {} columns", relation.name, index.keys.len()),
        )
        .help("a query uses the columns up to the first that it does not compare for equality; keep those, and put others that it only returns into INCLUDE")
        .object(name);
    }
}
