//! Files, positions and migration names: everything that is known before a byte of SQL is read.

mod line_index;
mod migration_name;
mod runs;

pub use line_index::{LineIndex, Position};
pub use migration_name::{MigrationName, MigrationNameError, Version, day_of_version};
pub use runs::{WordBytes, letters_and, only, runs};

use std::sync::Arc;

/// A file of the project, by its place in replay order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of byte offsets in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The empty span at one offset.
    pub const fn at(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// A span in a file of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    pub file: FileId,
    pub span: Span,
}

/// One SQL file: its path as the user gave it, and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub path: Arc<str>,
    pub text: Arc<str>,
    /// The path as seen from the configuration's folder, which its globs are matched with, where that is not `path`.
    pub config_path: Option<Arc<str>>,
    /// Where the file is not UTF-8: the offset in `text`, which has U+FFFD there, and the first wrong byte.
    pub invalid_utf8: Option<(u32, u8)>,
}

impl SourceFile {
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), config_path: None, invalid_utf8: None }
    }

    /// A file of any bytes. What is not UTF-8 is replaced, and the first such place kept.
    pub fn from_bytes(path: impl Into<Arc<str>>, bytes: &[u8]) -> Self {
        let at = match std::str::from_utf8(bytes) {
            Ok(text) => return Self::new(path, text),
            Err(error) => error.valid_up_to(),
        };
        let invalid_utf8 = u32::try_from(at).ok().zip(bytes.get(at).copied());
        Self { invalid_utf8, ..Self::new(path, String::from_utf8_lossy(bytes)) }
    }

    /// The last component of the path, which is what orders and names a migration.
    pub fn file_name(&self) -> &str {
        let after = self.path.bytes().rposition(|b| matches!(b, b'/' | b'\\')).map_or(0, |slash| slash + 1);
        &self.path[after..]
    }

    /// Whether a list of paths or file names has this file.
    pub fn is_in(&self, list: &[String]) -> bool {
        list.iter().any(|entry| **entry == *self.path || entry == self.file_name())
    }

    /// The text under a span; empty when the span does not lie on character boundaries of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    pub fn migration_name(&self) -> Result<MigrationName<'_>, MigrationNameError> {
        MigrationName::parse(self.file_name())
    }
}
