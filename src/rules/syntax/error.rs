//! syntax/error: a statement that PostgreSQL's parser refuses.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "syntax/error",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("statement that PostgreSQL's parser refuses"),
    doc: page!("syntax/error"),
    since: "0.1.0",
    // Reported with the replay's refusals, in `schema::refusals`.
    check: Check::Engine,
};
