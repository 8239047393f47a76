//! What a query asks a table of the catalog for, so that rows on other relations and of other names need not be made.

use super::eval::Interpreter;
use super::value::Value;
use crate::catalog::{Catalog, Function, Oid, Relation, Type};
use crate::syntax::ast::{Alias, Expr, ExprKind, QualifiedName, Symbol};
use std::sync::Arc;
use std::vec::IntoIter;

pub(super) struct Asked<'c> {
    pub cat: &'c Catalog,
    /// The relations that the rows are about.
    relations: Option<Vec<Oid>>,
    /// The name of the object that a row is.
    name: Option<Symbol>,
}

/// Columns that name the relation that a row is about.
const RELATION_NAMES: [&str; 8] = [
    "relname",
    "tablename",
    "table_name",
    "viewname",
    "matviewname",
    "sequencename",
    "sequence_name",
    "event_object_table",
];

/// Columns that have its oid.
const RELATION_OIDS: [&str; 7] = ["attrelid", "adrelid", "conrelid", "indrelid", "tgrelid", "polrelid", "inhrelid"];

/// Columns with the name of the object that a row is.
const OBJECT_NAMES: [&str; 10] = [
    "typname",
    "proname",
    "routine_name",
    "conname",
    "constraint_name",
    "policyname",
    "polname",
    "tgname",
    "trigger_name",
    "indexname",
];

impl<'c> Asked<'c> {
    fn all(cat: &'c Catalog) -> Self {
        Self { cat, relations: None, name: None }
    }

    pub fn relations(&self) -> IntoIter<&'c Arc<Relation>> {
        let found: Vec<_> = match &self.relations {
            Some(oids) => oids.iter().filter_map(|oid| self.cat.relation(*oid)).collect(),
            None => self.cat.relations().collect(),
        };
        found.into_iter()
    }

    pub fn is_named(&self, name: &Symbol) -> bool {
        self.name.as_ref().is_none_or(|asked| asked == name)
    }

    pub fn types(&self) -> IntoIter<&'c Arc<Type>> {
        let found: Vec<_> = match &self.name {
            Some(name) => self.cat.schemas().filter_map(|s| self.cat.type_named(s.oid, name)).collect(),
            None => self.cat.types().collect(),
        };
        found.into_iter()
    }

    pub fn functions(&self) -> IntoIter<&'c Arc<Function>> {
        let found: Vec<_> = match &self.name {
            Some(name) => self.cat.schemas().flat_map(|s| self.cat.functions_named(s.oid, name)).collect(),
            None => self.cat.all_functions().collect(),
        };
        found.into_iter()
    }

    fn note(&mut self, column: &str, value: &Value) {
        match value {
            Value::Text(name) if RELATION_NAMES.contains(&column) => {
                let named = self.cat.schemas().filter_map(|s| self.cat.relation_named(s.oid, name));
                self.relations = Some(named.map(|r| r.oid).collect());
            }
            Value::Text(name) if OBJECT_NAMES.contains(&column) => self.name = Some(name.clone()),
            Value::Oid(_, oid) if RELATION_OIDS.contains(&column) => self.relations = Some(vec![*oid]),
            _ => {}
        }
    }
}

impl Interpreter<'_> {
    /// What the conditions on a table, `column = constant`, ask it for; and whether they ask for less than all.
    pub(super) fn asked(
        &mut self,
        table: &QualifiedName,
        alias: Option<&Alias>,
        conditions: &[&Expr],
    ) -> (Asked<'_>, bool) {
        let mut wanted: Vec<(Symbol, Value)> = Vec::new();
        // Its rows name the referenced table, not the one whose constraint it is.
        let by_table = &*table.name.text != "constraint_column_usage";
        let called = alias.map_or(&table.name.text, |alias| &alias.name.text);
        for condition in conditions.iter().filter(|_| by_table) {
            let ExprKind::Binary { op, left, right } = &condition.kind else { continue };
            let (ExprKind::Column(parts), "=") = (&left.kind, &**op) else { continue };
            let column = match &parts[..] {
                [column] => column,
                [qualifier, column] if qualifier.text == *called => column,
                _ => continue,
            };
            if self.is_constant(right)
                && let Ok(value) = self.value(right)
            {
                wanted.push((column.text.clone(), value));
            }
        }
        let mut asked = Asked::all(self.cat);
        for (column, value) in &wanted {
            asked.note(column, value);
        }
        let some = asked.relations.is_some() || asked.name.is_some();
        (asked, some)
    }

    /// It is the same for all rows: constants and variables of PL/pgSQL.
    fn is_constant(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::String(_) | ExprKind::Parameter(_) => true,
            ExprKind::Paren(inner) | ExprKind::Cast { expr: inner, .. } | ExprKind::Collate { expr: inner, .. } => {
                self.is_constant(inner)
            }
            ExprKind::Column(parts) => parts.first().is_some_and(|first| self.variable(&first.text).is_some()),
            _ => false,
        }
    }
}
