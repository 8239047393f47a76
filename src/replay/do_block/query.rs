//! Queries over the catalog's tables: joins, conditions, aggregates.

use super::asked::Asked;
use super::eval::Interpreter;
use super::tables;
use super::value::Value;
use crate::catalog::{Catalog, FunctionKind};
use crate::replay::expr::{children, column_name};
use crate::replay::resolve::undefined_relation;
use crate::replay::{Replayed, Stop, rows};
use crate::sort::{insert, sort, sort_by};
use crate::syntax::ast::{
    Alias, Call, CommonTableBody, Expr, ExprKind, FromItem, JoinKind, Name, OrderBy, QualifiedName, Query, QueryBody,
    Select, SetOperator, Symbol, Target,
};
use std::cmp::Ordering;
use std::sync::Arc;

/// A query's rows, all of which are certain.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub names: Vec<Symbol>,
    pub rows: Vec<Arc<Vec<Value>>>,
    /// Why there may be more rows.
    pub uncertain: Option<Symbol>,
}

impl Rows {
    fn unknown(reason: &str) -> Self {
        Self { uncertain: Some(reason.into()), ..Self::default() }
    }
}

/// One FROM item's part of a joined row.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub alias: Symbol,
    pub names: Arc<Vec<Symbol>>,
    pub values: Arc<Vec<Value>>,
}

pub(super) type Row = Vec<Bound>;

struct Source<'q> {
    alias: Symbol,
    names: Arc<Vec<Symbol>>,
    rows: Vec<Arc<Vec<Value>>>,
    uncertain: Option<Symbol>,
    /// A LEFT JOIN's condition.
    left_on: Option<Option<&'q Expr>>,
    /// A function that may use the columns of what stands before it.
    lateral: Option<(&'q Expr, Option<&'q Alias>)>,
}

/// What holds for every row that a query keeps.
#[derive(Default)]
pub(super) struct Filter<'q> {
    pub conditions: Vec<&'q Expr>,
    /// What pg_namespace is called.
    pub schemas: Vec<&'q str>,
}

impl<'q> Filter<'q> {
    fn of(conditions: Vec<&'q Expr>, from: &'q [FromItem]) -> Self {
        let mut filter = Self { conditions, schemas: Vec::new() };
        from.iter().for_each(|item| filter.add(item));
        filter
    }

    /// What an item of FROM adds.
    fn add(&mut self, item: &'q FromItem) {
        match item {
            FromItem::Table { name, alias, .. } if &*name.name.text == "pg_namespace" => {
                self.schemas.push(alias.as_ref().map_or(&name.name.text, |alias| &alias.name.text));
            }
            FromItem::Join { kind, left, right, on, .. } => {
                self.add(left);
                if matches!(kind, JoinKind::Inner | JoinKind::Cross) {
                    self.add(right);
                    on.iter().for_each(|on| conjuncts(on, &mut self.conditions));
                }
            }
            _ => {}
        }
    }
}

/// The rows that one statement may look at.
const MOST_ROWS: u32 = 2_000_000;

