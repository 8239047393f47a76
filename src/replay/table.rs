//! CREATE TABLE.

use super::constraint::{self, Key, New};
use super::error::state;
use super::types::{bare_relation, depend_on_type, new_row_type};
use super::{
    Change, Effects, Replayed, SqlError, Stop, expr, index, partition, privileges, reloptions, sequence, view,
};
use crate::catalog::{
    Catalog, Class, Column, ColumnDefault, Constraint, ConstraintKind, Definition, DependencyKind, Generated, Identity,
    ObjectAddress, Oid, Relation, RelationKind, TypeKind, TypeRef, oids,
};
use crate::sort::sort_by_key;
use crate::source::Span;
use crate::syntax::ast::{
    ColumnConstraint, ColumnConstraintKind, ColumnDef, ConstraintAttributes, CreateTable, Expr, ExprKind, LikeClause,
    Name, ObjectKind, Persistence, QualifiedName, StorageParameter, Symbol, TableConstraint, TableConstraintKind,
    TableElement, TypeName,
};
use std::sync::Arc;

pub(super) fn create_table(cat: &mut Catalog, stmt: &CreateTable) -> Replayed<Effects> {
    let temporary = stmt.persistence == Persistence::Temporary;
    let schema = view::creation_schema(cat, &stmt.name, temporary)?;
    let name = &stmt.name.name;
    cat.must_be_known(name)?;
    if stmt.if_not_exists && cat.relation_named(schema, name).is_some() {
        return Ok(Effects::none());
    }
    if stmt.partition_by.is_none() && stmt.foreign_server.is_none() {
        reloptions::check_table(&stmt.with)?;
    } else if let (Some(_), Some(option)) = (&stmt.partition_by, stmt.with.first()) {
        let message = "cannot specify storage parameters for a partitioned table";
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, option.name.span, message)
            .hint("Specify storage parameters for its leaf partitions instead.")
            .into());
    }
    let parents = parents(cat, stmt)?;
    let mut columns: Vec<Arc<Column>> = Vec::new();
    for parent in &parents {
        inherit_columns(cat, parent, stmt.partition_of.is_some(), &mut columns)?;
    }
    if let Some(ty) = &stmt.of_type {
        columns = typed_columns(cat, ty)?;
    }
    if stmt.on_commit && stmt.persistence != Persistence::Temporary {
        let message = "ON COMMIT can only be used on temporary tables";
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, stmt.name.span(), message).into());
    }
    if let Some(tablespace) = &stmt.tablespace {
        cat.resolve_tablespace(tablespace)?;
    }
    if let Some(method) = &stmt.access_method {
        cat.resolve_other(ObjectKind::AccessMethod, Oid::INVALID, method)?;
    }
    if stmt.foreign_server.is_some() {
        stmt.elements.iter().try_for_each(constraint::check_foreign_element)?;
    }
    // What the definitions ask for beyond the column itself, in the order in which PostgreSQL gets to it.
    let mut wanted = Wanted::default();
    for element in &stmt.elements {
        match element {
            TableElement::Column(def) => define_column(cat, schema, &name.text, def, &mut columns, &mut wanted)?,
            TableElement::Like(like) => copy_like(cat, like, (schema, &name.text), &mut columns, &mut wanted)?,
            TableElement::Constraint(constraint) => wanted.constraints.push(constraint.clone()),
        }
    }
    if columns.len() > 1600 {
        return Err(SqlError::new("54011", stmt.name.span(), "tables can have at most 1600 columns").into());
    }
    view::free_name(cat, schema, name)?;
    let oid = cat.new_oid();
    let owner = cat.session.current_role;
    let row_type = new_row_type(cat, oid, schema, name, owner)?;
    let server = match &stmt.foreign_server {
        Some(server) => Some(cat.resolve_other(ObjectKind::Server, Oid::INVALID, server)?.oid),
        None => None,
    };
    let kind = match (&stmt.foreign_server, &stmt.partition_by) {
        (Some(_), _) => RelationKind::ForeignTable,
        (None, Some(_)) => RelationKind::PartitionedTable,
        (None, None) => RelationKind::Table,
    };
    let mut table = bare_relation(cat, oid, schema, &name.text, kind, row_type);
    table.may_have_rows = !kind.is_table();
    table.foreign = server.map(|server| {
        let options = stmt.foreign_options.map(|span| Definition::new(&cat.session.source, span, &[]));
        (server, vec![options.unwrap_or_default()])
    });
    table.persistence = stmt.persistence;
    table.acl = privileges::initial_acl(cat, ObjectKind::Table, schema, owner);
    table.inherits = parents.iter().map(|p| p.oid).collect();
    table.is_partition = stmt.partition_of.is_some();
    table.options = stmt.with.iter().map(|p| (p.name.text.clone(), storage_value(p))).collect();
    table.of_type = match &stmt.of_type {
        Some(ty) => cat.find_type_by_name(ty)?.map_or(Oid::INVALID, |t| t.oid),
        None => Oid::INVALID,
    };
    *table.columns = columns
        .into_iter()
        .enumerate()
        .map(|(index, mut column)| {
            let made = Arc::make_mut(&mut column);
            made.number = index as u16 + 1;
            made.local |= stmt.of_type.is_some();
            Some(column)
        })
        .collect();
    if let (Some(bound), Some(parent)) = (&stmt.partition_bound, parents.first()) {
        table.bound = Some(Arc::new(partition::check_bound(cat, parent, &name.text, bound)?));
    }
    if let Some(partition_by) = &stmt.partition_by {
        table.partition_by = Some(Arc::new(partition::key(cat, &table, partition_by)?));
    }
    let types: Vec<(u16, Oid)> = table.live_columns().map(|c| (c.number, c.ty.oid)).collect();
    cat.insert_relation(table);
    let address = ObjectAddress::new(Class::Relation, oid);
    if let Some(server) = server {
        cat.depend(address, ObjectAddress::new(Class::Other, server), DependencyKind::Normal);
    }
    for (number, ty) in types {
        depend_on_type(cat, ObjectAddress::column(oid, number), ty);
    }
    if let Some(ty) = cat.relation(oid).map(|r| r.of_type).filter(|ty| ty.is_valid()) {
        depend_on_type(cat, address, ty);
    }
    let partition = stmt.partition_of.is_some();
    for parent in &parents {
        let kind = if partition { DependencyKind::Auto } else { DependencyKind::Normal };
        cat.depend(address, ObjectAddress::new(Class::Relation, parent.oid), kind);
    }
    let mut effects = Effects::of(Class::Relation, oid, Change::Created);
    wanted.finish(cat, oid, &mut effects)?;
    for parent in &parents {
        inherit_rest(cat, parent, oid, partition)?;
    }
    Ok(effects)
}

