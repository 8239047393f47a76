//! A configuration from plain data, whether it comes from TOML or from JavaScript.

use super::error::nearest;
use super::{Base, Config, ConfigError, History, Image, Keyed, Level, OPTIONS, Override, RuleOptions, RuleSetting};
use super::{Runner, check_name};
use crate::generate::typescript::{Dialect, Target, TypesOptions};
use crate::rules::Preset;

/// Data as TOML and JavaScript have it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
    /// What no key takes, such as a date or a function.
    Other,
}

const KEYS: [&str; 15] = [
    "preset",
    "base",
    "postgres",
    "history",
    "runner",
    "applied_until",
    "applied",
    "edited",
    "now",
    "exclude",
    "exposed_schemas",
    "types",
    "contract",
    "rules",
    "overrides",
];
/// Those of `[types]`; `pgdry.toml` writes them in snake_case.
const TYPES_KEYS: [&str; 7] =
    ["target", "dialect", "schemas", "extraSearchPath", "postgrestVersion", "oneToOne", "out"];

const PRESETS: [(&str, Preset); 4] = [
    ("ci", Preset::Ci),
    ("recommended", Preset::Recommended),
    ("supabase", Preset::Supabase),
    ("strict", Preset::Strict),
];
const HISTORIES: [(&str, History); 2] = [("complete", History::Complete), ("partial", History::Partial)];
const RUNNERS: [(&str, Runner); 2] = [("supabase", Runner::Supabase), ("psql", Runner::Psql)];
pub(super) const LEVELS: [(&str, Level); 4] =
    [("off", Level::Off), ("info", Level::Info), ("warning", Level::Warning), ("error", Level::Error)];
const DIALECTS: [(&str, Dialect); 2] = [("cli", Dialect::Cli), ("meta", Dialect::Meta)];

pub(super) type Read<T> = Result<T, ConfigError>;

/// A value, its key, and what it stands in.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub value: &'a Value,
    pub key: &'a str,
    outer: Option<&'a At<'a>>,
}

pub(super) fn config(value: &Value) -> Read<Config> {
    let mut config = Config::default();
    let root = At { value, key: "", outer: None };
    root.each(&mut |at| {
        match at.key {
            "preset" => config.preset = at.word(&PRESETS)?,
            "base" => config.base = base(at)?,
            "postgres" => config.postgres = at.number()?,
            "history" => config.history = Some(at.word(&HISTORIES)?),
            "runner" => config.runner = at.word(&RUNNERS)?,
            "applied_until" => config.applied_until = Some(at.text()?),
            "applied" => config.applied = Some(at.texts()?),
            "now" => config.now = Some(at.text()?),
            "exclude" => config.exclude = at.texts()?,
            "edited" => config.edited = at.texts()?,
            "exposed_schemas" => config.exposed_schemas = at.texts()?,
            "types" => types(&mut config.types, at)?,
            "contract" => config.contract = super::contract::read(at)?,
            "rules" => config.rules = at.keyed(setting)?,
            "overrides" => {
                config.overrides = at.list()?.iter().enumerate().map(|item| at.item(item, over)).collect::<Read<_>>()?
            }
            _ => return Err(at.unknown(&KEYS)),
        }
        Ok(())
    })?;
    Ok(config)
}

/// What is given of the options of `types`, over what they are without it.
pub fn types_options(options: &mut TypesOptions, value: &Value) -> Read<()> {
    types(options, At { value, key: "", outer: None })
}

fn types(options: &mut TypesOptions, at: At) -> Read<()> {
    at.each(&mut |at| {
        match at.key {
            "target" => options.target = at.word(&Target::ALL)?,
            "dialect" => options.dialect = at.word(&DIALECTS)?,
            "schemas" => options.schemas = at.texts()?,
            "extraSearchPath" | "extra_search_path" => options.extra_search_path = at.texts()?,
            "postgrestVersion" | "postgrest_version" => options.postgrest_version = Some(at.text()?),
            "oneToOne" | "one_to_one" => options.one_to_one = at.bool()?,
            "out" => options.out = Some(at.text()?),
            _ => return Err(at.unknown(&TYPES_KEYS)),
        }
        Ok(())
    })
}

