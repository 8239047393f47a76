//! Constraints of tables: their names, their indexes, what they depend on.

use super::error::state;
use super::expr::{self, Place, References};
use super::index::{self, NewIndex, join_limited, name_addition};
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{
    Catalog, Class, Constraint, ConstraintKind, Definition, DependencyKind, ForeignKey, Index, IndexKey, ObjectAddress,
    Oid, Relation, TypeKind, TypeRef, choose_constraint_name, choose_relation_name,
};
use crate::sort::sort;
use crate::source::Span;
use crate::syntax::ast::{
    self, ConstraintAttributes, Expr, ForeignKeyAction, IndexElement, Name, Persistence, Symbol, TableConstraint,
    TableConstraintKind,
};
use std::sync::Arc;

/// Foreign tables take no keys (0A000).
pub(super) fn check_foreign_element(element: &crate::syntax::ast::TableElement) -> Replayed<()> {
    use crate::syntax::ast::{ColumnConstraintKind as Column, TableElement};
    match element {
        TableElement::Column(def) => def.constraints.iter().try_for_each(|c| match c.kind {
            Column::PrimaryKey(_) => unsupported_on_foreign("primary key", c.span),
            Column::Unique { .. } => unsupported_on_foreign("unique", c.span),
            Column::References(_) => unsupported_on_foreign("foreign key", c.span),
            _ => Ok(()),
        }),
        TableElement::Constraint(constraint) => check_foreign(constraint),
        TableElement::Like(_) => Ok(()),
    }
}

pub(super) fn check_foreign(constraint: &TableConstraint) -> Replayed<()> {
    use TableConstraintKind as Kind;
    match constraint.kind {
        Kind::PrimaryKey { .. } => unsupported_on_foreign("primary key", constraint.span),
        Kind::Unique { .. } => unsupported_on_foreign("unique", constraint.span),
        Kind::ForeignKey { .. } => unsupported_on_foreign("foreign key", constraint.span),
        Kind::Exclude { .. } => unsupported_on_foreign("exclusion", constraint.span),
        _ => Ok(()),
    }
}

fn unsupported_on_foreign(what: &str, span: Span) -> Replayed<()> {
    let message = format!("{what} constraints are not supported on foreign tables");
    Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into())
}

/// Adds a constraint to a table that is in the catalog.
pub(super) fn add(cat: &mut Catalog, table: Oid, new: &New, kind: &TableConstraintKind) -> Replayed<Effects> {
    use TableConstraintKind as Kind;
    match kind {
        Kind::Check { expr, no_inherit } => add_check(cat, table, new, expr, *no_inherit),
        Kind::PrimaryKey { columns, parameters, without_overlaps } => {
            let key = Key {
                primary: true,
                columns,
                include: &parameters.include,
                nulls_not_distinct: false,
                gist: *without_overlaps,
            };
            add_key(cat, table, new, &key)
        }
        Kind::Unique { columns, nulls_not_distinct, parameters, without_overlaps } => {
            let key = Key {
                primary: false,
                columns,
                include: &parameters.include,
                nulls_not_distinct: *nulls_not_distinct,
                gist: *without_overlaps,
            };
            add_key(cat, table, new, &key)
        }
        Kind::ForeignKey { columns, references, .. } => add_foreign_key(cat, table, new, columns, references),
        Kind::Exclude { method, elements, filter, .. } => {
            add_exclusion(cat, table, new, method.as_ref(), elements, filter.as_ref())
        }
        Kind::NotNull { column, .. } => add_not_null(cat, table, new, column),
        Kind::UsingIndex { primary, index } => add_using_index(cat, table, new, *primary, index),
    }
}

/// What all new constraints have.
pub(super) struct New<'s> {
    pub name: Option<&'s Name>,
    pub attributes: ConstraintAttributes,
    pub span: Span,
}

impl<'s> New<'s> {
    pub fn of(constraint: &'s TableConstraint) -> Self {
        Self { name: constraint.name.as_ref(), attributes: constraint.attributes, span: constraint.span }
    }
}

/// PRIMARY KEY or UNIQUE over columns.
pub(super) struct Key<'s> {
    pub primary: bool,
    pub columns: &'s [Name],
    pub include: &'s [Name],
    pub nulls_not_distinct: bool,
    /// WITHOUT OVERLAPS has a GiST index.
    pub gist: bool,
}

fn table(cat: &Catalog, oid: Oid) -> Replayed<Arc<Relation>> {
    cat.relation(oid).cloned().ok_or_else(|| Stop::unknown("the table is gone"))
}

