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

/// The line starts of one text, and places in its long lines.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// In order: where each line starts, and a place in every so many bytes of it.
    marks: Vec<Position>,
}

/// Between two marks of a line, in bytes: what is counted anew for each position.
const STRETCH: usize = 256;

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let mut marks = Vec::new();
        let mut mark = Position { line: 1, column: 1, offset: 0, utf16: 0 };
        for line in text.split_inclusive('\n') {
            let mut rest = line;
            while rest.len() > STRETCH {
                marks.push(mark);
                let stretch = &rest[..rest.floor_char_boundary(STRETCH)];
                mark = after(mark, stretch);
                rest = &rest[stretch.len()..];
            }
            marks.push(mark);
            mark = after(mark, rest);
            if line.ends_with('\n') {
                mark.line += 1;
                mark.column = 1;
            }
        }
        // Where the text ends, or its last line starts.
        marks.push(mark);
        Self { marks }
    }

    /// The position of a byte offset; an offset past the end or inside a character is moved back to a boundary.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let offset = text.floor_char_boundary(offset as usize);
        let next = self.marks.partition_point(|mark| mark.offset as usize <= offset);
        let mark = self.marks[next - 1]; // marks[0] is at 0
        after(mark, &text[mark.offset as usize..offset])
    }

    /// The byte range of a line (from 1) without its newline.
    pub fn line_range(&self, text: &str, line: u32) -> std::ops::Range<usize> {
        let start_of = |line: u32| {
            let at = self.marks.partition_point(|mark| mark.line < line);
            self.marks.get(at).map(|mark| mark.offset as usize)
        };
        let start = start_of(line).unwrap_or(text.len());
        let end = start_of(line + 1).map_or(text.len(), |next| next - 1);
        start..end
    }
}

/// The position after a piece of a line.
fn after(mark: Position, piece: &str) -> Position {
    let bytes = piece.len() as u32;
    let (characters, units) = match piece.is_ascii() {
        true => (bytes, bytes),
        false => (piece.chars().count() as u32, piece.encode_utf16().count() as u32),
    };
    Position {
        line: mark.line,
        column: mark.column + characters,
        offset: mark.offset + bytes,
        utf16: mark.utf16 + units,
    }
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
        assert_eq!(index.line_range(text, 3), 11..11);
    }

    #[test]
    fn long_lines_are_counted_as_short_ones_are() {
        let text = format!("{}\n{}x", "aé𝄞".repeat(300), "é".repeat(1000));
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let before = &text[..offset];
            let line = before.rsplit('\n').next().unwrap();
            let expected = Position {
                line: before.matches('\n').count() as u32 + 1,
                column: line.chars().count() as u32 + 1,
                offset: offset as u32,
                utf16: before.encode_utf16().count() as u32,
            };
            assert_eq!(index.position(&text, offset as u32), expected);
        }
    }
}
