//! The names that PostgreSQL gives to the columns of a select list (FigureColname in parse_target.c).

use crate::syntax::ast::{Expr, ExprKind, QueryBody, Symbol};

/// The column's name, or `None` where PostgreSQL would call it `?column?`.
pub(in crate::replay) fn column_name(expr: &Expr) -> Option<Symbol> {
    figure(expr).map(|(name, _)| name)
}

/// The name, and whether it is a strong one: a cast's type name does not replace that.
fn figure(expr: &Expr) -> Option<(Symbol, bool)> {
    let strong = |name: &str| Some((Symbol::from(name), true));
    match &expr.kind {
        ExprKind::Column(parts) => parts.last().map(|name| (name.text.clone(), true)),
        ExprKind::Field { expr, field } if &*field.text == "*" => figure(expr),
        ExprKind::Field { field, .. } => Some((field.text.clone(), true)),
        ExprKind::Subscript { expr, .. } | ExprKind::Paren(expr) | ExprKind::Collate { expr, .. } => figure(expr),
        ExprKind::Call(call) => Some((call.function.name.text.clone(), true)),
        ExprKind::AtTimeZone { .. } => strong("timezone"),
        ExprKind::Cast { expr, to } => match figure(expr) {
            Some((name, true)) => Some((name, true)),
            _ => Some((to.name.name.text.clone(), false)),
        },
        ExprKind::Exists(_) => strong("exists"),
        ExprKind::Array(_) | ExprKind::ArrayQuery(_) => strong("array"),
        ExprKind::Row(_) => strong("row"),
        ExprKind::Subquery(query) => {
            let mut body = &query.body;
            loop {
                match body {
                    QueryBody::Select(select) => {
                        let target = select.targets.first()?;
                        return match &target.alias {
                            Some(alias) => Some((alias.text.clone(), true)),
                            None => Some((column_name(&target.expr).unwrap_or_else(|| "?column?".into()), true)),
                        };
                    }
                    QueryBody::Values(_) => return strong("column1"),
                    QueryBody::SetOperation { left, .. } => body = left,
                    QueryBody::Query(inner) => body = &inner.body,
                    QueryBody::Table(_) => return None,
                }
            }
        }
        ExprKind::Case { otherwise, .. } => match otherwise.as_deref().and_then(figure) {
            Some((name, true)) => Some((name, true)),
            _ => Some(("case".into(), false)),
        },
        _ => None,
    }
}
