//! CREATE TYPE, ALTER TYPE … ADD VALUE | RENAME VALUE; and what every kind of type needs: array types, names out of the way.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop, privileges};
use crate::catalog::{
    Catalog, Class, Column, Definition, DependencyKind, Doubt, Function, FunctionArgument, FunctionKind, ObjectAddress,
    Oid, Relation, RelationKind, RowSecurity, Type, TypeKind, TypeRef, make_object_name, oids,
};
use crate::syntax::ast::{
    AlterEnum, AlterEnumAction, ArgMode, ColumnDef, CreateType, Name, ObjectKind, Persistence, QualifiedName, Symbol,
    TypeDefinition, TypeName, Volatility,
};
use std::sync::Arc;

pub(super) fn create_type(cat: &mut Catalog, stmt: &CreateType) -> Replayed<Effects> {
    let schema = cat.creation_place(&stmt.name)?;
    let name = &stmt.name.name;
    let owner = cat.session.current_role;
    let oid = match &stmt.definition {
        TypeDefinition::Enum(labels) => {
            check_labels(labels)?;
            let labels = labels.iter().map(|l| l.text.clone()).collect();
            new_type(cat, schema, name, TypeKind::Enum(labels), 'E', owner)?
        }
        TypeDefinition::Composite(columns) => create_composite(cat, schema, name, columns, owner)?,
        TypeDefinition::Range(options) => create_range(cat, schema, name, options, owner)?,
        TypeDefinition::Base(options) => create_base(cat, schema, name, options, owner)?,
        TypeDefinition::Shell => {
            if let Some(shell) = cat.type_named(schema, name).filter(|t| matches!(t.kind, TypeKind::Shell)) {
                return Err(already_exists(cat, shell.schema, name).into());
            }
            make_room(cat, schema, name, "")?;
            insert_type(cat, schema, &name.text, TypeKind::Shell, 'P', Oid::INVALID, owner)
        }
    };
    Ok(Effects::of(Class::Type, oid, Change::Created))
}

/// A type with its array type (42710). Array types that stand in the way of its name are renamed, as PostgreSQL does.
pub(super) fn new_type(
    cat: &mut Catalog,
    schema: Oid,
    name: &Name,
    kind: TypeKind,
    category: char,
    owner: Oid,
) -> Replayed<Oid> {
    make_room(cat, schema, name, "")?;
    Ok(insert_with_array(cat, schema, &name.text, kind, category, owner))
}

/// The row type of a relation that is about to be inserted under this oid.
pub(super) fn new_row_type(cat: &mut Catalog, relation: Oid, schema: Oid, name: &Name, owner: Oid) -> Replayed<Oid> {
    let hint = "A relation has an associated type of the same name, so you must use a name that doesn't conflict with any existing type.";
    make_room(cat, schema, name, hint)?;
    let oid = insert_with_array(cat, schema, &name.text, TypeKind::Composite(relation), 'C', owner);
    let (ty, relation) = (ObjectAddress::new(Class::Type, oid), ObjectAddress::new(Class::Relation, relation));
    cat.depend(ty, relation, DependencyKind::Internal);
    Ok(oid)
}

/// Renames a type and, with it, its array type.
pub(super) fn rename_type(cat: &mut Catalog, ty: Oid, to: &Symbol) {
    let Some(entry) = cat.type_(ty) else { return };
    let (schema, array) = (entry.schema, entry.array);
    cat.rename(Class::Type, ty, to);
    if array.is_valid() {
        let name = array_name(cat, schema, to);
        cat.rename(Class::Type, array, &name);
    }
}

/// Moves a type and its array type to another schema.
pub(super) fn move_type(cat: &mut Catalog, ty: Oid, schema: Oid) {
    let array = cat.type_(ty).map_or(Oid::INVALID, |t| t.array);
    cat.set_schema(Class::Type, ty, schema);
    if array.is_valid() {
        cat.set_schema(Class::Type, array, schema);
    }
}

