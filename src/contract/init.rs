//! A contract that a schema keeps, as TOML: where a project begins.

use super::requirement::COMMANDS;
use crate::catalog::{Catalog, ConstraintKind, Index, Oid, Relation, TypeKind, sql_identifier};
use crate::rules::{is_certain, is_member, is_skipped, is_sure};
use crate::syntax::ast::{PolicyCommand, Symbol};
use std::fmt::Write;
use std::sync::Arc;

/// `[contract]` with the tables, enums and extensions that the migrations made, as far as the replay is sure of them. `schemas` narrows it, unless empty.
pub fn print(cat: &Catalog, schemas: &[String]) -> String {
    // Types are read on the search path of a new session, and so written for it.
    let mut cat = cat.clone();
    cat.session.search_path = cat.session.default_search_path.clone();
    let cat = &cat;
    let is_wanted = |schema: Oid| {
        let name = cat.schema(schema).map_or("", |s| &*s.name);
        !is_skipped(cat, schema) && (schemas.is_empty() || schemas.iter().any(|s| s == name))
    };
    let mut out = "[contract]\n".to_string();
    let mut extensions: Vec<&str> = cat
        .extensions()
        .filter(|e| e.origin.created.is_some())
        .map(|e| &*e.name)
        .filter(|n| may_not_change(cat, n))
        .collect();
    extensions.sort_unstable();
    list(&mut out, "extensions", extensions.into_iter().map(str::to_string));
    let mut enums: Vec<(String, &[Symbol])> = Vec::new();
    for ty in cat.types() {
        if let TypeKind::Enum(labels) = &ty.kind
            && ty.origin.created.is_some()
            && is_wanted(ty.schema)
            && is_sure(cat, ty.schema, &ty.name, ty.origin)
            && !is_member(cat, ty.oid)
        {
            enums.push((name_of(cat, ty.schema, &ty.name), labels));
        }
    }
    enums.sort();
    if !enums.is_empty() {
        out.push_str("\n[contract.enums]\n");
    }
    for (name, labels) in enums {
        list_always(&mut out, &key(&name), labels.iter().map(|l| l.to_string()));
    }
    let is_own = |r: &&Arc<Relation>| {
        r.kind.is_table() && !r.is_temporary() && !r.is_partition && r.origin.created.is_some() && is_wanted(r.schema)
    };
    let mut tables: Vec<&Arc<Relation>> =
        cat.relations().filter(is_own).filter(|r| is_certain(cat, r) && !is_member(cat, r.oid)).collect();
    tables.sort_by_key(|r| name_of(cat, r.schema, &r.name));
    for relation in tables {
        table(&mut out, cat, relation);
    }
    out
}

fn may_not_change(cat: &Catalog, name: &str) -> bool {
    cat.unknowns.may_be_changed(name).is_none()
}

fn table(out: &mut String, cat: &Catalog, table: &Relation) {
    let name = key(&name_of(cat, table.schema, &table.name));
    let _ = writeln!(out, "\n[contract.tables.{name}]");
    if let Some(columns) = table.primary_key().and_then(|key| columns(table, key.kind.columns())) {
        let _ = writeln!(out, "primary_key = {}", quoted(&columns));
    }
    if table.row_security.enabled {
        out.push_str("rls = true\n");
    }
    let allowed = |command: PolicyCommand| {
        table.policies.iter().any(|p| p.permissive && (p.command == command || p.command == PolicyCommand::All))
    };
    let commands = COMMANDS.iter().filter(|(_, command)| allowed(*command));
    list(out, "policies", commands.map(|(word, _)| word.to_string()));
    let indexes: Vec<&Index> = table
        .indexes
        .iter()
        .filter_map(|oid| cat.relation(*oid)?.index.as_deref())
        .filter(|index| index.valid && index.filter.is_none() && !index.primary)
        .collect();
    for (word, unique) in [("indexes", false), ("unique", true)] {
        let keys = indexes.iter().filter(|index| index.unique == unique);
        list(
            out,
            word,
            keys.filter_map(|index| columns(table, &index.keys.iter().map(|k| k.column).collect::<Vec<_>>())),
        );
    }
    if table.columns_unknown.is_none() && table.live_columns().next().is_some() {
        let _ = writeln!(out, "\n[contract.tables.{name}.columns]");
    }
    for column in table.live_columns().filter(|_| table.columns_unknown.is_none()) {
        let ty = if column.type_unknown { String::new() } else { cat.format_type(column.ty) };
        let ty = ty.replace("timestamp with time zone", "timestamptz");
        let spec = [&*ty, if column.not_null { " not null" } else { "" }].concat();
        let _ = writeln!(out, "{} = {}", key(&sql_identifier(&column.name)), quoted(spec.trim()));
    }
    let mut keys: Vec<(String, String)> = Vec::new();
    for constraint in table.constraints.iter().filter(|c| c.enforced) {
        let ConstraintKind::ForeignKey(foreign) = &constraint.kind else { continue };
        let Some(target) = cat.relation(foreign.references).filter(|r| may_not_change(cat, &r.name)) else { continue };
        let (Some(own), Some(theirs)) =
            (columns(table, &foreign.columns), columns(target, &foreign.referenced_columns))
        else {
            continue;
        };
        // A second key on the same columns has no place of its own.
        if keys.iter().all(|(columns, _)| *columns != own) {
            let target = name_of(cat, target.schema, &target.name);
            keys.push((own, format!("{target} ({theirs}) on delete {}", foreign.on_delete.words())));
        }
    }
    if !keys.is_empty() {
        let _ = writeln!(out, "\n[contract.tables.{name}.foreign_keys]");
    }
    for (columns, target) in keys {
        let _ = writeln!(out, "{} = {}", key(&columns), quoted(&target));
    }
}

/// As the contract names it: without its schema where that is `public`.
fn name_of(cat: &Catalog, schema: Oid, name: &str) -> String {
    let name = sql_identifier(name);
    match cat.schema(schema).filter(|s| &*s.name != "public") {
        Some(schema) => format!("{}.{name}", sql_identifier(&schema.name)),
        None => name,
    }
}

/// The columns as a list in SQL; `None` when an expression is among them.
fn columns(table: &Relation, numbers: &[u16]) -> Option<String> {
    let names: Option<Vec<String>> =
        numbers.iter().map(|n| table.column_by_number(*n).map(|c| sql_identifier(&c.name))).collect();
    names.map(|names| names.join(", "))
}

fn list(out: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let mut all: Vec<String> = Vec::new();
    for item in items {
        if !all.contains(&item) {
            all.push(item);
        }
    }
    if !all.is_empty() {
        list_always(out, name, all.into_iter());
    }
}

/// On one line where it is short.
fn list_always(out: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.map(|item| quoted(&item)).collect();
    let line = format!("{name} = [{}]\n", items.join(", "));
    if line.len() <= 110 {
        out.push_str(&line);
    } else {
        let _ = writeln!(out, "{name} = [\n  {},\n]", items.join(",\n  "));
    }
}

/// A TOML string: its escapes are JSON's, but that DEL must be one too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A TOML key.
fn key(text: &str) -> String {
    let is_bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if is_bare { text.to_string() } else { quoted(text) }
}
