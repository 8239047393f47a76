//! compat/narrow-check: a CHECK on a live table refuses values that clients may still write.

use super::{list, meets_clients};
use crate::catalog::{Class, Constraint, ConstraintKind, Relation};
use crate::replay::{Change, Step};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, IsTest, Link, StatementKind, Symbol};

rule!(RULE, "narrow-check", "check that no longer takes values that clients may write", check);

fn check(cx: &mut MigrationContext) {
    if !meets_clients(cx) {
        return;
    }
    let created: Vec<(&Step, crate::catalog::Oid, crate::catalog::Oid)> = cx
        .effects()
        .filter(|(_, e)| e.change == Change::Created && e.object.class == Class::Constraint)
        .map(|(step, e)| (step, e.relation, e.object.oid))
        .collect();
    for (step, relation, oid) in created {
        let Some(message) = narrowed(cx, step, relation, oid) else { continue };
        let name = cx.after.relation(relation).map_or_else(String::new, |r| cx.after.relation_name(r));
        let help = "deploy clients that no longer write the values, and narrow the check after that";
        cx.report(place(step, cx.after.relation(relation), oid), message).help(help).object(name);
    }
}

fn narrowed(
    cx: &MigrationContext,
    step: &Step,
    relation: crate::catalog::Oid,
    oid: crate::catalog::Oid,
) -> Option<String> {
    let before = step.before.relation(relation).filter(|r| cx.common.is_live(r, cx.file.id))?;
    let before = cx.before.relation(relation).unwrap_or(before);
    let after = cx.after.relation(relation)?;
    let new = after.constraints.iter().find(|c| c.oid == oid && c.enforced)?;
    let ConstraintKind::Check { expr, columns, .. } = &new.kind else { return None };
    let [number] = columns[..] else { return None };
    let (old_column, column) = (before.column_by_number(number)?, after.column_by_number(number)?);
    let (name, allowed) = values(expr)?;
    // What has another type now is compat/change-column-type's.
    if name != column.name || (old_column.ty != column.ty && !old_column.type_unknown) {
        return None;
    }
    let shown = format!("{}.{}", cx.after.relation_name(after), column.name);
    let earlier: Vec<&Constraint> = before
        .constraints
        .iter()
        .map(|c| &**c)
        .filter(|c| c.enforced && matches!(&c.kind, ConstraintKind::Check { columns, .. } if columns[..] == [number]))
        .collect();
    if earlier.is_empty() {
        // Nothing is known of the checks of a table that no file here creates.
        if before.columns_unknown.is_some() {
            return None;
        }
        let allowed: Vec<String> = allowed.iter().map(|v| format!("'{v}'")).collect();
        return Some(format!(
            "`{shown}` takes only {} from now on: clients that write other values fail",
            list(&allowed)
        ));
    }
    let taken: Vec<Symbol> = earlier.iter().filter_map(|c| taken_by(c)).next()?;
    let refused: Vec<String> = taken.iter().filter(|v| !allowed.contains(v)).map(|v| format!("'{v}'")).collect();
    if refused.is_empty() {
        return None;
    }
    Some(format!("`{shown}` no longer takes {}: clients that still write it fail", list(&refused)))
}

fn taken_by(constraint: &Constraint) -> Option<Vec<Symbol>> {
    match &constraint.kind {
        ConstraintKind::Check { expr, .. } => values(expr).map(|(_, values)| values),
        _ => None,
    }
}

/// `column in ('a', 'b')` and what says the same: the column, and the values.
fn values(expr: &Expr) -> Option<(Symbol, Vec<Symbol>)> {
    let column = |e: &Expr| match &bare(e).kind {
        ExprKind::Column(parts) => parts.last().map(|n| n.text.clone()),
        _ => None,
    };
    match &bare(expr).kind {
        ExprKind::InList { expr, list, negated: false } => Some((column(expr)?, constants(list)?)),
        ExprKind::Quantified { expr, op, all: false, array } if &**op == "=" => match &bare(array).kind {
            ExprKind::Array(items) => Some((column(expr)?, constants(items)?)),
            _ => None,
        },
        ExprKind::Binary { op, left, right } if &**op == "=" => Some((column(left)?, vec![constant(right)?])),
        ExprKind::Or(..) => {
            let (first, links) = bare(expr).chain();
            let mut name = None;
            let mut all = Vec::new();
            for (link, part) in std::iter::once((Link::Or, first)).chain(links) {
                // Null passes a check anyhow.
                if matches!(&bare(part).kind, ExprKind::Is { test: IsTest::Null, negated: false, .. }) {
                    continue;
                }
                let (of, some) = values(part).filter(|_| link == Link::Or)?;
                if *name.get_or_insert(of.clone()) != of {
                    return None;
                }
                all.extend(some);
            }
            Some((name?, all))
        }
        _ => None,
    }
}

fn constants(list: &[Expr]) -> Option<Vec<Symbol>> {
    list.iter().map(constant).collect()
}

fn constant(expr: &Expr) -> Option<Symbol> {
    match &bare(expr).kind {
        ExprKind::String(text) | ExprKind::Number(text) => Some(text.clone()),
        _ => None,
    }
}

/// Without parentheses and casts.
fn bare(mut expr: &Expr) -> &Expr {
    while let ExprKind::Paren(inner) | ExprKind::Cast { expr: inner, .. } = &expr.kind {
        expr = inner;
    }
    expr
}

/// Where the statement names the constraint, or says it.
fn place(step: &Step, table: Option<&std::sync::Arc<Relation>>, oid: crate::catalog::Oid) -> Span {
    let name = table.and_then(|t| t.constraints.iter().find(|c| c.oid == oid)).map(|c| &c.name);
    let Some(StatementKind::AlterTable(alter)) = step.statement.as_ref().map(|s| &s.kind) else { return step.span };
    let added = alter.actions.iter().find_map(|a| match &a.kind {
        crate::syntax::ast::AlterTableActionKind::AddConstraint(added) => {
            (added.name.as_ref().map(|n| &n.text) == name || added.name.is_none()).then_some(added.span)
        }
        _ => None,
    });
    added.unwrap_or(step.span)
}
