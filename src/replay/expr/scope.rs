//! The FROM items of a query level, and column references into them.

use super::overload::takes;
use super::{Analysis, Typed, base_type, undefined_column};
use crate::catalog::{
    Catalog, Class, Function, Lookup, ObjectAddress, Oid, Passed, Relation, RelationKind, TypeKind, TypeRef, oids,
};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Alias, Expr, ExprKind, Name, QualifiedName, Symbol};
use std::sync::Arc;

/// A column that a query or FROM item yields.
#[derive(Clone, Debug)]
pub(in crate::replay) struct OutputColumn {
    pub name: Symbol,
    /// `None` when it is not plain.
    pub ty: Option<TypeRef>,
    /// The relation's column that it has its name from.
    pub source: Option<(Oid, u16)>,
    /// The relation's column that it passes on, through subqueries and whatever it is called there.
    pub passes: Option<Passed>,
}

impl OutputColumn {
    /// The same as a value of its own: no relation's column.
    pub fn plain(self) -> Self {
        Self { source: None, passes: None, ..self }
    }
}

/// A column list, or `None` when it cannot be worked out.
pub(in crate::replay) type Columns = Option<Vec<OutputColumn>>;

/// What a query level has names for: an item of FROM, or the columns of a join (ParseNamespaceItem).
#[derive(Debug, Default)]
pub(in crate::replay) struct Source {
    pub alias: Option<Symbol>,
    pub columns: Columns,
    /// The relation itself: system columns, `schema.table.column`.
    pub relation: Option<Oid>,
    /// It has an alias in the text: its name is not the relation's.
    pub aliased: bool,
    /// It is one value of a function: its name stands for that.
    pub scalar: bool,
    /// Of a join: what each column passes on.
    pub joined: Option<Vec<At>>,
    pub shows: Shows,
    pub lateral: Lateral,
}

/// A column of a query level: the source's place and the column's. Those that a join made up (FULL JOIN … USING) are the join's.
pub(in crate::replay) type At = (usize, usize);

/// Which references a source answers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::replay) enum Shows {
    #[default]
    All,
    /// `source.column` alone: a join has its columns.
    Name,
    /// `column` alone: a join without an alias.
    Columns,
    /// An alias of the join hides it.
    Nothing,
}

/// What an item of the FROM clause that is being read is to those after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::replay) enum Lateral {
    /// It is in scope.
    #[default]
    No,
    /// LATERAL items may name it.
    Only,
    /// Naming it is an error: the right side of a RIGHT or FULL JOIN names the left.
    Refused,
}

impl Source {
    pub fn of_relation(cat: &Catalog, relation: &Relation, alias: Option<&Symbol>) -> Self {
        Self {
            alias: Some(alias.unwrap_or(&relation.name).clone()),
            columns: relation_columns(cat, relation),
            relation: Some(relation.oid),
            aliased: alias.is_some(),
            ..Self::default()
        }
    }

    /// A source whose columns are not known.
    pub fn unknown(alias: &Symbol) -> Self {
        Self { alias: Some(alias.clone()), aliased: true, ..Self::default() }
    }

    fn is_named(&self, name: &str) -> bool {
        matches!(self.shows, Shows::All | Shows::Name) && self.alias.as_deref() == Some(name)
    }

    fn shows_columns(&self) -> bool {
        matches!(self.shows, Shows::All | Shows::Columns)
    }

    /// A row of this relation under another name: `excluded`, `new`, `old`.
    pub fn named(cat: &Catalog, relation: &Relation, name: &str) -> Self {
        Self { alias: Some(name.into()), aliased: true, ..Self::of_relation(cat, relation, None) }
    }
}

