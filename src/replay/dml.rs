//! Dml statements.

use super::{Effects, Replayed, Stop};
use crate::catalog::Catalog;
use crate::syntax::ast::{Copy, Delete, Expr, Insert, Lock, Merge, Query, Truncate, Update};

pub(super) fn truncate(_cat: &mut Catalog, _stmt: &Truncate) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn lock(_cat: &mut Catalog, _stmt: &Lock) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn query(_cat: &mut Catalog, _stmt: &Query) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn insert(_cat: &mut Catalog, _stmt: &Insert) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn update(_cat: &mut Catalog, _stmt: &Update) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn delete(_cat: &mut Catalog, _stmt: &Delete) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn merge(_cat: &mut Catalog, _stmt: &Merge) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn copy(_cat: &mut Catalog, _stmt: &Copy) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}

pub(super) fn call(_cat: &mut Catalog, _stmt: &Expr) -> Replayed<Effects> {
    Err(Stop::unknown("not followed"))
}
