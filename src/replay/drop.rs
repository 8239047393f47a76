//! DROP, and the walk over dependencies that every removal goes through (dependency.c).

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop, describe};
use crate::catalog::{Acl, Catalog, Class, Dependency, DependencyKind, ObjectAddress, Oid, RelationKind, TypeKind};
use crate::source::Span;
use crate::syntax::ast::{Behavior, Drop, ObjectKind, ObjectName, QualifiedName};
use std::sync::Arc;

pub(super) fn drop_objects(cat: &mut Catalog, stmt: &Drop) -> Replayed<Effects> {
    let mut targets = Vec::with_capacity(stmt.objects.len());
    for object in &stmt.objects {
        if let Some(address) = target(cat, stmt, object)? {
            targets.push((address, object.span()));
        }
    }
    let Some(&(_, first)) = targets.first() else { return Ok(Effects::none()) };
    if stmt.kind == ObjectKind::Role {
        return drop_roles(cat, &targets);
    }
    if stmt.kind == ObjectKind::Rule {
        return Ok(drop_rules(cat, stmt, &targets));
    }
    let span = targets.iter().fold(first, |span, (_, other)| span.to(*other));
    let addresses: Vec<ObjectAddress> = targets.iter().map(|(address, _)| *address).collect();
    perform(cat, &addresses, stmt.behavior, span)
}

/// The object to drop; `None` where IF EXISTS skips it.
fn target(cat: &Catalog, stmt: &Drop, object: &ObjectName) -> Replayed<Option<ObjectAddress>> {
    let found = match (stmt.kind, object) {
        (
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Index
            | ObjectKind::Sequence
            | ObjectKind::ForeignTable,
            ObjectName::Name(name),
        ) => relation_target(cat, stmt.kind, name),
        _ => cat.resolve_object(stmt.kind, object),
    };
    match found {
        Ok(address) => Ok(Some(address)),
        Err(Stop::Refused(error)) if stmt.if_exists && is_absence(&error) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// IF EXISTS skips a missing object, and one whose schema, relation or argument type is missing.
fn is_absence(error: &SqlError) -> bool {
    matches!(
        error.sqlstate,
        state::UNDEFINED_TABLE
            | state::UNDEFINED_OBJECT
            | state::UNDEFINED_FUNCTION
            | state::UNDEFINED_SCHEMA
            | state::UNDEFINED_DATABASE
    )
}

/// A relation of the kind that the statement says (RemoveRelations).
fn relation_target(cat: &Catalog, kind: ObjectKind, name: &QualifiedName) -> Replayed<ObjectAddress> {
    if let Some(schema) = &name.schema {
        cat.resolve_schema(schema)?;
    }
    let Some(relation) = cat.find_relation(name)? else {
        let code = match kind {
            ObjectKind::Index | ObjectKind::ForeignTable => state::UNDEFINED_OBJECT,
            _ => state::UNDEFINED_TABLE,
        };
        let message = format!("{} \"{}\" does not exist", kind.noun(), name.name);
        return Err(SqlError::new(code, name.span(), message).about("relation", name.to_string()).into());
    };
    let fits = match kind {
        ObjectKind::Table => relation.kind.is_table(),
        ObjectKind::View => relation.kind == RelationKind::View,
        ObjectKind::MaterializedView => relation.kind == RelationKind::MaterializedView,
        ObjectKind::Index => relation.kind.is_index(),
        ObjectKind::Sequence => relation.kind == RelationKind::Sequence,
        _ => relation.kind == RelationKind::ForeignTable,
    };
    if fits {
        return Ok(ObjectAddress::new(Class::Relation, relation.oid));
    }
    let article = if kind == ObjectKind::Index { "an" } else { "a" };
    let message = format!("\"{}\" is not {article} {}", name.name, kind.noun());
    let (word, noun) = match relation.kind {
        RelationKind::Table | RelationKind::PartitionedTable => ("TABLE", "a table"),
        RelationKind::View => ("VIEW", "a view"),
        RelationKind::MaterializedView => ("MATERIALIZED VIEW", "a materialized view"),
        RelationKind::Index | RelationKind::PartitionedIndex => ("INDEX", "an index"),
        RelationKind::Sequence => ("SEQUENCE", "a sequence"),
        RelationKind::ForeignTable => ("FOREIGN TABLE", "a foreign table"),
        RelationKind::CompositeType => ("TYPE", "a type"),
    };
    Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message)
        .hint(format!("Use DROP {word} to remove {noun}."))
        .into())
}

/// An object in the set that a DROP takes along.
#[derive(Clone, Copy)]
struct Reached {
    address: ObjectAddress,
    /// It goes without a word: the statement names it, or it is part of something that goes.
    silent: bool,
    /// What it depends on, for the report.
    because: ObjectAddress,
}

