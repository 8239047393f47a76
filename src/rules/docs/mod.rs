//! What files and the schema say of themselves.

pub mod comment_on_destructive;
pub mod comment_on_table;
pub mod header;
