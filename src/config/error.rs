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

    #[cfg(feature = "cli")]
    pub(super) fn of_toml(error: &toml::de::Error, text: &str) -> Self {
        let place = error.span().map(|span| place(text, span.start));
        Self { message: error.message().to_string(), keys: Vec::new(), place }
    }

    /// The error with the place of its key in the text that was read.
    #[cfg(feature = "cli")]
    pub(super) fn located(mut self, text: &str) -> Self {
        self.place = locate(text, &self.keys).map(|span| place(text, span.start));
        self
    }
}

/// Where the key at the end of a way stands in a TOML text, or the item where that is a place in a list. Where the way leads nowhere, the last key on it.
#[cfg(feature = "cli")]
pub fn locate(text: &str, keys: &[String]) -> Option<std::ops::Range<usize>> {
    use toml::de::{DeTable, DeValue};
    let mut value = DeValue::Table(DeTable::parse(text).ok()?.into_inner());
    let mut found = None;
    for key in keys {
        let (span, next) = match value {
            DeValue::Table(mut table) => match table.remove_entry(key.as_str()) {
                Some((name, inner)) => (name.span(), inner),
                None => break,
            },
            DeValue::Array(list) => match key.parse().ok().and_then(|at: usize| list.into_iter().nth(at)) {
                Some(item) => (item.span(), item),
                None => break,
            },
            _ => break,
        };
        found = Some(span);
        value = next.into_inner();
    }
    found
}

#[cfg(feature = "cli")]
fn place(text: &str, offset: usize) -> (u32, u32) {
    let position = crate::source::LineIndex::new(text).position(text, offset as u32);
    (position.line, position.column)
}

/// The word that is nearest to a misspelt one, if any is near.
pub(super) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = known.iter().min_by_key(|word| edit_distance(wrong, word, usize::MAX))?;
    (edit_distance(wrong, best, usize::MAX) <= 2 + wrong.len() / 6).then_some(best)
}