/// `constraint "c" for relation "t" already exists` (42710).
fn check_free_name(cat: &Catalog, table: &Relation, name: &Name) -> Replayed<()> {
    cat.must_be_known(name)?;
    let Some(existing) = table.constraint(name) else { return Ok(()) };
    if matches!(existing.kind, ConstraintKind::Check { .. }) && existing.origin.created == cat.now && cat.now.is_some()
    {
        let message = format!("check constraint \"{name}\" already exists");
        return Err(SqlError::new(state::DUPLICATE_OBJECT, name.span, message).into());
    }
    let message = format!("constraint \"{name}\" for relation \"{}\" already exists", table.name);
    Err(SqlError::new(state::DUPLICATE_OBJECT, name.span, message)
        .about("constraint", format!("{}.{name}", cat.relation_name(table)))
        .into())
}

/// Puts a constraint on its table and makes it depend on its columns.
pub(super) fn insert(cat: &mut Catalog, table: Oid, constraint: Arc<Constraint>) -> Effects {
    let oid = constraint.oid;
    let address = ObjectAddress::new(Class::Constraint, oid);
    let schema = cat.relation(table).map_or(Oid::INVALID, |t| t.schema);
    cat.add_constraint_name(schema, &constraint.name, oid);
    cat.set_owner_of(oid, ObjectAddress::new(Class::Relation, table));
    let columns = constraint.kind.columns().to_vec();
    if columns.iter().all(|c| *c == 0) {
        cat.depend(address, ObjectAddress::new(Class::Relation, table), DependencyKind::Auto);
    }
    for column in columns.into_iter().filter(|c| *c != 0) {
        cat.depend(address, ObjectAddress::column(table, column), DependencyKind::Auto);
    }
    let now = cat.now;
    if let Some(table) = cat.relation_mut(table) {
        table.constraints.push(constraint);
        table.origin.changed = now;
    }
    let mut effects = Effects::none();
    effects.add_in(table, address, Change::Created);
    effects
}

fn constraint(cat: &mut Catalog, name: Symbol, kind: ConstraintKind, new: &New) -> Constraint {
    Constraint {
        oid: cat.new_oid(),
        name,
        kind,
        deferrable: new.attributes.deferrable,
        initially_deferred: new.attributes.initially_deferred,
        validated: !new.attributes.not_valid,
        enforced: !new.attributes.not_enforced,
        parent: Oid::INVALID,
        no_inherit: false,
        span: new.span,
        origin: cat.origin(),
    }
}

pub(super) fn add_check(
    cat: &mut Catalog,
    oid: Oid,
    new: &New,
    expr: &Arc<Expr>,
    no_inherit: bool,
) -> Replayed<Effects> {
    let table = table(cat, oid)?;
    let references = expr::in_table(cat, &table, expr, Place::Check)?;
    let mut columns: Vec<u16> = Vec::new();
    for column in references.columns_of(oid) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let name: Symbol = match new.name {
        Some(name) => {
            check_free_name(cat, &table, name)?;
            name.text.clone()
        }
        None => {
            let one = match columns[..] {
                [only] => table.column_by_number(only).map(|c| c.name.clone()),
                _ => None,
            };
            choose_constraint_name(cat, table.schema, &table.name, one.as_deref(), "check", |_| false).into()
        }
    };
    let definition = references.definition(cat, expr.span);
    let kind = ConstraintKind::Check { expr: expr.clone(), text: expr.to_string().into(), definition, columns };
    let mut check = constraint(cat, name, kind, new);
    check.no_inherit = no_inherit;
    let address = ObjectAddress::new(Class::Constraint, check.oid);
    let children = if no_inherit { Vec::new() } else { children(cat, oid) };
    let check = Arc::new(check);
    let effects = insert(cat, oid, check.clone());
    depend_on_others(cat, address, oid, &references);
    for child in children {
        inherit_check(cat, &table, child, &check);
    }
    Ok(effects)
}

fn depend_on_others(cat: &mut Catalog, address: ObjectAddress, table: Oid, references: &References) {
    for referenced in references.addresses.iter().filter(|a| a.oid != table && a.oid >= Oid::FIRST_USER) {
        cat.depend(address, *referenced, DependencyKind::Normal);
    }
}

/// The tables that inherit from a table, partitions among them: each depends on it.
pub(crate) fn children(cat: &Catalog, table: Oid) -> Vec<Oid> {
    let mut children: Vec<Oid> =
        cat.dependents(table).filter(|e| e.dependent.class == Class::Relation).map(|e| e.dependent.oid).collect();
    children.retain(|oid| cat.relation(*oid).is_some_and(|r| r.inherits.contains(&table)));
    sort(&mut children);
    children.dedup();
    children
}

/// A child's copy of its parent's constraint, with a kind of its own.
fn of_child(cat: &mut Catalog, parent: &Constraint, kind: ConstraintKind) -> Constraint {
    Constraint { oid: cat.new_oid(), name: parent.name.clone(), kind, parent: parent.oid, ..*parent }
}

