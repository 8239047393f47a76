//! Publication statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterPublication, CreatePublication};

pub(super) fn create_publication(_cat: &mut Catalog, _stmt: &CreatePublication) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_publication(_cat: &mut Catalog, _stmt: &AlterPublication) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
