//! `pgdry types`: the types of the schema for one of the targets. The WebAssembly module has TypeScript alone.

use super::typescript::{self, Types, TypesOptions};
use crate::catalog::Catalog;

/// Prints the types of the included schemas.
pub fn generate(cat: &Catalog, options: &TypesOptions) -> Types {
    // As introspection sees it: a connection of its own.
    let mut cat = cat.clone();
    cat.connect_as(cat.session.session_role);
    #[cfg(feature = "cli")]
    if let Some(types) = for_target(&cat, options) {
        return types;
    }
    typescript::generate(&cat, options)
}

#[cfg(feature = "cli")]
fn for_target(cat: &Catalog, options: &TypesOptions) -> Option<Types> {
    use super::{json_schema, metadata, rust, shape, typescript::Target, zod};
    let print: fn(&shape::Shapes) -> String = match options.target {
        Target::Typescript => return None,
        Target::Metadata => return Some(metadata::generate(cat, options)),
        Target::Zod => zod::print,
        Target::JsonSchema => json_schema::print,
        Target::Rust => rust::print,
    };
    let shapes = shape::read(cat, options);
    Some(Types { text: print(&shapes), warnings: shapes.warnings })
}
