//! Queries: WITH, FROM, select lists, set operations; and the data-changing statements that WITH may hold.

use super::coerce::can_coerce;
use super::operator::Operand;
use super::scope::Level;
use super::window::WindowFacts;
use super::{Analysis, Columns, OutputColumn, Place, column_name};
use crate::catalog::{CastContext, ObjectAddress, Oid, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{
    CommonTable, CommonTableBody, Expr, ExprKind, Name, OrderBy, Query, QueryBody, Select, Symbol, Target,
};

/// A table of a WITH in scope.
pub(super) struct CommonTableScope {
    pub name: Symbol,
    pub columns: Columns,
    /// It changes data, and returns none.
    pub silent: bool,
}

impl CommonTableScope {
    fn of(table: &CommonTable, columns: Columns) -> Self {
        let silent = match &table.body {
            CommonTableBody::Query(_) => false,
            CommonTableBody::Insert(s) => s.returning.is_empty(),
            CommonTableBody::Update(s) => s.returning.is_empty(),
            CommonTableBody::Delete(s) => s.returning.is_empty(),
            CommonTableBody::Merge(s) => s.returning.is_empty(),
        };
        Self { name: table.name.text.clone(), columns, silent }
    }
}

impl Analysis<'_> {
    /// A query's output columns, untyped literals as text. `recursive`: the common table that it defines and may name.
    pub(in crate::replay) fn query(&mut self, query: &Query, recursive: Option<&CommonTable>) -> Replayed<Columns> {
        self.open_query(query, recursive).map(typed)
    }

    /// As `query`, where the types of untyped literals are still open: what INSERT takes, and the arms of a UNION.
    pub(super) fn open_query(&mut self, query: &Query, recursive: Option<&CommonTable>) -> Replayed<Columns> {
        let outer = self.ctes.len();
        self.with(&query.with)?;
        let columns = match (&query.body, recursive) {
            (QueryBody::SetOperation { left, right, .. }, Some(table)) => {
                let open = self.body(left, &[], query.span)?;
                let columns: Columns =
                    typed(open.clone()).map(|columns| columns.into_iter().map(OutputColumn::plain).collect());
                self.ctes.push(CommonTableScope::of(table, common_columns(columns.clone(), table)));
                let others = self.body(right, &[], query.span)?;
                self.check_recursive_term(table, right)?;
                self.check_recursion(table, (&columns, open), others, query.span)?;
                columns
            }
            (body, _) => {
                if let Some(table) = recursive {
                    self.ctes.push(CommonTableScope::of(table, None));
                }
                match body {
                    QueryBody::Select(select) => self.select(select, &query.order_by, Some(query))?,
                    body => self.body(body, &query.order_by, query.span)?,
                }
            }
        };
        if !matches!(query.body, QueryBody::Select(_)) {
            self.check_united(query, &columns)?;
            self.row_counts(query, false)?;
        }
        self.ctes.truncate(outer);
        Ok(columns)
    }

    /// What may stand after a set operation, VALUES or a query in parentheses.
    fn check_united(&mut self, query: &Query, columns: &Columns) -> Replayed<()> {
        self.sort_united(query, columns)?;
        let what = match query.body {
            QueryBody::SetOperation { .. } => "is not allowed with UNION/INTERSECT/EXCEPT",
            QueryBody::Values(_) => "cannot be applied to VALUES",
            _ => return Ok(()),
        };
        match query.locking.first() {
            Some(locking) => {
                let message = format!("{} {what}", locking.words);
                Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, query.span, message).into())
            }
            None => Ok(()),
        }
    }

    /// The recursive term may not widen a column's type (42804).
    fn check_recursion(
        &self,
        table: &CommonTable,
        (first, open): (&Columns, Columns),
        others: Columns,
        span: Span,
    ) -> Replayed<()> {
        let overall = self.unite("UNION", open, others, span)?;
        let (Some(first), Some(overall)) = (first, overall) else { return Ok(()) };
        for (place, (column, overall)) in first.iter().zip(overall).enumerate() {
            let (Some(own), Some(all)) = (column.ty, overall.ty) else { continue };
            if own == all || all.oid == oids::UNKNOWN {
                continue;
            }
            let (own, all) = (self.cat.format_type(own), self.cat.format_type(all));
            let message = format!(
                "recursive query \"{}\" column {} has type {own} in non-recursive term but type {all} overall",
                table.name,
                place + 1
            );
            return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message)
                .hint("Cast the output of the non-recursive term to the correct type.")
                .into());
        }
        Ok(())
    }

    /// `own_level`: the innermost level is the query's own.
    fn row_counts(&mut self, query: &Query, own_level: bool) -> Replayed<()> {
        for (place, count) in [(Place::Limit, &query.limit), (Place::Offset, &query.offset)] {
            if let Some(count) = count {
                self.row_count(place, count, own_level)?;
            }
        }
        Ok(())
    }

    /// LIMIT and OFFSET take a bigint, and no columns of the query itself.
    fn row_count(&mut self, place: Place, count: &Expr, own_level: bool) -> Replayed<()> {
        let outer = self.place_for(place);
        let ty = self.expr(count)?;
        self.place = outer;
        if let Some(ty) = ty
            && !can_coerce(self.cat, ty.oid, oids::INT8, CastContext::Assignment)
        {
            let clause = if place == Place::Limit { "LIMIT" } else { "OFFSET" };
            let shown = self.cat.format_type(TypeRef::plain(ty.oid));
            let message = format!("argument of {clause} must be type bigint, not type {shown}");
            return Err(SqlError::new(state::DATATYPE_MISMATCH, count.span, message).into());
        }
        if own_level
            && let Some(level) = self.levels.last()
            && names_column(count, level)
        {
            let clause = if place == Place::Limit { "LIMIT" } else { "OFFSET" };
            let message = format!("argument of {clause} must not contain variables");
            return Err(SqlError::new(state::INVALID_COLUMN_REFERENCE, count.span, message).into());
        }
        self.literal(TypeRef::plain(oids::INT8), count)
    }

    /// Brings the common tables of a WITH into scope; the caller takes them out again.
    pub(in crate::replay) fn with(&mut self, tables: &[CommonTable]) -> Replayed<()> {
        for (place, table) in tables.iter().enumerate() {
            if tables.iter().take(place).any(|other| other.name == table.name) {
                let message = format!("WITH query name \"{}\" specified more than once", table.name);
                return Err(SqlError::new(state::DUPLICATE_ALIAS, table.name.span, message).into());
            }
            if !matches!(table.body, CommonTableBody::Query(_)) && !self.levels.is_empty() {
                let message = "WITH clause containing a data-modifying statement must be at the top level";
                return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, table.name.span, message).into());
            }
        }
        // Under RECURSIVE a table may name one that stands after it, whose columns are not known yet.
        let base = self.ctes.len();
        let recursive = tables.iter().any(|table| table.recursive);
        if recursive {
            super::recursion::check(tables)?;
            self.ctes.extend(tables.iter().map(|table| CommonTableScope::of(table, None)));
        }
        for (place, table) in tables.iter().enumerate() {
            let columns = match &table.body {
                CommonTableBody::Query(query) => self.query(query, recursive.then_some(table))?,
                CommonTableBody::Insert(s) => self.insert(s)?,
                CommonTableBody::Update(s) => self.update(s)?,
                CommonTableBody::Delete(s) => self.delete(s)?,
                CommonTableBody::Merge(s) => self.merge(s)?,
            };
            if let Some(columns) = columns.as_ref().filter(|columns| table.columns.len() > columns.len()) {
                let (name, available, named) = (&table.name, columns.len(), table.columns.len());
                return Err(super::from::too_many_names("WITH query", name, available, named, name.span));
            }
            let made = CommonTableScope::of(table, common_columns(columns, table));
            match self.ctes.get_mut(base + place) {
                Some(slot) if recursive => *slot = made,
                _ => self.ctes.push(made),
            }
        }
        Ok(())
    }

    /// Takes the last WITH's tables out of scope.
    pub(super) fn leave_with(&mut self, tables: usize) {
        self.ctes.truncate(self.ctes.len().saturating_sub(tables));
    }

    fn body(&mut self, body: &QueryBody, order_by: &[OrderBy], span: Span) -> Replayed<Columns> {
        match body {
            QueryBody::Select(select) => self.select(select, order_by, None),
            QueryBody::Query(query) => self.open_query(query, None),
            QueryBody::Table(name) => {
                let (columns, _) = self.table(name)?;
                Ok(columns)
            }
            QueryBody::Values(rows) => {
                check_row_lengths(rows)?;
                let mut values: Vec<Vec<Operand>> = Vec::new();
                let outer = self.place_for(Place::Values);
                for row in rows {
                    for (place, value) in row.iter().enumerate() {
                        let ty = self.expr(value)?;
                        match values.get_mut(place) {
                            Some(column) => column.push((value, ty)),
                            None => values.push(vec![(value, ty)]),
                        }
                    }
                }
                self.place = outer;
                let mut columns = Vec::with_capacity(values.len());
                for (place, values) in values.iter().enumerate() {
                    let ty = match values[..] {
                        [(_, only)] => only,
                        _ => self.common(values, "VALUES", span)?,
                    };
                    columns.push(OutputColumn {
                        name: format!("column{}", place + 1).into(),
                        ty,
                        source: None,
                        passes: None,
                    });
                }
                Ok(Some(columns))
            }
            QueryBody::SetOperation { .. } => {
                // A chain of UNIONs leans to the left: walk it there without recursion.
                let mut arms = Vec::new();
                let mut first = body;
                while let QueryBody::SetOperation { op, all, left, right } = first {
                    arms.push((*op, *all, right));
                    first = left;
                }
                check_arm(first)?;
                let mut columns = self.body(first, &[], span)?;
                for (op, all, arm) in arms.into_iter().rev() {
                    check_arm(arm)?;
                    if let QueryBody::Select(select) = &**arm
                        && let Some(into) = &select.into
                    {
                        let message = "INTO is only allowed on first SELECT of UNION/INTERSECT/EXCEPT";
                        return Err(SqlError::new(state::SYNTAX_ERROR, into.span(), message).into());
                    }
                    let others = self.body(arm, &[], span)?;
                    columns = self.unite(op.word(), columns, others, span)?;
                    if !all {
                        let whole = Expr { span, kind: ExprKind::Null };
                        self.check_distinct(&columns, &whole)?;
                    }
                }
                Ok(columns)
            }
        }
    }

    /// `counted`: the query whose LIMIT and OFFSET stand after the select.
    fn select(&mut self, select: &Select, order_by: &[OrderBy], counted: Option<&Query>) -> Replayed<Columns> {
        self.levels.push(Level::default());
        self.windows.push(WindowFacts::of(select));
        let outer = std::mem::take(&mut self.counts);
        let columns = self.select_in_level(select, order_by, counted);
        self.counts = outer;
        self.windows.pop();
        self.levels.pop();
        columns
    }

    fn select_in_level(&mut self, select: &Select, order_by: &[OrderBy], counted: Option<&Query>) -> Replayed<Columns> {
        self.join_items(&select.from)?;
        let sets = self.counts.sets;
        let mut columns = self.targets(&select.targets)?;
        if select.grouping_sets {
            let passed = columns.iter_mut().flatten().filter_map(|column| column.passes.as_mut());
            passed.for_each(|passed| passed.or_null = true);
        }
        let returns_set = self.counts.sets > sets;
        self.clause(Place::Where, &select.filter)?;
        self.clause(Place::Having, &select.having)?;
        self.sort_clause(order_by, &select.targets, &columns)?;
        self.group_clause("GROUP BY", &select.group_by, &select.targets, &columns)?;
        if select.distinct {
            self.group_clause("DISTINCT ON", &select.distinct_on, &select.targets, &columns)?;
            self.check_distinct_on(select, order_by)?;
            if let (true, Some(first)) = (select.distinct_on.is_empty(), select.targets.first()) {
                self.check_distinct(&columns, &first.expr)?;
            }
        }
        if let Some(query) = counted {
            self.row_counts(query, true)?;
        }
        self.window_clause(select)?;
        if let Some(query) = counted {
            self.check_locking(query, select, returns_set)?;
        }
        self.check_grouping(select, order_by)?;
        self.check_distinct_order(select, order_by)?;
        Ok(columns)
    }

    /// FOR UPDATE and its kin (CheckSelectLocking, transformLockingClause).
    fn check_locking(&self, query: &Query, select: &Select, returns_set: bool) -> Replayed<()> {
        let Some(first) = query.locking.first() else { return Ok(()) };
        let refuse = |sqlstate, message: String| Err(SqlError::new(sqlstate, query.span, message).into());
        let reasons = [
            (select.distinct, "with DISTINCT clause"),
            (!select.group_by.is_empty() || select.grouping_sets, "with GROUP BY clause"),
            (select.having.is_some(), "with HAVING clause"),
            (self.counts.aggregates > 0, "with aggregate functions"),
            (self.counts.windows > 0, "with window functions"),
            (returns_set, "with set-returning functions in the target list"),
        ];
        if let Some((_, reason)) = reasons.iter().find(|(holds, _)| *holds) {
            return refuse(state::FEATURE_NOT_SUPPORTED, format!("{} is not allowed {reason}", first.words));
        }
        let Some(level) = self.levels.last() else { return Ok(()) };
        for locking in &query.locking {
            for table in &locking.tables {
                if table.schema.is_some() {
                    let message = format!("{} must specify unqualified relation names", locking.words);
                    return refuse(state::SYNTAX_ERROR, message);
                }
                if level.named(&table.name).is_none() {
                    let message =
                        format!("relation \"{}\" in {} clause not found in FROM clause", table.name, locking.words);
                    return Err(SqlError::new(state::UNDEFINED_TABLE, table.name.span, message).into());
                }
            }
        }
        Ok(())
    }

    /// A condition of a query.
    pub(super) fn clause(&mut self, place: Place, condition: &Option<Expr>) -> Replayed<()> {
        let Some(expr) = condition else { return Ok(()) };
        let outer = self.place_for(place);
        let clause = match place {
            Place::JoinOn => "JOIN/ON",
            Place::Having => "HAVING",
            _ => "WHERE",
        };
        self.condition(expr, clause)?;
        self.place = outer;
        Ok(())
    }

    /// A select list or RETURNING: what it yields.
    pub(in crate::replay) fn targets(&mut self, targets: &[Target]) -> Replayed<Columns> {
        let mut columns = Some(Vec::new());
        let mut add = |more: Columns| match (&mut columns, more) {
            (Some(all), Some(more)) => all.extend(more),
            (all, _) => *all = None,
        };
        for target in targets {
            match &target.expr.kind {
                ExprKind::Star(parts) => add(self.star(parts, target.expr.span)?),
                ExprKind::Field { expr, field } if &*field.text == "*" => add(self.fields(expr)?),
                _ => {
                    let before = self.references.addresses.len();
                    let ty = self.expr(&target.expr)?;
                    let name = match &target.alias {
                        Some(alias) => Some(alias.text.clone()),
                        None => self.target_name(&target.expr),
                    };
                    let source = match &target.expr.kind {
                        ExprKind::Column(parts) => self.column_source(parts, before),
                        _ => None,
                    };
                    let passes = self.passed(&target.expr, ty);
                    if target.alias.is_none() {
                        self.note_label(&target.expr);
                    }
                    add(name.map(|name| vec![OutputColumn { name, ty, source, passes }]));
                }
            }
        }
        Ok(columns)
    }

    /// The relation's column that a plain reference in a select list passes on.
    fn column_source(&self, parts: &[crate::syntax::ast::Name], before: usize) -> Option<(Oid, u16)> {
        let name = parts.last()?;
        let is_it = |a: &&ObjectAddress| {
            a.column > 0
                && self
                    .cat
                    .relation(a.oid)
                    .and_then(|r| r.column_by_number(a.column))
                    .is_some_and(|c| c.name == name.text)
        };
        self.references.addresses.get(before..)?.iter().find(is_it).map(|a| (a.oid, a.column))
    }

    fn target_name(&self, expr: &Expr) -> Option<crate::syntax::ast::Symbol> {
        Some(column_name(expr).unwrap_or_else(|| "?column?".into()))
    }

    /// The arms of a UNION: the first gives the names, both the types (42601, 42804).
    fn unite(&self, word: &str, first: Columns, second: Columns, span: Span) -> Replayed<Columns> {
        let (Some(mut first), Some(second)) = (first, second) else { return Ok(None) };
        if first.len() != second.len() {
            let message = format!("each {word} query must have the same number of columns");
            return Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
        }
        for (column, other) in first.iter_mut().zip(&second) {
            column.source = None;
            column.passes = None;
            column.ty = self.common_type(&[column.ty, other.ty], word, span)?;
        }
        Ok(Some(first))
    }
}

