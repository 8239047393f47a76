//! `supabase gen types typescript`, byte for byte, without a database.
//!
//! The rules follow postgrest-typegen, the generator inside postgres-meta and the Supabase CLI. `model` reads the catalog as its introspection does;
//! `raw` prints the CLI's text, `formatted` postgres-meta's, which went through a code formatter.

pub(super) mod collation;
mod formatted;
pub(super) mod functions;
pub(super) mod model;
mod raw;
mod types;

use crate::catalog::Catalog;
use serde::Serialize;

/// What to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")] // in pgdry.toml snake_case
pub struct TypesOptions {
    pub target: Target,
    pub dialect: Dialect,
    /// The schemas to include.
    pub schemas: Vec<String>,
    /// Schemas whose views pass relationships on to views of the included ones: `extra_search_path` of Supabase's config.toml.
    pub extra_search_path: Vec<String>,
    /// The version of PostgREST that clients talk to, such as `13`: prints `__InternalSupabase`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postgrest_version: Option<String>,
    /// Whether relationships say if they are one to one.
    pub one_to_one: bool,
    /// The file that `pgdry types` writes, and compares with under `--check`; elsewhere it means nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out: Option<String>,
}

/// What the types are printed for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    #[default]
    Typescript,
    /// Schemas of zod 4.
    Zod,
    /// JSON Schema, draft 2020-12.
    JsonSchema,
    /// Structs for serde.
    Rust,
    /// What the generators of postgrest-typegen read: GeneratorMetadata, version 1.
    Metadata,
}

impl Target {
    /// By the names of the configuration.
    pub(crate) const ALL: [(&str, Target); 5] = [
        ("typescript", Target::Typescript),
        ("zod", Target::Zod),
        ("json-schema", Target::JsonSchema),
        ("rust", Target::Rust),
        ("metadata", Target::Metadata),
    ];
}

/// Whose output to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// The `supabase` CLI 3.1.0.
    #[default]
    Cli,
    /// postgres-meta 0.99.0.
    Meta,
}

impl Default for TypesOptions {
    fn default() -> Self {
        Self {
            target: Target::Typescript,
            dialect: Dialect::Cli,
            schemas: vec!["public".into()],
            extra_search_path: Vec::new(),
            postgrest_version: None,
            one_to_one: true,
            out: None,
        }
    }
}

/// The printed types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Types {
    pub text: String,
    /// What is printed as `unknown`, or not at all, and why.
    pub warnings: Vec<String>,
}

/// Prints the types of the included schemas.
pub(super) fn generate(cat: &Catalog, options: &TypesOptions) -> Types {
    let model = model::read(cat, options);
    let text = match options.dialect {
        Dialect::Cli => raw::print(&model),
        Dialect::Meta => formatted::print(&model),
    };
    Types { text, warnings: model.warnings }
}
