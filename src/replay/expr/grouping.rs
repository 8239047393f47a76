//! What GROUP BY and DISTINCT allow in the other clauses of a query (parseCheckAggregates, findTargetlistEntry).

use super::scope::{At, Level};
use super::{Analysis, children};
use crate::catalog::{ConstraintKind, FunctionKind, Oid};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, OrderBy, Select, Target};
use crate::syntax::{TokenKind, lex};

/// What a query is grouped by.
struct Grouping {
    columns: Vec<At>,
    /// Other expressions, as `normal` writes them.
    exprs: Vec<String>,
    /// The FROM items all of whose columns depend on the grouped ones: their primary key is grouped.
    dependent: Vec<usize>,
}

impl Grouping {
    fn has(&self, at: At) -> bool {
        self.columns.contains(&at) || self.dependent.contains(&at.0)
    }
}

impl Analysis<'_> {
    /// Columns outside of aggregates must be grouped (42803). The level's clauses have been walked.
    pub(super) fn check_grouping(&mut self, select: &Select, order_by: &[OrderBy]) -> Replayed<()> {
        let grouped = !select.group_by.is_empty()
            || select.grouping_sets
            || select.having.is_some()
            || self.counts.aggregates > 0;
        let Some(level) = self.levels.last().filter(|level| grouped && level.is_known()) else { return Ok(()) };
        let mut grouping = Grouping { columns: Vec::new(), exprs: Vec::new(), dependent: Vec::new() };
        let mut exprs: Vec<&Expr> = select.group_by.iter().collect();
        while let Some(expr) = exprs.pop() {
            let meant = meant_target(expr, &select.targets, level);
            match &bare(meant).kind {
                ExprKind::Column(parts) => match level.position(parts) {
                    Some(column) => grouping.columns.push(column),
                    // A whole row, or a column of a query around this one.
                    None => grouping.exprs.push(normal(meant)),
                },
                ExprKind::Star(_) => return Ok(()),
                ExprKind::Row(parts) => {
                    grouping.exprs.push(normal(meant));
                    exprs.extend(parts);
                }
                _ => grouping.exprs.push(normal(meant)),
            }
            if let Some(span) = self.aggregate_in(meant) {
                let message = "aggregate functions are not allowed in GROUP BY";
                return Err(SqlError::new(state::GROUPING_ERROR, span, message).into());
            }
        }
        if !select.grouping_sets {
            grouping.dependent = self.dependent_sources(level, &grouping);
        }
        let check = |expr: &Expr| self.ungrouped(expr, level, &grouping);
        for target in &select.targets {
            match &target.expr.kind {
                ExprKind::Star(parts) => {
                    for (_, at) in level.starred(parts.last()).unwrap_or_default() {
                        check_column(level, &grouping, level.origin(at), target.expr.span)?;
                    }
                }
                _ => check(&target.expr)?,
            }
        }
        select.having.iter().try_for_each(check)?;
        let sorted = order_by.iter().map(|o| &o.expr).chain(&select.distinct_on);
        for expr in sorted.filter(|expr| ordered_target(expr, &select.targets).is_none()) {
            check(expr)?;
        }
        let windows = select.windows.iter().map(|(_, w)| w);
        windows.flat_map(|w| w.partition_by.iter().chain(w.order_by.iter().map(|o| &o.expr))).try_for_each(check)
    }

    fn dependent_sources(&self, level: &Level, grouping: &Grouping) -> Vec<usize> {
        let key = |relation: Oid| {
            let relation = self.cat.relation(relation)?;
            let key = relation.primary_key().filter(|key| !key.deferrable)?;
            let ConstraintKind::PrimaryKey { columns, .. } = &key.kind else { return None };
            let place = |number: &u16| relation.live_columns().position(|c| c.number == *number);
            columns.iter().map(place).collect::<Option<Vec<usize>>>()
        };
        let depends = |(place, source): &(usize, &super::Source)| {
            let key = source.relation.and_then(key);
            key.is_some_and(|key| key.iter().all(|column| grouping.columns.contains(&(*place, *column))))
        };
        level.sources.iter().enumerate().filter(depends).map(|(place, _)| place).collect()
    }

    /// The first column in the expression that is neither grouped nor within an aggregate.
    fn ungrouped(&self, expr: &Expr, level: &Level, grouping: &Grouping) -> Replayed<()> {
        if !grouping.exprs.is_empty() && grouping.exprs.contains(&normal(expr)) {
            return Ok(());
        }
        match &expr.kind {
            ExprKind::Column(parts) => match (level.position(parts), &parts[..]) {
                (Some(at), _) => check_column(level, grouping, at, expr.span),
                (None, [name]) => match level.named(name) {
                    Some((place, source)) if source.relation.is_some() && !grouping.dependent.contains(&place) => {
                        Err(ungrouped_column(&format!("{name}.*"), expr.span).into())
                    }
                    _ => Ok(()),
                },
                _ => Ok(()),
            },
            ExprKind::Call(call) if call.builtin_syntax && &*call.function.name.text == "grouping" => {
                let is_grouped = |arg: &Expr| match &bare(arg).kind {
                    ExprKind::Column(parts) => level.position(parts).is_none_or(|at| grouping.columns.contains(&at)),
                    _ => grouping.exprs.contains(&normal(arg)),
                };
                match call.args.iter().find(|arg| !is_grouped(&arg.value)) {
                    Some(arg) => {
                        let message =
                            "arguments to GROUPING must be grouping expressions of the associated query level";
                        Err(SqlError::new(state::GROUPING_ERROR, arg.value.span, message).into())
                    }
                    None => Ok(()),
                }
            }
            ExprKind::Call(call) if call.over.is_none() && self.may_be_aggregate(&call.function.name) => Ok(()),
            _ => {
                if let ExprKind::Subquery(query)
                | ExprKind::Exists(query)
                | ExprKind::ArrayQuery(query)
                | ExprKind::InQuery { query, .. } = &expr.kind
                {
                    let within = |span: &Span| query.span.start <= span.start && span.end <= query.span.end;
                    let uses = level.used_below.iter().filter(|(_, span)| within(span));
                    if let Some((at, span)) = uses.into_iter().find(|(at, _)| !grouping.has(*at)) {
                        let name = level.shown(*at);
                        let message = format!("subquery uses ungrouped column \"{name}\" from outer query");
                        return Err(SqlError::new(state::GROUPING_ERROR, *span, message).into());
                    }
                }
                let mut result = Ok(());
                children(expr, &mut |child| {
                    if result.is_ok() {
                        result = self.ungrouped(child, level, grouping);
                    }
                });
                result
            }
        }
    }

    /// The first call in an expression that is one of an aggregate for certain.
    pub(super) fn aggregate_in(&self, expr: &Expr) -> Option<Span> {
        if let ExprKind::Call(call) = &expr.kind
            && call.over.is_none()
            && !call.builtin_syntax
            && let Ok(found) = self.cat.visible_functions(&call.function)
            && !found.is_empty()
            && found.iter().all(|f| f.kind == FunctionKind::Aggregate)
        {
            return Some(expr.span);
        }
        let mut found = None;
        children(expr, &mut |child| found = found.or_else(|| self.aggregate_in(child)));
        found
    }

    /// Whether a function that returns sets is called in the expression.
    pub(super) fn set_returning_in(&self, expr: &Expr) -> bool {
        if let ExprKind::Call(call) = &expr.kind
            && !call.builtin_syntax
            && let Ok(candidates) = self.cat.visible_functions(&call.function)
            && !candidates.is_empty()
            && candidates.iter().all(|f| f.returns_set)
        {
            return true;
        }
        let mut found = false;
        children(expr, &mut |child| found |= self.set_returning_in(child));
        found
    }

    fn may_be_aggregate(&self, name: &str) -> bool {
        let schemas = self.cat.schemas().map(|s| s.oid);
        schemas.into_iter().any(|s| self.cat.functions_named(s, name).any(|f| f.kind == FunctionKind::Aggregate))
    }

    /// With DISTINCT, what is ordered by must be selected (42P10).
    pub(super) fn check_distinct_order(&self, select: &Select, order_by: &[OrderBy]) -> Replayed<()> {
        let has_star = select.targets.iter().any(|t| matches!(t.expr.kind, ExprKind::Star(_)));
        if !select.distinct || !select.distinct_on.is_empty() || has_star {
            return Ok(());
        }
        let selected: Vec<String> = select.targets.iter().map(|t| normal(&t.expr)).collect();
        for order in order_by {
            if ordered_target(&order.expr, &select.targets).is_none() && !selected.contains(&normal(&order.expr)) {
                let message = "for SELECT DISTINCT, ORDER BY expressions must appear in select list";
                return Err(SqlError::new(state::INVALID_COLUMN_REFERENCE, order.expr.span, message).into());
            }
        }
        Ok(())
    }
}

