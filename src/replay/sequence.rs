//! CREATE SEQUENCE, ALTER SEQUENCE.

use super::error::state;
use super::types::bare_relation;
use super::{Change, Effects, Replayed, SqlError, privileges};
use crate::catalog::{
    Catalog, Class, Dependency, DependencyKind, ObjectAddress, Oid, RelationKind, Sequence, choose_relation_name, oids,
};
use crate::source::Span;
use crate::syntax::ast::{
    AlterSequence, CreateSequence, ObjectKind, Persistence, QualifiedName, SequenceOption, Symbol,
};
use std::sync::Arc;

pub(super) fn create_sequence(cat: &mut Catalog, stmt: &CreateSequence) -> Replayed<Effects> {
    let temporary = stmt.persistence == Persistence::Temporary;
    let schema = super::view::creation_schema(cat, &stmt.name, temporary)?;
    let name = &stmt.name.name;
    cat.must_be_known(name)?;
    if stmt.if_not_exists && cat.relation_named(schema, name).is_some() {
        return Ok(Effects::none());
    }
    let ty = sequence_type(cat, &stmt.options)?.unwrap_or(oids::INT8);
    check_options(&stmt.options, stmt.name.span())?;
    super::view::free_name(cat, schema, name)?;
    let oid = insert(cat, schema, &name.text, ty, false);
    if temporary && let Some(sequence) = cat.relation_mut(oid) {
        sequence.persistence = Persistence::Temporary;
    }
    apply_owner(cat, oid, &stmt.options)?;
    Ok(Effects::of(Class::Relation, oid, Change::Created))
}

/// The type after AS: one of the three integer types.
fn sequence_type(cat: &Catalog, options: &[SequenceOption]) -> Replayed<Option<Oid>> {
    let Some(ty) = options.iter().find_map(|o| if let SequenceOption::As(ty) = o { Some(ty) } else { None }) else {
        return Ok(None);
    };
    let found = cat.resolve_type(ty)?;
    if matches!(found.oid, oids::INT2 | oids::INT4 | oids::INT8) {
        return Ok(Some(found.oid));
    }
    let message = "sequence type must be smallint, integer, or bigint";
    Err(SqlError::new(state::INVALID_PARAMETER_VALUE, ty.span, message).into())
}

fn check_options(options: &[SequenceOption], span: Span) -> Replayed<()> {
    for (index, option) in options.iter().enumerate() {
        let twice = options[..index].iter().any(|o| std::mem::discriminant(o) == std::mem::discriminant(option));
        if twice {
            return Err(SqlError::new(state::SYNTAX_ERROR, span, "conflicting or redundant options").into());
        }
        if let SequenceOption::Increment(by) = option
            && by.trim_start_matches(['+', '-']) == "0"
        {
            return Err(SqlError::new(state::INVALID_PARAMETER_VALUE, span, "INCREMENT must not be zero").into());
        }
    }
    Ok(())
}

/// A sequence of the current role.
pub(super) fn insert(cat: &mut Catalog, schema: Oid, name: &Symbol, ty: Oid, identity: bool) -> Oid {
    let oid = cat.new_oid();
    let owner = cat.session.current_role;
    let mut relation = bare_relation(cat, oid, schema, name, RelationKind::Sequence, Oid::INVALID);
    relation.acl = privileges::initial_acl(cat, ObjectKind::Sequence, schema, owner);
    relation.sequence = Some(Arc::new(Sequence { ty, owned_by: None, identity }));
    cat.insert_relation(relation);
    oid
}

/// The sequence `table_column_seq` of a serial or identity column. The caller sets its owner once the table is there.
pub(super) fn insert_for_column(
    cat: &mut Catalog,
    schema: Oid,
    table: &str,
    column: &str,
    ty: Oid,
    identity: bool,
) -> Oid {
    let name = choose_relation_name(cat, schema, table, Some(column), "seq", false);
    insert(cat, schema, &name.into(), ty, identity)
}

/// OWNED BY: the sequence goes with the column.
pub(super) fn set_owned_by(cat: &mut Catalog, sequence: Oid, owner: Option<(Oid, u16)>, kind: DependencyKind) {
    let is_ownership = |edge: &Dependency| matches!(edge.kind, DependencyKind::Auto | DependencyKind::Internal);
    cat.drop_dependencies(sequence, is_ownership);
    if let Some(relation) = cat.relation_mut(sequence)
        && let Some(definition) = &mut relation.sequence
    {
        Arc::make_mut(definition).owned_by = owner;
    }
    if let Some((table, column)) = owner {
        cat.depend(ObjectAddress::new(Class::Relation, sequence), ObjectAddress::column(table, column), kind);
    }
}

fn apply_owner(cat: &mut Catalog, sequence: Oid, options: &[SequenceOption]) -> Replayed<()> {
    for option in options {
        let SequenceOption::OwnedBy(owner) = option else { continue };
        let owner = match owner {
            None => None,
            Some((table, column)) => Some(owner_column(cat, sequence, table, column)?),
        };
        set_owned_by(cat, sequence, owner, DependencyKind::Auto);
    }
    Ok(())
}

fn owner_column(
    cat: &Catalog,
    sequence: Oid,
    table: &QualifiedName,
    column: &crate::syntax::ast::Name,
) -> Replayed<(Oid, u16)> {
    let relation = cat.resolve_relation(table)?;
    let span = table.span();
    if !matches!(
        relation.kind,
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable | RelationKind::View
    ) {
        let message = format!("sequence cannot be owned by relation \"{}\"", relation.name);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).into());
    }
    if let Some(owned) = cat.relation(sequence) {
        let prerequisite =
            |message: &str| Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, span, message).into());
        if owned.owner != relation.owner {
            return prerequisite("sequence must have same owner as table it is linked to");
        }
        if owned.schema != relation.schema {
            return prerequisite("sequence must be in same schema as table it is linked to");
        }
    }
    Ok((relation.oid, cat.resolve_column(relation, column)?))
}

pub(super) fn alter_sequence(cat: &mut Catalog, stmt: &AlterSequence) -> Replayed<Effects> {
    let Some(relation) = cat.find_relation(&stmt.name)?.cloned() else {
        if stmt.if_exists {
            return Ok(Effects::none());
        }
        return Err(cat.missing_relation(&stmt.name));
    };
    let Some(sequence) = &relation.sequence else {
        let message = format!("cannot open relation \"{}\"", relation.name);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.name.span(), message).into());
    };
    check_options(&stmt.options, stmt.name.span())?;
    if sequence.identity && stmt.options.iter().any(|o| matches!(o, SequenceOption::OwnedBy(_))) {
        let message = "cannot change ownership of identity sequence";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, stmt.name.span(), message).into());
    }
    if let Some(ty) = sequence_type(cat, &stmt.options)?
        && let Some(relation) = cat.relation_mut(relation.oid)
        && let Some(definition) = &mut relation.sequence
    {
        Arc::make_mut(definition).ty = ty;
    }
    apply_owner(cat, relation.oid, &stmt.options)?;
    Ok(Effects::of(Class::Relation, relation.oid, Change::Altered))
}
