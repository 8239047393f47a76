//! Domain statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterDomain, CreateDomain};

pub(super) fn create_domain(_cat: &mut Catalog, _stmt: &CreateDomain) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_domain(_cat: &mut Catalog, _stmt: &AlterDomain) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
