//! CREATE INDEX, and the indexes that constraints bring.

use super::error::state;
use super::expr::{self, Place, References};
use super::types::bare_relation;
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{
    Catalog, Class, Definition, DependencyKind, Index, IndexKey, ObjectAddress, Oid, Relation, RelationKind, TypeRef,
    choose_relation_name, oids,
};
use crate::source::Span;
use crate::syntax::ast::{CreateIndex, Expr, ExprKind, IndexElement, ObjectKind, Symbol};
use std::sync::Arc;

/// An index that is about to be made.
pub(super) struct NewIndex {
    pub name: Symbol,
    pub index: Index,
    /// What its expressions and predicate name beside the key columns.
    pub references: References,
}

pub(super) fn create_index(cat: &mut Catalog, stmt: &CreateIndex) -> Replayed<Effects> {
    let table = cat.resolve_relation(&stmt.table)?.clone();
    if !matches!(
        table.kind,
        RelationKind::Table
            | RelationKind::PartitionedTable
            | RelationKind::MaterializedView
            | RelationKind::ForeignTable
    ) {
        let message = format!("cannot create index on relation \"{}\"", table.name);
        let detail = format!("This operation is not supported for {}s.", table.kind.noun());
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.table.span(), message).detail(detail).into());
    }
    if table.kind == RelationKind::ForeignTable {
        let message = format!("cannot create index on relation \"{}\"", table.name);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.table.span(), message)
            .detail("This operation is not supported for foreign tables.")
            .into());
    }
    if let Some(span) = stmt.concurrently
        && table.kind == RelationKind::PartitionedTable
    {
        let message = format!("cannot create index on partitioned table \"{}\" concurrently", table.name);
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
    }
    let method: Symbol = stmt.method.as_ref().map_or("btree".into(), |m| m.text.clone());
    let able = abilities(cat, &method);
    if let (Some(name), None) = (&stmt.method, able) {
        let message = format!("access method \"{name}\" does not exist");
        if &*method != "rtree" {
            cat.must_be_known(name)?;
            return Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
                .about("access method", name.to_string())
                .into());
        }
    }
    let unsupported = |what: &str| {
        let message = format!("access method \"{method}\" does not support {what}");
        Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, stmt.table.span(), message).into())
    };
    if let Some(able) = able {
        if stmt.unique && !able.contains('u') {
            return unsupported("unique indexes");
        }
        if !stmt.include.is_empty() && !able.contains('i') {
            return unsupported("included columns");
        }
        if stmt.elements.len() > 1 && !able.contains('m') {
            return unsupported("multicolumn indexes");
        }
        if !able.contains('o') && stmt.elements.iter().any(|e| e.descending || e.nulls_first.is_some()) {
            return unsupported(if stmt.elements.iter().any(|e| e.descending) {
                "ASC/DESC options"
            } else {
                "NULLS FIRST/LAST options"
            });
        }
    }
    super::reloptions::check_index(&method, &stmt.with)?;
    let mut references = References::default();
    let mut filter_definition = Definition::default();
    if let Some(filter) = &stmt.filter {
        let named = expr::in_table(cat, &table, filter, Place::IndexPredicate)?;
        filter_definition = named.definition(cat, filter.span);
        references.addresses.extend(named.addresses);
    }
    let mut keys = Vec::with_capacity(stmt.elements.len());
    for element in &stmt.elements {
        keys.push(key(cat, &table, element, &method, &mut references)?);
    }
    let include = stmt.include.iter().map(|c| key_column(cat, &table, c, c.span)).collect::<Replayed<Vec<u16>>>()?;
    let name: Symbol = match &stmt.name {
        Some(name) => {
            cat.must_be_known(name)?;
            if cat.relation_named(table.schema, name).is_some() {
                // The columns are looked up first, IF NOT EXISTS or not.
                if stmt.if_not_exists {
                    return Ok(Effects::none());
                }
                let message = format!("relation \"{name}\" already exists");
                return Err(SqlError::new(state::DUPLICATE_TABLE, name.span, message)
                    .about("relation", name.to_string())
                    .into());
            }
            name.text.clone()
        }
        None => {
            let label = name_addition(&table, &keys, &include);
            choose_relation_name(cat, table.schema, &table.name, Some(&label), "idx", false).into()
        }
    };
    if table.kind == RelationKind::PartitionedTable && stmt.unique {
        check_partition_key(&table, &keys, stmt.table.span(), "UNIQUE")?;
        check_partitions(cat, &table, &keys, stmt.table.span())?;
    }
    let index = Index {
        table: table.oid,
        method,
        unique: stmt.unique,
        primary: false,
        nulls_not_distinct: stmt.nulls_not_distinct,
        keys,
        include,
        filter: stmt.filter.clone(),
        filter_text: stmt.filter.as_ref().map(|f| f.to_string().into()),
        filter_definition,
        constraint: Oid::INVALID,
        valid: !(stmt.only && table.kind == RelationKind::PartitionedTable),
    };
    let oid = insert(cat, NewIndex { name, index, references });
    if let Some(relation) = cat.relation_mut(oid) {
        relation.options = super::view::options(&stmt.with);
    }
    let mut effects = Effects::none();
    effects.add_in(table.oid, ObjectAddress::new(Class::Relation, oid), Change::Created);
    if table.kind == RelationKind::PartitionedTable && !stmt.only {
        clone_to_partitions(cat, table.oid, oid);
    }
    Ok(effects)
}

