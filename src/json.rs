//! JSON, as far as SQL, TypeScript and the report's formats have some. In wasm JavaScript's own.

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
pub fn pretty<T: Serialize>(data: &T) -> String {
    #[cfg(target_os = "unknown")]
    let text = data.serialize(&serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true));
    #[cfg(target_os = "unknown")]
    let text = text.map_or_else(|_| String::new(), |value| indented(&value));
    #[cfg(not(target_os = "unknown"))]
    let text = serde_json::to_string_pretty(data).unwrap_or_default();
    text
}

#[cfg(target_os = "unknown")]
fn indented(value: &js_sys::wasm_bindgen::JsValue) -> String {
    let text = js_sys::JSON::stringify_with_replacer_and_space(value, &js_sys::wasm_bindgen::JsValue::NULL, &2.into());
    text.map_or_else(|_| String::new(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_nothing_else() {
        assert!(["1", " {\"a\": [null]} ", "\"\\u00e9\""].iter().all(|text| is_valid(text)));
        assert!(["", "{", "a", "01", "[1,]", "'a'"].iter().all(|text| !is_valid(text)));
        assert_eq!(quoted("a\"\\\n\u{1}é"), "\"a\\\"\\\\\\n\\u0001é\"");
    }
}
