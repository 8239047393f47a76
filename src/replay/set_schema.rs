//! Set schema statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{SetSchema};

pub(super) fn set_schema(_cat: &mut Catalog, _stmt: &SetSchema) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