/// What an index access method can do, in the letters of names.tsv; `None` when there is none of that name.
fn abilities<'c>(cat: &'c Catalog, method: &str) -> Option<&'c str> {
    let found = cat.other_named(ObjectKind::AccessMethod, Oid::INVALID, method)?;
    Some(&found.detail)
}

/// A key of CREATE INDEX or EXCLUDE.
pub(super) fn key(
    cat: &Catalog,
    table: &Relation,
    element: &IndexElement,
    method: &str,
    references: &mut References,
) -> Replayed<IndexKey> {
    let mut key = IndexKey {
        column: 0,
        expr: None,
        text: "".into(),
        definition: Definition::default(),
        operator_class: None,
        operator_class_options: super::view::options(&element.operator_class_options),
        collation: element.collation.as_ref().map(|c| c.name.text.clone()),
        descending: element.descending,
        nulls_first: element.nulls_first.unwrap_or(element.descending),
    };
    let ty = match plain_column(&element.expr) {
        Some(name) => {
            key.column = key_column(cat, table, name, element.expr.span)?;
            table.column_by_number(key.column).filter(|c| !c.type_unknown).map(|c| c.ty.oid)
        }
        None => {
            let named = expr::in_table(cat, table, &element.expr, Place::IndexKey)?;
            key.definition = named.definition(cat, element.expr.span);
            references.addresses.extend(named.addresses);
            key.text = element.expr.to_string().into();
            key.expr = Some(element.expr.clone());
            named.ty.map(|ty| ty.oid)
        }
    };
    if let (Some(collation), Some(ty)) = (&element.collation, ty) {
        cat.check_collation(collation, ty, collation.span())?;
    }
    match &element.operator_class {
        Some(class) => {
            references.addresses.push(operator_class(cat, class, method, ty)?);
            key.operator_class = Some(class.name.text.clone());
        }
        None => check_default_class(cat, method, ty, element.expr.span)?,
    }
    Ok(key)
}

/// The name of a column that stands alone.
fn plain_column(expr: &Expr) -> Option<&crate::syntax::ast::Name> {
    match &expr.kind {
        ExprKind::Column(parts) => match &parts[..] {
            [name] => Some(name),
            _ => None,
        },
        _ => None,
    }
}

fn key_column(cat: &Catalog, table: &Relation, name: &crate::syntax::ast::Name, span: Span) -> Replayed<u16> {
    if let Some(column) = table.column(name) {
        return Ok(column.number);
    }
    if let Some(reason) = &table.columns_unknown {
        return Err(Stop::Unknown(reason.clone()));
    }
    // System columns cannot be indexed either, but by another message; nobody does.
    let message = format!("column \"{name}\" does not exist");
    Err(SqlError::new(state::UNDEFINED_COLUMN, span, message)
        .about("column", format!("{}.{name}", cat.relation_name(table)))
        .into())
}

/// Without an operator class the type must have one by default for the access method (GetDefaultOpClass, 42704).
pub(super) fn check_default_class(cat: &Catalog, method: &str, ty: Option<Oid>, span: Span) -> Replayed<()> {
    let Some(ty) = ty.filter(|ty| has_default_class(cat, method, *ty) == Some(false)) else { return Ok(()) };
    let shown = cat.format_type(TypeRef::plain(ty));
    let message = format!("data type {shown} has no default operator class for access method \"{method}\"");
    let hint = "You must specify an operator class for the index or define a default operator class for the data type.";
    Err(SqlError::new(state::UNDEFINED_OBJECT, span, message).hint(hint).into())
}

