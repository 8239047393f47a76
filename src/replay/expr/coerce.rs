//! Which type passes for which (parse_coerce.c): casts, common types, and what polymorphic parameters stand for.

use crate::catalog::{CastContext, Catalog, Oid, TypeKind, oids};

/// Whether a value of one type can be had where the other is wanted (can_coerce_type, for one argument). Polymorphic parameters take anything here:
/// `Generics` judges all of a call's arguments together.
pub(in crate::replay) fn can_coerce(cat: &Catalog, from: Oid, to: Oid, context: CastContext) -> bool {
    from == to
        || from == oids::UNKNOWN
        || to == oids::ANY
        || is_polymorphic(to)
        || casts(cat, from, to, context)
        || coerces_row(cat, from, to)
}

/// Rows: composite types and `record` for each other, a child's for its parent's.
fn coerces_row(cat: &Catalog, from: Oid, to: Oid) -> bool {
    let composite = |oid| match cat.type_(base_type(cat, oid)).map(|t| &t.kind) {
        Some(TypeKind::Composite(relation)) => Some(*relation),
        _ => None,
    };
    match (composite(from), composite(to)) {
        (Some(_), None) => to == oids::RECORD,
        (None, Some(_)) => from == oids::RECORD,
        (Some(from), Some(to)) => inherits(cat, from, to),
        (None, None) => {
            to == oids::RECORD_ARRAY && element(cat, from).is_some_and(|element| composite(element).is_some())
        }
    }
}

/// By inheritance, or as the typed table of a composite type.
fn inherits(cat: &Catalog, child: Oid, parent: Oid) -> bool {
    cat.relation(child).is_some_and(|r| {
        r.inherits.iter().any(|up| *up == parent || inherits(cat, *up, parent))
            || (r.of_type.is_valid() && cat.relation(parent).is_some_and(|p| p.row_type == r.of_type))
    })
}

/// A cast of pg_cast, of array elements, or by way of text (find_coercion_pathway).
fn casts(cat: &Catalog, from: Oid, to: Oid, context: CastContext) -> bool {
    let (from, to) = (base_type(cat, from), base_type(cat, to));
    if from == to {
        return true;
    }
    if let Some(cast) = cat.cast(from, to) {
        return cast.context <= context;
    }
    if let (Some(from), Some(to)) = (element(cat, from), element(cat, to)) {
        return casts(cat, from, to, context);
    }
    let is_string = |oid| category(cat, oid) == 'S';
    match context {
        CastContext::Implicit => false,
        CastContext::Assignment => is_string(to),
        CastContext::Explicit => is_string(to) || is_string(from),
    }
}

/// Whether values of the one type are values of the other as they are (IsBinaryCoercible).
pub(in crate::replay) fn is_binary_coercible(cat: &Catalog, from: Oid, to: Oid) -> bool {
    let from = base_type(cat, from);
    let kind = cat.type_(from).map(|t| &t.kind);
    from == to
        || to == oids::ANY
        || match Polymorphic::of(to) {
            Some(Polymorphic::Element) => true,
            Some(Polymorphic::Array) => matches!(kind, Some(TypeKind::Array(_))),
            Some(Polymorphic::Enum) => matches!(kind, Some(TypeKind::Enum(_))),
            Some(Polymorphic::Range) => matches!(kind, Some(TypeKind::Range { .. })),
            Some(Polymorphic::Multirange) => matches!(kind, Some(TypeKind::Multirange(_))),
            _ => false,
        }
        || (to == oids::RECORD && matches!(kind, Some(TypeKind::Composite(_))))
        || cat.cast(from, to).is_some_and(|cast| cast.binary && cast.context == CastContext::Implicit)
}

/// Whether values of the type have a collation.
pub(in crate::replay) fn is_collatable(cat: &Catalog, ty: Oid) -> bool {
    let base = base_type(cat, ty);
    let of = element(cat, base).map_or(base, |element| base_type(cat, element));
    of == oids::NAME || of == oids::UNKNOWN || category(cat, of) == 'S' || cat.type_(of).is_none()
}

/// The type under a domain (getBaseType).
pub(in crate::replay) fn base_type(cat: &Catalog, mut oid: Oid) -> Oid {
    while let Some(TypeKind::Domain(domain)) = cat.type_(oid).map(|t| &t.kind) {
        oid = domain.base.oid;
    }
    oid
}

