//! What roles may do.

pub mod definer_executable;
pub mod extension_in_public;
pub mod foreign_key_to_auth_unique;
pub mod function_search_path;
