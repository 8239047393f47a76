//! naming/duplicate-version: two migrations with the same version, of which `supabase db push` applies one.

use crate::rules::prelude::*;
use crate::source::{MigrationName, Span};

pub const RULE: Rule = Rule {
    name: "naming/duplicate-version",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "two migrations have the same version",
    doc: include_str!("../../../docs/rules/naming/duplicate-version.md"),
    splinter: None,
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    let name = cx.file.source.file_name();
    let Some(version) = MigrationName::version_of(name) else { return };
    let earlier = cx.common.timeline.files[..cx.file.id.0 as usize]
        .iter()
        .map(|f| f.source.file_name())
        .find(|earlier| MigrationName::version_of(earlier) == Some(version));
    if let Some(earlier) = earlier {
        cx.report(Span::at(0), format!("version {version} of `{name}` is already that of `{earlier}`")).help(
            "the version is the primary key of supabase_migrations.schema_migrations: give this file a later one",
        );
    }
}
