//! Whether a column's new type or its coming makes PostgreSQL write every row anew (ATColumnChangeRequiresRewrite, ATExecAddColumn).

use crate::catalog::{Catalog, Column, Generated, Oid, TypeKind, TypeRef, oids};
use crate::syntax::ast::{Expr, ExprKind, Volatility};
use crate::syntax::walk;

/// Whether the rows of a table must be written anew for a column that is added.
pub fn rewrites_when_added(cat: &Catalog, column: &Column) -> bool {
    if column.generated == Some(Generated::Stored) || column.identity.is_some() || is_constrained(cat, column.ty.oid) {
        return true;
    }
    if column.generated.is_some() {
        return false;
    }
    match &column.default {
        Some(default) => default.expr.as_ref().is_none_or(|expr| is_volatile(cat, expr)),
        None => domain_default(cat, column.ty.oid).is_some_and(|expr| is_volatile(cat, expr)),
    }
}

/// Whether rows that are there get a value that is not null, without being written.
pub fn has_value_when_added(cat: &Catalog, column: &Column) -> bool {
    column.default.is_some() || domain_default(cat, column.ty.oid).is_some()
}

fn domain_default(cat: &Catalog, ty: Oid) -> Option<&Expr> {
    match cat.type_(ty).map(|t| &t.kind) {
        Some(TypeKind::Domain(domain)) => domain.default.as_deref().or_else(|| domain_default(cat, domain.base.oid)),
        _ => None,
    }
}

/// A domain with a constraint, its own or of a domain under it.
fn is_constrained(cat: &Catalog, ty: Oid) -> bool {
    match cat.type_(ty).map(|t| &t.kind) {
        Some(TypeKind::Domain(domain)) => {
            domain.not_null || !domain.constraints.is_empty() || is_constrained(cat, domain.base.oid)
        }
        _ => false,
    }
}

/// Whether two evaluations of an expression may differ within a statement.
pub(super) fn is_volatile(cat: &Catalog, expr: &Expr) -> bool {
    let mut found = false;
    walk::expr(expr, &mut |e| {
        if let ExprKind::Call(call) = &e.kind
            && !call.builtin_syntax
            && let Ok(functions) = cat.visible_functions(&call.function)
        {
            let takes = |f: &crate::catalog::Function| f.input_args().count() >= call.args.len();
            found |= functions.iter().any(|f| f.volatility == Volatility::Volatile && takes(f));
        }
    });
    found
}

/// What a change of a column's type does to the rows.
pub(super) fn rewrites_when_changed(cat: &Catalog, old: &Column, new: TypeRef, using: Option<&Expr>) -> bool {
    if old.type_unknown || old.generated == Some(Generated::Virtual) {
        return false;
    }
    if old.generated.is_some() {
        return true;
    }
    match using {
        None => !is_free(cat, old.ty, new),
        Some(using) => unchanged(cat, old, using).is_none_or(|ty| !is_free(cat, ty, new)),
    }
}

/// The type of an expression that yields the column's value as it is stored.
fn unchanged(cat: &Catalog, column: &Column, expr: &Expr) -> Option<TypeRef> {
    match &expr.kind {
        ExprKind::Column(parts) => parts.last().filter(|name| name.text == column.name).map(|_| column.ty),
        ExprKind::Paren(expr) | ExprKind::Collate { expr, .. } => unchanged(cat, column, expr),
        ExprKind::Cast { expr, to } => {
            let from = unchanged(cat, column, expr)?;
            let to = cat.resolve_type(to).ok()?;
            is_free(cat, from, to).then_some(to)
        }
        _ => None,
    }
}

/// Whether a value of the one type is stored as it would be in the other.
fn is_free(cat: &Catalog, from: TypeRef, to: TypeRef) -> bool {
    if from == to {
        return true;
    }
    if from.oid != to.oid && is_constrained(cat, to.oid) {
        return false;
    }
    let (mut from, to) = (under_domains(cat, from), under_domains(cat, to));
    if from.oid != to.oid {
        let timestamps =
            matches!((from.oid, to.oid), (oids::TIMESTAMP, oids::TIMESTAMPTZ) | (oids::TIMESTAMPTZ, oids::TIMESTAMP));
        let binary = cat.cast(from.oid, to.oid).is_some_and(|cast| cast.binary);
        if !(binary || timestamps && is_utc(cat)) {
            return false;
        }
        from = TypeRef::plain(to.oid);
    }
    fits(to.oid, from.modifier, to.modifier) && !(is_array(cat, to.oid) && from.modifier != to.modifier)
}

fn is_array(cat: &Catalog, ty: Oid) -> bool {
    matches!(cat.type_(ty).map(|t| &t.kind), Some(TypeKind::Array(_)))
}

fn under_domains(cat: &Catalog, mut ty: TypeRef) -> TypeRef {
    while let Some(TypeKind::Domain(domain)) = cat.type_(ty.oid).map(|t| &t.kind) {
        ty = domain.base;
    }
    ty
}

/// In UTC the two timestamp types are stored alike.
fn is_utc(cat: &Catalog) -> bool {
    let zone = cat.session.settings.iter().find(|(name, _)| name.eq_ignore_ascii_case("timezone"));
    zone.is_none_or(|(_, zone)| ["utc", "gmt", "etc/utc", "etc/gmt", "0"].contains(&&*zone.to_ascii_lowercase()))
}

/// Whether every value of the old modifier has the new one (the types' support functions).
fn fits(ty: Oid, old: i32, new: i32) -> bool {
    const MAX_PRECISION: i32 = 6;
    let wider = |old: i32, new: i32| old >= 0 && new >= old;
    if old == new || new < 0 {
        return true;
    }
    match ty {
        oids::VARCHAR | oids::VARBIT => wider(old, new),
        oids::NUMERIC => {
            let scale = |modifier: i32| (modifier - 4) & 0x7ff;
            old >= 0 && scale(old) == scale(new) && (new - 4) >> 16 >= (old - 4) >> 16
        }
        oids::TIMESTAMP | oids::TIMESTAMPTZ | oids::TIME | oids::TIMETZ => new >= MAX_PRECISION || wider(old, new),
        oids::INTERVAL => {
            const FULL_RANGE: i32 = 0x7fff;
            const FULL_PRECISION: i32 = 0xffff;
            let (range, precision) = (new >> 16 & FULL_RANGE, new & FULL_PRECISION);
            let (old_range, old_precision) =
                if old < 0 { (FULL_RANGE, FULL_PRECISION) } else { (old >> 16 & FULL_RANGE, old & FULL_PRECISION) };
            (range == FULL_RANGE || range == old_range)
                && (precision >= MAX_PRECISION || (old_precision != FULL_PRECISION && precision >= old_precision))
        }
        _ => false,
    }
}