/// Drops objects with what depends on them, or refuses to (performMultipleDeletions).
pub(super) fn perform(
    cat: &mut Catalog,
    targets: &[ObjectAddress],
    behavior: Behavior,
    span: Span,
) -> Replayed<Effects> {
    for target in targets {
        check_system(cat, *target, span)?;
        check_owner(cat, *target, targets, span)?;
    }
    let reached = closure(cat, targets);
    let blockers: Vec<&Reached> = reached.iter().filter(|r| !r.silent).collect();
    if behavior == Behavior::Restrict && !blockers.is_empty() {
        let message = match targets {
            [one] => format!("cannot drop {} because other objects depend on it", describe::object(cat, *one)),
            _ => "cannot drop desired object(s) because other objects depend on them".to_string(),
        };
        let lines: Vec<String> = blockers
            .iter()
            .map(|r| format!("{} depends on {}", describe::object(cat, r.address), describe::object(cat, r.because)))
            .collect();
        return Err(SqlError::new(state::DEPENDENT_OBJECTS, span, message)
            .detail(lines.join("\n"))
            .hint("Use DROP ... CASCADE to drop the dependent objects too.")
            .into());
    }
    Ok(remove_all(cat, &reached))
}

/// Drops objects with all that depends on them, whatever it is.
pub(super) fn remove_cascade(cat: &mut Catalog, targets: &[ObjectAddress]) -> Effects {
    let reached = closure(cat, targets);
    remove_all(cat, &reached)
}

/// The server's own objects stay.
fn check_system(cat: &Catalog, target: ObjectAddress, span: Span) -> Replayed<()> {
    let pinned = target.oid < Oid::FIRST_USER
        && matches!(target.class, Class::Relation | Class::Type | Class::Function | Class::Schema)
        && !(target.class == Class::Schema && cat.schema(target.oid).is_some_and(|s| &*s.name == "public"));
    if !pinned {
        return Ok(());
    }
    let shown = describe::object(cat, target);
    let message = format!("cannot drop {shown} because it is required by the database system");
    Err(SqlError::new(state::DEPENDENT_OBJECTS, span, message).into())
}

/// A part of another object, or a member of an extension, is dropped with that only.
fn check_owner(cat: &Catalog, target: ObjectAddress, targets: &[ObjectAddress], span: Span) -> Replayed<()> {
    let owner = cat.dependencies(target.oid).find(|edge| {
        edge.dependent.column == target.column
            && (matches!(edge.kind, DependencyKind::Internal | DependencyKind::Extension)
                || is_partitions_index(cat, edge))
            && !targets.iter().any(|t| t.oid == edge.referenced.oid)
    });
    let Some(owner) = owner else { return Ok(()) };
    let shown = describe::object(cat, owner.referenced);
    let message = format!("cannot drop {} because {shown} requires it", describe::object(cat, target));
    Err(SqlError::new(state::DEPENDENT_OBJECTS, span, message).hint(format!("You can drop {shown} instead.")).into())
}

/// An index of a partition belongs to the partitioned table's index.
fn is_partitions_index(cat: &Catalog, edge: &Dependency) -> bool {
    let is_index = |end: ObjectAddress| cat.relation(end.oid).is_some_and(|r| r.kind.is_index());
    edge.kind == DependencyKind::Auto && is_index(edge.dependent) && is_index(edge.referenced)
}

/// Everything that goes with the targets, the targets first.
fn closure(cat: &Catalog, targets: &[ObjectAddress]) -> Vec<Reached> {
    let mut reached: Vec<Reached> =
        targets.iter().map(|t| Reached { address: *t, silent: true, because: *t }).collect();
    let mut next = 0;
    while let Some(current) = reached.get(next).copied() {
        for (dependent, kind) in dependents(cat, current.address) {
            let silent = kind != DependencyKind::Normal;
            // What is an internal part of something that stays takes that along.
            let dependent = match internal_owner(cat, dependent) {
                Some(owner) if !reached.iter().any(|r| covers(r.address, owner)) => owner,
                _ => dependent,
            };
            match reached.iter_mut().find(|r| covers(r.address, dependent)) {
                Some(known) => known.silent |= silent && known.address == dependent,
                None => reached.push(Reached { address: dependent, silent, because: current.address }),
            }
        }
        next += 1;
    }
    reached
}

/// An object covers its columns.
fn covers(outer: ObjectAddress, inner: ObjectAddress) -> bool {
    outer == inner || (outer.class == inner.class && outer.oid == inner.oid && outer.column == 0)
}

/// The object that an object is an internal part of.
fn internal_owner(cat: &Catalog, part: ObjectAddress) -> Option<ObjectAddress> {
    let mut edges = cat.dependencies(part.oid);
    edges.find(|e| e.dependent.column == part.column && e.kind == DependencyKind::Internal).map(|e| e.referenced)
}

