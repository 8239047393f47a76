//! Names of files and of objects.

pub mod duplicate_version;
mod expression;
pub mod identifier;
pub mod migration_file;
