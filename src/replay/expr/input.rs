//! The input functions of common types, as far as they say that a literal is not one (22P02, 22003).

use super::Analysis;
use super::coerce::element;
use crate::catalog::{TypeRef, oids};
use crate::replay::{Replayed, SqlError};
use crate::source::Span;

impl Analysis<'_> {
    /// Refuses a text that the type's input function would refuse. Types that are not looked at take anything.
    pub(super) fn check_input(&self, ty: TypeRef, text: &str, span: Span) -> Replayed<()> {
        let name = || self.cat.format_type(TypeRef::plain(ty.oid));
        let refuse = |sqlstate, message: String| Err(SqlError::new(sqlstate, span, message).into());
        if element(self.cat, ty.oid).is_some() {
            return match is_array_start(text.trim_start_matches(is_space)) {
                true => Ok(()),
                false => refuse("22P02", format!("malformed array literal: \"{text}\"")),
            };
        }
        let valid = match ty.oid {
            oids::INT2 => integer(text, i16::MIN.into(), i16::MAX.into()),
            oids::INT4 => integer(text, i32::MIN.into(), i32::MAX.into()),
            oids::INT8 => integer(text, i64::MIN.into(), i64::MAX.into()),
            oids::BOOL => is_bool(text).into(),
            oids::UUID => is_uuid(text).into(),
            oids::NUMERIC | oids::FLOAT8 | oids::FLOAT4 => is_number(text).into(),
            oids::DATE | oids::TIMESTAMP | oids::TIMESTAMPTZ | oids::TIME | oids::TIMETZ | oids::INTERVAL
                if !may_be_time(ty, text) =>
            {
                return refuse("22007", format!("invalid input syntax for type {}: \"{text}\"", name()));
            }
            oids::JSON | oids::JSONB if !crate::json::is_valid(text) => {
                return refuse("22P02", "invalid input syntax for type json".into());
            }
            _ => Validity::Valid,
        };
        match valid {
            Validity::Valid => Ok(()),
            Validity::Malformed => refuse("22P02", format!("invalid input syntax for type {}: \"{text}\"", name())),
            Validity::OutOfRange => refuse("22003", format!("value \"{text}\" is out of range for type {}", name())),
        }
    }
}

enum Validity {
    Valid,
    Malformed,
    OutOfRange,
}

impl From<bool> for Validity {
    fn from(valid: bool) -> Self {
        if valid { Self::Valid } else { Self::Malformed }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// `{…` or the bounds `[1:2]={…`.
fn is_array_start(text: &str) -> bool {
    let bounds = text.strip_prefix('[').map(|rest| rest.trim_start_matches(is_space));
    text.starts_with('{')
        || bounds.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c)))
}

/// pg_strtoint64_safe: a sign, decimal digits or `0x`, `0o`, `0b`, single underscores between digits.
fn integer(text: &str, min: i128, max: i128) -> Validity {
    let text = text.trim_matches(is_space);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits, prefixed) = match digits.get(..2) {
        Some("0x" | "0X") => (16, digits.get(2..).unwrap_or(""), true),
        Some("0o" | "0O") => (8, digits.get(2..).unwrap_or(""), true),
        Some("0b" | "0B") => (2, digits.get(2..).unwrap_or(""), true),
        _ => (10, digits, false),
    };
    // An underscore stands between digits, or after the prefix.
    let digits = if prefixed { digits.strip_prefix('_').unwrap_or(digits) } else { digits };
    let parts_ok = !digits.is_empty() && digits.split('_').all(|part| !part.is_empty());
    if !parts_ok || !digits.chars().all(|c| c == '_' || c.is_digit(radix)) {
        return Validity::Malformed;
    }
    let mut value: i128 = 0;
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        value = value * i128::from(radix) + i128::from(digit);
        if value > max + 1 {
            return Validity::OutOfRange;
        }
    }
    let value = if negative { -value } else { value };
    if value < min || value > max { Validity::OutOfRange } else { Validity::Valid }
}

/// parse_bool_with_len: unique prefixes of the words, in any case.
fn is_bool(text: &str) -> bool {
    let text = text.trim_matches(is_space).to_ascii_lowercase();
    let is_prefix = |word: &str| !text.is_empty() && word.starts_with(&text);
    ["true", "false", "yes", "no", "1", "0"].iter().any(|word| is_prefix(word)) || matches!(&*text, "on" | "of" | "off")
}

/// Dates, times and intervals have a digit, or one of the words that stand for a time; what else may be wrong is not looked at.
fn may_be_time(ty: TypeRef, text: &str) -> bool {
    let words: &[&str] = match ty.oid {
        oids::INTERVAL => &["infinity"],
        oids::TIME | oids::TIMETZ => &["now", "allballs"],
        _ => &["now", "today", "tomorrow", "yesterday", "epoch", "infinity"],
    };
    let text = text.to_ascii_lowercase();
    text.bytes().any(|b| b.is_ascii_digit()) || words.iter().any(|word| text.contains(word))
}

/// string_to_uuid: 32 hexadecimal digits, a hyphen after any group of four, braces around.
fn is_uuid(text: &str) -> bool {
    let inner = match text.strip_prefix('{') {
        Some(rest) => match rest.strip_suffix('}') {
            Some(inner) => inner,
            None => return false,
        },
        None => text,
    };
    let mut digits = 0;
    for c in inner.chars() {
        match c {
            '-' if digits > 0 && digits < 32 && digits % 4 == 0 => {}
            c if c.is_ascii_hexdigit() => digits += 1,
            _ => return false,
        }
    }
    digits == 32 && !inner.contains("--")
}

/// A decimal number with an exponent, or one of the special values; other forms of numeric are let pass.
fn is_number(text: &str) -> bool {
    let text = text.trim_matches(is_space).to_ascii_lowercase();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if matches!(unsigned, "nan" | "inf" | "infinity") || unsigned.starts_with("0x") || unsigned.contains('_') {
        return true;
    }
    if unsigned.starts_with("0o") || unsigned.starts_with("0b") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_ok = exponent.is_none_or(|e| {
        let digits = e.strip_prefix(['-', '+']).unwrap_or(e);
        !digits.is_empty() && all_digits(digits)
    });
    all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_input_functions_take() {
        let fits = |text: &str| matches!(integer(text, -32768, 32767), Validity::Valid);
        for text in ["1", " -32768 ", "+7", "0x1F", "1_000", "0b_1"] {
            assert!(fits(text), "{text}");
        }
        for text in ["", "x", "1.0", "32768", "1__0", "_1", "- 1"] {
            assert!(!fits(text), "{text}");
        }
        for text in ["t", "TRUE", " no ", "off", "of", "1"] {
            assert!(is_bool(text), "{text}");
        }
        for text in ["", "o", "2", "truee"] {
            assert!(!is_bool(text), "{text}");
        }
        assert!(is_uuid("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
        assert!(is_uuid("{a0eebc999c0b4ef8bb6d6bb9bd380a11}"));
        assert!(!is_uuid("user-1") && !is_uuid("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1"));
        for text in ["1", "-1.5e10", ".5", "5.", "NaN", "-Infinity"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "1,5", "e5", "1e", "a"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
