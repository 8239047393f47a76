//! What the parser refuses.

pub mod error;
pub mod newer_than_target;