impl Interpreter<'_> {
    pub(super) fn query(&mut self, query: &Query) -> Replayed<Rows> {
        let outer = self.ctes.len();
        for table in &query.with {
            let CommonTableBody::Query(body) = &table.body else {
                return Ok(Rows::unknown("a data-changing WITH returns rows"));
            };
            if query.recursive {
                return Ok(Rows::unknown("recursive queries are not modelled"));
            }
            let mut rows = self.query(body)?;
            rename(&mut rows.names, &table.columns.iter().map(|n| n.text.clone()).collect::<Vec<_>>());
            self.ctes.push((table.name.text.clone(), rows));
        }
        let result = self.body_with_order(query);
        self.ctes.truncate(outer);
        let mut rows = result?;
        if let Some(offset) = &query.offset {
            let skip = self.count_of(offset)?;
            rows.rows.drain(..skip.min(rows.rows.len()));
        }
        if let Some(limit) = &query.limit
            && !matches!(limit.kind, ExprKind::Null)
        {
            let most = self.count_of(limit)?;
            rows.rows.truncate(most);
        }
        Ok(rows)
    }

    fn count_of(&mut self, expr: &Expr) -> Replayed<usize> {
        match self.eval(expr)? {
            Value::Int(number) => Ok(usize::try_from(number).unwrap_or(0)),
            _ => Err(Stop::unknown("a limit is not a number")),
        }
    }

    fn body_with_order(&mut self, query: &Query) -> Replayed<Rows> {
        match &query.body {
            QueryBody::Select(select) => self.select(select, query),
            body => {
                let rows = self.body(body)?;
                if query.order_by.is_empty() { Ok(rows) } else { Err(Stop::unknown("this order is not modelled")) }
            }
        }
    }

    fn body(&mut self, body: &QueryBody) -> Replayed<Rows> {
        match body {
            QueryBody::Select(select) => {
                let bare = Query {
                    span: crate::source::Span::default(),
                    recursive: false,
                    with: Vec::new(),
                    body: QueryBody::Values(Vec::new()),
                    order_by: Vec::new(),
                    limit: None,
                    offset: None,
                    locking: Vec::new(),
                };
                self.select(select, &bare)
            }
            QueryBody::Query(query) => self.query(query),
            QueryBody::Values(rows) => {
                let mut result = Rows::default();
                for row in rows {
                    let values = row.iter().map(|e| self.value(e)).collect::<Replayed<Vec<_>>>()?;
                    result.names = (1..=values.len()).map(|n| format!("column{n}").into()).collect();
                    result.rows.push(Arc::new(values));
                }
                Ok(result)
            }
            QueryBody::Table(name) => self.relation_rows(name, None, &Filter::default()),
            QueryBody::SetOperation { op, all, left, right } => {
                let mut rows = self.body(left)?;
                let right = self.body(right)?;
                if *op != SetOperator::Union {
                    return Err(Stop::unknown("INTERSECT and EXCEPT are not modelled"));
                }
                rows.rows.extend(right.rows);
                rows.uncertain = rows.uncertain.or(right.uncertain);
                if !all {
                    distinct(&mut rows.rows)?;
                }
                Ok(rows)
            }
        }
    }

    /// A table's rows: a common table, or one of the catalog's own.
    fn relation_rows(&mut self, name: &QualifiedName, alias: Option<&Alias>, filter: &Filter) -> Replayed<Rows> {
        if name.schema.is_none()
            && let Some((_, rows)) = self.ctes.iter().rev().find(|(cte, _)| *cte == name.name.text)
        {
            return Ok(rows.clone());
        }
        let shown = name.to_string();
        if let Some((_, rows)) = self.tables.iter().find(|(table, _)| *table == shown) {
            return Ok(rows.clone());
        }
        let (asked, some) = self.asked(name, alias, filter);
        let rows = catalog_rows(&asked, name)?;
        // An empty table may be filled before the next query.
        if !some && !rows.rows.is_empty() {
            self.tables.push((shown, rows.clone()));
        }
        Ok(rows)
    }

    fn select(&mut self, select: &Select, query: &Query) -> Replayed<Rows> {
        if select.grouping_sets || !select.distinct_on.is_empty() || select.into.is_some() {
            return Err(Stop::unknown("this query's form is not modelled"));
        }
        let set = set_in_from(select);
        let mut targets: Vec<&Target> = select.targets.iter().collect();
        let mut sources = Vec::new();
        let mut conditions = Vec::new();
        if let Some(filter) = &select.filter {
            conjuncts(filter, &mut conditions);
        }
        let filter = Filter::of(conditions.clone(), &select.from);
        for item in &select.from {
            self.source(item, &filter, &mut sources, &mut conditions)?;
        }
        if let Some(set) = &set {
            targets[set.place] = &set.target;
            sources.push(lateral(set.call, Some(&set.alias)));
        }
        let (rows, uncertain) = self.join(&sources, &conditions)?;
        self.project((select, &targets), query, rows, uncertain)
    }

    fn source<'q>(
        &mut self,
        item: &'q FromItem,
        filter: &Filter<'q>,
        sources: &mut Vec<Source<'q>>,
        conditions: &mut Vec<&'q Expr>,
    ) -> Replayed<()> {
        match item {
            FromItem::Table { name, alias, .. } => {
                let rows = self.relation_rows(name, alias.as_ref(), filter)?;
                sources.push(source(alias.as_ref(), &name.name.text, rows));
            }
            FromItem::Subquery { query, lateral: false, alias } => {
                let rows = self.query(query)?;
                sources.push(source(alias.as_ref(), &"".into(), rows));
            }
            FromItem::Function { calls, ordinality: false, alias, .. } => match &calls[..] {
                [(call, definitions)] if definitions.is_empty() => sources.push(lateral(call, alias.as_ref())),
                _ => return Err(Stop::unknown("functions in FROM are not modelled")),
            },
            FromItem::Join { kind, natural: false, left, right, on, using, alias: None, .. } if using.is_empty() => {
                self.source(left, filter, sources, conditions)?;
                match kind {
                    JoinKind::Inner | JoinKind::Cross => {
                        self.source(right, filter, sources, conditions)?;
                        if let Some(on) = on {
                            conjuncts(on, conditions);
                        }
                    }
                    JoinKind::Left => {
                        let before = sources.len();
                        self.source(right, filter, sources, conditions)?;
                        match sources.get_mut(before..) {
                            Some([only]) if only.lateral.is_none() => only.left_on = Some(on.as_ref()),
                            _ => return Err(Stop::unknown("this LEFT JOIN is not modelled")),
                        }
                    }
                    JoinKind::Right | JoinKind::Full => return Err(Stop::unknown("this join is not modelled")),
                }
            }
            _ => return Err(Stop::unknown("this FROM item is not modelled")),
        }
        Ok(())
    }

    /// The joined rows for which the conditions hold, and why there may be more.
    fn join(&mut self, sources: &[Source], conditions: &[&Expr]) -> Replayed<(Vec<Row>, Option<Symbol>)> {
        let needs: Vec<Option<Vec<usize>>> = conditions.iter().map(|c| needed_sources(c, sources)).collect();
        let mut rows: Vec<Row> = vec![Vec::new()];
        let is_empty = |s: &Source| s.rows.is_empty() && s.uncertain.is_none();
        if sources.iter().any(|s| is_empty(s) && s.left_on.is_none() && s.lateral.is_none()) {
            return Ok((Vec::new(), None));
        }
        let mut uncertain = sources.iter().find_map(|s| s.uncertain.clone());
        let mut done = vec![false; conditions.len()];
        // Conditions that are not known for some row, which the other sources may leave out.
        let mut later = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            let last = index + 1 == sources.len();
            let ready: Vec<usize> = (0..conditions.len())
                .filter(|c| {
                    let ready = match needs.get(*c) {
                        Some(Some(needed)) => needed.iter().all(|n| *n <= index),
                        _ => last,
                    };
                    ready && done.get(*c) == Some(&false)
                })
                .collect();
            for c in &ready {
                if let Some(done) = done.get_mut(*c) {
                    *done = true;
                }
            }
            let ready: Vec<(&Expr, bool)> = ready
                .into_iter()
                .filter_map(|c| {
                    let alone = matches!(needs.get(c), Some(Some(needed)) if needed[..] == [index]);
                    conditions.get(c).map(|condition| (*condition, alone))
                })
                .collect();
            rows = self.extend(rows, source, &ready, &mut later, &mut uncertain)?;
        }
        if !later.is_empty() {
            let mut kept = Vec::new();
            for row in rows {
                if self.all_hold(&row, &later, &mut uncertain)? {
                    kept.push(row);
                }
            }
            rows = kept;
        }
        if sources.is_empty() {
            // Conditions without FROM.
            for condition in conditions {
                match self.value(condition)?.truth() {
                    Ok(Some(true)) => {}
                    Ok(_) => return Ok((Vec::new(), None)),
                    Err(Stop::Unknown(reason)) => return Ok((Vec::new(), Some(reason))),
                    Err(refused) => return Err(refused),
                }
            }
        }
        Ok((rows, uncertain))
    }

    fn all_hold(&mut self, row: &Row, conditions: &[&Expr], uncertain: &mut Option<Symbol>) -> Replayed<bool> {
        for condition in conditions {
            if !self.holds(row.clone(), condition, uncertain)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Joins one more source to the rows.
    fn extend<'q>(
        &mut self,
        rows: Vec<Row>,
        source: &Source,
        conditions: &[(&'q Expr, bool)],
        later: &mut Vec<&'q Expr>,
        uncertain: &mut Option<Symbol>,
    ) -> Replayed<Vec<Row>> {
        let bind = |values: &Arc<Vec<Value>>| Bound {
            alias: source.alias.clone(),
            names: source.names.clone(),
            values: values.clone(),
        };
        // What concerns this source alone thins it out first.
        let wanted = self.wanted(conditions, source);
        let mut candidates: Vec<Bound> = Vec::new();
        for values in &source.rows {
            if wanted.iter().any(|(place, wanted)| differs(values.get(*place), wanted)) {
                continue;
            }
            let bound = bind(values);
            let mut keep = true;
            if source.left_on.is_none() {
                for (condition, _) in conditions.iter().filter(|(_, alone)| *alone) {
                    let mut not_known = None;
                    keep = self.holds(vec![bound.clone()], condition, &mut not_known)?;
                    if not_known.is_some() {
                        keep = true;
                        if !later.iter().any(|known| std::ptr::eq(*known, *condition)) {
                            later.push(condition);
                        }
                    }
                    if !keep {
                        break;
                    }
                }
            }
            if keep {
                candidates.push(bound);
            }
        }
        let on: Vec<&Expr> = match source.left_on {
            Some(on) => {
                let mut list = Vec::new();
                on.iter().for_each(|on| conjuncts(on, &mut list));
                list
            }
            None => conditions.iter().filter(|(_, alone)| !alone).map(|(c, _)| *c).collect(),
        };
        let index = equality(&on, source).map(|(own, other)| {
            let keyed = |(place, bound): (usize, &Bound)| Some((own_value(bound, own).and_then(key)?, place));
            let mut by_key: Vec<(String, usize)> = candidates.iter().enumerate().filter_map(keyed).collect();
            sort(&mut by_key);
            (by_key, other)
        });
        let mut joined = Vec::new();
        for row in rows {
            let places: Vec<usize> = match (&index, &source.lateral) {
                (Some((by_key, other)), _) => {
                    self.scopes.push(row.clone());
                    let value = self.value(other);
                    self.scopes.pop();
                    let key = key(&value?);
                    let first = by_key.partition_point(|(own, _)| Some(own) < key.as_ref());
                    let same = by_key[first..].iter().take_while(|(own, _)| Some(own) == key.as_ref());
                    same.map(|(_, place)| *place).collect()
                }
                (None, None) => (0..candidates.len()).collect(),
                (None, Some(_)) => Vec::new(),
            };
            let mut bounds: Vec<Bound> =
                places.into_iter().filter_map(|place| candidates.get(place).cloned()).collect();
            if let Some((call, alias)) = source.lateral {
                self.scopes.push(row.clone());
                let rows = self.function_rows(call, alias);
                self.scopes.pop();
                match rows {
                    Ok(rows) => bounds = lateral_bounds(&source.alias, rows, uncertain),
                    Err(Stop::Unknown(reason)) => {
                        uncertain.get_or_insert(reason);
                    }
                    Err(refused) => return Err(refused),
                }
            }
            let before = joined.len();
            for bound in bounds {
                let mut extended = row.clone();
                extended.push(bound);
                let mut keep = true;
                let alone = conditions.iter().filter(|(_, alone)| *alone && source.lateral.is_some()).map(|(c, _)| c);
                for condition in on.iter().chain(alone) {
                    if !self.holds(extended.clone(), condition, uncertain)? {
                        keep = false;
                        break;
                    }
                }
                if keep {
                    joined.push(extended);
                }
            }
            if source.left_on.is_some() && joined.len() == before {
                let nulls = Arc::new(vec![Value::Null; source.names.len()]);
                let mut extended = row;
                extended.push(bind(&nulls));
                joined.push(extended);
            }
        }
        if source.left_on.is_some() {
            let mut kept = Vec::with_capacity(joined.len());
            let conditions: Vec<&Expr> = conditions.iter().map(|(condition, _)| *condition).collect();
            for row in joined {
                if self.all_hold(&row, &conditions, uncertain)? {
                    kept.push(row);
                }
            }
            return Ok(kept);
        }
        Ok(joined)
    }

    /// What the conditions on a source alone want its columns to equal: `tablename = 'profiles'`, `objid = p.oid` of an outer query.
    fn wanted(&mut self, conditions: &[(&Expr, bool)], source: &Source) -> Vec<(usize, Value)> {
        let mut wanted = Vec::new();
        for (condition, _) in conditions.iter().filter(|(_, alone)| *alone && source.left_on.is_none()) {
            let ExprKind::Binary { op, left, right } = &condition.kind else { continue };
            let (left, right): (&Expr, &Expr) = (left, right);
            let (own, other) = if is_of(left, source) { (left, right) } else { (right, left) };
            let plain = self.is_constant(other) || matches!(other.kind, ExprKind::Column(_)) && !is_of(other, source);
            if &**op != "=" || !plain || !is_of(own, source) {
                continue;
            }
            let ExprKind::Column(parts) = &own.kind else { continue };
            let place = source.names.iter().position(|name| parts.last().is_some_and(|last| last.text == *name));
            if let (Some(place), Ok(value)) = (place, self.eval(other)) {
                wanted.push((place, value));
            }
        }
        wanted
    }

    /// Whether a condition is certainly true for the row; noting where it may be.
    fn holds(&mut self, row: Row, condition: &Expr, uncertain: &mut Option<Symbol>) -> Replayed<bool> {
        self.rows_seen += 1;
        if self.rows_seen > MOST_ROWS {
            return Err(Stop::unknown("the query looks at too many rows"));
        }
        self.scopes.push(row);
        let value = self.value(condition);
        self.scopes.pop();
        match value?.truth() {
            Ok(truth) => Ok(truth == Some(true)),
            Err(Stop::Unknown(reason)) => {
                uncertain.get_or_insert(reason);
                Ok(false)
            }
            Err(refused) => Err(refused),
        }
    }

    /// The rows of a select with this list of targets.
    fn project(
        &mut self,
        (select, targets): (&Select, &[&Target]),
        query: &Query,
        rows: Vec<Row>,
        uncertain: Option<Symbol>,
    ) -> Replayed<Rows> {
        let aggregated = !select.group_by.is_empty()
            || select.having.is_some()
            || targets.iter().any(|t| has_aggregate(self.cat, &t.expr));
        let mut result = Rows { names: Vec::new(), rows: Vec::new(), uncertain };
        let groups: Vec<Vec<Row>> =
            if aggregated { self.groups_of(select, rows)? } else { rows.into_iter().map(|row| vec![row]).collect() };
        let mut keys: Vec<Vec<Value>> = Vec::new();
        for group in groups {
            let row = group.first().cloned().unwrap_or_default();
            self.scopes.push(row);
            self.groups.push(aggregated.then_some((group, result.uncertain.clone())));
            let projected = self.project_row((select, targets), query);
            self.groups.pop();
            self.scopes.pop();
            if let Some((names, values, order)) = projected? {
                result.names = names;
                result.rows.push(Arc::new(values));
                keys.push(order);
            }
        }
        if result.names.is_empty() {
            result.names = targets.iter().map(|target| target_name(target)).collect();
        }
        if aggregated && select.group_by.is_empty() {
            // A single row, whose values carry what is not certain.
            result.uncertain = None;
        }
        if !query.order_by.is_empty() {
            order_rows(&mut result.rows, &keys, &query.order_by)?;
        }
        if select.distinct {
            distinct(&mut result.rows)?;
        }
        Ok(result)
    }

    fn groups_of(&mut self, select: &Select, rows: Vec<Row>) -> Replayed<Vec<Vec<Row>>> {
        if select.group_by.is_empty() {
            return Ok(vec![rows]);
        }
        let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
        for row in rows {
            self.scopes.push(row.clone());
            let values = select.group_by.iter().map(|e| self.value(e)).collect::<Replayed<Vec<_>>>();
            self.scopes.pop();
            let mut group_key = String::new();
            for value in values? {
                match (&value, key(&value)) {
                    (Value::Null, _) => group_key.push_str("\0null"),
                    (_, Some(key)) => group_key.push_str(&key),
                    _ => return Err(Stop::unknown("a GROUP BY key is not known")),
                }
                group_key.push('\u{1}');
            }
            match groups.iter_mut().find(|(key, _)| *key == group_key) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((group_key, vec![row])),
            }
        }
        Ok(groups.into_iter().map(|(_, rows)| rows).collect())
    }

    /// The select list for the current row, and what ORDER BY compares; `None` when HAVING drops it.
    #[expect(clippy::type_complexity, reason = "names, values and keys of one row")]
    fn project_row(
        &mut self,
        (select, targets): (&Select, &[&Target]),
        query: &Query,
    ) -> Replayed<Option<(Vec<Symbol>, Vec<Value>, Vec<Value>)>> {
        if let Some(having) = &select.having
            && self.eval(having)?.truth()? != Some(true)
        {
            return Ok(None);
        }
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for target in targets {
            if let ExprKind::Star(parts) = &target.expr.kind {
                let row = self.scopes.last().cloned().unwrap_or_default();
                for bound in row.iter().filter(|b| parts.last().is_none_or(|p| p.text == b.alias)) {
                    names.extend(bound.names.iter().cloned());
                    values.extend(bound.values.iter().cloned());
                }
                continue;
            }
            names.push(target_name(target));
            values.push(self.value(&target.expr)?);
        }
        let mut keys = Vec::with_capacity(query.order_by.len());
        for order in &query.order_by {
            let by_output = match &order.expr.kind {
                ExprKind::Column(parts) if parts.len() == 1 => {
                    parts.first().and_then(|name| names.iter().position(|n| *n == name.text))
                }
                ExprKind::Number(text) => text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)),
                _ => None,
            };
            keys.push(match by_output.and_then(|place| values.get(place)) {
                Some(value) => value.clone(),
                None => self.value(&order.expr)?,
            });
        }
        Ok(Some((names, values, keys)))
    }
}

