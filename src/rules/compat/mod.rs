//! What breaks clients that still run the code of before the migration.
//!
//! A live object as it was before the migration is held against what has its name at the migration's end: what is made again breaks nobody.

/// A rule of this family: a warning, of a whole migration.
macro_rules! rule {
    ($constant:ident, $name:literal, $summary:literal, $check:expr) => {
        pub const $constant: crate::rules::Rule = crate::rules::Rule {
            name: concat!("compat/", $name),
            severity: crate::rules::Severity::Warning,
            preset: crate::rules::Preset::Recommended,
            summary: native!($summary),
            doc: page!(concat!("compat/", $name)),
            since: "0.1.0",
            check: crate::rules::Check::Migration($check),
        };
    };
}

pub mod add_required_column;
pub mod alter_identity;
pub mod change_column_type;
pub mod change_function_signature;
pub mod destructive_without_note;
pub mod drop;
pub mod drop_primary_key;
mod lost;
pub mod narrow_check;
pub mod rename;
pub mod replace_view_columns;
pub mod revoke;
pub mod set_schema;

use super::MigrationContext;
use crate::catalog::{Catalog, Class, Column, ObjectAddress, Oid, Origin, Relation, oids};
use crate::replay::{Change, Effect, Step};
use crate::source::Span;
use crate::syntax::ast::{
    AlterTableActionKind as Action, Name, ObjectKind, ObjectName, Statement, StatementKind, Symbol,
};
use crate::syntax::ast::{TriggerEvent, TriggerTiming};
use std::sync::Arc;

/// A change of a live object, and the statement that makes it.
#[derive(Clone, Copy)]
struct Touched<'a> {
    step: &'a Step,
    object: ObjectAddress,
    relation: Oid,
    /// Where the statement names it.
    span: Span,
    /// The catalog that has it as it was before the migration.
    start: &'a Catalog,
}

/// Whether the migration is known to meet clients that use what was there before.
fn meets_clients(cx: &MigrationContext) -> bool {
    (cx.common.config.knows_applied() || cx.common.is_partial()) && !cx.common.is_applied(cx.file.id)
}

/// The live objects that the migration's statements name and change so.
fn touched<'a>(cx: &MigrationContext<'a>, change: Change) -> Vec<Touched<'a>> {
    if !meets_clients(cx) {
        return Vec::new();
    }
    let mut found: Vec<Touched> = Vec::new();
    for (step, effect) in cx.effects().filter(|(_, e)| e.change == change) {
        let (object, relation) = (effect.object, effect.relation);
        if found.iter().any(|t| t.object == object) || !is_live(cx, &step.before, object, relation) {
            continue;
        }
        let Some(span) = place(step, effect) else { continue };
        // What a partial history is taken to have is not there before it is named.
        let start = if name(cx.before, object, relation).is_some() { cx.before } else { &step.before };
        found.push(Touched { step, object, relation, span, start });
    }
    found
}

fn is_live(cx: &MigrationContext, cat: &Catalog, object: ObjectAddress, relation: Oid) -> bool {
    let here = cx.file.id;
    let live = |o: Origin| o.created.is_none_or(|at| at.file != here && cx.common.is_applied(at.file));
    origin(cat, object, relation).is_some_and(live) && cat.relation(relation).is_none_or(|r| cx.common.is_live(r, here))
}

fn origin(cat: &Catalog, object: ObjectAddress, relation: Oid) -> Option<Origin> {
    let oid = object.oid;
    match object.class {
        Class::Relation if object.column != 0 => Some(cat.relation(oid)?.column_by_number(object.column)?.origin),
        Class::Relation => Some(cat.relation(oid)?.origin),
        Class::Type => Some(cat.type_(oid)?.origin),
        Class::Function => Some(cat.function(oid)?.origin),
        Class::Schema => Some(cat.schema(oid)?.origin),
        Class::Extension => Some(cat.extension(oid)?.origin),
        Class::Constraint => Some(cat.relation(relation)?.constraints.iter().find(|c| c.oid == oid)?.origin),
        Class::Trigger => Some(cat.relation(relation)?.triggers.iter().find(|t| t.oid == oid)?.origin),
        Class::Policy => Some(cat.relation(relation)?.policies.iter().find(|p| p.oid == oid)?.origin),
        _ => None,
    }
}