/// A child's copy of its parent's CHECK, unless it has one of that name.
pub(super) fn inherit_check(cat: &mut Catalog, parent: &Relation, child: Oid, check: &Constraint) {
    let Some(table) = cat.relation(child).cloned() else { return };
    let ConstraintKind::Check { expr, text, definition, columns } = &check.kind else { return };
    if table.constraint(&check.name).is_some() {
        return;
    }
    let columns = columns
        .iter()
        .filter_map(|c| parent.column_by_number(*c).and_then(|c| table.column(&c.name)).map(|c| c.number))
        .collect();
    let (expr, text, definition) = (expr.clone(), text.clone(), definition.clone());
    let kind = ConstraintKind::Check { expr, text, definition, columns };
    let copy = Arc::new(of_child(cat, check, kind));
    let address = ObjectAddress::new(Class::Constraint, copy.oid);
    insert(cat, child, copy.clone());
    cat.depend(address, ObjectAddress::new(Class::Constraint, check.oid), DependencyKind::Auto);
    for grandchild in children(cat, child) {
        inherit_check(cat, &table, grandchild, &copy);
    }
}

pub(super) fn add_key(cat: &mut Catalog, oid: Oid, new: &New, key: &Key) -> Replayed<Effects> {
    let table = table(cat, oid)?;
    if key.primary {
        check_no_primary_key(&table, new.span)?;
    }
    let columns = key_columns(cat, &table, key)?;
    let include = named_columns(cat, &table, key.include)?;
    let keys: Vec<IndexKey> = columns.iter().map(|c| plain_key(*c)).collect();
    index::check_partition_key(&table, &keys, new.span, if key.primary { "PRIMARY KEY" } else { "UNIQUE" })?;
    let name = key_name(cat, &table, new, &keys, &include, if key.primary { "pkey" } else { "key" })?;
    let kind = |index| match key.primary {
        true => ConstraintKind::PrimaryKey { columns: columns.clone(), index },
        false => ConstraintKind::Unique { columns: columns.clone(), index },
    };
    let definition = Index {
        table: oid,
        method: if key.gist { "gist" } else { "btree" }.into(),
        unique: true,
        primary: key.primary,
        nulls_not_distinct: key.nulls_not_distinct,
        keys,
        include,
        filter: None,
        filter_text: None,
        filter_definition: Definition::default(),
        constraint: Oid::INVALID,
        valid: true,
    };
    let (effects, constraint, index) = insert_with_index(cat, oid, new, name, definition, &kind, References::default());
    if key.primary {
        set_not_null(cat, oid, &columns);
    }
    for child in children(cat, oid) {
        if cat.relation(child).is_some_and(|c| c.is_partition) {
            clone_key(cat, &table, child, constraint, index);
        }
    }
    Ok(effects)
}

pub(super) fn check_no_primary_key(table: &Relation, span: Span) -> Replayed<()> {
    if table.primary_key().is_none() {
        return Ok(());
    }
    let message = format!("multiple primary keys for table \"{}\" are not allowed", table.name);
    Err(SqlError::new(state::INVALID_TABLE_DEFINITION, span, message).into())
}

fn plain_key(column: u16) -> IndexKey {
    IndexKey {
        column,
        expr: None,
        text: "".into(),
        definition: Definition::default(),
        operator_class: None,
        operator_class_options: Vec::new(),
        collation: None,
        descending: false,
        nulls_first: false,
    }
}

/// The columns of a key, each once (42703, 42701).
fn key_columns(cat: &Catalog, table: &Relation, key: &Key) -> Replayed<Vec<u16>> {
    let mut columns = Vec::with_capacity(key.columns.len());
    for name in key.columns {
        let number = named_in_key(cat, table, name)?;
        if columns.contains(&number) {
            let what = if key.primary { "primary key" } else { "unique" };
            let message = format!("column \"{name}\" appears twice in {what} constraint");
            return Err(SqlError::new(state::DUPLICATE_COLUMN, name.span, message).into());
        }
        let ty = table.column_by_number(number).filter(|c| !c.type_unknown).map(|c| c.ty.oid);
        index::check_default_class(cat, if key.gist { "gist" } else { "btree" }, ty, name.span)?;
        columns.push(number);
    }
    Ok(columns)
}

fn named_columns(cat: &Catalog, table: &Relation, names: &[Name]) -> Replayed<Vec<u16>> {
    names.iter().map(|name| named_in_key(cat, table, name)).collect()
}

