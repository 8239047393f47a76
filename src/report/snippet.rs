//! A finding as compilers print them: its message, its place, the source line with the span underlined, and notes below.
//!
//! The form is that of rustc and of the crate annotate-snippets, which the tests compare with; that crate alone would take 37 KiB of the wasm module.

use super::Finding;
use super::shared::{recipe, what_follows};
use crate::letters;
use crate::rules::Severity;

/// How wide a line of source is at most, its number included.
const WIDTH: usize = 140;
/// What stays visible before the span when a line is cut.
const BEFORE: usize = 20;

/// Codes that a terminal shows as colors; none in plain text.
pub struct Colors {
    error: &'static str,
    warning: &'static str,
    info: &'static str,
    margin: &'static str,
    bold: &'static str,
    off: &'static str,
}

pub const PLAIN: Colors = Colors { error: "", warning: "", info: "", margin: "", bold: "", off: "" };
pub const STYLED: Colors = Colors {
    error: "\x1b[1m\x1b[91m",
    warning: "\x1b[1m\x1b[33m",
    info: "\x1b[1m\x1b[94m",
    margin: "\x1b[1m\x1b[94m",
    bold: "\x1b[1m",
    off: "\x1b[0m",
};

/// Writes the finding, with the text of its file where that is known, and how many findings follow from it. No newline at the end.
pub fn write(out: &mut String, finding: &Finding, source: Option<&str>, follow: usize, colors: &Colors) {
    let Colors { margin, bold, off, .. } = *colors;
    let level = match finding.severity {
        Severity::Error => colors.error,
        Severity::Warning => colors.warning,
        Severity::Info => colors.info,
    };
    let (word, rule) = (finding.severity.word(), &*finding.rule);
    put(out, &[level, word, "[", rule, "]", off, bold, ": "]);
    let indent = " ".repeat(word.len() + rule.len() + 4);
    for (line, number) in finding.message.split('\n').zip(0..) {
        if number > 0 {
            put(out, &["\n", &indent, bold]);
        }
        visible(out, line);
        out.push_str(off);
    }

    let source = source.and_then(|text| underlined(finding, text));
    let number = finding.start.line.to_string();
    let pad = " ".repeat(if source.is_some() { number.len() } else { 0 });
    put(out, &["\n", &pad, margin, "--> ", off]);
    visible(out, &finding.file);
    put(out, &[":", &number, ":", &finding.start.column.to_string()]);
    let mut is_framed = false;
    if let Some((before, spanned, after)) = source {
        let shown = Shown::of(before, spanned, after, WIDTH - number.len() - 3);
        put(out, &["\n", &pad, " ", margin, "|", off, "\n", margin, &number, off, " ", margin, "|", off]);
        if !shown.text.is_empty() {
            put(out, &[" ", &shown.text]);
        }
        put(out, &["\n", &pad, " ", margin, "|", off, " ", &" ".repeat(shown.start), level]);
        out.push_str(&"^".repeat(shown.length));
        if let Some(sqlstate) = &finding.sqlstate {
            put(out, &[off, " ", level, "SQLSTATE ", sqlstate]);
        }
        out.push_str(off);
        is_framed = true;
    }

    let steps = match finding.recipe.is_empty() {
        true => None,
        false => Some(["a migration for each step\n", &*recipe(finding)].concat()),
    };
    let notes = [
        ("help", finding.help.clone()),
        ("fix", finding.fixes.first().map(|fix| fix.title.clone())),
        ("recipe", steps),
        ("note", what_follows(follow)),
    ];
    for (name, note) in notes {
        let Some(note) = note else { continue };
        if std::mem::take(&mut is_framed) {
            put(out, &["\n", &pad, " ", margin, "|", off]);
        }
        put(out, &["\n", &pad, " ", margin, "= ", off, bold, name, off, ": "]);
        let indent = " ".repeat(pad.len() + name.len() + 5);
        for (line, number) in note.split('\n').zip(0..) {
            if number > 0 {
                put(out, &["\n", &indent]);
            }
            visible(out, line);
        }
    }
}

fn put(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

/// The line that the finding starts in: what stands before the span, the span as far as it is in that line, and what stands after it.
fn underlined<'a>(finding: &Finding, text: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
    let (start, end) = (finding.start.offset as usize, finding.end.offset as usize);
    let (before, _) = (text.get(..start)?, text.get(start..end)?); // of another text, it may lie anywhere
    let from = before.len() - before.split('\n').next_back().map_or(0, str::len);
    let line = text[from..].split('\n').next().unwrap_or_default();
    let has_end = text.len() > from + line.len();
    let line = line.strip_suffix('\r').filter(|_| has_end).unwrap_or(line);
    let [start, end] = [start, end].map(|at| (at - from).min(line.len()));
    Some((&line[..start], &line[start..end], &line[end..]))
}

/// A source line as it is printed, and the columns of it that are underlined.
struct Shown {
    text: String,
    start: usize,
    length: usize,
}

impl Shown {
    fn of(before: &str, spanned: &str, after: &str, limit: usize) -> Self {
        let (start, length) = (width(before), width(spanned).max(1));
        let whole = [before, spanned, after].concat();
        let all = width(&whole);
        // A line that is too long is cut after the span, and before it where that is not enough.
        let left = if all <= limit || start + length <= limit - 3 { 0 } else { start.saturating_sub(BEFORE) };
        let right = all.min(left + limit);
        let mut text = String::new();
        let mut column = 0;
        for char in whole.chars() {
            let next = column + char_width(char);
            if column >= left + cut(left > 0) && next + cut(right < all) <= right {
                text.push_str(if left > 0 && text.is_empty() { "..." } else { "" });
                visible(&mut text, char.encode_utf8(&mut [0; 4]));
            }
            column = next;
        }
        text.push_str(if right < all { "..." } else { "" });
        let start = start - left;
        Self { text, start, length: length.min(limit.saturating_sub(start)).max(1) }
    }
}

/// The columns of the dots that stand for what is cut.
fn cut(is: bool) -> usize {
    if is { 3 } else { 0 }
}

fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(char: char) -> usize {
    match char {
        '\t' => 4,
        _ if is_strange(char) => 1,
        _ => letters::width(char),
    }
}

/// Characters that a terminal would obey: control codes, and those that turn the direction of writing.
fn is_strange(char: char) -> bool {
    char.is_control() || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Appends a text of one line with nothing in it that a terminal would obey.
fn visible(out: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '\t' => out.push_str("    "),
            '\u{200d}' => {} // joins emoji; few terminals do so
            '\0'..='\x1f' => out.push(char::from_u32(0x2400 + char as u32).unwrap_or(' ')),
            '\x7f' => out.push('␡'),
            _ if is_strange(char) => out.push('\u{fffd}'),
            _ => out.push(char),
        }
    }
}
