//! Table statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::CreateTable;

pub(super) fn create_table(_cat: &mut Catalog, _stmt: &CreateTable) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
