//! Letters of all scripts: their case, and which characters are some. In wasm JavaScript knows it: core's tables take 10 KiB of the module.

pub fn lower(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    let text = js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    let text = text.to_lowercase();
    text
}

pub fn upper(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    let text = js_sys::JsString::from(text).to_upper_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    let text = text.to_uppercase();
    text
}

/// Of Unicode's property Alphabetic.
pub fn is_letter(char: char) -> bool {
    #[cfg(target_arch = "wasm32")]
    let is = if char.is_ascii() { char.is_ascii_alphabetic() } else { is_of("^\\p{Alphabetic}$", char) };
    #[cfg(not(target_arch = "wasm32"))]
    let is = char.is_alphabetic();
    is
}

/// Of Unicode's category N.
pub fn is_number(char: char) -> bool {
    #[cfg(target_arch = "wasm32")]
    let is = if char.is_ascii() { char.is_ascii_digit() } else { is_of("^\\p{N}$", char) };
    #[cfg(not(target_arch = "wasm32"))]
    let is = char.is_numeric();
    is
}

/// How many columns of a terminal it takes: two for most of East Asia's characters and emoji, none for what is drawn over the one before.
pub fn width(char: char) -> usize {
    #[cfg(target_arch = "wasm32")]
    let width = match char {
        _ if char < '\u{300}' => 1,
        _ if is_of("^[\\p{Mn}\\p{Me}\\p{Cf}]$", char) => 0,
        _ if is_of(WIDE, char) => 2,
        _ => 1,
    };
    #[cfg(not(target_arch = "wasm32"))]
    let width = unicode_width::UnicodeWidthChar::width(char).unwrap_or(1);
    width
}

/// East_Asian_Width W and F, which JavaScript does not know, by script.
#[cfg(target_arch = "wasm32")]
const WIDE: &str = "^[\\p{Emoji_Presentation}\\p{sc=Han}\\p{sc=Hang}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Bopo}\\p{sc=Yiii}\u{3000}-\u{303e}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}]$";

#[cfg(target_arch = "wasm32")]
fn is_of(class: &str, char: char) -> bool {
    js_sys::RegExp::new(class, "u").test(&char.to_string())
}

/// A character that PostgreSQL takes as part of an unquoted name, but for `$`.
pub fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || !char.is_ascii()
}
