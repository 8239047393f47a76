//! What the parser refuses.

pub mod empty_migration;
pub mod error;
pub mod newer_than_target;
pub mod psql_command;
pub mod truncated_identifier;
