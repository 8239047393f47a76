//! ALTER TABLE … ALTER COLUMN.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop, constraint, describe, drop, expr, sequence, table};
use crate::catalog::{
    Catalog, Class, Column, ConstraintKind, DependencyKind, Identity, ObjectAddress, Oid, Relation, RelationKind, Type,
    TypeKind, TypeRef, oids,
};
use crate::source::Span;
use crate::syntax::ast::{Expr, Name, SequenceOption, TypeName};
use std::sync::Arc;

fn effect(relation: &Relation, number: u16, change: Change) -> Effects {
    let mut effects = Effects::none();
    effects.add_in(relation.oid, ObjectAddress::column(relation.oid, number), change);
    effects
}

/// Marks the column as changed by this statement.
fn touch(cat: &mut Catalog, relation: &Relation, number: u16) {
    let now = cat.now;
    if let Some(relation) = cat.relation_mut(relation.oid) {
        relation.origin.changed = now;
        if let Some(column) = relation.column_mut(number) {
            column.origin.changed = now;
        }
    }
}

pub(super) fn change_type(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    ty: &TypeName,
    using: Option<&Expr>,
    span: Span,
) -> Replayed<Effects> {
    if relation.of_type.is_valid() {
        let message = "cannot alter column type of typed table";
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, column.span, message).into());
    }
    let number = cat.resolve_column(relation, column)?;
    let Some(old) = relation.column_by_number(number).cloned() else { return Ok(Effects::none()) };
    if using.is_some() && old.generated.is_some() {
        let message = "cannot specify USING when altering type of generated column";
        return Err(SqlError::new("42611", column.span, message)
            .detail(format!("Column \"{column}\" is a generated column."))
            .into());
    }
    if old.inherited > 0 {
        let message = format!("cannot alter inherited column \"{column}\"");
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, column.span, message).into());
    }
    if let Some(key) = &relation.partition_by
        && key.columns.contains(&number)
    {
        let message = format!(
            "cannot alter column \"{column}\" because it is part of the partition key of relation \"{}\"",
            relation.name
        );
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, column.span, message).into());
    }
    if matches!(relation.kind, RelationKind::CompositeType) {
        check_stored(cat, relation.row_type, &relation.name, span)?;
    }
    let new = cat.resolve_type(ty)?;
    if matches!(cat.type_(new.oid).map(|t| &t.kind), Some(TypeKind::Pseudo)) {
        let message = format!("column \"{column}\" has pseudo-type {}", cat.format_type(TypeRef::plain(new.oid)));
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, ty.span, message).into());
    }
    if let Some(using) = using {
        expr::transform_to(cat, relation, column, new, using)?;
    } else if !old.type_unknown && certainly_not_assignable(cat, old.ty.oid, new.oid) {
        let shown = cat.format_type(new);
        let message = format!("column \"{column}\" cannot be cast automatically to type {shown}");
        return Err(SqlError::new(state::DATATYPE_MISMATCH, column.span, message)
            .hint(format!("You might need to specify \"USING {}::{shown}\".", crate::catalog::quote_identifier(column)))
            .into());
    }
    check_default_casts(cat, &old, new, using.is_some(), column)?;
    check_dependents(cat, relation, number, span)?;
    set_type(cat, relation.oid, number, new);
    check_expressions(cat, relation.oid, number)?;
    let mut effects = effect(relation, number, Change::TypeChanged);
    let mut below = constraint::children(cat, relation.oid);
    while let Some(child) = below.pop() {
        if let Some(child_number) = cat.relation(child).and_then(|c| c.column(column)).map(|c| c.number) {
            set_type(cat, child, child_number, new);
            effects.add_in(child, ObjectAddress::column(child, child_number), Change::TypeChanged);
        }
        below.extend(constraint::children(cat, child));
    }
    // A sequence behind the column follows its type.
    let sequences: Vec<Oid> = cat
        .dependents(relation.oid)
        .filter(|e| e.referenced.column == number && e.dependent.class == Class::Relation)
        .map(|e| e.dependent.oid)
        .collect();
    if matches!(new.oid, oids::INT2 | oids::INT4 | oids::INT8) {
        for sequence in sequences {
            if let Some(sequence) = cat.relation_mut(sequence).and_then(|r| r.sequence.as_mut()) {
                Arc::make_mut(sequence).ty = new.oid;
            }
        }
    } else if old.identity.is_some() {
        let message = "identity column type must be smallint, integer, or bigint";
        return Err(SqlError::new(state::INVALID_PARAMETER_VALUE, ty.span, message).into());
    }
    Ok(effects)
}