/// `name (a, b) AS (…)`.
fn common_columns(columns: Columns, table: &CommonTable) -> Columns {
    let mut columns = columns?;
    for (column, name) in columns.iter_mut().zip(&table.columns) {
        column.name = name.text.clone();
    }
    let added = |name: &Name| OutputColumn { name: name.text.clone(), ty: None, source: None, passes: None };
    columns.extend(table.added.iter().map(added));
    Some(columns)
}

/// The rows of VALUES (42601).
pub(super) fn check_row_lengths(rows: &[Vec<Expr>]) -> Replayed<()> {
    let width = rows.first().map_or(0, Vec::len);
    let Some(row) = rows.iter().find(|row| row.len() != width) else { return Ok(()) };
    let span = row.first().map_or(Span::default(), |value| value.span);
    Err(SqlError::new(state::SYNTAX_ERROR, span, "VALUES lists must all be the same length").into())
}

/// Whether a column of this level stands in the expression, subqueries left out.
pub(super) fn names_column(expr: &Expr, level: &Level) -> bool {
    let mut found = false;
    match &expr.kind {
        ExprKind::Column(parts) => found = level.has_for_certain(parts),
        _ => super::children(expr, &mut |child| found |= names_column(child, level)),
    }
    found
}

/// An output's place (42P10, 42601).
pub(super) fn check_position(clause: &str, expr: &Expr, columns: &Columns) -> Replayed<()> {
    let refuse = |sqlstate, message: String| Err(SqlError::new(sqlstate, expr.span, message).into());
    match (&expr.kind, columns) {
        (ExprKind::Number(text), Some(columns)) => match text.parse::<usize>() {
            Ok(place) if (1..=columns.len()).contains(&place) => Ok(()),
            Ok(place) => {
                refuse(state::INVALID_COLUMN_REFERENCE, format!("{clause} position {place} is not in select list"))
            }
            Err(_) => refuse(state::SYNTAX_ERROR, format!("non-integer constant in {clause}")),
        },
        (ExprKind::String(_) | ExprKind::Bool(_) | ExprKind::Null, _) => {
            refuse(state::SYNTAX_ERROR, format!("non-integer constant in {clause}"))
        }
        _ => Ok(()),
    }
}

/// The columns with untyped literals as text.
fn typed(columns: Columns) -> Columns {
    let mut columns = columns?;
    for column in &mut columns {
        column.ty = column.ty.map(|ty| if ty.oid == oids::UNKNOWN { TypeRef::plain(oids::TEXT) } else { ty });
    }
    Some(columns)
}

/// An arm of a set operation takes no lock (0A000).
fn check_arm(arm: &QueryBody) -> Replayed<()> {
    let QueryBody::Query(query) = arm else { return Ok(()) };
    let Some(locking) = query.locking.first() else { return Ok(()) };
    let message = format!("{} is not allowed with UNION/INTERSECT/EXCEPT", locking.words);
    Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, query.span, message).into())
}
