//! Types statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterEnum, CreateType};

pub(super) fn create_type(_cat: &mut Catalog, _stmt: &CreateType) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_enum(_cat: &mut Catalog, _stmt: &AlterEnum) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
