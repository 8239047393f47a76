//! Names of files and of objects.

pub mod duplicate_version;
pub mod edited_migration;
mod expression;
pub mod identifier;
pub mod migration_file;
