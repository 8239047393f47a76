//! naming/duplicate-version: two migrations with the same version, of which `supabase db push` applies one.

use crate::rules::prelude::*;
use crate::source::{Location, MigrationName, Span};

pub const RULE: Rule = Rule {
    name: "naming/duplicate-version",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("two migrations have the same version"),
    doc: page!("naming/duplicate-version"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let timeline = cx.timeline;
    // In order of version.
    let mut known: Vec<(&str, &str)> = Vec::new();
    for file in &timeline.files {
        let name = file.source.file_name();
        let Some(version) = MigrationName::version_of(name) else { continue };
        let place = known.binary_search_by(|(other, _)| (*other).cmp(version));
        let earlier = match place {
            Ok(at) => known[at].1,
            Err(at) => {
                known.insert(at, (version, name));
                continue;
            }
        };
        if earlier != name {
            let at = Location { file: file.id, span: Span::at(0) };
            cx.report(at, format!("version {version} of `{name}` is already that of `{earlier}`")).help(
                "the version is the primary key of supabase_migrations.schema_migrations: give this file a later one",
            );
        }
    }
}
