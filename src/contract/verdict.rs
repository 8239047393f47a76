//! What is said of a requirement, and of those that are about a table by itself.

use super::rules;
use crate::catalog::{Catalog, Column, Origin, Policy, Relation, sql_identifier};
use crate::source::Location;
use crate::syntax::ast::{Name, PolicyCommand};
use std::sync::Arc;

/// What is said of a requirement in one state of the schema.
pub enum Verdict {
    Kept,
    /// What it is of is missing, which another finding says, or not known.
    Moot,
    Broken(Breach),
}

pub struct Breach {
    pub message: String,
    pub help: String,
    pub object: String,
    /// The statement that made what there is; `None` where there is nothing.
    pub origin: Option<Location>,
    /// The statement before which it was kept.
    pub broken_by: Option<Location>,
    pub rule: usize,
    pub keys: Vec<String>,
    /// How many more broke with it.
    pub more: u32,
}

/// Kept, or broken in this way.
pub fn when(kept: bool, object: String, message: String, help: String, origin: Option<Location>) -> Verdict {
    if kept {
        return Verdict::Kept;
    }
    let (rule, keys) = (rules::FORBIDDEN, Vec::new());
    Verdict::Broken(Breach { message, help, object, origin, broken_by: None, rule, keys, more: 0 })
}

pub fn write(parts: &[&str]) -> String {
    ["write `", &parts.concat(), ";`"].concat()
}

/// A table of the contract in one state of the schema.
pub struct Table<'a> {
    pub cat: &'a Catalog,
    pub table: &'a Arc<Relation>,
    pub name: String,
    /// As SQL writes the name.
    pub sql: String,
}

impl Table<'_> {
    pub fn column(&self, column: &Name) -> Verdict {
        if self.table.columns_unknown.is_some() {
            return Verdict::Moot;
        }
        let object = &self.name;
        let message = format!("column `{object}.{column}` is missing: the contract requires it");
        let help = write(&["alter table ", &self.sql, " add column ", &sql_identifier(column), " …"]);
        when(self.table.column(column).is_some(), object.clone(), message, help, None)
    }

    pub fn null(&self, name: &Name, null: bool) -> Verdict {
        let Some(column) = self.table.column(name) else { return Verdict::Moot };
        let object = &self.name;
        let (is, change) = match null {
            true => ("is NOT NULL: the contract requires that it takes nulls", " drop not null"),
            false => ("takes nulls: the contract requires NOT NULL", " set not null"),
        };
        let message = format!("column `{object}.{name}` {is}");
        let help = write(&["alter table ", &self.sql, " alter column ", &sql_identifier(name), change]);
        when(column.not_null != null, object.clone(), message, help, column_origin(column))
    }

    pub fn row_security(&self) -> Verdict {
        let object = &self.name;
        let message = format!("row level security is off on `{object}`: the contract requires it");
        let help = write(&["alter table ", &self.sql, " enable row level security"]);
        when(self.table.row_security.enabled, object.clone(), message, help, self.table.origin.created)
    }

    pub fn policy(&self, word: &str, command: PolicyCommand) -> Verdict {
        let allows = |p: &Policy| p.permissive && (p.command == command || p.command == PolicyCommand::All);
        let object = &self.name;
        let message = format!("`{object}` has no policy for {word}: the contract requires one");
        let help = write(&["create policy … on ", &self.sql, " for ", word, " …"]);
        when(self.table.policies.iter().any(|p| allows(p)), object.clone(), message, help, None)
    }

    /// Judges what is about columns of the table; where one is missing, that is said of itself.
    pub fn with(&self, columns: &[Name], judge: &dyn Fn(&[u16]) -> Verdict) -> Verdict {
        let numbers: Vec<u16> = columns.iter().filter_map(|c| self.table.column(c)).map(|c| c.number).collect();
        if numbers.len() == columns.len() { judge(&numbers) } else { Verdict::Moot }
    }

    pub fn primary_key(&self, columns: &[Name], numbers: &[u16]) -> Verdict {
        let object = &self.name;
        let key = self.table.primary_key();
        let columns = list(columns);
        let (message, origin) = match key {
            Some(key) => {
                let is: Vec<String> = key
                    .kind
                    .columns()
                    .iter()
                    .filter_map(|n| self.table.column_by_number(*n))
                    .map(|c| sql_identifier(&c.name))
                    .collect();
                let location = key.origin.created.map(|c| Location { file: c.file, span: key.span });
                (format!("the primary key of `{object}` is ({})", is.join(", ")), location)
            }
            None => (format!("`{object}` has no primary key"), None),
        };
        let message = format!("{message}: the contract requires ({columns})");
        let help = write(&["alter table ", &self.sql, " add primary key (", &columns, ")"]);
        when(key.is_some_and(|key| same_columns(key.kind.columns(), numbers)), object.clone(), message, help, origin)
    }

    pub fn unique(&self, columns: &[Name], numbers: &[u16]) -> Verdict {
        let kept = self.has_index(true, &|keys| same_columns(keys, numbers));
        let (object, columns) = (&self.name, list(columns));
        let message = format!("({columns}) of `{object}` is not unique: the contract requires it");
        let help = write(&["alter table ", &self.sql, " add unique (", &columns, ")"]);
        when(kept, object.clone(), message, help, None)
    }

    pub fn index(&self, columns: &[Name], numbers: &[u16]) -> Verdict {
        let kept = self.has_index(false, &|keys| keys.starts_with(numbers));
        let (object, columns) = (&self.name, list(columns));
        let message = format!("no index of `{object}` begins with ({columns}): the contract requires one");
        let help = write(&["create index on ", &self.sql, " (", &columns, ")"]);
        when(kept, object.clone(), message, help, None)
    }

    /// Whether an index of all rows has such keys; 0 stands for an expression.
    pub fn has_index(&self, unique: bool, has: &dyn Fn(&[u16]) -> bool) -> bool {
        self.table.indexes.iter().filter_map(|oid| self.cat.relation(*oid)?.index.as_ref()).any(|index| {
            let keys: Vec<u16> = index.keys.iter().map(|key| key.column).collect();
            index.valid && index.filter.is_none() && (index.unique || !unique) && has(&keys)
        })
    }
}

/// The statement that last changed the column; where none has, its name in the one that created it.
pub fn column_origin(column: &Column) -> Option<Location> {
    let Origin { created, changed } = column.origin;
    match created.filter(|_| created == changed) {
        Some(created) => Some(Location { file: created.file, span: column.span }),
        None => changed,
    }
}

pub fn same_columns(some: &[u16], others: &[u16]) -> bool {
    some.len() == others.len() && some.iter().all(|c| others.contains(c))
}

pub fn list(columns: &[Name]) -> String {
    columns.iter().map(|c| sql_identifier(c)).collect::<Vec<_>>().join(", ")
}
