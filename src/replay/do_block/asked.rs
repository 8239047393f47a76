//! What a query asks a table of the catalog for, so that rows on other relations and of other names need not be made.

use super::eval::Interpreter;
use super::query::Filter;
use super::value::Value;
use crate::catalog::{Catalog, Function, Oid, Relation, Type};
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

/// Rows that nobody wants cost time alone: the module is to be small.
const NARROWS: bool = cfg!(not(target_arch = "wasm32"));

impl<'c> Asked<'c> {
    fn all(cat: &'c Catalog) -> Self {
        Self { cat, relations: None, name: None, schema: None }
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
        let found: Vec<_> = match (&self.name, self.schema) {
            _ if NARROWS && self.relations.is_some() => {
                self.relations.iter().flatten().filter_map(|oid| self.cat.function(*oid)).collect()
            }
            (Some(name), _) => self.cat.schemas().flat_map(|s| self.cat.functions_named(s.oid, name)).collect(),
            (None, Some(schema)) => self.cat.functions_in(schema).collect(),
            (None, None) => self.cat.all_functions().collect(),
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
            Value::Text(name) if column == "routine_schema" => self.in_schema(name),
            Value::Oid(_, oid) if RELATION_OIDS.contains(&column) => self.relations = Some(vec![*oid]),
            Value::Oid(_, oid) if column == "pronamespace" => self.schema = Some(*oid),
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
        let mut wanted: Vec<(Symbol, Value)> = Vec::new();
        // Its rows name the referenced table, not the one whose constraint it is.
        let by_table = &*table.name.text != "constraint_column_usage";
        let called = alias.map_or(&table.name.text, |alias| &alias.name.text);
        for condition in filter.conditions.iter().filter(|_| by_table) {
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
        let joined = self.joined_schema(called, filter);
        let own = match &*table.name.text {
            "pg_class" | "pg_proc" if NARROWS => filter.conditions.iter().find_map(|c| self.own_oids(called, c)),
            _ => None,
        };
        let mut asked = Asked::all(self.cat);
        if let Some(schema) = &joined {
            asked.in_schema(schema);
        }
        for (column, value) in &wanted {
            asked.note(column, value);
        }
        if NARROWS && own.is_some() {
            asked.relations = own;
        }
        let some = asked.relations.is_some() || asked.name.is_some() || asked.schema.is_some();
        (asked, some)
    }

    #[cfg(target_arch = "wasm32")]
    fn joined_schema(&mut self, _: &str, _: &Filter) -> Option<Symbol> {
        None
    }

    /// The schema that `n.oid = p.pronamespace and n.nspname = '…'` asks functions for.
    #[cfg(not(target_arch = "wasm32"))]
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

    /// The oids that `oid = …` or `oid in (…)` asks a table for.
    fn own_oids(&mut self, called: &str, condition: &Expr) -> Option<Vec<Oid>> {
        let (column, list): (&Expr, &[Expr]) = match &condition.kind {
            ExprKind::Binary { op, left, right } if &**op == "=" => (left, std::slice::from_ref(&**right)),
            ExprKind::InList { expr, list, negated: false } => (expr, list),
            _ => return None,
        };
        let ExprKind::Column(parts) = &column.kind else { return None };
        let is_own = match &parts[..] {
            [column] => &*column.text == "oid",
            [qualifier, column] => *qualifier.text == *called && &*column.text == "oid",
            _ => false,
        };
        if !is_own || !list.iter().all(|item| self.is_constant(item)) {
            return None;
        }
        let mut oids = Vec::new();
        for item in list {
            match self.value(item) {
                Ok(Value::Oid(_, oid)) if oids.contains(&oid) => {}
                Ok(Value::Oid(_, oid)) => oids.push(oid),
                _ => return None,
            }
        }
        Some(oids)
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
