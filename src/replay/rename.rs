//! ALTER … RENAME.

use super::error::state;
use super::resolve::undefined_relation;
use super::types::rename_type;
use super::{Change, Effects, Replayed, SqlError, Stop, alter_table, constraint};
use crate::catalog::{Catalog, Class, ObjectAddress, Oid, Relation, RelationKind, TypeKind, TypeRef};
use crate::syntax::ast::{Name, ObjectKind, ObjectName, QualifiedName, Rename};
use std::sync::Arc;

pub(super) fn rename(cat: &mut Catalog, stmt: &Rename) -> Replayed<Effects> {
    cat.must_be_known(&stmt.to)?;
    match (stmt.kind, &stmt.object) {
        (ObjectKind::Column | ObjectKind::Attribute, ObjectName::Column { relation, column }) => {
            rename_column(cat, stmt, relation, column)
        }
        (ObjectKind::Constraint, ObjectName::OnRelation { name, relation }) => {
            rename_constraint(cat, stmt, relation, name)
        }
        (ObjectKind::DomainConstraint, ObjectName::OnDomain { .. }) => rename_domain_constraint(cat, stmt),
        (ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule, ObjectName::OnRelation { .. }) => {
            rename_part(cat, stmt)
        }
        (
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Index
            | ObjectKind::Sequence
            | ObjectKind::ForeignTable,
            ObjectName::Name(name),
        ) => rename_relation(cat, stmt, name),
        (ObjectKind::Type | ObjectKind::Domain, _) => rename_user_type(cat, stmt),
        (ObjectKind::Schema, _) => rename_schema(cat, stmt),
        (ObjectKind::Role, _) => rename_global(cat, stmt, Class::Role, "role"),
        (ObjectKind::Publication, _) => rename_global(cat, stmt, Class::Publication, "publication"),
        (ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate, _) => {
            rename_function(cat, stmt)
        }
        _ => {
            let address = cat.resolve_object(stmt.kind, &stmt.object)?;
            if address.class != Class::Other {
                return Err(Stop::unknown("this kind of object is not renamed"));
            }
            check_free_other(cat, address.oid, stmt)?;
            cat.rename(Class::Other, address.oid, &stmt.to.text);
            Ok(Effects::of(Class::Other, address.oid, Change::Renamed))
        }
    }
}

/// The new name of an object that is known by name only (report_namespace_conflict, report_name_conflict).
fn check_free_other(cat: &Catalog, oid: Oid, stmt: &Rename) -> Replayed<()> {
    let Some(object) = cat.other(oid) else { return Ok(()) };
    if cat.other_named(object.kind, object.schema, &stmt.to).is_none() {
        return Ok(());
    }
    let place = cat.schema(object.schema).map_or(String::new(), |s| format!(" in schema \"{}\"", s.name));
    let message = format!("{} \"{}\" already exists{place}", object.kind.noun(), stmt.to);
    Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.to.span, message).into())
}

/// The relation of a RENAME; `None` where IF EXISTS skips it.
fn relation(cat: &Catalog, stmt: &Rename, name: &QualifiedName) -> Replayed<Option<Arc<Relation>>> {
    if stmt.relation_kind == Some(ObjectKind::Type) || stmt.kind == ObjectKind::Attribute {
        let Some(ty) = cat.find_type_by_name(name)? else { return Err(undefined_relation(name).into()) };
        return match ty.kind {
            TypeKind::Composite(oid) => Ok(cat.relation(oid).cloned()),
            _ => Err(undefined_relation(name).into()),
        };
    }
    match cat.find_relation(name)? {
        Some(relation) => Ok(Some(relation.clone())),
        None if stmt.if_exists => Ok(None),
        None => Err(cat.missing_relation(name)),
    }
}

