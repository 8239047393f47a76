//! Declarative partitioning: keys, bounds, ATTACH and DETACH PARTITION.

mod bound;

use super::error::state;
use super::expr::{self, Place};
use super::inherit::{altered, check_no_circle, leave_parent, merge_into_parent};
use super::{Effects, Replayed, SqlError, constraint, index};
use crate::catalog::{
    Catalog, Class, ConstraintKind, Definition, DependencyKind, Index, ObjectAddress, Oid, PartitionKey, Relation,
    RelationKind, sql_identifier,
};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, PartitionBound, PartitionBy, PartitionStrategy, QualifiedName, Symbol};
use std::sync::Arc;

pub(super) use bound::check as check_bound;

/// PARTITION BY (transformPartitionSpec, ComputePartitionAttrs).
pub(super) fn key(cat: &Catalog, table: &Relation, by: &PartitionBy) -> Replayed<PartitionKey> {
    let refuse = |span: Span, message: String| -> Replayed<()> {
        Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message).into())
    };
    if by.strategy == PartitionStrategy::List
        && let Some(second) = by.keys.get(1)
    {
        refuse(second.expr.span, "cannot use \"list\" partition strategy with more than one column".into())?;
    }
    let mut key =
        PartitionKey { strategy: by.strategy, columns: Vec::new(), definitions: Vec::new(), options: Vec::new() };
    let method = if by.strategy == PartitionStrategy::Hash { "hash" } else { "btree" };
    for element in &by.keys {
        let span = element.expr.span;
        let ty = match &element.expr.kind {
            ExprKind::Column(parts) if parts.len() == 1 => {
                let name = &element.expr;
                let Some(column) = parts.first().and_then(|name| table.column(name)) else {
                    if parts.first().is_some_and(|name| super::table::is_system_column(name)) {
                        refuse(span, format!("cannot use system column \"{name}\" in partition key"))?;
                    }
                    let message = format!("column \"{name}\" named in partition key does not exist");
                    return Err(SqlError::new(state::UNDEFINED_COLUMN, span, message)
                        .about("column", format!("{}.{name}", cat.relation_name(table)))
                        .into());
                };
                if column.generated.is_some() {
                    let message = "cannot use generated column in partition key";
                    return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message)
                        .detail(format!("Column \"{}\" is a generated column.", column.name))
                        .into());
                }
                key.columns.push(column.number);
                key.definitions.push(Definition::default());
                (!column.type_unknown).then_some(column.ty.oid)
            }
            _ => {
                let named = expr::in_table(cat, table, &element.expr, Place::PartitionKey)?;
                if is_constant(&element.expr) {
                    refuse(span, "cannot use constant expression as partition key".into())?;
                }
                key.columns.push(0);
                key.definitions.push(named.definition(cat, span));
                named.ty.map(|ty| ty.oid)
            }
        };
        let mut options = String::new();
        if let Some(collation) = &element.collation {
            if let Some(ty) = ty {
                cat.check_collation(collation, ty, collation.span())?;
            }
            options.push_str(&format!(" COLLATE {}", sql_name(collation)));
        }
        match &element.operator_class {
            Some(class) => {
                index::operator_class(cat, class, method, ty)?;
                options.push_str(&format!(" {}", sql_name(class)));
            }
            None => index::check_default_class(cat, method, ty, span)?,
        }
        key.options.push(options.into());
    }
    Ok(key)
}

/// The name as SQL text.
fn sql_name(name: &QualifiedName) -> String {
    let parts = name.schema.iter().chain(std::iter::once(&name.name));
    parts.map(|part| sql_identifier(part)).collect::<Vec<_>>().join(".")
}

fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_constant(inner),
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Null | ExprKind::Bool(_) => true,
        _ => false,
    }
}

