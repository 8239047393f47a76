//! Index statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::CreateIndex;

pub(super) fn create_index(_cat: &mut Catalog, _stmt: &CreateIndex) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