/// Refuses the change of a type, called `name`, of whose values there are some within those of `container` (find_composite_type_dependencies).
pub(super) fn check_stored(cat: &Catalog, container: Oid, name: &str, span: Span) -> Replayed<()> {
    let Some((user, used)) = stored_use(cat, container) else { return Ok(()) };
    let message = format!("cannot alter type \"{name}\" because column \"{}.{}\" uses it", user.name, used.name);
    Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into())
}

/// A column in which values of the type are stored, also within arrays, domains, ranges and the rows of relations.
fn stored_use(cat: &Catalog, ty: Oid) -> Option<(Arc<Relation>, Arc<Column>)> {
    if !ty.is_valid() {
        return None;
    }
    let contains = |t: &Type| match &t.kind {
        TypeKind::Array(element) => *element == ty,
        TypeKind::Domain(domain) => domain.base.oid == ty,
        TypeKind::Range { subtype, .. } => *subtype == ty,
        _ => false,
    };
    if let Some(found) = cat.types().filter(|t| contains(t)).find_map(|t| stored_use(cat, t.oid)) {
        return Some(found);
    }
    cat.relations().find_map(|relation| {
        let column = relation.live_columns().find(|c| c.ty.oid == ty)?;
        match relation.kind {
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::MaterializedView => {
                Some((relation.clone(), column.clone()))
            }
            _ => stored_use(cat, relation.row_type),
        }
    })
}

fn set_type(cat: &mut Catalog, relation: Oid, number: u16, ty: TypeRef) {
    let now = cat.now;
    cat.drop_dependencies(relation, |e| e.dependent.column == number && e.referenced.class == Class::Type);
    if let Some(relation) = cat.relation_mut(relation) {
        relation.origin.changed = now;
        if let Some(column) = relation.column_mut(number) {
            column.ty = ty;
            column.type_unknown = false;
            column.origin.changed = now;
        }
    }
    super::types::depend_on_type(cat, ObjectAddress::column(relation, number), ty.oid);
}

/// True only where no assignment cast can lead from one type to the other: text to anything that is no text, and between built-in types of different
/// categories other than to text.
fn certainly_not_assignable(cat: &Catalog, from: Oid, to: Oid) -> bool {
    let base = |mut oid: Oid| {
        while let Some(TypeKind::Domain(domain)) = cat.type_(oid).map(|t| &t.kind) {
            oid = domain.base.oid;
        }
        oid
    };
    let (from, to) = (base(from), base(to));
    if from == to {
        return false;
    }
    let (Some(from), Some(to)) = (cat.type_(from), cat.type_(to)) else { return false };
    let is_text = |t: &crate::catalog::Type| t.category == 'S';
    if is_text(to) {
        return false;
    }
    let user_made = |t: &crate::catalog::Type| t.oid >= Oid::FIRST_USER && !matches!(t.kind, TypeKind::Enum(_));
    if user_made(from) || user_made(to) {
        return false;
    }
    if is_text(from) {
        // text → "char", name, xml and regclass have assignment casts.
        return !matches!(to.oid, oids::CHAR | oids::NAME)
            && !matches!(to.category, 'Z')
            && to.oid != Oid(142)
            && to.oid != Oid(2205);
    }
    match (from.category, to.category) {
        ('N', 'N') | ('D', 'D') => false,
        ('A', _) | (_, 'A') => from.category != to.category,
        ('E', _) | (_, 'E') => true,
        ('N', 'B') | ('B', 'N') => !matches!((from.oid, to.oid), (oids::BOOL, oids::INT4)) || from.oid == oids::BOOL,
        ('N', 'D') | ('D', 'N') | ('N', 'U') | ('U', 'N') | ('D', 'U') | ('U', 'D') | ('D', 'B') | ('B', 'D') => true,
        ('U', 'U') => !matches!((from.oid, to.oid), (oids::JSON, oids::JSONB) | (oids::JSONB, oids::JSON)),
        _ => false,
    }
}

