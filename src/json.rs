//! JSON, as far as SQL, TypeScript and the report's formats have some. In wasm JavaScript's own.

#[cfg(target_os = "unknown")]
use serde::Serialize;

/// Whether a text is a JSON value.
pub fn is_valid(text: &str) -> bool {
    #[cfg(target_os = "unknown")]
    let is = js_sys::JSON::parse(text).is_ok();
    #[cfg(not(target_os = "unknown"))]
    let is = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    is
}

/// The text as a JSON string.
pub fn quoted(text: &str) -> String {
    #[cfg(target_os = "unknown")]
    let quoted = js_sys::JSON::stringify(&text.into()).map_or_else(|_| String::new(), String::from);
    #[cfg(not(target_os = "unknown"))]
    let quoted = serde_json::to_string(text).unwrap_or_default(); // strings always serialize
    quoted
}

/// Plain data as JSON, indented by two spaces. Data that has no JSON (keys that are not text) is nothing.
#[cfg(target_os = "unknown")]
pub fn pretty<T: Serialize>(data: &T) -> String {
    let value = data.serialize(&serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true));
    value.map_or_else(|_| String::new(), |value| indented(&value))
}

#[cfg(target_os = "unknown")]
fn indented(value: &js_sys::wasm_bindgen::JsValue) -> String {
    let text = js_sys::JSON::stringify_with_replacer_and_space(value, &js_sys::wasm_bindgen::JsValue::NULL, &2.into());
    text.map_or_else(|_| String::new(), String::from)
}

/// Writes JSON as `pretty` does, without a type for what is written: 5 KiB less of wasm for SARIF. Keys are plain text; those of a list's items are empty.
#[derive(Default)]
pub struct Writer {
    out: String,
    depth: usize,
    /// Nothing stands in the object or list yet.
    is_empty: bool,
}

impl Writer {
    /// Begins an object, `{`, or a list, `[`.
    pub fn open(&mut self, key: &str, bracket: char) {
        self.begin(key);
        self.out.push(bracket);
        self.depth += 1;
        self.is_empty = true;
    }

    pub fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if !std::mem::take(&mut self.is_empty) {
            self.line();
        }
        self.out.push(bracket);
    }

    pub fn text(&mut self, key: &str, text: &str) {
        self.begin(key);
        self.out.push_str(&quoted(text));
    }

    pub fn number(&mut self, key: &str, number: u32) {
        self.begin(key);
        self.out.push_str(&number.to_string());
    }

    pub fn is_true(&mut self, key: &str) {
        self.begin(key);
        self.out.push_str("true");
    }

    /// What was written, with a newline.
    pub fn end(mut self) -> String {
        self.out.push('\n');
        self.out
    }

    fn begin(&mut self, key: &str) {
        if self.depth > 0 {
            if !self.is_empty {
                self.out.push(',');
            }
            self.line();
        }
        self.is_empty = false;
        if !key.is_empty() {
            self.out.push('"');
            self.out.push_str(key);
            self.out.push_str("\": ");
        }
    }

    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_nothing_else() {
        assert!(["1", " {\"a\": [null]} ", "\"\\u00e9\""].iter().all(|text| is_valid(text)));
        assert!(["", "{", "a", "01", "[1,]", "'a'"].iter().all(|text| !is_valid(text)));
        let mut writer = Writer::default();
        writer.open("", '{');
        writer.open("a", '[');
        writer.close(']');
        writer.open("b", '[');
        writer.number("", 1);
        writer.text("", "\"");
        writer.close(']');
        writer.is_true("c");
        writer.close('}');
        let same = serde_json::json!({"a": [], "b": [1, "\""], "c": true});
        assert_eq!(writer.end(), serde_json::to_string_pretty(&same).unwrap() + "\n");
        assert_eq!(quoted("a\"\\\n\u{1}é"), "\"a\\\"\\\\\\n\\u0001é\"");
    }
}