/// Makes the name free, or says that it is taken (moveArrayTypeName).
pub(super) fn make_room(cat: &mut Catalog, schema: Oid, name: &Name, hint: &str) -> Replayed<()> {
    cat.must_be_known(name)?;
    let Some(existing) = cat.type_named(schema, name) else { return Ok(()) };
    let oid = existing.oid;
    match existing.kind {
        TypeKind::Shell => cat.remove(Class::Type, oid),
        TypeKind::Array(element) if cat.type_(element).is_some_and(|t| t.array == oid) => {
            let element = cat.type_(element).map_or_else(|| name.text.clone(), |t| t.name.clone());
            let other = array_name(cat, schema, &element);
            cat.rename(Class::Type, oid, &other);
        }
        _ => {
            let error = already_exists(cat, schema, name);
            return Err(if hint.is_empty() { error } else { error.hint(hint) }.into());
        }
    }
    Ok(())
}

fn already_exists(cat: &Catalog, schema: Oid, name: &Name) -> SqlError {
    SqlError::new(state::DUPLICATE_OBJECT, name.span, format!("type \"{name}\" already exists"))
        .about("type", cat.display_name(schema, name))
}

/// `_name`, with a number where that is taken (makeArrayTypeName).
fn array_name(cat: &Catalog, schema: Oid, name: &str) -> Symbol {
    let mut suffix = String::new();
    let mut pass = 0;
    loop {
        let candidate = make_object_name("", Some(name), &suffix);
        if cat.type_named(schema, &candidate).is_none() {
            return candidate.into();
        }
        pass += 1;
        suffix = pass.to_string();
    }
}

pub(super) fn insert_with_array(
    cat: &mut Catalog,
    schema: Oid,
    name: &Symbol,
    kind: TypeKind,
    category: char,
    owner: Oid,
) -> Oid {
    let array_name = array_name(cat, schema, name);
    let array = cat.new_oid();
    let oid = insert_type(cat, schema, name, kind, category, array, owner);
    cat.insert_type(Type {
        oid: array,
        schema,
        name: array_name,
        kind: TypeKind::Array(oid),
        category: 'A',
        preferred: false,
        array: Oid::INVALID,
        owner,
        acl: None,
        origin: cat.origin(),
    });
    let (array, ty) = (ObjectAddress::new(Class::Type, array), ObjectAddress::new(Class::Type, oid));
    cat.depend(array, ty, DependencyKind::Internal);
    oid
}

fn insert_type(
    cat: &mut Catalog,
    schema: Oid,
    name: &Symbol,
    kind: TypeKind,
    category: char,
    array: Oid,
    owner: Oid,
) -> Oid {
    let oid = cat.new_oid();
    let acl = match kind {
        // Row types take their privileges from the relation.
        TypeKind::Composite(_) => None,
        _ => privileges::initial_acl(cat, ObjectKind::Type, schema, owner),
    };
    let origin = cat.origin();
    cat.insert_type(Type {
        oid,
        schema,
        name: name.clone(),
        kind,
        category,
        preferred: false,
        array,
        owner,
        acl,
        origin,
    });
    oid
}

fn check_labels(labels: &[Name]) -> Replayed<()> {
    for (index, label) in labels.iter().enumerate() {
        check_label(label)?;
        if labels.iter().take(index).any(|l| l == label) {
            return Err(SqlError::new(
                state::UNIQUE_VIOLATION,
                label.span,
                "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"",
            )
            .into());
        }
    }
    Ok(())
}

fn check_label(label: &Name) -> Replayed<()> {
    if label.len() > 63 {
        let error = SqlError::new(state::INVALID_NAME, label.span, format!("invalid enum label \"{label}\""));
        return Err(error.detail("Labels must be 63 bytes or less.").into());
    }
    Ok(())
}

