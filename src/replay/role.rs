//! Role statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterRole, AlterRoleSetting, CreateRole, DropOwned, GrantRole};

pub(super) fn create_role(_cat: &mut Catalog, _stmt: &CreateRole) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_role(_cat: &mut Catalog, _stmt: &AlterRole) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_role_setting(_cat: &mut Catalog, _stmt: &AlterRoleSetting) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn drop_owned(_cat: &mut Catalog, _stmt: &DropOwned) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn grant_role(_cat: &mut Catalog, _stmt: &GrantRole) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
