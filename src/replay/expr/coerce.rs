//! Which type passes for which by itself (can_coerce_type and find_coercion_pathway of parse_coerce.c).

use crate::catalog::{Catalog, Class, Oid, TypeKind, oids};
use crate::syntax::ast::ObjectKind;

/// Whether a value of one type can certainly not be passed where the other is declared. Polymorphic parameters take anything here, and types that are
/// not PostgreSQL's own may have casts that are not known.
pub(super) fn never_fits(cat: &Catalog, given: Oid, declared: Oid) -> bool {
    let (from, to) = (base_type(cat, given), base_type(cat, declared));
    if from == to || from == oids::UNKNOWN || !is_plain(cat, from) || !is_plain(cat, to) {
        return false;
    }
    match (element(cat, from), element(cat, to)) {
        (Some(from), Some(to)) => never_fits(cat, from, to),
        _ => !casts_implicitly(cat, from, to),
    }
}

fn base_type(cat: &Catalog, mut oid: Oid) -> Oid {
    while let Some(TypeKind::Domain(domain)) = cat.type_(oid).map(|t| &t.kind) {
        oid = domain.base.oid;
    }
    oid
}

/// One of PostgreSQL's own types that stands for itself alone.
fn is_plain(cat: &Catalog, oid: Oid) -> bool {
    oid < Oid::FIRST_USER
        && cat.type_(oid).is_some_and(|t| !matches!(t.kind, TypeKind::Pseudo | TypeKind::Composite(_)))
}

fn element(cat: &Catalog, oid: Oid) -> Option<Oid> {
    match cat.type_(oid)?.kind {
        TypeKind::Array(element) => Some(element),
        _ => None,
    }
}

fn casts_implicitly(cat: &Catalog, from: Oid, to: Oid) -> bool {
    let name = |oid| cat.type_(oid).map_or("", |t| &*t.name);
    cat.named(Class::Other, Oid::INVALID, &format!("{}::{}", name(from), name(to)))
        .filter_map(|oid| cat.other(oid))
        .any(|o| o.kind == ObjectKind::Cast && &*o.detail == "i")
}
