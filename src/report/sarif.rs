//! SARIF 2.1.0, for GitHub's code scanning and other readers (OASIS: Static Analysis Results Interchange Format).

use super::shared::{Sources, consequences, fingerprints, recipe, what_follows};
use super::{Edit, Finding, Fix, Report, Uncertain};
use crate::VERSION;
use crate::json::Writer;
use crate::rules::{self, Severity};
use crate::source::{Position, SourceFile};
use std::fmt::Write;

/// What relative addresses are relative to: the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// Renders every finding, with the pages of the rules that found something. The files' paths should be relative to the root of the repository.
pub fn render(report: &Report, files: &[SourceFile], page: &dyn Fn(&str) -> Option<String>) -> String {
    let mut rules: Vec<&str> = Vec::new();
    let mut indexes = Vec::with_capacity(report.findings.len());
    for finding in &report.findings {
        indexes.push(rules.iter().position(|rule| *rule == finding.rule).unwrap_or_else(|| {
            rules.push(&finding.rule);
            rules.len() - 1
        }) as u32);
    }
    let mut out = Log { json: Writer::default(), sources: Sources::of(report, files) };
    out.open("", '{');
    out.text("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    out.text("version", "2.1.0");
    out.open("runs", '[');
    out.open("", '{');

    out.open("tool", '{');
    out.open("driver", '{');
    out.text("name", "pgdry");
    out.text("fullName", concat!("pgdry ", env!("CARGO_PKG_VERSION")));
    out.text("version", VERSION);
    out.text("semanticVersion", VERSION);
    out.open("rules", '[');
    for id in rules {
        out.rule(id, page(id));
    }
    out.close(']');
    out.close('}');
    out.close('}');

    out.open("invocations", '[');
    out.open("", '{');
    out.json.is_true("executionSuccessful");
    if !report.uncertain.is_empty() {
        out.open("toolExecutionNotifications", '[');
        for statement in &report.uncertain {
            out.notification(statement);
        }
        out.close(']');
    }
    out.close('}');
    out.close(']');

    out.open("originalUriBaseIds", '{');
    out.open(ROOT, '{');
    out.message("description", "the root of the repository");
    out.close('}');
    out.close('}');
    out.text("columnKind", "utf16CodeUnits");

    out.open("results", '[');
    let follow = consequences(report);
    let fingerprints = fingerprints(report, &out.sources);
    for (at, finding) in report.findings.iter().enumerate() {
        let cause = finding.caused_by.and_then(|cause| report.findings.get(cause as usize));
        out.result(finding, indexes[at], follow[at].len(), cause, &fingerprints[at]);
    }
    out.close(']');
    out.close('}');
    out.close(']');
    out.close('}');
    out.json.end()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The log as it is written.
struct Log<'a> {
    json: Writer,
    sources: Sources<'a>,
}

impl Log<'_> {
    fn open(&mut self, key: &str, bracket: char) {
        self.json.open(key, bracket);
    }

    fn close(&mut self, bracket: char) {
        self.json.close(bracket);
    }

    fn text(&mut self, key: &str, text: &str) {
        self.json.text(key, text);
    }

    /// What SARIF calls a message: an object with a text.
    fn message(&mut self, key: &str, text: &str) {
        self.open(key, '{');
        self.text("text", text);
        self.close('}');
    }

    /// What the log says of a rule. One that has no page has its name only.
    fn rule(&mut self, id: &str, page: Option<String>) {
        let family = id.split('/').next().unwrap_or_default();
        // A page is its title, a paragraph of what is found, and chapters.
        let paragraph = page.as_ref().and_then(|page| page.split("\n\n").nth(1)).unwrap_or(id);
        let severity = rules::find(id).map_or(Severity::Warning, |rule| rule.severity);
        self.open("", '{');
        self.text("id", id);
        self.text("name", &pascal_case(id));
        self.message("shortDescription", &sentence(first_sentence(paragraph)));
        self.message("fullDescription", paragraph);
        if let Some(page) = &page {
            self.open("help", '{');
            self.text("text", page);
            self.text("markdown", page);
            self.close('}');
        }
        self.open("defaultConfiguration", '{');
        self.text("level", level(severity));
        self.close('}');
        self.open("properties", '{');
        self.open("tags", '[');
        self.text("", family);
        if family == "rls" {
            self.text("", "security");
        }
        self.close(']');
        let severity = if severity == Severity::Info { "recommendation" } else { level(severity) };
        self.text("problem.severity", severity);
        self.close('}');
        self.close('}');
    }

    /// What SARIF calls a result.
    fn result(&mut self, finding: &Finding, rule: u32, follow: usize, cause: Option<&Finding>, fingerprint: &str) {
        self.open("", '{');
        self.text("ruleId", &finding.rule);
        self.json.number("ruleIndex", rule);
        self.text("level", level(finding.severity));
        self.message("message", &told(finding, follow));
        self.open("locations", '[');
        self.open("", '{');
        self.place(finding);
        self.close('}');
        self.close(']');
        if let Some(cause) = cause {
            self.open("relatedLocations", '[');
            self.open("", '{');
            self.json.number("id", 1);
            self.place(cause);
            self.message("message", &sentence(&cause.message));
            self.close('}');
            self.close(']');
        }
        self.open("partialFingerprints", '{');
        self.text("pgdryFinding/v1", fingerprint);
        self.close('}');
        if !finding.fixes.is_empty() {
            self.open("fixes", '[');
            for fix in &finding.fixes {
                self.fix(fix);
            }
            self.close(']');
        }
        let properties = [("object", &finding.object), ("sqlstate", &finding.sqlstate)];
        if properties.iter().any(|(_, value)| value.is_some()) {
            self.open("properties", '{');
            for (key, value) in properties {
                if let Some(value) = value {
                    self.text(key, value);
                }
            }
            self.close('}');
        }
        self.close('}');
    }

    /// A statement that is not judged.
    fn notification(&mut self, statement: &Uncertain) {
        let Uncertain { file, start, end, reason } = statement;
        self.open("", '{');
        self.text("level", "note");
        self.message("message", &sentence(&["not judged in full: ", reason].concat()));
        self.open("locations", '[');
        self.open("", '{');
        self.open("physicalLocation", '{');
        self.artifact(file);
        self.region("region", file, *start, *end, "");
        self.close('}');
        self.close('}');
        self.close(']');
        self.close('}');
    }

    fn place(&mut self, finding: &Finding) {
        self.open("physicalLocation", '{');
        self.artifact(&finding.file);
        let snippet = self.sources.slice(finding);
        self.region("region", &finding.file, finding.start, finding.end, snippet);
        self.close('}');
    }

    fn fix(&mut self, fix: &Fix) {
        let mut by_file: Vec<(&str, Vec<&Edit>)> = Vec::new();
        for edit in &fix.edits {
            match by_file.iter_mut().find(|(file, _)| *file == edit.file) {
                Some((_, edits)) => edits.push(edit),
                None => by_file.push((&edit.file, vec![edit])),
            }
        }
        self.open("", '{');
        self.message("description", &sentence(&fix.title));
        self.open("artifactChanges", '[');
        for (file, edits) in by_file {
            self.open("", '{');
            self.artifact(file);
            self.open("replacements", '[');
            for edit in edits {
                self.open("", '{');
                self.region("deletedRegion", file, edit.start, edit.end, "");
                self.message("insertedContent", &edit.text);
                self.close('}');
            }
            self.close(']');
            self.close('}');
        }
        self.close(']');
        self.close('}');
    }

    fn region(&mut self, key: &str, file: &str, start: Position, end: Position, snippet: &str) {
        self.open(key, '{');
        self.json.number("startLine", start.line);
        self.json.number("startColumn", self.sources.utf16_column(file, start));
        self.json.number("endLine", end.line);
        self.json.number("endColumn", self.sources.utf16_column(file, end));
        if !snippet.is_empty() {
            self.message("snippet", snippet);
        }
        self.close('}');
    }

    /// An absolute path is a `file:` address, any other one relative to the root.
    fn artifact(&mut self, path: &str) {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.open("artifactLocation", '{');
        if path.starts_with('/') {
            self.text("uri", &["file://", &encode(path)].concat());
        } else {
            self.text("uri", &encode(path));
            self.text("uriBaseId", ROOT);
        }
        self.close('}');
    }
}

