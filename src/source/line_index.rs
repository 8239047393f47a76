//! Byte offsets to lines, columns and UTF-16 units, as editors and reports count them.

use serde::Serialize;

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in characters (Unicode scalar values).
    pub column: u32,
    /// Bytes from the start of the file.
    pub offset: u32,
    /// UTF-16 code units from the start of the file, as editors count.
    pub utf16: u32,
}

/// The line starts of one text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// For each line its byte offset and the UTF-16 units before it.
    lines: Vec<(u32, u32)>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let mut lines = vec![(0, 0)];
        let mut utf16 = 0u32;
        let mut line_start = 0usize;
        for (newline, _) in text.match_indices('\n') {
            let line = &text[line_start..=newline];
            utf16 += utf16_len(line);
            line_start = newline + 1;
            lines.push((line_start as u32, utf16));
        }
        Self { lines }
    }

    /// The position of a byte offset; an offset past the end or inside a character is moved back to a boundary.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines.partition_point(|&(start, _)| start as usize <= offset) - 1; // lines[0] starts at 0
        let (start, utf16) = self.lines[line];
        let before = &text[start as usize..offset];
        Position {
            line: line as u32 + 1,
            column: before.chars().count() as u32 + 1,
            offset: offset as u32,
            utf16: utf16 + utf16_len(before),
        }
    }

    /// The byte range of a line (from 1) without its newline.
    pub fn line_range(&self, text: &str, line: u32) -> std::ops::Range<usize> {
        let start = self.lines.get(line as usize - 1).map_or(text.len(), |l| l.0 as usize);
        let end = self.lines.get(line as usize).map_or(text.len(), |l| l.0 as usize - 1);
        start..end
    }
}

fn utf16_len(text: &str) -> u32 {
    if text.is_ascii() { text.len() as u32 } else { text.encode_utf16().count() as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_bytes_and_utf16_units() {
        let text = "a\né𝄞x\r\n";
        let index = LineIndex::new(text);
        let at = |offset| {
            let p = index.position(text, offset);
            (p.line, p.column, p.offset, p.utf16)
        };
        assert_eq!(at(0), (1, 1, 0, 0));
        assert_eq!(at(2), (2, 1, 2, 2));
        assert_eq!(at(8), (2, 3, 8, 5)); // after é (2 bytes, 1 unit) and 𝄞 (4 bytes, 2 units)
        assert_eq!(at(5), (2, 2, 4, 3)); // inside 𝄞
        assert_eq!(at(99), (3, 1, 11, 8));
        assert_eq!(&text[index.line_range(text, 2)], "é𝄞x\r");
    }
}
