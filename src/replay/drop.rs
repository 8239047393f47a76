//! Drop statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::Drop;

pub(super) fn drop_objects(_cat: &mut Catalog, _stmt: &Drop) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
