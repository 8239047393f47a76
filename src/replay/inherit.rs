//! Table inheritance: ALTER TABLE … [NO] INHERIT, and what inheriting and being a partition have in common.

use super::constraint::children;
use super::error::state;
use super::{Change, Effects, Replayed, SqlError};
use crate::catalog::{
    Catalog, Class, Constraint, ConstraintKind, DependencyKind, ObjectAddress, Oid, Relation, RelationKind,
};
use crate::sort::sort_by;
use crate::source::Span;
use crate::syntax::ast::QualifiedName;
use std::sync::Arc;

/// `ALTER TABLE child INHERIT parent` (ATPrepAddInherit, ATExecAddInherit).
pub(super) fn inherit(cat: &mut Catalog, child: &Arc<Relation>, parent: &QualifiedName) -> Replayed<Effects> {
    let refuse = |span: Span, message: &str| -> Replayed<Effects> {
        Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).into())
    };
    let span = parent.span();
    if child.of_type.is_valid() {
        return refuse(span, "cannot change inheritance of typed table");
    }
    if child.is_partition {
        return refuse(span, "cannot change inheritance of a partition");
    }
    if child.partition_by.is_some() {
        return refuse(span, "cannot change inheritance of partitioned table");
    }
    let parent_relation = cat.resolve_relation(parent)?.clone();
    if !matches!(
        parent_relation.kind,
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable
    ) {
        let message = format!("ALTER action INHERIT cannot be performed on relation \"{}\"", parent_relation.name);
        let detail = format!("This operation is not supported for {}s.", parent_relation.kind.noun());
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).detail(detail).into());
    }
    if parent_relation.is_temporary() && !child.is_temporary() {
        return refuse(span, &format!("cannot inherit from temporary relation \"{}\"", parent_relation.name));
    }
    if parent_relation.partition_by.is_some() {
        return refuse(span, &format!("cannot inherit from partitioned table \"{}\"", parent_relation.name));
    }
    if parent_relation.is_partition {
        return refuse(span, "cannot inherit from a partition");
    }
    check_no_circle(cat, child, &parent_relation, span)?;
    if child.inherits.contains(&parent_relation.oid) {
        let message = format!("relation \"{}\" would be inherited from more than once", parent_relation.name);
        return Err(SqlError::new(state::DUPLICATE_TABLE, span, message).into());
    }
    merge_into_parent(cat, child, &parent_relation, span, DependencyKind::Normal)?;
    Ok(altered(cat, child.oid))
}

pub(super) fn altered(cat: &mut Catalog, oid: Oid) -> Effects {
    let now = cat.now;
    if let Some(relation) = cat.relation_mut(oid) {
        relation.origin.changed = now;
    }
    Effects::of(Class::Relation, oid, Change::Altered)
}

/// A table may not become a parent of its own ancestors (42P07).
pub(super) fn check_no_circle(cat: &Catalog, child: &Relation, parent: &Relation, span: Span) -> Replayed<()> {
    let mut below = vec![child.oid];
    let mut place = 0;
    while let Some(table) = below.get(place).copied() {
        for next in children(cat, table) {
            if !below.contains(&next) {
                below.push(next);
            }
        }
        place += 1;
    }
    if !below.contains(&parent.oid) {
        return Ok(());
    }
    let detail = format!("\"{}\" is already a child of \"{}\".", parent.name, child.name);
    Err(SqlError::new(state::DUPLICATE_TABLE, span, "circular inheritance not allowed").detail(detail).into())
}

