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

/// How many columns of a terminal it takes: two for most of East Asia's characters and emoji, none for what is drawn over the one before.
pub fn width(char: char) -> usize {
    #[cfg(target_os = "unknown")]
    let width = match char {
        _ if char < '\u{300}' => 1,
        _ if is_of(NO_WIDTH, char) => 0,
        _ if is_of(WIDE, char) => 2,
        _ => 1,
    };
    #[cfg(not(target_os = "unknown"))]
    let width = unicode_width::UnicodeWidthChar::width(char).unwrap_or(1);
    width
}

/// Marks, what only formats, and the Hangul that is written into the letter before.
#[cfg(target_os = "unknown")]
const NO_WIDTH: &str =
    "^[\\p{Mn}\\p{Me}\\p{Cf}\\u{1160}-\\u{11ff}\\u{302e}\\u{302f}\\u{3164}\\u{d7b0}-\\u{d7fb}\\u{ffa0}]$";

/// The blocks of East_Asian_Width W and F, which JavaScript does not know.
#[cfg(target_os = "unknown")]
const WIDE: &str = "^(?![\\u{1f1e6}-\\u{1f1ff}])[\\p{Emoji_Presentation}\
    \\u{1100}-\\u{115f}\\u{2e80}-\\u{303e}\\u{3041}-\\u{a4cf}\\u{a960}-\\u{a97c}\\u{ac00}-\\u{d7a3}\\u{f900}-\\u{faff}\
    \\u{fe10}-\\u{fe19}\\u{fe30}-\\u{fe6b}\\u{ff01}-\\u{ff60}\\u{ffe0}-\\u{ffe6}\\u{16fe0}-\\u{1b2fb}\\u{1f200}-\\u{1f265}\
    \\u{20000}-\\u{3fffd}]$";

#[cfg(target_os = "unknown")]
fn is_of(class: &str, char: char) -> bool {
    js_sys::RegExp::new(class, "u").test(&char.to_string())
}

/// A character that PostgreSQL takes as part of an unquoted name, but for `$`.
pub fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || !char.is_ascii()
}
