//! Indexes.

pub mod concurrently;
pub mod duplicate;
pub mod foreign_key;
pub mod no_primary_key;
