//! Extension statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterExtension, CreateExtension, DependsOnExtension};

pub(super) fn create_extension(_cat: &mut Catalog, _stmt: &CreateExtension) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_extension(_cat: &mut Catalog, _stmt: &AlterExtension) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn depends_on_extension(_cat: &mut Catalog, _stmt: &DependsOnExtension) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