fn create_composite(cat: &mut Catalog, schema: Oid, name: &Name, columns: &[ColumnDef], owner: Oid) -> Replayed<Oid> {
    make_room(cat, schema, name, "")?;
    let mut attributes: Vec<Option<Arc<Column>>> = Vec::with_capacity(columns.len());
    let mut types = Vec::with_capacity(columns.len());
    for column in columns {
        let Some(written) = &column.ty else { return Err(Stop::unknown("a composite type's column has no type")) };
        let ty = super::table::column_type(cat, &column.name, written)?;
        if let Some(collation) = &column.collation {
            cat.check_collation(collation, ty.oid, collation.span())?;
        }
        if attributes.iter().flatten().any(|c| c.name == column.name.text) {
            return Err(SqlError::new(
                state::DUPLICATE_COLUMN,
                column.name.span,
                format!("column \"{}\" specified more than once", column.name),
            )
            .into());
        }
        types.push(ty.oid);
        let number = attributes.len() as u16 + 1;
        attributes.push(Some(Arc::new(Column {
            collation: column.collation.as_ref().map(|c| c.name.text.clone()),
            ..Column::new(number, column.name.text.clone(), Some(ty), column.name.span, cat.origin())
        })));
    }
    if let Some(existing) = cat.relation_named(schema, name) {
        return Err(SqlError::new(state::DUPLICATE_TABLE, name.span, format!("relation \"{name}\" already exists"))
            .about("relation", cat.relation_name(existing))
            .into());
    }
    let relation = cat.new_oid();
    let row_type = insert_with_array(cat, schema, &name.text, TypeKind::Composite(relation), 'C', owner);
    cat.insert_relation(Relation {
        columns: attributes.into(),
        ..bare_relation(cat, relation, schema, &name.text, RelationKind::CompositeType, row_type)
    });
    let address = ObjectAddress::new(Class::Relation, relation);
    cat.depend(address, ObjectAddress::new(Class::Type, row_type), DependencyKind::Internal);
    for (index, ty) in types.into_iter().enumerate() {
        depend_on_type(cat, ObjectAddress::column(relation, index as u16 + 1), ty);
    }
    Ok(row_type)
}

/// A relation of the current role with nothing in it.
pub(super) fn bare_relation(
    cat: &Catalog,
    oid: Oid,
    schema: Oid,
    name: &Symbol,
    kind: RelationKind,
    row_type: Oid,
) -> Relation {
    Relation {
        oid,
        schema,
        name: name.clone(),
        kind,
        persistence: Persistence::Permanent,
        owner: cat.session.current_role,
        acl: None,
        origin: cat.origin(),
        columns: Vec::new().into(),
        columns_unknown: None,
        doubt: Doubt::default(),
        row_type,
        constraints: Vec::new(),
        triggers: Vec::new(),
        policies: Vec::new(),
        indexes: Vec::new(),
        row_security: RowSecurity::default(),
        inherits: Vec::new(),
        is_partition: false,
        partition_by: None,
        bound: None,
        foreign: None,
        index: None,
        query: None,
        definition: Definition::default(),
        writes_to: Oid::INVALID,
        sequence: None,
        options: Vec::new(),
        of_type: Oid::INVALID,
        rules: Vec::new(),
        replica_identity: Default::default(),
        populated: true,
        may_have_rows: true,
    }
}

/// An edge to a type that a user has made.
pub(super) fn depend_on_type(cat: &mut Catalog, dependent: ObjectAddress, ty: Oid) {
    if ty >= Oid::FIRST_USER {
        cat.depend(dependent, ObjectAddress::new(Class::Type, ty), DependencyKind::Normal);
    }
}

type Options = [(Name, Option<TypeName>)];

fn option<'o>(options: &'o Options, name: &str) -> Option<&'o (Name, Option<TypeName>)> {
    options.iter().find(|(option, _)| option.eq_ignore_ascii_case(name))
}

