//! Trigger statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{CreateTrigger};

pub(super) fn create_trigger(_cat: &mut Catalog, _stmt: &CreateTrigger) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
