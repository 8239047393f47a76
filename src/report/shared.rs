//! What the formats have in common: places in the files' own text, what follows from what, fingerprints, counts in words.

use super::{Finding, Report, Summary};
use crate::rules::md5;
use crate::sort::{sort, sort_by_key};
use crate::source::{LineIndex, Position, SourceFile};
use std::fmt::Write;

/// The files that a report names. A finding may be in a file that is not there (a configuration that nobody handed over): it then has no text.
pub struct Sources<'a> {
    /// By path.
    files: Vec<(&'a str, &'a str, LineIndex)>,
}

impl<'a> Sources<'a> {
    pub fn of(report: &Report, files: &'a [SourceFile]) -> Self {
        let edits = report.findings.iter().flat_map(|f| &f.fixes).flat_map(|fix| &fix.edits).map(|edit| &*edit.file);
        let named = report.findings.iter().map(|f| &*f.file).chain(edits);
        let mut named: Vec<&str> = named.chain(report.uncertain.iter().map(|u| &*u.file)).collect();
        sort(&mut named);
        let named = files.iter().filter(|f| named.binary_search(&&*f.path).is_ok());
        let mut files: Vec<_> = named.map(|f| (&*f.path, &*f.text, LineIndex::new(&f.text))).collect();
        sort_by_key(&mut files, |(path, ..)| *path);
        Self { files }
    }

    fn file(&self, path: &str) -> Option<(&'a str, &LineIndex)> {
        let at = self.files.binary_search_by(|(found, ..)| (*found).cmp(path)).ok()?;
        self.files.get(at).map(|(_, text, lines)| (*text, lines))
    }

    pub fn text(&self, path: &str) -> Option<&'a str> {
        self.file(path).map(|(text, _)| text)
    }

    /// The column in UTF-16 code units, from 1; in characters where the text is not known.
    pub fn utf16_column(&self, path: &str, at: Position) -> u32 {
        let Some((text, lines)) = self.file(path) else { return at.column };
        let start = lines.line_range(text, at.line).start as u32;
        let start = lines.position(text, start).utf16;
        at.utf16.checked_sub(start).map_or(at.column, |units| units + 1)
    }

    /// The text that a finding is about.
    pub fn slice(&self, finding: &Finding) -> &'a str {
        let range = finding.start.offset as usize..finding.end.offset as usize;
        self.text(&finding.file).and_then(|text| text.get(range)).unwrap_or("")
    }

    /// The line that a finding starts in.
    pub fn line(&self, finding: &Finding) -> Option<&'a str> {
        let (text, lines) = self.file(&finding.file)?;
        text.get(lines.line_range(text, finding.start.line)).map(str::trim_end)
    }
}

/// For each finding, which ones follow from it.
pub fn consequences(report: &Report) -> Vec<Vec<&Finding>> {
    let mut follow = vec![Vec::new(); report.findings.len()];
    for finding in &report.findings {
        if let Some(list) = finding.caused_by.and_then(|cause| follow.get_mut(cause as usize)) {
            list.push(finding);
        }
    }
    follow
}

/// `2 more findings follow from this`, if any does.
pub fn what_follows(count: usize) -> Option<String> {
    let noun = if count == 1 { "finding follows" } else { "findings follow" };
    (count > 0).then(|| format!("{count} more {noun} from this"))
}

/// A name for each finding that stays when lines move and messages are reworded: what rule says it of which words of which file. Where that names
/// several, they are counted.
pub fn fingerprints(report: &Report, sources: &Sources) -> Vec<String> {
    let name = |finding: &Finding| {
        let words: Vec<&str> = sources.slice(finding).split_whitespace().collect();
        let object = finding.object.as_deref().unwrap_or_default();
        [&*finding.rule, &*finding.file, object, &*words.join(" ")].join("\0")
    };
    let names: Vec<String> = report.findings.iter().map(name).collect();
    let mut by_name: Vec<usize> = (0..names.len()).collect();
    sort_by_key(&mut by_name, |&at| &names[at]);
    let mut prints = vec![String::new(); names.len()];
    let (mut last, mut count) = ("", 0);
    for at in by_name {
        count = if names[at] == last { count + 1 } else { 1 };
        last = &names[at];
        prints[at] = md5(&format!("{last}\0{count}"));
    }
    prints
}

/// `1 file`, `2 files`.
pub fn count(n: u32, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// `3 errors, 1 warning`, or `no findings`.
pub fn verdict(summary: &Summary) -> String {
    let parts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(n, noun)).collect();
    if parts.is_empty() { "no findings".to_string() } else { parts.join(", ") }
}

/// What the replay could not know, as a sentence without its full stop.
pub fn not_judged(summary: &Summary) -> Option<String> {
    let (n, is) = (summary.uncertain, if summary.uncertain == 1 { "is" } else { "are" });
    (n > 0).then(|| format!("{} could not be followed to the end and {is} not judged in full", count(n, "statement")))
}

/// How many findings have a fix.
pub fn fixable(report: &Report) -> u32 {
    report.findings.iter().filter(|f| !f.fixes.is_empty()).count() as u32
}

/// The steps, numbered, as they can be copied.
pub fn recipe(finding: &Finding) -> String {
    let mut out = String::new();
    for (step, number) in finding.recipe.iter().zip(1..) {
        let newline = if number > 1 { "\n" } else { "" };
        let _ = write!(out, "{newline}-- {number}. {}\n{}", step.title, step.sql);
    }
    out
}
