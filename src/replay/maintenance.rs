//! Maintenance statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{Maintenance, Reindex};

pub(super) fn reindex(_cat: &mut Catalog, _stmt: &Reindex) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn maintenance(_cat: &mut Catalog, _stmt: &Maintenance) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
