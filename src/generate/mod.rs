//! What can be printed from a schema.

pub mod introspect;
#[cfg(feature = "cli")]
mod json;
#[cfg(feature = "cli")]
mod json_schema;
#[cfg(feature = "cli")]
mod metadata;
#[cfg(feature = "cli")]
mod rust;
pub mod schema;
#[cfg(feature = "cli")]
mod shape;
pub mod sql;
pub mod types;
pub mod typescript;
#[cfg(feature = "cli")]
mod zod;
