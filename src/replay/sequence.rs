//! Sequence statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterSequence, CreateSequence};

pub(super) fn create_sequence(_cat: &mut Catalog, _stmt: &CreateSequence) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_sequence(_cat: &mut Catalog, _stmt: &AlterSequence) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