/// `None` where statements that could not be followed may have changed the columns.
pub(super) fn relation_columns(cat: &Catalog, relation: &Relation) -> Columns {
    if relation.columns_unknown.is_some() || cat.unknowns.may_be_changed(&relation.name).is_some() {
        return None;
    }
    if relation.kind == RelationKind::Sequence {
        let column = |(name, ty): (&str, Oid)| OutputColumn {
            name: name.into(),
            ty: Some(TypeRef::plain(ty)),
            source: None,
            passes: None,
        };
        let columns = [("last_value", oids::INT8), ("log_cnt", oids::INT8), ("is_called", oids::BOOL)];
        return Some(columns.into_iter().map(column).collect());
    }
    let column = |c: &std::sync::Arc<crate::catalog::Column>| OutputColumn {
        name: c.name.clone(),
        ty: (!c.type_unknown).then_some(c.ty),
        source: Some((relation.oid, c.number)),
        passes: Some(Passed { relation: relation.oid, column: c.number, or_null: false }),
    };
    Some(relation.live_columns().map(column).collect())
}

/// `AS alias (a, b)`: the columns' names, as far as they are given.
pub(super) fn rename_columns(columns: Columns, alias: Option<&Alias>) -> Columns {
    let mut columns = columns?;
    for (column, name) in columns.iter_mut().zip(alias.map_or(&[][..], |a| &a.columns)) {
        column.name = name.text.clone();
    }
    Some(columns)
}

/// One query's FROM list, as far as it has been walked.
#[derive(Debug, Default)]
pub(in crate::replay) struct Level {
    pub sources: Vec<Source>,
    /// The first source in scope: a join's condition sees what it joins.
    pub first: usize,
    /// A LATERAL item is being read.
    pub lateral: bool,
    /// A join with USING or NATURAL has sides that are not known.
    pub fuzzy: bool,
    /// Its columns that subqueries outside of aggregates name.
    pub used_below: Vec<(At, Span)>,
}

enum Found {
    One(OutputColumn, Option<At>),
    Ambiguous,
    Absent,
    /// A source whose columns are not known may have it.
    Perhaps,
    /// The source of this name is there, but not for this item.
    Refused(Symbol),
}

const SYSTEM_COLUMNS: [(&str, Oid); 6] = [
    ("tableoid", oids::OID),
    ("ctid", oids::TID),
    ("xmin", oids::XID),
    ("xmax", oids::XID),
    ("cmin", oids::CID),
    ("cmax", oids::CID),
];

pub(in crate::replay) fn is_system_column(name: &str) -> bool {
    SYSTEM_COLUMNS.iter().any(|(system, _)| *system == name)
}

fn system_column(name: &str) -> Option<OutputColumn> {
    let (name, ty) = SYSTEM_COLUMNS.iter().find(|(system, _)| *system == name)?;
    Some(OutputColumn { name: (*name).into(), ty: Some(TypeRef::plain(*ty)), source: None, passes: None })
}

impl Level {
    pub(super) fn of(sources: Vec<Source>) -> Self {
        Self { sources, ..Self::default() }
    }

    /// The sources in scope, with their places.
    fn visible(&self) -> impl Iterator<Item = (usize, &Source)> {
        let in_scope = |s: &Source| s.lateral == Lateral::No || self.lateral;
        self.sources.iter().enumerate().skip(self.first).filter(move |(_, s)| in_scope(s))
    }

    /// `name.column`: the source of that name.
    pub(super) fn named(&self, name: &str) -> Option<(usize, &Source)> {
        self.visible().find(|(_, s)| s.is_named(name))
    }

    /// Whether a column reference may mean a column of this level.
    pub(super) fn may_have(&self, parts: &[Name]) -> bool {
        match parts {
            [name] => !matches!(self.unqualified(name), Found::Absent),
            [.., table, _] => self.named(table).is_some(),
            [] => false,
        }
    }

    /// Whether a column reference means a column of this level, whatever else is not known.
    pub(super) fn has_for_certain(&self, parts: &[Name]) -> bool {
        match parts {
            [name] => matches!(self.unqualified(name), Found::One(..)),
            [.., table, column] => {
                let columns = self.named(table).and_then(|(_, s)| s.columns.as_ref());
                columns.is_some_and(|columns| columns.iter().any(|c| c.name == column.text))
            }
            [] => false,
        }
    }

