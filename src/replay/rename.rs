//! Rename statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::Rename;

pub(super) fn rename(_cat: &mut Catalog, _stmt: &Rename) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