fn rename_column(cat: &mut Catalog, stmt: &Rename, name: &QualifiedName, column: &Name) -> Replayed<Effects> {
    let Some(relation) = relation(cat, stmt, name)? else { return Ok(Effects::none()) };
    if relation.kind == RelationKind::CompositeType && stmt.kind == ObjectKind::Column {
        let message = format!("\"{}\" is a composite type", relation.name);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message)
            .hint("Use ALTER TYPE instead.")
            .into());
    }
    if matches!(relation.kind, RelationKind::Sequence) {
        let message = format!("cannot rename columns of relation \"{}\"", relation.name);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
    }
    if relation.of_type.is_valid() {
        let message = "cannot rename column of typed table";
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
    }
    let typed = alter_table::typed_tables(cat, &relation, stmt.behavior, name.span())?;
    let Some(found) = relation.column(column) else {
        if let Some(reason) = &relation.columns_unknown {
            return Err(Stop::Unknown(reason.clone()));
        }
        let message = format!("column \"{column}\" does not exist");
        return Err(SqlError::new(state::UNDEFINED_COLUMN, column.span, message)
            .about("column", format!("{}.{column}", cat.relation_name(&relation)))
            .into());
    };
    if found.inherited > 0 {
        let message = format!("cannot rename inherited column \"{column}\"");
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, column.span, message).into());
    }
    if relation.column(&stmt.to).is_some() {
        let message = format!("column \"{}\" of relation \"{}\" already exists", stmt.to, relation.name);
        return Err(SqlError::new(state::DUPLICATE_COLUMN, stmt.to.span, message)
            .about("column", format!("{}.{}", cat.relation_name(&relation), stmt.to))
            .into());
    }
    let mut effects = Effects::none();
    for table in typed.iter().chain([&relation]) {
        rename_column_in(cat, table.oid, column, &stmt.to, &mut effects);
    }
    Ok(effects)
}

/// The column in a table and in those that inherit it.
fn rename_column_in(cat: &mut Catalog, table: Oid, from: &str, to: &Name, effects: &mut Effects) {
    let Some(number) = cat.relation(table).and_then(|r| r.column(from)).map(|c| c.number) else { return };
    let now = cat.now;
    if let Some(relation) = cat.relation_mut(table) {
        relation.origin.changed = now;
        if let Some(column) = relation.column_mut(number) {
            column.name = to.text.clone();
        }
    }
    effects.add_in(table, ObjectAddress::column(table, number), Change::Renamed);
    for child in constraint::children(cat, table) {
        rename_column_in(cat, child, from, to, effects);
    }
}

fn rename_constraint(cat: &mut Catalog, stmt: &Rename, table: &QualifiedName, name: &Name) -> Replayed<Effects> {
    let Some(relation) = relation(cat, stmt, table)? else { return Ok(Effects::none()) };
    cat.must_be_known(name)?;
    let Some(found) = relation.constraint(name).cloned() else {
        let message = format!("constraint \"{name}\" for table \"{}\" does not exist", relation.name);
        return Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
            .about("constraint", format!("{}.{name}", cat.relation_name(&relation)))
            .into());
    };
    if let Some(index) = found.kind.index() {
        check_free_relation(cat, relation.schema, &stmt.to)?;
        cat.rename(Class::Relation, index, &stmt.to.text);
    }
    if relation.constraint(&stmt.to).is_some() {
        let message = format!("constraint \"{}\" for relation \"{}\" already exists", stmt.to, relation.name);
        return Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.to.span, message)
            .about("constraint", format!("{}.{}", cat.relation_name(&relation), stmt.to))
            .into());
    }
    set_constraint_name(cat, &relation, found.oid, &stmt.to);
    let mut effects = Effects::none();
    effects.add_in(relation.oid, ObjectAddress::new(Class::Constraint, found.oid), Change::Renamed);
    Ok(effects)
}

fn set_constraint_name(cat: &mut Catalog, relation: &Relation, constraint: Oid, to: &Name) {
    let Some(old) = relation.constraints.iter().find(|c| c.oid == constraint) else { return };
    cat.remove_constraint_name(relation.schema, &old.name, constraint);
    cat.add_constraint_name(relation.schema, &to.text, constraint);
    if let Some(relation) = cat.relation_mut(relation.oid)
        && let Some(constraint) = relation.constraints.iter_mut().find(|c| c.oid == constraint)
    {
        Arc::make_mut(constraint).name = to.text.clone();
    }
}