/// What a call in the select list that yields rows is in FROM.
struct SetInFrom<'q> {
    /// Which target it is.
    place: usize,
    call: &'q Expr,
    alias: Alias,
    /// What stands in its place.
    target: Target,
}

/// `SELECT unnest(a) FROM t` as `SELECT s.x FROM t, unnest(a) AS s (x)`.
fn set_in_from(select: &Select) -> Option<SetInFrom<'_>> {
    let is_set = |target: &Target| match &target.expr.kind {
        ExprKind::Call(call) => matches!(&*call.function.name.text, "unnest" | "generate_series"),
        _ => false,
    };
    let place = select.targets.iter().position(is_set).filter(|_| select.group_by.is_empty())?;
    if select.targets.iter().filter(|target| is_set(target)).count() > 1 {
        return None;
    }
    let target = select.targets.get(place)?;
    let span = target.expr.span;
    let column = Name::new(target_name(target), span);
    // No name that a statement could give.
    let alias = Name::new("", span);
    let reference = Expr { span, kind: ExprKind::Column(vec![alias.clone(), column.clone()]) };
    Some(SetInFrom {
        place,
        call: &target.expr,
        target: Target { expr: reference, alias: Some(column.clone()) },
        alias: Alias { name: alias, columns: vec![column] },
    })
}

