//! pgdry proves PostgreSQL and Supabase migrations before any database sees them.

pub mod catalog;
pub mod replay;
pub mod source;
pub mod syntax;