impl Level {
    /// All columns are known.
    fn is_known(&self) -> bool {
        !self.fuzzy && self.sources.iter().all(|s| s.columns.is_some())
    }

    /// A column as messages about grouping name it.
    fn shown(&self, (place, index): At) -> String {
        let source = self.sources.get(place);
        let column = source.and_then(|s| s.columns.as_ref()?.get(index)).map_or("", |c| &c.name);
        match source.and_then(|s| s.alias.as_ref()) {
            Some(alias) => format!("{alias}.{column}"),
            None => column.to_string(),
        }
    }
}

fn check_column(level: &Level, grouping: &Grouping, at: At, span: Span) -> Replayed<()> {
    if grouping.has(at) { Ok(()) } else { Err(ungrouped_column(&level.shown(at), span).into()) }
}

fn ungrouped_column(name: &str, span: Span) -> SqlError {
    let message = format!("column \"{name}\" must appear in the GROUP BY clause or be used in an aggregate function");
    SqlError::new(state::GROUPING_ERROR, span, message)
}

/// GROUP BY names a column of FROM, an output column, or an output's place.
fn meant_target<'e>(expr: &'e Expr, targets: &'e [Target], level: &Level) -> &'e Expr {
    let meant = match &expr.kind {
        ExprKind::Column(parts) if level.position(parts).is_some() => None,
        _ => ordered_target(expr, targets),
    };
    meant.unwrap_or(expr)
}

