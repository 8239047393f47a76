//! What is wrong with a configuration, and where.

use crate::rules::edit_distance;
use thiserror::Error;

/// Why a configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{message}", .place.map(|(line, column)| format!("line {line}, column {column}: ")).unwrap_or_default())]
pub struct ConfigError {
    /// Names the key or rule, and the nearest one there is.
    pub message: String,
    /// The way to the key that it is about; numbers are places in lists.
    pub keys: Vec<String>,
    /// Line and column, from 1, where the configuration is a text.
    pub place: Option<(u32, u32)>,
}

impl ConfigError {
    pub(super) fn new(message: String, keys: &[&str]) -> Self {
        Self { message, keys: keys.iter().map(|key| key.to_string()).collect(), place: None }
    }

    /// Serde's error; of an unknown key or word it lists all there are: the nearest is enough.
    pub(super) fn of_serde(message: &str) -> Self {
        let mut words = message.split('`').skip(1).step_by(2);
        let kind = ["unknown field ", "unknown variant "].iter().position(|start| message.starts_with(start));
        let message = match (kind, words.next()) {
            (Some(kind), Some(wrong)) => {
                let known: Vec<&str> = words.collect();
                let is_wrong = ["unknown key `{}`", "`{}` is not known"][kind].replace("{}", wrong);
                match nearest(wrong, &known) {
                    Some(nearest) => format!("{is_wrong}; did you mean `{nearest}`?"),
                    None => format!("{is_wrong}, expected one of `{}`", known.join("`, `")),
                }
            }
            _ => message.to_string(),
        };
        Self::new(message, &[])
    }

    #[cfg(feature = "cli")]
    pub(super) fn of_toml(error: &toml::de::Error, text: &str) -> Self {
        let mut own = Self::of_serde(error.message());
        own.place = error.span().map(|span| place(text, span.start));
        own
    }

    /// The error with the place of its key in the text that was read.
    #[cfg(feature = "cli")]
    pub(super) fn located(mut self, text: &str) -> Self {
        use toml::de::{DeTable, DeValue};
        let Ok(root) = DeTable::parse(text) else { return self };
        let mut value = DeValue::Table(root.into_inner());
        for key in &self.keys {
            let next = match value {
                DeValue::Table(mut table) => match table.remove_entry(key.as_str()) {
                    Some((name, inner)) => {
                        self.place = Some(place(text, name.span().start));
                        Some(inner)
                    }
                    None => None,
                },
                DeValue::Array(list) => key.parse().ok().and_then(|at: usize| list.into_iter().nth(at)),
                _ => None,
            };
            let Some(next) = next else { break };
            value = next.into_inner();
        }
        self
    }
}

#[cfg(feature = "cli")]
fn place(text: &str, offset: usize) -> (u32, u32) {
    let position = crate::source::LineIndex::new(text).position(text, offset as u32);
    (position.line, position.column)
}

/// The word that is nearest to a misspelt one, if any is near.
pub(super) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = known.iter().min_by_key(|word| edit_distance(wrong, word))?;
    (edit_distance(wrong, best) <= 2 + wrong.len() / 6).then_some(best)
}
