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
        let mut slot = hash(word.as_bytes());
        loop {
            let place = (*SLOTS.get(slot)?).checked_sub(1)?;
            if TABLE.get(usize::from(place))?.0.eq_ignore_ascii_case(word) {
                return Some(Keyword(place));
            }
            slot = (slot + 1) % SLOTS.len();
        }
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

/// The keywords by their hash: their places in `TABLE` plus one, 0 for none. A keyword whose slot is taken has the next free one.
static SLOTS: [u16; 2048] = {
    let mut slots = [0; 2048];
    let mut i = 0;
    while i < TABLE.len() {
        let mut slot = hash(TABLE[i].0.as_bytes());
        while slots[slot] != 0 {
            slot = (slot + 1) % slots.len();
        }
        i += 1;
        slots[slot] = i as u16;
    }
    slots
};

/// FNV-1a, folded to a slot: the same for capital letters.
const fn hash(word: &[u8]) -> usize {
    let mut hash: u32 = 0x811c_9dc5;
    let mut i = 0;
    while i < word.len() {
        hash = (hash ^ (word[i] | 0x20) as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    ((hash ^ (hash >> 15)) % 2048) as usize
}

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
