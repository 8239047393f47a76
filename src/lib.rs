//! pgdry proves PostgreSQL and Supabase migrations before any database sees them.
