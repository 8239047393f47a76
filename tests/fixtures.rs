//! Folders of migrations with the outcome that a real PostgreSQL confirmed, and the examples.

#![cfg(feature = "cli")]

use pgdry::Project;
use pgdry::config::Config;
use pgdry::report::{Finding, Report};
use pgdry::rules::{Severity, fix};
use pgdry::source::SourceFile;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Expected {
    /// Nothing else is an error.
    exact: bool,
    findings: Vec<ExpectedFinding>,
}

#[derive(Deserialize, Debug)]
struct ExpectedFinding {
    file: String,
    /// Absent where any `schema/*` rule will do: the SQLSTATE says which.
    rule: Option<String>,
    /// The first line of the statement, or of the finding where it is about a file.
    line: u32,
    sqlstate: Option<String>,
    message: Option<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn project(folder: &Path) -> Project {
    let config = std::fs::read_to_string(folder.join("pgdry.toml")).unwrap_or_default();
    let mut project = Project::new(Config::from_toml(&config).unwrap());
    let nested = folder.join("supabase/migrations");
    let migrations = if nested.is_dir() { nested } else { folder.to_path_buf() };
    for entry in std::fs::read_dir(migrations).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "sql") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            project.set_file(SourceFile::from_bytes(name, &std::fs::read(&path).unwrap()));
        }
    }
    assert!(!project.files().is_empty(), "{}", folder.display());
    project
}

fn matches(expected: &ExpectedFinding, finding: &Finding) -> bool {
    let line = finding.statement.map_or(finding.start.line, |s| s.start.line);
    finding.file == expected.file
        && (line == expected.line || finding.start.line == expected.line)
        && expected.rule.as_ref().is_none_or(|r| *r == finding.rule)
        && (expected.sqlstate.is_none() || expected.sqlstate == finding.sqlstate)
        && expected.message.as_ref().is_none_or(|m| *m == finding.message)
}

fn show(finding: &Finding) -> String {
    let sqlstate = finding.sqlstate.as_deref().unwrap_or("");
    format!("{}:{} {} {sqlstate} {}", finding.file, finding.start.line, finding.rule, finding.message)
}

fn compare(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: Expected = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let report = project(folder).check();
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let mut wrong = Vec::new();
    for e in &expected.findings {
        if !report.findings.iter().any(|f| matches(e, f)) {
            let near: Vec<String> = report.findings.iter().filter(|f| f.file == e.file).map(show).collect();
            wrong.push(format!("{name}: missing {e:?}; in that file: {near:#?}"));
        }
    }
    if expected.exact {
        for f in report.findings.iter().filter(|f| f.severity == Severity::Error) {
            if !expected.findings.iter().any(|e| matches(e, f)) {
                wrong.push(format!("{name}: unexpected {}", show(f)));
            }
        }
    }
    wrong
}

#[test]
fn fixtures_have_the_outcome_that_postgresql_confirmed() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("tests/fixtures")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.join("expected.json").is_file() {
            count += 1;
            wrong.extend(compare(&folder));
        }
    }
    assert!(count >= 10, "only {count} fixtures found");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_broken_example_shows_each_mistake() {
    let wrong = compare(&root().join("examples/broken"));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_example_platform_is_clean() {
    let report = project(&root().join("examples/aias")).check();
    let shown: Vec<String> = report.findings.iter().map(show).collect();
    assert_eq!(report.summary.errors, 0, "{shown:#?}");
    assert_eq!(report.summary.warnings, 0, "{shown:#?}");
    assert_eq!(report.summary.uncertain, 0);
}

/// Applies every fix that there is and checks again.
fn fixed(project: &mut Project) -> (Report, Report) {
    let before = project.check();
    let (files, _) = fix::apply(project.files(), &before);
    files.into_iter().for_each(|f| project.set_file(f));
    (before, project.check())
}

#[test]
fn fixes_take_their_findings_away_and_add_none() {
    let mut seen = 0;
    let folders = std::fs::read_dir(root().join("tests/fixtures")).unwrap().map(|e| e.unwrap().path());
    for folder in folders.filter(|f| f.join("expected.json").is_file()).chain([root().join("examples/broken")]) {
        let (before, after) = fixed(&mut project(&folder));
        let fixable: Vec<&Finding> = before.findings.iter().filter(|f| !f.fixes.is_empty()).collect();
        seen += fixable.len();
        for finding in fixable {
            let still = after
                .findings
                .iter()
                .any(|f| f.rule == finding.rule && f.file == finding.file && f.message == finding.message);
            assert!(!still, "{}: the fix left {}", folder.display(), show(finding));
        }
        // A fix may move on to the next finding of its kind (RLS without a policy), but never to an error.
        let count = |r: &Report| r.findings.iter().filter(|f| f.severity == Severity::Error).count();
        assert!(count(&after) <= count(&before), "{}: more errors after the fixes", folder.display());
    }
    assert!(seen >= 5, "only {seen} findings have fixes");
}