pub(super) fn element(cat: &Catalog, oid: Oid) -> Option<Oid> {
    match cat.type_(oid)?.kind {
        TypeKind::Array(element) => Some(element),
        _ => None,
    }
}

/// As polymorphic parameters see it: int2vector and oidvector are arrays too.
fn member(cat: &Catalog, oid: Oid) -> Option<Oid> {
    match oid.0 {
        22 => Some(oids::INT2),
        30 => Some(oids::OID),
        _ => element(cat, oid),
    }
}

/// TypeCategory: `U` for what is not known.
pub(super) fn category(cat: &Catalog, oid: Oid) -> char {
    match cat.type_(oid) {
        Some(ty) => match &ty.kind {
            TypeKind::Domain(_) => cat.type_(base_type(cat, oid)).map_or('U', |base| base.category),
            _ => ty.category,
        },
        None => 'U',
    }
}

pub(super) fn is_preferred(cat: &Catalog, oid: Oid) -> bool {
    cat.type_(oid).is_some_and(|ty| ty.preferred)
}

/// The type that values of all these types are brought to (select_common_type); the two that have none.
pub(super) fn common_type(cat: &Catalog, types: &[Oid]) -> Result<Oid, (Oid, Oid)> {
    let Some((first, rest)) = types.split_first() else { return Ok(oids::TEXT) };
    if *first != oids::UNKNOWN && rest.iter().all(|ty| ty == first) {
        return Ok(*first);
    }
    let mut chosen = base_type(cat, *first);
    for ty in rest {
        let ty = base_type(cat, *ty);
        if ty == oids::UNKNOWN || ty == chosen {
            continue;
        }
        if chosen == oids::UNKNOWN {
            chosen = ty;
        } else if category(cat, ty) != category(cat, chosen) {
            return Err((chosen, ty));
        } else if !is_preferred(cat, chosen)
            && can_coerce(cat, chosen, ty, CastContext::Implicit)
            && !can_coerce(cat, ty, chosen, CastContext::Implicit)
        {
            chosen = ty;
        }
    }
    Ok(if chosen == oids::UNKNOWN { oids::TEXT } else { chosen })
}

pub(super) fn is_polymorphic(oid: Oid) -> bool {
    Polymorphic::of(oid).is_some()
}

/// The pseudo-types that stand for the arguments' own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Polymorphic {
    Element,
    NonArray,
    Enum,
    Array,
    Range,
    Multirange,
    Compatible,
    CompatibleNonArray,
    CompatibleArray,
    CompatibleRange,
    CompatibleMultirange,
}

impl Polymorphic {
    fn of(oid: Oid) -> Option<Self> {
        Some(match oid.0 {
            2283 => Self::Element,
            2776 => Self::NonArray,
            3500 => Self::Enum,
            2277 => Self::Array,
            3831 => Self::Range,
            4537 => Self::Multirange,
            5077 => Self::Compatible,
            5079 => Self::CompatibleNonArray,
            5078 => Self::CompatibleArray,
            5080 => Self::CompatibleRange,
            4538 => Self::CompatibleMultirange,
            _ => return None,
        })
    }
}

/// What the polymorphic parameters of a call stand for.
#[derive(Default)]
pub(super) struct Generics {
    element: Option<Oid>,
    array: Option<Oid>,
    range: Option<Oid>,
    multirange: Option<Oid>,
    compatible: Option<Oid>,
    compatible_range: Option<Oid>,
    /// Polymorphic parameters got nothing but untyped literals.
    pub undetermined: bool,
}

