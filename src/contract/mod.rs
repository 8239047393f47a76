//! The schema that a project requires (`[contract]` in `pgdry.toml`), checked on the one that the migrations leave.
//!
//! A contract is SQL in pieces (`"uuid not null"`, `"organizations (id) on delete cascade"`), read by the grammar of the migrations, so that names fold
//! and types are spelt as there. It is taken apart into a flat list of requirements (`requirement.rs`), and each is judged by itself (`check.rs`).

mod check;
mod forbidden;
#[cfg(feature = "cli")]
pub mod init;
mod requirement;
mod rules;
mod verdict;

pub use check::check;
pub use requirement::{COMMANDS, validate};
pub use rules::RULES;
pub use verdict::Breach;

use crate::config::Keyed;
use serde::Serialize;

/// What the schema must have, and what it must not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
pub struct Contract {
    /// By name: `profiles`, `billing.invoices`, alternatives as in `users | profiles`, or a pattern such as `public.*`, which stands for the tables that
    /// there are. A name without a schema is in `public`.
    #[cfg_attr(target_os = "unknown", tsify(type = "Record<string, Partial<TableContract>>"))]
    pub tables: Keyed<TableContract>,
    /// By type, labels that it must have.
    #[cfg_attr(target_os = "unknown", tsify(type = "Record<string, string[]>"))]
    pub enums: Keyed<Vec<String>>,
    pub extensions: Vec<String>,
    /// A kind (`table`, `view`, `column`, `function`, `type`, `extension`, `schema`) and a name or pattern: `table legacy_*`, `column projects.old_id`.
    pub forbidden: Vec<String>,
}

/// What a table must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
pub struct TableContract {
    /// Whether a view will do. Of one only the columns are required.
    pub views: bool,
    /// Of a pattern: names or patterns of tables that it does not stand for.
    pub except: Vec<String>,
    /// By name the type, then `not null`, `null` (it must take nulls) or nothing (either will do); a list of names requires only that they exist.
    #[cfg_attr(target_os = "unknown", tsify(type = "Record<string, string> | string[]"))]
    pub columns: Keyed<String>,
    /// Its columns, in whatever order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<String>,
    /// Whether row level security must be on.
    pub rls: bool,
    /// Commands that a permissive policy must allow: `select`, `insert`, `update`, `delete`.
    pub policies: Vec<String>,
    /// Columns that an index must begin with, in that order: `"organization_id, created_at"`.
    pub indexes: Vec<String>,
    /// Columns that are unique together.
    pub unique: Vec<String>,
    /// By its columns, what a foreign key references: `"projects (id) on delete cascade"`. Columns and action may be left open.
    #[cfg_attr(target_os = "unknown", tsify(type = "Record<string, string>"))]
    pub foreign_keys: Keyed<String>,
}

impl Contract {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
