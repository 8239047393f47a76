//! Types of columns.

pub mod reg_type;
