//! naming/future-version: a version later than today, which every migration of the days until then sorts before.

use crate::rules::prelude::*;
use crate::source::{Span, day_of_version};

pub const RULE: Rule = Rule {
    name: "naming/future-version",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("version later than today"),
    doc: page!("naming/future-version"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    let Some(today) = cx.common.config.now.as_deref().and_then(day_of_version) else { return };
    let Ok(name) = cx.file.source.migration_name() else { return };
    // Somewhere it is tomorrow already.
    if day_of_version(name.version).is_none_or(|day| day <= today + 1)
        || name.is_baseline()
        || cx.common.is_applied(cx.file.id)
    {
        return;
    }
    let message = format!("version {} of `{}` is in the future", name.version, cx.file.source.file_name());
    cx.report(Span::at(0), message).help(
        "migrations made until then sort before it, and `supabase db push` refuses them once it is applied: give it today's time",
    );
}
