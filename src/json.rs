//! JSON, as far as SQL and TypeScript have some. In wasm JavaScript's own.

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
