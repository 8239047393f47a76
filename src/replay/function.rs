//! Function statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterFunction, CreateFunction};

pub(super) fn create_function(_cat: &mut Catalog, _stmt: &CreateFunction) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_function(_cat: &mut Catalog, _stmt: &AlterFunction) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
