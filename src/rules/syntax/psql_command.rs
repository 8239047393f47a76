//! syntax/psql-command: a command of psql, which no other client knows.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "syntax/psql-command",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("psql command, which is no SQL"),
    doc: page!("syntax/psql-command"),
    since: "0.1.0",
    // Reported with the replay's refusals, in `schema::refusals`.
    check: Check::Engine,
};