fn rename_domain_constraint(cat: &mut Catalog, stmt: &Rename) -> Replayed<Effects> {
    let address = cat.resolve_object(ObjectKind::DomainConstraint, &stmt.object)?;
    let Some(owner) = cat.owner_of(address.oid) else { return Ok(Effects::none()) };
    if let Some(ty) = cat.type_mut(owner.oid)
        && let TypeKind::Domain(domain) = &mut ty.kind
    {
        let domain = Arc::make_mut(domain);
        if let Some(constraint) = domain.constraints.iter_mut().find(|c| c.oid == address.oid) {
            constraint.name = stmt.to.text.clone();
        }
    }
    Ok(Effects::of(Class::Type, owner.oid, Change::Altered))
}

/// Triggers, policies and rules.
fn rename_part(cat: &mut Catalog, stmt: &Rename) -> Replayed<Effects> {
    let address = match cat.resolve_object(stmt.kind, &stmt.object) {
        Err(Stop::Refused(error)) if stmt.if_exists && error.sqlstate == state::UNDEFINED_TABLE => {
            return Ok(Effects::none());
        }
        found => found?,
    };
    let table = if stmt.kind == ObjectKind::Rule { address.oid } else { cat.relation_of(address) };
    let Some(relation) = cat.relation(table).cloned() else { return Ok(Effects::none()) };
    let taken = match stmt.kind {
        ObjectKind::Trigger => relation.trigger(&stmt.to).is_some(),
        ObjectKind::Policy => relation.policy(&stmt.to).is_some(),
        _ => relation.rules.iter().any(|r| r.name == stmt.to.text),
    };
    if taken {
        let holder = match stmt.kind {
            ObjectKind::Policy => "table",
            _ => "relation",
        };
        let message = format!("{} \"{}\" for {holder} \"{}\" already exists", stmt.kind.noun(), stmt.to, relation.name);
        return Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.to.span, message).into());
    }
    let old = match &stmt.object {
        ObjectName::OnRelation { name, .. } => name.text.clone(),
        _ => stmt.to.text.clone(),
    };
    if let Some(relation) = cat.relation_mut(table) {
        for trigger in relation.triggers.iter_mut().filter(|t| t.oid == address.oid) {
            Arc::make_mut(trigger).name = stmt.to.text.clone();
        }
        for policy in relation.policies.iter_mut().filter(|p| p.oid == address.oid) {
            Arc::make_mut(policy).name = stmt.to.text.clone();
        }
        if stmt.kind == ObjectKind::Rule {
            for rule in relation.rules.iter_mut().filter(|r| r.name == old) {
                Arc::make_mut(rule).name = stmt.to.text.clone();
            }
        }
    }
    let mut effects = Effects::none();
    effects.add_in(table, address, Change::Renamed);
    Ok(effects)
}

/// `relation "r" already exists` (42P07).
fn check_free_relation(cat: &Catalog, schema: Oid, name: &Name) -> Replayed<()> {
    if cat.relation_named(schema, name).is_none() {
        return Ok(());
    }
    let message = format!("relation \"{name}\" already exists");
    Err(SqlError::new(state::DUPLICATE_TABLE, name.span, message).about("relation", name.to_string()).into())
}

fn rename_relation(cat: &mut Catalog, stmt: &Rename, name: &QualifiedName) -> Replayed<Effects> {
    let Some(relation) = relation(cat, stmt, name)? else { return Ok(Effects::none()) };
    let wrong = |expected: &str| Err(super::resolve::wrong_relation_kind(&relation, name.span(), expected).into());
    match (stmt.kind, relation.kind) {
        (_, RelationKind::CompositeType) => {
            let message = format!("\"{}\" is a composite type", relation.name);
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message)
                .hint("Use ALTER TYPE instead.")
                .into());
        }
        (ObjectKind::View, kind) if kind != RelationKind::View => return wrong("a view"),
        (ObjectKind::MaterializedView, kind) if kind != RelationKind::MaterializedView => {
            return wrong("a materialized view");
        }
        (ObjectKind::Sequence, kind) if kind != RelationKind::Sequence => return wrong("a sequence"),
        (ObjectKind::ForeignTable, kind) if kind != RelationKind::ForeignTable => return wrong("a foreign table"),
        _ => {}
    }
    check_free_relation(cat, relation.schema, &stmt.to)?;
    if relation.row_type.is_valid() {
        super::types::make_room(cat, relation.schema, &stmt.to, "")?;
        rename_type(cat, relation.row_type, &stmt.to.text);
    }
    cat.rename(Class::Relation, relation.oid, &stmt.to.text);
    // The index of a constraint and the constraint have one name.
    if let Some(index) = &relation.index
        && index.constraint.is_valid()
        && let Some(table) = cat.relation(index.table).cloned()
    {
        set_constraint_name(cat, &table, index.constraint, &stmt.to);
    }
    let now = cat.now;
    if let Some(relation) = cat.relation_mut(relation.oid) {
        relation.origin.changed = now;
    }
    Ok(Effects::of(Class::Relation, relation.oid, Change::Renamed))
}

