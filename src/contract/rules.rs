//! The rules of the family `contract/`. They are found by `check.rs` together, since a missing table says all that its columns would say.

use crate::rules::{Check, Preset, Rule, Severity};

macro_rules! rule {
    ($name:literal, $summary:literal) => {
        Rule {
            name: concat!("contract/", $name),
            severity: Severity::Error,
            preset: Preset::Recommended,
            summary: if cfg!(target_os = "unknown") { "" } else { $summary },
            doc: if cfg!(target_os = "unknown") {
                ""
            } else {
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules/contract/", $name, ".md"))
            },
            since: "0.1.0",
            check: Check::Engine,
        }
    };
}

/// In the order of what goes when something else goes: dropping a type takes columns along, dropping a column takes keys.
pub static RULES: [Rule; 13] = [
    rule!("extension", "extension that the contract requires is missing"),
    rule!("missing-table", "table that the contract requires is missing"),
    rule!("enum-label", "enum, or a label of one, that the contract requires is missing"),
    rule!("missing-column", "column that the contract requires is missing"),
    rule!("primary-key", "primary key is not the one that the contract requires"),
    rule!("unique", "columns that the contract requires to be unique are not"),
    rule!("index", "index that the contract requires is missing"),
    rule!("foreign-key", "foreign key is not the one that the contract requires"),
    rule!("policy", "no policy for a command that the contract requires one for"),
    rule!("rls", "row level security that the contract requires is off"),
    rule!("column-type", "column is not of the type that the contract requires"),
    rule!("nullability", "column takes nulls, or takes none, against the contract"),
    rule!("forbidden", "object that the contract forbids"),
];

/// The places in `RULES`.
pub const EXTENSION: usize = 0;
pub const TABLE: usize = 1;
pub const ENUM: usize = 2;
pub const COLUMN: usize = 3;
pub const PRIMARY_KEY: usize = 4;
pub const UNIQUE: usize = 5;
pub const INDEX: usize = 6;
pub const FOREIGN_KEY: usize = 7;
pub const POLICY: usize = 8;
pub const ROW_SECURITY: usize = 9;
pub const COLUMN_TYPE: usize = 10;
pub const NULLABILITY: usize = 11;
pub const FORBIDDEN: usize = 12;