/// Columns of information_schema that hold the database's name in all rows.
const DATABASE: [&str; 7] = [
    "catalog_name",
    "constraint_catalog",
    "event_object_catalog",
    "routine_catalog",
    "specific_catalog",
    "table_catalog",
    "trigger_catalog",
];

/// The rows of one of the catalog's own tables.
fn catalog_rows(asked: &Asked, name: &QualifiedName) -> Replayed<Rows> {
    let cat = asked.cat;
    let Some(relation) = cat.find_relation(name)? else { return Err(undefined_relation(name).into()) };
    let home = cat.schema(relation.schema).map_or("", |s| &s.name);
    let (in_catalog, in_information_schema) = (home == "pg_catalog", home == "information_schema");
    if rows::is_empty(cat, relation) && relation.columns_unknown.is_none() {
        let names = relation.live_columns().map(|c| c.name.clone()).collect();
        return Ok(Rows { names, ..Rows::default() });
    }
    if !in_catalog && !in_information_schema {
        return Ok(Rows::unknown(&format!("the rows of {} are not known", relation.name)));
    }
    let columns: Vec<Symbol> = relation.live_columns().map(|c| c.name.clone()).collect();
    let Some(table) = tables::table(asked, in_information_schema, &name.name) else {
        return Ok(Rows::unknown(&format!("{} is not modelled", name.name)));
    };
    // All of the relation's columns, those that are not modelled unknown.
    let places: Vec<Option<usize>> = columns.iter().map(|c| table.names.iter().position(|n| **n == **c)).collect();
    let others: Vec<Value> = columns
        .iter()
        .map(|column| match in_information_schema && DATABASE.contains(&&**column) {
            true => Value::text("postgres"),
            false => Value::unknown("this column of the catalog is not modelled"),
        })
        .collect();
    let rows = table
        .rows
        .into_iter()
        .map(|row| {
            let value = |(place, other): (&Option<usize>, &Value)| match place {
                Some(place) => row.get(*place).cloned().unwrap_or(Value::Null),
                None => other.clone(),
            };
            Arc::new(places.iter().zip(&others).map(value).collect::<Vec<Value>>())
        })
        .collect();
    Ok(Rows { names: columns, rows, uncertain: None })
}