fn named_in_key(cat: &Catalog, table: &Relation, name: &Name) -> Replayed<u16> {
    if let Some(column) = table.column(name) {
        return Ok(column.number);
    }
    if let Some(reason) = &table.columns_unknown {
        return Err(Stop::Unknown(reason.clone()));
    }
    let message = format!("column \"{name}\" named in key does not exist");
    Err(SqlError::new(state::UNDEFINED_COLUMN, name.span, message)
        .about("column", format!("{}.{name}", cat.relation_name(table)))
        .into())
}

/// The name of a constraint that brings an index: a relation's name too (42P07, 42710).
fn key_name(
    cat: &Catalog,
    table: &Relation,
    new: &New,
    keys: &[IndexKey],
    include: &[u16],
    label: &str,
) -> Replayed<Symbol> {
    if let Some(name) = new.name {
        cat.must_be_known(name)?;
        if cat.relation_named(table.schema, name).is_some() {
            let message = format!("relation \"{name}\" already exists");
            return Err(SqlError::new(state::DUPLICATE_TABLE, name.span, message)
                .about("relation", name.to_string())
                .into());
        }
        check_free_name(cat, table, name)?;
        return Ok(name.text.clone());
    }
    let addition = (label != "pkey").then(|| name_addition(table, keys, include));
    Ok(choose_relation_name(cat, table.schema, &table.name, addition.as_deref(), label, true).into())
}

/// The constraint with its index, which is an internal part of it.
fn insert_with_index(
    cat: &mut Catalog,
    table: Oid,
    new: &New,
    name: Symbol,
    mut definition: Index,
    kind: &dyn Fn(Oid) -> ConstraintKind,
    references: References,
) -> (Effects, Oid, Oid) {
    let mut made = constraint(cat, name.clone(), kind(Oid::INVALID), new);
    let constraint_oid = made.oid;
    definition.constraint = constraint_oid;
    let index = index::insert(cat, NewIndex { name, index: definition, references });
    made.kind = kind(index);
    let mut effects = insert(cat, table, Arc::new(made));
    let address = ObjectAddress::new(Class::Relation, index);
    cat.depend(address, ObjectAddress::new(Class::Constraint, constraint_oid), DependencyKind::Internal);
    effects.add_in(table, address, Change::Created);
    (effects, constraint_oid, index)
}

/// Marks columns NOT NULL, on the table and on those that inherit from it.
pub(super) fn set_not_null(cat: &mut Catalog, table: Oid, columns: &[u16]) {
    let Some(relation) = cat.relation_mut(table) else { return };
    let mut names: Vec<Symbol> = Vec::new();
    for number in columns {
        if let Some(column) = relation.column_mut(*number) {
            column.not_null = true;
            names.push(column.name.clone());
        }
    }
    for child in children(cat, table) {
        let numbers: Vec<u16> = cat
            .relation(child)
            .map(|c| names.iter().filter_map(|n| c.column(n)).map(|c| c.number).collect())
            .unwrap_or_default();
        set_not_null(cat, child, &numbers);
    }
}

/// A partition's copy of a key of its parent.
pub(super) fn clone_key(cat: &mut Catalog, parent: &Relation, partition: Oid, constraint: Oid, index: Oid) {
    let Some(parent_constraint) =
        cat.relation(parent.oid).and_then(|p| p.constraints.iter().find(|c| c.oid == constraint)).cloned()
    else {
        return;
    };
    let Some(child) = cat.relation(partition).cloned() else { return };
    let translate = |columns: &[u16]| -> Vec<u16> {
        columns
            .iter()
            .filter_map(|c| parent.column_by_number(*c).and_then(|c| child.column(&c.name)).map(|c| c.number))
            .collect()
    };
    let oid = cat.new_oid();
    let Some(child_index) = index::clone_index(cat, index, partition, oid) else { return };
    let columns = translate(parent_constraint.kind.columns());
    let name = cat.relation(child_index).map_or(&parent_constraint.name, |r| &r.name).clone();
    let kind = match &parent_constraint.kind {
        ConstraintKind::PrimaryKey { .. } => ConstraintKind::PrimaryKey { columns, index: child_index },
        ConstraintKind::Exclude { operators, .. } => {
            ConstraintKind::Exclude { columns, index: child_index, operators: operators.clone() }
        }
        _ => ConstraintKind::Unique { columns, index: child_index },
    };
    let copy = Constraint { oid, name, kind, parent: constraint, ..*parent_constraint };
    insert(cat, partition, Arc::new(copy));
    let address = ObjectAddress::new(Class::Relation, child_index);
    cat.depend(address, ObjectAddress::new(Class::Constraint, oid), DependencyKind::Internal);
    let child_constraint = ObjectAddress::new(Class::Constraint, oid);
    cat.depend(child_constraint, ObjectAddress::new(Class::Constraint, constraint), DependencyKind::Auto);
}