    fn unqualified(&self, name: &str) -> Found {
        let mut found = None;
        let mut unknown = self.fuzzy;
        for (place, source) in self.visible().filter(|(_, s)| s.shows_columns()) {
            let Some(columns) = &source.columns else {
                unknown = true;
                continue;
            };
            for (index, column) in columns.iter().enumerate().filter(|(_, c)| &*c.name == name) {
                if found.is_some() && !self.fuzzy {
                    return Found::Ambiguous;
                }
                if let (Lateral::Refused, Some(alias)) = (source.lateral, &source.alias) {
                    return Found::Refused(alias.clone());
                }
                found.get_or_insert((column, (place, index)));
            }
        }
        if let Some((column, at)) = found {
            return Found::One(column.clone(), Some(self.origin(at)));
        }
        if unknown {
            return Found::Perhaps;
        }
        let Some(system) = system_column(name) else { return Found::Absent };
        match self.visible().filter(|(_, s)| s.shows_columns() && s.relation.is_some()).count() {
            0 => Found::Absent,
            1 => Found::One(system, None),
            _ => Found::Ambiguous,
        }
    }

    /// The column that a join's column passes on.
    pub(super) fn origin(&self, mut at: At) -> At {
        while let Some(joined) = self.sources.get(at.0).and_then(|s| s.joined.as_ref()) {
            match joined.get(at.1) {
                Some(next) if *next != at => at = *next,
                _ => break,
            }
        }
        at
    }

    /// The column of this level that a reference means.
    pub(super) fn position(&self, parts: &[Name]) -> Option<At> {
        match parts {
            [name] => match self.unqualified(name) {
                Found::One(_, at) => at,
                Found::Absent => self.named(name).filter(|(_, s)| s.scalar).map(|(place, _)| (place, 0)),
                _ => None,
            },
            [.., table, column] => {
                let (place, source) = self.named(table)?;
                let index = source.columns.as_ref()?.iter().position(|c| c.name == column.text)?;
                Some(self.origin((place, index)))
            }
            [] => None,
        }
    }

    /// What `*` (without a table) or `table.*` stands for: the columns and where they are.
    pub(super) fn starred(&self, table: Option<&Name>) -> Option<Vec<(OutputColumn, At)>> {
        let mut all = Vec::new();
        let meant = |s: &Source| match table {
            Some(table) => s.is_named(table),
            None => s.shows_columns(),
        };
        if table.is_none() && self.fuzzy {
            return None;
        }
        for (place, source) in self.visible().filter(|(_, s)| meant(s)) {
            for (index, column) in source.columns.as_ref()?.iter().enumerate() {
                all.push((column.clone(), (place, index)));
            }
            if table.is_some() {
                break;
            }
        }
        Some(all)
    }
}

