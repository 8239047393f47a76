//! Alter table statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::AlterTable;

pub(super) fn alter_table(_cat: &mut Catalog, _stmt: &AlterTable) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