fn add_exclusion(
    cat: &mut Catalog,
    oid: Oid,
    new: &New,
    method: Option<&Name>,
    elements: &[(IndexElement, Symbol)],
    filter: Option<&Arc<Expr>>,
) -> Replayed<Effects> {
    let table = table(cat, oid)?;
    let method: Symbol = method.map_or("btree".into(), |m| m.text.clone());
    let mut references = References::default();
    let keys = elements
        .iter()
        .map(|(element, _)| index::key(cat, &table, element, &method, &mut references))
        .collect::<Replayed<Vec<IndexKey>>>()?;
    let mut filter_definition = Definition::default();
    if let Some(filter) = filter {
        let named = expr::in_table(cat, &table, filter, Place::IndexPredicate)?;
        filter_definition = named.definition(cat, filter.span);
        references.addresses.extend(named.addresses);
    }
    let name = key_name(cat, &table, new, &keys, &[], "excl")?;
    let columns: Vec<u16> = keys.iter().map(|k| k.column).collect();
    let definition = Index {
        table: oid,
        method,
        unique: false,
        primary: false,
        nulls_not_distinct: false,
        keys,
        include: Vec::new(),
        filter: filter.cloned(),
        filter_text: filter.map(|f| f.to_string().into()),
        filter_definition,
        constraint: Oid::INVALID,
        valid: true,
    };
    let operators: Vec<Symbol> = elements.iter().map(|(_, operator)| operator.clone()).collect();
    let kind = |index| ConstraintKind::Exclude { columns: columns.clone(), index, operators: operators.clone() };
    Ok(insert_with_index(cat, oid, new, name, definition, &kind, references).0)
}

/// PostgreSQL 18's form; on 17 it is a syntax error that the parser lets pass. The column becomes NOT NULL either way.
fn add_not_null(cat: &mut Catalog, oid: Oid, new: &New, column: &Name) -> Replayed<Effects> {
    let table = table(cat, oid)?;
    let number = cat.resolve_column(&table, column)?;
    if !new.attributes.not_valid {
        set_not_null(cat, oid, &[number]);
    }
    let mut effects = Effects::none();
    effects.add_in(oid, ObjectAddress::column(oid, number), Change::NotNullSet);
    Ok(effects)
}

fn add_using_index(cat: &mut Catalog, oid: Oid, new: &New, primary: bool, index: &Name) -> Replayed<Effects> {
    let table = table(cat, oid)?;
    cat.must_be_known(index)?;
    let Some(relation) = cat.relation_named(table.schema, index).cloned() else {
        let message = format!("index \"{index}\" does not exist");
        return Err(SqlError::new(state::UNDEFINED_OBJECT, index.span, message)
            .about("relation", index.to_string())
            .into());
    };
    let refuse = |code, message: String| Err(SqlError::new(code, index.span, message).into());
    let Some(definition) = relation.index.clone() else {
        return refuse(state::WRONG_OBJECT_TYPE, format!("\"{index}\" is not an index"));
    };
    if definition.table != oid {
        return refuse(
            state::OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("index \"{index}\" does not belong to table \"{}\"", table.name),
        );
    }
    if definition.constraint.is_valid() {
        return refuse(
            state::OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("index \"{index}\" is already associated with a constraint"),
        );
    }
    if !definition.unique {
        return refuse(state::WRONG_OBJECT_TYPE, format!("\"{index}\" is not a unique index"));
    }
    if definition.filter.is_some() {
        return refuse(state::WRONG_OBJECT_TYPE, format!("index \"{index}\" is a partial index"));
    }
    if definition.keys.iter().any(|k| k.column == 0) {
        return refuse(state::WRONG_OBJECT_TYPE, format!("index \"{index}\" contains expressions"));
    }
    if let Some(place) = definition.keys.iter().position(|k| k.descending || k.nulls_first) {
        let message = format!("index \"{index}\" column number {} does not have default sorting behavior", place + 1);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, index.span, message)
            .detail("Cannot create a primary key or unique constraint using such an index.")
            .into());
    }
    if primary {
        check_no_primary_key(&table, new.span)?;
    }
    let columns: Vec<u16> = definition.keys.iter().map(|k| k.column).collect();
    let name = match new.name {
        Some(name) => {
            check_free_name(cat, &table, name)?;
            name.text.clone()
        }
        None => index.text.clone(),
    };
    if name != index.text {
        cat.rename(Class::Relation, relation.oid, &name);
    }
    let kind = if primary {
        ConstraintKind::PrimaryKey { columns: columns.clone(), index: relation.oid }
    } else {
        ConstraintKind::Unique { columns: columns.clone(), index: relation.oid }
    };
    let made = constraint(cat, name, kind, new);
    let constraint_oid = made.oid;
    if let Some(relation) = cat.relation_mut(relation.oid)
        && let Some(index) = &mut relation.index
    {
        let index = Arc::make_mut(index);
        index.constraint = constraint_oid;
        index.primary = primary;
    }
    let effects = insert(cat, oid, Arc::new(made));
    cat.drop_dependencies(relation.oid, |edge| edge.kind == DependencyKind::Auto);
    let address = ObjectAddress::new(Class::Relation, relation.oid);
    cat.depend(address, ObjectAddress::new(Class::Constraint, constraint_oid), DependencyKind::Internal);
    if primary {
        set_not_null(cat, oid, &columns);
    }
    Ok(effects)
}

