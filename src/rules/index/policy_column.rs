//! index/policy-column: a column by which a policy chooses rows, and no index that begins with it.

use super::indexes_of;
use crate::catalog::{ConstraintKind, Relation, oids};
use crate::rules::prelude::*;
use crate::syntax::ast::{Expr, ExprKind, PolicyCommand};

pub const RULE: Rule = Rule {
    name: "index/policy-column",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("column that policies compare, without an index"),
    doc: page!("index/policy-column"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for (table, _) in cx.own_relations() {
        if !table.row_security.enabled
            || !table.kind.is_table()
            || table.is_partition
            || table.doubt.security
            || splinter::is_skipped(cat, table.schema)
        {
            continue;
        }
        let mut told: Vec<u16> = Vec::new();
        for policy in table.policies.iter().filter(|p| p.permissive && p.command != PolicyCommand::Insert) {
            let (Some(using), Some(created)) = (&policy.using, policy.origin.created) else { continue };
            let Some(column) = chosen_by(using, table) else { continue };
            let number = column.number;
            // index/foreign-key says it of a foreign key.
            let is_key = |kind: &ConstraintKind| {
                matches!(kind, ConstraintKind::ForeignKey(_)) && kind.columns().first() == Some(&number)
            };
            if told.contains(&number)
                || table.doubt.may_index(&[&column.name])
                || indexes_of(cat, table).iter().any(|(_, i)| i.keys.first().is_some_and(|k| k.column == number))
                || table.constraints.iter().any(|c| is_key(&c.kind))
            {
                continue;
            }
            told.push(number);
            let name = cat.relation_name(table);
            let create = format!("create index on {} ({});", sql_name(cat, table), sql_identifier(&column.name));
            cx.report(
                created,
                format!(
                    "policy `{}` chooses the rows of `{name}` by `{}`, which has no index",
                    policy.name, column.name
                ),
            )
            .help(format!("every query reads the whole table to find the rows that its user may see; write `{create}`"))
            .object(name);
        }
    }
}

/// The column of which the condition leaves one value, or a list: all of the condition, or a part that AND joins to the rest.
fn chosen_by<'t>(condition: &Expr, table: &'t Relation) -> Option<&'t crate::catalog::Column> {
    match &condition.kind {
        ExprKind::Paren(inner) => chosen_by(inner, table),
        ExprKind::And(left, right) => chosen_by(left, table).or_else(|| chosen_by(right, table)),
        ExprKind::Binary { op, left, right } if &**op == "=" => {
            column(left, table).filter(|_| is_value(right)).or_else(|| column(right, table).filter(|_| is_value(left)))
        }
        ExprKind::InQuery { expr, negated: false, .. } => column(expr, table),
        ExprKind::Quantified { expr, op, all: false, array } if &**op == "=" => {
            column(expr, table).filter(|_| is_value(array))
        }
        _ => None,
    }
}

/// What is worked out once a statement: the user, and not a constant that many rows have.
fn is_value(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::Cast { expr: inner, .. } => is_value(inner),
        ExprKind::Call(_) | ExprKind::Subquery(_) | ExprKind::ArrayQuery(_) => true,
        // auth.jwt() ->> 'org_id'
        ExprKind::Binary { op, left, .. } => op.starts_with("->") && is_value(left),
        _ => false,
    }
}

fn column<'t>(expr: &Expr, table: &'t Relation) -> Option<&'t crate::catalog::Column> {
    let parts = match &expr.kind {
        ExprKind::Paren(inner) => return column(inner, table),
        ExprKind::Column(parts) => parts,
        _ => return None,
    };
    let of_table = parts.len() == 1 || parts.iter().rev().nth(1).is_some_and(|t| *t.text == *table.name);
    let column = table.column(parts.last().filter(|_| of_table)?)?;
    (column.ty.oid != oids::BOOL).then_some(column)
}