fn target_name(target: &Target) -> Symbol {
    match &target.alias {
        Some(alias) => alias.text.clone(),
        None => column_name(&target.expr).unwrap_or_else(|| "?column?".into()),
    }
}

fn source<'q>(alias: Option<&Alias>, name: &Symbol, rows: Rows) -> Source<'q> {
    let mut names = rows.names;
    if let Some(alias) = alias {
        rename(&mut names, &alias.columns.iter().map(|n| n.text.clone()).collect::<Vec<_>>());
    }
    Source {
        alias: alias.map_or(name, |a| &a.name.text).clone(),
        names: Arc::new(names),
        rows: rows.rows,
        uncertain: rows.uncertain,
        left_on: None,
        lateral: None,
    }
}

fn lateral<'q>(call: &'q Expr, alias: Option<&'q Alias>) -> Source<'q> {
    let named = |alias: &Alias| alias.name.text.clone();
    Source {
        alias: alias.map(named).or_else(|| column_name(call)).unwrap_or_default(),
        names: Arc::default(),
        rows: Vec::new(),
        uncertain: None,
        left_on: None,
        lateral: Some((call, alias)),
    }
}

fn lateral_bounds(alias: &Symbol, rows: Rows, uncertain: &mut Option<Symbol>) -> Vec<Bound> {
    if let Some(reason) = rows.uncertain {
        uncertain.get_or_insert(reason);
    }
    let names = Arc::new(rows.names);
    let bound = |values| Bound { alias: alias.clone(), names: names.clone(), values };
    rows.rows.into_iter().map(bound).collect()
}