fn rename_user_type(cat: &mut Catalog, stmt: &Rename) -> Replayed<Effects> {
    let address = cat.resolve_object(stmt.kind, &stmt.object)?;
    let Some(ty) = cat.type_(address.oid).cloned() else { return Ok(Effects::none()) };
    let span = stmt.object.span();
    match ty.kind {
        TypeKind::Array(_) => {
            let message = format!("cannot alter array type {}", cat.format_type(TypeRef::plain(ty.oid)));
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).into());
        }
        TypeKind::Composite(relation) => {
            let composite = cat.relation(relation).is_some_and(|r| r.kind == RelationKind::CompositeType);
            if !composite {
                let message = format!("{} is a table's row type", cat.format_type(TypeRef::plain(ty.oid)));
                return Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message)
                    .hint("Use ALTER TABLE instead.")
                    .into());
            }
            check_free_relation(cat, ty.schema, &stmt.to)?;
            cat.rename(Class::Relation, relation, &stmt.to.text);
        }
        _ => {}
    }
    super::types::make_room(cat, ty.schema, &stmt.to, "")?;
    rename_type(cat, ty.oid, &stmt.to.text);
    Ok(Effects::of(Class::Type, ty.oid, Change::Renamed))
}

fn rename_schema(cat: &mut Catalog, stmt: &Rename) -> Replayed<Effects> {
    let address = cat.resolve_object(ObjectKind::Schema, &stmt.object)?;
    if cat.schema_named(&stmt.to).is_some() {
        let message = format!("schema \"{}\" already exists", stmt.to);
        return Err(SqlError::new("42P06", stmt.to.span, message).about("schema", stmt.to.to_string()).into());
    }
    if stmt.to.starts_with("pg_") {
        let message = format!("unacceptable schema name \"{}\"", stmt.to);
        return Err(SqlError::new(state::RESERVED_NAME, stmt.to.span, message).into());
    }
    cat.rename(Class::Schema, address.oid, &stmt.to.text);
    Ok(Effects::of(Class::Schema, address.oid, Change::Renamed))
}

fn rename_global(cat: &mut Catalog, stmt: &Rename, class: Class, noun: &'static str) -> Replayed<Effects> {
    let address = cat.resolve_object(stmt.kind, &stmt.object)?;
    if cat.named(class, Oid::INVALID, &stmt.to).next().is_some() {
        let message = format!("{noun} \"{}\" already exists", stmt.to);
        return Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.to.span, message)
            .about(noun, stmt.to.to_string())
            .into());
    }
    cat.rename(class, address.oid, &stmt.to.text);
    Ok(Effects::of(class, address.oid, Change::Renamed))
}

fn rename_function(cat: &mut Catalog, stmt: &Rename) -> Replayed<Effects> {
    let address = cat.resolve_object(stmt.kind, &stmt.object)?;
    let Some(function) = cat.function(address.oid).cloned() else { return Ok(Effects::none()) };
    let types: Vec<Oid> = function.input_args().map(|a| a.ty.oid).collect();
    if cat.functions_named(function.schema, &stmt.to).any(|f| f.has_input_types(&types)) {
        let shown: Vec<String> = types.iter().map(|t| cat.format_type(TypeRef::plain(*t))).collect();
        let schema = cat.schema(function.schema).map_or_else(String::new, |s| s.name.to_string());
        let message = format!("function {}({}) already exists in schema \"{schema}\"", stmt.to, shown.join(", "));
        return Err(SqlError::new(state::DUPLICATE_FUNCTION, stmt.to.span, message)
            .about("function", stmt.to.to_string())
            .into());
    }
    cat.rename(Class::Function, address.oid, &stmt.to.text);
    Ok(Effects::of(Class::Function, address.oid, Change::Renamed))
}
