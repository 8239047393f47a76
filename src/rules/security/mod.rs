//! What roles may do.

pub mod default_privileges;
pub mod definer_executable;
pub mod dynamic_sql;
pub mod extension_in_public;
pub mod foreign_key_to_auth_unique;
pub mod function_search_path;
pub mod grant_all;
pub mod managed_schema;
pub mod secret_literal;
pub mod superuser_or_bypassrls;
pub mod untrusted_language;