/// Whether the type has one; `None` where that is not known.
pub(super) fn has_default_class(cat: &Catalog, method: &str, ty: Oid) -> Option<bool> {
    let base = expr::base_type(cat, ty);
    let plain = [
        oids::UUID,
        oids::TEXT,
        oids::VARCHAR,
        oids::INT4,
        oids::INT8,
        oids::BOOL,
        oids::DATE,
        oids::NUMERIC,
        oids::TIMESTAMP,
        oids::TIMESTAMPTZ,
    ];
    if method == "btree" && plain.contains(&base) {
        return Some(true);
    }
    let wanted = format!("{method} default");
    let mut classes = cat.others().filter(|o| o.kind == ObjectKind::OperatorClass && *o.detail == *wanted).peekable();
    let unsure = classes.peek().is_none()
        || cat.type_(base).is_none_or(|t| cat.unknowns.may_be_changed(&t.name).is_some())
        || cat.is_of_incomplete_extension(base)
        || cat.may_be_brought(None)
        || !cat.unknowns.is_empty();
    if unsure {
        return None;
    }
    Some(classes.any(|class| class.types.iter().any(|takes| expr::is_binary_coercible(cat, base, *takes))))
}

pub(super) fn operator_class(
    cat: &Catalog,
    class: &crate::syntax::ast::QualifiedName,
    method: &str,
    ty: Option<Oid>,
) -> Replayed<ObjectAddress> {
    cat.must_be_known(&class.name)?;
    let schemas = match &class.schema {
        Some(schema) => vec![cat.resolve_schema(schema)?],
        None => cat.active_search_path(),
    };
    let fits = |oid: Oid| {
        cat.other(oid).is_some_and(|o| {
            let of_method = o.detail.strip_suffix(" default").unwrap_or(&o.detail);
            o.kind == ObjectKind::OperatorClass && (of_method == method || of_method.is_empty())
        })
    };
    let found = schemas.into_iter().find_map(|s| cat.named(Class::Other, s, &class.name).find(|oid| fits(*oid)));
    if let Some(oid) = found {
        let takes = cat.other(oid).and_then(|o| o.types.first().copied());
        if let (Some(ty), Some(takes)) = (ty, takes)
            && takes.is_valid()
            && !expr::is_binary_coercible(cat, ty, takes)
        {
            let shown = cat.format_type(TypeRef::plain(ty));
            let message = format!("operator class \"{}\" does not accept data type {shown}", class.name);
            return Err(SqlError::new(state::DATATYPE_MISMATCH, class.span(), message).into());
        }
        return Ok(ObjectAddress::new(Class::Other, oid));
    }
    if let Some(reason) = cat.unknowns.may_exist(Class::Other, class.schema.as_deref(), &class.name) {
        return Err(Stop::Unknown(reason.clone()));
    }
    let message = format!("operator class \"{class}\" does not exist for access method \"{method}\"");
    Err(SqlError::new(state::UNDEFINED_OBJECT, class.span(), message).about("operator class", class.to_string()).into())
}

/// The columns' part of an automatic name: names joined by `_`, `expr` for expressions (ChooseIndexNameAddition).
pub(super) fn name_addition(table: &Relation, keys: &[IndexKey], include: &[u16]) -> String {
    let mut names: Vec<String> = Vec::new();
    let columns = keys.iter().map(|k| (k.column, k.expr.as_ref())).chain(include.iter().map(|c| (*c, None)));
    for (column, expression) in columns {
        let base = match (table.column_by_number(column), expression) {
            (Some(column), _) => column.name.to_string(),
            (None, Some(expression)) => expr::column_name(expression).map_or("expr".into(), |n| n.to_string()),
            (None, None) => "expr".into(),
        };
        // ChooseIndexColumnNames numbers the second of a name.
        let mut name = base.clone();
        let mut number = 1;
        while names.contains(&name) {
            name = format!("{base}{number}");
            number += 1;
        }
        names.push(name);
    }
    join_limited(&names)
}

/// Names joined by `_`, of which those after 64 bytes are left out.
pub(super) fn join_limited(names: &[String]) -> String {
    let mut joined = String::new();
    for name in names {
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(name);
        if joined.len() >= 64 {
            break;
        }
    }
    joined
}

/// A unique index of a partitioned table must have the partition key's columns among its own.
pub(super) fn check_partition_key(table: &Relation, keys: &[IndexKey], span: Span, what: &str) -> Replayed<()> {
    let Some(partition_by) = &table.partition_by else { return Ok(()) };
    if partition_by.columns.contains(&0) {
        let message = format!("unsupported {what} constraint with partition key definition");
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
    }
    if partition_by.columns.iter().all(|c| keys.iter().any(|k| k.column == *c)) {
        return Ok(());
    }
    let message = "unique constraint on partitioned table must include all partitioning columns";
    Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into())
}

