//! Migrations as transactions.

pub mod cannot_run_in_transaction;
pub mod enum_value_used;
pub mod merge_alter_table;
pub mod not_idempotent;
pub mod schema_and_data;
pub mod single_change;
pub mod transaction_control;
pub mod unchecked_do;
pub mod uncommitted;
pub mod validate_same_transaction;
