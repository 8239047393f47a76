//! `pgdry types`: the types of the schema for one of the targets.

use super::shape::{self, Shapes};
use super::typescript::{self, Target, Types, TypesOptions};
use super::{json_schema, metadata, rust, zod};
use crate::catalog::Catalog;

/// Prints the types of the included schemas.
pub fn generate(cat: &Catalog, options: &TypesOptions) -> Types {
    // As introspection sees it: a connection of its own.
    let mut cat = cat.clone();
    cat.connect_as(cat.session.session_role);
    let print: fn(&Shapes) -> String = match options.target {
        Target::Typescript => return typescript::generate(&cat, options),
        Target::Metadata => return metadata::generate(&cat, options),
        Target::Zod => zod::print,
        Target::JsonSchema => json_schema::print,
        Target::Rust => rust::print,
    };
    let shapes = shape::read(&cat, options);
    Types { text: print(&shapes), warnings: shapes.warnings }
}
