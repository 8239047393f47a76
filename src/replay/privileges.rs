//! Privileges statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterDefaultPrivileges, Grant};

pub(super) fn grant(_cat: &mut Catalog, _stmt: &Grant) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_default_privileges(_cat: &mut Catalog, _stmt: &AlterDefaultPrivileges) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