/// A table becomes a child: it must have the parent's columns and checks already (MergeAttributesIntoExisting, MergeConstraintsIntoExisting).
pub(super) fn merge_into_parent(
    cat: &mut Catalog,
    child: &Relation,
    parent: &Relation,
    span: Span,
    kind: DependencyKind,
) -> Replayed<()> {
    let refuse =
        |message: String| -> Replayed<()> { Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into()) };
    if let Some(reason) = child.columns_unknown.as_ref().or(parent.columns_unknown.as_ref()) {
        return Err(super::Stop::Unknown(reason.clone()));
    }
    for column in parent.live_columns() {
        let Some(own) = child.column(&column.name) else {
            return refuse(format!("child table is missing column \"{}\"", column.name));
        };
        if own.ty != column.ty && !own.type_unknown && !column.type_unknown {
            return refuse(format!("child table \"{}\" has different type for column \"{}\"", child.name, column.name));
        }
        if column.not_null && !own.not_null {
            return refuse(format!("column \"{}\" in child table must be marked NOT NULL", column.name));
        }
    }
    let mut checks: Vec<&Arc<Constraint>> = parent.constraints.iter().filter(|c| !c.no_inherit).collect();
    sort_by(&mut checks, |a, b| a.name.cmp(&b.name));
    let mut merged = Vec::new();
    for check in checks {
        if let Some(own) = child_check(child, check, span)? {
            merged.push((own, check.oid));
        }
    }
    if let Some(table) = cat.relation_mut(child.oid) {
        table.inherits.push(parent.oid);
        for column in table.columns.iter_mut().flatten().filter(|c| parent.column(&c.name).is_some()) {
            Arc::make_mut(column).inherited += 1;
        }
        for constraint in &mut table.constraints {
            if let Some((_, of_parent)) = merged.iter().find(|(own, _)| *own == constraint.oid) {
                Arc::make_mut(constraint).parent = *of_parent;
            }
        }
    }
    let (dependent, referenced) =
        (ObjectAddress::new(Class::Relation, child.oid), ObjectAddress::new(Class::Relation, parent.oid));
    cat.depend(dependent, referenced, kind);
    Ok(())
}

/// The child's own check that stands for one of its parent (42804, 42P17).
fn child_check(child: &Relation, check: &Constraint, span: Span) -> Replayed<Option<Oid>> {
    let ConstraintKind::Check { text, .. } = &check.kind else { return Ok(None) };
    let own = child.constraint(&check.name).map(|own| (own, &own.kind));
    let Some((own, ConstraintKind::Check { text: own_text, .. })) = own else {
        let message = format!("child table is missing constraint \"{}\"", check.name);
        return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into());
    };
    if bare(text) != bare(own_text) {
        let message =
            format!("child table \"{}\" has different definition for check constraint \"{}\"", child.name, check.name);
        return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into());
    }
    if own.no_inherit {
        let message = format!(
            "constraint \"{}\" conflicts with non-inherited constraint on child table \"{}\"",
            check.name, child.name
        );
        return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message).into());
    }
    Ok(Some(own.oid))
}

/// A condition without what may be written in several ways: parentheses, spaces, casts.
fn bare(text: &str) -> String {
    let mut parts = text.split("::");
    let mut bare = parts.next().unwrap_or("").to_string();
    for cast in parts {
        bare.push_str(cast.trim_start_matches(|c: char| crate::letters::is_of_name(c) || ".\"[]".contains(c)));
    }
    bare.retain(|c| !c.is_whitespace() && c != '(' && c != ')');
    bare.to_ascii_lowercase()
}

pub(super) fn no_inherit(cat: &mut Catalog, child: &Arc<Relation>, parent: &QualifiedName) -> Replayed<Effects> {
    if child.is_partition {
        let message = "cannot change inheritance of a partition";
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, parent.span(), message).into());
    }
    let parent_relation = cat.resolve_relation(parent)?.clone();
    if !child.inherits.contains(&parent_relation.oid) {
        let message = format!("relation \"{}\" is not a parent of relation \"{}\"", parent_relation.name, child.name);
        return Err(SqlError::new(state::UNDEFINED_TABLE, parent.span(), message).into());
    }
    leave_parent(cat, child.oid, &parent_relation);
    Ok(altered(cat, child.oid))
}

pub(super) fn leave_parent(cat: &mut Catalog, child: Oid, parent: &Relation) {
    if let Some(table) = cat.relation_mut(child) {
        table.inherits.retain(|p| *p != parent.oid);
        table.is_partition = false;
        table.bound = None;
        for column in table.columns.iter_mut().flatten().filter(|c| parent.column(&c.name).is_some()) {
            let column = Arc::make_mut(column);
            column.inherited = column.inherited.saturating_sub(1);
            column.local |= column.inherited == 0;
        }
        for constraint in &mut table.constraints {
            if parent.constraints.iter().any(|c| c.oid == constraint.parent) {
                Arc::make_mut(constraint).parent = Oid::INVALID;
            }
        }
    }
    cat.drop_dependencies(child, |edge| edge.referenced.oid == parent.oid);
    let parts: Vec<Oid> = parent.constraints.iter().map(|c| c.oid).chain(parent.indexes.iter().copied()).collect();
    let own: Vec<Oid> = cat
        .relation(child)
        .map(|t| t.constraints.iter().map(|c| c.oid).chain(t.indexes.iter().copied()).collect())
        .unwrap_or_default();
    for part in own {
        cat.drop_dependencies(part, |edge| parts.contains(&edge.referenced.oid));
    }
}