/// The constraints and indexes over the column are made anew: their expressions must still hold with its new type.
fn check_expressions(cat: &Catalog, table: Oid, number: u16) -> Replayed<()> {
    let Some(relation) = cat.relation(table) else { return Ok(()) };
    let recheck = |expr: &Expr, place: expr::Place| match expr::in_table(cat, relation, expr, place) {
        // Stored expressions keep the names that they were written with: what has been renamed since is not found.
        Err(Stop::Refused(error)) if error.sqlstate != state::UNDEFINED_COLUMN => Err(Stop::Refused(error)),
        _ => Ok(()),
    };
    for index in relation.indexes.iter().filter_map(|oid| cat.relation(*oid)?.index.as_ref()) {
        index.keys.iter().filter_map(|key| key.expr.as_ref()).try_for_each(|e| recheck(e, expr::Place::IndexKey))?;
        index.filter.iter().try_for_each(|e| recheck(e, expr::Place::IndexPredicate))?;
    }
    for constraint in &relation.constraints {
        if let ConstraintKind::Check { expr, columns, .. } = &constraint.kind
            && columns.contains(&number)
        {
            recheck(expr, expr::Place::Check)?;
        }
    }
    Ok(())
}

/// `default for column "c" cannot be cast automatically to type t`.
fn check_default_casts(
    cat: &Catalog,
    old: &crate::catalog::Column,
    new: TypeRef,
    using: bool,
    column: &Name,
) -> Replayed<()> {
    let Some(default) = old.default.as_ref().filter(|_| old.generated.is_none()) else { return Ok(()) };
    // A serial's nextval() is a bigint.
    let ty = match &default.expr {
        None => oids::INT8,
        // A default is stored as a value of the column's type.
        Some(_) => old.ty.oid,
    };
    if (using || default.expr.is_none()) && certainly_not_assignable(cat, ty, new.oid) {
        let shown = cat.format_type(new);
        let message = format!("default for column \"{column}\" cannot be cast automatically to type {shown}");
        return Err(SqlError::new(state::DATATYPE_MISMATCH, column.span, message).into());
    }
    Ok(())
}

/// What a column's new type would break (RememberAllDependentForRebuilding): views, policies, triggers and generated columns that use it.
fn check_dependents(cat: &Catalog, relation: &Relation, number: u16, span: Span) -> Replayed<()> {
    let edges = cat.dependents(relation.oid).filter(|e| e.referenced.column == number);
    for edge in edges {
        let dependent = edge.dependent;
        let what = match dependent.class {
            Class::Relation => match cat.relation(dependent.oid).map(|r| r.kind) {
                Some(RelationKind::View | RelationKind::MaterializedView) => "a view or rule",
                _ => continue,
            },
            Class::Policy => "a policy definition",
            Class::Trigger => "a trigger definition",
            Class::Default if edge.kind == DependencyKind::Normal => "a generated column",
            Class::Function => "a function or procedure",
            _ => continue,
        };
        let mut error = SqlError::new(
            state::FEATURE_NOT_SUPPORTED,
            span,
            format!("cannot alter type of a column used by {}", what),
        );
        let column = describe::object(cat, ObjectAddress::column(relation.oid, number));
        if what == "a view or rule" {
            let view = describe::object(cat, dependent);
            let name = view.strip_prefix("materialized ").unwrap_or(&view);
            error = error
                .detail(format!("rule _RETURN on {name} depends on column \"{}\"", relation_column(relation, number)));
        } else {
            error = error.detail(format!("{} depends on {column}", describe::object(cat, dependent)));
        }
        return Err(error.into());
    }
    Ok(())
}