/// `ALTER TABLE parent ATTACH PARTITION partition bound` (ATExecAttachPartition).
pub(super) fn attach(
    cat: &mut Catalog,
    parent: &Arc<Relation>,
    partition: &QualifiedName,
    bound: &PartitionBound,
) -> Replayed<Effects> {
    let span = partition.span();
    let refuse =
        |message: String| -> Replayed<Effects> { Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).into()) };
    if parent.kind != RelationKind::PartitionedTable {
        let message = format!("table \"{}\" is not partitioned", parent.name);
        return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message).into());
    }
    let made = bound::read(cat, parent, bound)?;
    let child = cat.resolve_relation(partition)?.clone();
    if !child.kind.is_table() && child.kind != RelationKind::ForeignTable {
        let message = format!("ALTER action ATTACH PARTITION cannot be performed on relation \"{}\"", child.name);
        let detail = format!("This operation is not supported for {}s.", child.kind.noun());
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).detail(detail).into());
    }
    if child.is_partition {
        return refuse(format!("\"{}\" is already a partition", child.name));
    }
    if child.of_type.is_valid() {
        return refuse("cannot attach a typed table as partition".into());
    }
    if !child.inherits.is_empty() {
        return refuse("cannot attach inheritance child as partition".into());
    }
    if child.partition_by.is_none() && !constraint::children(cat, child.oid).is_empty() {
        return refuse("cannot attach inheritance parent as partition".into());
    }
    check_no_circle(cat, &child, parent, span)?;
    if parent.is_temporary() != child.is_temporary() {
        let (own, other) = if parent.is_temporary() { ("permanent", "temporary") } else { ("temporary", "permanent") };
        return refuse(format!("cannot attach a {own} relation as partition of {other} relation \"{}\"", parent.name));
    }
    if let Some(column) = child.live_columns().find(|c| c.identity.is_some()) {
        let message =
            format!("table \"{}\" being attached contains an identity column \"{}\"", child.name, column.name);
        return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, span, message)
            .detail("The new partition may not contain an identity column.")
            .into());
    }
    if let Some(extra) = child.live_columns().find(|c| parent.column(&c.name).is_none()) {
        let message = format!(
            "table \"{}\" contains column \"{}\" not found in parent \"{}\"",
            child.name, extra.name, parent.name
        );
        return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into());
    }
    bound::check_new(cat, parent, &child.name, &made, bound.span)?;
    merge_into_parent(cat, &child, parent, span, DependencyKind::Auto)?;
    if let Some(table) = cat.relation_mut(child.oid) {
        table.is_partition = true;
        table.bound = Some(Arc::new(made));
    }
    take_over(cat, parent, child.oid);
    Ok(altered(cat, child.oid))
}

/// The keys, foreign keys and indexes of the parent: the partition's own that are alike are attached, others made (AttachPartitionEnsureIndexes).
fn take_over(cat: &mut Catalog, parent: &Relation, child: Oid) {
    for constraint in &parent.constraints {
        match &constraint.kind {
            ConstraintKind::PrimaryKey { index, .. } | ConstraintKind::Unique { index, .. } => {
                match own_index(cat, parent, child, *index) {
                    Some((own, Some(own_constraint))) => {
                        if let Some(kept) = cat
                            .relation_mut(child)
                            .and_then(|t| t.constraints.iter_mut().find(|c| c.oid == own_constraint))
                        {
                            Arc::make_mut(kept).parent = constraint.oid;
                        }
                        attach_index(cat, own, *index);
                    }
                    _ => constraint::clone_key(cat, parent, child, constraint.oid, *index),
                }
            }
            ConstraintKind::ForeignKey(_) => constraint::clone_foreign_key(cat, parent, child, constraint),
            _ => {}
        }
    }
    for index in &parent.indexes {
        let plain = cat.relation(*index).and_then(|r| r.index.as_ref()).is_some_and(|i| !i.constraint.is_valid());
        if !plain {
            continue;
        }
        match own_index(cat, parent, child, *index) {
            Some((own, _)) => attach_index(cat, own, *index),
            None => {
                index::clone_index(cat, *index, child, Oid::INVALID);
            }
        }
    }
}

/// From now on the partition's index goes with its parent's.
fn attach_index(cat: &mut Catalog, own: Oid, of_parent: Oid) {
    let (own, of_parent) = (ObjectAddress::new(Class::Relation, own), ObjectAddress::new(Class::Relation, of_parent));
    cat.depend(own, of_parent, DependencyKind::Auto);
}