fn create_range(cat: &mut Catalog, schema: Oid, name: &Name, options: &Options, owner: Oid) -> Replayed<Oid> {
    make_room(cat, schema, name, "")?;
    let known = ["subtype", "subtype_opclass", "collation", "canonical", "subtype_diff", "multirange_type_name"];
    if let Some((unknown, _)) = options.iter().find(|(o, _)| !known.iter().any(|k| o.eq_ignore_ascii_case(k))) {
        let message = format!("type attribute \"{unknown}\" not recognized");
        return Err(SqlError::new(state::SYNTAX_ERROR, unknown.span, message).into());
    }
    let Some((_, Some(subtype))) = option(options, "subtype") else {
        return Err(SqlError::new(state::SYNTAX_ERROR, name.span, "type attribute \"subtype\" is required").into());
    };
    let (subtype, subtype_span) = (cat.resolve_type(subtype)?, subtype.span);
    if option(options, "subtype_opclass").is_none() {
        super::index::check_default_class(cat, "btree", Some(subtype.oid), subtype_span)?;
    }
    if let Some((_, Some(collation))) = option(options, "collation") {
        if !super::expr::is_collatable(cat, subtype.oid) {
            let message = "range collation specified but subtype does not support collation";
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, collation.span, message).into());
        }
        cat.must_find_collation(&collation.name)?;
    }
    if let Some((_, Some(function))) = option(options, "subtype_diff") {
        let found = super::operator::exact_function(cat, &function.name, &[subtype.oid, subtype.oid])?;
        if found.returns.oid != oids::FLOAT8 {
            let message = format!("range subtype diff function {} must return type double precision", function.name);
            return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, function.span, message).into());
        }
    }
    let (multirange_schema, multirange_name) = match option(options, "multirange_type_name") {
        Some((_, Some(written))) => (cat.creation_place(&written.name)?, written.name.name.clone()),
        _ => (schema, Name::new(multirange_name(name), name.span)),
    };
    if cat.type_named(multirange_schema, &multirange_name).is_some() {
        let message = format!("type \"{multirange_name}\" already exists");
        return Err(SqlError::new(state::DUPLICATE_OBJECT, multirange_name.span, message)
            .detail(format!("Failed while creating a multirange type for type \"{name}\"."))
            .hint("You can manually specify a multirange type name using the \"multirange_type_name\" attribute.")
            .about("type", cat.display_name(multirange_schema, &multirange_name))
            .into());
    }
    let multirange = insert_with_array(
        cat,
        multirange_schema,
        &multirange_name.text,
        TypeKind::Multirange(Oid::INVALID),
        'R',
        owner,
    );
    let range =
        insert_with_array(cat, schema, &name.text, TypeKind::Range { subtype: subtype.oid, multirange }, 'R', owner);
    if let Some(ty) = cat.type_mut(multirange) {
        ty.kind = TypeKind::Multirange(range);
    }
    let address = ObjectAddress::new(Class::Type, range);
    cat.depend(ObjectAddress::new(Class::Type, multirange), address, DependencyKind::Internal);
    depend_on_type(cat, address, subtype.oid);

    let array = cat.type_(range).map_or(Oid::INVALID, |t| t.array);
    let input = |ty| (ty, ArgMode::In);
    let text = TypeRef::plain(oids::TEXT);
    let (range_ref, multirange_ref) = (TypeRef::plain(range), TypeRef::plain(multirange));
    let constructors = [
        (schema, &name.text, vec![input(subtype), input(subtype)], range_ref),
        (schema, &name.text, vec![input(subtype), input(subtype), input(text)], range_ref),
        (multirange_schema, &multirange_name.text, vec![], multirange_ref),
        (multirange_schema, &multirange_name.text, vec![input(range_ref)], multirange_ref),
        (multirange_schema, &multirange_name.text, vec![(TypeRef::plain(array), ArgMode::Variadic)], multirange_ref),
    ];
    for (schema, name, args, returns) in constructors {
        constructor(cat, schema, name, args, returns, owner);
    }
    Ok(range)
}

/// The first `range` in the name becomes `multirange`; without one `_multirange` is added (makeMultirangeTypeName).
fn multirange_name(name: &str) -> String {
    match name.find("range") {
        Some(place) => {
            let (before, after) = name.split_at(place);
            let mut name = format!("{before}multi{after}");
            name.truncate(name.floor_char_boundary(63));
            name
        }
        None => make_object_name(name, None, "multirange"),
    }
}

