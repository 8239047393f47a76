//! What can be printed from a schema.

pub mod introspect;
mod json;
mod json_schema;
mod metadata;
mod rust;
pub mod schema;
mod shape;
pub mod sql;
pub mod types;
pub mod typescript;
mod zod;
