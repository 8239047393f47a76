//! Queries: WITH, FROM, select lists, set operations; and the data-changing statements that WITH may hold.

use super::coerce::can_coerce;
use super::operator::Operand;
use super::scope::{Level, relation_columns, rename_columns};
use super::{Analysis, Columns, OutputColumn, Place, Source, column_name, quiet};
use crate::catalog::{CastContext, Class, ObjectAddress, Oid, Relation, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::resolve::undefined_relation;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{
    Alias, Argument, Call, ColumnDefinition, CommonTable, CommonTableBody, Expr, ExprKind, FromItem, Name, OrderBy,
    QualifiedName, Query, QueryBody, Select, Target, Window,
};
use std::sync::Arc;

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
                let columns = typed(self.body(left, &[], query.span)?);
                self.ctes.push((table.name.text.clone(), common_columns(columns.clone(), table)));
                let others = self.body(right, &[], query.span)?;
                self.check_recursion(table, &columns, others, query.span)?;
                columns
            }
            (body, _) => {
                if let Some(table) = recursive {
                    self.ctes.push((table.name.text.clone(), None));
                }
                match body {
                    QueryBody::Select(select) => self.select(select, &query.order_by, Some(query))?,
                    body => self.body(body, &query.order_by, query.span)?,
                }
            }
        };
        if !matches!(query.body, QueryBody::Select(_)) {
            self.row_counts(query, false)?;
        }
        self.ctes.truncate(outer);
        Ok(columns)
    }

    /// The recursive term may not widen a column's type (42804).
    fn check_recursion(&self, table: &CommonTable, first: &Columns, others: Columns, span: Span) -> Replayed<()> {
        let overall = self.unite("UNION", first.clone(), others, span)?;
        let (Some(first), Some(overall)) = (first, overall) else { return Ok(()) };
        for (place, (column, overall)) in first.iter().zip(overall).enumerate() {
            let (Some(own), Some(all)) = (column.ty, overall.ty) else { continue };
            if own.oid == all.oid {
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
        // Under RECURSIVE a table may name one that stands after it, whose columns are not known yet.
        let base = self.ctes.len();
        let recursive = tables.iter().any(|table| table.recursive);
        if recursive {
            self.ctes.extend(tables.iter().map(|table| (table.name.text.clone(), None)));
        }
        for (place, table) in tables.iter().enumerate() {
            let columns = match &table.body {
                CommonTableBody::Query(query) => self.query(query, recursive.then_some(table))?,
                CommonTableBody::Insert(s) => self.insert(s)?,
                CommonTableBody::Update(s) => self.update(s)?,
                CommonTableBody::Delete(s) => self.delete(s)?,
                CommonTableBody::Merge(s) => self.merge(s)?,
            };
            let made = (table.name.text.clone(), common_columns(columns, table));
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
                let outer = self.place_for(if rows.len() == 1 { Place::SingleValues } else { Place::Values });
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
                    columns.push(OutputColumn { name: format!("column{}", place + 1).into(), ty, source: None });
                }
                Ok(Some(columns))
            }
            QueryBody::SetOperation { .. } => {
                // A chain of UNIONs leans to the left: walk it there without recursion.
                let mut arms = Vec::new();
                let mut first = body;
                while let QueryBody::SetOperation { op, left, right, .. } = first {
                    arms.push((op.word(), right));
                    first = left;
                }
                let mut columns = self.body(first, &[], span)?;
                for (word, arm) in arms.into_iter().rev() {
                    let others = self.body(arm, &[], span)?;
                    columns = self.unite(word, columns, others, span)?;
                }
                Ok(columns)
            }
        }
    }

    /// `counted`: the query whose LIMIT and OFFSET stand after the select.
    fn select(&mut self, select: &Select, order_by: &[OrderBy], counted: Option<&Query>) -> Replayed<Columns> {
        self.levels.push(Level::default());
        let outer = std::mem::take(&mut self.counts);
        let columns = self.select_in_level(select, order_by);
        let columns =
            columns.and_then(|columns| counted.map_or(Ok(()), |query| self.row_counts(query, true)).map(|()| columns));
        self.counts = outer;
        self.levels.pop();
        columns
    }

    fn select_in_level(&mut self, select: &Select, order_by: &[OrderBy]) -> Replayed<Columns> {
        for item in &select.from {
            self.add_from_item(item)?;
        }
        let columns = self.targets(&select.targets)?;
        self.clause(Place::Where, &select.filter)?;
        // GROUP BY, DISTINCT ON and ORDER BY may name output columns.
        let is_output = |e: &Expr| match &e.kind {
            ExprKind::Column(parts) => match &parts[..] {
                [name] => columns.as_ref().is_none_or(|c| c.iter().any(|c| c.name == name.text)),
                _ => false,
            },
            _ => false,
        };
        let positions = [
            ("GROUP BY", &select.group_by.iter().collect::<Vec<_>>()),
            ("DISTINCT ON", &select.distinct_on.iter().collect()),
            ("ORDER BY", &order_by.iter().map(|o| &o.expr).collect()),
        ];
        for (clause, exprs) in positions {
            for expr in exprs {
                check_position(clause, expr, &columns)?;
            }
        }
        let outer = self.place_for(Place::GroupBy);
        for expr in select.group_by.iter().filter(|e| !is_output(e)) {
            self.expr(expr)?;
        }
        self.place = outer;
        for expr in select.distinct_on.iter().chain(order_by.iter().map(|o| &o.expr)).filter(|e| !is_output(e)) {
            self.expr(expr)?;
        }
        self.clause(Place::Having, &select.having)?;
        for (_, window) in &select.windows {
            self.window(window)?;
        }
        self.check_grouping(select, order_by)?;
        self.check_distinct_order(select, order_by)?;
        Ok(columns)
    }

    /// A condition of a query.
    fn clause(&mut self, place: Place, condition: &Option<Expr>) -> Replayed<()> {
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

    pub(super) fn window(&mut self, window: &Window) -> Replayed<()> {
        let outer = self.place_for(Place::Window);
        self.exprs(&window.partition_by)?;
        self.order_by(&window.order_by)?;
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
                ExprKind::Field { expr, field } if &*field.text == "*" => {
                    self.expr(expr)?;
                    add(None);
                }
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
                    if target.alias.is_none() {
                        self.note_label(&target.expr);
                    }
                    add(name.map(|name| vec![OutputColumn { name, ty, source }]));
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

    /// A table, view or common table: its columns and, for a relation, itself.
    pub(super) fn table(&mut self, name: &QualifiedName) -> Replayed<(Columns, Option<Arc<Relation>>)> {
        if name.schema.is_none()
            && let Some((_, columns)) = self.ctes.iter().rev().find(|(cte, _)| *cte == name.name.text)
        {
            return Ok((columns.clone(), None));
        }
        let relation = match quiet(self.cat.find_relation(name))? {
            None => return Ok((None, None)),
            Some(None) => return Err(undefined_relation(name).into()),
            Some(Some(relation)) => relation.clone(),
        };
        self.refer(ObjectAddress::new(Class::Relation, relation.oid));
        self.note_object(Class::Relation, relation.oid, name.span());
        Ok((relation_columns(self.cat, &relation), Some(relation)))
    }

    /// Adds a FROM item to the innermost level.
    pub(in crate::replay) fn add_from_item(&mut self, item: &FromItem) -> Replayed<()> {
        match item {
            FromItem::Table { name, alias, .. } => {
                let (columns, relation) = self.table(name)?;
                let shown = alias.as_ref().map_or(&name.name, |a| &a.name);
                let source = Source {
                    alias: Some(shown.text.clone()),
                    columns: rename_columns(columns, alias.as_ref()),
                    relation: relation.map(|r| r.oid),
                    aliased: alias.is_some(),
                };
                self.add_source(source, shown.span)?;
            }
            FromItem::Subquery { query, lateral, alias } => {
                let columns = if *lateral {
                    self.query(query, None)?
                } else {
                    // What stands beside it in FROM is not in its scope.
                    let level = self.levels.pop();
                    let columns = self.query(query, None);
                    self.levels.extend(level);
                    columns?
                };
                self.add_source(derived(columns, alias.as_ref()), query.span)?;
            }
            FromItem::Function { calls, ordinality, alias, .. } => {
                let mut all = Some(Vec::new());
                let split: Vec<FunctionCall> = calls.iter().flat_map(unnest_each).collect();
                for (call, definitions) in &split {
                    let outer = self.place_for(Place::FromFunction);
                    let mut columns = self.function_in_from(call, alias.as_ref().filter(|_| calls.len() == 1))?;
                    self.place = outer;
                    if !definitions.is_empty() {
                        let mut defined = Vec::with_capacity(definitions.len());
                        for definition in definitions {
                            let ty = self.type_name(&definition.ty)?;
                            defined.push(OutputColumn { name: definition.name.text.clone(), ty, source: None });
                        }
                        columns = Some(defined);
                    }
                    match (&mut all, columns) {
                        (Some(all), Some(columns)) => all.extend(columns),
                        (all, _) => *all = None,
                    }
                }
                if let Some(all) = &mut all
                    && *ordinality
                {
                    let ty = Some(TypeRef::plain(oids::INT8));
                    all.push(OutputColumn { name: "ordinality".into(), ty, source: None });
                }
                let mut source = derived(all, alias.as_ref());
                if source.alias.is_none() {
                    source.alias = calls.first().and_then(|(call, _)| column_name(call));
                }
                let span = calls.first().map_or(Span::default(), |(call, _)| call.span);
                self.add_source(source, span)?;
            }
            FromItem::Join { natural, left, right, on, using, alias, .. } => {
                let first = self.levels.last().map_or(0, |l| l.sources.len());
                let merged_before = self.levels.last().map_or(0, |l| l.merged.len());
                self.add_from_item(left)?;
                let middle = self.levels.last().map_or(0, |l| l.sources.len());
                self.add_from_item(right)?;
                if let Some(level) = self.levels.last() {
                    check_using(using, level, first, middle)?;
                }
                if let Some(level) = self.levels.last_mut() {
                    level.merged.extend(using.iter().map(|n| n.text.clone()));
                    if *natural {
                        let names = |sources: &[Source]| -> Option<Vec<_>> {
                            let mut names = Vec::new();
                            for source in sources {
                                names.extend(source.columns.as_ref()?.iter().map(|c| c.name.clone()));
                            }
                            Some(names)
                        };
                        let (l, r) = level.sources.split_at(middle);
                        match (names(l.get(first..).unwrap_or(&[])), names(r)) {
                            (Some(l), Some(r)) => level.merged.extend(l.into_iter().filter(|n| r.contains(n))),
                            _ => level.fuzzy = true,
                        }
                    }
                }
                self.clause(Place::JoinOn, on)?;
                if let Some(alias) = alias
                    && let Some(level) = self.levels.last_mut()
                {
                    // The alias hides what it joins.
                    let sources = level.sources.split_off(first.min(level.sources.len()));
                    let merged = level.merged.split_off(merged_before.min(level.merged.len()));
                    let columns = Level { sources, merged, fuzzy: level.fuzzy }.star();
                    level.sources.push(derived(columns, Some(alias)));
                }
            }
            FromItem::Other { alias, exprs } => {
                self.exprs(exprs)?;
                let span = alias.as_ref().map_or(Span::default(), |a| a.name.span);
                self.add_source(derived(None, alias.as_ref()), span)?;
            }
        }
        Ok(())
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
            column.ty = self.common_type(&[column.ty, other.ty], word, span)?;
        }
        Ok(Some(first))
    }

    /// A name stands for one FROM item; only tables of different schemas may share theirs (42712).
    fn add_source(&mut self, source: Source, span: Span) -> Replayed<()> {
        let Some(level) = self.levels.last_mut() else { return Ok(()) };
        let own_name = |source: &Source| {
            source
                .relation
                .and_then(|oid| self.cat.relation(oid))
                .is_some_and(|r| Some(&r.name) == source.alias.as_ref())
        };
        let clashes = |other: &Source| {
            other.alias == source.alias && !(own_name(other) && own_name(&source) && other.relation != source.relation)
        };
        if let Some(alias) = &source.alias
            && level.sources.iter().any(clashes)
        {
            let message = format!("table name \"{alias}\" specified more than once");
            return Err(SqlError::new(state::DUPLICATE_ALIAS, span, message).into());
        }
        level.sources.push(source);
        Ok(())
    }
}