pub(super) fn add_foreign_key(
    cat: &mut Catalog,
    oid: Oid,
    new: &New,
    columns: &[Name],
    references: &ast::References,
) -> Replayed<Effects> {
    let table = table(cat, oid)?;
    let span = references.table.span();
    let Some(target) = cat.find_relation(&references.table)?.cloned() else {
        return Err(cat.missing_relation(&references.table));
    };
    let refuse = |code, message: String| Err(SqlError::new(code, span, message).into());
    if !target.kind.is_table() {
        return refuse(state::WRONG_OBJECT_TYPE, format!("referenced relation \"{}\" is not a table", target.name));
    }
    if target.oid < Oid::FIRST_USER {
        return refuse(
            state::INSUFFICIENT_PRIVILEGE,
            format!("permission denied: \"{}\" is a system catalog", target.name),
        );
    }
    check_persistence(&table, &target, span)?;
    let own = referencing_columns(cat, &table, columns)?;
    let assumed = cat.unknowns.is_history_partial() && target.columns_unknown.is_some();
    if let Some(reason) = target.columns_unknown.as_ref().filter(|_| !assumed) {
        return Err(Stop::Unknown(reason.clone()));
    }
    let (referenced, index) = if assumed {
        (references.columns.iter().filter_map(|c| target.column(c)).map(|c| c.number).collect(), Oid::INVALID)
    } else if references.columns.is_empty() {
        let Some(key) = target.primary_key() else {
            let message = format!("there is no primary key for referenced table \"{}\"", target.name);
            return refuse(state::UNDEFINED_OBJECT, message);
        };
        (key.kind.columns().to_vec(), key.kind.index().unwrap_or_default())
    } else {
        let referenced = referencing_columns(cat, &target, &references.columns)?;
        let index = unique_index(cat, &target, &referenced, span)?;
        (referenced, index)
    };
    if own.len() != referenced.len() && !assumed {
        let message = "number of referencing and referenced columns for foreign key disagree";
        return Err(SqlError::new(state::INVALID_FOREIGN_KEY, span, message).into());
    }
    let on_delete_columns = set_columns(&table, &own, &references.on_delete_columns)?;
    if let Some(name) = new.name {
        check_free_name(cat, &table, name)?;
    }
    let name: Symbol = match new.name {
        Some(name) => name.text.clone(),
        None => {
            let taken = names_for_partitions(cat, &table);
            foreign_key_name(cat, &table, &own, |name| taken.iter().any(|t| t == name)).into()
        }
    };
    check_types(cat, &table, &own, &target, &referenced, &name, span)?;
    check_generated(&table, &own, references, span)?;
    let kind = ConstraintKind::ForeignKey(ForeignKey {
        columns: own,
        references: target.oid,
        referenced_columns: referenced.clone(),
        referenced_index: index,
        on_delete: references.on_delete,
        on_update: references.on_update,
        match_full: references.match_full,
        on_delete_columns,
    });
    let key = Arc::new(constraint(cat, name, kind, new));
    let effects = insert(cat, oid, key.clone());
    depend_on_target(cat, key.oid, oid, target.oid, &referenced, index);
    for child in children(cat, oid) {
        if cat.relation(child).is_some_and(|c| c.is_partition) {
            clone_foreign_key(cat, &table, child, &key);
        }
    }
    Ok(effects)
}

fn foreign_key_name(cat: &Catalog, table: &Relation, columns: &[u16], taken: impl Fn(&str) -> bool) -> String {
    let columns = columns.iter().filter_map(|c| table.column_by_number(*c));
    let addition = join_limited(&columns.map(|c| c.name.to_string()).collect::<Vec<_>>());
    choose_constraint_name(cat, table.schema, &table.name, Some(&addition), "fkey", taken)
}

