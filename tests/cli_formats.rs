//! What `pgdry check` prints in each format: golden files in tests/formats/golden, which other programs' schemas and parsers take in
//! tests/targets/formats.test.mjs. `BLESS=1 cargo test --test cli_formats` writes them.

#![cfg(feature = "cli")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The project of tests/formats, in a repository of its own.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    copy(&formats().join("project"), folder.path());
    folder
}

fn formats() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        match from.is_dir() {
            true => {
                std::fs::create_dir_all(&to).unwrap();
                copy(&from, &to);
            }
            false => {
                std::fs::copy(from, to).unwrap();
            }
        }
    }
}

/// `pgdry check ARGS…` with these variables and none of those that CI sets.
fn check_with(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgdry"));
    for name in [
        "GITHUB_WORKSPACE",
        "GITHUB_STEP_SUMMARY",
        "CI_PROJECT_DIR",
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "CLICOLOR",
    ] {
        command.env_remove(name);
    }
    command.arg("check").args(args).current_dir(folder).envs(variables.iter().copied()).output().unwrap()
}

fn check(folder: &Path, args: &[&str]) -> String {
    let run = check_with(folder, args, &[]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    text(&run.stdout)
}

#[test]
fn every_format_prints_its_golden_file() {
    let folder = project();
    let mut wrong = Vec::new();
    for (name, args) in [
        ("report.txt", &["--format", "text"][..]),
        ("colors.txt", &["--format", "text", "--color", "always"]),
        ("quiet.txt", &["--quiet"]),
        ("statistics.txt", &["--statistics"]),
        ("statistics.json", &["--statistics", "--format", "json"]),
        ("report.sarif", &["--format", "sarif"]),
        ("github.txt", &["--format", "github"]),
        ("gitlab.json", &["--format", "gitlab"]),
        ("junit.xml", &["--format", "junit"]),
        ("comment.md", &["--format", "markdown"]),
    ] {
        // The version is not what is tested.
        let is = check(folder.path(), args).replace(pgdry::VERSION, "VERSION");
        let golden = formats().join("golden").join(name);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&golden, &is).unwrap();
        }
        if std::fs::read_to_string(&golden).unwrap_or_default() != is {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "not as in tests/formats/golden: {wrong:?}");
}

#[test]
fn paths_are_those_of_the_repository_wherever_the_command_runs() {
    let folder = project();
    let expected = check(folder.path(), &["--format", "sarif"]);
    let inside = folder.path().join("supabase");
    assert_eq!(check(&inside, &["--format", "sarif", "./migrations"]), expected);
    let migrations = folder.path().join("supabase/migrations").canonicalize().unwrap().display().to_string();
    assert_eq!(check(&inside, &["--format", "sarif", &migrations]), expected);
    // Outside of the repository a path is the whole one.
    let elsewhere = tempfile::tempdir().unwrap();
    let seen = check(elsewhere.path(), &["--format", "sarif", &migrations]);
    assert!(seen.contains(&format!("\"uri\": \"file://{migrations}/20250103000000_broken.sql\"")), "{seen}");
    // What the services say is the root is it.
    let run =
        check_with(&inside, &["--format", "gitlab", "migrations"], &[("CI_PROJECT_DIR", inside.to_str().unwrap())]);
    assert!(text(&run.stdout).contains("\"path\": \"migrations/20250103000000_broken.sql\""));
}

#[test]
fn github_gets_a_job_summary() {
    let folder = project();
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "# Before\n").unwrap();
    let variables = [("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let run = check_with(folder.path(), &["--format", "github"], &variables);
    assert_eq!(text(&run.stdout).replace(pgdry::VERSION, "VERSION"), golden("github.txt"));
    assert_eq!(std::fs::read_to_string(&summary).unwrap(), format!("# Before\n{}", golden("comment.md")));
    // No other format writes it.
    check_with(folder.path(), &["--format", "sarif"], &variables);
    assert_eq!(std::fs::read_to_string(&summary).unwrap(), format!("# Before\n{}", golden("comment.md")));
}

fn golden(name: &str) -> String {
    std::fs::read_to_string(formats().join("golden").join(name)).unwrap()
}

#[test]
fn the_report_goes_to_a_file() {
    let folder = project();
    let run = check_with(folder.path(), &["--output-file", "out.txt"], &[("FORCE_COLOR", "1")]);
    assert_eq!((run.status.code(), text(&run.stdout)), (Some(1), String::new()));
    let summary = golden("report.txt").lines().find(|line| line.starts_with("4 files")).unwrap().to_string();
    assert_eq!(text(&run.stderr), format!("pgdry: out.txt: {summary}\n"));
    assert_eq!(std::fs::read_to_string(folder.path().join("out.txt")).unwrap(), golden("report.txt"));
    let run = check_with(folder.path(), &["-q", "-o", "out.txt"], &[]);
    assert_eq!((text(&run.stdout), text(&run.stderr)), (String::new(), String::new()));
    assert_eq!(std::fs::read_to_string(folder.path().join("out.txt")).unwrap(), golden("quiet.txt"));
    let run = check_with(folder.path(), &["-o", "no/such/folder/out.txt"], &[]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).starts_with("pgdry: no/such/folder/out.txt: "), "{}", text(&run.stderr));
}

#[test]
fn colors_are_as_the_variables_say() {
    let folder = project();
    let has_color = |args: &[&str], variables: &[(&str, &str)]| {
        text(&check_with(folder.path(), args, variables).stdout).contains("\u{1b}[")
    };
    assert!(!has_color(&[], &[])); // no terminal
    assert!(has_color(&[], &[("FORCE_COLOR", "1")]));
    assert!(has_color(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_color(&[], &[("FORCE_COLOR", "0")]));
    assert!(!has_color(&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    assert!(has_color(&[], &[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")]));
    assert!(has_color(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!has_color(&["--color", "never"], &[("FORCE_COLOR", "1")]));
}

#[test]
fn quiet_is_what_fails() {
    let folder = project();
    let run = check_with(folder.path(), &["--quiet", "--fail-on", "never"], &[]);
    assert_eq!((run.status.code(), text(&run.stdout), text(&run.stderr)), (Some(0), String::new(), String::new()));
    let all = text(&check_with(folder.path(), &["--quiet", "--fail-on", "info"], &[]).stdout);
    assert!(golden("report.txt").starts_with(&all) && all.contains("info[naming/identifier]"));
    let json = text(&check_with(folder.path(), &["--quiet", "--format", "json"], &[]).stdout);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().all(|f| f["severity"] == "error"));
    let cause = findings.iter().find_map(|f| f["caused_by"].as_u64()).unwrap();
    assert_eq!(findings[cause as usize]["message"], "relation \"public.note\" does not exist");
    assert_eq!(report["summary"]["warnings"], 0);
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    let folder = project();
    for args in [&["--statistics", "--format", "sarif"][..], &["--locks", "--format", "junit"], &["--diff", "-o", "x"]]
    {
        assert_eq!(check_with(folder.path(), args, &[]).status.code(), Some(2), "{args:?}");
    }
}