/// The object's own name.
fn name(cat: &Catalog, object: ObjectAddress, relation: Oid) -> Option<&Symbol> {
    let oid = object.oid;
    match object.class {
        Class::Relation if object.column != 0 => Some(&cat.relation(oid)?.column_by_number(object.column)?.name),
        Class::Relation => Some(&cat.relation(oid)?.name),
        Class::Type => Some(&cat.type_(oid)?.name),
        Class::Function => Some(&cat.function(oid)?.name),
        Class::Schema => Some(&cat.schema(oid)?.name),
        Class::Extension => Some(&cat.extension(oid)?.name),
        Class::Constraint => Some(&cat.relation(relation)?.constraints.iter().find(|c| c.oid == oid)?.name),
        Class::Trigger => Some(&cat.relation(relation)?.triggers.iter().find(|t| t.oid == oid)?.name),
        Class::Policy => Some(&cat.relation(relation)?.policies.iter().find(|p| p.oid == oid)?.name),
        _ => None,
    }
}

/// The schema that the object is in; invalid for what is in none.
fn schema(cat: &Catalog, object: ObjectAddress) -> Oid {
    let found = match object.class {
        Class::Relation => cat.relation(object.oid).map(|r| r.schema),
        Class::Type => cat.type_(object.oid).map(|t| t.schema),
        Class::Function => cat.function(object.oid).map(|f| f.schema),
        _ => None,
    };
    found.unwrap_or_default()
}

impl<'a> Touched<'a> {
    /// As messages name it: `public.notes`, `public.notes.body`, `policy` on `public.notes`.
    fn shown(&self) -> String {
        let name = name(self.start, self.object, self.relation).map_or("", |n| n);
        let table = || self.start.relation(self.relation).map_or_else(String::new, |r| self.start.relation_name(r));
        match self.object.class {
            Class::Relation if self.object.column != 0 => format!("{}.{name}", table()),
            Class::Constraint | Class::Trigger | Class::Policy => format!("{name}` on `{}", table()),
            _ => self.start.display_name(schema(self.start, self.object), name),
        }
    }

    /// The relation that it is, or belongs to, as it was before the migration.
    fn table(&self) -> Option<&'a Arc<Relation>> {
        self.start.relation(self.relation)
    }

    /// What has the object's name at the end of the migration.
    fn namesake(&self, cx: &MigrationContext) -> Option<Oid> {
        let name = name(self.start, self.object, self.relation)?;
        cx.after.named(self.object.class, schema(self.start, self.object), name).next()
    }

    /// Whether something that could not be followed may have made the object again.
    fn may_be_back(&self, cx: &MigrationContext) -> bool {
        let Some(name) = name(self.start, self.object, self.relation) else { return true };
        let schema = self.start.schema(schema(self.start, self.object)).map(|s| &*s.name);
        let unknowns = &cx.after.unknowns;
        unknowns.added_since(&self.step.after.unknowns).is_some()
            && unknowns.may_exist(self.object.class, schema, name).is_some()
    }
}

/// A column of a live table before and after the migration that changes it.
struct ColumnChange<'a> {
    touched: Touched<'a>,
    before: &'a Column,
    table: &'a Relation,
    after: &'a Column,
}

fn changed_columns<'a>(cx: &MigrationContext<'a>, change: Change) -> Vec<ColumnChange<'a>> {
    let mut found = Vec::new();
    for touched in touched(cx, change).into_iter().filter(|t| t.object.column != 0) {
        let before = touched.table().and_then(|t| t.column_by_number(touched.object.column));
        let table = cx.after.relation(touched.relation);
        let after = table.and_then(|t| t.column_by_number(touched.object.column));
        if let (Some(before), Some(table), Some(after)) = (before, table, after)
            && before.inherited == 0
        {
            found.push(ColumnChange { touched, before, table, after });
        }
    }
    found
}

/// Whether a trigger may give a row its values before it is written.
fn is_filled_by_trigger(table: &Relation) -> bool {
    let writes = |e: &TriggerEvent| matches!(e, TriggerEvent::Insert);
    let fills = |t: &TriggerTiming| *t != TriggerTiming::After;
    table.triggers.iter().any(|t| t.enabled && t.for_each_row && fills(&t.timing) && t.events.iter().any(writes))
}

/// Where the statement names what it changes; `None` for what only goes along.
fn place(step: &Step, effect: &Effect) -> Option<Span> {
    let (cat, object) = (&step.before, effect.object);
    let name = name(cat, object, effect.relation).or_else(|| name(&step.after, object, effect.relation))?;
    match &step.statement.as_ref()?.kind {
        StatementKind::Drop(drop) if class_of(drop.kind) == object.class && object.column == 0 => {
            drop.objects.iter().find(|o| own_name(o).is_some_and(|n| n.text == *name)).map(ObjectName::span)
        }
        StatementKind::AlterTable(alter) => {
            let table = cat.find_relation(&alter.name).ok()??;
            if table.oid != effect.relation {
                return None;
            }
            let is_constraint = object.class == Class::Constraint;
            alter.actions.iter().find_map(|a| {
                let (target, of_constraint) = target(&a.kind)?;
                (target.text == *name && of_constraint == is_constraint).then_some(target.span)
            })
        }
        StatementKind::Rename(rename) => Some(rename.object.span()),
        StatementKind::SetSchema(set) => Some(set.object.span()),
        StatementKind::AlterEnum(alter) => Some(alter.name.span()),
        StatementKind::Do(_) | StatementKind::Query(_) | StatementKind::Call(_) => {
            (effect.change != Change::Dropped || !goes_along(step, effect)).then_some(step.span)
        }
        StatementKind::Grant(_) => Some(step.span),
        _ => None,
    }
}