/// An index of the partition that is like the parent's and not attached yet, with its constraint.
fn own_index(cat: &Catalog, parent: &Relation, child: Oid, of_parent: Oid) -> Option<(Oid, Option<Oid>)> {
    let wanted = cat.relation(of_parent)?.index.clone()?;
    let child = cat.relation(child)?;
    child.indexes.iter().find_map(|oid| {
        let own = cat.relation(*oid)?.index.clone()?;
        let is_free =
            !cat.dependencies(*oid).any(|e| cat.relation(e.referenced.oid).is_some_and(|r| r.kind.is_index()));
        let fits = is_free
            && is_alike(parent, &wanted, child, &own)
            && own.constraint.is_valid() == wanted.constraint.is_valid();
        fits.then_some((*oid, own.constraint.is_valid().then_some(own.constraint)))
    })
}

fn is_alike(parent: &Relation, wanted: &Index, child: &Relation, own: &Index) -> bool {
    let names = |table: &Relation, index: &Index| -> Vec<(Option<Symbol>, String)> {
        let name = |number: u16| table.column_by_number(number).map(|c| c.name.clone());
        let include = index.include.iter().map(|c| (name(*c), String::new()));
        index.keys.iter().map(|k| (name(k.column), k.text.to_string())).chain(include).collect()
    };
    own.method == wanted.method
        && own.unique == wanted.unique
        && own.primary == wanted.primary
        && own.nulls_not_distinct == wanted.nulls_not_distinct
        && own.filter_text == wanted.filter_text
        && names(parent, wanted) == names(child, own)
}

pub(super) fn detach(cat: &mut Catalog, parent: &Arc<Relation>, partition: &QualifiedName) -> Replayed<Effects> {
    if parent.kind != RelationKind::PartitionedTable {
        let message = format!("table \"{}\" is not partitioned", parent.name);
        return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, partition.span(), message).into());
    }
    let child = cat.resolve_relation(partition)?.clone();
    if !child.inherits.contains(&parent.oid) {
        let message = format!("relation \"{}\" is not a partition of relation \"{}\"", child.name, parent.name);
        return Err(SqlError::new(state::UNDEFINED_TABLE, partition.span(), message).into());
    }
    leave_parent(cat, child.oid, parent);
    Ok(altered(cat, child.oid))
}

/// `ALTER INDEX parent ATTACH PARTITION index` (ATExecAttachPartitionIdx).
pub(super) fn attach_to_index(cat: &mut Catalog, parent: &Arc<Relation>, index: &QualifiedName) -> Replayed<Effects> {
    let own = cat.resolve_relation(index)?.clone();
    let refuse = |state, detail: String| -> Replayed<Effects> {
        let message = format!("cannot attach index \"{}\" as a partition of index \"{}\"", own.name, parent.name);
        Err(SqlError::new(state, index.span(), message).detail(detail).into())
    };
    let (Some(definition), Some(wanted)) = (&own.index, &parent.index) else {
        let message = format!("\"{}\" is not an index", own.name);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, index.span(), message).into());
    };
    let of_parent = |e: &crate::catalog::Dependency| cat.relation(e.referenced.oid).is_some_and(|r| r.kind.is_index());
    let attached: Vec<Oid> = cat.dependencies(own.oid).filter(|e| of_parent(e)).map(|e| e.referenced.oid).collect();
    if attached.contains(&parent.oid) {
        return Ok(altered(cat, parent.oid));
    }
    if !attached.is_empty() {
        return refuse(
            state::OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("Index \"{}\" is already attached to another index.", own.name),
        );
    }
    let (Some(table), Some(partitioned)) = (cat.relation(definition.table), cat.relation(wanted.table)) else {
        return Ok(Effects::none());
    };
    if !table.inherits.contains(&partitioned.oid) || !table.is_partition {
        return refuse(
            state::OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("Index \"{}\" is not an index on any partition of table \"{}\".", own.name, partitioned.name),
        );
    }
    let other = table.indexes.iter().any(|oid| cat.dependencies(*oid).any(|e| e.referenced.oid == parent.oid));
    if other {
        return refuse(
            state::OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("Another index is already attached for partition \"{}\".", table.name),
        );
    }
    if !is_alike(partitioned, wanted, table, definition) {
        return refuse(state::INVALID_OBJECT_DEFINITION, "The index definitions do not match.".into());
    }
    attach_index(cat, own.oid, parent.oid);
    Ok(altered(cat, parent.oid))
}
