//! Owner statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{OwnerTo};

pub(super) fn owner_to(_cat: &mut Catalog, _stmt: &OwnerTo) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
