//! pgdry proves PostgreSQL and Supabase migrations before any database sees them.

pub mod source;
pub mod syntax;