/// What depends on an object directly: pg_depend's edges, and those that the model does not write down.
fn dependents(cat: &Catalog, address: ObjectAddress) -> Vec<(ObjectAddress, DependencyKind)> {
    let touches = |edge: &&Dependency| address.column == 0 || edge.referenced.column == address.column;
    let mut found: Vec<(ObjectAddress, DependencyKind)> =
        cat.dependents(address.oid).filter(touches).map(|edge| (edge.dependent, edge.kind)).collect();
    match address.class {
        Class::Schema => found.extend(contents(cat, address.oid).into_iter().map(|a| (a, DependencyKind::Normal))),
        Class::Relation if address.column == 0 => {
            let Some(relation) = cat.relation(address.oid) else { return found };
            found.extend(
                relation.indexes.iter().map(|oid| (ObjectAddress::new(Class::Relation, *oid), DependencyKind::Auto)),
            );
            if relation.row_type.is_valid() {
                found.push((ObjectAddress::new(Class::Type, relation.row_type), DependencyKind::Internal));
            }
        }
        Class::Type => {
            let Some(ty) = cat.type_(address.oid) else { return found };
            if ty.array.is_valid() {
                found.push((ObjectAddress::new(Class::Type, ty.array), DependencyKind::Internal));
            }
            match ty.kind {
                TypeKind::Composite(relation)
                    if cat.relation(relation).is_some_and(|r| r.kind == RelationKind::CompositeType) =>
                {
                    found.push((ObjectAddress::new(Class::Relation, relation), DependencyKind::Internal));
                }
                TypeKind::Range { multirange, .. } if multirange.is_valid() => {
                    found.push((ObjectAddress::new(Class::Type, multirange), DependencyKind::Internal));
                }
                _ => {}
            }
        }
        _ => {}
    }
    found
}

/// The objects of a schema, without what belongs to another of them.
fn contents(cat: &Catalog, schema: Oid) -> Vec<ObjectAddress> {
    let mut found: Vec<ObjectAddress> = cat
        .relations()
        .filter(|r| r.schema == schema && !r.kind.is_index() && r.kind != RelationKind::CompositeType)
        .map(|r| ObjectAddress::new(Class::Relation, r.oid))
        .collect();
    let is_part = |kind: &TypeKind| match kind {
        TypeKind::Array(_) | TypeKind::Multirange(_) => true,
        TypeKind::Composite(relation) => cat.relation(*relation).is_some_and(|r| r.kind != RelationKind::CompositeType),
        _ => false,
    };
    found.extend(
        cat.types().filter(|t| t.schema == schema && !is_part(&t.kind)).map(|t| ObjectAddress::new(Class::Type, t.oid)),
    );
    found.extend(cat.functions_in(schema).map(|f| ObjectAddress::new(Class::Function, f.oid)));
    found.extend(cat.others().filter(|o| o.schema == schema).map(|o| ObjectAddress::new(Class::Other, o.oid)));
    found
}

/// Takes the objects out, dependents before what they depend on.
fn remove_all(cat: &mut Catalog, reached: &[Reached]) -> Effects {
    let mut effects = Effects::none();
    for reached in reached.iter().rev() {
        let relation = cat.relation_of(reached.address);
        remove(cat, reached.address, relation);
        effects.add_in(relation, reached.address, Change::Dropped);
    }
    effects
}

fn remove(cat: &mut Catalog, address: ObjectAddress, relation: Oid) {
    let oid = address.oid;
    match address.class {
        Class::Relation if address.column != 0 => remove_column(cat, address),
        Class::Relation => remove_relation(cat, oid),
        Class::Constraint => remove_constraint(cat, oid),
        Class::Trigger | Class::Policy | Class::Default => {
            if let Some(relation) = cat.relation_mut(relation) {
                relation.triggers.retain(|t| t.oid != oid);
                relation.policies.retain(|p| p.oid != oid);
                for column in relation.columns.iter_mut().flatten() {
                    if column.default.as_ref().is_some_and(|d| d.oid == oid) {
                        Arc::make_mut(column).default = None;
                    }
                }
            }
            cat.remove(address.class, oid);
        }
        Class::Schema => {
            Arc::make_mut(&mut cat.default_privileges).retain(|d| d.schema != oid);
            remove_from_publications(cat, oid);
            cat.remove(Class::Schema, oid);
        }
        class => cat.remove(class, oid),
    }
}

fn remove_column(cat: &mut Catalog, address: ObjectAddress) {
    let now = cat.now;
    if let Some(relation) = cat.relation_mut(address.oid) {
        if let Some(slot) = usize::from(address.column).checked_sub(1).and_then(|at| relation.columns.get_mut(at)) {
            *slot = None;
        }
        relation.origin.changed = now;
    }
    cat.set_comment(address, None);
    cat.drop_dependencies(address.oid, |edge| edge.dependent.column == address.column);
}