fn rename(names: &mut [Symbol], to: &[Symbol]) {
    for (name, to) in names.iter_mut().zip(to) {
        *name = to.clone();
    }
}

/// The conditions that AND puts together.
fn conjuncts<'q>(expr: &'q Expr, list: &mut Vec<&'q Expr>) {
    let mut expr = expr;
    while let ExprKind::And(left, right) = &expr.kind {
        conjuncts(right, list);
        expr = left;
    }
    match &expr.kind {
        ExprKind::Paren(inner) if matches!(inner.kind, ExprKind::And(..)) => conjuncts(inner, list),
        _ => list.push(expr),
    }
}

/// Which sources a condition names; `None` where that is not plain.
fn needed_sources(expr: &Expr, sources: &[Source]) -> Option<Vec<usize>> {
    let mut needed = Vec::new();
    if collect_sources(expr, sources, &mut needed) {
        sort(&mut needed);
        needed.dedup();
        Some(needed)
    } else {
        None
    }
}

fn collect_sources(expr: &Expr, sources: &[Source], needed: &mut Vec<usize>) -> bool {
    match &expr.kind {
        ExprKind::Column(parts) => {
            let place = match &parts[..] {
                [name] => {
                    if sources.iter().any(|s| s.lateral.is_some()) {
                        return false;
                    }
                    sources.iter().position(|s| s.names.contains(&name.text) || s.alias == name.text)
                }
                [.., qualifier, _] => sources.iter().position(|s| s.alias == qualifier.text),
                [] => None,
            };
            needed.extend(place);
            true
        }
        ExprKind::Subquery(_) | ExprKind::Exists(_) | ExprKind::ArrayQuery(_) | ExprKind::InQuery { .. } => false,
        _ => {
            let mut plain = true;
            children(expr, &mut |child| plain &= collect_sources(child, sources, needed));
            plain
        }
    }
}

