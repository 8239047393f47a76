//! pgdry proves PostgreSQL and Supabase migrations before any database sees them.
//!
//! A statement's way from text to finding: [`source`] names and orders the files, [`syntax`] parses them, [`replay`] applies each statement to the
//! [`catalog`] and keeps what it did in a [`replay::Timeline`]; [`rules`] read that and report, [`generate`] prints the schema that is left.
//! [`Project`] is that way as one value.

pub mod catalog;
pub mod config;
pub mod contract;
pub mod generate;
mod json;
mod letters;
pub mod locks;
mod number;
mod parallel;
pub mod policy;
mod project;
pub mod replay;
pub mod report;
pub mod rules;
mod sort;
pub mod source;
pub mod syntax;
#[cfg(target_os = "unknown")]
mod wasm;

#[cfg(feature = "cli")]
pub mod cli;

pub use project::Project;

/// The version of this crate.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
