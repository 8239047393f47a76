//! compat/add-required-column: a new column of a live table must have a value that clients do not give yet.

use super::{is_filled_by_trigger, meets_clients, place};
use crate::catalog::{Catalog, Column, Oid, Relation};
use crate::locks;
use crate::replay::{Change, Effect, Step};
use crate::rules::prelude::*;
use crate::source::Span;

rule!(RULE, "add-required-column", "new column that clients must fill and do not know", check);

fn check(cx: &mut MigrationContext) {
    if !meets_clients(cx) {
        return;
    }
    let mut found: Vec<(Oid, u16)> = Vec::new();
    let effects: Vec<(&Step, &Effect)> = cx.effects().filter(|(_, e)| requires(e)).collect();
    for (step, effect) in effects {
        let place_of = (effect.relation, effect.object.column);
        let Some((span, table, column)) = required(cx, step, effect) else { continue };
        if found.contains(&place_of) {
            continue;
        }
        found.push(place_of);
        let shown = format!("{}.{}", cx.after.relation_name(table), column.name);
        let message = format!("`{shown}` is new and required: inserts of clients that do not know it fail");
        let help = "give it a default, or set NOT NULL when every client fills it";
        cx.report(span, message).help(help).object(shown);
    }
}

fn requires(effect: &Effect) -> bool {
    effect.object.column != 0 && matches!(effect.change, Change::Created | Change::NotNullSet | Change::DefaultDropped)
}

/// The column at the end of the migration, where it is one that clients do not know and must fill from then on.
fn required<'a>(cx: &MigrationContext<'a>, step: &Step, effect: &Effect) -> Option<(Span, &'a Relation, &'a Column)> {
    let live = step.before.relation(effect.relation).filter(|r| r.kind.is_table())?;
    let table = cx.after.relation(effect.relation)?;
    let column = table.column_by_number(effect.object.column)?;
    let known = column.origin.created.is_none_or(|c| c.file != cx.file.id && cx.common.is_applied(c.file));
    let before = cx.before.relation(effect.relation).and_then(|t| t.column_by_number(effect.object.column));
    if known
        || !cx.common.is_live(live, cx.file.id)
        || column.inherited > 0
        || !is_required(cx.after, column)
        || before.is_some_and(|c| is_required(cx.before, c))
        || is_filled_by_trigger(table)
        || !is_certain_type(cx, column)
    {
        return None;
    }
    Some((place(step, effect)?, table, column))
}

fn is_required(cat: &Catalog, column: &Column) -> bool {
    column.not_null
        && column.identity.is_none()
        && column.generated.is_none()
        && column.default.is_none()
        && !locks::has_value_when_added(cat, column)
}

/// A type that nobody here created may be a domain with a default.
fn is_certain_type(cx: &MigrationContext, column: &Column) -> bool {
    let foreign = |t: &crate::catalog::Type| t.oid >= Oid::FIRST_USER && t.origin.created.is_none();
    let may_have_default = cx.common.is_partial() && cx.after.type_(column.ty.oid).is_some_and(|t| foreign(t));
    !column.type_unknown && !may_have_default
}
