//! What the contract forbids.

use super::requirement::Forbidden;
use super::verdict::{Breach, Verdict, when};
use crate::catalog::{Catalog, Oid, Origin, RelationKind, TypeKind};
use crate::config::glob;
use crate::rules::{is_member, is_skipped, is_sure};
use crate::syntax::ast::Symbol;

/// Reports what there is of a forbidden name, where it was created.
pub fn find(cat: &Catalog, forbidden: &Forbidden, keys: &[String], breaches: &mut Vec<Breach>) {
    let Forbidden { kind, pattern } = forbidden;
    let mut see = |schema: Oid, name: &Symbol, oid: Oid, origin: Origin, column: &str| {
        // What the server itself brings is nobody's to forbid; most functions are that.
        if oid < Oid::FIRST_USER {
            return;
        }
        let is_named = match cat.schema(schema) {
            Some(s) => pattern.is_of(&s.name, name) && !is_skipped(cat, schema) && !is_member(cat, oid),
            None => glob::component(&pattern.name, name),
        };
        let column = if column.is_empty() { String::new() } else { [".", column].concat() };
        if is_named && is_sure(cat, schema, name, origin) {
            let object = cat.display_name(schema, name);
            let message = format!("{kind} `{object}{column}` is there: the contract forbids it");
            let help = "drop it, or take it out of the contract".to_string();
            if let Verdict::Broken(mut breach) = when(false, object, message, help, origin.created) {
                breach.keys = keys.to_vec();
                breaches.push(breach);
            }
        }
    };
    match *kind {
        "function" => cat.all_functions().for_each(|f| see(f.schema, &f.name, f.oid, f.origin, "")),
        "extension" => cat.extensions().for_each(|e| see(Oid::INVALID, &e.name, e.oid, e.origin, "")),
        "schema" => cat.schemas().for_each(|s| see(Oid::INVALID, &s.name, s.oid, s.origin, "")),
        "type" => {
            for ty in cat.types() {
                let is_own = match ty.kind {
                    TypeKind::Composite(of) => cat.relation(of).is_some_and(|r| r.kind == RelationKind::CompositeType),
                    TypeKind::Array(_) | TypeKind::Multirange(_) => false,
                    _ => true,
                };
                if is_own {
                    see(ty.schema, &ty.name, ty.oid, ty.origin, "");
                }
            }
        }
        _ => {
            for relation in cat.relations().filter(|r| !r.is_temporary()) {
                let is_view = matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView);
                let is_table = relation.kind.is_table() || relation.kind == RelationKind::ForeignTable;
                if *kind == "column" && (is_view || is_table) {
                    for column in relation.live_columns().filter(|c| glob::component(&pattern.column, &c.name)) {
                        see(relation.schema, &relation.name, relation.oid, column.origin, &column.name);
                    }
                } else if (*kind == "table" && is_table) || (*kind == "view" && is_view) {
                    see(relation.schema, &relation.name, relation.oid, relation.origin, "");
                }
            }
        }
    }
}
