//! ORDER BY, GROUP BY and DISTINCT: what their items mean, and whether values of such types can be compared (findTargetlistEntry,
//! get_sort_group_operators).

use super::scope::{Level, Shows};
use super::{Analysis, Columns, Place, Source, Typed, column_name};
use crate::catalog::{Oid, TypeKind, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::index::has_default_class;
use crate::replay::{Replayed, SqlError};
use crate::syntax::ast::{Expr, ExprKind, OrderBy, Query, Select, Target};

/// What comparing values of a type needs.
#[derive(Clone, Copy, PartialEq)]
enum Needs {
    Ordering,
    Equality,
}

impl Analysis<'_> {
    /// The ORDER BY of a SELECT.
    pub(super) fn sort_clause(&mut self, list: &[OrderBy], targets: &[Target], columns: &Columns) -> Replayed<()> {
        for item in list {
            let ty = self.sort_item("ORDER BY", &item.expr, targets, columns)?;
            self.check_order(item, ty)?;
        }
        Ok(())
    }

    /// An item's own ordering, or the type's (42809, 42883).
    pub(super) fn check_order(&mut self, item: &OrderBy, ty: Typed) -> Replayed<()> {
        match &item.using {
            None => self.check_comparable(ty, Needs::Ordering, &item.expr),
            Some(op) if matches!(&**op, "<" | ">") || op.bytes().any(|b| b.is_ascii_alphanumeric()) => Ok(()),
            Some(op) => {
                self.operator(op, Some((&item.expr, ty)), (&item.expr, ty), item.expr.span)?;
                if !matches!(&**op, "=" | "<>" | "<=" | ">=" | "~~" | "~" | "||" | "+" | "-" | "*") {
                    return Ok(());
                }
                let message = format!("operator {op} is not a valid ordering operator");
                Err(SqlError::new(state::WRONG_OBJECT_TYPE, item.expr.span, message)
                    .hint("Ordering operators must be \"<\" or \">\" members of btree operator families.")
                    .into())
            }
        }
    }

    /// GROUP BY and DISTINCT ON.
    pub(super) fn group_clause(
        &mut self,
        clause: &'static str,
        list: &[Expr],
        targets: &[Target],
        columns: &Columns,
    ) -> Replayed<()> {
        for expr in list {
            let parts = match &expr.kind {
                ExprKind::Row(parts) if clause == "GROUP BY" => parts,
                _ => std::slice::from_ref(expr),
            };
            for expr in parts {
                let ty = self.sort_item(clause, expr, targets, columns)?;
                self.check_comparable(ty, Needs::Equality, expr)?;
            }
        }
        Ok(())
    }

    /// DISTINCT, and the set operations without ALL, compare all columns.
    pub(super) fn check_distinct(&self, columns: &Columns, whole: &Expr) -> Replayed<()> {
        columns.iter().flatten().try_for_each(|column| self.check_comparable(column.ty, Needs::Equality, whole))
    }

    /// The type of what an item means: an output column by its name or place, or an expression of its own.
    fn sort_item(
        &mut self,
        clause: &'static str,
        expr: &Expr,
        targets: &[Target],
        columns: &Columns,
    ) -> Replayed<Typed> {
        if let ExprKind::Column(parts) = &expr.kind
            && let [name] = &parts[..]
            && !(clause == "GROUP BY" && self.levels.last().is_some_and(|l| l.may_have(parts)))
        {
            let mut named = targets.iter().filter(|t| match &t.alias {
                Some(alias) => alias == name,
                None => column_name(&t.expr).is_some_and(|column| column == name.text),
            });
            let first = named.next();
            if let Some(first) = first
                && named.any(|other| other.expr.to_string() != first.expr.to_string())
                && !targets.iter().any(|t| matches!(t.expr.kind, ExprKind::Star(_)))
                && self.are_different(targets, name)
            {
                let message = format!("{clause} \"{name}\" is ambiguous");
                return Err(SqlError::new(state::AMBIGUOUS_COLUMN, expr.span, message).into());
            }
            match columns {
                None => return Ok(None),
                Some(columns) => {
                    if let Some(column) = columns.iter().find(|c| c.name == name.text) {
                        return Ok(column.ty);
                    }
                }
            }
        }
        super::query::check_position(clause, expr, columns)?;
        if let (ExprKind::Number(place), Some(columns)) = (&expr.kind, columns) {
            let column = place.parse::<usize>().ok().and_then(|place| columns.get(place.checked_sub(1)?));
            return Ok(column.and_then(|c| c.ty));
        }
        if clause == "GROUP BY" {
            let outer = self.place_for(Place::GroupBy);
            let ty = self.expr(expr)?;
            self.place = outer;
            return Ok(ty);
        }
        self.expr(expr)
    }

    /// Whether the outputs of a name are not all the same column.
    fn are_different(&self, targets: &[Target], name: &str) -> bool {
        let Some(level) = self.levels.last() else { return false };
        let named =
            targets.iter().filter(|t| t.alias.as_ref().is_some_and(|alias| &**alias == name) || t.alias.is_none());
        let mut places = named.filter_map(|t| match &t.expr.kind {
            ExprKind::Column(parts) if t.alias.is_some() || parts.last().is_some_and(|p| &**p == name) => {
                Some(level.position(parts))
            }
            _ => (t.alias.is_some() || column_name(&t.expr).is_some_and(|c| &*c == name)).then_some(None),
        });
        let Some(first) = places.next() else { return false };
        places.any(|other| other != first || other.is_none())
    }

    /// The ORDER BY after a set operation names output columns only (0A000).
    pub(super) fn sort_united(&mut self, query: &Query, columns: &Columns) -> Replayed<()> {
        if query.order_by.is_empty() {
            return Ok(());
        }
        let source = Source { columns: columns.clone(), shows: Shows::Columns, ..Source::default() };
        self.levels.push(Level::of(vec![source]));
        let result = query.order_by.iter().try_for_each(|item| {
            let ty = self.sort_item("ORDER BY", &item.expr, &[], columns)?;
            let named = match &item.expr.kind {
                ExprKind::Number(_) => true,
                ExprKind::Column(parts) => parts.len() == 1,
                _ => false,
            };
            if !named && columns.is_some() {
                let message = "invalid UNION/INTERSECT/EXCEPT ORDER BY clause";
                return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, item.expr.span, message)
                    .detail("Only result column names can be used, not expressions or functions.")
                    .hint("Add the expression/function to every SELECT, or move the UNION into a FROM clause.")
                    .into());
            }
            self.check_order(item, ty)
        });
        self.levels.pop();
        result
    }

    /// Values of the type can be told apart, or put in order (42883).
    fn check_comparable(&self, ty: Typed, needs: Needs, expr: &Expr) -> Replayed<()> {
        let Some(ty) = ty.filter(|ty| self.is_comparable(ty.oid, needs) == Some(false)) else { return Ok(()) };
        let shown = self.cat.format_type(TypeRef::plain(ty.oid));
        let what = if needs == Needs::Ordering { "an ordering" } else { "an equality" };
        let message = format!("could not identify {what} operator for type {shown}");
        let error = SqlError::new(state::UNDEFINED_FUNCTION, expr.span, message);
        Err(match needs {
            Needs::Ordering => error.hint("Use an explicit ordering operator or modify the query.").into(),
            Needs::Equality => error.into(),
        })
    }

    /// `None` where that is not known.
    fn is_comparable(&self, ty: Oid, needs: Needs) -> Option<bool> {
        if ty == oids::UNKNOWN {
            return Some(true);
        }
        let found = self.cat.type_(super::coerce::base_type(self.cat, ty))?;
        match found.kind {
            TypeKind::Array(element) => self.is_comparable(element, needs),
            TypeKind::Composite(_) | TypeKind::Pseudo | TypeKind::Shell => None,
            _ if has_default_class(self.cat, "btree", ty)? => Some(true),
            _ if needs == Needs::Equality => has_default_class(self.cat, "hash", ty),
            _ => Some(false),
        }
    }

    /// With DISTINCT ON, ORDER BY starts with the same expressions (42P10).
    pub(super) fn check_distinct_on(&self, select: &Select, order_by: &[OrderBy]) -> Replayed<()> {
        if select.distinct_on.is_empty() || select.targets.iter().any(|t| matches!(t.expr.kind, ExprKind::Star(_))) {
            return Ok(());
        }
        let Some(level) = self.levels.last() else { return Ok(()) };
        let key =
            |expr| super::grouping::key(super::grouping::ordered_target(expr, &select.targets).unwrap_or(expr), level);
        let wanted: Vec<_> = select.distinct_on.iter().map(key).collect();
        let mut skipped = false;
        let mut seen = Vec::new();
        for item in order_by {
            let own = key(&item.expr);
            let fits = wanted.contains(&own);
            if fits && skipped {
                return Err(distinct_on_mismatch(&item.expr));
            }
            skipped |= !fits;
            seen.push(own);
        }
        match select.distinct_on.iter().zip(&wanted).find(|(_, own)| skipped && !seen.contains(own)) {
            Some((expr, _)) => Err(distinct_on_mismatch(expr)),
            None => Ok(()),
        }
    }
}

fn distinct_on_mismatch(expr: &Expr) -> crate::replay::Stop {
    let message = "SELECT DISTINCT ON expressions must match initial ORDER BY expressions";
    SqlError::new(state::INVALID_COLUMN_REFERENCE, expr.span, message).into()
}