fn constructor(
    cat: &mut Catalog,
    schema: Oid,
    name: &Symbol,
    args: Vec<(TypeRef, ArgMode)>,
    returns: TypeRef,
    owner: Oid,
) {
    let oid = cat.new_oid();
    let origin = cat.origin();
    cat.insert_function(Function {
        oid,
        schema,
        name: name.clone(),
        kind: FunctionKind::Function,
        args: args
            .into_iter()
            .map(|(ty, mode)| FunctionArgument {
                name: None,
                mode,
                ty,
                has_default: false,
                default: Definition::default(),
            })
            .collect(),
        returns,
        returns_set: false,
        returns_table: false,
        language: "internal".into(),
        volatility: Volatility::Immutable,
        strict: false,
        security_definer: false,
        leakproof: false,
        parallel: 's',
        rows: None,
        cost: None,
        settings: Vec::new(),
        body: None,
        body_definition: Definition::default(),
        details_unknown: false,
        owner,
        acl: None,
        origin,
    });
    let function = ObjectAddress::new(Class::Function, oid);
    cat.depend(function, ObjectAddress::new(Class::Type, returns.oid), DependencyKind::Internal);
}

/// `CREATE TYPE name (INPUT = …)`: the shell that its functions needed becomes the type.
fn create_base(cat: &mut Catalog, schema: Oid, name: &Name, options: &Options, owner: Oid) -> Replayed<Oid> {
    cat.must_be_known(name)?;
    let shell = cat.type_named(schema, name).filter(|t| matches!(t.kind, TypeKind::Shell)).map(|t| t.oid);
    let Some(shell) = shell else {
        if let Some(existing) = cat.type_named(schema, name) {
            return Err(already_exists(cat, existing.schema, name).into());
        }
        return Err(SqlError::new(state::DUPLICATE_OBJECT, name.span, format!("type \"{name}\" does not exist"))
            .hint("Create the type as a shell type, then create its I/O functions, then do a full CREATE TYPE.")
            .about("type", cat.display_name(schema, name))
            .into());
    };
    for required in ["input", "output"] {
        if option(options, required).is_none() {
            let message = format!("type {required} function must be specified");
            return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, name.span, message).into());
        }
    }
    let array_name = array_name(cat, schema, name);
    let array = cat.new_oid();
    let origin = cat.origin();
    cat.insert_type(Type {
        oid: array,
        schema,
        name: array_name,
        kind: TypeKind::Array(shell),
        category: 'A',
        preferred: false,
        array: Oid::INVALID,
        owner,
        acl: None,
        origin,
    });
    cat.depend(
        ObjectAddress::new(Class::Type, array),
        ObjectAddress::new(Class::Type, shell),
        DependencyKind::Internal,
    );
    if let Some(ty) = cat.type_mut(shell) {
        ty.kind = TypeKind::Base;
        ty.category = 'U';
        ty.array = array;
    }
    Ok(shell)
}

pub(super) fn alter_enum(cat: &mut Catalog, stmt: &AlterEnum) -> Replayed<Effects> {
    let (oid, mut labels) = enum_labels(cat, &stmt.name)?;
    let change = match &stmt.action {
        AlterEnumAction::AddValue { value, if_not_exists, neighbor } => {
            check_label(value)?;
            if labels.contains(&value.text) {
                if *if_not_exists {
                    return Ok(Effects::none());
                }
                return Err(label_exists(value).into());
            }
            let place = match neighbor {
                None => labels.len(),
                Some((neighbor, after)) => place_of(&labels, neighbor)? + usize::from(*after),
            };
            labels.insert(place, value.text.clone());
            Change::EnumValueAdded
        }
        AlterEnumAction::RenameValue { from, to } => {
            check_label(to)?;
            let place = place_of(&labels, from)?;
            if labels.contains(&to.text) {
                return Err(label_exists(to).into());
            }
            if let Some(label) = labels.get_mut(place) {
                *label = to.text.clone();
            }
            Change::EnumValueRenamed
        }
    };
    let origin = cat.now;
    if let Some(ty) = cat.type_mut(oid) {
        ty.kind = TypeKind::Enum(labels);
        ty.origin.changed = origin;
    }
    Ok(Effects::of(Class::Type, oid, change))
}

fn enum_labels(cat: &Catalog, name: &QualifiedName) -> Replayed<(Oid, Vec<Symbol>)> {
    let Some(ty) = cat.find_type_by_name(name)? else {
        return Err(super::address::undefined_object(ObjectKind::Type, name).into());
    };
    match &ty.kind {
        TypeKind::Enum(labels) => Ok((ty.oid, labels.clone())),
        _ => {
            let message = format!("{} is not an enum", cat.format_type(TypeRef::plain(ty.oid)));
            Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into())
        }
    }
}

