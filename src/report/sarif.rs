//! SARIF 2.1.0, for GitHub's code scanning and other readers (OASIS: Static Analysis Results Interchange Format).

use super::shared::{Sources, consequences, fingerprints, recipe, what_follows};
use super::{Edit, Finding, Fix, Report, Uncertain};
use crate::VERSION;
use crate::json;
use crate::rules::{self, Severity};
use crate::source::{Position, SourceFile};
use serde::Serialize;
use std::fmt::Write;

/// What relative addresses are relative to: the root of the repository.
const ROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    original_uri_base_ids: Bases,
    column_kind: &'static str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    full_name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    name: String,
    short_description: Message,
    full_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
    default_configuration: Configuration,
    properties: RuleProperties<'a>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties<'a> {
    tags: Vec<&'a str>,
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

/// A statement that is not judged.
#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    locations: [Place; 1],
}

#[derive(Serialize)]
struct Bases {
    #[serde(rename = "%SRCROOT%")]
    root: Base,
}

#[derive(Serialize)]
struct Base {
    description: Message,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

/// What SARIF calls a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: u32,
    level: &'static str,
    message: Message,
    locations: [Place; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place>,
    partial_fingerprints: Fingerprint,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Repair<'a>>,
    #[serde(skip_serializing_if = "Properties::is_empty")]
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Fingerprint {
    #[serde(rename = "pgdryFinding/v1")]
    finding: String,
}

#[derive(Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<&'a str>,
}

impl Properties<'_> {
    fn is_empty(&self) -> bool {
        self.object.is_none() && self.sqlstate.is_none()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u32>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Repair<'a> {
    description: Message,
    artifact_changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

/// Renders every finding, with the pages of the rules that found something. The files' paths should be relative to the root of the repository.
pub fn render(report: &Report, files: &[SourceFile], page: &dyn Fn(&str) -> Option<String>) -> String {
    let sources = Sources::of(report, files);
    let mut rules: Vec<&str> = Vec::new();
    let mut indexes = Vec::with_capacity(report.findings.len());
    for finding in &report.findings {
        indexes.push(rules.iter().position(|rule| *rule == finding.rule).unwrap_or_else(|| {
            rules.push(&finding.rule);
            rules.len() - 1
        }) as u32);
    }
    let follow = consequences(report);
    let mut results = Vec::with_capacity(report.findings.len());
    for (at, fingerprint) in fingerprints(report, &sources).into_iter().enumerate() {
        let finding = &report.findings[at];
        results.push(Outcome {
            rule_id: &finding.rule,
            rule_index: indexes[at],
            level: level(finding.severity),
            message: Message { text: told(finding, follow[at].len()) },
            locations: [Place { id: None, physical_location: place(finding, &sources), message: None }],
            related_locations: cause(finding, report, &sources).into_iter().collect(),
            partial_fingerprints: Fingerprint { finding: fingerprint },
            fixes: finding.fixes.iter().map(|fix| repair(fix, &sources)).collect(),
            properties: Properties { object: finding.object.as_deref(), sqlstate: finding.sqlstate.as_deref() },
        });
    }
    let notifications = report.uncertain.iter().map(|statement| notification(statement, &sources)).collect();
    let root = Message { text: "the root of the repository".to_string() };
    let driver = Driver {
        name: "pgdry",
        full_name: concat!("pgdry ", env!("CARGO_PKG_VERSION")),
        version: VERSION,
        semantic_version: VERSION,
        rules: rules.into_iter().map(|id| descriptor(id, page(id))).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        invocations: [Invocation { execution_successful: true, tool_execution_notifications: notifications }],
        original_uri_base_ids: Bases { root: Base { description: root } },
        column_kind: "utf16CodeUnits",
        results,
    };
    let log = Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
    json::pretty(&log) + "\n"
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What the log says of a rule. One that has no page has its name only.
fn descriptor(id: &str, page: Option<String>) -> Descriptor<'_> {
    let family = id.split('/').next().unwrap_or_default();
    let mut tags = vec![family];
    if family == "rls" {
        tags.push("security");
    }
    // A page is its title, a paragraph of what is found, and chapters.
    let paragraph = page.as_ref().and_then(|page| page.split("\n\n").nth(1)).unwrap_or(id);
    let severity = rules::find(id).map_or(Severity::Warning, |rule| rule.severity);
    Descriptor {
        id,
        name: pascal_case(id),
        short_description: Message { text: sentence(first_sentence(paragraph)) },
        full_description: Message { text: paragraph.to_string() },
        help: page.map(|page| Help { text: page.clone(), markdown: page }),
        default_configuration: Configuration { level: level(severity) },
        properties: RuleProperties {
            tags,
            severity: if severity == Severity::Info { "recommendation" } else { level(severity) },
        },
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

fn cause(finding: &Finding, report: &Report, sources: &Sources) -> Option<Place> {
    let cause = report.findings.get(finding.caused_by? as usize)?;
    let message = Some(Message { text: sentence(&cause.message) });
    Some(Place { id: Some(1), physical_location: place(cause, sources), message })
}

fn notification(statement: &Uncertain, sources: &Sources) -> Notification {
    let Uncertain { file, start, end, reason } = statement;
    let physical_location = Physical { artifact_location: artifact(file), region: region(file, *start, *end, sources) };
    let message = Message { text: sentence(&format!("not judged in full: {reason}")) };
    Notification { level: "note", message, locations: [Place { id: None, physical_location, message: None }] }
}

fn place(finding: &Finding, sources: &Sources) -> Physical {
    let mut region = region(&finding.file, finding.start, finding.end, sources);
    region.snippet = Some(sources.slice(finding)).filter(|s| !s.is_empty()).map(|s| Message { text: s.to_string() });
    Physical { artifact_location: artifact(&finding.file), region }
}

fn repair<'a>(fix: &'a Fix, sources: &Sources) -> Repair<'a> {
    let mut by_file: Vec<(&str, Vec<&Edit>)> = Vec::new();
    for edit in &fix.edits {
        match by_file.iter_mut().find(|(file, _)| *file == edit.file) {
            Some((_, edits)) => edits.push(edit),
            None => by_file.push((&edit.file, vec![edit])),
        }
    }
    let replacement = |edit: &&'a Edit| Replacement {
        deleted_region: region(&edit.file, edit.start, edit.end, sources),
        inserted_content: Content { text: &edit.text },
    };
    let change = |(file, edits): (&str, Vec<&'a Edit>)| Change {
        artifact_location: artifact(file),
        replacements: edits.iter().map(replacement).collect(),
    };
    Repair {
        description: Message { text: sentence(&fix.title) },
        artifact_changes: by_file.into_iter().map(change).collect(),
    }
}

fn region(file: &str, start: Position, end: Position, sources: &Sources) -> Region {
    Region {
        start_line: start.line,
        start_column: sources.utf16_column(file, start),
        end_line: end.line,
        end_column: sources.utf16_column(file, end),
        snippet: None,
    }
}

/// An absolute path is a `file:` address, any other one relative to the root.
fn artifact(path: &str) -> Artifact {
    let path = path.strip_prefix("./").unwrap_or(path);
    match path.starts_with('/') {
        true => Artifact { uri: format!("file://{}", encode(path)), uri_base_id: None },
        false => Artifact { uri: encode(path), uri_base_id: Some(ROOT) },
    }
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