fn remove_relation(cat: &mut Catalog, oid: Oid) {
    let Some(relation) = cat.relation(oid).cloned() else { return };
    if let Some(index) = &relation.index
        && let Some(table) = cat.relation_mut(index.table)
    {
        table.indexes.retain(|i| *i != oid);
    }
    for constraint in &relation.constraints {
        cat.remove_constraint_name(relation.schema, &constraint.name, constraint.oid);
        cat.remove(Class::Constraint, constraint.oid);
    }
    for policy in &relation.policies {
        cat.remove(Class::Policy, policy.oid);
    }
    for trigger in &relation.triggers {
        cat.remove(Class::Trigger, trigger.oid);
    }
    remove_from_publications(cat, oid);
    cat.remove(Class::Relation, oid);
}

fn remove_from_publications(cat: &mut Catalog, oid: Oid) {
    let holding: Vec<Oid> =
        cat.publications().filter(|p| p.tables.contains(&oid) || p.schemas.contains(&oid)).map(|p| p.oid).collect();
    for publication in holding {
        if let Some(publication) = cat.publication_mut(publication) {
            publication.tables.retain(|t| *t != oid);
            publication.schemas.retain(|s| *s != oid);
        }
    }
}

fn remove_constraint(cat: &mut Catalog, oid: Oid) {
    let Some(owner) = cat.owner_of(oid) else { return };
    if owner.class == Class::Type {
        return super::domain::drop_constraint(cat, owner.oid, oid);
    }
    let schema = cat.relation(owner.oid).map_or(Oid::INVALID, |r| r.schema);
    let mut name = None;
    if let Some(relation) = cat.relation_mut(owner.oid) {
        name = relation.constraints.iter().find(|c| c.oid == oid).map(|c| c.name.clone());
        relation.constraints.retain(|c| c.oid != oid);
    }
    if let Some(name) = name {
        cat.remove_constraint_name(schema, &name, oid);
    }
    cat.remove(Class::Constraint, oid);
}

/// Rules have no identity of their own in the model: the address is their relation's.
fn drop_rules(cat: &mut Catalog, stmt: &Drop, targets: &[(ObjectAddress, Span)]) -> Effects {
    let mut effects = Effects::none();
    for object in &stmt.objects {
        let ObjectName::OnRelation { name, .. } = object else { continue };
        for (target, _) in targets {
            if let Some(relation) = cat.relation_mut(target.oid) {
                relation.rules.retain(|rule| rule.name != name.text);
            }
            effects.add(Class::Relation, target.oid, Change::Altered);
        }
    }
    effects
}

fn drop_roles(cat: &mut Catalog, targets: &[(ObjectAddress, Span)]) -> Replayed<Effects> {
    let mut effects = Effects::none();
    for (target, span) in targets {
        let Some(role) = cat.role(target.oid).cloned() else { continue };
        if role.oid == cat.session.current_role {
            return Err(SqlError::new("55006", *span, "current user cannot be dropped").into());
        }
        if owns_anything(cat, role.oid) {
            let message = format!("role \"{}\" cannot be dropped because some objects depend on it", role.name);
            return Err(SqlError::new(state::DEPENDENT_OBJECTS, *span, message).into());
        }
        let members: Vec<Oid> =
            cat.roles().filter(|r| r.member_of.iter().any(|(of, _)| *of == role.oid)).map(|r| r.oid).collect();
        for member in members {
            if let Some(member) = cat.role_mut(member) {
                member.member_of.retain(|(of, _)| *of != role.oid);
            }
        }
        cat.remove(Class::Role, role.oid);
        effects.add(Class::Role, role.oid, Change::Dropped);
    }
    Ok(effects)
}

/// Whether a role owns an object, or a grant or policy names it (pg_shdepend).
fn owns_anything(cat: &Catalog, role: Oid) -> bool {
    let granted = |acl: &Option<Acl>| {
        acl.as_ref().is_some_and(|acl| acl.items.iter().any(|i| i.grantee == role || i.grantor == role))
    };
    cat.relations().any(|r| {
        r.owner == role
            || granted(&r.acl)
            || r.live_columns().any(|c| granted(&c.acl))
            || r.policies.iter().any(|p| p.roles.contains(&role))
    }) || cat.functions().any(|f| f.owner == role || granted(&f.acl))
        || cat.schemas().any(|s| s.owner == role || granted(&s.acl))
        || cat.types().any(|t| t.owner == role || granted(&t.acl))
        || cat.default_privileges.iter().any(|d| d.role == role || d.acl.items.iter().any(|i| i.grantee == role))
}
