//! What dynamic SQL creates stands where the EXECUTE does: its text is no part of the file.

use crate::catalog::Catalog;
use crate::replay::Effects;
use crate::source::Span;
use std::sync::Arc;

/// Gives everything that was not there `before` the span of the EXECUTE.
pub(super) fn fix_spans(before: &Catalog, cat: &mut Catalog, effects: &Effects, span: Span) {
    for effect in effects.iter() {
        let old = before.relation(effect.relation).cloned();
        let Some(relation) = cat.relation_mut(effect.relation) else { continue };
        let old_columns = old.as_ref().map_or(0, |r| r.columns.len());
        for column in relation.columns.iter_mut().skip(old_columns).flatten() {
            Arc::make_mut(column).span = span;
        }
        for constraint in &mut relation.constraints {
            if !old.as_ref().is_some_and(|r| r.constraints.iter().any(|c| c.oid == constraint.oid)) {
                Arc::make_mut(constraint).span = span;
            }
        }
        for policy in &mut relation.policies {
            if !old.as_ref().is_some_and(|r| r.policies.iter().any(|p| p.oid == policy.oid)) {
                Arc::make_mut(policy).span = span;
            }
        }
    }
}
