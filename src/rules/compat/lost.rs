//! What else goes when an object is dropped.

use super::{Touched, list, name, place, schema};
use crate::catalog::{Class, Dependency, DependencyKind, ObjectAddress, RelationKind, TypeKind};
use crate::replay::{Change, Effect, Step, describe_object};
use crate::rules::MigrationContext;

/// `, and takes view v and policy p on table t with it`: what else the statement drops, with the first of the objects that it names.
pub(super) fn along(cx: &MigrationContext, touched: &Touched) -> String {
    let step = touched.step;
    let dropped = || step.effects.iter().filter(|e| e.change == Change::Dropped);
    let named: Vec<&Effect> = dropped().filter(|e| place(step, e).is_some()).collect();
    // Effects stand in the order in which things go, so that what the statement names first stands last.
    if named.last().is_some_and(|e| e.object != touched.object) {
        return String::new();
    }
    let others: Vec<String> = dropped()
        .filter(|e| !named.contains(e) && !is_part(step, e) && !is_back(cx, step, e))
        .map(|e| describe_object(&step.before, e.object))
        .collect();
    if others.is_empty() { String::new() } else { format!(", and takes {} with it", list(&others)) }
}

/// Whether it is a part of something that is dropped as well, and not worth a word.
fn is_part(step: &Step, effect: &Effect) -> bool {
    let (cat, object) = (&step.before, effect.object);
    let dropped = |a: ObjectAddress| {
        step.effects.iter().any(|e| e.change == Change::Dropped && e.object == a && e.object != object)
    };
    let table = cat.relation(effect.relation);
    let column_goes = |number: u16| dropped(ObjectAddress::column(effect.relation, number));
    let is_member = |d: &Dependency| d.kind != DependencyKind::Normal && d.kind != DependencyKind::Auto;
    if dropped(ObjectAddress::new(Class::Relation, effect.relation))
        || cat.dependencies(object.oid).any(|d| is_member(d) && dropped(d.referenced))
    {
        return true;
    }
    match object.class {
        Class::Constraint => table
            .and_then(|t| t.constraints.iter().find(|c| c.oid == object.oid))
            .is_some_and(|c| c.kind.columns().iter().all(|n| column_goes(*n))),
        Class::Default => table
            .and_then(|t| t.live_columns().find(|c| c.default.as_ref().is_some_and(|d| d.oid == object.oid)))
            .is_some_and(|c| column_goes(c.number)),
        Class::Relation => cat.relation(object.oid).is_none_or(|r| {
            r.kind.is_index()
                || r.kind == RelationKind::CompositeType
                || r.sequence.as_ref().is_some_and(|s| s.owned_by.is_some())
        }),
        Class::Type => cat.type_(object.oid).is_none_or(|t| match t.kind {
            TypeKind::Array(_) | TypeKind::Multirange(_) => true,
            TypeKind::Composite(row) => cat.relation(row).is_none_or(|r| r.kind != RelationKind::CompositeType),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether it is made again further down.
fn is_back(cx: &MigrationContext, step: &Step, effect: &Effect) -> bool {
    let (cat, object) = (&step.before, effect.object);
    let Some(name) = name(cat, object, effect.relation) else { return false };
    let table = cx.after.relation(effect.relation);
    match object.class {
        Class::Relation if object.column != 0 => table.is_some_and(|t| t.column(name).is_some()),
        Class::Constraint => table.is_some_and(|t| t.constraint(name).is_some()),
        Class::Policy => table.is_some_and(|t| t.policy(name).is_some()),
        Class::Trigger => table.is_some_and(|t| t.trigger(name).is_some()),
        class => cx.after.named(class, schema(cat, object), name).next().is_some(),
    }
}