/// The column or constraint that an action changes, and whether it is a constraint.
fn target(action: &Action) -> Option<(&Name, bool)> {
    match action {
        Action::DropColumn { column, .. }
        | Action::ColumnType { column, .. }
        | Action::DropDefault { column }
        | Action::DropNotNull { column }
        | Action::SetNotNull { column }
        | Action::DropExpression { column, .. }
        | Action::AddIdentity { column, .. }
        | Action::SetIdentity { column, .. }
        | Action::DropIdentity { column, .. } => Some((column, false)),
        Action::AddColumn { column, .. } => Some((&column.name, false)),
        Action::DropConstraint { name, .. } => Some((name, true)),
        _ => None,
    }
}

/// Whether something else that the statement drops holds the object, or is what it needs.
fn goes_along(step: &Step, effect: &Effect) -> bool {
    let (cat, object) = (&step.before, effect.object);
    let dropped = |a: ObjectAddress| {
        let covers = |d: &Effect| d.object.oid == a.oid && (d.object.column == 0 || d.object.column == a.column);
        step.effects.iter().any(|d| d.change == Change::Dropped && d.object != object && covers(d))
    };
    let of = |edge: &&crate::catalog::Dependency| object.column == 0 || edge.dependent.column == object.column;
    dropped(ObjectAddress::new(Class::Relation, effect.relation))
        || dropped(ObjectAddress::new(Class::Schema, schema(cat, object)))
        || cat.dependencies(object.oid).filter(of).any(|edge| dropped(edge.referenced))
}

/// The class of the objects that DROP names by this kind.
fn class_of(kind: ObjectKind) -> Class {
    use ObjectKind::*;
    match kind {
        Table | ForeignTable | View | MaterializedView | Index | Sequence => Class::Relation,
        Type | Domain => Class::Type,
        Function | Procedure | Routine | Aggregate => Class::Function,
        Schema => Class::Schema,
        Extension => Class::Extension,
        Policy => Class::Policy,
        Trigger => Class::Trigger,
        _ => Class::Other,
    }
}

/// The last part of the name that a statement gives an object.
fn own_name(object: &ObjectName) -> Option<&Name> {
    match object {
        ObjectName::Name(name) => Some(&name.name),
        ObjectName::Type(ty) => Some(&ty.name.name),
        ObjectName::Routine(routine) => Some(&routine.name.name),
        ObjectName::OnRelation { name, .. } => Some(name),
        _ => None,
    }
}

/// The columns of a relation that another lacks, by name; none where a column list is not known.
fn missing_columns<'a>(before: &'a Relation, after: &Relation) -> Vec<&'a Arc<Column>> {
    if before.columns_unknown.is_some() || after.columns_unknown.is_some() {
        return Vec::new();
    }
    before.live_columns().filter(|c| after.column(&c.name).is_none()).collect()
}

/// `a`, `b` and `c`: the first three, and how many more there are.
fn list(names: &[String]) -> String {
    let shown = names.get(..3).unwrap_or(names).join(", ");
    match names.len() {
        0..=3 => shown,
        more => format!("{shown} and {} more", more - 3),
    }
}

/// Whether clients cannot call the function: triggers do.
fn is_trigger_function(function: &crate::catalog::Function) -> bool {
    matches!(function.returns.oid, oids::TRIGGER | oids::EVENT_TRIGGER)
}

/// The name that a CREATE statement gives.
fn created(statement: &Statement) -> Option<&Name> {
    Some(match &statement.kind {
        StatementKind::CreateTable(s) => &s.name.name,
        StatementKind::CreateTableAs(s) => &s.name.name,
        StatementKind::CreateView(s) => &s.name.name,
        StatementKind::CreateFunction(s) => &s.name.name,
        StatementKind::CreateType(s) => &s.name.name,
        StatementKind::CreateDomain(s) => &s.name.name,
        StatementKind::CreateSequence(s) => &s.name.name,
        StatementKind::CreateSchema(s) => s.name.as_ref()?,
        StatementKind::CreateExtension(s) => &s.name,
        StatementKind::Rename(s) => &s.to,
        _ => return None,
    })
}