/// A name that every table has a column of already.
pub(super) fn is_system_column(name: &str) -> bool {
    matches!(name, "tableoid" | "xmin" | "xmax" | "cmin" | "cmax" | "ctid")
}

fn storage_value(parameter: &StorageParameter) -> Symbol {
    parameter.value.as_ref().map_or_else(|| "true".into(), |v| v.text.clone())
}

fn parents(cat: &Catalog, stmt: &CreateTable) -> Replayed<Vec<Arc<Relation>>> {
    let mut parents: Vec<Arc<Relation>> = Vec::new();
    if stmt.partition_by.is_some()
        && let Some(parent) = stmt.inherits.first()
    {
        let message = "cannot create partitioned table as inheritance child";
        return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, parent.span(), message).into());
    }
    for name in stmt.inherits.iter().chain(&stmt.partition_of) {
        let parent = cat.resolve_relation(name)?.clone();
        let refuse = |message: String| Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
        if stmt.partition_of.is_some() && parent.kind != RelationKind::PartitionedTable {
            if !parent.kind.is_table() && parent.kind != RelationKind::ForeignTable {
                return refuse(format!("inherited relation \"{}\" is not a table or foreign table", parent.name));
            }
            let message = format!("\"{}\" is not partitioned", parent.name);
            return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, name.span(), message).into());
        }
        if stmt.partition_of.is_none() {
            if parent.kind == RelationKind::PartitionedTable {
                return refuse(format!("cannot inherit from partitioned table \"{}\"", parent.name));
            }
            if !matches!(parent.kind, RelationKind::Table | RelationKind::ForeignTable) {
                return refuse(format!("inherited relation \"{}\" is not a table or foreign table", parent.name));
            }
        }
        if parents.iter().any(|p| p.oid == parent.oid) {
            let message = format!("relation \"{}\" would be inherited from more than once", parent.name);
            return Err(SqlError::new(state::DUPLICATE_TABLE, name.span(), message).into());
        }
        if let Some(reason) = &parent.columns_unknown {
            return Err(Stop::Unknown(reason.clone()));
        }
        parents.push(parent);
    }
    Ok(parents)
}

