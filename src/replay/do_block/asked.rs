//! What a query asks a table of the catalog for, so that rows on other relations and of other names need not be made.

use super::eval::Interpreter;
use super::query::Filter;
use super::value::Value;
use crate::catalog::{Catalog, Function, Oid, Relation, Type};
use crate::sort::insert;
use crate::syntax::ast::{Alias, Expr, ExprKind, QualifiedName, Symbol};
use std::sync::Arc;
use std::vec::IntoIter;

pub(super) struct Asked<'c> {
    pub cat: &'c Catalog,
    /// The relations that the rows are about; of pg_proc the functions.
    relations: Option<Vec<Oid>>,
    /// The name of the object that a row is.
    name: Option<Symbol>,
    /// The schema of the function that a row is.
    schema: Option<Oid>,
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
        let found: Vec<_> = match (&self.name, self.schema) {
            _ if let Some(oids) = &self.relations => oids.iter().filter_map(|oid| self.cat.function(*oid)).collect(),
            (Some(name), _) => self.cat.schemas().flat_map(|s| self.cat.functions_named(s.oid, name)).collect(),
            (None, Some(schema)) => self.cat.functions_in(schema).collect(),
            (None, None) => self.cat.all_functions().collect(),
        };
        found.into_iter()
    }

    fn note(&mut self, table: &str, column: &str, values: &[Value]) {
        if RELATION_NAMES.contains(&column) {
            let names = values.iter().filter_map(|value| match value {
                Value::Text(name) => Some(name),
                _ => None,
            });
            if names.clone().count() == values.len() {
                let named =
                    self.cat.schemas().flat_map(|s| names.clone().filter_map(|n| self.cat.relation_named(s.oid, n)));
                self.relations = Some(named.map(|r| r.oid).collect());
            }
            return;
        }
        if RELATION_OIDS.contains(&column) || column == "oid" && matches!(table, "pg_class" | "pg_proc") {
            let mut oids = Vec::new();
            for value in values {
                match value {
                    Value::Oid(_, oid) => insert(&mut oids, *oid),
                    _ => return,
                };
            }
            self.relations = Some(oids);
            return;
        }
        match values {
            [Value::Text(name)] if OBJECT_NAMES.contains(&column) => self.name = Some(name.clone()),
            [Value::Text(name)] if column == "routine_schema" => self.in_schema(name),
            [Value::Oid(_, oid)] if column == "pronamespace" => self.schema = Some(*oid),
            _ => {}
        }
    }

    fn in_schema(&mut self, name: &str) {
        self.schema = Some(self.cat.schema_named(name).map_or(Oid::INVALID, |s| s.oid));
    }
}

impl Interpreter<'_> {
    /// What the conditions on a table, `column = constant`, ask it for; and whether they ask for less than all.
    pub(super) fn asked(&mut self, table: &QualifiedName, alias: Option<&Alias>, filter: &Filter) -> (Asked<'_>, bool) {
        // Its rows name the referenced table, not the one whose constraint it is.
        let by_table = &*table.name.text != "constraint_column_usage";
        let called = alias.map_or(&table.name.text, |alias| &alias.name.text);
        let mut wanted = Vec::new();
        for condition in filter.conditions.iter().filter(|_| by_table) {
            wanted.extend(self.wanted_of(called, condition));
        }
        let joined = self.joined_schema(called, filter);
        let mut asked = Asked { cat: self.cat, relations: None, name: None, schema: None };
        if let Some(schema) = &joined {
            asked.in_schema(schema);
        }
        for (column, values) in &wanted {
            asked.note(&table.name.text, column, values);
        }
        let some = asked.relations.is_some() || asked.name.is_some() || asked.schema.is_some();
        (asked, some)
    }

    /// `[qualifier.]column = constant`, or IN with constants: the column and the values.
    fn wanted_of(&mut self, called: &str, condition: &Expr) -> Option<(Symbol, Vec<Value>)> {
        let (column, list): (&Expr, &[Expr]) = match &condition.kind {
            ExprKind::Binary { op, left, right } if &**op == "=" => (left, std::slice::from_ref(&**right)),
            ExprKind::InList { expr, list, negated: false } => (expr, list),
            _ => return None,
        };
        let ExprKind::Column(parts) = &column.kind else { return None };
        let column = match &parts[..] {
            [column] => column,
            [qualifier, column] if *qualifier.text == *called => column,
            _ => return None,
        };
        let mut values = Vec::new();
        for item in list {
            if !self.is_constant(item) {
                return None;
            }
            values.push(self.value(item).ok()?);
        }
        Some((column.text.clone(), values))
    }

    /// The schema that `n.oid = p.pronamespace and n.nspname = '…'` asks functions for.
    fn joined_schema(&mut self, called: &str, filter: &Filter) -> Option<Symbol> {
        let equalities = || {
            filter.conditions.iter().filter_map(|condition| match &condition.kind {
                ExprKind::Binary { op, left, right } if &**op == "=" => Some((&**left, &**right)),
                _ => None,
            })
        };
        let is_column = |expr: &Expr, qualifier: &str, name: &str| match &expr.kind {
            ExprKind::Column(parts) => matches!(&parts[..], [q, n] if *q.text == *qualifier && *n.text == *name),
            _ => false,
        };
        let names = equalities().filter_map(|(left, right)| match &left.kind {
            ExprKind::Column(parts) => match &parts[..] {
                [schema, column] if &*column.text == "nspname" && filter.schemas.contains(&&*schema.text) => {
                    Some((&*schema.text, right))
                }
                _ => None,
            },
            _ => None,
        });
        let is_joined = |schema: &str| {
            let joins = |own, other| is_column(own, called, "pronamespace") && is_column(other, schema, "oid");
            equalities().any(|(left, right)| joins(left, right) || joins(right, left))
        };
        let (_, name) = names.into_iter().find(|(schema, name)| self.is_constant(name) && is_joined(schema))?;
        match self.value(name) {
            Ok(Value::Text(name)) => Some(name),
            _ => None,
        }
    }

    /// It is the same for all rows: constants and variables of PL/pgSQL.
    pub(super) fn is_constant(&self, expr: &Expr) -> bool {
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
