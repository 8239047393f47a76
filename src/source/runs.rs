//! Long words in a text, found without looking at all of it.

use std::ops::Range;

/// Which bytes are part of a word.
pub type WordBytes = [bool; 256];

/// The letters and digits of ASCII, whether all that is not ASCII, and these.
pub const fn letters_and(others: &[u8], not_ascii: bool) -> WordBytes {
    let mut parts = only(others);
    let mut byte = 0;
    while byte < 256 {
        parts[byte] |= (byte as u8).is_ascii_alphanumeric() || not_ascii && byte >= 128;
        byte += 1;
    }
    parts
}

/// These alone.
pub const fn only(bytes: &[u8]) -> WordBytes {
    let mut parts = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        parts[bytes[at] as usize] = true;
        at += 1;
    }
    parts
}

/// The runs of at least `least` bytes that are part of a word. A run so long covers one of any places that stand so far apart: only those are looked at.
pub fn runs<'t>(
    text: &'t str,
    least: usize,
    parts: &'static WordBytes,
) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let bytes = text.as_bytes();
    let is_part = |b: u8| parts[usize::from(b)];
    let mut at = least - 1;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            if !is_part(bytes[at]) {
                at += least;
                continue;
            }
            let start = at - bytes[..at].iter().rev().take_while(|b| is_part(**b)).count();
            let end = at + bytes[at..].iter().take_while(|b| is_part(**b)).count();
            at = end + least;
            if end - start >= least {
                return Some(start..end);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_looking_everywhere_finds(text in "[ab .é]{0,60}", least in 1usize..6) {
            static LETTERS: super::WordBytes = super::letters_and(b"", false);
            let found: Vec<&str> = super::runs(&text, least, &LETTERS).map(|run| &text[run]).collect();
            let expected: Vec<&str> = text.split([' ', '.', 'é']).filter(|word| word.len() >= least).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