/// The columns of a parent, merged with those that are there by name (MergeAttributes).
fn inherit_columns(
    cat: &mut Catalog,
    parent: &Relation,
    partition: bool,
    columns: &mut Vec<Arc<Column>>,
) -> Replayed<()> {
    for inherited in parent.live_columns() {
        if let Some(existing) = columns.iter_mut().find(|c| c.name == inherited.name) {
            let existing = Arc::make_mut(existing);
            if existing.ty.oid != inherited.ty.oid && !existing.type_unknown && !inherited.type_unknown {
                let message = format!("inherited column \"{}\" has a type conflict", existing.name);
                return Err(SqlError::new(state::DATATYPE_MISMATCH, existing.span, message).into());
            }
            existing.inherited += 1;
            existing.not_null |= inherited.not_null;
            continue;
        }
        let mut column = inherited.as_ref().clone();
        column.inherited = 1;
        column.local = false;
        column.acl = None;
        column.origin = cat.origin();
        // Identity is a partition's too since PostgreSQL 17, but no inheriting table's.
        if !partition {
            column.identity = None;
        }
        column.default = column.default.map(|default| copy_default(cat, &default));
        columns.push(Arc::new(column));
    }
    Ok(())
}

pub(super) fn copy_default(cat: &mut Catalog, default: &ColumnDefault) -> Arc<ColumnDefault> {
    Arc::new(ColumnDefault { oid: cat.new_oid(), ..default.clone() })
}

fn typed_columns(cat: &Catalog, name: &QualifiedName) -> Replayed<Vec<Arc<Column>>> {
    let Some(ty) = cat.find_type_by_name(name)? else {
        let message = format!("type \"{name}\" does not exist");
        return Err(SqlError::new(state::UNDEFINED_OBJECT, name.span(), message)
            .about("type", name.to_string())
            .into());
    };
    let relation = match ty.kind {
        TypeKind::Composite(relation) => cat.relation(relation).filter(|r| r.kind == RelationKind::CompositeType),
        _ => None,
    };
    let Some(relation) = relation else {
        let message = format!("type {} is not a composite type", cat.format_type(TypeRef::plain(ty.oid)));
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
    };
    // Not yet specified by the statement: it may give options to each once.
    let column = |c: &Arc<Column>| Arc::new(Column { local: false, ..c.as_ref().clone() });
    Ok(relation.live_columns().map(column).collect())
}

/// What column definitions and LIKE ask for, done once the table is in the catalog.
#[derive(Default)]
struct Wanted {
    /// In the order of PostgreSQL: defaults, checks, keys, foreign keys.
    defaults: Vec<(Symbol, Arc<Expr>, bool, Span)>,
    /// The sequences of serial and identity columns.
    sequences: Vec<(Symbol, Oid, bool)>,
    constraints: Vec<Arc<TableConstraint>>,
    /// Indexes to copy (LIKE … INCLUDING INDEXES): from the table, the index.
    copied_indexes: Vec<(Arc<Relation>, Oid)>,
    copied_checks: Vec<(Arc<Relation>, Arc<Constraint>)>,
}

impl Wanted {
    fn finish(self, cat: &mut Catalog, table: Oid, effects: &mut Effects) -> Replayed<()> {
        for (column, sequence_oid, identity) in &self.sequences {
            let Some(number) = cat.relation(table).and_then(|t| t.column(column)).map(|c| c.number) else { continue };
            let kind = if *identity { DependencyKind::Internal } else { DependencyKind::Auto };
            sequence::set_owned_by(cat, *sequence_oid, Some((table, number)), kind);
            if !identity {
                set_serial_default(cat, table, number, *sequence_oid);
            }
        }
        for (column, expr, generated, span) in &self.defaults {
            let Some(relation) = cat.relation(table).cloned() else { continue };
            let Some(number) = relation.column(column).map(|c| c.number) else { continue };
            if *generated {
                set_generation(cat, &relation, number, expr, *span)?;
            } else {
                set_default(cat, &relation, number, expr)?;
            }
        }
        for check in self.constraints.iter().filter(|c| matches!(c.kind, TableConstraintKind::Check { .. })) {
            effects.extend(constraint::add(cat, table, &of_new_table(check), &check.kind)?);
        }
        for (parent, check) in &self.copied_checks {
            constraint::inherit_check(cat, parent, table, check);
        }
        for (new, key) in keys_of(&self.constraints) {
            effects.extend(constraint::add(cat, table, &new, key)?);
        }
        for (source, index_oid) in &self.copied_indexes {
            copy_index(cat, source, *index_oid, table);
        }
        for other in self
            .constraints
            .iter()
            .filter(|c| matches!(c.kind, TableConstraintKind::ForeignKey { .. } | TableConstraintKind::NotNull { .. }))
        {
            effects.extend(constraint::add(cat, table, &of_new_table(other), &other.kind)?);
        }
        Ok(())
    }
}