/// As `check_partition_key`, for the partitions that are partitioned themselves.
fn check_partitions(cat: &Catalog, table: &Relation, keys: &[IndexKey], span: Span) -> Replayed<()> {
    for child in super::constraint::children(cat, table.oid) {
        let Some(child) = cat.relation(child).filter(|c| c.is_partition && c.partition_by.is_some()) else { continue };
        let mut own = keys.to_vec();
        for key in &mut own {
            let name = table.column_by_number(key.column).map(|c| &c.name);
            key.column = name.and_then(|name| child.column(name)).map_or(0, |c| c.number);
        }
        check_partition_key(child, &own, span, "UNIQUE")?;
        check_partitions(cat, child, &own, span)?;
    }
    Ok(())
}

/// Puts an index into the catalog, with its edges.
pub(super) fn insert(cat: &mut Catalog, new: NewIndex) -> Oid {
    let table = new.index.table;
    let (schema, owner, partitioned) = cat
        .relation(table)
        .map_or((Oid::INVALID, Oid::INVALID, false), |t| (t.schema, t.owner, t.kind == RelationKind::PartitionedTable));
    let oid = cat.new_oid();
    let kind = if partitioned { RelationKind::PartitionedIndex } else { RelationKind::Index };
    let columns: Vec<u16> = new.index.keys.iter().map(|k| k.column).chain(new.index.include.iter().copied()).collect();
    let for_constraint = new.index.constraint.is_valid();
    let mut relation = bare_relation(cat, oid, schema, &new.name, kind, Oid::INVALID);
    relation.owner = owner;
    relation.persistence = cat.relation(table).map_or(relation.persistence, |t| t.persistence);
    relation.index = Some(Arc::new(new.index));
    cat.insert_relation(relation);
    if let Some(table) = cat.relation_mut(table) {
        table.indexes.push(oid);
    }
    let address = ObjectAddress::new(Class::Relation, oid);
    if !for_constraint {
        // The index of a constraint goes with that; any other with its columns, or its table if it has none.
        let plain: Vec<u16> = columns.into_iter().filter(|c| *c != 0).collect();
        for column in &plain {
            cat.depend(address, ObjectAddress::column(table, *column), DependencyKind::Auto);
        }
        let named = new.references.columns_of(table);
        for column in named {
            cat.depend(address, ObjectAddress::column(table, column), DependencyKind::Auto);
        }
    }
    for referenced in new.references.addresses.iter().filter(|a| a.oid != table && a.oid >= Oid::FIRST_USER) {
        cat.depend(address, *referenced, DependencyKind::Normal);
    }
    oid
}

/// Gives the partitions of a table the index that it got.
fn clone_to_partitions(cat: &mut Catalog, table: Oid, index: Oid) {
    let children = super::constraint::children(cat, table);
    for child in children.into_iter().filter(|c| cat.relation(*c).is_some_and(|r| r.is_partition)).collect::<Vec<_>>() {
        clone_index(cat, index, child, Oid::INVALID);
    }
}

/// The same index on a partition, whose columns are found by name. Goes with the parent's.
pub(super) fn clone_index(cat: &mut Catalog, index: Oid, partition: Oid, constraint: Oid) -> Option<Oid> {
    let (parent_index, parent) = {
        let definition = cat.relation(index)?.index.clone()?;
        let parent = cat.relation(definition.table)?.clone();
        (definition, parent)
    };
    let child = cat.relation(partition)?.clone();
    let translate =
        |column: u16| parent.column_by_number(column).and_then(|c| child.column(&c.name)).map_or(0, |c| c.number);
    let mut definition = parent_index.as_ref().clone();
    definition.table = partition;
    definition.constraint = constraint;
    definition.keys.iter_mut().for_each(|k| k.column = translate(k.column));
    definition.include.iter_mut().for_each(|c| *c = translate(*c));
    let label = match (definition.primary, constraint.is_valid()) {
        (true, _) => "pkey",
        (false, true) => "key",
        (false, false) => "idx",
    };
    let addition = name_addition(&child, &definition.keys, &definition.include);
    let addition = (!definition.primary).then_some(&*addition);
    let name = choose_relation_name(cat, child.schema, &child.name, addition, label, constraint.is_valid());
    let oid = insert(cat, NewIndex { name: name.into(), index: definition, references: References::default() });
    let options = cat.relation(index).map(|r| r.options.clone()).unwrap_or_default();
    if let Some(relation) = cat.relation_mut(oid) {
        relation.options = options;
    }
    let address = ObjectAddress::new(Class::Relation, oid);
    cat.depend(address, ObjectAddress::new(Class::Relation, index), DependencyKind::Auto);
    if child.kind == RelationKind::PartitionedTable {
        clone_to_partitions(cat, partition, oid);
    }
    Some(oid)
}
