//! docs/header: a migration begins with a comment that says what it is, of when, and what it does.

use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "docs/header",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("migration without a header comment"),
    doc: page!("docs/header"),
    since: "0.1.0",
    check: Check::Migration(check),
};

const FIELDS: [&str; 3] = ["Migration", "Date", "Description"];

fn check(cx: &mut MigrationContext) {
    let Some(first) = cx.file.steps.first() else { return };
    let mut lines: Vec<&str> = Vec::new();
    for comment in cx.file.comments.iter().filter(|c| c.span.end <= first.span.start) {
        lines.extend(cx.file.source.slice(comment.span).lines());
    }
    let value = |field: &str| {
        lines.iter().find_map(|line| {
            let line = line.trim_start_matches(|c: char| c == '-' || c == '*' || c == '/' || c.is_whitespace());
            let (name, value) = line.split_once(':')?;
            let value = value.trim().trim_end_matches(['*', '/']).trim_end();
            (name.trim().eq_ignore_ascii_case(field) && !value.is_empty()).then_some(value)
        })
    };
    let missing: Vec<&str> = FIELDS.into_iter().filter(|field| value(field).is_none()).collect();
    let message = match value("Date").filter(|date| !is_date(date)) {
        _ if missing.len() == FIELDS.len() => "the migration has no header comment".to_string(),
        _ if !missing.is_empty() => format!("the header comment has no {}", missing.join(", no ")),
        Some(date) => format!("the header comment's date is `{date}`, which is no day of the form 2025-01-31"),
        None => return,
    };
    cx.report(Span::at(0), message)
        .help("begin the file with `-- Migration: …`, `-- Date: 2025-01-31`, `-- Description: …`, a line each");
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return false;
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<u32>(), month.parse::<u32>(), day.parse::<u32>()) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}