/// The names of the constraints that the table's keys on partitioned tables have besides, one for each partition (addFkRecurseReferenced).
fn names_for_partitions(cat: &Catalog, table: &Relation) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for constraint in table.constraints.iter().filter(|c| !c.parent.is_valid()) {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
        let mut below = vec![key.references];
        while let Some(partitioned) = below.pop() {
            let partitions = children(cat, partitioned).into_iter();
            for partition in partitions.filter(|oid| cat.relation(*oid).is_some_and(|r| r.is_partition)) {
                names.push(foreign_key_name(cat, table, &key.columns, |name| names.iter().any(|n| n == name)));
                below.push(partition);
            }
        }
    }
    names
}

/// The columns of ON DELETE SET NULL (…): some of the key's (42703, 42P10).
fn set_columns(table: &Relation, own: &[u16], names: &[Name]) -> Replayed<Vec<u16>> {
    let number = |name: &Name| -> Replayed<u16> {
        let Some(column) = table.column(name) else {
            let message = format!("column \"{name}\" referenced in foreign key constraint does not exist");
            return Err(SqlError::new(state::UNDEFINED_COLUMN, name.span, message).into());
        };
        if !own.contains(&column.number) {
            let message = format!("column \"{name}\" referenced in ON DELETE SET action must be part of foreign key");
            return Err(SqlError::new(state::INVALID_COLUMN_REFERENCE, name.span, message).into());
        }
        Ok(column.number)
    };
    names.iter().map(number).collect()
}

fn depend_on_target(cat: &mut Catalog, key: Oid, table: Oid, target: Oid, columns: &[u16], index: Oid) {
    let address = ObjectAddress::new(Class::Constraint, key);
    for column in columns {
        // A key on its own table goes with that.
        let kind = if table == target { DependencyKind::Auto } else { DependencyKind::Normal };
        cat.depend(address, ObjectAddress::column(target, *column), kind);
    }
    if index.is_valid() {
        cat.depend(address, ObjectAddress::new(Class::Relation, index), DependencyKind::Normal);
    }
}

/// A partition's copy of a foreign key of its parent.
pub(super) fn clone_foreign_key(cat: &mut Catalog, parent: &Relation, partition: Oid, key: &Constraint) {
    let Some(child) = cat.relation(partition).cloned() else { return };
    let ConstraintKind::ForeignKey(foreign) = &key.kind else { return };
    let mut own = foreign.clone();
    own.columns = foreign
        .columns
        .iter()
        .filter_map(|c| parent.column_by_number(*c).and_then(|c| child.column(&c.name)).map(|c| c.number))
        .collect();
    let mut copy = of_child(cat, key, ConstraintKind::ForeignKey(own));
    if child.constraint(&copy.name).is_some() {
        let names: Vec<String> =
            foreign.columns.iter().filter_map(|c| parent.column_by_number(*c)).map(|c| c.name.to_string()).collect();
        let addition = join_limited(&names);
        copy.name = choose_constraint_name(cat, child.schema, &child.name, Some(&addition), "fkey", |_| false).into();
    }
    let copy = Arc::new(copy);
    insert(cat, partition, copy.clone());
    depend_on_target(
        cat,
        copy.oid,
        partition,
        foreign.references,
        &foreign.referenced_columns,
        foreign.referenced_index,
    );
    let address = ObjectAddress::new(Class::Constraint, copy.oid);
    cat.depend(address, ObjectAddress::new(Class::Constraint, key.oid), DependencyKind::Auto);
    for grandchild in children(cat, partition) {
        clone_foreign_key(cat, &child, grandchild, &copy);
    }
}

fn check_persistence(table: &Relation, target: &Relation, span: Span) -> Replayed<()> {
    let message = match table.persistence {
        Persistence::Permanent if target.persistence != Persistence::Permanent => {
            "constraints on permanent tables may reference only permanent tables"
        }
        Persistence::Unlogged if target.persistence == Persistence::Temporary => {
            "constraints on unlogged tables may reference only permanent or unlogged tables"
        }
        Persistence::Temporary if target.persistence != Persistence::Temporary => {
            "constraints on temporary tables may reference only temporary tables"
        }
        _ => return Ok(()),
    };
    Err(SqlError::new(state::INVALID_TABLE_DEFINITION, span, message).into())
}

fn referencing_columns(cat: &Catalog, table: &Relation, names: &[Name]) -> Replayed<Vec<u16>> {
    names
        .iter()
        .map(|name| {
            if let Some(column) = table.column(name) {
                return Ok(column.number);
            }
            if let Some(reason) = &table.columns_unknown {
                return Err(Stop::Unknown(reason.clone()));
            }
            let message = format!("column \"{name}\" referenced in foreign key constraint does not exist");
            Err(SqlError::new(state::UNDEFINED_COLUMN, name.span, message)
                .about("column", format!("{}.{name}", cat.relation_name(table)))
                .into())
        })
        .collect()
}