/// Whether an expression names the source.
fn is_of(expr: &Expr, source: &Source) -> bool {
    let mut needed = Vec::new();
    !collect_sources(expr, std::slice::from_ref(source), &mut needed) || !needed.is_empty()
}

/// Whether the values are certain not to be equal.
fn differs(value: Option<&Value>, wanted: &Value) -> bool {
    match (value, wanted) {
        (Some(Value::Text(value)), Value::Text(wanted)) => value != wanted,
        (Some(Value::Oid(_, value)), Value::Oid(_, wanted)) => value != wanted,
        _ => false,
    }
}

/// A condition `own column = something else`, to look rows up by.
fn equality<'q>(conditions: &[&'q Expr], source: &Source) -> Option<(&'q str, &'q Expr)> {
    if source.lateral.is_some() {
        return None;
    }
    let own = |expr: &'q Expr| -> Option<&'q str> {
        match &expr.kind {
            ExprKind::Column(parts) => match &parts[..] {
                [qualifier, name] if qualifier.text == source.alias => Some(&name.text),
                _ => None,
            },
            _ => None,
        }
    };
    let other = |expr: &Expr| {
        matches!(&expr.kind, ExprKind::Column(parts)
            if matches!(&parts[..], [qualifier, _] if qualifier.text != source.alias))
    };
    conditions.iter().find_map(|condition| match &condition.kind {
        ExprKind::Binary { op, left, right } if &**op == "=" => match (own(left), own(right)) {
            (Some(name), None) if other(right) => Some((name, &**right)),
            (None, Some(name)) if other(left) => Some((name, &**left)),
            _ => None,
        },
        _ => None,
    })
}

