//! atomicity/enum-value-used: a value is added to an enum and used before that is committed (55P04).

use crate::catalog::{Class, TypeKind};
use crate::replay::{Change, Step, Stop, apply};
use crate::rules::lock::same_transaction;
use crate::rules::prelude::*;
use crate::syntax::ast::{AlterEnumAction, StatementKind, Symbol};

pub const RULE: Rule = Rule {
    name: "atomicity/enum-value-used",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("enum value added and used in the same transaction"),
    doc: page!("atomicity/enum-value-used"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    if cx.common.is_applied(cx.file.id) {
        return;
    }
    let runner = cx.common.config.runner;
    let mut told: Vec<u32> = Vec::new();
    for (place, step) in cx.file.steps.iter().enumerate() {
        let Some(StatementKind::AlterEnum(alter)) = step.applied().map(|s| &s.kind) else { continue };
        let AlterEnumAction::AddValue { value, .. } = &alter.action else { continue };
        let Some(added) = step.effects.iter().find(|e| e.change == Change::EnumValueAdded) else { continue };
        // The values of a type that the transaction made itself are safe since PostgreSQL 17.
        let created = step.before.type_(added.object.oid).and_then(|t| t.origin.created);
        let is_new = |s: &Step| created.is_some_and(|c| c.file == cx.file.id && s.span.contains(c.span));
        if cx.file.steps[..place].iter().any(|s| is_new(s) && same_transaction(s, step, runner)) {
            continue;
        }
        let later = cx.file.steps[place + 1..].iter().filter(|s| same_transaction(step, s, runner));
        let Some(used) = later.into_iter().find(|s| uses(cx, s, added.object.oid, &value.text)) else { continue };
        // A statement that uses several new values is mended as one.
        if told.contains(&used.span.start) {
            continue;
        }
        told.push(used.span.start);
        let enum_ = alter.name.to_string();
        cx.report(used.span, format!("unsafe use of new value `{value}` of enum type `{enum_}`"))
            .help("a new value can be used once it is committed: add it in a migration of its own, before this one")
            .object(enum_);
    }
}

/// Whether the statement fails where the enum has no such value.
fn uses(cx: &MigrationContext, step: &Step, oid: crate::catalog::Oid, label: &Symbol) -> bool {
    let Some(statement) = step.applied().filter(|_| cx.file.source.slice(step.span).contains(&**label)) else {
        return false;
    };
    let mut without = step.before.clone();
    let Some(TypeKind::Enum(labels)) = without.type_mut(oid).map(|t| &mut t.kind) else { return false };
    labels.retain(|l| l != label);
    // ALTER TYPE looks the value up and does not use it.
    let alters = step.effects.iter().any(|e| e.object.class == Class::Type && e.object.oid == oid);
    !alters && matches!(apply(&mut without, statement), Err(Stop::Refused(error)) if error.sqlstate == "22P02")
}
