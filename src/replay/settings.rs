//! Settings statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{Reset, SetStatement};

pub(super) fn set(_cat: &mut Catalog, _stmt: &SetStatement) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn reset(_cat: &mut Catalog, _stmt: &Reset) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
