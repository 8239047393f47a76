//! The FROM clause (parse_clause.c, parse_relation.c): what each item has columns of, and which names are in scope where.

use super::call::Callee;
use super::scope::{At, Lateral, Shows, relation_columns, rename_columns};
use super::{Analysis, Columns, OutputColumn, Place, Source, Typed, column_name, quiet};
use crate::catalog::{Class, Function, ObjectAddress, Relation, TypeKind, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::resolve::undefined_relation;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Alias, ArgMode, ColumnDefinition, Expr, ExprKind, FromItem, JoinKind, Name, QualifiedName};
use std::ops::Range;
use std::sync::Arc;

type FunctionCall = (Expr, Vec<ColumnDefinition>);

/// A join as it is written.
struct Join<'a> {
    kind: JoinKind,
    natural: bool,
    using: &'a [Name],
    using_alias: Option<&'a Name>,
    alias: Option<&'a Alias>,
}

/// What a function in FROM yields (get_expr_result_type).
enum Yield {
    /// One value of this type: a column with this name, or with the item's alias where the name is not an OUT argument's.
    Scalar {
        name: crate::syntax::ast::Symbol,
        ty: Typed,
        fixed: bool,
    },
    /// A named composite type's columns.
    Composite(Columns),
    /// The columns of several OUT arguments.
    Outputs(Vec<OutputColumn>),
    /// `record`: the statement must say which.
    Record,
    Unknown,
}

