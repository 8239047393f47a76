//! rls/nullable-discriminator: the column that says whose a row is may be null.

use super::isolation::{OWNER_COLUMNS, TENANT_COLUMNS, discriminator};
use super::passing::{Rows, condition};
use crate::catalog::{Catalog, Column, ConstraintKind, Relation};
use crate::policy::{AtomKind, Conditions};
use crate::rules::prelude::*;
use crate::source::Location;
use crate::syntax::ast::ForeignKeyAction;

pub const RULE: Rule = Rule {
    name: "rls/nullable-discriminator",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("nullable column that policies tell owners by"),
    doc: page!("rls/nullable-discriminator"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    let usual: Vec<&str> = TENANT_COLUMNS.into_iter().chain(OWNER_COLUMNS).collect();
    for (table, created) in cx.exposed_tables() {
        if !table.row_security.enabled || table.policies.is_empty() || !is_security_certain(cat, table) {
            continue;
        }
        let Some(column) = discriminator(cx, table, &usual).and_then(|name| table.column(name)) else { continue };
        if column.not_null || is_set_null(table, column) || !is_only_compared(cat, table, &column.name) {
            continue;
        }
        let name = cat.relation_name(table);
        let location = match column.origin.created {
            Some(at) => Location { file: at.file, span: column.span },
            None => cx.name_location(created),
        };
        let message = format!("column `{}` of `{name}` may be null: such rows are nobody's", column.name);
        cx.report(location, message).help("make it NOT NULL").object(name);
    }
}

/// Whether a foreign key empties it on purpose.
fn is_set_null(table: &Relation, column: &Column) -> bool {
    table.constraints.iter().any(|c| {
        matches!(&c.kind, ConstraintKind::ForeignKey(key)
            if key.columns.contains(&column.number) && key.on_delete == ForeignKeyAction::SetNull)
    })
}

/// Whether a policy compares the column with who is connected, and none asks whether it is null.
fn is_only_compared(cat: &Catalog, table: &Relation, column: &str) -> bool {
    let mut compared = false;
    for policy in &table.policies {
        let mut conditions = Conditions::default();
        condition(&mut conditions, cat, policy, Rows::Existing);
        condition(&mut conditions, cat, policy, Rows::New);
        for atom in conditions.atoms.iter().filter(|a| a.columns.iter().any(|c| &**c == column)) {
            if matches!(atom.kind, AtomKind::IsNull(_)) {
                return false;
            }
            compared |= atom.binds() || atom.opaque;
        }
    }
    compared
}
