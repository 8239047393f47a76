//! What can be printed from a schema.

pub mod schema;
pub mod sql;
pub mod typescript;