/// The unique index over just these columns, in any order (transformFkeyCheckAttrs).
fn unique_index(cat: &Catalog, target: &Relation, columns: &[u16], span: Span) -> Replayed<Oid> {
    for (place, column) in columns.iter().enumerate() {
        if columns[..place].contains(column) {
            let message = "foreign key referenced-columns list must not contain duplicates";
            return Err(SqlError::new(state::INVALID_FOREIGN_KEY, span, message).into());
        }
    }
    let matches = |oid: &Oid| {
        cat.relation(*oid).and_then(|r| r.index.as_ref()).is_some_and(|index| {
            index.unique
                && index.filter.is_none()
                && index.keys.len() == columns.len()
                && columns.iter().all(|c| index.keys.iter().any(|k| k.column == *c))
        })
    };
    if let Some(index) = target.indexes.iter().find(|oid| matches(oid)) {
        return Ok(*index);
    }
    // An index of the table that could not be followed may be the one.
    if let Some(reason) = cat.unknowns.may_be_changed(&target.name) {
        return Err(Stop::Unknown(reason.clone()));
    }
    let message = format!("there is no unique constraint matching given keys for referenced table \"{}\"", target.name);
    Err(SqlError::new(state::INVALID_FOREIGN_KEY, span, message).into())
}

fn check_types(
    cat: &Catalog,
    table: &Relation,
    own: &[u16],
    target: &Relation,
    referenced: &[u16],
    name: &str,
    span: Span,
) -> Replayed<()> {
    for (own, referenced) in own.iter().zip(referenced) {
        let (Some(own), Some(referenced)) = (table.column_by_number(*own), target.column_by_number(*referenced)) else {
            continue;
        };
        if own.type_unknown || referenced.type_unknown || comparable(cat, own.ty.oid, referenced.ty.oid) {
            continue;
        }
        let shown = |ty: TypeRef| cat.format_type(TypeRef::plain(ty.oid));
        let detail = format!(
            "Key columns \"{}\" and \"{}\" are of incompatible types: {} and {}.",
            own.name,
            referenced.name,
            shown(own.ty),
            shown(referenced.ty)
        );
        let message = format!("foreign key constraint \"{name}\" cannot be implemented");
        return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).detail(detail).into());
    }
    Ok(())
}

/// After a column's type has changed: the foreign keys of the table and to it must still compare (42804).
pub(super) fn recheck_foreign_keys(cat: &Catalog, oid: Oid, span: Span) -> Replayed<()> {
    let from: Vec<Oid> = cat.dependents(oid).filter_map(|e| cat.owner_of(e.dependent.oid)).map(|o| o.oid).collect();
    for table in std::iter::once(oid).chain(from) {
        let Some(table) = cat.relation(table) else { continue };
        for constraint in &table.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            if table.oid != oid && key.references != oid {
                continue;
            }
            if let Some(target) = cat.relation(key.references) {
                check_types(cat, table, &key.columns, target, &key.referenced_columns, &constraint.name, span)?;
            }
        }
    }
    Ok(())
}

/// False only where it is certain that no equality operator compares the two types: types of different categories, or different types of the
/// categories in which each type stands alone.
fn comparable(cat: &Catalog, a: Oid, b: Oid) -> bool {
    let base = |mut oid: Oid| {
        while let Some(TypeKind::Domain(domain)) = cat.type_(oid).map(|t| &t.kind) {
            oid = domain.base.oid;
        }
        oid
    };
    let (a, b) = (base(a), base(b));
    if a == b {
        return true;
    }
    let (Some(a), Some(b)) = (cat.type_(a), cat.type_(b)) else { return true };
    if a.category != b.category {
        // Extensions bring operators and casts across categories.
        return a.oid >= Oid::FIRST_USER || b.oid >= Oid::FIRST_USER;
    }
    !matches!(a.category, 'E' | 'U') || (a.category == 'U' && (a.oid >= Oid::FIRST_USER || b.oid >= Oid::FIRST_USER))
}

fn check_generated(table: &Relation, own: &[u16], references: &ast::References, span: Span) -> Replayed<()> {
    let generated = own.iter().filter_map(|c| table.column_by_number(*c)).any(|c| c.generated.is_some());
    if !generated {
        return Ok(());
    }
    let changes = |action| matches!(action, ForeignKeyAction::SetNull | ForeignKeyAction::SetDefault);
    let clause = if changes(references.on_update) || references.on_update == ForeignKeyAction::Cascade {
        "ON UPDATE"
    } else if changes(references.on_delete) {
        "ON DELETE"
    } else {
        return Ok(());
    };
    let message = format!("invalid {clause} action for foreign key constraint containing generated column");
    Err(SqlError::new(state::SYNTAX_ERROR, span, message).into())
}