/// The constraints that bring indexes: the primary key first, and a nameless UNIQUE over the columns of another dropped (transformIndexConstraints).
fn keys_of(constraints: &[Arc<TableConstraint>]) -> Vec<(New<'_>, &TableConstraintKind)> {
    use TableConstraintKind as Kind;
    let is_key =
        |c: &&TableConstraint| matches!(c.kind, Kind::PrimaryKey { .. } | Kind::Unique { .. } | Kind::Exclude { .. });
    let mut keys: Vec<&TableConstraint> = constraints.iter().map(|c| &**c).filter(is_key).collect();
    sort_by_key(&mut keys, |c| !matches!(c.kind, Kind::PrimaryKey { .. }));
    let mut kept: Vec<(New, &Kind)> = Vec::with_capacity(keys.len());
    for key in keys {
        let columns = plain_key(&key.kind);
        let twin = kept.iter_mut().find(|(_, kind)| columns.is_some() && plain_key(kind) == columns);
        match twin {
            Some((twin, _))
                if !matches!(key.kind, Kind::PrimaryKey { .. }) && (twin.name.is_none() || key.name.is_none()) =>
            {
                twin.name = twin.name.or(key.name.as_ref());
            }
            _ => kept.push((of_new_table(key), &key.kind)),
        }
    }
    kept
}

/// The columns of a key that one without a name over the same columns adds nothing to.
fn plain_key(kind: &TableConstraintKind) -> Option<&[Name]> {
    match kind {
        TableConstraintKind::PrimaryKey { columns, .. }
        | TableConstraintKind::Unique { columns, nulls_not_distinct: false, .. } => Some(columns),
        _ => None,
    }
}

/// A new table has no rows: NOT VALID says nothing there.
fn of_new_table(constraint: &TableConstraint) -> New<'_> {
    let attributes = ConstraintAttributes { not_valid: false, ..constraint.attributes };
    New { attributes, ..New::of(constraint) }
}

/// Adds one column definition to those that are there.
fn define_column(
    cat: &mut Catalog,
    schema: Oid,
    table: &str,
    def: &ColumnDef,
    columns: &mut Vec<Arc<Column>>,
    wanted: &mut Wanted,
) -> Replayed<()> {
    let name = &def.name;
    let inherited = columns.iter().position(|c| c.name == name.text);
    if let Some(place) = inherited
        && columns[place].local
    {
        let message = format!("column \"{name}\" specified more than once");
        return Err(SqlError::new(state::DUPLICATE_COLUMN, name.span, message)
            .about("column", format!("{table}.{name}"))
            .into());
    }
    let Some(ty) = &def.ty else {
        // `column WITH OPTIONS` of a typed table or partition.
        let Some(place) = inherited else {
            let message = format!("column \"{name}\" does not exist");
            return Err(SqlError::new(state::UNDEFINED_COLUMN, name.span, message)
                .about("column", format!("{table}.{name}"))
                .into());
        };
        let mut column = columns[place].as_ref().clone();
        column.local = true;
        constrain(cat, schema, table, def, &mut column, wanted)?;
        columns[place] = Arc::new(column);
        return Ok(());
    };
    let serial = serial_type(ty);
    let resolved = match serial {
        Some(oid) => TypeRef::plain(oid),
        None => column_type(cat, name, ty)?,
    };
    if let Some(collation) = &def.collation {
        cat.check_collation(collation, resolved.oid, collation.span())?;
    }
    let mut column = Column {
        collation: def.collation.as_ref().map(|c| c.name.text.clone()),
        not_null: serial.is_some(),
        ..Column::new(0, name.text.clone(), Some(resolved), name.span, cat.origin())
    };
    if let Some(place) = inherited {
        let parent = &columns[place];
        if parent.ty.oid != column.ty.oid && !parent.type_unknown {
            let message = format!("column \"{name}\" has a type conflict");
            return Err(SqlError::new(state::DATATYPE_MISMATCH, name.span, message).into());
        }
        column.inherited = parent.inherited;
        column.not_null |= parent.not_null;
    }
    if let Some(ty) = serial {
        let sequence_oid = sequence::insert_for_column(cat, schema, table, name, ty, false);
        wanted.sequences.push((name.text.clone(), sequence_oid, false));
    }
    super::column_settings::define(cat, def, &mut column)?;
    constrain(cat, schema, table, def, &mut column, wanted)?;
    match inherited {
        Some(place) => columns[place] = Arc::new(column),
        None => columns.push(Arc::new(column)),
    }
    Ok(())
}