fn own_value<'b>(bound: &'b Bound, name: &str) -> Option<&'b Value> {
    let place = bound.names.iter().position(|n| **n == *name)?;
    bound.values.get(place)
}

/// What equal values have in common.
fn key(value: &Value) -> Option<String> {
    Some(match value {
        Value::Int(number) => format!("n{number}"),
        Value::Oid(_, oid) => format!("n{}", oid.0),
        Value::Text(text) => format!("t{text}"),
        Value::Bool(value) => format!("b{value}"),
        _ => return None,
    })
}

fn distinct(rows: &mut Vec<Arc<Vec<Value>>>) -> Replayed<()> {
    let mut seen = Vec::new();
    for row in rows.iter() {
        for value in row.iter() {
            if matches!(
                value,
                Value::Unknown(_) | Value::Array(_) | Value::Acl(_) | Value::Record(_) | Value::Printed(_)
            ) {
                return Err(Stop::unknown("values are not known well enough to compare them"));
            }
        }
    }
    rows.retain(|row| {
        let keys: Vec<String> = row.iter().map(|v| key(v).unwrap_or_else(|| "null".into())).collect();
        insert(&mut seen, keys)
    });
    Ok(())
}

fn order_rows(rows: &mut Vec<Arc<Vec<Value>>>, keys: &[Vec<Value>], by: &[OrderBy]) -> Replayed<()> {
    let order = order(keys, by)?;
    *rows = order.into_iter().filter_map(|place| rows.get(place).cloned()).collect();
    Ok(())
}

/// The values without repetitions; ascending, unless they are in another order already.
pub(super) fn distinct_values(mut values: Vec<Value>, ascending: bool) -> Replayed<Vec<Value>> {
    let mut failed = None;
    let mut compare = |a: &Value, b: &Value| match (a.is_null(), b.is_null()) {
        (false, false) => a.compare(b).map(|ordering| ordering.unwrap_or(Ordering::Equal)).unwrap_or_else(|stop| {
            failed = Some(stop);
            Ordering::Equal
        }),
        (a, b) => a.cmp(&b),
    };
    if ascending {
        sort_by(&mut values, &mut compare);
    }
    values.dedup_by(|a, b| compare(a, b) == Ordering::Equal);
    failed.map_or(Ok(values), Err)
}

/// The places of the keys in the order that ORDER BY puts them.
pub(super) fn order(keys: &[Vec<Value>], by: &[OrderBy]) -> Replayed<Vec<usize>> {
    if by.iter().any(|by| by.using.is_some()) {
        return Err(Stop::unknown("this order is not modelled"));
    }
    let mut failed = None;
    let mut order: Vec<usize> = (0..keys.len()).collect();
    sort_by(&mut order, |a, b| {
        for ((a, b), by) in keys[*a].iter().zip(&keys[*b]).zip(by) {
            let nulls_first = by.nulls_first.unwrap_or(by.descending);
            let ordering = match (a.is_null(), b.is_null()) {
                (true, true) => Ordering::Equal,
                (true, false) => {
                    if nulls_first {
                        Ordering::Less
                    } else {
                        Ordering::Greater
                    }
                }
                (false, true) => {
                    if nulls_first {
                        Ordering::Greater
                    } else {
                        Ordering::Less
                    }
                }
                (false, false) => match a.compare(b) {
                    Ok(ordering) if by.descending => ordering.unwrap_or(Ordering::Equal).reverse(),
                    Ok(ordering) => ordering.unwrap_or(Ordering::Equal),
                    Err(stop) => {
                        failed = Some(stop);
                        Ordering::Equal
                    }
                },
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    });
    failed.map_or(Ok(order), Err)
}

/// Whether an aggregate of this query stands in the expression.
pub(super) fn has_aggregate(cat: &Catalog, expr: &Expr) -> bool {
    let mut found = matches!(&expr.kind, ExprKind::Call(call) if is_aggregate(cat, call));
    children(expr, &mut |child| found |= has_aggregate(cat, child));
    found
}

pub(super) fn is_aggregate(cat: &Catalog, call: &Call) -> bool {
    let found = || cat.visible_functions(&call.function);
    call.over.is_none() && found().is_ok_and(|found| found.iter().any(|f| f.kind == FunctionKind::Aggregate))
}
