//! The one value that rules, contract and generators read.

use super::{Effects, SqlError};
use crate::catalog::Catalog;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::ast::{Statement, Symbol};
use crate::syntax::{Comment, Newer, SyntaxError};
use std::sync::Arc;

/// A replayed chain.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// In replay order: byte order of the file names.
    pub files: Vec<Arc<FileReplay>>,
    pub start: Catalog,
}

impl Timeline {
    /// The catalog after the last statement.
    pub fn end(&self) -> &Catalog {
        self.files.last().map_or(&self.start, |f| &f.after)
    }

    pub fn file(&self, id: FileId) -> &FileReplay {
        &self.files[id.0 as usize] // ids are given out by place in this list
    }

    pub fn steps(&self) -> impl Iterator<Item = (&FileReplay, &Step)> {
        self.files.iter().flat_map(|file| file.steps.iter().map(move |step| (&**file, step)))
    }
}

#[derive(Debug)]
pub struct FileReplay {
    pub id: FileId,
    pub source: SourceFile,
    pub comments: Vec<Comment>,
    pub steps: Vec<Step>,
    /// The places of those that drop policies.
    pub dropped_policies: Vec<usize>,
    pub before: Catalog,
    pub after: Catalog,
}

impl FileReplay {
    /// The statement around a place.
    pub fn step_at(&self, span: Span) -> Option<&Step> {
        let next = self.steps.partition_point(|step| step.span.start <= span.start);
        self.steps.get(next.wrapping_sub(1)).filter(|step| step.span.contains(span))
    }
}

/// One statement with what it did.
#[derive(Debug)]
pub struct Step {
    /// Of the statement without its `;`.
    pub span: Span,
    /// Just after its `;`, or the span's end where there is none.
    pub end: u32,
    pub statement: Option<Statement>,
    pub verdict: Verdict,
    pub effects: Effects,
    /// What of it older versions of PostgreSQL do not read.
    pub newer: Vec<Newer>,
    pub before: Catalog,
    pub after: Catalog,
    /// The explicit transaction block that it stands in: the index of the step that began it.
    pub block: Option<u32>,
}

#[derive(Clone, Debug)]
pub enum Verdict {
    Applied,
    /// It does not parse.
    Syntax(SyntaxError),
    /// PostgreSQL would refuse it.
    Refused(SqlError),
    /// It stands in a transaction block that an earlier error aborted (25P02).
    Skipped,
    /// It depends on something that could not be followed: nothing is said of it.
    Unknown(Symbol),
}

impl Step {
    /// Why it is not known what the statement, or a part of it, does.
    pub fn uncertain(&self) -> Option<&Symbol> {
        match &self.verdict {
            Verdict::Unknown(reason) => Some(reason),
            _ => self.after.unknowns.added_since(&self.before.unknowns),
        }
    }

    /// The statement when it applied.
    pub fn applied(&self) -> Option<&Statement> {
        self.statement.as_ref().filter(|_| matches!(self.verdict, Verdict::Applied))
    }
}
