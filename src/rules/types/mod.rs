//! Types of columns.

pub mod columns;
mod declared;
pub mod foreign_key_mismatch;
pub mod generated_uuid_default;
pub mod new_enum;
pub mod reg_type;
