//! `supabase gen types typescript`, byte for byte, without a database.
//!
//! The rules follow postgrest-typegen, the generator inside postgres-meta and the Supabase CLI. `model` reads the catalog as its introspection does;
//! `raw` prints the CLI's text, `formatted` postgres-meta's, which went through a code formatter.

mod collation;
mod formatted;
mod model;
mod raw;

use crate::catalog::{Catalog, Function, oids};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use thiserror::Error;

/// What to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(default, deny_unknown_fields)]
pub struct TypesOptions {
    pub dialect: Dialect,
    /// The schemas to include.
    pub schemas: Vec<String>,
}

/// Whose output to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
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
        Self { dialect: Dialect::Cli, schemas: vec!["public".into()] }
    }
}

/// Why no types can be printed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TypesError {
    #[error("there is no schema `{0}` at the end of the chain")]
    UnknownSchema(String),
}

/// The printed types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Types {
    pub text: String,
    /// What the text leaves out, and why.
    pub warnings: Vec<String>,
}

/// Prints the types of the included schemas.
pub fn generate(cat: &Catalog, options: &TypesOptions) -> Result<Types, TypesError> {
    let model = model::read(cat, options)?;
    let text = match options.dialect {
        Dialect::Cli => raw::print(&model),
        Dialect::Meta => formatted::print(&model),
    };
    Ok(Types { text, warnings: warnings(cat, &model) })
}

fn warnings(cat: &Catalog, model: &model::Model) -> Vec<String> {
    let mut warnings = Vec::new();
    for schema in &model.schemas {
        let oid = cat.schema_named(&schema.name).map(|s| s.oid);
        let callable =
            |f: &&Arc<Function>| Some(f.schema) == oid && !matches!(f.returns.oid, oids::TRIGGER | oids::EVENT_TRIGGER);
        let functions = cat.functions().filter(callable).count();
        if functions > 0 {
            warnings.push(format!("schema `{}`: functions are left out ({functions})", schema.name));
        }
        if !schema.views.is_empty() {
            let views = schema.views.len();
            warnings
                .push(format!("schema `{}`: views have a `Row` of their known columns only ({views})", schema.name));
        }
    }
    warnings
}

/// A JSON string, as JavaScript's `JSON.stringify` prints it.
fn json(text: &str) -> String {
    // Strings always serialize.
    serde_json::to_string(text).unwrap_or_default()
}
