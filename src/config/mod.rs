//! `pgdry.toml`: what to check, how severely, and what is known of the live database.

use crate::generate::typescript::TypesOptions;
use crate::rules::{self, Preset, Rule, Severity};
use crate::syntax::VERSIONS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// The configuration. Every key is optional.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), tsify(hashmap_as_object))]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Which rules are on: `ci`, `recommended` (default), `supabase`, `strict`.
    pub preset: Preset,
    /// What exists before the first migration: `supabase` (default), `postgres`, SQL files that are loaded over `supabase`, or a list of all that.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | string[]"))]
    pub base: Base,
    /// The PostgreSQL version that the migrations must work on: 15 to 18 (default 17).
    pub postgres: u8,
    /// Whether the files are the whole history (`complete`, the default for a folder) or build on objects that are not among them (`partial`, the
    /// default for single files and standard input).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
    /// Who applies the migrations: `supabase` (default; each file is one transaction) or `psql` (each statement is).
    pub runner: Runner,
    /// The version of the newest migration that the live database has. Later files are the ones that meet live tables.
    pub applied_until: Option<String>,
    /// The time in UTC that `naming/future-version` takes for now, as a version has it; without it, the clock's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// The schemas that clients reach through the API.
    pub exposed_schemas: Vec<String>,
    /// What `types` prints where its options do not say.
    pub types: TypesOptions,
    /// By rule name: `"off"`, `"info"`, `"warning"`, `"error"`, or a table with `severity` and the rule's options.
    pub rules: BTreeMap<String, RuleSetting>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            preset: Preset::default(),
            base: Base::default(),
            postgres: 17,
            history: None,
            runner: Runner::default(),
            applied_until: None,
            now: None,
            exposed_schemas: vec!["public".into(), "graphql_public".into()],
            types: TypesOptions::default(),
            rules: BTreeMap::new(),
        }
    }
}

/// An image, and the paths of SQL files that are loaded over it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Names", into = "Vec<String>")]
pub struct Base {
    pub image: Image,
    pub files: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Image {
    #[default]
    Supabase,
    Postgres,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Several(Vec<String>),
}

impl From<Names> for Base {
    fn from(names: Names) -> Self {
        let names = match names {
            Names::One(name) => vec![name],
            Names::Several(names) => names,
        };
        let mut base = Base::default();
        for name in names {
            match &*name {
                "supabase" => base.image = Image::Supabase,
                "postgres" => base.image = Image::Postgres,
                _ => base.files.push(name),
            }
        }
        base
    }
}

impl From<Base> for Vec<String> {
    fn from(base: Base) -> Self {
        let image = match base.image {
            Image::Supabase => "supabase",
            Image::Postgres => "postgres",
        };
        std::iter::once(image.to_string()).chain(base.files).collect()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum History {
    #[default]
    Complete,
    Partial,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Runner {
    #[default]
    Supabase,
    Psql,
}

/// What the configuration says of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum RuleSetting {
    Level(Level),
    Options(RuleOptions),
}

/// A severity, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Off,
    Info,
    Warning,
    Error,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), tsify(hashmap_as_object))]
#[serde(default, deny_unknown_fields)]
pub struct RuleOptions {
    pub severity: Option<Level>,
    /// `naming/identifier`: by kind of object (`table`, `column`, `index`, …) a style (`snake_case`, `camel_case`, `pascal_case`, `any`) or a regular
    /// expression that the whole name must match.
    pub patterns: BTreeMap<String, String>,
    /// `naming/required-columns`: the columns that every table has.
    pub columns: Vec<String>,
}

/// What is read of Supabase's `config.toml`.
#[cfg(feature = "cli")]
#[derive(Default, Deserialize)]
#[serde(default)]
struct Supabase {
    api: SupabaseApi,
    db: SupabaseDatabase,
}

#[cfg(feature = "cli")]
#[derive(Default, Deserialize)]
#[serde(default)]
struct SupabaseApi {
    schemas: Option<Vec<String>>,
    extra_search_path: Option<Vec<String>>,
}

#[cfg(feature = "cli")]
#[derive(Default, Deserialize)]
#[serde(default)]
struct SupabaseDatabase {
    major_version: Option<u8>,
}

/// Why a configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Not TOML, an unknown key, or a value of the wrong type: the parser's message, which names the place.
    #[error("{0}")]
    Invalid(String),
    #[error("there is no rule `{name}`{}", .nearest.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    UnknownRule { name: String, nearest: Option<&'static str> },
    #[error("`applied_until` is `{0}`: expected a migration's version, such as 20250131120000")]
    AppliedUntil(String),
    #[error("`now` is `{0}`: expected a time as in a migration's version, such as 20250131120000")]
    Now(String),
    #[error("`postgres` is {0}: expected a version from 15 to 18")]
    Postgres(u8),
    #[error("rule `naming/identifier`: {0}")]
    Pattern(String),
}

