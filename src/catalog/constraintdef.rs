//! A key as ALTER TABLE … ADD takes it (pg_get_constraintdef).

use super::{Catalog, Constraint, ConstraintKind, Oid, Relation, sql_identifier};
use crate::syntax::ast::ForeignKeyAction;
use std::fmt::Write;

impl Catalog {
    /// A primary key, UNIQUE or foreign key; `None` for other constraints. `name` prints the referenced table's name.
    pub fn key_definition(
        &self,
        table: &Relation,
        constraint: &Constraint,
        name: &dyn Fn(&Relation) -> String,
    ) -> Option<String> {
        Some(match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, index } => {
                format!("PRIMARY KEY ({}){}", columns_of(table, columns), self.included(table, *index))
            }
            ConstraintKind::Unique { columns, index } => {
                let distinct = self.relation(*index).and_then(|r| r.index.as_ref());
                let distinct = distinct.is_some_and(|i| i.nulls_not_distinct);
                let distinct = if distinct { " NULLS NOT DISTINCT" } else { "" };
                format!("UNIQUE{distinct} ({}){}", columns_of(table, columns), self.included(table, *index))
            }
            ConstraintKind::ForeignKey(key) => {
                let target = self.relation(key.references)?;
                let mut sql = format!(
                    "FOREIGN KEY ({}) REFERENCES {}({})",
                    columns_of(table, &key.columns),
                    name(target),
                    columns_of(target, &key.referenced_columns)
                );
                if key.match_full {
                    sql.push_str(" MATCH FULL");
                }
                for (event, action) in [("UPDATE", key.on_update), ("DELETE", key.on_delete)] {
                    if action != ForeignKeyAction::NoAction {
                        let _ = write!(sql, " ON {event} {}", action_words(action));
                    }
                }
                if !key.on_delete_columns.is_empty() {
                    let _ = write!(sql, " ({})", columns_of(table, &key.on_delete_columns));
                }
                sql
            }
            _ => return None,
        })
    }

    /// ` INCLUDE (…)` of an index.
    pub fn included(&self, table: &Relation, index: Oid) -> String {
        match self.relation(index).and_then(|r| r.index.as_ref()).map(|i| &i.include[..]) {
            None | Some([]) => String::new(),
            Some(include) => format!(" INCLUDE ({})", columns_of(table, include)),
        }
    }
}

impl Constraint {
    /// What stands after its definition.
    pub fn qualifiers(&self) -> String {
        let mut sql = String::new();
        for (on, words) in [
            (self.deferrable, " DEFERRABLE"),
            (self.initially_deferred, " INITIALLY DEFERRED"),
            (!self.enforced, " NOT ENFORCED"),
            (!self.validated && self.enforced, " NOT VALID"),
        ] {
            if on {
                sql.push_str(words);
            }
        }
        sql
    }
}

fn columns_of(table: &Relation, numbers: &[u16]) -> String {
    let named = numbers.iter().filter_map(|number| table.column_by_number(*number));
    named.map(|column| sql_identifier(&column.name)).collect::<Vec<_>>().join(", ")
}

fn action_words(action: ForeignKeyAction) -> &'static str {
    match action {
        ForeignKeyAction::NoAction => "NO ACTION",
        ForeignKeyAction::Restrict => "RESTRICT",
        ForeignKeyAction::Cascade => "CASCADE",
        ForeignKeyAction::SetNull => "SET NULL",
        ForeignKeyAction::SetDefault => "SET DEFAULT",
    }
}
