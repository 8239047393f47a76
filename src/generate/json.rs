//! JSON as the targets print it: members stay in order.

use crate::json::quoted as json;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// As it is printed: a number, a string, `true` …
    Plain(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn word(word: &str) -> Self {
        Self::Plain(word.to_string())
    }

    pub fn text(text: &str) -> Self {
        Self::Plain(json(text))
    }

    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.to_string(), value)).collect())
    }

    pub fn text_or_null(text: Option<&str>) -> Self {
        text.map_or_else(|| Self::word("null"), Self::text)
    }

    pub fn bool(value: bool) -> Self {
        Self::word(if value { "true" } else { "false" })
    }

    /// Two spaces a level; what fits into `width` columns besides its indentation stands on one line.
    pub fn print(&self, width: usize) -> String {
        self.at(0, width)
    }

    fn at(&self, indent: usize, width: usize) -> String {
        let inner = indent + 2;
        let (open, close, parts): (_, _, Vec<String>) = match self {
            Json::Plain(text) => return text.clone(),
            Json::List(items) => ("[", "]", items.iter().map(|item| item.at(inner, width)).collect()),
            Json::Object(members) => {
                let member = |(key, value): &(String, Json)| json(key) + ": " + &value.at(inner, width);
                ("{", "}", members.iter().map(member).collect())
            }
        };
        let is_short = parts.iter().map(|part| part.len() + 2).sum::<usize>() <= width;
        if is_short && parts.iter().all(|part| !part.contains('\n')) {
            return [open, &parts.join(", "), close].concat();
        }
        let between = format!(",\n{:inner$}", "");
        format!("{open}\n{:inner$}{}\n{:indent$}{close}", "", parts.join(&between), "")
    }
}
