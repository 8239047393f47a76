//! What WITH RECURSIVE allows (parse_cte.c): where a query may name itself.

use super::Analysis;
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{
    CommonTable, CommonTableBody, Expr, FromItem, JoinKind, QualifiedName, Query, QueryBody, Select, SetOperator,
};
use crate::syntax::walk;

/// Where a walk over a recursive query is.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Allowed,
    NonRecursiveTerm,
    Subquery,
    OuterJoin,
    Intersect,
    Except,
}

impl Context {
    const fn phrase(self) -> &'static str {
        match self {
            Context::Allowed => "more than once",
            Context::NonRecursiveTerm => "within its non-recursive term",
            Context::Subquery => "within a subquery",
            Context::OuterJoin => "within an outer join",
            Context::Intersect => "within INTERSECT",
            Context::Except => "within EXCEPT",
        }
    }
}

/// Holds the tables of a WITH RECURSIVE to its rules.
pub(super) fn check(tables: &[CommonTable]) -> Replayed<()> {
    let edges: Vec<Vec<usize>> = tables.iter().map(|table| references(table, tables)).collect();
    for place in 0..tables.len() {
        if let (true, Some(table)) = (reaches_itself(place, &edges), tables.get(place)) {
            let message = "mutual recursion between WITH items is not implemented";
            return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, table.name.span, message).into());
        }
    }
    tables.iter().enumerate().filter(|(place, _)| edges.get(*place).is_some_and(|to| to.contains(place))).try_for_each(
        |(_, table)| {
            let CommonTableBody::Query(query) = &table.body else {
                let message = format!("recursive query \"{}\" must not contain data-modifying statements", table.name);
                return refuse(table.name.span, message);
            };
            check_query(table, query)
        },
    )
}

/// The tables of the same WITH that one names, by their places.
fn references(table: &CommonTable, tables: &[CommonTable]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut visit = |name: &QualifiedName| {
        if name.schema.is_none() {
            found.extend(tables.iter().position(|t| t.name == name.name));
        }
    };
    let mut visitor_exprs = |_: &Expr| {};
    walk::common_table(table, &mut visitor_exprs, &mut visit);
    found
}

/// A table depends on itself through others.
fn reaches_itself(start: usize, edges: &[Vec<usize>]) -> bool {
    let others = |from: usize| edges.get(from).into_iter().flatten().copied().filter(move |to| *to != from);
    let mut waiting: Vec<usize> = others(start).collect();
    let mut seen = Vec::new();
    while let Some(place) = waiting.pop() {
        if place == start {
            return true;
        }
        if !seen.contains(&place) {
            seen.push(place);
            waiting.extend(others(place));
        }
    }
    false
}

fn check_query(table: &CommonTable, query: &Query) -> Replayed<()> {
    let mut body = &query.body;
    while let QueryBody::Query(inner) = body {
        body = &inner.body;
    }
    let QueryBody::SetOperation { op: SetOperator::Union, left, right, .. } = body else {
        let message = format!(
            "recursive query \"{}\" does not have the form non-recursive-term UNION [ALL] recursive-term",
            table.name
        );
        return refuse(table.name.span, message);
    };
    let mut walk = Walk { table, seen: 0 };
    query.with.iter().try_for_each(|inner| walk.common_table(inner, Context::Subquery))?;
    let decorations = [
        (query.order_by.first().map(|o| o.expr.span), "ORDER BY"),
        (query.offset.as_ref().map(|e| e.span), "OFFSET"),
        (query.limit.as_ref().map(|e| e.span), "LIMIT"),
        ((!query.locking.is_empty()).then_some(query.span), "FOR UPDATE/SHARE"),
    ];
    if let Some((span, what)) = decorations.into_iter().find_map(|(span, what)| Some((span?, what))) {
        let message = format!("{what} in a recursive query is not implemented");
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
    }
    walk.body(left, Context::NonRecursiveTerm)?;
    walk.body(right, Context::Allowed)
}

struct Walk<'a> {
    table: &'a CommonTable,
    /// How often it has named itself.
    seen: usize,
}

