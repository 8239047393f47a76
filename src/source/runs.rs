//! Long words in a text, found without looking at all of it.

use std::ops::Range;

/// The runs of at least `least` bytes that are part of a word. A run so long covers one of any places that stand so far apart: only those are looked at.
pub fn runs<'t>(
    text: &'t str,
    least: usize,
    is_part: &'t dyn Fn(u8) -> bool,
) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let bytes = text.as_bytes();
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
        fn finds_what_looking_everywhere_finds(text in "[ab .]{0,60}", least in 1usize..6) {
            let is_part = |b: u8| b.is_ascii_alphabetic();
            let found: Vec<&str> = super::runs(&text, least, &is_part).map(|run| &text[run]).collect();
            let expected: Vec<&str> = text.split([' ', '.']).filter(|word| word.len() >= least).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
