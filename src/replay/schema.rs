//! Schema statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{CreateSchema};

pub(super) fn create_schema(_cat: &mut Catalog, _stmt: &CreateSchema) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