/// `serial` and its kin are no types but a short hand; only unqualified and without array bounds.
fn serial_type(ty: &TypeName) -> Option<Oid> {
    if ty.array_dimensions > 0 { None } else { serial_element(ty) }
}

fn serial_element(ty: &TypeName) -> Option<Oid> {
    if ty.name.schema.is_some() || ty.percent_type.is_some() {
        return None;
    }
    match &*ty.name.name.text {
        "smallserial" | "serial2" => Some(oids::INT2),
        "serial" | "serial4" => Some(oids::INT4),
        "bigserial" | "serial8" => Some(oids::INT8),
        _ => None,
    }
}

/// The type of a column: no pseudo-type, no set (CheckAttributeType).
pub(super) fn column_type(cat: &Catalog, name: &str, ty: &TypeName) -> Replayed<TypeRef> {
    if ty.setof {
        let message = format!("column \"{name}\" cannot be declared SETOF");
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, ty.span, message).into());
    }
    if ty.array_dimensions > 0 && serial_element(ty).is_some() {
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, ty.span, "array of serial is not implemented").into());
    }
    let resolved = cat.resolve_type(ty)?;
    let refused = match cat.type_(resolved.oid).map(|t| &t.kind) {
        Some(TypeKind::Pseudo) => true,
        Some(TypeKind::Shell) => {
            let message = format!("type \"{}\" is only a shell", ty.name);
            return Err(SqlError::new(state::UNDEFINED_OBJECT, ty.span, message).into());
        }
        _ => false,
    };
    if refused {
        let message = format!("column \"{name}\" has pseudo-type {}", cat.format_type(TypeRef::plain(resolved.oid)));
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, ty.span, message).into());
    }
    Ok(resolved)
}

/// The constraints written with a column (transformColumnDefinition).
fn constrain(
    cat: &mut Catalog,
    schema: Oid,
    table: &str,
    def: &ColumnDef,
    column: &mut Column,
    wanted: &mut Wanted,
) -> Replayed<()> {
    use ColumnConstraintKind as Kind;
    let name = &def.name;
    let syntax = |message: String, span: Span| Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
    let misplaced = def.constraints.iter().find_map(|c| match &c.kind {
        Kind::Misplaced(message) => Some((message, c.span)),
        _ => None,
    });
    if let Some((message, span)) = misplaced {
        return syntax(message.clone(), span);
    }
    let (mut said_null, mut said_not_null) = (false, column.not_null);
    let mut has_default = wanted.sequences.iter().any(|(c, ..)| *c == column.name);
    for constraint in &def.constraints {
        let span = constraint.span;
        match &constraint.kind {
            Kind::Misplaced(_) => {}
            Kind::Null => {
                if said_not_null {
                    return syntax(conflict(name, table), span);
                }
                said_null = true;
            }
            Kind::NotNull { .. } => {
                if said_null {
                    return syntax(conflict(name, table), span);
                }
                said_not_null = true;
                column.not_null = true;
            }
            Kind::Default(expr) => {
                if has_default {
                    return syntax(
                        format!("multiple default values specified for column \"{name}\" of table \"{table}\""),
                        span,
                    );
                }
                has_default = true;
                column.default = None;
                wanted.defaults.push((column.name.clone(), expr.clone(), false, span));
            }
            Kind::Generated { expr, stored } => {
                if column.generated.is_some() {
                    return syntax(
                        format!("multiple generation clauses specified for column \"{name}\" of table \"{table}\""),
                        span,
                    );
                }
                column.generated = Some(if *stored { Generated::Stored } else { Generated::Virtual });
                wanted.defaults.push((column.name.clone(), expr.clone(), true, span));
            }
            Kind::Identity { always, options } => {
                if column.identity.is_some() {
                    return syntax(
                        format!("multiple identity specifications for column \"{name}\" of table \"{table}\""),
                        span,
                    );
                }
                if !matches!(column.ty.oid, oids::INT2 | oids::INT4 | oids::INT8) {
                    let message = "identity column type must be smallint, integer, or bigint";
                    return Err(SqlError::new(state::INVALID_PARAMETER_VALUE, span, message).into());
                }
                if said_null {
                    return syntax(conflict(name, table), span);
                }
                said_not_null = true;
                column.identity = Some(if *always { Identity::Always } else { Identity::ByDefault });
                column.not_null = true;
                let sequence_oid = identity_sequence(cat, schema, table, column, options)?;
                wanted.sequences.push((column.name.clone(), sequence_oid, true));
            }
            Kind::Check { .. } | Kind::PrimaryKey(_) | Kind::Unique { .. } | Kind::References(_) => {
                if matches!(constraint.kind, Kind::PrimaryKey(_)) {
                    // Also of a column that is said to be NULL.
                    column.not_null = true;
                }
                wanted.constraints.push(as_table_constraint(def, constraint));
            }
        }
    }
    if has_default && column.identity.is_some() {
        return syntax(
            format!("both default and identity specified for column \"{name}\" of table \"{table}\""),
            def.span,
        );
    }
    if has_default && column.generated.is_some() {
        return syntax(
            format!("both default and generation expression specified for column \"{name}\" of table \"{table}\""),
            def.span,
        );
    }
    if column.identity.is_some() && column.generated.is_some() {
        return syntax(
            format!("both identity and generation expression specified for column \"{name}\" of table \"{table}\""),
            def.span,
        );
    }
    Ok(())
}