fn derived(columns: Columns, alias: Option<&Alias>) -> Source {
    let name = alias.map(|a| a.name.text.clone());
    Source { alias: name, columns: rename_columns(columns, alias), relation: None, aliased: true }
}

/// `name (a, b) AS (…)`.
fn common_columns(columns: Columns, table: &CommonTable) -> Columns {
    let mut columns = columns?;
    for (column, name) in columns.iter_mut().zip(&table.columns) {
        column.name = name.text.clone();
    }
    let added = |name: &Name| OutputColumn { name: name.text.clone(), ty: None, source: None };
    columns.extend(table.added.iter().map(added));
    Some(columns)
}

type FunctionCall = (Expr, Vec<ColumnDefinition>);

/// `unnest(a, b)` in FROM is `ROWS FROM (unnest(a), unnest(b))` (transformRangeFunction); any other call is itself.
fn unnest_each((expr, definitions): &FunctionCall) -> Vec<FunctionCall> {
    if let ExprKind::Call(call) = &expr.kind
        && call.function.schema.is_none()
        && &*call.function.name.text == "unnest"
        && call.args.len() > 1
        && !(call.distinct || call.args.iter().any(|a| a.variadic))
        && (call.order_by.is_empty() && call.filter.is_none() && definitions.is_empty())
    {
        let mut function = call.function.clone();
        function.schema = Some(Name::new("pg_catalog", function.name.span));
        let one = |arg: &Argument| {
            let call = Call { args: vec![arg.clone()], ..Call::of(function.clone()) };
            (Expr { span: expr.span, kind: ExprKind::Call(Box::new(call)) }, Vec::new())
        };
        return call.args.iter().map(one).collect();
    }
    vec![(expr.clone(), definitions.clone())]
}

