//! REINDEX, VACUUM, ANALYZE, CLUSTER: nothing changes but what they name must be there.

use super::error::state;
use super::{Effects, Replayed, SqlError};
use crate::catalog::{Catalog, RelationKind};
use crate::syntax::ast::{Maintenance, MaintenanceCommand, Reindex, ReindexKind};

pub(super) fn reindex(cat: &mut Catalog, stmt: &Reindex) -> Replayed<Effects> {
    let Some(name) = &stmt.name else { return Ok(Effects::none()) };
    let wrong = |expected: &str| {
        let message = format!("\"{}\" is not {expected}", name.name);
        Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into())
    };
    match stmt.kind {
        ReindexKind::Index => {
            if !cat.resolve_relation(name)?.kind.is_index() {
                return wrong("an index");
            }
        }
        ReindexKind::Table => {
            let kind = cat.resolve_relation(name)?.kind;
            if !kind.is_table() && kind != RelationKind::MaterializedView {
                return wrong("a table or materialized view");
            }
        }
        ReindexKind::Schema => {
            cat.resolve_schema(&name.name)?;
        }
        ReindexKind::Database | ReindexKind::System => {}
    }
    Ok(Effects::none())
}

pub(super) fn maintenance(cat: &mut Catalog, stmt: &Maintenance) -> Replayed<Effects> {
    for (name, columns) in &stmt.tables {
        let relation = cat.resolve_relation(name)?;
        if stmt.command == MaintenanceCommand::Cluster && !relation.kind.is_table() {
            let message = format!("\"{}\" is not a table or materialized view", relation.name);
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
        }
        for column in columns {
            cat.resolve_column(relation, column)?;
        }
    }
    Ok(Effects::none())
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn maintenance_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "reindex table t", "ok"),
            ("create table t (a int primary key, b text)", "reindex index t_pkey", "ok"),
            ("create table t (a int primary key, b text)", "reindex index t", "42809 \"t\" is not an index"),
            (
                "create table t (a int primary key, b text)",
                "reindex table t_pkey",
                "42809 \"t_pkey\" is not a table or materialized view",
            ),
            ("", "reindex table nothing", "42P01 relation \"nothing\" does not exist"),
            ("create table t (a int primary key, b text)", "analyze t (a)", "ok"),
            (
                "create table t (a int primary key, b text)",
                "analyze t (c)",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            ("", "analyze nothing", "42P01 relation \"nothing\" does not exist"),
        ]);
    }
}