impl Config {
    /// Reads and checks the text of a `pgdry.toml`.
    #[cfg(feature = "cli")]
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config: Config = toml::from_str(text).map_err(|e| ConfigError::Invalid(e.to_string()))?;
        config.validated()
    }

    /// Reads a `pgdry.toml` (its text, if there is one), and what it does not say from Supabase's `config.toml`: the schemas of the API and the
    /// version of PostgreSQL.
    #[cfg(feature = "cli")]
    pub fn with_supabase(text: Option<&str>, supabase: &str) -> Result<Self, ConfigError> {
        let mut config = Self::from_toml(text.unwrap_or_default())?;
        let own: toml::Table = text.unwrap_or_default().parse().unwrap_or_default();
        let given = |key: &str| own.get("types").is_some_and(|types| types.get(key).is_some());
        let supabase: Supabase = toml::from_str(supabase).map_err(|e| ConfigError::Invalid(e.to_string()))?;
        if let Some(schemas) = supabase.api.schemas.filter(|_| !given("schemas")) {
            config.types.schemas.extend(schemas);
        }
        if let Some(path) = supabase.api.extra_search_path.filter(|_| !given("extra_search_path")) {
            config.types.extra_search_path = path;
        }
        if let Some(version) =
            supabase.db.major_version.filter(|v| VERSIONS.contains(v) && !own.contains_key("postgres"))
        {
            config.postgres = version;
        }
        Ok(config)
    }

    /// The configuration, when its rules exist and its values make sense.
    pub fn validated(self) -> Result<Self, ConfigError> {
        if !VERSIONS.contains(&self.postgres) {
            return Err(ConfigError::Postgres(self.postgres));
        }
        for name in self.rules.keys() {
            if rules::find(name).is_none() {
                return Err(ConfigError::UnknownRule { name: name.clone(), nearest: rules::nearest(name) });
            }
        }
        if let Some(version) = &self.applied_until
            && (version.is_empty() || !version.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err(ConfigError::AppliedUntil(version.clone()));
        }
        if let Some(now) = self.now.as_ref().filter(|now| crate::source::day_of_version(now).is_none()) {
            return Err(ConfigError::Now(now.clone()));
        }
        rules::check_naming_patterns(&self).map_err(ConfigError::Pattern)?;
        Ok(self)
    }

    /// The severity that a rule reports with; `None` when it is off.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        let level = match self.rules.get(rule.name) {
            Some(RuleSetting::Level(level)) => Some(*level),
            Some(RuleSetting::Options(options)) => options.severity,
            None => None,
        };
        match level {
            Some(Level::Off) => None,
            Some(Level::Info) => Some(Severity::Info),
            Some(Level::Warning) => Some(Severity::Warning),
            Some(Level::Error) => Some(Severity::Error),
            None => {
                let preset = self.preset.max(Preset::Recommended);
                (rule.preset <= preset || self.rules.contains_key(rule.name)).then_some(rule.severity)
            }
        }
    }

    /// The options given for a rule.
    pub fn options(&self, rule: &str) -> Option<&RuleOptions> {
        match self.rules.get(rule) {
            Some(RuleSetting::Options(options)) => Some(options),
            _ => None,
        }
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Config::from_toml(text).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn reads_every_key() {
        let config = Config::from_toml(
            r#"
            preset = "strict"
            base = "postgres"
            history = "partial"
            runner = "psql"
            applied_until = "20250101000000"
            exposed_schemas = ["api"]
            [rules]
            "rls/no-policy" = "off"
            "naming/identifier" = { severity = "error", patterns = { table = "pascal_case" } }
            "#,
        )
        .unwrap();
        assert_eq!(config.severity(rules::find("rls/no-policy").unwrap()), None);
        assert_eq!(config.severity(rules::find("naming/identifier").unwrap()), Some(Severity::Error));
        assert_eq!(config.options("naming/identifier").unwrap().patterns["table"], "pascal_case");
        assert_eq!((config.base.image, config.runner), (Image::Postgres, Runner::Psql));
    }

    #[test]
    fn takes_from_supabase_what_it_does_not_say() {
        let supabase = "project_id = \"x\"\n[api]\nschemas = [\"public\", \"api\"]\nextra_search_path = [\"public\", \"extensions\"]\n[db]\nmajor_version = 15\n";
        let config = Config::with_supabase(None, supabase).unwrap();
        assert_eq!(config.types.schemas, ["public", "public", "api"]);
        assert_eq!((config.types.extra_search_path.len(), config.postgres), (2, 15));
        let own = "postgres = 17\n[types]\nschemas = [\"api\"]\none_to_one = false\n";
        let config = Config::with_supabase(Some(own), supabase).unwrap();
        assert_eq!((&config.types.schemas[..], config.postgres), (&["api".to_string()][..], 17));
        assert!(!config.types.one_to_one);
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(
            error("[rules]\n\"rls/no-polici\" = \"off\""),
            "there is no rule `rls/no-polici`; did you mean `rls/no-policy`?"
        );
        assert!(error("presset = 1").contains("unknown field `presset`"));
        assert!(error("now = \"2025-01-31\"").contains("expected a time"));
        assert!(error("applied_until = \"yesterday\"").contains("expected a migration's version"));
        assert!(
            error("[rules]\n\"naming/identifier\" = { patterns = { table = \"(\" } }").contains("naming/identifier")
        );
    }
}