impl Analysis<'_> {
    /// The items of a FROM clause; each sees those before it where it is LATERAL.
    pub(in crate::replay) fn join_items(&mut self, items: &[FromItem]) -> Replayed<()> {
        for item in items {
            self.add_from_item(item)?;
            self.set_lateral(0.., Lateral::Only);
        }
        self.set_lateral(0.., Lateral::No);
        Ok(())
    }

    fn set_lateral(&mut self, places: std::ops::RangeFrom<usize>, state: Lateral) {
        let sources = self.levels.last_mut().and_then(|l| l.sources.get_mut(places));
        for source in sources.into_iter().flatten() {
            source.lateral = state;
        }
    }

    /// A table, view or common table: its columns and, for a relation, itself.
    pub(super) fn table(&mut self, name: &QualifiedName) -> Replayed<(Columns, Option<Arc<Relation>>)> {
        if name.schema.is_none()
            && let Some(table) = self.ctes.iter().rev().find(|table| table.name == name.name.text)
        {
            if table.silent {
                let message = format!("WITH query \"{}\" does not have a RETURNING clause", table.name);
                return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, name.span(), message).into());
            }
            return Ok((table.columns.clone(), None));
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
    fn add_from_item(&mut self, item: &FromItem) -> Replayed<()> {
        match item {
            FromItem::Table { name, alias, .. } => {
                let (columns, relation) = self.table(name)?;
                let shown = alias.as_ref().map_or(&name.name, |a| &a.name);
                check_alias(&shown.text, columns.as_ref(), alias.as_ref(), shown.span)?;
                let source = Source {
                    alias: Some(shown.text.clone()),
                    columns: rename_columns(columns, alias.as_ref()),
                    relation: relation.map(|r| r.oid),
                    aliased: alias.is_some(),
                    ..Source::default()
                };
                self.add_source(source, shown.span)?;
            }
            FromItem::Subquery { query, lateral, alias } => {
                let columns = self.lateral(*lateral, |walk| walk.query(query, None))?;
                let name = alias.as_ref().map_or("", |a| &a.name);
                check_alias(name, columns.as_ref(), alias.as_ref(), query.span)?;
                self.add_source(derived(columns, alias.as_ref()), query.span)?;
            }
            FromItem::Function { calls, ordinality, alias, .. } => {
                self.functions(calls, *ordinality, alias.as_ref())?
            }
            FromItem::Join { kind, natural, left, right, on, using, using_alias, alias } => {
                let join = Join {
                    kind: *kind,
                    natural: *natural,
                    using,
                    using_alias: using_alias.as_ref(),
                    alias: alias.as_ref(),
                };
                self.join(&join, left, right, on)?;
            }
            FromItem::Other { alias, exprs } => {
                self.lateral(true, |walk| walk.exprs(exprs))?;
                let span = alias.as_ref().map_or(Span::default(), |a| a.name.span);
                self.add_source(derived(None, alias.as_ref()), span)?;
            }
        }
        Ok(())
    }

    /// Reads an item that may, or may not, name those before it.
    fn lateral<T>(&mut self, allowed: bool, read: impl FnOnce(&mut Self) -> Replayed<T>) -> Replayed<T> {
        let depth = self.levels.len().saturating_sub(1);
        let outer = self.levels.get_mut(depth).map(|level| std::mem::replace(&mut level.lateral, allowed));
        let result = read(self);
        if let (Some(outer), Some(level)) = (outer, self.levels.get_mut(depth)) {
            level.lateral = outer;
        }
        result
    }

    fn join(&mut self, join: &Join, left: &FromItem, right: &FromItem, on: &Option<Expr>) -> Replayed<()> {
        let end = |walk: &Self| walk.levels.last().map_or(0, |l| l.sources.len());
        let first = end(self);
        self.add_from_item(left)?;
        let inner = matches!(join.kind, JoinKind::Inner | JoinKind::Left | JoinKind::Cross);
        self.set_lateral(first.., if inner { Lateral::Only } else { Lateral::Refused });
        let middle = end(self);
        self.add_from_item(right)?;
        self.set_lateral(first.., Lateral::No);
        self.make_nullable(match join.kind {
            JoinKind::Left => middle..end(self),
            JoinKind::Right => first..middle,
            JoinKind::Full => first..end(self),
            JoinKind::Inner | JoinKind::Cross => first..first,
        });
        let columns = self.joined_columns(join, first..middle)?;
        // Its condition sees what it joins, nothing beside it.
        let outer = self.levels.last_mut().map(|level| std::mem::replace(&mut level.first, first));
        self.clause(Place::JoinOn, on)?;
        let Some(level) = self.levels.last_mut() else { return Ok(()) };
        level.first = outer.unwrap_or(0);
        let Some((columns, joined, merged)) = columns else {
            level.fuzzy |= join.natural || !join.using.is_empty();
            if let Some(alias) = join.alias {
                level.sources.iter_mut().skip(first).for_each(|s| s.shows = Shows::Nothing);
                level.sources.push(derived(None, Some(alias)));
            }
            return Ok(());
        };
        for source in level.sources.iter_mut().skip(first) {
            source.shows = match (source.shows, join.alias) {
                (Shows::All | Shows::Name, None) => Shows::Name,
                _ => Shows::Nothing,
            };
        }
        if let (Some(alias), Some(merged)) = (join.using_alias, columns.get(..merged)) {
            let columns = Some(merged.to_vec());
            let joined = joined.get(..merged.len()).and_then(|all| all.iter().copied().collect());
            let alias = Some(alias.text.clone());
            level.sources.push(Source {
                alias,
                columns,
                joined,
                aliased: true,
                shows: Shows::Name,
                ..Source::default()
            });
        }
        // What the join made up itself stands in itself.
        let place = level.sources.len();
        let own = |(index, at): (usize, Option<At>)| at.unwrap_or((place, index));
        let joined = joined.into_iter().enumerate().map(own).collect();
        let columns = Some(columns);
        let source = match join.alias {
            None => Source { columns, joined: Some(joined), shows: Shows::Columns, ..Source::default() },
            Some(alias) => {
                let name = &alias.name;
                if let Some(columns) = columns.as_ref().filter(|c| alias.columns.len() > c.len()) {
                    return Err(too_many_names("join expression", name, columns.len(), alias.columns.len(), name.span));
                }
                Source { joined: Some(joined), ..derived(columns, Some(alias)) }
            }
        };
        level.sources.push(source);
        Ok(())
    }

    /// The sides of an outer join that may be missing.
    fn make_nullable(&mut self, places: Range<usize>) {
        let sources = self.levels.last_mut().and_then(|l| l.sources.get_mut(places)).into_iter().flatten();
        for passed in sources.filter_map(|s| s.columns.as_mut()).flatten().filter_map(|c| c.passes.as_mut()) {
            passed.or_null = true;
        }
    }

    /// A join's columns, merged ones first, with what each passes on and how many are merged; `None` where a side is not known.
    fn joined_columns(&mut self, join: &Join, left: Range<usize>) -> Replayed<Option<JoinedColumns>> {
        let Some(level) = self.levels.last() else { return Ok(None) };
        let side = |places: Range<usize>| -> Option<Vec<(OutputColumn, At)>> {
            let mut all = Vec::new();
            for (place, source) in level.sources.iter().enumerate().skip(places.start).take(places.len()) {
                if matches!(source.shows, Shows::All | Shows::Columns) {
                    for (index, column) in source.columns.as_ref()?.iter().enumerate() {
                        all.push((column.clone(), (place, index)));
                    }
                }
            }
            Some(all)
        };
        let sides = [side(left.clone()), side(left.end..level.sources.len())];
        let names: Vec<Name> = match (&sides, join.natural) {
            ([Some(left), Some(right)], true) => {
                let shared = |c: &&(OutputColumn, At)| right.iter().any(|(r, _)| r.name == c.0.name);
                left.iter().filter(shared).map(|(c, _)| Name::new(c.name.clone(), Span::default())).collect()
            }
            _ => join.using.to_vec(),
        };
        let fuzzy = level.fuzzy;
        for (place, name) in names.iter().enumerate() {
            if names.iter().take(place).any(|n| n == name) {
                let message = format!("column name \"{name}\" appears more than once in USING clause");
                return Err(SqlError::new(state::DUPLICATE_COLUMN, name.span, message).into());
            }
            for (side, columns) in ["left", "right"].into_iter().zip(&sides) {
                let Some(columns) = columns.as_ref().filter(|_| !fuzzy) else { continue };
                match columns.iter().filter(|(c, _)| c.name == name.text).count() {
                    0 => {
                        let message =
                            format!("column \"{name}\" specified in USING clause does not exist in {side} table");
                        return Err(SqlError::new(state::UNDEFINED_COLUMN, name.span, message).into());
                    }
                    1 => {}
                    _ => {
                        let message = format!("common column name \"{name}\" appears more than once in {side} table");
                        return Err(SqlError::new(state::AMBIGUOUS_COLUMN, name.span, message).into());
                    }
                }
            }
        }
        let ([Some(left), Some(right)], false) = (sides, fuzzy) else { return Ok(None) };
        let (mut columns, mut joined) = (Vec::new(), Vec::new());
        for name in &names {
            let find = |side: &[(OutputColumn, At)]| side.iter().find(|(c, _)| c.name == name.text).cloned();
            let (Some(l), Some(r)) = (find(&left), find(&right)) else { return Ok(None) };
            let (column, at) = self.merged_column(join.kind, l, r, name)?;
            columns.push(column);
            joined.push(at);
        }
        let merged = columns.len();
        for (column, at) in left.into_iter().chain(right) {
            if !names.iter().any(|n| n.text == column.name) {
                columns.push(column);
                joined.push(Some(at));
            }
        }
        Ok(Some((columns, joined, merged)))
    }

    /// The column that USING makes of two (transformJoinUsingClause, buildMergedJoinVar).
    fn merged_column(
        &mut self,
        kind: JoinKind,
        left: (OutputColumn, At),
        right: (OutputColumn, At),
        name: &Name,
    ) -> Replayed<(OutputColumn, Option<At>)> {
        let value = Expr { span: name.span, kind: ExprKind::Null };
        self.operator("=", Some((&value, left.0.ty)), (&value, right.0.ty), name.span)?;
        let ty = self.common_type(&[left.0.ty, right.0.ty], "JOIN/USING", name.span)?;
        let passes = |side: &(OutputColumn, At)| side.0.ty == ty && ty.is_some();
        let chosen = match kind {
            JoinKind::Full => None,
            JoinKind::Right => Some(right).filter(passes),
            JoinKind::Left => Some(left).filter(passes),
            JoinKind::Inner | JoinKind::Cross if passes(&left) => Some(left),
            JoinKind::Inner | JoinKind::Cross => Some(right).filter(passes),
        };
        Ok(match chosen {
            Some((column, at)) => (column, Some(at)),
            None => (OutputColumn { name: name.text.clone(), ty, source: None, passes: None }, None),
        })
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

    fn functions(&mut self, calls: &[FunctionCall], ordinality: bool, alias: Option<&Alias>) -> Replayed<()> {
        let span = calls.first().map_or(Span::default(), |(call, _)| call.span);
        let alone = alias.filter(|_| calls.len() == 1);
        let mut all = Some(Vec::new());
        let mut scalar = false;
        for (call, definitions) in calls {
            let outer = self.place_for(Place::FromFunction);
            let yields = self.lateral(true, |walk| walk.function_in_from(call))?;
            self.place = outer;
            scalar = calls.len() == 1 && !ordinality && matches!(yields, Yield::Scalar { .. });
            let columns = self.function_columns(yields, definitions, alone, call.span)?;
            match (&mut all, columns) {
                (Some(all), Some(columns)) => all.extend(columns),
                (all, _) => *all = None,
            }
        }
        if let (Some(all), true) = (&mut all, ordinality) {
            let ty = Some(TypeRef::plain(oids::INT8));
            all.push(OutputColumn { name: "ordinality".into(), ty, source: None, passes: None });
        }
        let name = match alias {
            Some(alias) => Some(alias.name.text.clone()),
            None => calls.first().and_then(|(call, _)| column_name(call)),
        };
        check_alias(name.as_deref().unwrap_or(""), all.as_ref(), alias, span)?;
        self.add_source(Source { alias: name, scalar, ..derived(all, alias) }, span)
    }

    /// The columns, of which a definition list says those of a `record` (42601).
    fn function_columns(
        &mut self,
        yields: Yield,
        definitions: &[ColumnDefinition],
        alias: Option<&Alias>,
        span: Span,
    ) -> Replayed<Columns> {
        let refuse = |message: &str| Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
        if definitions.is_empty() {
            return match yields {
                Yield::Scalar { name, ty, fixed } => {
                    let name = alias.filter(|_| !fixed).map_or(name, |a| a.name.text.clone());
                    Ok(Some(vec![OutputColumn { name, ty, source: None, passes: None }]))
                }
                Yield::Composite(columns) => Ok(columns),
                Yield::Outputs(columns) => Ok(Some(columns)),
                Yield::Record => refuse("a column definition list is required for functions returning \"record\""),
                Yield::Unknown => Ok(None),
            };
        }
        match yields {
            Yield::Scalar { .. } => {
                return refuse("a column definition list is only allowed for functions returning \"record\"");
            }
            Yield::Composite(_) => {
                return refuse("a column definition list is redundant for a function returning a named composite type");
            }
            Yield::Outputs(_) => {
                return refuse("a column definition list is redundant for a function with OUT parameters");
            }
            Yield::Record | Yield::Unknown => {}
        }
        let mut columns = Vec::with_capacity(definitions.len());
        for definition in definitions {
            let ty = self.type_name(&definition.ty)?;
            columns.push(OutputColumn { name: definition.name.text.clone(), ty, source: None, passes: None });
        }
        Ok(Some(columns))
    }

    /// The columns of what a call yields, where it is a row.
    pub(super) fn call_columns(&mut self, call: &Expr) -> Replayed<Columns> {
        Ok(match self.function_in_from(call)? {
            Yield::Composite(columns) => columns,
            Yield::Outputs(columns) => Some(columns),
            Yield::Scalar { .. } | Yield::Record | Yield::Unknown => None,
        })
    }

    fn function_in_from(&mut self, expr: &Expr) -> Replayed<Yield> {
        let ExprKind::Call(call) = &expr.kind else {
            self.expr(expr)?;
            return Ok(Yield::Unknown);
        };
        let own_name = || call.function.name.text.clone();
        let scalar = |ty| Yield::Scalar { name: own_name(), ty, fixed: false };
        let (function, ty, generics) = match self.resolve_call(call, expr.span)? {
            Callee::Function(function, ty, generics) => (function, ty, generics),
            Callee::Cast(ty) => return Ok(scalar(Some(TypeRef::plain(ty)))),
            Callee::Unsure(ty) => {
                let one_column = match ty {
                    Some(ty) => self.is_scalar(ty.oid),
                    None => &*call.function.name.text == "unnest" && call.args.len() == 1,
                };
                return Ok(if one_column { scalar(ty) } else { Yield::Unknown });
            }
        };
        let outputs: Vec<OutputColumn> = function
            .args
            .iter()
            .filter(|a| matches!(a.mode, ArgMode::Out | ArgMode::InOut | ArgMode::Table))
            .enumerate()
            .map(|(place, a)| OutputColumn {
                name: a.name.clone().unwrap_or_else(|| format!("column{}", place + 1).into()),
                ty: match generics.actual(self.cat, a.ty.oid) {
                    Some(oid) if oid == a.ty.oid => self.plain_type(a.ty),
                    actual => actual.map(TypeRef::plain),
                },
                source: None,
                passes: None,
            })
            .collect();
        match &outputs[..] {
            [] => {}
            // A single output is what the function returns.
            [only] if function.returns.oid != oids::RECORD => {
                let named = function.args.iter().any(|a| a.name.as_ref() == Some(&only.name));
                let actual = generics.actual(self.cat, function.returns.oid);
                return Ok(match self.yielded(&function, only.ty, actual, own_name())? {
                    Yield::Scalar { ty, .. } if named => Yield::Scalar { name: only.name.clone(), ty, fixed: true },
                    Yield::Unknown => Yield::Outputs(outputs),
                    yields => yields,
                });
            }
            _ => return Ok(Yield::Outputs(outputs)),
        }
        self.yielded(&function, ty, generics.actual(self.cat, function.returns.oid), own_name())
    }

    /// What a function without OUT arguments yields.
    fn yielded(
        &self,
        function: &Function,
        ty: Typed,
        actual: Option<crate::catalog::Oid>,
        name: crate::syntax::ast::Symbol,
    ) -> Replayed<Yield> {
        let Some(returned) = self.cat.type_(actual.unwrap_or(function.returns.oid)) else { return Ok(Yield::Unknown) };
        Ok(match returned.kind {
            TypeKind::Composite(relation) => {
                let columns = self.cat.relation(relation).and_then(|r| relation_columns(self.cat, r));
                Yield::Composite(columns.map(|columns| columns.into_iter().map(OutputColumn::plain).collect()))
            }
            TypeKind::Pseudo if returned.oid == oids::RECORD => Yield::Record,
            // Polymorphic: the columns depend on the argument's type.
            TypeKind::Pseudo if returned.oid != oids::VOID => Yield::Unknown,
            _ => Yield::Scalar { name, ty, fixed: false },
        })
    }
}

/// A join's columns, what each passes on, and how many of them are merged.
type JoinedColumns = (Vec<OutputColumn>, Vec<Option<At>>, usize);

fn derived(columns: Columns, alias: Option<&Alias>) -> Source {
    let name = alias.map(|a| a.name.text.clone());
    Source { alias: name, columns: rename_columns(columns, alias), aliased: true, ..Source::default() }
}

/// An alias may not name more columns than there are (42P10).
fn check_alias(name: &str, columns: Option<&Vec<OutputColumn>>, alias: Option<&Alias>, span: Span) -> Replayed<()> {
    match (columns.map(Vec::len), alias.map_or(0, |a| a.columns.len())) {
        (Some(available), named) if named > available => Err(too_many_names("table", name, available, named, span)),
        _ => Ok(()),
    }
}

pub(super) fn too_many_names(
    what: &str,
    name: &str,
    available: usize,
    named: usize,
    span: Span,
) -> crate::replay::Stop {
    let message = format!("{what} \"{name}\" has {available} columns available but {named} columns specified");
    SqlError::new(state::INVALID_COLUMN_REFERENCE, span, message).into()
}