fn base(at: At) -> Read<Base> {
    let names = match at.value {
        Value::Text(name) => vec![name.clone()],
        _ => at.texts()?,
    };
    let mut base = Base::default();
    for name in names {
        match &*name {
            "supabase" => base.image = Image::Supabase,
            "postgres" => base.image = Image::Postgres,
            _ => base.files.push(name),
        }
    }
    Ok(base)
}

fn setting(at: At) -> Read<RuleSetting> {
    check_name(at.key).map_err(|message| at.error(message))?;
    match at.value {
        Value::Text(_) => Ok(RuleSetting::Level(at.word(&LEVELS)?)),
        Value::Table(_) => options(at).map(RuleSetting::Options),
        _ => Err(at.expected("a severity, or a table of options")),
    }
}

fn options(rule: At) -> Read<RuleOptions> {
    let mut options = RuleOptions::default();
    rule.each(&mut |at| {
        let takers: Vec<&str> = OPTIONS.iter().filter(|o| o.name == at.key).flat_map(|o| o.rules).copied().collect();
        if !takers.is_empty() && !takers.contains(&rule.key) {
            let others = takers.join("`, `");
            return Err(at.error(format!("`{}` has no option `{}`; it is one of `{others}`", rule.key, at.key)));
        }
        match at.key {
            "severity" => options.severity = Some(at.word(&LEVELS)?),
            "patterns" => options.patterns = at.keyed(|pattern| pattern.text())?,
            "columns" => options.columns = at.texts()?,
            _ => {
                let own = OPTIONS.iter().filter(|option| option.rules.contains(&rule.key)).map(|option| option.name);
                return Err(at.unknown(&own.chain(["severity"]).collect::<Vec<_>>()));
            }
        }
        Ok(())
    })?;
    Ok(options)
}

fn over(at: At) -> Read<Override> {
    let mut over = Override::default();
    at.each(&mut |at| {
        match at.key {
            "paths" => over.paths = at.texts()?,
            "rules" => {
                over.rules = at.keyed(|level| {
                    check_name(level.key).map_err(|message| level.error(message))?;
                    level.word(&LEVELS)
                })?;
            }
            _ => return Err(at.unknown(&["paths", "rules"])),
        }
        Ok(())
    })?;
    Ok(over)
}

impl<'a> At<'a> {
    fn error(&self, message: String) -> ConfigError {
        let mut keys = vec![self.key.to_string()];
        let mut outer = self.outer;
        while let Some(at) = outer.filter(|at| at.outer.is_some()) {
            keys.insert(0, at.key.to_string());
            outer = at.outer;
        }
        ConfigError { message, keys, place: None }
    }

    fn expected(&self, what: &str) -> ConfigError {
        let is = match self.value {
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Other => "no plain value",
        };
        match self.outer {
            Some(_) => self.error(format!("`{}` is {is}: expected {what}", self.key)),
            None => self.error(format!("this is {is}: expected {what}")),
        }
    }

    /// The key is none of these.
    pub fn unknown(&self, known: &[&str]) -> ConfigError {
        self.error(format!("unknown key `{}`{}", self.key, hint(self.key, known)))
    }

    pub fn each(&self, take: &mut dyn FnMut(At) -> Read<()>) -> Read<()> {
        let Value::Table(entries) = self.value else { return Err(self.expected("a table")) };
        entries.iter().try_for_each(|(key, value)| take(At { value, key, outer: Some(self) }))
    }

    pub fn keyed<T>(&self, read: fn(At) -> Read<T>) -> Read<Keyed<T>> {
        let mut all = Vec::new();
        self.each(&mut |at| {
            all.push((at.key.to_string(), read(at)?));
            Ok(())
        })?;
        Ok(all)
    }

