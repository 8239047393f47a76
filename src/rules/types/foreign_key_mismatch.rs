//! types/foreign-key-mismatch: a foreign key's column has another type than the column that it references.

use crate::catalog::{Catalog, ConstraintKind, Oid, TypeKind, oids};
use crate::rules::prelude::*;
use crate::source::Location;

pub const RULE: Rule = Rule {
    name: "types/foreign-key-mismatch",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("foreign key between columns of different types"),
    doc: page!("types/foreign-key-mismatch"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for (table, _) in cx.own_relations() {
        for constraint in &table.constraints {
            let (ConstraintKind::ForeignKey(key), Some(created)) = (&constraint.kind, constraint.origin.created) else {
                continue;
            };
            let Some(target) = cat.relation(key.references).filter(|_| !constraint.parent.is_valid()) else { continue };
            for (number, referenced) in key.columns.iter().zip(&key.referenced_columns) {
                let (Some(from), Some(to)) = (table.column_by_number(*number), target.column_by_number(*referenced))
                else {
                    continue;
                };
                if from.type_unknown || to.type_unknown || base(cat, from.ty.oid) == base(cat, to.ty.oid) {
                    continue;
                }
                let name = cat.relation_name(table);
                let message = format!(
                    "`{}` of `{name}` is {}, and references `{}.{}`, which is {}",
                    from.name,
                    cat.format_type(from.ty),
                    cat.relation_name(target),
                    to.name,
                    cat.format_type(to.ty)
                );
                cx.report(Location { file: created.file, span: constraint.span }, message)
                    .help("give both the same type: values of the one may not fit the other, and joins convert them")
                    .object(name);
            }
        }
    }
}

/// What a domain is over; text and varchar are the same to a key.
fn base(cat: &Catalog, oid: Oid) -> Oid {
    match cat.type_(oid).map(|t| &t.kind) {
        Some(TypeKind::Domain(domain)) => base(cat, domain.base.oid),
        _ if oid == oids::VARCHAR => oids::TEXT,
        _ => oid,
    }
}
