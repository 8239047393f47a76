//! Other statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{Other};

pub(super) fn other(_cat: &mut Catalog, _stmt: &Other) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
