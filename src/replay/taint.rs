//! What a statement that could not be followed may have created, changed or dropped.

use super::{do_block, rows};
use crate::catalog::Catalog;
use crate::syntax::ast::{
    AlterTable, AlterTableActionKind, CreateSchema, Name, ObjectName, QualifiedName, Rename, Statement, StatementKind,
    Symbol,
};

/// Makes unknown what the statement may have touched, and no more. Rows, privileges, owners and comments are not looked up by name.
pub(super) fn mark_unknown(cat: &mut Catalog, statement: &Statement, reason: &Symbol) {
    use StatementKind::*;
    rows::note(cat, statement);
    let mut taint = |name: &Name| cat.unknowns.add_name(&name.text, reason);
    match &statement.kind {
        CreateTable(s) => taint(&s.name.name),
        CreateTableAs(s) => taint(&s.name.name),
        CreateView(s) => taint(&s.name.name),
        CreateFunction(s) => taint(&s.name.name),
        CreateType(s) => taint(&s.name.name),
        CreateDomain(s) => taint(&s.name.name),
        CreateSequence(s) => taint(&s.name.name),
        CreateIndex(s) => s.name.iter().for_each(taint),
        CreatePolicy(s) => taint(&s.name),
        CreateTrigger(s) => taint(&s.name),
        CreateExtension(s) => taint(&s.name),
        CreateRole(s) => taint(&s.name),
        CreatePublication(s) => taint(&s.name),
        CreateSchema(s) => create_schema(cat, s, reason),

        AlterTable(s) => alter_table(cat, s, reason),
        AlterPolicy(s) => taint(&s.name),
        AlterFunction(s) => taint(&s.function.name.name),
        AlterEnum(s) => taint(&s.name.name),
        AlterDomain(s) => taint(&s.name.name),
        AlterSequence(s) => taint(&s.name.name),
        AlterExtension(s) => taint(&s.name),
        AlterPublication(s) => taint(&s.name),
        Rename(s) => rename(cat, s, reason),
        SetSchema(s) => object(cat, &s.object, reason),
        Drop(s) => s.objects.iter().for_each(|o| object(cat, o, reason)),
        DropOwned(s) if s.reassign_to.is_none() => cat.unknowns.add_everything(reason),
        Do(s) => do_block::mark_unknown(cat, &s.body.text, reason),
        Other(s) => s.name.iter().for_each(|name| taint(&name.name)),

        // What is left changes no names: privileges, owners, comments, settings, rows.
        _ => {}
    }
}

fn create_schema(cat: &mut Catalog, stmt: &CreateSchema, reason: &Symbol) {
    if let Some(name) = &stmt.name {
        cat.unknowns.add_name(&name.text, reason);
        cat.unknowns.add_schema(&name.text, reason);
    }
    for element in &stmt.elements {
        mark_unknown(cat, element, reason);
    }
}

/// The columns of a table that is there are unknown from here on; one that is not may be there now.
fn alter_table(cat: &mut Catalog, stmt: &AlterTable, reason: &Symbol) {
    let relation = cat.find_relation(&stmt.name).ok().flatten().map(|r| r.oid);
    let Some(relation) = relation else {
        cat.unknowns.add_name(&stmt.name.name.text, reason);
        return;
    };
    for action in &stmt.actions {
        match &action.kind {
            AlterTableActionKind::AddConstraint(constraint) => {
                constraint.name.iter().for_each(|name| cat.unknowns.add_name(&name.text, reason));
            }
            AlterTableActionKind::DropConstraint { name, .. } | AlterTableActionKind::AlterConstraint { name } => {
                cat.unknowns.add_name(&name.text, reason);
            }
            AlterTableActionKind::AddColumn { .. }
            | AlterTableActionKind::DropColumn { .. }
            | AlterTableActionKind::ColumnType { .. }
            | AlterTableActionKind::Inherit { .. }
            | AlterTableActionKind::OfType { .. } => {
                if let Some(relation) = cat.relation_mut(relation) {
                    relation.columns_unknown.get_or_insert_with(|| reason.clone());
                }
            }
            AlterTableActionKind::AttachPartition { partition, .. }
            | AlterTableActionKind::DetachPartition { partition, .. } => {
                cat.unknowns.add_name(&partition.name.text, reason);
            }
            _ => {}
        }
    }
}

fn rename(cat: &mut Catalog, stmt: &Rename, reason: &Symbol) {
    // A column's old and new name are looked up in its relation only.
    if let ObjectName::Column { relation, .. } = &stmt.object {
        relation_columns(cat, relation, reason);
        return;
    }
    object(cat, &stmt.object, reason);
    cat.unknowns.add_name(&stmt.to.text, reason);
}

fn relation_columns(cat: &mut Catalog, name: &QualifiedName, reason: &Symbol) {
    match cat.find_relation(name).ok().flatten().map(|r| r.oid) {
        Some(oid) => {
            if let Some(relation) = cat.relation_mut(oid) {
                relation.columns_unknown.get_or_insert_with(|| reason.clone());
            }
        }
        None => cat.unknowns.add_name(&name.name.text, reason),
    }
}

fn object(cat: &mut Catalog, object: &ObjectName, reason: &Symbol) {
    match object {
        ObjectName::Name(name) | ObjectName::OperatorClass { name, .. } | ObjectName::Operator { name, .. } => {
            cat.unknowns.add_name(&name.name.text, reason);
        }
        ObjectName::Type(ty) => cat.unknowns.add_name(&ty.name.name.text, reason),
        ObjectName::Routine(routine) => cat.unknowns.add_name(&routine.name.name.text, reason),
        ObjectName::Column { relation, .. } => relation_columns(cat, relation, reason),
        ObjectName::OnRelation { name, .. } | ObjectName::OnDomain { name, .. } => {
            cat.unknowns.add_name(&name.text, reason);
        }
        ObjectName::Cast { .. }
        | ObjectName::Transform { .. }
        | ObjectName::UserMapping { .. }
        | ObjectName::LargeObject { .. } => {}
    }
}