fn place_of(labels: &[Symbol], label: &Name) -> Replayed<usize> {
    labels.iter().position(|l| *l == label.text).ok_or_else(|| {
        let message = format!("\"{label}\" is not an existing enum label");
        SqlError::new(state::INVALID_PARAMETER_VALUE, label.span, message).into()
    })
}

fn label_exists(label: &Name) -> SqlError {
    SqlError::new(state::DUPLICATE_OBJECT, label.span, format!("enum label \"{label}\" already exists"))
        .about("enum label", label.to_string())
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn create_type_as_postgresql_answers() {
        check(&[
            ("", "create type mood as enum ('sad', 'ok')", "ok"),
            (
                "create type mood as enum ('sad')",
                "create type mood as enum ('ok')",
                "42710 type \"mood\" already exists",
            ),
            (
                "",
                "create type mood as enum ('sad', 'sad')",
                "23505 duplicate key value violates unique constraint \"pg_enum_typid_label_index\"",
            ),
            ("", "create type nowhere.mood as enum ('sad')", "3F000 schema \"nowhere\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "create type t as enum ('sad')",
                "42710 type \"t\" already exists",
            ),
            ("create table t (a int primary key, b text)", "create type _t as enum ('sad')", "ok"),
            ("create type mood as enum ('sad')", "create table _mood (a mood[])", "ok"),
            ("create type pair as (a int, b text)", "select null::pair", "ok"),
            ("", "create type pair as (a int, a text)", "42701 column \"a\" specified more than once"),
            ("", "create type pair as (a nothing)", "42704 type \"nothing\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "create type t as (a int)",
                "42710 type \"t\" already exists",
            ),
            ("create type pair as (a int)", "create table pair (a int)", "42P07 relation \"pair\" already exists"),
            ("create sequence pair", "create type pair as (a int)", "42P07 relation \"pair\" already exists"),
            ("", "create type span as range (subtype = float8)", "ok"),
            (
                "create type span as range (subtype = float8)",
                "select span(1.0::float8, 2.0::float8), span_multirange()",
                "ok",
            ),
            ("create type pricerange as range (subtype = numeric)", "select pricemultirange()", "ok"),
            (
                "create type span_multirange as enum ()",
                "create type span as range (subtype = float8)",
                "42710 type \"span_multirange\" already exists",
            ),
            ("", "create type span as range (subtype_diff = x)", "42601 type attribute \"subtype\" is required"),
            ("", "create type span as range (subtype = nothing)", "42704 type \"nothing\" does not exist"),
            ("", "create type shell", "ok"),
            ("create type shell", "create type shell", "42710 type \"shell\" already exists"),
        ]);
    }

    #[test]
    fn alter_enum_as_postgresql_answers() {
        check(&[
            ("create type mood as enum ('sad')", "alter type mood add value 'ok' before 'sad'", "ok"),
            (
                "create type mood as enum ('sad')",
                "alter type mood add value 'sad'",
                "42710 enum label \"sad\" already exists",
            ),
            ("create type mood as enum ('sad')", "alter type mood add value if not exists 'sad'", "ok"),
            (
                "create type mood as enum ('sad')",
                "alter type mood add value 'ok' after 'glad'",
                "22023 \"glad\" is not an existing enum label",
            ),
            (
                "create type mood as enum ('sad')",
                "alter type mood rename value 'glad' to 'ok'",
                "22023 \"glad\" is not an existing enum label",
            ),
            (
                "create type mood as enum ('sad', 'ok')",
                "alter type mood rename value 'sad' to 'ok'",
                "42710 enum label \"ok\" already exists",
            ),
            ("create type mood as enum ('sad')", "alter type mood rename value 'sad' to 'ok'", "ok"),
            ("", "alter type mood add value 'ok'", "42704 type \"mood\" does not exist"),
            ("", "alter type nowhere.mood add value 'ok'", "3F000 schema \"nowhere\" does not exist"),
            ("create type pair as (a int)", "alter type pair add value 'ok'", "42809 pair is not an enum"),
            ("", "alter type text add value 'ok'", "42809 text is not an enum"),
        ]);
    }
}
