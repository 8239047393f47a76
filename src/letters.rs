//! Letters of all scripts: their case, and which characters are some. In wasm JavaScript knows it: core's tables take 10 KiB of the module.

pub fn lower(text: &str) -> String {
    #[cfg(target_os = "unknown")]
    let text = js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_os = "unknown"))]
    let text = text.to_lowercase();
    text
}

pub fn upper(text: &str) -> String {
    #[cfg(target_os = "unknown")]
    let text = js_sys::JsString::from(text).to_upper_case().into();
    #[cfg(not(target_os = "unknown"))]
    let text = text.to_uppercase();
    text
}

/// Of Unicode's property Alphabetic.
pub fn is_letter(char: char) -> bool {
    #[cfg(target_os = "unknown")]
    let is = if char.is_ascii() { char.is_ascii_alphabetic() } else { is_of("^\\p{Alphabetic}$", char) };
    #[cfg(not(target_os = "unknown"))]
    let is = char.is_alphabetic();
    is
}

/// Of Unicode's category N.
pub fn is_number(char: char) -> bool {
    #[cfg(target_os = "unknown")]
    let is = if char.is_ascii() { char.is_ascii_digit() } else { is_of("^\\p{N}$", char) };
    #[cfg(not(target_os = "unknown"))]
    let is = char.is_numeric();
    is
}

#[cfg(target_os = "unknown")]
fn is_of(class: &str, char: char) -> bool {
    js_sys::RegExp::new(class, "u").test(&char.to_string())
}

/// A character that PostgreSQL takes as part of an unquoted name, but for `$`.
pub fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || !char.is_ascii()
}