    pub fn list(&self) -> Read<&'a [Value]> {
        let Value::List(items) = self.value else { return Err(self.expected("a list")) };
        Ok(items)
    }

    pub fn item<T>(&self, (place, value): (usize, &Value), read: fn(At) -> Read<T>) -> Read<T> {
        read(At { value, key: &place.to_string(), outer: Some(self) })
    }

    pub fn texts(&self) -> Read<Vec<String>> {
        self.list()?.iter().enumerate().map(|item| self.item(item, |at| at.text())).collect()
    }

    pub fn text(&self) -> Read<String> {
        let Value::Text(text) = self.value else { return Err(self.expected("a string")) };
        Ok(text.clone())
    }

    pub fn bool(&self) -> Read<bool> {
        let Value::Bool(is) = self.value else { return Err(self.expected("true or false")) };
        Ok(*is)
    }

    fn number(&self) -> Read<u8> {
        match self.value {
            Value::Number(number) if number.fract() == 0.0 => Ok(*number as u8), // to the nearest there is
            _ => Err(self.expected("a whole number")),
        }
    }

    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Read<T> {
        let text = self.text()?;
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        match known.iter().position(|word| **word == *text) {
            Some(place) => Ok(words[place].1),
            None => Err(self.error(format!("`{text}` is not known{}", hint(&text, &known)))),
        }
    }
}

fn hint(wrong: &str, known: &[&str]) -> String {
    match nearest(wrong, known) {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => format!(", expected one of `{}`", known.join("`, `")),
    }
}

#[cfg(feature = "cli")]
impl From<toml::Value> for Value {
    fn from(value: toml::Value) -> Self {
        match value {
            toml::Value::Boolean(is) => Value::Bool(is),
            toml::Value::Integer(number) => Value::Number(number as f64),
            toml::Value::Float(number) => Value::Number(number),
            toml::Value::String(text) => Value::Text(text),
            toml::Value::Array(items) => Value::List(items.into_iter().map(Value::from).collect()),
            toml::Value::Table(table) => Value::Table(table.into_iter().map(|(k, v)| (k, Value::from(v))).collect()),
            toml::Value::Datetime(_) => Value::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let table = |key: &str| Value::Table(vec![(key.to_string(), Value::Other)]);
        for key in KEYS {
            assert!(config(&table(key)).unwrap_err().message.starts_with(&format!("`{key}` is no plain value")));
        }
        for key in TYPES_KEYS {
            let error = types_options(&mut TypesOptions::default(), &table(key)).unwrap_err();
            assert!(error.message.starts_with(&format!("`{key}` is no plain value")));
        }
        for option in OPTIONS {
            let rule = Value::Table(vec![(option.rules[0].to_string(), table(option.name))]);
            let error = config(&Value::Table(vec![("rules".to_string(), rule)])).unwrap_err();
            assert!(error.message.starts_with(&format!("`{}` is no plain value", option.name)), "{error}");
        }
    }

    #[test]
    fn says_what_is_wrong_of_plain_data() {
        let rules = |name: &str, value| Value::Table(vec![("rules".into(), Value::Table(vec![(name.into(), value)]))]);
        let error = |value: Value| config(&value).unwrap_err().to_string();
        let off = rules("rls/no-polici", Value::Text("off".into()));
        assert_eq!(error(off), "there is no rule `rls/no-polici`; did you mean `rls/no-policy`?");
        assert_eq!(error(Value::Number(42.0)), "this is a number: expected a table");
        let pattern = Value::Table(vec![("pattern".into(), Value::Table(Vec::new()))]);
        assert_eq!(error(rules("naming/identifier", pattern)), "unknown key `pattern`; did you mean `patterns`?");
        let version = Value::Table(vec![("postgres".into(), Value::Number(16.5))]);
        assert_eq!(error(version), "`postgres` is a number: expected a whole number");
    }
}
