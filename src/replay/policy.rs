//! Policy statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{AlterPolicy, CreatePolicy};
use crate::source::Span;

pub(super) fn create_policy(_cat: &mut Catalog, _stmt: &CreatePolicy, _span: Span) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn alter_policy(_cat: &mut Catalog, _stmt: &AlterPolicy) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
