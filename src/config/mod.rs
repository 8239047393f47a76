//! `pgdry.toml`: what to check, how severely, and what is known of the live database.

mod contract;
mod error;
pub(crate) mod glob;
mod read;

pub use error::ConfigError;
#[cfg(feature = "cli")]
pub use error::locate;
pub use read::{Value, types_options};

use crate::contract::{self as requirements, Contract};
use crate::generate::typescript::TypesOptions;
use crate::rules::{self, Preset, Rule, Severity};
use crate::source::SourceFile;
use crate::syntax::VERSIONS;
use serde::Serialize;

/// A table with keys of the user's choice.
pub type Keyed<T> = Vec<(String, T)>;

/// The configuration. Every key is optional.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
pub struct Config {
    /// Which rules are on: `ci`, `recommended` (default), `supabase`, `strict`.
    pub preset: Preset,
    /// What exists before the first migration: `supabase` (default), `postgres`, SQL files that are loaded over `supabase`, or a list of all that.
    #[cfg_attr(target_os = "unknown", tsify(type = "string | string[]"))]
    pub base: Base,
    /// The PostgreSQL version that the migrations must work on, 15 to 18 (default 17): what it reads, and what it locks.
    pub postgres: u8,
    /// Whether the files are the whole history (`complete`, the default for a folder) or build on objects that are not among them (`partial`, the
    /// default for single files and standard input).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
    /// Who applies the migrations: `supabase` (default; each file is one transaction) or `psql` (each statement is).
    pub runner: Runner,
    /// The version of the newest migration that the live database has. Later files are the ones that meet live tables.
    pub applied_until: Option<String>,
    /// The files that the live database has, by path or file name, where a version does not say it: no other counts as applied then. `--since` fills it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<Vec<String>>,
    /// Of the applied files those that say something else than what was applied, by path or file name. `--since` fills it.
    pub edited: Vec<String>,
    /// The time in UTC that `naming/future-version` takes for now, as a version has it; without it, the clock's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// Files of folders that are not migrations, as in `.gitignore`, as seen from the configuration's folder. The command leaves them out.
    pub exclude: Vec<String>,
    /// The schemas that clients reach through the API.
    pub exposed_schemas: Vec<String>,
    /// What `types` prints where its options do not say.
    pub types: TypesOptions,
    /// What the schema that the migrations leave must have.
    #[cfg_attr(target_os = "unknown", tsify(type = "Partial<Contract>"))]
    pub contract: Contract,
    /// By rule name, `family/*` or `*`: `"off"`, `"info"`, `"warning"`, `"error"`, or a table with `severity` and the rule's options. The most specific wins.
    #[cfg_attr(target_os = "unknown", tsify(type = "Record<string, RuleSetting>"))]
    pub rules: Keyed<RuleSetting>,
    /// Other severities for some files. Of several that name a file and a rule, the last wins.
    pub overrides: Vec<Override>,
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
            applied: None,
            edited: Vec::new(),
            now: None,
            exclude: Vec::new(),
            exposed_schemas: vec!["public".into(), "graphql_public".into()],
            types: TypesOptions::default(),
            contract: Contract::default(),
            rules: Vec::new(),
            overrides: Vec::new(),
        }
    }
}

/// The severities of some files' findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
pub struct Override {
    /// Globs (`*`, `**`, `?`, `[…]`, `{a,b}`) of paths as seen from the configuration's folder; one without a `/` is of file names.
    pub paths: Vec<String>,
    /// By rule name, `family/*` or `*`.
    #[cfg_attr(target_os = "unknown", tsify(type = "Record<string, Level>"))]
    pub rules: Keyed<Level>,
}

