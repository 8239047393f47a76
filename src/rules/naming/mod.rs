//! Names of files and of objects.

pub mod after_baseline;
pub mod duplicate_version;
pub mod edited_migration;
mod expression;
pub mod future_version;
pub mod identifier;
pub mod migration_file;
pub mod out_of_order;
pub mod require_schema;
pub mod required_columns;
pub mod word;
