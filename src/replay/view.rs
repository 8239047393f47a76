//! View statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{CreateTableAs, CreateView, RefreshMaterializedView};

pub(super) fn create_table_as(_cat: &mut Catalog, _stmt: &CreateTableAs) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn create_view(_cat: &mut Catalog, _stmt: &CreateView) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn refresh(_cat: &mut Catalog, _stmt: &RefreshMaterializedView) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
