//! Which of several functions or operators a call means (func_match_argtypes and func_select_candidate of parse_func.c).

use super::coerce::{Generics, base_type, can_coerce, category, is_polymorphic, is_preferred};
use crate::catalog::{CastContext, Catalog, Oid, oids};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// The candidate at this place.
    One(usize),
    /// No candidate takes the arguments.
    Nobody,
    /// Several do, and none does it best.
    Several,
}

/// The candidate that takes arguments of these types best. A candidate's types may be more than are given: the rest has defaults.
pub(super) fn choose(cat: &Catalog, given: &[Oid], candidates: &[&[Oid]]) -> Choice {
    let places = 0..candidates.len();
    let matching: Vec<usize> =
        places.filter(|place| candidates.get(*place).is_some_and(|types| takes(cat, given, types))).collect();
    match matching[..] {
        [] => Choice::Nobody,
        [only] => Choice::One(only),
        _ => best(cat, given, candidates, matching).map_or(Choice::Several, Choice::One),
    }
}

/// Whether each argument can be coerced by itself (can_coerce_type).
pub(super) fn takes(cat: &Catalog, given: &[Oid], declared: &[Oid]) -> bool {
    given.iter().zip(declared).all(|(from, to)| can_coerce(cat, *from, *to, CastContext::Implicit))
        && (!declared.iter().any(|ty| is_polymorphic(*ty)) || Generics::of(cat, given, declared).is_some())
}

fn best(cat: &Catalog, given: &[Oid], candidates: &[&[Oid]], matching: Vec<usize>) -> Option<usize> {
    let given: Vec<Oid> = given.iter().map(|ty| base_type(cat, *ty)).collect();
    let declared = |place: usize| candidates.get(place).map_or(&[][..], |types| types);
    let most = |matching: Vec<usize>, counts: &dyn Fn(Oid, Oid) -> bool| -> Vec<usize> {
        let score = |place: usize| {
            let pairs = given.iter().zip(declared(place));
            pairs.filter(|(given, declared)| **given != oids::UNKNOWN && counts(**given, **declared)).count()
        };
        let highest = matching.iter().map(|place| score(*place)).max().unwrap_or(0);
        matching.into_iter().filter(|place| score(*place) == highest).collect()
    };
    let matching = most(matching, &|given, declared| given == declared);
    if let [only] = matching[..] {
        return Some(only);
    }
    let preferred = |given: Oid, declared: Oid| {
        given == declared || (is_preferred(cat, declared) && category(cat, given) == category(cat, declared))
    };
    let mut matching = most(matching, &preferred);
    if let [only] = matching[..] {
        return Some(only);
    }
    if !given.contains(&oids::UNKNOWN) {
        return None;
    }
    if let Some(kept) = by_category(cat, &given, &matching, &declared) {
        matching = kept;
        if let [only] = matching[..] {
            return Some(only);
        }
    }
    // All arguments of known type have the same: the literals may be of it, too.
    let mut known = given.iter().filter(|ty| **ty != oids::UNKNOWN);
    let first = *known.next()?;
    if known.any(|ty| *ty != first) {
        return None;
    }
    let all = vec![first; given.len()];
    let mut kept = matching.into_iter().filter(|place| takes(cat, &all, declared(*place)));
    let only = kept.next()?;
    kept.next().is_none().then_some(only)
}

/// Untyped literals go by the category that the candidates agree on, strings before others; `None` where they do not agree, or nothing is left.
fn by_category<'c>(
    cat: &Catalog,
    given: &[Oid],
    matching: &[usize],
    declared: &dyn Fn(usize) -> &'c [Oid],
) -> Option<Vec<usize>> {
    let untyped: Vec<usize> = (0..given.len()).filter(|slot| given.get(*slot) == Some(&oids::UNKNOWN)).collect();
    let at = |place: usize, slot: usize| declared(place).get(slot).copied().unwrap_or(oids::UNKNOWN);
    let mut wanted = Vec::with_capacity(untyped.len());
    for slot in &untyped {
        let mut chosen: Option<(char, bool)> = None;
        let mut conflict = false;
        for place in matching {
            let ty = at(*place, *slot);
            let (category, preferred) = (category(cat, ty), is_preferred(cat, ty));
            match &mut chosen {
                None => chosen = Some((category, preferred)),
                Some((same, any_preferred)) if *same == category => *any_preferred |= preferred,
                Some(_) if category == 'S' => chosen = Some((category, preferred)),
                Some(_) => conflict = true,
            }
        }
        let chosen = chosen?;
        if conflict && chosen.0 != 'S' {
            return None;
        }
        wanted.push((*slot, chosen));
    }
    let keeps = |place: &usize| {
        wanted.iter().all(|(slot, (wanted, preferred))| {
            let ty = at(*place, *slot);
            category(cat, ty) == *wanted && (!preferred || is_preferred(cat, ty))
        })
    };
    let kept: Vec<usize> = matching.iter().copied().filter(keeps).collect();
    (!kept.is_empty()).then_some(kept)
}
