//! index/wrong-method: a B-tree on values that are searched by what is in them.

use super::own_indexes;
use crate::catalog::{Catalog, IndexKey, Oid, Relation, TypeKind};
use crate::rules::prelude::*;
use crate::syntax::ast::ExprKind;

pub const RULE: Rule = Rule {
    name: "index/wrong-method",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("B-tree index on a type that needs another method"),
    doc: page!("index/wrong-method"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for (table, relation, index, location) in own_indexes(cx) {
        // That two values are equal is what a unique index asks, of any type.
        if index.unique || &*index.method != "btree" {
            continue;
        }
        for key in &index.keys {
            let Some((ty, method)) = method_for(cat, table, key) else { continue };
            let what = match table.column_by_number(key.column) {
                Some(column) => format!("`{}`", column.name),
                None => "an expression".to_string(),
            };
            let name = cat.relation_name(table);
            cx.report(
                cx.name_location(location),
                format!(
                    "index `{}` of `{name}` is a B-tree on {what} of type {ty}, which only finds whole values",
                    relation.name
                ),
            )
            .help(format!("for a search inside of the value write `using {method}`"))
            .object(name);
            break;
        }
    }
}

/// The type of a key, and the method that searches inside of its values.
fn method_for(cat: &Catalog, table: &Relation, key: &IndexKey) -> Option<(String, &'static str)> {
    if let Some(expr) = &key.expr {
        let ExprKind::Call(call) = &expr.kind else { return None };
        return (&*call.function.name.text == "to_tsvector").then(|| ("tsvector".to_string(), "gin"));
    }
    let column = table.column_by_number(key.column).filter(|c| !c.type_unknown)?;
    let ty = cat.type_(column.ty.oid)?;
    let method = match &ty.kind {
        TypeKind::Array(_) => "gin",
        TypeKind::Range { .. } | TypeKind::Multirange(_) => "gist",
        _ => match &*ty.name {
            "jsonb" | "tsvector" => "gin",
            "vector" | "halfvec" | "sparsevec" => "hnsw",
            "geometry" | "geography" => "gist",
            _ => return None,
        },
    };
    // Its own type of this name is not meant.
    let known = ty.oid < Oid::FIRST_USER || method != "gin" || matches!(ty.kind, TypeKind::Array(_));
    known.then(|| (cat.format_type(column.ty), method))
}
