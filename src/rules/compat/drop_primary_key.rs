//! compat/drop-primary-key: a live table has no primary key, or another one, at the end of the migration.

use super::touched;
use crate::catalog::{Class, Constraint, ConstraintKind, Relation, ReplicaIdentity};
use crate::replay::Change;
use crate::rules::prelude::*;
use crate::syntax::ast::Symbol;

rule!(RULE, "drop-primary-key", "primary key of a live table dropped or changed", check);

fn check(cx: &mut MigrationContext) {
    for gone in touched(cx, Change::Dropped).into_iter().filter(|t| t.object.class == Class::Constraint) {
        let (Some(before), Some(after)) = (gone.table(), cx.after.relation(gone.relation)) else { continue };
        let Some(old) = before.primary_key().filter(|key| key.oid == gone.object.oid) else { continue };
        let (old, name) = (columns(before, old), cx.after.relation_name(after));
        let new = after.primary_key().map(|key| columns(after, key));
        if new.as_ref() == Some(&old) || gone.may_be_back(cx) {
            continue;
        }
        let on = old.join(", ");
        let mut message = match new {
            Some(new) => format!(
                "the primary key of `{name}` is ({}), no longer ({on}): upserts and links by ({on}) fail",
                new.join(", ")
            ),
            None => format!("`{name}` loses its primary key: upserts by ({on}) fail"),
        };
        if after.primary_key().is_none() && after.replica_identity == ReplicaIdentity::Default {
            message.push_str(", and so do updates and deletes where the table is published");
        }
        let help = "add the new key as a unique index first, and swap the two when no client relies on the old one";
        cx.report(gone.span, message).help(help).object(name);
    }
}

fn columns(table: &Relation, key: &Constraint) -> Vec<Symbol> {
    let ConstraintKind::PrimaryKey { columns, .. } = &key.kind else { return Vec::new() };
    columns.iter().filter_map(|n| table.column_by_number(*n)).map(|c| c.name.clone()).collect()
}
