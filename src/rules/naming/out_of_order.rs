//! naming/out-of-order: a migration that runs after one of a later version, because files run in the order of their names' bytes.

use crate::rules::prelude::*;
use crate::source::{Location, MigrationName, Span};

pub const RULE: Rule = Rule {
    name: "naming/out-of-order",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("runs after a migration with a later version"),
    doc: page!("naming/out-of-order"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let timeline = cx.timeline;
    let mut latest: Option<(u64, &str)> = None;
    for file in &timeline.files {
        let name = file.source.file_name();
        let Some(number) = MigrationName::version_of(name).and_then(number) else { continue };
        match latest {
            Some((earlier, before)) if earlier > number => {
                let at = Location { file: file.id, span: Span::at(0) };
                cx.report(at, format!("`{name}` runs after `{before}`, whose version is later")).help(
                    "files run in the order of their names, character by character: give all versions the same number of digits",
                );
            }
            _ => latest = Some((number, name)),
        }
    }
}

/// A counter, or a time of which the rest is taken for zeros: `20250131` is before `20250131120000`.
fn number(version: &str) -> Option<u64> {
    let number: u64 = version.parse().ok()?;
    let is_date = (8..14).contains(&version.len()) && version.starts_with("20");
    let missing = if is_date { 14 - version.len() as u32 } else { 0 };
    number.checked_mul(10u64.pow(missing))
}
