//! Comment statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{Comment, SecurityLabel};

pub(super) fn comment(_cat: &mut Catalog, _stmt: &Comment) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn security_label(_cat: &mut Catalog, _stmt: &SecurityLabel) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
