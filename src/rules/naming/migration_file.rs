//! naming/migration-file: a file whose name is not `YYYYMMDDHHMMSS_description.sql`.

use crate::rules::prelude::*;
use crate::source::{MigrationNameError, Span};

pub const RULE: Rule = Rule {
    name: "naming/migration-file",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("file name is not `YYYYMMDDHHMMSS_description.sql`"),
    doc: page!("naming/migration-file"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    // A single file or a piped text is not a migrations folder.
    if cx.common.is_partial() {
        return;
    }
    let source = &cx.file.source;
    match source.migration_name() {
        Err(error) => {
            let finding = cx.report(Span::at(0), format!("`{}`: {error}", source.file_name()));
            finding.help(
                "name it `YYYYMMDDHHMMSS_description.sql`: `supabase migration new description` makes such a file",
            );
            // The file is applied all the same.
            if matches!(error, MigrationNameError::Description(_)) {
                finding.severity = finding.severity.min(Severity::Warning);
            }
        }
        Ok(name) if name.is_baseline() => {
            let files = cx.common.files_so_far();
            let others = files.iter().filter(|f| f.source.migration_name().is_ok_and(|n| n.is_baseline()));
            if let Some(first) = others.map(|f| f.id).next()
                && first != cx.file.id
            {
                let first = cx.common.file(first).source.file_name();
                cx.report(Span::at(0), format!("`{}` is a second baseline beside `{first}`", source.file_name()))
                    .help("keep one file with the version 99999999999999");
            }
        }
        Ok(_) => {}
    }
}