fn relation_column(relation: &Relation, number: u16) -> &str {
    relation.column_by_number(number).map_or("", |c| &c.name)
}

/// Takes a column's default away, with its edges.
fn remove_default(cat: &mut Catalog, relation: Oid, number: u16) {
    let default = cat.relation(relation).and_then(|r| r.column_by_number(number)).and_then(|c| c.default.clone());
    if let Some(default) = default {
        drop::remove_cascade(cat, &[ObjectAddress::new(Class::Default, default.oid)]);
        if let Some(column) = cat.relation_mut(relation).and_then(|r| r.column_mut(number)) {
            column.default = None;
        }
    }
}

pub(super) fn set_default(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    expr: &Arc<Expr>,
) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    check_plain(relation, number, column)?;
    remove_default(cat, relation.oid, number);
    table::set_default(cat, relation, number, expr)?;
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::DefaultSet))
}

pub(super) fn drop_default(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    _span: Span,
) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    check_plain(relation, number, column)?;
    remove_default(cat, relation.oid, number);
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::DefaultDropped))
}

/// Identity and generated columns have their defaults by other statements.
fn check_plain(relation: &Relation, number: u16, column: &Name) -> Replayed<()> {
    let Some(found) = relation.column_by_number(number) else { return Ok(()) };
    let refuse = |what: &str, hint: &str| {
        let message = format!("column \"{column}\" of relation \"{}\" is {what}", relation.name);
        Err(SqlError::new(state::SYNTAX_ERROR, column.span, message).hint(hint).into())
    };
    if found.identity.is_some() {
        return refuse("an identity column", "Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.");
    }
    if found.generated.is_some() {
        return refuse("a generated column", "Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead.");
    }
    Ok(())
}

pub(super) fn set_not_null(cat: &mut Catalog, relation: &Arc<Relation>, column: &Name) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    constraint::set_not_null(cat, relation.oid, &[number]);
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::NotNullSet))
}

pub(super) fn drop_not_null(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    _span: Span,
) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    let Some(found) = relation.column_by_number(number) else { return Ok(Effects::none()) };
    if found.identity.is_some() {
        let message = format!("column \"{column}\" of relation \"{}\" is an identity column", relation.name);
        return Err(SqlError::new(state::SYNTAX_ERROR, column.span, message).into());
    }
    let in_key = relation.primary_key().is_some_and(|key| key.kind.columns().contains(&number));
    if in_key {
        let message = format!("column \"{column}\" is in a primary key");
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, column.span, message).into());
    }
    let parent = relation.inherits.first().filter(|_| relation.is_partition).and_then(|p| cat.relation(*p));
    if parent.and_then(|p| p.column(column)).is_some_and(|c| c.not_null) {
        let message = format!("column \"{column}\" is marked NOT NULL in parent table");
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, column.span, message).into());
    }
    let mut tables = vec![relation.oid];
    let mut at = 0;
    while let Some(table) = tables.get(at).copied() {
        at += 1;
        tables.extend(constraint::children(cat, table));
        let number = cat.relation(table).and_then(|t| t.column(column)).map(|c| c.number);
        if let Some(column) = number.and_then(|n| cat.relation_mut(table).and_then(|t| t.column_mut(n))) {
            column.not_null = false;
        }
    }
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::NotNullDropped))
}

pub(super) fn set_expression(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    expr: &Arc<Expr>,
    span: Span,
) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    if relation.column_by_number(number).is_some_and(|c| c.generated.is_none()) {
        let message = format!("column \"{column}\" of relation \"{}\" is not a generated column", relation.name);
        return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, column.span, message).into());
    }
    let default = relation.column_by_number(number).and_then(|c| c.default.clone());
    if let Some(default) = default {
        cat.remove(Class::Default, default.oid);
    }
    table::set_generation(cat, relation, number, expr, span)?;
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::Altered))
}