impl Generics {
    /// From the arguments' types and those declared; `None` where they do not go together (check_generic_type_consistency).
    pub fn of(cat: &Catalog, given: &[Oid], declared: &[Oid]) -> Option<Self> {
        let mut found = Self::default();
        let mut common = Vec::new();
        let (mut any_simple, mut non_array, mut is_enum, mut compatible_non_array) = (false, false, false, false);
        let mut any_compatible = false;
        let once = |slot: &mut Option<Oid>, oid: Oid| *slot.get_or_insert(oid) == oid;
        for (given, declared) in given.iter().zip(declared) {
            let Some(declared) = Polymorphic::of(*declared) else { continue };
            let simple = [
                Polymorphic::Element,
                Polymorphic::NonArray,
                Polymorphic::Enum,
                Polymorphic::Array,
                Polymorphic::Range,
                Polymorphic::Multirange,
            ];
            any_simple |= simple.contains(&declared);
            any_compatible |= !simple.contains(&declared);
            non_array |= declared == Polymorphic::NonArray;
            is_enum |= declared == Polymorphic::Enum;
            compatible_non_array |= declared == Polymorphic::CompatibleNonArray;
            if *given == oids::UNKNOWN {
                continue;
            }
            let base = base_type(cat, *given);
            let fits = match declared {
                Polymorphic::Element | Polymorphic::NonArray | Polymorphic::Enum => once(&mut found.element, *given),
                Polymorphic::Array => once(&mut found.array, base),
                Polymorphic::Range => once(&mut found.range, base),
                Polymorphic::Multirange => once(&mut found.multirange, base),
                Polymorphic::Compatible | Polymorphic::CompatibleNonArray => {
                    common.push(*given);
                    true
                }
                Polymorphic::CompatibleArray => {
                    common.push(member(cat, base)?);
                    true
                }
                Polymorphic::CompatibleRange => {
                    common.push(subtype(cat, base)?);
                    once(&mut found.compatible_range, base)
                }
                Polymorphic::CompatibleMultirange => {
                    let range = range_of(cat, base)?;
                    common.push(subtype(cat, range)?);
                    once(&mut found.compatible_range, range)
                }
            };
            if !fits {
                return None;
            }
        }
        if let Some(array) = found.array {
            // A column of pg_statistic is `anyarray` itself.
            let of_array = if array.0 == 2277 { return Some(found) } else { member(cat, array)? };
            if *found.element.get_or_insert(of_array) != of_array {
                return None;
            }
        }
        if let Some(multirange) = found.multirange {
            let range = range_of(cat, multirange)?;
            if !once(&mut found.range, range) {
                return None;
            }
        }
        if let Some(range) = found.range {
            let subtype = subtype(cat, range)?;
            if *found.element.get_or_insert(subtype) != subtype {
                return None;
            }
        }
        if let Some(oid) = found.element {
            let is_array = member(cat, base_type(cat, oid)).is_some();
            let kind = cat.type_(base_type(cat, oid)).map(|t| &t.kind);
            if (non_array && is_array) || (is_enum && !matches!(kind, Some(TypeKind::Enum(_)))) {
                return None;
            }
        }
        found.undetermined = any_simple && found.element.is_none();
        if any_compatible {
            let chosen = common_type(cat, &common).ok()?;
            if !common.iter().all(|ty| can_coerce(cat, *ty, chosen, CastContext::Implicit))
                || (compatible_non_array && member(cat, base_type(cat, chosen)).is_some())
            {
                return None;
            }
            found.compatible = Some(chosen);
        }
        Some(found)
    }

    /// What a declared type is in this call; `None` where the arguments do not say.
    pub fn actual(&self, cat: &Catalog, declared: Oid) -> Option<Oid> {
        let array_of = |element: Oid| cat.type_(element).map(|t| t.array).filter(|array| array.is_valid());
        let multirange_of = |range: Oid| match cat.type_(range)?.kind {
            TypeKind::Range { multirange, .. } => Some(multirange),
            _ => None,
        };
        match Polymorphic::of(declared) {
            None => Some(declared),
            Some(Polymorphic::Element | Polymorphic::NonArray | Polymorphic::Enum) => self.element,
            Some(Polymorphic::Array) => self.array.or_else(|| self.element.and_then(array_of)),
            Some(Polymorphic::Range) => self.range,
            Some(Polymorphic::Multirange) => self.multirange.or_else(|| self.range.and_then(multirange_of)),
            Some(Polymorphic::Compatible | Polymorphic::CompatibleNonArray) => self.compatible,
            Some(Polymorphic::CompatibleArray) => self.compatible.and_then(array_of),
            Some(Polymorphic::CompatibleRange) => self.compatible_range,
            Some(Polymorphic::CompatibleMultirange) => self.compatible_range.and_then(multirange_of),
        }
    }
}

fn subtype(cat: &Catalog, range: Oid) -> Option<Oid> {
    match cat.type_(range)?.kind {
        TypeKind::Range { subtype, .. } => Some(subtype),
        _ => None,
    }
}

fn range_of(cat: &Catalog, multirange: Oid) -> Option<Oid> {
    match cat.type_(multirange)?.kind {
        TypeKind::Multirange(range) => Some(range),
        _ => None,
    }
}
