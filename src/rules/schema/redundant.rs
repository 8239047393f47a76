//! schema/redundant: work that the chain undoes or does twice, which a consolidation would leave out.

use crate::catalog::{Catalog, Class, Policy};
use crate::replay::{Change, Effect};
use crate::rules::prelude::*;
use crate::source::Location;
use crate::syntax::ast::{AlterTableActionKind, ObjectKind, StatementKind};
use std::sync::Arc;

pub const RULE: Rule = Rule {
    name: "schema/redundant",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("work that the chain undoes or does twice"),
    doc: page!("schema/redundant"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    if !cx.applied() || cx.step.uncertain().is_some() {
        return;
    }
    let Some((what, created, how)) = undone(cx).or_else(|| repeated(cx)).or_else(|| same_policy(cx)) else { return };
    let file = cx.common.file(created.file).source.file_name().to_string();
    let location = if created.file == cx.file.id { "further up".to_string() } else { format!("in {file}") };
    cx.report(cx.step.span, format!("{what} {how} {location}"))
        .help("a consolidation of the migrations leaves both out, or keeps one")
        .object(what);
}

type Found = (String, Location, &'static str);

/// A table, view, index or column that the chain itself made, and that goes here.
fn undone(cx: &StatementContext) -> Option<Found> {
    if !matches!(&cx.statement.kind, StatementKind::Drop(_) | StatementKind::AlterTable(_)) {
        return None;
    }
    // The indexes of a table go with it.
    let drops_index = matches!(&cx.statement.kind, StatementKind::Drop(drop) if drop.kind == ObjectKind::Index);
    cx.step.effects.iter().filter(|e| e.change == Change::Dropped).find_map(|effect| {
        let relation = cx.before.relation(effect.object.oid).filter(|_| effect.object.class == Class::Relation)?;
        if relation.kind.is_index() != drops_index {
            return None;
        }
        let name = cx.before.relation_name(relation);
        let (what, created) = match effect.object.column {
            0 => (format!("{} `{name}`", relation.kind.noun()), relation.origin.created?),
            number => {
                let column = relation.column_by_number(number)?;
                (format!("column `{name}.{}`", column.name), column.origin.created?)
            }
        };
        Some((what, created, "is dropped here, and was created"))
    })
}

/// IF NOT EXISTS of what the chain has made already.
fn repeated(cx: &StatementContext) -> Option<Found> {
    if !cx.step.effects.0.is_empty() {
        return None;
    }
    let relation = |name: &str, schema: Option<&str>| {
        let cat: &Catalog = cx.before;
        let relation = match schema {
            Some(schema) => cat.relation_named(cat.schema_named(schema)?.oid, name),
            None => cat.visible_relation(name),
        }?;
        Some((relation, cat.relation_name(relation)))
    };
    let (what, created) = match &cx.statement.kind {
        StatementKind::CreateTable(s) if s.if_not_exists => {
            let (table, name) = relation(&s.name.name, s.name.schema.as_deref())?;
            (format!("{} `{name}`", table.kind.noun()), table.origin.created?)
        }
        StatementKind::CreateIndex(s) if s.if_not_exists => {
            let table = relation(&s.table.name, s.table.schema.as_deref())?.0;
            let index = cx.before.relation_named(table.schema, s.name.as_ref()?)?;
            (format!("index `{}`", cx.before.relation_name(index)), index.origin.created?)
        }
        StatementKind::AlterTable(s) => {
            let (table, name) = relation(&s.name.name, s.name.schema.as_deref())?;
            let [action] = &s.actions[..] else { return None };
            let AlterTableActionKind::AddColumn { column, if_not_exists: true, .. } = &action.kind else { return None };
            let column = table.column(&column.name)?;
            (format!("column `{name}.{}`", column.name), column.origin.created?)
        }
        _ => return None,
    };
    Some((what, created, "exists already, created"))
}

/// A policy that the same file dropped, and that comes back as it was.
fn same_policy(cx: &StatementContext) -> Option<Found> {
    let StatementKind::CreatePolicy(_) = &cx.statement.kind else { return None };
    let created = cx.step.effects.iter().find(|e| e.change == Change::Created && e.object.class == Class::Policy)?;
    let policy = policy_of(cx.after, created)?;
    let drops = cx.file.dropped_policies.iter().map(|at| &cx.file.steps[*at]); // places of its own steps
    let old = drops
        .take_while(|s| s.span.start < cx.step.span.start)
        .flat_map(|step| step.effects.iter().map(move |effect| (step, effect)))
        .filter(|(_, e)| {
            e.change == Change::Dropped && e.object.class == Class::Policy && e.relation == created.relation
        })
        .filter_map(|(step, effect)| policy_of(&step.before, effect))
        .find(|old| old.name == policy.name && is_same(old, policy))?;
    let table = cx.after.relation(created.relation)?;
    let what = format!("policy `{}` on `{}`", policy.name, cx.after.relation_name(table));
    Some((what, old.origin.created?, "is dropped and created as it was"))
}

fn policy_of<'c>(cat: &'c Catalog, effect: &Effect) -> Option<&'c Arc<Policy>> {
    cat.relation(effect.relation)?.policies.iter().find(|p| p.oid == effect.object.oid)
}

fn is_same(a: &Policy, b: &Policy) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    a.command == b.command
        && a.permissive == b.permissive
        && a.roles == b.roles
        && words(&a.using_definition.text) == words(&b.using_definition.text)
        && words(&a.with_check_definition.text) == words(&b.with_check_definition.text)
}
