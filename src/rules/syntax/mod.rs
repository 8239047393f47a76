//! What the parser refuses.

pub mod error;