pub(super) fn drop_expression(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    if_exists: bool,
    _span: Span,
) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    if relation.column_by_number(number).is_some_and(|c| c.generated.is_none()) {
        if if_exists {
            return Ok(Effects::none());
        }
        let message = format!("column \"{column}\" of relation \"{}\" is not a stored generated column", relation.name);
        return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, column.span, message).into());
    }
    let default = relation.column_by_number(number).and_then(|c| c.default.clone());
    if let Some(default) = default {
        cat.remove(Class::Default, default.oid);
    }
    if let Some(column) = cat.relation_mut(relation.oid).and_then(|r| r.column_mut(number)) {
        column.generated = None;
        column.default = None;
    }
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::Altered))
}

pub(super) fn add_identity(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    always: bool,
    options: &[SequenceOption],
    span: Span,
) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    let Some(found) = relation.column_by_number(number).cloned() else { return Ok(Effects::none()) };
    if !matches!(found.ty.oid, oids::INT2 | oids::INT4 | oids::INT8) && !found.type_unknown {
        let message = "identity column type must be smallint, integer, or bigint";
        return Err(SqlError::new(state::INVALID_PARAMETER_VALUE, span, message).into());
    }
    let prerequisite =
        |message: String| Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, column.span, message).into());
    if !found.not_null {
        let message = format!(
            "column \"{column}\" of relation \"{}\" must be declared NOT NULL before identity can be added",
            relation.name
        );
        return prerequisite(message);
    }
    if found.identity.is_some() {
        return prerequisite(format!(
            "column \"{column}\" of relation \"{}\" is already an identity column",
            relation.name
        ));
    }
    if found.default.is_some() {
        return prerequisite(format!(
            "column \"{column}\" of relation \"{}\" already has a default value",
            relation.name
        ));
    }
    let sequence_oid = table::identity_sequence(cat, relation.schema, &relation.name, &found, options)?;
    sequence::set_owned_by(cat, sequence_oid, Some((relation.oid, number)), DependencyKind::Internal);
    if let Some(column) = cat.relation_mut(relation.oid).and_then(|r| r.column_mut(number)) {
        column.identity = Some(if always { Identity::Always } else { Identity::ByDefault });
    }
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::Altered))
}

pub(super) fn set_identity(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    always: Option<bool>,
    _span: Span,
) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    if relation.column_by_number(number).is_some_and(|c| c.identity.is_none()) {
        let message = format!("column \"{column}\" of relation \"{}\" is not an identity column", relation.name);
        return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, column.span, message).into());
    }
    if let (Some(always), Some(column)) = (always, cat.relation_mut(relation.oid).and_then(|r| r.column_mut(number))) {
        column.identity = Some(if always { Identity::Always } else { Identity::ByDefault });
    }
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::Altered))
}

pub(super) fn drop_identity(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    if_exists: bool,
    _span: Span,
) -> Replayed<Effects> {
    let number = cat.resolve_column(relation, column)?;
    if relation.column_by_number(number).is_some_and(|c| c.identity.is_none()) {
        if if_exists {
            return Ok(Effects::none());
        }
        let message = format!("column \"{column}\" of relation \"{}\" is not an identity column", relation.name);
        return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, column.span, message).into());
    }
    let sequences: Vec<Oid> = cat
        .dependents(relation.oid)
        .filter(|e| {
            e.referenced.column == number && e.kind == DependencyKind::Internal && e.dependent.class == Class::Relation
        })
        .map(|e| e.dependent.oid)
        .collect();
    for sequence in sequences {
        drop::remove_cascade(cat, &[ObjectAddress::new(Class::Relation, sequence)]);
    }
    if let Some(column) = cat.relation_mut(relation.oid).and_then(|r| r.column_mut(number)) {
        column.identity = None;
    }
    touch(cat, relation, number);
    Ok(effect(relation, number, Change::Altered))
}
