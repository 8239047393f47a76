//! CREATE STATISTICS (CreateStatistics).

use super::error::state;
use super::expr::{self, Place, References};
use super::{Change, Effects, Replayed, SqlError, index};
use crate::catalog::{
    Catalog, Class, DependencyKind, Named, NamedObject, ObjectAddress, Oid, RelationKind, choose_relation_name,
};
use crate::source::Span;
use crate::syntax::ast::{CreateStatistics, ExprKind, FromItem, ObjectKind, Symbol};

pub(super) fn create_statistics(cat: &mut Catalog, stmt: &CreateStatistics, span: Span) -> Replayed<Effects> {
    let refuse = |code, span: Span, message: &str| -> super::Stop { SqlError::new(code, span, message).into() };
    let single = "only a single relation is allowed in CREATE STATISTICS";
    let Some(FromItem::Table { name: from, .. }) = stmt.from.first() else {
        return Err(refuse(state::FEATURE_NOT_SUPPORTED, span, single));
    };
    let table = cat.resolve_relation(from)?.clone();
    let mut references = References::default();
    for expr in stmt.exprs.iter().filter(|e| !matches!(e.kind, ExprKind::Column(_))) {
        references.extend(expr::in_table(cat, &table, expr, Place::Statistics)?);
    }
    if stmt.from.len() > 1 {
        return Err(refuse(state::FEATURE_NOT_SUPPORTED, from.span(), single));
    }
    if !matches!(
        table.kind,
        RelationKind::Table
            | RelationKind::PartitionedTable
            | RelationKind::MaterializedView
            | RelationKind::ForeignTable
    ) {
        let message = format!("cannot define statistics for relation \"{}\"", table.name);
        let detail =
            format!("This operation is not supported for {}s.", table.kind.noun()).replace("indexs", "indexes");
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, from.span(), message).detail(detail).into());
    }
    let (schema, name): (Oid, Symbol) = match &stmt.name {
        Some(name) => {
            let schema = cat.creation_place(name)?;
            cat.must_be_known(&name.name)?;
            (schema, name.name.text.clone())
        }
        None => (table.schema, choose_relation_name(cat, table.schema, &table.name, None, "stat", false).into()),
    };
    if cat.other_named(ObjectKind::Statistics, schema, &name).is_some() {
        if stmt.if_not_exists {
            return Ok(Effects::none());
        }
        let message = format!("statistics object \"{name}\" already exists");
        return Err(SqlError::new(state::DUPLICATE_OBJECT, from.span(), message)
            .about("statistics object", &*name)
            .into());
    }
    if stmt.exprs.len() > 8 {
        return Err(refuse("54011", span, "cannot have more than 8 columns in statistics"));
    }
    let mut columns: Vec<u16> = Vec::new();
    let mut expressions: Vec<String> = Vec::new();
    for expr in &stmt.exprs {
        let ExprKind::Column(parts) = &expr.kind else {
            expressions.push(expr.to_string());
            continue;
        };
        let Some(column) = parts.last().and_then(|name| table.column(name)) else {
            if parts.last().is_some_and(|name| super::table::is_system_column(name)) {
                let message = "statistics creation on system columns is not supported";
                return Err(refuse(state::FEATURE_NOT_SUPPORTED, expr.span, message));
            }
            let message = format!("column \"{expr}\" does not exist");
            return Err(SqlError::new(state::UNDEFINED_COLUMN, expr.span, message)
                .about("column", format!("{}.{expr}", cat.relation_name(&table)))
                .into());
        };
        if !column.type_unknown && index::check_default_class(cat, "btree", Some(column.ty.oid), expr.span).is_err() {
            let message = format!(
                "column \"{}\" cannot be used in statistics because its type {} has no default btree operator class",
                column.name,
                cat.format_type(column.ty)
            );
            return Err(refuse(state::FEATURE_NOT_SUPPORTED, expr.span, &message));
        }
        columns.push(column.number);
    }
    check_kinds(stmt, expressions.len(), span)?;
    if columns.len() + expressions.len() < 2 && expressions.len() != 1 {
        return Err(refuse(state::INVALID_OBJECT_DEFINITION, span, "extended statistics require at least 2 columns"));
    }
    let twice = |count: usize, message: &str| {
        if count > 0 { Err(refuse(state::DUPLICATE_COLUMN, span, message)) } else { Ok(()) }
    };
    let repeated = |place: usize, column: &u16| columns.iter().take(place).any(|c| c == column);
    twice(
        columns.iter().enumerate().filter(|(place, column)| repeated(*place, column)).count(),
        "duplicate column name in statistics definition",
    )?;
    let repeated = |place: usize, text: &String| expressions.iter().take(place).any(|e| e == text);
    twice(
        expressions.iter().enumerate().filter(|(place, text)| repeated(*place, text)).count(),
        "duplicate expression in statistics definition",
    )?;
    let (oid, origin) = (cat.new_oid(), cat.origin());
    if let Some(written) = &stmt.name {
        references.note(written.span(), Named::Object(Class::Other, oid));
    }
    references.note(from.span(), Named::Object(Class::Relation, table.oid));
    let plain = stmt.exprs.iter().filter(|e| matches!(e.kind, ExprKind::Column(_)));
    for (expr, column) in plain.zip(&columns) {
        references.note(expr.span, Named::Column(table.oid, *column));
    }
    let definition = references.definition(cat, span);
    cat.insert_other(NamedObject {
        oid,
        kind: ObjectKind::Statistics,
        schema,
        name,
        types: Vec::new(),
        result: Oid::INVALID,
        detail: "".into(),
        definitions: vec![definition],
        origin,
    });
    let address = ObjectAddress::new(Class::Other, oid);
    columns.extend(references.columns_of(table.oid));
    for column in columns {
        cat.depend(address, ObjectAddress::column(table.oid, column), DependencyKind::Auto);
    }
    references.addresses.retain(|a| a.oid != table.oid);
    references.depend(cat, address, DependencyKind::Normal);
    Ok(Effects::of(Class::Other, oid, Change::Created))
}

fn check_kinds(stmt: &CreateStatistics, expressions: usize, span: Span) -> Replayed<()> {
    let syntax = |span, message: String| Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
    if stmt.exprs.len() == 1 && expressions == 1 && !stmt.kinds.is_empty() {
        let message = "when building statistics on a single expression, statistics kinds may not be specified";
        return syntax(span, message.into());
    }
    let known = |kind: &str| matches!(kind, "ndistinct" | "dependencies" | "mcv");
    match stmt.kinds.iter().find(|kind| !known(kind)) {
        Some(kind) => syntax(kind.span, format!("unrecognized statistics kind \"{kind}\"")),
        None => Ok(()),
    }
}
