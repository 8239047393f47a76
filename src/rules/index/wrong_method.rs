//! index/wrong-method: a B-tree on values that are searched by what is in them.

use super::{indexes_of, own_indexes};
use crate::catalog::{Catalog, Column, Function, IndexKey, Oid, Relation, TypeKind, oids};
use crate::rules::prelude::*;
use crate::syntax::ast::{Compiled, Expr, ExprKind, FunctionBody, QualifiedName, Statement};
use crate::syntax::plpgsql::{Loop, LoopHead, StepKind};
use crate::syntax::{self, walk};
use std::cell::OnceCell;
use std::slice;
use std::sync::Arc;

pub const RULE: Rule = Rule {
    name: "index/wrong-method",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("B-tree index where another method is needed"),
    doc: page!("index/wrong-method"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let functions = OnceCell::new();
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
        if let [key] = &index.keys[..]
            && let Some(column) = text_column(table, key)
            && !has_other_index(cat, table, column)
            && let Some(function) =
                functions.get_or_init(|| searching(cat)).iter().find(|function| searches(cat, table, column, function))
        {
            let name = cat.relation_name(table);
            let message = format!(
                "index `{}` of `{name}` is a B-tree on `{}`, but `{}` looks for parts of its values, which only a trigram index finds",
                relation.name,
                column.name,
                cat.display_name(function.schema, &function.name)
            );
            cx.report(cx.name_location(location), message)
                .help(format!("write `using gin ({} gin_trgm_ops)`, with the extension pg_trgm", column.name))
                .object(name);
        }
    }
}

/// The functions of the migrations whose bodies may look for parts of texts.
fn searching(cat: &Catalog) -> Vec<&Arc<Function>> {
    let body = |f: &Function| matches!(f.body.as_deref(), Some(FunctionBody::Text(body)) if body.text.contains('%'));
    cat.functions().filter(|f| f.origin.created.is_some() && body(f)).collect()
}

/// The column of text that a key is, as it is or in one case.
fn text_column<'c>(table: &'c Relation, key: &IndexKey) -> Option<&'c Column> {
    let column = match &key.expr {
        None => table.column_by_number(key.column),
        Some(expr) => table.column(column_in(expr)?),
    };
    column.map(|c| &**c).filter(|c| !c.type_unknown && matches!(c.ty.oid, oids::TEXT | oids::VARCHAR))
}

/// The name of a column, as it is or in one case.
fn column_in(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Paren(inner) => column_in(inner),
        ExprKind::Column(parts) => parts.last().map(|name| &*name.text),
        ExprKind::Call(call) if matches!(&*call.function.name.text, "lower" | "upper") => {
            column_in(&call.args.first()?.value)
        }
        _ => None,
    }
}

/// Whether an index that is no B-tree is about the column.
fn has_other_index(cat: &Catalog, table: &Relation, column: &Column) -> bool {
    indexes_of(cat, table).iter().any(|(_, index)| {
        let about = |key: &IndexKey| key.column == column.number || key.text.contains(&*column.name);
        &*index.method != "btree" && index.keys.iter().any(about)
    })
}

/// Whether a body looks for parts of the column's values.
fn searches(cat: &Catalog, table: &Relation, column: &Column, function: &Function) -> bool {
    let Some(FunctionBody::Text(body)) = function.body.as_deref() else { return false };
    if !body.text.contains(&*table.name) || !body.text.contains(&*column.name) {
        return false;
    }
    let mut found = false;
    let mut look = |statement: &Statement| found |= statement_searches(cat, table, column, statement);
    if let Some(Compiled { code, block }) = body.compiled.get() {
        block.each_step(&mut |step| {
            let pieces = match &step.kind {
                StepKind::Sql { pieces, .. } => pieces,
                StepKind::ReturnQuery(part) => slice::from_ref(part),
                StepKind::Loop(Loop { head: LoopHead::Query { query, .. }, .. }) => slice::from_ref(query),
                _ => return,
            };
            if let Ok(statement) = &code.statement(pieces) {
                look(statement);
            }
        });
    } else if &*function.language == "sql" {
        syntax::parse(&body.text).statements.iter().filter_map(|s| s.result.as_ref().ok()).for_each(look);
    }
    found
}

/// Whether the statement does; of its tables no other may have such a column.
fn statement_searches(cat: &Catalog, table: &Relation, column: &Column, statement: &Statement) -> bool {
    let (mut asks, mut own, mut others) = (false, false, false);
    let mut named = |name: &QualifiedName| {
        if let Ok(Some(relation)) = cat.find_relation(name)
            && relation.column(&column.name).is_some()
        {
            own |= relation.oid == table.oid;
            others |= relation.oid != table.oid;
        }
    };
    walk::statement(statement, &mut |expr| asks |= asks_for_parts(expr, &column.name), &mut named);
    asks && own && !others
}

/// `column LIKE '%…'`, and pg_trgm's operators.
fn asks_for_parts(expr: &Expr, column: &str) -> bool {
    let ExprKind::Binary { op, left, right } = &expr.kind else { return false };
    let is_column = |side: &Expr| column_in(side) == Some(column);
    match &**op {
        "~~" | "~~*" => is_column(left) && begins_with_wildcard(right),
        "%" | "<%" | "%>" | "<<%" | "%>>" => is_column(left) || is_column(right),
        _ => false,
    }
}

fn begins_with_wildcard(pattern: &Expr) -> bool {
    match &pattern.kind {
        ExprKind::Paren(inner) | ExprKind::Cast { expr: inner, .. } => begins_with_wildcard(inner),
        ExprKind::String(text) => text.starts_with('%'),
        ExprKind::Binary { op, left, .. } => &**op == "||" && begins_with_wildcard(left),
        ExprKind::Call(call) => match &*call.function.name.text {
            "concat" | "lower" | "upper" => call.args.first().is_some_and(|arg| begins_with_wildcard(&arg.value)),
            _ => false,
        },
        _ => false,
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
