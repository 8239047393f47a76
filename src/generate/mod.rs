//! What can be printed from a schema.

pub mod schema;
pub mod typescript;
