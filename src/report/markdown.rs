//! A comment on a pull request, or a job summary: GitHub's Markdown.

use super::shared::{Sources, consequences, count, fixable, not_judged, recipe, verdict, what_follows};
use super::{Finding, Report};
use crate::letters;
use crate::rules::Severity;
use crate::source::SourceFile;
use std::fmt::Write;

/// The longest comment. GitHub takes 65,536 characters; bytes are never fewer, and whoever posts it may want to mark it as theirs.
pub const COMMENT: usize = 65_000;
/// The longest summary of a step of GitHub Actions, in bytes, with what earlier commands wrote.
pub const JOB_SUMMARY: usize = 1 << 20;

/// What is kept free for the lines at the end.
const RESERVE: usize = 500;
/// How many of the findings that follow from one are listed.
const LISTED: usize = 10;

/// A finding, rendered: its row of the table, and what can be unfolded below it.
struct Entry {
    row: String,
    details: String,
}

/// Renders the report in at most `limit` bytes. What finds no room is counted, warnings before errors. What follows from another finding is listed
/// under it.
pub fn render(report: &Report, files: &[SourceFile], limit: usize) -> String {
    let sources = Sources::of(report, files);
    let follow = consequences(report);
    let mut out = head(report);
    // By file, in the order of the report; each file's entries in order too.
    let mut groups: Vec<(&str, Vec<Entry>)> = Vec::new();
    let causes: Vec<usize> = (0..report.findings.len()).filter(|&i| report.findings[i].caused_by.is_none()).collect();
    let mut chosen = vec![false; report.findings.len()];
    let (mut used, mut left_out, mut is_full) = (out.len() + RESERVE, Vec::new(), false);
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let mut hidden = 0;
        for &index in causes.iter().filter(|&&i| report.findings[i].severity == severity) {
            let finding = &report.findings[index];
            // A file's heading and the frame of its table count with each of its findings.
            let size = entry(finding, &follow[index], &sources).size() + 2 * finding.file.len() + 80;
            is_full |= used + size > limit;
            if is_full {
                hidden += 1;
            } else {
                used += size;
                chosen[index] = true;
            }
        }
        if hidden > 0 {
            left_out.push(count(hidden, severity.word()));
        }
    }
    for index in causes.into_iter().filter(|&i| chosen[i]) {
        let finding = &report.findings[index];
        let entry = entry(finding, &follow[index], &sources);
        // From the end: the findings are in order of files.
        match groups.iter_mut().rev().find(|(file, _)| *file == finding.file) {
            Some((_, entries)) => entries.push(entry),
            None => groups.push((&finding.file, vec![entry])),
        }
    }
    for (file, entries) in groups {
        let _ = write!(out, "\n#### {}\n\n| Line | Finding |\n|--:|---|\n", code(file, false));
        entries.iter().for_each(|entry| out.push_str(&entry.row));
        out.push('\n');
        entries.iter().for_each(|entry| out.push_str(&entry.details));
    }
    if !left_out.is_empty() {
        let left_out = left_out.join(", ");
        let _ = writeln!(out, "\n**There was no room for {left_out} more.** `pgdry check` shows them.");
    }
    if let Some(sentence) = not_judged(&report.summary) {
        let _ = writeln!(out, "\n{sentence}.");
    }
    out
}

impl Entry {
    fn size(&self) -> usize {
        self.row.len() + self.details.len()
    }
}

fn head(report: &Report) -> String {
    let s = &report.summary;
    let mark = match (s.errors, s.warnings) {
        (0, 0) => "✅",
        (0, _) => "⚠️",
        _ => "❌",
    };
    let (files, statements) = (count(s.files, "file"), count(s.statements, "statement"));
    let mut out = format!("### {mark} pgdry: {}\n\n{files}, {statements}", verdict(s));
    let followers = report.findings.iter().filter(|f| f.caused_by.is_some()).count() as u32;
    if followers > 0 {
        let _ = write!(out, "; {followers} of {} follow from others", count(report.findings.len() as u32, "finding"));
    }
    match fixable(report) {
        0 => {}
        n => {
            let _ = write!(out, "; {n} fixable with `pgdry check --fix`");
        }
    }
    out + ".\n"
}

