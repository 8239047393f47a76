//! docs/comment-on-table: a table that the migrations leave has no COMMENT.

use crate::catalog::{Class, ObjectAddress};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "docs/comment-on-table",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("table without a comment"),
    doc: page!("docs/comment-on-table"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for (table, created) in cx.own_relations() {
        let commented = cx.schema.comment(ObjectAddress::new(Class::Relation, table.oid)).is_some();
        if commented || !table.kind.is_table() || table.is_partition || splinter::is_member(cx.schema, table.oid) {
            continue;
        }
        let name = cx.schema.relation_name(table);
        let help = format!("write `comment on table {} is '…';`", sql_name(cx.schema, table));
        let message = format!("table `{name}` has no comment that says what it holds");
        cx.report(cx.name_location(created), message).help(help).object(name);
    }
}
