//! CREATE SEQUENCE, ALTER SEQUENCE.

use super::error::state;
use super::types::bare_relation;
use super::{Change, Effects, Replayed, SqlError, privileges};
use crate::catalog::{
    Catalog, Class, Dependency, DependencyKind, ObjectAddress, Oid, RelationKind, Sequence, SequenceNumbers, TypeRef,
    choose_relation_name, oids,
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
    let numbers = numbers(cat, ty, None, &stmt.options, stmt.name.span())?;
    super::view::free_name(cat, schema, name)?;
    let oid = insert(cat, schema, &name.text, ty, false);
    if let Some(definition) = cat.relation_mut(oid).and_then(|r| r.sequence.as_mut()) {
        Arc::make_mut(definition).numbers = numbers;
    }
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
    }
    Ok(())
}

fn limits(ty: Oid) -> (i64, i64) {
    match ty {
        oids::INT2 => (i16::MIN.into(), i16::MAX.into()),
        oids::INT4 => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}

/// The parameters that options give to a new sequence, or to one that is there with its old type (init_params, 22023).
fn numbers(
    cat: &Catalog,
    ty: Oid,
    old: Option<(Oid, SequenceNumbers)>,
    options: &[SequenceOption],
    span: Span,
) -> Replayed<SequenceNumbers> {
    let refuse = |message: String| Err(SqlError::new(state::INVALID_PARAMETER_VALUE, span, message).into());
    let number = |text: &Symbol| text.trim_start_matches('+').replace('_', "").parse::<i64>().unwrap_or(1);
    let given = |wanted: fn(&SequenceOption) -> Option<&Symbol>| options.iter().find_map(wanted).map(number);
    let (lowest, highest) = limits(ty);
    // A bound that was its old type's goes to the new type's.
    let (reset_min, reset_max) = match old {
        Some((old_type, was)) if old_type != ty => (was.min == limits(old_type).0, was.max == limits(old_type).1),
        _ => (false, false),
    };
    let old = old.map(|(_, numbers)| numbers);
    let increment = given(|o| if let SequenceOption::Increment(by) = o { Some(by) } else { None })
        .unwrap_or(old.map_or(1, |o| o.increment));
    if increment == 0 {
        return refuse("INCREMENT must not be zero".into());
    }
    let cycles = options.iter().find_map(|o| if let SequenceOption::Cycle(cycle) = o { Some(*cycle) } else { None });
    let bound = |wanted: fn(&SequenceOption) -> Option<&Option<Symbol>>| options.iter().find_map(wanted);
    let max = match (bound(|o| if let SequenceOption::MaxValue(max) = o { Some(max) } else { None }), old) {
        (Some(Some(max)), _) => number(max),
        (None, Some(old)) if !reset_max => old.max,
        _ if increment > 0 || reset_max => highest,
        _ => -1,
    };
    let shown = || cat.format_type(TypeRef::plain(ty));
    if max < lowest || max > highest {
        return refuse(format!("MAXVALUE ({max}) is out of range for sequence data type {}", shown()));
    }
    let min = match (bound(|o| if let SequenceOption::MinValue(min) = o { Some(min) } else { None }), old) {
        (Some(Some(min)), _) => number(min),
        (None, Some(old)) if !reset_min => old.min,
        _ if increment < 0 || reset_min => lowest,
        _ => 1,
    };
    if min < lowest || min > highest {
        return refuse(format!("MINVALUE ({min}) is out of range for sequence data type {}", shown()));
    }
    if min >= max {
        return refuse(format!("MINVALUE ({min}) must be less than MAXVALUE ({max})"));
    }
    let start = given(|o| if let SequenceOption::Start(start) = o { Some(start) } else { None })
        .unwrap_or(old.map_or(if increment > 0 { min } else { max }, |o| o.start));
    let restart = options.iter().find_map(|o| match o {
        SequenceOption::Restart(Some(value)) => Some(number(value)),
        SequenceOption::Restart(None) => Some(start),
        _ => None,
    });
    for (what, value) in [("START", Some(start)), ("RESTART", restart)] {
        let Some(value) = value else { continue };
        if value < min {
            return refuse(format!("{what} value ({value}) cannot be less than MINVALUE ({min})"));
        }
        if value > max {
            return refuse(format!("{what} value ({value}) cannot be greater than MAXVALUE ({max})"));
        }
    }
    let cache = given(|o| if let SequenceOption::Cache(cache) = o { Some(cache) } else { None })
        .unwrap_or(old.map_or(1, |o| o.cache));
    if cache <= 0 {
        return refuse(format!("CACHE ({cache}) must be greater than zero"));
    }
    Ok(SequenceNumbers { increment, min, max, start, cache, cycle: cycles.unwrap_or(old.is_some_and(|o| o.cycle)) })
}

/// A sequence of the current role.
pub(super) fn insert(cat: &mut Catalog, schema: Oid, name: &Symbol, ty: Oid, identity: bool) -> Oid {
    let (_, max) = limits(ty);
    let numbers = SequenceNumbers { increment: 1, min: 1, max, start: 1, cache: 1, cycle: false };
    let oid = cat.new_oid();
    let owner = cat.session.current_role;
    let mut relation = bare_relation(cat, oid, schema, name, RelationKind::Sequence, Oid::INVALID);
    relation.acl = privileges::initial_acl(cat, ObjectKind::Sequence, schema, owner);
    relation.sequence = Some(Arc::new(Sequence { ty, owned_by: None, identity, numbers }));
    cat.insert_relation(relation);
    oid
}

/// Gives a sequence what the options say; a new one gets its defaults by them.
pub(super) fn set_options(
    cat: &mut Catalog,
    oid: Oid,
    options: &[SequenceOption],
    new: bool,
    span: Span,
) -> Replayed<()> {
    check_options(options, span)?;
    let Some(sequence) = cat.relation(oid).and_then(|r| r.sequence.clone()) else { return Ok(()) };
    let ty = sequence_type(cat, options)?.unwrap_or(sequence.ty);
    let old = (!new).then_some((sequence.ty, sequence.numbers));
    let numbers = numbers(cat, ty, old, options, span)?;
    if let Some(definition) = cat.relation_mut(oid).and_then(|r| r.sequence.as_mut()) {
        let definition = Arc::make_mut(definition);
        definition.ty = ty;
        definition.numbers = numbers;
    }
    Ok(())
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

/// Gives an identity column's sequence the numbers of another's (LIKE … INCLUDING IDENTITY).
pub(super) fn copy_numbers(cat: &mut Catalog, (table, column): (Oid, u16), to: Oid) {
    let is_its = |r: &&Arc<crate::catalog::Relation>| {
        r.sequence.as_ref().is_some_and(|s| s.identity && s.owned_by == Some((table, column)))
    };
    let Some(numbers) = cat.relations().find(is_its).and_then(|r| r.sequence.as_ref()).map(|s| s.numbers) else {
        return;
    };
    if let Some(sequence) = cat.relation_mut(to).and_then(|r| r.sequence.as_mut()) {
        Arc::make_mut(sequence).numbers = numbers;
    }
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
    if sequence.identity && stmt.options.iter().any(|o| matches!(o, SequenceOption::OwnedBy(_))) {
        let message = "cannot change ownership of identity sequence";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, stmt.name.span(), message).into());
    }
    set_options(cat, relation.oid, &stmt.options, false, stmt.name.span())?;
    apply_owner(cat, relation.oid, &stmt.options)?;
    Ok(Effects::of(Class::Relation, relation.oid, Change::Altered))
}
