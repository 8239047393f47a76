//! Names and types as written.

use super::Expr;
use crate::source::Span;
use std::sync::Arc;

/// Shared, immutable text.
pub type Symbol = Arc<str>;

/// An identifier: folded (unless quoted) and cut to 63 bytes, as PostgreSQL stores it.
#[derive(Clone, Debug)]
pub struct Name {
    pub text: Symbol,
    pub span: Span,
}

impl Name {
    pub fn new(text: impl Into<Symbol>, span: Span) -> Self {
        Self { text: text.into(), span }
    }
}

/// Two names are equal when PostgreSQL would store the same text; where they stand does not matter.
impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Name {}

impl std::ops::Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// `[database .] [schema .] name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualifiedName {
    pub database: Option<Box<Name>>,
    pub schema: Option<Name>,
    pub name: Name,
    /// ONLY stands before it: without the tables that inherit from it.
    pub only: bool,
}

impl QualifiedName {
    pub fn span(&self) -> Span {
        let first = self.database.as_deref().or(self.schema.as_ref()).unwrap_or(&self.name);
        first.span.to(self.name.span)
    }
}

/// As PostgreSQL prints it in messages: the parts unquoted, joined by dots.
impl std::fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in self.database.as_deref().into_iter().chain(&self.schema) {
            write!(f, "{part}.")?;
        }
        f.write_str(&self.name)
    }
}

/// A type as written. The grammar's own spellings are resolved as PostgreSQL's grammar does: `int` is `pg_catalog.int4`,
/// `timestamp with time zone` is `pg_catalog.timestamptz`, `character` is `pg_catalog.bpchar(1)`.
#[derive(Debug)]
pub struct TypeName {
    pub name: QualifiedName,
    /// `(10, 2)`; for an interval's fields the range mask that PostgreSQL's grammar gives.
    pub modifiers: Vec<Expr>,
    /// `[]`, `[3][]`, `ARRAY`: how many.
    pub array_dimensions: u8,
    pub setof: bool,
    /// `table.column%TYPE`: `name` is the table (schema-qualified or not), this the column.
    pub percent_type: Option<Name>,
    pub span: Span,
}
