//! What GROUP BY and DISTINCT allow in the other clauses of a query (parseCheckAggregates, findTargetlistEntry).

use super::scope::Level;
use super::{Analysis, children};
use crate::catalog::{ConstraintKind, FunctionKind, Oid};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Name, OrderBy, Select, Symbol, Target};
use crate::syntax::{TokenKind, lex};

/// A grouping column: the FROM item's place and the column's name.
type GroupedColumn = (usize, Symbol);

struct Grouping {
    columns: Vec<GroupedColumn>,
    /// Other expressions, as `normal` writes them.
    exprs: Vec<String>,
}

impl Analysis<'_> {
    /// Columns outside of aggregates must be grouped (42803). The level's clauses have been walked.
    pub(super) fn check_grouping(&mut self, select: &Select, order_by: &[OrderBy]) -> Replayed<()> {
        let grouped = !select.group_by.is_empty() || select.having.is_some() || self.counts.aggregates > 0;
        if !grouped || select.grouping_sets {
            return Ok(());
        }
        let Some(level) = self.levels.last() else { return Ok(()) };
        if !level.is_known() {
            return Ok(());
        }
        let mut grouping = Grouping { columns: Vec::new(), exprs: Vec::new() };
        for expr in &select.group_by {
            let meant = meant_target(expr, &select.targets, level);
            match &bare(meant).kind {
                ExprKind::Column(parts) => match level.position(parts) {
                    Some(column) => grouping.columns.push(column),
                    // A whole row, or a column that JOIN … USING merged.
                    None => return Ok(()),
                },
                ExprKind::Star(_) => return Ok(()),
                _ => grouping.exprs.push(normal(meant)),
            }
        }
        let depends = self.dependent_sources(level, &grouping);
        let check = |expr: &Expr| self.ungrouped(expr, level, &grouping, &depends);
        for target in &select.targets {
            match &target.expr.kind {
                ExprKind::Star(parts) => {
                    for column in level.starred(parts) {
                        check(&Expr { span: target.expr.span, kind: ExprKind::Column(column) })?;
                    }
                }
                _ => check(&target.expr)?,
            }
        }
        select.having.iter().try_for_each(check)?;
        for order in order_by {
            let meant = ordered_target(&order.expr, &select.targets);
            if meant.is_none() {
                check(&order.expr)?;
            }
        }
        Ok(())
    }

    /// The FROM items all of whose columns depend on the grouped ones: their primary key is grouped.
    fn dependent_sources(&self, level: &Level, grouping: &Grouping) -> Vec<usize> {
        let key = |relation: Oid| {
            let relation = self.cat.relation(relation)?;
            let key = relation.primary_key().filter(|key| !key.deferrable)?;
            let ConstraintKind::PrimaryKey { columns, .. } = &key.kind else { return None };
            columns
                .iter()
                .map(|c| relation.column_by_number(*c).map(|c| c.name.clone()))
                .collect::<Option<Vec<Symbol>>>()
        };
        let depends = |(place, source): &(usize, &super::Source)| {
            let key = source.relation.and_then(key);
            key.is_some_and(|key| key.iter().all(|name| grouping.columns.contains(&(*place, name.clone()))))
        };
        level.sources.iter().enumerate().filter(depends).map(|(place, _)| place).collect()
    }

    /// The first column in the expression that is neither grouped nor within an aggregate.
    fn ungrouped(&self, expr: &Expr, level: &Level, grouping: &Grouping, depends: &[usize]) -> Replayed<()> {
        if !grouping.exprs.is_empty() && grouping.exprs.contains(&normal(expr)) {
            return Ok(());
        }
        match &expr.kind {
            ExprKind::Column(parts) => {
                let Some((place, column)) = level.position(parts) else { return Ok(()) };
                if depends.contains(&place) || grouping.columns.iter().any(|g| *g == (place, column.clone())) {
                    return Ok(());
                }
                let table = level.sources.get(place).and_then(|s| s.alias.as_deref()).unwrap_or("");
                let message = format!(
                    "column \"{table}.{column}\" must appear in the GROUP BY clause or be used in an aggregate function"
                );
                Err(SqlError::new(state::GROUPING_ERROR, expr.span, message).into())
            }
            ExprKind::Call(call) if call.over.is_none() && self.may_be_aggregate(&call.function.name) => Ok(()),
            _ => {
                let mut result = Ok(());
                children(expr, &mut |child| {
                    if result.is_ok() {
                        result = self.ungrouped(child, level, grouping, depends);
                    }
                });
                result
            }
        }
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
    /// All columns are known, and no join has merged any.
    fn is_known(&self) -> bool {
        !self.fuzzy && self.merged.is_empty() && self.sources.iter().all(|s| s.columns.is_some())
    }

    /// What `*` or `t.*` stands for, each column with its FROM item's name.
    fn starred(&self, parts: &[Name]) -> Vec<Vec<Name>> {
        let table = parts.last().map(|name| &name.text);
        let meant = |source: &&super::Source| table.is_none() || source.alias.as_ref() == table;
        let named = |source: &super::Source| -> Vec<Vec<Name>> {
            let name = |text: &Symbol| Name::new(text.clone(), Span::default());
            let columns = source.columns.iter().flatten();
            columns.map(|c| source.alias.iter().chain([&c.name]).map(name).collect()).collect()
        };
        self.sources.iter().filter(meant).flat_map(named).collect()
    }

    /// The FROM item that a column reference means, and the column.
    fn position(&self, parts: &[Name]) -> Option<GroupedColumn> {
        let (qualifier, column) = match parts {
            [column] => (None, column),
            [.., table, column] => (Some(table), column),
            [] => return None,
        };
        self.sources.iter().enumerate().find_map(|(place, source)| {
            let named = qualifier.is_none_or(|table| source.alias.as_ref() == Some(&table.text));
            let has = source.columns.iter().flatten().any(|c| c.name == column.text);
            (named && has).then(|| (place, column.text.clone()))
        })
    }
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
fn ordered_target<'e>(expr: &Expr, targets: &'e [Target]) -> Option<&'e Expr> {
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
