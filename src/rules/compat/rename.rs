//! compat/rename-*: what clients name has another name at the end of the migration.

use super::{Touched, is_trigger_function, missing_columns, name, touched};
use crate::catalog::{Class, RelationKind, TypeKind};
use crate::replay::Change;
use crate::rules::prelude::*;

rule!(TABLE, "rename-table", "live table renamed", check);
rule!(COLUMN, "rename-column", "column of a live relation renamed", check);
rule!(OBJECT, "rename-object", "view, function, type or sequence renamed that clients may use", check);
rule!(SCHEMA, "rename-schema", "schema renamed that clients may use", check);
rule!(ENUM_VALUE, "rename-enum-value", "value of an enum renamed that clients may write", enum_value);

fn check(cx: &mut MigrationContext) {
    let Some(what) = cx.common.rule.name.strip_prefix("compat/rename-") else { return };
    for renamed in touched(cx, Change::Renamed) {
        let (kind, noun) = kind_of(&renamed);
        let (Some(old), Some(new)) =
            (name(renamed.start, renamed.object, renamed.relation), name(cx.after, renamed.object, renamed.relation))
        else {
            continue;
        };
        if kind != what || still_answers(cx, &renamed) {
            continue;
        }
        let shown = renamed.shown();
        let message = format!("renaming {noun} `{shown}` to `{new}` breaks clients that still say `{old}`");
        let help = match kind {
            "table" => "keep the old name as a view of the new table until no client uses it",
            "column" => "add a column with the new name, keep both filled, and drop the old one when no client uses it",
            "schema" => "keep what clients use in the old schema, as views and wrappers, until none does",
            _ => "keep the old name as well until no client uses it",
        };
        cx.report(renamed.span, message).help(help).object(shown);
    }
}

/// The part of the rule's name, and what the message says.
fn kind_of(renamed: &Touched) -> (&'static str, &'static str) {
    let (cat, oid) = (renamed.start, renamed.object.oid);
    match renamed.object.class {
        Class::Relation if renamed.object.column != 0 => ("column", "column"),
        Class::Relation => cat.relation(oid).map_or(("", ""), |r| match r.kind {
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => {
                ("table", r.kind.noun())
            }
            RelationKind::View | RelationKind::MaterializedView => ("object", r.kind.noun()),
            RelationKind::Sequence if r.sequence.as_ref().is_some_and(|s| s.owned_by.is_none()) => {
                ("object", "sequence")
            }
            _ => ("", ""),
        }),
        Class::Function if cat.function(oid).is_some_and(|f| !is_trigger_function(f)) => ("object", "function"),
        Class::Type => ("object", "type"),
        Class::Schema => ("schema", "schema"),
        _ => ("", ""),
    }
}

/// Whether something at the end of the migration can be used by the name that the object had.
pub(super) fn still_answers(cx: &MigrationContext, touched: &Touched) -> bool {
    let Some(table) = touched.table() else { return touched.namesake(cx).is_some() };
    if touched.object.column != 0 {
        let old = table.column_by_number(touched.object.column);
        let inherited = old.is_none_or(|c| c.inherited > 0);
        return inherited
            || cx.after.relation(table.oid).is_none_or(|r| old.is_none_or(|c| r.column(&c.name).is_some()));
    }
    let again = touched.namesake(cx).and_then(|oid| cx.after.relation(oid));
    again.is_some_and(|again| missing_columns(table, again).is_empty())
}

fn enum_value(cx: &mut MigrationContext) {
    for renamed in touched(cx, Change::EnumValueRenamed) {
        let labels = |cat: &crate::catalog::Catalog| match cat.type_(renamed.object.oid).map(|t| &t.kind) {
            Some(TypeKind::Enum(labels)) => labels.clone(),
            _ => Vec::new(),
        };
        let after = labels(cx.after);
        let gone: Vec<String> =
            labels(renamed.start).iter().filter(|l| !after.contains(l)).map(|l| format!("'{l}'")).collect();
        if after.is_empty() || gone.is_empty() {
            continue;
        }
        let (shown, gone) = (renamed.shown(), super::list(&gone));
        let message = format!("enum `{shown}` no longer has {gone}: clients that still write it fail");
        let help = "add the new value beside the old one, and write the new one when no client reads the old one only";
        cx.report(renamed.span, message).help(help).object(shown);
    }
}