/// An image, and the paths of SQL files that are loaded over it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Base {
    pub image: Image,
    pub files: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Image {
    #[default]
    Supabase,
    Postgres,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum History {
    #[default]
    Complete,
    Partial,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Runner {
    #[default]
    Supabase,
    Psql,
}

/// What the configuration says of one rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum RuleSetting {
    Level(Level),
    Options(RuleOptions),
}

impl RuleSetting {
    fn level(&self) -> Option<Level> {
        match self {
            RuleSetting::Level(level) => Some(*level),
            RuleSetting::Options(options) => options.severity,
        }
    }
}

/// A severity, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Off,
    Info,
    Warning,
    Error,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
pub struct RuleOptions {
    pub severity: Option<Level>,
    /// `naming/identifier`: by kind of object (`table`, `column`, `index`, …) a style (`snake_case`, `camel_case`, `pascal_case`, `any`) or a regular
    /// expression that the whole name must match.
    #[cfg_attr(target_os = "unknown", tsify(type = "Record<string, string>"))]
    pub patterns: Keyed<String>,
    /// `rls/tenant-isolation`, `rls/owner-isolation`, `rls/nullable-discriminator`: the columns that say whose a row is; `naming/required-columns`:
    /// those that every table has.
    pub columns: Vec<String>,
}

/// An option of some rules.
pub struct RuleOption {
    pub name: &'static str,
    /// The rules that take it.
    pub rules: &'static [&'static str],
    /// What holds without it.
    pub default: &'static str,
}

/// Which rule takes which field of `RuleOptions`, and its default.
pub static OPTIONS: &[RuleOption] = &[
    RuleOption { name: "patterns", rules: &["naming/identifier"], default: "snake_case; any for trigger and policy" },
    RuleOption {
        name: "columns",
        rules: &["rls/tenant-isolation"],
        default: "tenant_id, organization_id, organisation_id, org_id, workspace_id",
    },
    RuleOption { name: "columns", rules: &["rls/owner-isolation"], default: "user_id, owner_id" },
    RuleOption {
        name: "columns",
        rules: &["rls/nullable-discriminator"],
        default: "those of rls/tenant-isolation and rls/owner-isolation",
    },
    RuleOption { name: "columns", rules: &["naming/required-columns"], default: "created_at, updated_at" },
];

/// What is read of Supabase's `config.toml`.
#[cfg(feature = "cli")]
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Supabase {
    api: SupabaseApi,
    db: SupabaseDatabase,
}

#[cfg(feature = "cli")]
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct SupabaseApi {
    schemas: Option<Vec<String>>,
    extra_search_path: Option<Vec<String>>,
}

#[cfg(feature = "cli")]
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct SupabaseDatabase {
    major_version: Option<u8>,
}

impl Config {
    /// Reads and checks the text of a `pgdry.toml`.
    #[cfg(feature = "cli")]
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let table: toml::Table = text.parse().map_err(|e| ConfigError::of_toml(&e, text))?;
        Self::from_value(&toml::Value::Table(table).into()).map_err(|e| e.located(text))
    }

    /// Reads and checks a configuration that comes as plain data.
    pub fn from_value(value: &Value) -> Result<Self, ConfigError> {
        read::config(value)?.validated()
    }

    /// Reads a `pgdry.toml` (its text, if there is one), and what it does not say from Supabase's `config.toml`: the schemas of the API and the
    /// version of PostgreSQL.
    #[cfg(feature = "cli")]
    pub fn with_supabase(text: Option<&str>, supabase: &str) -> Result<Self, ConfigError> {
        let mut config = Self::from_toml(text.unwrap_or_default())?;
        let own: toml::Table = text.unwrap_or_default().parse().unwrap_or_default();
        let given = |key: &str| own.get("types").is_some_and(|types| types.get(key).is_some());
        let supabase: Supabase = toml::from_str(supabase).map_err(|e| ConfigError::of_toml(&e, supabase))?;
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
            let message = format!("`postgres` is {}: expected a version from 15 to 18", self.postgres);
            return Err(ConfigError::new(message, &["postgres"]));
        }
        if let Some(version) = &self.applied_until
            && (version.is_empty() || !version.bytes().all(|b| b.is_ascii_digit()))
        {
            let message =
                format!("`applied_until` is `{version}`: expected a migration's version, such as 20250131120000");
            return Err(ConfigError::new(message, &["applied_until"]));
        }
        if let Some(now) = self.now.as_ref().filter(|now| crate::source::day_of_version(now).is_none()) {
            let message =
                format!("`now` is `{now}`: expected a time as in a migration's version, such as 20250131120000");
            return Err(ConfigError::new(message, &["now"]));
        }
        for (number, over) in self.overrides.iter().enumerate() {
            let at = number.to_string();
            for glob in &over.paths {
                glob::check(glob)
                    .map_err(|why| ConfigError::new(format!("glob `{glob}`: {why}"), &["overrides", &at, "paths"]))?;
            }
        }
        rules::check_naming_patterns(&self).map_err(|why| {
            ConfigError::new(format!("rule `naming/identifier`: {why}"), &["rules", "naming/identifier", "patterns"])
        })?;
        requirements::validate(&self.contract).map_err(|(message, keys)| ConfigError { message, keys, place: None })?;
        Ok(self)
    }

    /// The severity that a rule reports with in files that no override names; `None` when it is off everywhere.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        let on_somewhere = || {
            let level = |over: &Override| level_of(rule.name, &|name| find(&over.rules, name).copied());
            self.overrides.iter().any(|over| level(over).is_some_and(|l| l != Level::Off)).then_some(rule.severity)
        };
        self.own_severity(rule).or_else(on_somewhere)
    }

    /// The severity that a rule reports with in a file; `None` when it is off there.
    pub fn severity_in(&self, rule: &Rule, file: &SourceFile) -> Option<Severity> {
        let path = file.config_path.as_ref().unwrap_or(&file.path);
        for over in self.overrides.iter().rev() {
            if let Some(level) = level_of(rule.name, &|name| find(&over.rules, name).copied())
                && over.paths.iter().any(|glob| glob::matches(glob, path))
            {
                return level.severity();
            }
        }
        self.own_severity(rule)
    }

    fn own_severity(&self, rule: &Rule) -> Option<Severity> {
        match level_of(rule.name, &|name| find(&self.rules, name).and_then(RuleSetting::level)) {
            Some(level) => level.severity(),
            None => {
                let preset = self.preset.max(Preset::Recommended);
                (rule.preset <= preset || find(&self.rules, rule.name).is_some()).then_some(rule.severity)
            }
        }
    }

    /// Whether it is known what the live database has.
    pub fn knows_applied(&self) -> bool {
        self.applied_until.is_some() || self.applied.is_some()
    }

    /// The options given for a rule.
    pub fn options(&self, rule: &str) -> Option<&RuleOptions> {
        match find(&self.rules, rule) {
            Some(RuleSetting::Options(options)) => Some(options),
            _ => None,
        }
    }
}