/// The rows of VALUES (42601).
pub(super) fn check_row_lengths(rows: &[Vec<Expr>]) -> Replayed<()> {
    let width = rows.first().map_or(0, Vec::len);
    let Some(row) = rows.iter().find(|row| row.len() != width) else { return Ok(()) };
    let span = row.first().map_or(Span::default(), |value| value.span);
    Err(SqlError::new(state::SYNTAX_ERROR, span, "VALUES lists must all be the same length").into())
}

/// The columns of USING stand once on each side (42701, 42702, 42703).
fn check_using(using: &[Name], level: &Level, first: usize, middle: usize) -> Replayed<()> {
    let refuse = |code, name: &Name, message: String| Err(SqlError::new(code, name.span, message).into());
    for (place, name) in using.iter().enumerate() {
        if using.iter().take(place).any(|n| n == name) {
            let message = format!("column name \"{name}\" appears more than once in USING clause");
            return refuse(state::DUPLICATE_COLUMN, name, message);
        }
        for (side, sources) in [("left", level.sources.get(first..middle)), ("right", level.sources.get(middle..))] {
            let sources = sources.unwrap_or(&[]);
            if level.fuzzy || sources.iter().any(|s| s.columns.is_none()) {
                continue;
            }
            let columns = sources.iter().flat_map(|s| s.columns.iter().flatten());
            match columns.filter(|c| c.name == name.text).count() {
                0 => {
                    let message = format!("column \"{name}\" specified in USING clause does not exist in {side} table");
                    return refuse(state::UNDEFINED_COLUMN, name, message);
                }
                1 => {}
                _ if level.merged.contains(&name.text) => {}
                _ => {
                    let message = format!("common column name \"{name}\" appears more than once in {side} table");
                    return refuse(state::AMBIGUOUS_COLUMN, name, message);
                }
            }
        }
    }
    Ok(())
}

/// Whether a column of this level stands in the expression, subqueries left out.
fn names_column(expr: &Expr, level: &Level) -> bool {
    let mut found = false;
    match &expr.kind {
        ExprKind::Column(parts) => found = level.has_for_certain(parts),
        _ => super::children(expr, &mut |child| found |= names_column(child, level)),
    }
    found
}

/// An output's place (42P10, 42601).
fn check_position(clause: &str, expr: &Expr, columns: &Columns) -> Replayed<()> {
    let refuse = |sqlstate, message: String| Err(SqlError::new(sqlstate, expr.span, message).into());
    match (&expr.kind, columns) {
        (ExprKind::Number(text), Some(columns)) => match text.parse::<usize>() {
            Ok(place) if (1..=columns.len()).contains(&place) => Ok(()),
            Ok(place) => {
                refuse(state::INVALID_COLUMN_REFERENCE, format!("{clause} position {place} is not in select list"))
            }
            Err(_) => refuse(state::SYNTAX_ERROR, format!("non-integer constant in {clause}")),
        },
        (ExprKind::String(_) | ExprKind::Bool(_), _) => {
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
