//! naming/edited-migration: a file says something else than what the live database ran.

use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "naming/edited-migration",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("applied migration was edited"),
    doc: page!("naming/edited-migration"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    let source = &cx.file.source;
    if source.is_in(&cx.common.config.edited) {
        cx.report(Span::at(0), format!("`{}` was edited after it was applied", source.file_name()))
            .help("no database that has it runs it again: put it back, and write the change into a new migration");
    }
}