fn entry(finding: &Finding, follow: &[&Finding], sources: &Sources) -> Entry {
    let mark = match finding.severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Info => "ℹ️",
    };
    let (line, severity) = (finding.start.line, finding.severity.word());
    let (rule, message) = (code(&finding.rule, true), prose(&finding.message, true));
    let row = format!("| {line} | {mark} **{severity}** {rule}<br>{message} |\n");
    let mut details = String::new();
    if let Some(source) = sources.line(finding).filter(|line| !line.trim().is_empty()) {
        details.push_str(&fenced("sql", source.trim()));
    }
    if let Some(sqlstate) = &finding.sqlstate {
        let _ = write!(details, "SQLSTATE {}\n\n", prose(sqlstate, false));
    }
    if let Some(help) = &finding.help {
        let _ = write!(details, "**Help:** {}\n\n", prose(help, false));
    }
    if let Some(fix) = finding.fixes.first() {
        let _ = write!(details, "**Fix:** {} (`pgdry check --fix`)\n\n", prose(&fix.title, false));
    }
    if !finding.recipe.is_empty() {
        details.push_str("**Recipe:** a migration for each step\n\n");
        details.push_str(&fenced("sql", &recipe(finding)));
    }
    if let Some(sentence) = what_follows(follow.len()) {
        let _ = write!(details, "{sentence}:\n\n");
        for finding in follow.iter().take(LISTED) {
            let (file, line) = (&finding.file, finding.start.line);
            let _ =
                writeln!(details, "- {}: {}", code(&format!("{file}:{line}"), false), prose(&finding.message, false));
        }
        if follow.len() > LISTED {
            let _ = writeln!(details, "- and {} more", follow.len() - LISTED);
        }
        details.push('\n');
    }
    if !details.is_empty() {
        let title = format!("Line {line}: {}", html(&finding.rule));
        details = format!("<details><summary>{title}</summary>\n\n{details}</details>\n");
    }
    Entry { row, details }
}

/// A block of code; its fence is longer than any in it.
fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n\n", printable(text))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A text as code, where Markdown can say it so; otherwise as prose.
fn code(text: &str, in_table: bool) -> String {
    let strange = |c: char| c == '`' || c.is_control() || (in_table && matches!(c, '|' | '\\'));
    match text.is_empty() || text.starts_with(' ') || text.ends_with(' ') || text.contains(strange) {
        true => literal(text),
        false => format!("`{text}`"),
    }
}

/// A message: what stands between backticks is code, everything else means itself.
fn prose(text: &str, in_table: bool) -> String {
    if text.matches('`').count() % 2 == 1 {
        return literal(text); // a backtick without its twin
    }
    let mut out = String::new();
    let mut is_code = false;
    for part in text.split('`') {
        match code(part, in_table) {
            code if is_code && code.starts_with('`') => out.push_str(&code),
            _ if is_code => {
                let _ = write!(out, "\\`{}\\`", literal(part));
            }
            _ => out.push_str(&literal(part)),
        }
        is_code = !is_code;
    }
    out
}

/// A text that Markdown, HTML and GitHub's mentions have nothing to say to, on one line.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            // GitHub looks for mentions after Markdown, and a comment is nothing but a border.
            '@' | '#' if chars.peek().is_some_and(|&c| letters::is_letter(c) || letters::is_number(c)) => {
                let _ = write!(out, "{c}<!-- -->");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ if c.is_control() => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

fn html(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn printable(text: &str) -> String {
    let visible = |c: char| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c };
    text.replace("\r\n", "\n").chars().map(visible).collect()
}
