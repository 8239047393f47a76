//! JUnit's XML, as Jenkins and surefire have it: a suite for each file, a test case for each finding. A file without findings is a test that passed.

use super::shared::{consequences, recipe, what_follows};
use super::{Finding, Report};
use crate::rules::Severity;
use crate::sort::{insert_pair, value};
use crate::source::SourceFile;
use std::fmt::Write;

/// Renders the report. Findings from `fail_from` on are failures; others are passed tests that say something.
pub fn render(report: &Report, files: &[SourceFile], fail_from: Option<Severity>) -> String {
    let follow: Vec<usize> = consequences(report).iter().map(Vec::len).collect();
    let mut suites: Vec<(&str, Vec<(&Finding, usize)>)> = Vec::new();
    let mut places: Vec<(&str, usize)> = Vec::new();
    let found = report.findings.iter().zip(follow);
    let all = files.iter().map(|f| (&*f.path, None)).chain(found.map(|(f, follow)| (&*f.file, Some((f, follow)))));
    for (path, finding) in all {
        let place = value(&places, &path).copied().unwrap_or(suites.len());
        if place == suites.len() {
            insert_pair(&mut places, path, place);
            suites.push((path, Vec::new()));
        }
        suites[place].1.extend(finding);
    }
    let fails = |finding: &Finding| fail_from.is_some_and(|from| finding.severity >= from);
    let failures = report.findings.iter().filter(|f| fails(f)).count();
    let tests: usize = suites.iter().map(|(_, findings)| findings.len().max(1)).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"pgdry\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
    for (path, findings) in &suites {
        suite(&mut out, path, findings, &fails);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, path: &str, findings: &[(&Finding, usize)], fails: &dyn Fn(&Finding) -> bool) {
    let failures = findings.iter().filter(|(f, _)| fails(f)).count();
    let (name, tests) = (escape(path), findings.len().max(1));
    let _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"0\">"
    );
    if findings.is_empty() {
        let _ = writeln!(out, "    <testcase name=\"no findings\" classname=\"{name}\" time=\"0\"/>");
    }
    // A test is known by its name, which does not change when lines move.
    let mut names: Vec<(String, u32)> = Vec::new();
    for (finding, follow) in findings {
        let mut test = finding.rule.clone();
        if let Some(object) = &finding.object {
            let _ = write!(test, ": {object}");
        }
        match names.binary_search_by(|(name, _)| name.cmp(&test)) {
            Ok(at) => {
                names[at].1 += 1;
                let _ = write!(test, " ({})", names[at].1);
            }
            Err(at) => names.insert(at, (test.clone(), 1)),
        }
        let _ = writeln!(out, "    <testcase name=\"{}\" classname=\"{name}\" time=\"0\">", escape(&test));
        let told = escape(&told(finding, *follow));
        if fails(finding) {
            let (kind, message) = (finding.severity.word(), escape(&finding.message));
            let _ = writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{told}</failure>");
        } else {
            let _ = writeln!(out, "      <system-out>{told}</system-out>");
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n");
}

fn told(finding: &Finding, follow: usize) -> String {
    let Finding { file, start, message, .. } = finding;
    let mut out = format!("{file}:{}:{}: {}: {message}", start.line, start.column, finding.severity.word());
    if let Some(sqlstate) = &finding.sqlstate {
        let _ = write!(out, " (SQLSTATE {sqlstate})");
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\nhelp: {help}");
    }
    if !finding.recipe.is_empty() {
        let _ = write!(out, "\na migration for each step:\n{}", recipe(finding));
    }
    if let Some(follow) = what_follows(follow) {
        let _ = write!(out, "\n{follow}");
    }
    if finding.caused_by.is_some() {
        out.push_str("\nfollows from another finding");
    }
    out
}

/// For attributes and text. What XML 1.0 cannot have at all is U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would make spaces of them in attributes, and newlines of returns.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}