/// What a table has under a key.
pub fn find<'a, T>(table: &'a Keyed<T>, key: &str) -> Option<&'a T> {
    table.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

impl Level {
    pub fn named(word: &str) -> Option<Self> {
        read::LEVELS.iter().find(|(name, _)| *name == word).map(|(_, level)| *level)
    }

    fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// The level that is given for the rule, for its family, or for all.
fn level_of(rule: &str, given: &dyn Fn(&str) -> Option<Level>) -> Option<Level> {
    let family = rule.split_once('/').map_or(rule, |(family, _)| family);
    given(rule).or_else(|| given(&[family, "/*"].concat())).or_else(|| given("*"))
}

/// Whether there is a rule, or a family, of that name.
pub fn check_name(name: &str) -> Result<(), String> {
    let family_of = |rule: &&'static Rule| rule.name.split_once('/').map_or(rule.name, |(family, _)| family);
    let (kind, nearest) = match name.strip_suffix("/*") {
        _ if name == "*" || rules::find(name).is_some() => return Ok(()),
        None => ("rule", rules::nearest(name).map(str::to_string)),
        Some(family) => {
            let families: Vec<&str> = rules::RULES.iter().map(family_of).collect();
            if families.contains(&family) {
                return Ok(());
            }
            ("family", error::nearest(family, &families).map(|family| [family, "/*"].concat()))
        }
    };
    let hint = nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
    Err(format!("there is no {kind} `{name}`{hint}"))
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
        assert_eq!(
            config.options("naming/identifier").unwrap().patterns,
            [("table".to_string(), "pascal_case".to_string())]
        );
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
    fn the_most_specific_severity_wins() {
        let config = Config::from_toml(
            r#"
            [rules]
            "*" = "info"
            "lock/*" = "warning"
            "lock/rename" = "error"
            "naming/identifier" = { patterns = { table = "any" } }
            [[overrides]]
            paths = ["supabase/migrations/2024*", "**/old/**"]
            rules = { "rls/no-policy" = "off", "lock/*" = "off" }
            [[overrides]]
            paths = ["*_seed.sql"]
            rules = { "*" = "off", "rls/no-policy" = "warning" }
            "#,
        )
        .unwrap();
        let of = |rule: &str, path: &str| {
            config.severity_in(rules::find(rule).unwrap(), &SourceFile::new(path, "")).map(Severity::word)
        };
        let new = "supabase/migrations/20250101000000_a.sql";
        assert_eq!(of("rls/no-policy", new), Some("info"));
        assert_eq!(of("lock/set-not-null", new), Some("warning"));
        assert_eq!(of("lock/rename", new), Some("error"));
        assert_eq!(of("naming/identifier", new), Some("info"));
        let old = "supabase/migrations/20240101000000_a.sql";
        assert_eq!((of("lock/rename", old), of("rls/no-policy", old)), (None, None));
        assert_eq!(of("index/foreign-key", "x/old/a.sql"), Some("info"));
        let seed = "supabase/migrations/20240101000000_seed.sql";
        assert_eq!((of("rls/no-policy", seed), of("index/foreign-key", seed)), (Some("warning"), None));
    }

    #[test]
    fn an_override_can_turn_a_rule_on() {
        let config = "[rules]\n'rls/*' = 'off'\n[[overrides]]\npaths = ['a/*']\nrules = { 'rls/no-policy' = 'info' }\n";
        let config = Config::from_toml(config).unwrap();
        let severity = |rule| config.severity(rules::find(rule).unwrap());
        assert_eq!((severity("rls/no-policy").is_some(), severity("rls/disabled")), (true, None));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let cases = [
            ("presset = 1", "line 1, column 1: unknown key `presset`; did you mean `preset`?"),
            ("[types]\nschemmas = []", "line 2, column 1: unknown key `schemmas`; did you mean `schemas`?"),
            ("preset = 'stric'", "line 1, column 1: `stric` is not known; did you mean `strict`?"),
            (
                "[rules]\n'rls/no-polici' = 'off'",
                "line 2, column 1: there is no rule `rls/no-polici`; did you mean `rls/no-policy`?",
            ),
            ("[rules]\n'rsl/*' = 'off'", "line 2, column 1: there is no family `rsl/*`; did you mean `rls/*`?"),
            ("[rules]\n'rls/no-policy' = 'of'", "line 2, column 1: `of` is not known; did you mean `off`?"),
            (
                "[rules]\n'naming/identifier' = { pattern = {} }",
                "line 2, column 25: unknown key `pattern`; did you mean `patterns`?",
            ),
            (
                "[rules]\n'rls/no-policy' = { patterns = { table = 'any' } }",
                "line 2, column 21: `rls/no-policy` has no option `patterns`; it is one of `naming/identifier`",
            ),
            (
                "[rules]\n'naming/identifier' = 3",
                "line 2, column 1: `naming/identifier` is a number: expected a severity, or a table of options",
            ),
            (
                "[[overrides]]\npaths = ['*']\nrules = { 'lok/*' = 'off' }",
                "line 3, column 11: there is no family `lok/*`; did you mean `lock/*`?",
            ),
            ("[[overrides]]\npaths = ['a[']\nrules = {}", "line 2, column 1: glob `a[`: `[` is not closed"),
            ("[[overrides]]\npath = ['a']\nrules = {}", "line 2, column 1: unknown key `path`; did you mean `paths`?"),
            ("postgres = 12", "line 1, column 1: `postgres` is 12: expected a version from 15 to 18"),
        ];
        for (text, message) in cases {
            assert_eq!(error(text), message);
        }
        assert!(error("now = \"2025-01-31\"").contains("expected a time"));
        assert!(error("applied_until = \"yesterday\"").contains("expected a migration's version"));
        assert!(error("zzzzzzzzzzzz = 1").contains("unknown key `zzzzzzzzzzzz`, expected one of `preset`"));
        assert!(error("[rules]\n'naming/identifier' = { patterns = { table = '(' } }").contains("naming/identifier"));
        assert!(error("a = = 1").starts_with("line 1, column 5: "));
    }

    #[test]
    fn every_option_says_whose_it_is() {
        for (option, rule) in OPTIONS.iter().flat_map(|o| o.rules.iter().map(move |rule| (o, rule))) {
            let page = rules::find(rule).unwrap_or_else(|| panic!("{}: {rule}", option.name)).doc;
            assert!(page.contains(option.name), "the page of {rule} says nothing of {}", option.name);
        }
    }
}