fn conflict(column: &str, table: &str) -> String {
    format!("conflicting NULL/NOT NULL declarations for column \"{column}\" of table \"{table}\"")
}

pub(super) fn identity_sequence(
    cat: &mut Catalog,
    schema: Oid,
    table: &str,
    column: &Column,
    options: &[crate::syntax::ast::SequenceOption],
) -> Replayed<Oid> {
    use crate::syntax::ast::SequenceOption;
    let named = options.iter().find_map(|o| match o {
        SequenceOption::SequenceName(name) => Some(name.clone()),
        _ => None,
    });
    let oid = match named {
        Some(name) => {
            let schema = cat.resolve_creation(&name)?;
            view::free_name(cat, schema, &name.name)?;
            sequence::insert(cat, schema, &name.name.text, column.ty.oid, true)
        }
        None => sequence::insert_for_column(cat, schema, table, &column.name, column.ty.oid, true),
    };
    sequence::set_options(cat, oid, options, true, column.span)?;
    Ok(oid)
}

fn as_table_constraint(def: &ColumnDef, constraint: &ColumnConstraint) -> Arc<TableConstraint> {
    use ColumnConstraintKind as Kind;
    let columns = vec![def.name.clone()];
    let kind = match &constraint.kind {
        Kind::Check { expr, no_inherit } => TableConstraintKind::Check { expr: expr.clone(), no_inherit: *no_inherit },
        Kind::PrimaryKey(parameters) => {
            TableConstraintKind::PrimaryKey { columns, without_overlaps: false, parameters: parameters.clone() }
        }
        Kind::Unique { nulls_not_distinct, parameters } => TableConstraintKind::Unique {
            columns,
            nulls_not_distinct: *nulls_not_distinct,
            without_overlaps: false,
            parameters: parameters.clone(),
        },
        Kind::References(references) => {
            TableConstraintKind::ForeignKey { columns, period: false, references: references.clone() }
        }
        Kind::NotNull { .. }
        | Kind::Null
        | Kind::Misplaced(_)
        | Kind::Default(_)
        | Kind::Generated { .. }
        | Kind::Identity { .. } => TableConstraintKind::NotNull { column: def.name.clone(), no_inherit: false },
    };
    Arc::new(TableConstraint {
        name: constraint.name.clone(),
        kind,
        attributes: constraint.attributes,
        span: constraint.span,
    })
}

/// The default of a serial column: it needs its sequence.
fn set_serial_default(cat: &mut Catalog, table: Oid, number: u16, sequence_oid: Oid) {
    let oid = cat.new_oid();
    let name = cat.relation(sequence_oid).map_or(String::new(), |s| s.name.to_string());
    let text: Symbol = format!("nextval('{name}'::regclass)").into();
    let definition = Definition::next_value(sequence_oid);
    put_default(cat, table, number, ColumnDefault { oid, expr: None, text, definition });
    let address = ObjectAddress::new(Class::Default, oid);
    cat.depend(address, ObjectAddress::new(Class::Relation, sequence_oid), DependencyKind::Normal);
}

fn put_default(cat: &mut Catalog, table: Oid, number: u16, default: ColumnDefault) {
    let oid = default.oid;
    let generated = cat.relation(table).and_then(|t| t.column_by_number(number)).is_some_and(|c| c.generated.is_some());
    if let Some(relation) = cat.relation_mut(table)
        && let Some(column) = relation.column_mut(number)
    {
        column.default = Some(Arc::new(default));
    }
    cat.set_owner_of(oid, ObjectAddress::new(Class::Relation, table));
    let kind = if generated { DependencyKind::Internal } else { DependencyKind::Auto };
    cat.depend(ObjectAddress::new(Class::Default, oid), ObjectAddress::column(table, number), kind);
}