/// The target that ORDER BY means by an output's name or place.
pub(super) fn ordered_target<'e>(expr: &Expr, targets: &'e [Target]) -> Option<&'e Expr> {
    match &expr.kind {
        ExprKind::Number(place) => {
            let place: usize = place.parse().ok()?;
            targets.get(place.checked_sub(1)?).map(|t| &t.expr)
        }
        ExprKind::Column(parts) => {
            let [name] = &parts[..] else { return None };
            let named = |t: &&Target| match &t.alias {
                Some(alias) => alias == name,
                None => super::column_name(&t.expr).is_some_and(|column| column == name.text),
            };
            targets.iter().find(named).map(|t| &t.expr)
        }
        _ => None,
    }
}

/// What makes an expression the same as another: the column that it is, or its text.
pub(super) fn key(expr: &Expr, level: &Level) -> (Option<At>, String) {
    match &bare(expr).kind {
        ExprKind::Column(parts) if level.position(parts).is_some() => (level.position(parts), String::new()),
        _ => (None, normal(expr)),
    }
}

fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        _ => expr,
    }
}

/// The expression as text, without the qualifiers and parentheses that make no difference.
fn normal(expr: &Expr) -> String {
    let text = expr.to_string();
    let tokens = lex(&text).tokens;
    let mut normal = String::with_capacity(text.len());
    for (place, token) in tokens.iter().enumerate() {
        let next = tokens.get(place + 1).map(|t| t.kind);
        let qualifies = next == Some(TokenKind::Dot) || token.kind == TokenKind::Dot;
        if qualifies || matches!(token.kind, TokenKind::LParen | TokenKind::RParen) {
            continue;
        }
        normal.push_str(text.get(token.start as usize..token.end as usize).unwrap_or(""));
        normal.push(' ');
    }
    normal
}