impl Analysis<'_> {
    /// A column reference of one to four parts.
    pub(super) fn column(&mut self, parts: &[Name], span: Span) -> Replayed<Typed> {
        if let Some(message) = self.column_reference
            && self.levels.is_empty()
        {
            return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
        }
        let found = match parts {
            [name] => self.unqualified_column(name)?,
            [table, column] => self.qualified_column(None, table, column, span)?,
            [schema, table, column] => self.qualified_column(Some(schema), table, column, span)?,
            [database, schema, table, column] => {
                if &*database.text != "postgres" {
                    let name = format!("{database}.{schema}.{table}.{column}");
                    let message = format!("cross-database references are not implemented: {name}");
                    return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
                }
                self.qualified_column(Some(schema), table, column, span)?
            }
            parts => {
                let name = parts.iter().map(|p| &*p.text).collect::<Vec<_>>().join(".");
                let message = format!("improper qualified name (too many dotted names): {name}");
                return Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
            }
        };
        let Some(column) = found else { return Ok(None) };
        if let Some((relation, number)) = column.source {
            self.refer(ObjectAddress::column(relation, number));
        }
        self.note_column(parts, &column);
        if let Some((own, outer)) = self.levels.split_last_mut()
            && !outer.is_empty()
            && own.position(parts).is_none()
            && let Some((level, at)) = outer.iter_mut().rev().find_map(|l| l.position(parts).map(|at| (l, at)))
        {
            level.used_below.push((at, span));
        }
        Ok(column.ty)
    }

    fn is_variable(&self, name: &str) -> bool {
        self.variables.iter().any(|(variable, _)| &**variable == name)
    }

    fn unqualified_column(&mut self, name: &Name) -> Replayed<Option<OutputColumn>> {
        for level in self.levels.iter().rev() {
            match level.unqualified(name) {
                Found::One(..) if self.strict_variables && self.is_variable(name) => {
                    let message = format!("column reference \"{name}\" is ambiguous");
                    return Err(SqlError::new(state::AMBIGUOUS_COLUMN, name.span, message)
                        .detail("It could refer to either a PL/pgSQL variable or a table column.")
                        .into());
                }
                Found::One(column, _) => return Ok(Some(column)),
                Found::Perhaps => return Ok(None),
                Found::Ambiguous if self.is_variable(name) => return Ok(None),
                Found::Ambiguous => {
                    return Err(SqlError::new(
                        state::AMBIGUOUS_COLUMN,
                        name.span,
                        format!("column reference \"{name}\" is ambiguous"),
                    )
                    .into());
                }
                Found::Refused(table) => return Err(refused_lateral(&table, name.span).into()),
                Found::Absent => {}
            }
        }
        // The name of a FROM item stands for its whole row.
        let whole_row = self.levels.iter().rev().find_map(|l| l.named(name));
        if let Some((_, source)) = whole_row {
            if source.scalar {
                return Ok(source.columns.iter().flatten().next().cloned());
            }
            let columns: Vec<_> = source.columns.iter().flatten().filter_map(|c| c.source).collect();
            let ty = source.relation.and_then(|oid| self.cat.relation(oid)).map(|r| TypeRef::plain(r.row_type));
            for (relation, number) in columns {
                self.refer(ObjectAddress::column(relation, number));
            }
            return Ok(ty.map(|ty| OutputColumn { name: name.text.clone(), ty: Some(ty), source: None, passes: None }));
        }
        if let Some((_, ty)) = self.variables.iter().find(|(variable, _)| *variable == name.text) {
            return Ok(Some(OutputColumn { name: name.text.clone(), ty: *ty, source: None, passes: None }));
        }
        let subject = match self.levels.last().map(|l| &l.sources[..]) {
            Some([Source { relation: Some(relation), .. }]) => match self.cat.relation(*relation) {
                Some(relation) => format!("{}.{name}", self.cat.relation_name(relation)),
                None => name.to_string(),
            },
            _ => name.to_string(),
        };
        Err(undefined_column(format!("column \"{name}\" does not exist"), &subject, name.span))
    }

    fn qualified_column(
        &mut self,
        schema: Option<&Name>,
        table: &Name,
        column: &Name,
        span: Span,
    ) -> Replayed<Option<OutputColumn>> {
        let in_schema = |source: &Source| {
            // What a relation that is not known is called is taken at its word.
            schema.is_none_or(|schema| {
                (source.relation.is_none() && source.columns.is_none())
                    || source.relation.and_then(|oid| self.cat.relation(oid)).is_some_and(|relation| {
                        relation.name == table.text
                            && !source.aliased
                            && self.cat.schema(relation.schema).is_some_and(|s| s.name == schema.text)
                    })
            })
        };
        let mut visible = self.levels.iter().rev().flat_map(Level::visible);
        let source = visible.find(|(_, source)| source.is_named(table) && in_schema(source)).map(|(_, source)| source);
        let Some(source) = source else {
            let first = schema.unwrap_or(table);
            if schema.is_none() && self.function.as_ref() == Some(&table.text) {
                let argument = self.variables.iter().find(|(name, _)| *name == column.text);
                if let Some((name, ty)) = argument {
                    return Ok(Some(OutputColumn { name: name.clone(), ty: *ty, source: None, passes: None }));
                }
            }
            // `function.argument.field`: the argument's own type is not looked into.
            let argument_field =
                schema.is_some_and(|s| self.function.as_ref() == Some(&s.text)) && self.is_variable(table);
            if self.is_variable(first) || argument_field {
                return Ok(None);
            }
            return Err(self.missing_from_entry(table, span).into());
        };
        if source.lateral == Lateral::Refused {
            return Err(refused_lateral(table, span).into());
        }
        let Some(columns) = &source.columns else { return Ok(None) };
        if let Some(found) = columns.iter().find(|c| c.name == column.text) {
            return Ok(Some(found.clone()));
        }
        if source.relation.is_some()
            && let Some(found) = system_column(column)
        {
            return Ok(Some(found));
        }
        let value = columns.first().filter(|_| source.scalar).and_then(|c| c.ty).map(|ty| ty.oid);
        let row = source.relation.and_then(|oid| self.cat.relation(oid)).map_or(value, |r| Some(r.row_type));
        if self.is_variable(table) || self.may_be_row_function(column, row) {
            return Ok(None);
        }
        let subject = match source.relation.and_then(|oid| self.cat.relation(oid)) {
            Some(relation) => format!("{}.{column}", self.cat.relation_name(relation)),
            None => format!("{table}.{column}"),
        };
        Err(undefined_column(format!("column {table}.{column} does not exist"), &subject, span))
    }

    /// `t.f` may also call a function of t's row.
    fn may_be_row_function(&self, name: &Name, row: Option<Oid>) -> bool {
        let function = QualifiedName { database: None, schema: None, name: name.clone(), only: false };
        let takes_row = |function: &&Arc<Function>| {
            let first = function.input_args().next();
            first.is_some_and(|arg| row.is_none_or(|row| takes(self.cat, &[row], &[arg.ty.oid])))
        };
        match self.cat.visible_functions(&function) {
            Ok(found) if found.is_empty() => !matches!(self.cat.lookup(Class::Function, None, name), Lookup::Absent),
            Ok(found) => found.iter().any(takes_row),
            Err(_) => true,
        }
    }

    /// A qualifier that nothing in scope has: an alias hides it, or it stands where it cannot be named (errorMissingRTE).
    fn missing_from_entry(&self, table: &Name, span: Span) -> SqlError {
        let relation = match self.cat.lookup(Class::Relation, None, table) {
            Lookup::Found(oid) => Some(oid),
            _ => None,
        };
        let meant =
            |s: &&Source| (s.relation.is_some() && s.relation == relation) || s.alias.as_ref() == Some(&table.text);
        let refuse = |message| SqlError::new(state::UNDEFINED_TABLE, span, message);
        let Some(source) = self.levels.iter().rev().flat_map(|l| &l.sources).find(meant) else {
            return refuse(format!("missing FROM-clause entry for table \"{table}\""));
        };
        let error = refuse(format!("invalid reference to FROM-clause entry for table \"{table}\""));
        let alias = source.alias.as_ref().filter(|alias| **alias != table.text);
        match alias.filter(|alias| self.levels.iter().rev().any(|l| l.named(alias).is_some())) {
            Some(alias) => error.hint(format!("Perhaps you meant to reference the table alias \"{alias}\".")),
            None => error.detail(format!(
                "There is an entry for table \"{table}\", but it cannot be referenced from this part of the query."
            )),
        }
    }

    /// What a plain reference in a select list passes on (markTargetListOrigin), a cast to the type that it has aside. `ty` is the whole's type.
    pub(super) fn passed(&self, expr: &Expr, ty: Typed) -> Option<Passed> {
        let parts = match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Cast { expr: inner, .. } => return self.passed(inner, ty),
            ExprKind::Column(parts) => parts,
            _ => return None,
        };
        let own = self.levels.len().checked_sub(1)?;
        let (place, column) = self.levels.iter().enumerate().rev().find_map(|(place, level)| match &parts[..] {
            [name] => match level.unqualified(name) {
                Found::Absent => None,
                Found::One(column, _) => Some((place, Some(column))),
                _ => Some((place, None)),
            },
            [.., table, column] => {
                let (_, source) = level.named(table)?;
                let found = source.columns.as_ref().and_then(|all| all.iter().find(|c| c.name == column.text));
                Some((place, found.cloned()))
            }
            [] => None,
        })?;
        let column = column.filter(|c| c.ty == ty)?;
        // One of an outer query counts as nullable.
        column.passes.map(|passed| Passed { or_null: passed.or_null || place < own, ..passed })
    }

    /// What `(value).*` yields (ExpandRowReference).
    pub(super) fn fields(&mut self, value: &Expr) -> Replayed<Columns> {
        let mut inner = value;
        while let ExprKind::Paren(expr) = &inner.kind {
            inner = expr;
        }
        if let ExprKind::Column(parts) = &inner.kind
            && let [name] = &parts[..]
            && self.levels.iter().all(|l| matches!(l.unqualified(name), Found::Absent))
            && self.levels.iter().any(|l| l.named(name).is_some())
        {
            return self.star(parts, value.span);
        }
        let ty = self.expr(value)?;
        if let ExprKind::Call(_) = &inner.kind {
            let counts = std::mem::take(&mut self.counts);
            let columns = self.call_columns(inner);
            self.counts = counts;
            return columns;
        }
        let composite = ty.and_then(|ty| self.cat.type_(base_type(self.cat, ty.oid)));
        let Some(TypeKind::Composite(relation)) = composite.map(|t| &t.kind) else { return Ok(None) };
        let columns = self.cat.relation(*relation).and_then(|r| relation_columns(self.cat, r));
        Ok(columns.map(|columns| columns.into_iter().map(OutputColumn::plain).collect()))
    }

    /// What `*` or `t.*` yields.
    pub(super) fn star(&mut self, parts: &[Name], span: Span) -> Replayed<Columns> {
        let Some(level) = self.levels.last() else { return Ok(None) };
        let columns = match parts {
            [] if level.sources.is_empty() => {
                let message = "SELECT * with no tables specified is not valid";
                return Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
            }
            [] => level.starred(None),
            [.., table] => {
                let Some(place) = self.levels.iter().rposition(|l| l.named(table).is_some()) else {
                    if self.is_variable(table) {
                        return Ok(None);
                    }
                    return Err(self.missing_from_entry(table, span).into());
                };
                let mut columns = self.levels.get(place).and_then(|level| level.starred(Some(table)));
                if place + 1 < self.levels.len() {
                    let passed = columns.iter_mut().flatten().filter_map(|(column, _)| column.passes.as_mut());
                    passed.for_each(|passed| passed.or_null = true);
                }
                columns
            }
        };
        self.note_star(columns.as_deref(), span);
        let columns: Columns = columns.map(|all| all.into_iter().map(|(column, _)| column).collect());
        for (relation, number) in columns.iter().flatten().filter_map(|c| c.source).collect::<Vec<_>>() {
            self.refer(ObjectAddress::column(relation, number));
        }
        Ok(columns)
    }
}

/// A LATERAL reference that the join's kind does not allow (42P10).
fn refused_lateral(table: &str, span: Span) -> SqlError {
    let message = format!("invalid reference to FROM-clause entry for table \"{table}\"");
    SqlError::new(state::INVALID_COLUMN_REFERENCE, span, message)
        .detail("The combining JOIN type must be INNER or LEFT for a LATERAL reference.")
}