/// `rls/no-policy` → `RlsNoPolicy`, as names of rules are written in SARIF.
fn pascal_case(id: &str) -> String {
    let word = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).map(word).collect()
}

fn first_sentence(text: &str) -> &str {
    let ends = |at: usize| text.as_bytes().get(at + 1).is_none_or(u8::is_ascii_whitespace);
    text.match_indices('.').find(|(at, _)| ends(*at)).map_or(text, |(at, _)| &text[..at])
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    first.into_iter().chain(chars).chain(stop.chars()).collect()
}

fn told(finding: &Finding, follow: usize) -> String {
    let mut text = sentence(&finding.message);
    if let Some(help) = &finding.help {
        let _ = write!(text, "\n{}", sentence(help));
    }
    if !finding.recipe.is_empty() {
        let _ = write!(text, "\nA migration for each step:\n{}", recipe(finding));
    }
    if let Some(follow) = what_follows(follow) {
        let _ = write!(text, "\n{follow}.");
    }
    // A link to the related location of that number.
    if finding.caused_by.is_some() {
        text.push_str("\nThis follows from [another finding](1).");
    }
    text
}

/// A path in an address: everything but RFC 3986's unreserved characters is percent-encoded.
fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                let digit = |at: u8| char::from(b"0123456789ABCDEF"[usize::from(at)]);
                out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    out
}