/// `NULL`, also cast to the column's very type: PostgreSQL stores no default for it, unless a domain has the last word or a function makes it fit the
/// type's modifier (an interval has its own from the start).
fn is_null_constant(cat: &Catalog, expr: &Expr, ty: Option<TypeRef>) -> bool {
    if ty.is_some_and(|ty| ty.modifier != -1 && ty.oid != oids::INTERVAL) {
        return false;
    }
    match &expr.kind {
        ExprKind::Null => true,
        ExprKind::Paren(expr) => is_null_constant(cat, expr, ty),
        ExprKind::Cast { expr, to } => {
            is_null_constant(cat, expr, ty) && ty.is_none_or(|ty| cat.resolve_type(to).is_ok_and(|to| to == ty))
        }
        _ => false,
    }
}

/// Gives a column a default.
pub(super) fn set_default(cat: &mut Catalog, table: &Relation, number: u16, expr: &Arc<Expr>) -> Replayed<()> {
    let ty = table.column_by_number(number).filter(|c| !c.type_unknown).map(|c| c.ty);
    let name = table.column_by_number(number).map_or("", |c| &c.name);
    let references = expr::default_of(cat, name, ty, expr)?;
    let domain = table
        .column_by_number(number)
        .and_then(|c| cat.type_(c.ty.oid))
        .is_some_and(|t| matches!(t.kind, TypeKind::Domain(_)));
    if is_null_constant(cat, expr, ty) && !domain {
        return Ok(());
    }
    let oid = cat.new_oid();
    let text = expr.to_string().into();
    let definition = references.definition(cat, expr.span);
    put_default(cat, table.oid, number, ColumnDefault { oid, expr: Some(expr.clone()), text, definition });
    references.depend(cat, ObjectAddress::new(Class::Default, oid), DependencyKind::Normal);
    Ok(())
}

/// Gives a generated column its expression.
pub(super) fn set_generation(
    cat: &mut Catalog,
    table: &Relation,
    number: u16,
    expr: &Arc<Expr>,
    span: Span,
) -> Replayed<()> {
    let Some(generated) = table.column_by_number(number) else { return Ok(()) };
    let references = expr::generation_of(cat, table, generated, expr)?;
    for column in references.columns_of(table.oid) {
        let Some(named) = table.column_by_number(column) else { continue };
        if column == number || named.generated.is_some() {
            let message = format!("cannot use generated column \"{}\" in column generation expression", named.name);
            return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message)
                .detail("A generated column cannot reference another generated column.")
                .into());
        }
    }
    let oid = cat.new_oid();
    let text = expr.to_string().into();
    let definition = references.definition(cat, expr.span);
    put_default(cat, table.oid, number, ColumnDefault { oid, expr: Some(expr.clone()), text, definition });
    references.depend(cat, ObjectAddress::new(Class::Default, oid), DependencyKind::Normal);
    Ok(())
}

/// LIKE: the columns of another relation, and what INCLUDING asks for.
fn copy_like(
    cat: &mut Catalog,
    like: &LikeClause,
    (schema, table): (Oid, &str),
    columns: &mut Vec<Arc<Column>>,
    wanted: &mut Wanted,
) -> Replayed<()> {
    let source = cat.resolve_relation(&like.table)?.clone();
    if source.kind.is_index() || source.kind == RelationKind::Sequence {
        let message = format!("relation \"{}\" is invalid in LIKE clause", source.name);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, like.table.span(), message).into());
    }
    if let Some(reason) = &source.columns_unknown {
        return Err(Stop::Unknown(reason.clone()));
    }
    let options = like.including;
    for original in source.live_columns() {
        if columns.iter().any(|c| c.name == original.name) {
            let message = format!("column \"{}\" specified more than once", original.name);
            return Err(SqlError::new(state::DUPLICATE_COLUMN, like.span, message).into());
        }
        let mut column = original.as_ref().clone();
        column.local = true;
        column.inherited = 0;
        column.acl = None;
        column.passes = None; // of a view's
        column.origin = cat.origin();
        let wanted_default = if column.generated.is_some() { options.generated } else { options.defaults };
        let serial = original.default.as_ref().filter(|_| wanted_default).cloned();
        column.default = serial.map(|default| copy_default(cat, &default));
        if !options.generated {
            column.generated = None;
        }
        if !options.identity {
            column.identity = None;
        } else if column.identity.is_some() {
            // Its type is not the column's: generateSerialExtraStmts is given none.
            let sequence_oid = sequence::insert_for_column(cat, schema, table, &column.name, oids::INT8, true);
            sequence::copy_numbers(cat, (source.oid, original.number), sequence_oid);
            wanted.sequences.push((column.name.clone(), sequence_oid, true));
        }
        columns.push(Arc::new(column));
    }
    if options.constraints {
        let checks = source.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::Check { .. }));
        wanted.copied_checks.extend(checks.map(|c| (source.clone(), c.clone())));
    }
    if options.indexes {
        wanted.copied_indexes.extend(source.indexes.iter().map(|i| (source.clone(), *i)));
    }
    Ok(())
}

