//! The FROM items of a query level, and column references into them.

use super::overload::takes;
use super::{Analysis, Typed, undefined_column};
use crate::catalog::{Catalog, Class, Function, Lookup, ObjectAddress, Oid, Relation, RelationKind, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Alias, Name, QualifiedName, Symbol};
use std::sync::Arc;

/// A column that a query or FROM item yields.
#[derive(Clone, Debug)]
pub(in crate::replay) struct OutputColumn {
    pub name: Symbol,
    /// `None` when it is not plain.
    pub ty: Option<TypeRef>,
    /// The relation's column that it passes on.
    pub source: Option<(Oid, u16)>,
}

/// A column list, or `None` when it cannot be worked out.
pub(in crate::replay) type Columns = Option<Vec<OutputColumn>>;

/// What a column reference can be qualified with.
#[derive(Clone, Debug)]
pub(in crate::replay) struct Source {
    pub alias: Option<Symbol>,
    pub columns: Columns,
    /// The relation itself: system columns, `schema.table.column`.
    pub relation: Option<Oid>,
    /// It has an alias in the text: its name is not the relation's.
    pub aliased: bool,
}

impl Source {
    pub fn of_relation(cat: &Catalog, relation: &Relation, alias: Option<&Symbol>) -> Self {
        Self {
            alias: Some(alias.unwrap_or(&relation.name).clone()),
            columns: relation_columns(cat, relation),
            relation: Some(relation.oid),
            aliased: alias.is_some(),
        }
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
        let column =
            |(name, ty): (&str, Oid)| OutputColumn { name: name.into(), ty: Some(TypeRef::plain(ty)), source: None };
        let columns = [("last_value", oids::INT8), ("log_cnt", oids::INT8), ("is_called", oids::BOOL)];
        return Some(columns.into_iter().map(column).collect());
    }
    let column = |c: &std::sync::Arc<crate::catalog::Column>| OutputColumn {
        name: c.name.clone(),
        ty: (!c.type_unknown).then_some(c.ty),
        source: Some((relation.oid, c.number)),
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
#[derive(Clone, Debug, Default)]
pub(in crate::replay) struct Level {
    pub sources: Vec<Source>,
    /// Columns that JOIN … USING merged: naming them is not ambiguous.
    pub merged: Vec<Symbol>,
    /// A NATURAL JOIN merged columns that are not known.
    pub fuzzy: bool,
}

enum Found {
    One(OutputColumn),
    Ambiguous,
    Absent,
    /// A source whose columns are not known may have it.
    Perhaps,
}

const SYSTEM_COLUMNS: [(&str, Oid); 6] = [
    ("tableoid", oids::OID),
    ("ctid", oids::TID),
    ("xmin", oids::XID),
    ("xmax", oids::XID),
    ("cmin", oids::CID),
    ("cmax", oids::CID),
];

fn system_column(name: &str) -> Option<OutputColumn> {
    let (name, ty) = SYSTEM_COLUMNS.iter().find(|(system, _)| *system == name)?;
    Some(OutputColumn { name: (*name).into(), ty: Some(TypeRef::plain(*ty)), source: None })
}

impl Level {
    /// Whether a column reference may mean a column of this level.
    pub(super) fn may_have(&self, parts: &[Name]) -> bool {
        match parts {
            [name] => !matches!(self.unqualified(name), Found::Absent),
            [.., table, _] => self.sources.iter().any(|s| s.alias.as_ref() == Some(&table.text)),
            [] => false,
        }
    }

    /// Whether a column reference means a column of this level, whatever else is not known.
    pub(super) fn has_for_certain(&self, parts: &[Name]) -> bool {
        match parts {
            [name] => matches!(self.unqualified(name), Found::One(_)),
            [.., table, column] => {
                let named = self.sources.iter().find(|s| s.alias.as_ref() == Some(&table.text));
                named.is_some_and(|s| s.columns.iter().flatten().any(|c| c.name == column.text))
            }
            [] => false,
        }
    }

    fn unqualified(&self, name: &str) -> Found {
        let mut found = None;
        let mut unknown = self.fuzzy;
        for source in &self.sources {
            let Some(columns) = &source.columns else {
                unknown = true;
                continue;
            };
            for column in columns.iter().filter(|c| &*c.name == name) {
                if found.is_some() && !self.fuzzy && !self.merged.iter().any(|m| &**m == name) {
                    return Found::Ambiguous;
                }
                found.get_or_insert(column);
            }
        }
        match found {
            Some(column) => Found::One(column.clone()),
            None if unknown => Found::Perhaps,
            None if self.sources.iter().any(|s| s.relation.is_some()) => {
                system_column(name).map_or(Found::Absent, Found::One)
            }
            None => Found::Absent,
        }
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
            [schema, table, column] | [_, schema, table, column] => {
                self.qualified_column(Some(schema), table, column, span)?
            }
            _ => None,
        };
        let Some(column) = found else { return Ok(None) };
        if let Some((relation, number)) = column.source {
            self.refer(ObjectAddress::column(relation, number));
        }
        self.note_column(parts, &column);
        Ok(column.ty)
    }

    fn is_variable(&self, name: &str) -> bool {
        self.variables.iter().any(|(variable, _)| &**variable == name)
    }

    fn unqualified_column(&mut self, name: &Name) -> Replayed<Option<OutputColumn>> {
        for level in self.levels.iter().rev() {
            match level.unqualified(name) {
                Found::One(column) => return Ok(Some(column)),
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
                Found::Absent => {}
            }
        }
        // The name of a FROM item stands for its whole row.
        let whole_row =
            self.levels.iter().rev().flat_map(|l| &l.sources).find(|s| s.alias.as_ref() == Some(&name.text));
        if let Some(source) = whole_row {
            let columns: Vec<_> = source.columns.iter().flatten().filter_map(|c| c.source).collect();
            let ty = source.relation.and_then(|oid| self.cat.relation(oid)).map(|r| TypeRef::plain(r.row_type));
            for (relation, number) in columns {
                self.refer(ObjectAddress::column(relation, number));
            }
            return Ok(ty.map(|ty| OutputColumn { name: name.text.clone(), ty: Some(ty), source: None }));
        }
        if let Some((_, ty)) = self.variables.iter().find(|(variable, _)| *variable == name.text) {
            return Ok(Some(OutputColumn { name: name.text.clone(), ty: *ty, source: None }));
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
        let in_schema = |source: &Source| match schema {
            None => source.alias.as_ref() == Some(&table.text),
            Some(schema) => source.relation.and_then(|oid| self.cat.relation(oid)).is_some_and(|relation| {
                relation.name == table.text
                    && source.alias.as_ref() == Some(&table.text)
                    && self.cat.schema(relation.schema).is_some_and(|s| s.name == schema.text)
            }),
        };
        let source = self.levels.iter().rev().flat_map(|l| &l.sources).find(|source| in_schema(source));
        let Some(source) = source else {
            let first = schema.unwrap_or(table);
            if schema.is_none() && self.function.as_ref() == Some(&table.text) {
                let argument = self.variables.iter().find(|(name, _)| *name == column.text);
                if let Some((name, ty)) = argument {
                    return Ok(Some(OutputColumn { name: name.clone(), ty: *ty, source: None }));
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
        let Some(columns) = &source.columns else { return Ok(None) };
        if let Some(found) = columns.iter().find(|c| c.name == column.text) {
            return Ok(Some(found.clone()));
        }
        if source.relation.is_some()
            && let Some(found) = system_column(column)
        {
            return Ok(Some(found));
        }
        let row = source.relation.and_then(|oid| self.cat.relation(oid)).map(|r| r.row_type);
        if self.is_variable(table) || self.may_be_row_function(column, row) {
            return Ok(None);
        }
        let subject = match source.relation.and_then(|oid| self.cat.relation(oid)) {
            Some(relation) => format!("{}.{column}", self.cat.relation_name(relation)),
            None => format!("{table}.{column}"),
        };
        let shown = match schema {
            Some(schema) => format!("{schema}.{table}.{column}"),
            None => format!("{table}.{column}"),
        };
        Err(undefined_column(format!("column {shown} does not exist"), &subject, span))
    }

    /// `t.f` may also call a function of t's row.
    fn may_be_row_function(&self, name: &Name, row: Option<Oid>) -> bool {
        let function = QualifiedName { database: None, schema: None, name: name.clone() };
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

    /// A qualifier that no FROM item has; one that an alias hides is called so (errorMissingRTE).
    fn missing_from_entry(&self, table: &Name, span: Span) -> SqlError {
        let hidden_by = self.levels.iter().rev().flat_map(|l| &l.sources).find(|source| {
            source.relation.and_then(|oid| self.cat.relation(oid)).is_some_and(|r| r.name == table.text)
        });
        match hidden_by.and_then(|source| source.alias.as_ref()) {
            Some(alias) => {
                let message = format!("invalid reference to FROM-clause entry for table \"{table}\"");
                SqlError::new(state::UNDEFINED_TABLE, span, message)
                    .hint(format!("Perhaps you meant to reference the table alias \"{alias}\"."))
            }
            None => {
                let message = format!("missing FROM-clause entry for table \"{table}\"");
                SqlError::new(state::UNDEFINED_TABLE, span, message)
            }
        }
    }

    /// What `*` or `t.*` yields.
    pub(super) fn star(&mut self, parts: &[Name], span: Span) -> Replayed<Columns> {
        let Some(level) = self.levels.last() else { return Ok(None) };
        let columns = match parts {
            [] if level.sources.is_empty() => {
                let message = "SELECT * with no tables specified is not valid";
                return Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
            }
            [] => level.star(),
            [.., table] => {
                let source =
                    self.levels.iter().rev().flat_map(|l| &l.sources).find(|s| s.alias.as_ref() == Some(&table.text));
                let Some(source) = source else {
                    if self.is_variable(table) {
                        return Ok(None);
                    }
                    return Err(self.missing_from_entry(table, span).into());
                };
                source.columns.clone()
            }
        };
        for (relation, number) in columns.iter().flatten().filter_map(|c| c.source).collect::<Vec<_>>() {
            self.refer(ObjectAddress::column(relation, number));
        }
        self.note_star(parts, &columns, span);
        Ok(columns)
    }
}

impl Level {
    /// All columns of the FROM list; merged ones first and once.
    pub(super) fn star(&self) -> Columns {
        if self.fuzzy {
            return None;
        }
        let mut all = Vec::new();
        for source in &self.sources {
            all.extend(source.columns.as_ref()?.iter().cloned());
        }
        let mut merged: Vec<OutputColumn> = Vec::new();
        for name in &self.merged {
            let column = all.iter().find(|c| c.name == *name)?.clone();
            merged.push(column);
        }
        all.retain(|c| !self.merged.contains(&c.name));
        // Where joins without USING stand beside, the merged columns would have to stand at their join's place.
        merged.extend(all);
        Some(merged)
    }
}
