//! Migrations as transactions.

pub mod cannot_run_in_transaction;
pub mod schema_and_data;
