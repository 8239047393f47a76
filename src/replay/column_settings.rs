//! How a column's values are kept: storage, compression, statistics target and options.

use super::error::state;
use super::expr::base_type;
use super::{Replayed, SqlError};
use crate::catalog::{Catalog, Column, ColumnSettings, Oid, Relation, TypeKind, TypeRef, oids};
use crate::syntax::ast::{ColumnDef, Name, StorageParameter};
use std::sync::Arc;

/// STORAGE and COMPRESSION of a new column.
pub(super) fn define(cat: &Catalog, def: &ColumnDef, column: &mut Column) -> Replayed<()> {
    if let Some(storage) = &def.storage {
        set_storage(cat, column, storage)?;
    }
    match &def.compression {
        Some(method) => set_compression(cat, column, method),
        None => Ok(()),
    }
}

pub(super) fn set_storage(cat: &Catalog, column: &mut Column, storage: &Name) -> Replayed<()> {
    let word = storage.text.to_ascii_uppercase();
    if !matches!(&*word, "PLAIN" | "EXTERNAL" | "EXTENDED" | "MAIN" | "DEFAULT") {
        let message = format!("invalid storage type \"{}\"", storage.text);
        return Err(SqlError::new(state::INVALID_PARAMETER_VALUE, storage.span, message).into());
    }
    if !matches!(&*word, "PLAIN" | "DEFAULT") && is_fixed(cat, column) {
        let shown = cat.format_type(TypeRef::plain(column.ty.oid));
        let message = format!("column data type {shown} can only have storage PLAIN");
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, storage.span, message).into());
    }
    change(column, |settings| settings.storage = (word != "DEFAULT").then(|| word.into()));
    Ok(())
}

pub(super) fn set_compression(cat: &Catalog, column: &mut Column, method: &Name) -> Replayed<()> {
    if &*method.text != "default" && is_fixed(cat, column) {
        let shown = cat.format_type(TypeRef::plain(column.ty.oid));
        let message = format!("column data type {shown} does not support compression");
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, method.span, message).into());
    }
    if !matches!(&*method.text, "pglz" | "lz4" | "default") {
        let message = format!("invalid compression method \"{}\"", method.text);
        return Err(SqlError::new(state::INVALID_PARAMETER_VALUE, method.span, message).into());
    }
    change(column, |settings| settings.compression = (&*method.text != "default").then(|| method.text.clone()));
    Ok(())
}

pub(super) fn set_statistics(column: &mut Column, target: Option<&Name>) {
    let number = target.and_then(|t| t.text.parse::<i32>().ok()).filter(|n| *n >= 0);
    change(column, |settings| settings.statistics = number.map(|n| n.min(10_000)));
}

/// `SET (n_distinct = …)`, `RESET (…)`.
pub(super) fn set_options(column: &mut Column, set: bool, options: &[StorageParameter]) -> Replayed<()> {
    for option in options {
        let name = &option.name;
        if set && !matches!(&*name.text, "n_distinct" | "n_distinct_inherited") {
            let message = format!("unrecognized parameter \"{name}\"");
            return Err(SqlError::new(state::INVALID_PARAMETER_VALUE, name.span, message).into());
        }
        let value = option.value.as_ref().filter(|_| set).map(|v| v.text.clone());
        change(column, |settings| {
            settings.options.retain(|(key, _)| *key != name.text);
            settings.options.extend(value.map(|value| (name.text.clone(), value)));
        });
    }
    Ok(())
}

fn change(column: &mut Column, how: impl FnOnce(&mut ColumnSettings)) {
    how(Arc::make_mut(column.settings.get_or_insert_default()));
}

/// Values of the type have one length, or stand in the row whole, for certain.
fn is_fixed(cat: &Catalog, column: &Column) -> bool {
    const FIXED: [Oid; 15] = [
        oids::BOOL,
        oids::INT2,
        oids::INT4,
        oids::INT8,
        oids::FLOAT4,
        oids::FLOAT8,
        oids::DATE,
        oids::TIME,
        oids::TIMETZ,
        oids::TIMESTAMP,
        oids::TIMESTAMPTZ,
        oids::INTERVAL,
        oids::UUID,
        oids::OID,
        oids::NAME,
    ];
    let base = base_type(cat, column.ty.oid);
    !column.type_unknown
        && (FIXED.contains(&base) || cat.type_(base).is_some_and(|t| matches!(t.kind, TypeKind::Enum(_))))
}

/// A column of the relation, changed (42703, 0A000).
pub(super) fn alter(
    cat: &mut Catalog,
    relation: &Relation,
    name: &Name,
    how: impl FnOnce(&Catalog, &mut Column) -> Replayed<()>,
) -> Replayed<()> {
    if super::expr::is_system_column(name) {
        let message = format!("cannot alter system column \"{name}\"");
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, name.span, message).into());
    }
    let number = cat.resolve_column(relation, name)?;
    let Some(mut column) = relation.column_by_number(number).map(|c| c.as_ref().clone()) else { return Ok(()) };
    how(cat, &mut column)?;
    if let Some(slot) = cat.relation_mut(relation.oid).and_then(|r| r.column_mut(number)) {
        *slot = column;
    }
    Ok(())
}