impl Walk<'_> {
    fn is_it(&self, name: &QualifiedName) -> bool {
        name.schema.is_none() && name.name == self.table.name
    }

    fn name(&mut self, name: &QualifiedName, context: Context) -> Replayed<()> {
        if !self.is_it(name) {
            return Ok(());
        }
        self.seen += 1;
        if context == Context::Allowed && self.seen == 1 {
            return Ok(());
        }
        let (query, phrase) = (&self.table.name, context.phrase());
        refuse(name.span(), format!("recursive reference to query \"{query}\" must not appear {phrase}"))
    }

    fn query(&mut self, query: &Query, context: Context) -> Replayed<()> {
        // A table of its own WITH by the same name is meant instead.
        if query.with.iter().any(|inner| inner.name == self.table.name) {
            return Ok(());
        }
        query.with.iter().try_for_each(|inner| self.common_table(inner, context))?;
        self.body(&query.body, context)
    }

    fn common_table(&mut self, inner: &CommonTable, context: Context) -> Replayed<()> {
        match &inner.body {
            CommonTableBody::Query(query) => self.query(query, context),
            _ => Ok(()),
        }
    }

    fn body(&mut self, body: &QueryBody, context: Context) -> Replayed<()> {
        match body {
            QueryBody::Select(select) => self.select(select, context),
            QueryBody::Values(rows) => rows.iter().flatten().try_for_each(|value| self.expr(value)),
            QueryBody::Table(name) => self.name(name, context),
            QueryBody::Query(query) => self.query(query, context),
            QueryBody::SetOperation { op, all, left, right } => {
                let (left_context, right_context) = match op {
                    SetOperator::Union => (context, context),
                    SetOperator::Intersect if *all => (Context::Intersect, Context::Intersect),
                    SetOperator::Intersect => (context, context),
                    SetOperator::Except => (context, Context::Except),
                };
                self.body(left, left_context)?;
                self.body(right, right_context)
            }
        }
    }

    fn select(&mut self, select: &Select, context: Context) -> Replayed<()> {
        select.targets.iter().try_for_each(|t| self.expr(&t.expr))?;
        select.from.iter().try_for_each(|item| self.item(item, context))?;
        let clauses = select.filter.iter().chain(&select.group_by).chain(&select.having);
        clauses.into_iter().try_for_each(|e| self.expr(e))
    }

    fn item(&mut self, item: &FromItem, context: Context) -> Replayed<()> {
        match item {
            FromItem::Table { name, .. } => self.name(name, context),
            FromItem::Subquery { query, .. } => self.query(query, context),
            FromItem::Function { calls, .. } => calls.iter().try_for_each(|(call, _)| self.expr(call)),
            FromItem::Other { exprs, .. } => exprs.iter().try_for_each(|e| self.expr(e)),
            FromItem::Join { kind, left, right, on, .. } => {
                let outer = |nullable: &[JoinKind]| if nullable.contains(kind) { Context::OuterJoin } else { context };
                self.item(left, outer(&[JoinKind::Right, JoinKind::Full]))?;
                self.item(right, outer(&[JoinKind::Left, JoinKind::Full]))?;
                on.iter().try_for_each(|e| self.expr(e))
            }
        }
    }

    /// The queries in an expression.
    fn expr(&mut self, expr: &Expr) -> Replayed<()> {
        let mut names: Vec<QualifiedName> = Vec::new();
        walk::relations_in_expr(expr, &mut |name| names.push(name.clone()));
        names.iter().try_for_each(|name| self.name(name, Context::Subquery))
    }
}

fn refuse(span: Span, message: String) -> Replayed<()> {
    Err(SqlError::new(state::INVALID_RECURSION, span, message).into())
}

impl Analysis<'_> {
    /// Aggregates do not stand where the query names itself.
    pub(super) fn check_recursive_term(&self, table: &CommonTable, term: &QueryBody) -> Replayed<()> {
        let QueryBody::Select(select) = term else { return Ok(()) };
        let mut items: Vec<&FromItem> = select.from.iter().collect();
        let mut names_itself = false;
        while let Some(item) = items.pop() {
            match item {
                FromItem::Table { name, .. } => names_itself |= name.schema.is_none() && name.name == table.name,
                FromItem::Join { left, right, .. } => items.extend([&**left, &**right]),
                _ => {}
            }
        }
        let mut exprs = select.targets.iter().map(|t| &t.expr).chain(&select.having);
        match exprs.find_map(|e| self.aggregate_in(e)).filter(|_| names_itself) {
            Some(span) => {
                refuse(span, "aggregate functions are not allowed in a recursive query's recursive term".into())
            }
            None => Ok(()),
        }
    }
}
