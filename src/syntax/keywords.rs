//! PostgreSQL's keywords and what each may stand for.

mod table;

use table::TABLE;
pub use table::kw;

/// A keyword of the grammar; `kw` holds one constant for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Keyword(u16);

/// Where a keyword may stand as an identifier (manual: appendix C).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    Unreserved,
    /// May name a column or table, not a function or type.
    ColumnName,
    /// May name a function or type, not a column or table.
    TypeOrFunction,
    Reserved,
}

/// Longest and shortest keyword: what is longer or shorter needs no look-up.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=17;

impl Keyword {
    /// Finds an identifier among the keywords, whatever its case.
    pub fn find(word: &str) -> Option<Keyword> {
        if !LENGTHS.contains(&word.len()) {
            return None;
        }
        let mut folded = [0u8; 17];
        let folded = folded.get_mut(..word.len())?;
        folded.copy_from_slice(word.as_bytes());
        folded.make_ascii_lowercase();
        let first = folded.first()?.checked_sub(b'a')?;
        let from = usize::from(*FIRST_LETTER.get(usize::from(first))?);
        let to = usize::from(*FIRST_LETTER.get(usize::from(first) + 1)?);
        let words = TABLE.get(from..to)?;
        let found = words.binary_search_by(|(word, ..)| word.as_bytes().cmp(folded)).ok()?;
        Some(Keyword((from + found) as u16))
    }

    /// The word in lower case.
    pub fn text(self) -> &'static str {
        self.row().0
    }

    pub fn category(self) -> Category {
        self.row().1
    }

    /// May follow an expression as its label without AS.
    pub fn is_bare_label(self) -> bool {
        self.row().2
    }

    fn row(self) -> (&'static str, Category, bool) {
        TABLE.get(usize::from(self.0)).copied().unwrap_or(("", Category::Reserved, false)) // every Keyword indexes TABLE
    }
}

/// For each letter the first keyword in `TABLE` that does not sort before it, and one for the end.
const FIRST_LETTER: [u16; 27] = {
    let mut starts = [TABLE.len() as u16; 27];
    let mut i = TABLE.len();
    while i > 0 {
        i -= 1;
        let letter = (TABLE[i].0.as_bytes()[0] - b'a') as usize; // keywords begin with a letter
        let mut l = 0;
        while l <= letter {
            starts[l] = i as u16;
            l += 1;
        }
    }
    starts
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_keyword_in_any_case() {
        for (i, (word, ..)) in TABLE.iter().enumerate() {
            assert_eq!(Keyword::find(word), Some(Keyword(i as u16)), "{word}");
            assert_eq!(Keyword::find(&word.to_uppercase()), Some(Keyword(i as u16)), "{word}");
            assert!(LENGTHS.contains(&word.len()));
        }
        assert_eq!(Keyword::find("SeLeCt"), Some(kw::SELECT));
        for word in ["", "a", "selec", "selects", "_select", "zzz", "currentcurrentcurrent", "é1"] {
            assert_eq!(Keyword::find(word), None, "{word}");
        }
    }

    #[test]
    fn knows_what_a_keyword_may_name() {
        assert_eq!(kw::ABORT.category(), Category::Unreserved);
        assert_eq!(kw::COALESCE.category(), Category::ColumnName);
        assert_eq!(kw::LEFT.category(), Category::TypeOrFunction);
        assert_eq!(kw::SELECT.category(), Category::Reserved);
        assert!(kw::SELECT.is_bare_label() && !kw::AS.is_bare_label());
    }
}
