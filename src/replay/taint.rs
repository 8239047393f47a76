//! What a statement that could not be followed may have created, changed or dropped.

use crate::catalog::Catalog;
use crate::syntax::ast::{Statement, Symbol};

pub(super) fn mark_unknown(_cat: &mut Catalog, _statement: &Statement, _reason: &Symbol) {}
