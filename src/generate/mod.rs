//! What can be printed from a schema.

pub mod introspect;
pub mod schema;
pub mod sql;
pub mod typescript;
