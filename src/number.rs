//! Numbers with a fraction as text. In wasm JavaScript's own: core's conversions take 15 KiB of the module.

/// The number that a text is as a whole: digits, a point, an exponent.
pub fn parse(text: &str) -> Option<f64> {
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.bytes().all(plain) || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    #[cfg(target_os = "unknown")]
    let number = f64::try_from(js_sys::wasm_bindgen::JsValue::from_str(text)).ok().filter(|n| !n.is_nan());
    #[cfg(not(target_os = "unknown"))]
    let number = text.parse().ok();
    number
}

/// The shortest text that is read as the same number.
pub fn shown(number: f64) -> String {
    #[cfg(target_os = "unknown")]
    let text = js_sys::Number::from(number).to_string_with_radix(10).map_or_else(|_| String::new(), String::from);
    #[cfg(not(target_os = "unknown"))]
    let text = number.to_string();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whole_texts_only() {
        let numbers = [("1", 1.0), ("0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("-2e3", -2000.0), ("+1E-2", 0.01)];
        assert!(numbers.iter().all(|(text, number)| parse(text) == Some(*number)));
        assert!(["", "e", "1e", "1.2.3", "x", "inf", "NaN", " 1"].iter().all(|text| parse(text).is_none()));
        assert_eq!((shown(0.5), shown(100.0)), ("0.5".into(), "100".into()));
    }
}
