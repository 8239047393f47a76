//! Do block statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{Do};

pub(super) fn do_block(_cat: &mut Catalog, _stmt: &Do) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
