//! Which finding another one follows from.

use crate::replay::Subject;
use crate::rules::Diagnostic;
use crate::sort::{insert_pair, value};
use crate::source::{FileId, Span};

/// A finding: its file, and its place in the list of that file's findings.
pub type FindingId = (FileId, u32);

/// What the findings of the first files follow from.
#[derive(Default)]
pub struct Causes {
    /// The first finding that misses a thing.
    first_missing: Vec<(Key, FindingId)>,
    /// Of the statements that PostgreSQL refuses, in order.
    of_refused: Vec<(FindingId, FindingId)>,
}

type Key = (&'static str, String);

impl Causes {
    /// Takes in what was found in the next file.
    pub fn take(&mut self, file: FileId, found: &[Diagnostic]) {
        let mut by_place: Vec<(Span, FindingId)> = Vec::new();
        for (index, d) in (0..).zip(found) {
            let id = (file, index);
            // Only what the replay refused is a cause; the bodies that miss the same have none before all files are taken in.
            let missing = d.subject.as_ref().filter(|_| d.sqlstate.is_some_and(is_missing)).map(key);
            let cause = match &missing {
                // The type of a table's rows is missing with the table.
                Some((kind, name)) => {
                    let of_kind = |kind| value(&self.first_missing, &(kind, name.clone())).copied();
                    of_kind(*kind).or_else(|| of_kind("relation").filter(|_| *kind == "type"))
                }
                None => d.cause.and_then(|span| value(&by_place, &span).copied()),
            };
            if d.sqlstate.is_some() {
                insert_pair(&mut by_place, d.location.span, id);
                self.of_refused.extend(cause.map(|cause| (id, cause)));
            }
            if let Some(key) = missing {
                insert_pair(&mut self.first_missing, key, id);
            }
            // A mistake reads as one, however far it reaches.
            for subject in &d.provides {
                insert_pair(&mut self.first_missing, key(subject), cause.unwrap_or(id));
            }
        }
    }

    /// The finding that this one follows from.
    pub fn of(&self, id: FindingId, d: &Diagnostic) -> Option<FindingId> {
        match d.sqlstate {
            Some(_) => value(&self.of_refused, &id).copied(),
            None => d.subject.as_ref().and_then(|subject| value(&self.first_missing, &key(subject)).copied()),
        }
    }

    /// The first in the row of those that this one follows from.
    pub fn root(&self, id: FindingId, d: &Diagnostic) -> Option<FindingId> {
        let mut root = self.of(id, d)?;
        // Each stands before what follows from it, and is of a statement that PostgreSQL refuses.
        while let Some(cause) = value(&self.of_refused, &root) {
            root = *cause;
        }
        Some(root)
    }
}

/// The same object may be written with and without its schema.
fn key(subject: &Subject) -> Key {
    (subject.kind, subject.name.strip_prefix("public.").unwrap_or(&subject.name).to_string())
}

/// The SQLSTATEs that say that something does not exist.
fn is_missing(sqlstate: &str) -> bool {
    matches!(sqlstate, "42P01" | "42703" | "42883" | "42704" | "3F000")
}
