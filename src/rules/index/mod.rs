//! Indexes.

pub mod concurrently;
pub mod duplicate;
pub mod foreign_key;