/// An index of LIKE's table, or the key that it belongs to, on the new table.
fn copy_index(cat: &mut Catalog, source: &Relation, index_oid: Oid, table: Oid) {
    let constraint = source.constraints.iter().find(|c| c.kind.index() == Some(index_oid)).cloned();
    let Some(constraint) = constraint else {
        if let Some(copy) = index::clone_index(cat, index_oid, table, Oid::INVALID) {
            cat.drop_dependencies(copy, |edge| edge.referenced.oid == index_oid);
        }
        return;
    };
    let names = |relation: &Relation, columns: &[u16]| -> Vec<crate::syntax::ast::Name> {
        let found = columns.iter().filter_map(|c| relation.column_by_number(*c));
        found.map(|c| crate::syntax::ast::Name::new(c.name.clone(), constraint.span)).collect()
    };
    let columns = names(source, constraint.kind.columns());
    let primary = matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
    let definition = cat.relation(index_oid).and_then(|r| r.index.clone());
    let include = definition.as_ref().map(|d| names(source, &d.include)).unwrap_or_default();
    let key = Key {
        primary,
        columns: &columns,
        include: &include,
        nulls_not_distinct: definition.is_some_and(|d| d.nulls_not_distinct),
        gist: false,
    };
    let new = New { name: None, attributes: Default::default(), span: constraint.span };
    // The columns were just copied, so that the key cannot fail for their sake; a second primary key is the statement's own.
    let _ = constraint::add_key(cat, table, &new, &key);
}

/// What a child takes over once it stands: checks, and for a partition keys, indexes, foreign keys.
fn inherit_rest(cat: &mut Catalog, parent: &Relation, child: Oid, partition: bool) -> Replayed<()> {
    for check in &parent.constraints {
        match &check.kind {
            ConstraintKind::Check { .. } if !check.no_inherit => constraint::inherit_check(cat, parent, child, check),
            ConstraintKind::PrimaryKey { index, .. } | ConstraintKind::Unique { index, .. } if partition => {
                let taken = matches!(check.kind, ConstraintKind::PrimaryKey { .. })
                    && cat.relation(child).is_some_and(|c| c.primary_key().is_some());
                if taken {
                    let name = cat.relation(child).map(|c| c.name.to_string()).unwrap_or_default();
                    let message = format!("multiple primary keys for table \"{name}\" are not allowed");
                    return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, check.span, message).into());
                }
                constraint::clone_key(cat, parent, child, check.oid, *index);
            }
            ConstraintKind::ForeignKey(_) if partition => constraint::clone_foreign_key(cat, parent, child, check),
            _ => {}
        }
    }
    if partition {
        let plain: Vec<Oid> = parent
            .indexes
            .iter()
            .copied()
            .filter(|i| cat.relation(*i).and_then(|r| r.index.as_ref()).is_some_and(|d| !d.constraint.is_valid()))
            .collect();
        for index_oid in plain {
            index::clone_index(cat, index_oid, child, Oid::INVALID);
        }
    }
    Ok(())
}

/// ALTER TABLE ADD COLUMN: the column with its default, and the constraints that were written with it.
pub(super) fn add_column(
    cat: &mut Catalog,
    table: &Relation,
    def: &ColumnDef,
) -> Replayed<(u16, Effects, Vec<Arc<TableConstraint>>)> {
    let mut columns = Vec::new();
    let mut wanted = Wanted::default();
    define_column(cat, table.schema, &table.name, def, &mut columns, &mut wanted)?;
    let Some(mut column) = columns.pop() else { return Err(Stop::unknown("the column has no type")) };
    let number = table.columns.len() as u16 + 1;
    let ty = column.ty.oid;
    Arc::make_mut(&mut column).number = number;
    let now = cat.now;
    if let Some(relation) = cat.relation_mut(table.oid) {
        relation.columns.push(Some(column));
        relation.origin.changed = now;
    }
    depend_on_type(cat, ObjectAddress::column(table.oid, number), ty);
    let mut effects = Effects::none();
    effects.add_in(table.oid, ObjectAddress::column(table.oid, number), Change::Created);
    let constraints = std::mem::take(&mut wanted.constraints);
    wanted.finish(cat, table.oid, &mut effects)?;
    Ok((number, effects, constraints))
}
