//! Options of `pgdry check`, and `pgdry rules`.

#![cfg(feature = "cli")]

use std::path::Path;
use std::process::{Command, Output};

fn pgdry(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgdry")).args(args).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const TABLE: &str = "create table public.a (id bigint primary key);\n";

fn project(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let migrations = folder.path().join("supabase/migrations");
    std::fs::create_dir_all(&migrations).unwrap();
    std::fs::write(folder.path().join("pgdry.toml"), config).unwrap();
    std::fs::write(migrations.join("20240101000000_a.sql"), TABLE).unwrap();
    std::fs::write(migrations.join("20250101000000_b.sql"), TABLE.replace("public.a", "public.b")).unwrap();
    folder
}

/// The files whose tables are found to have no row level security.
fn found(folder: &Path, args: &[&str]) -> Vec<String> {
    let run = pgdry(folder, &[&["check", "--format", "json"], args].concat());
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    let findings = report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "rls/enabled-on-create");
    findings
        .map(|f| {
            format!("{} {}", f["severity"].as_str().unwrap(), f["file"].as_str().unwrap().rsplit('_').next().unwrap())
        })
        .collect()
}

#[test]
fn the_diff_is_what_the_fix_changes() {
    let folder = project("");
    let shown = pgdry(folder.path(), &["check", "--diff"]);
    let patch = text(&shown.stdout);
    assert_eq!(shown.status.code(), Some(1));
    let head = "--- a/supabase/migrations/20240101000000_a.sql\n+++ b/supabase/migrations/20240101000000_a.sql\n@@ ";
    assert!(patch.starts_with(head), "{patch}");
    assert!(patch.contains("\n+alter table public.a enable row level security;\n"), "{patch}");
    let file = folder.path().join("supabase/migrations/20240101000000_a.sql");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), TABLE);
    // git takes the patch, and it is what --fix writes.
    std::fs::write(folder.path().join("fix.patch"), &patch).unwrap();
    let apply = Command::new("git").args(["apply", "fix.patch"]).current_dir(folder.path()).output().unwrap();
    assert!(apply.status.success(), "{}", text(&apply.stderr));
    let patched = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, TABLE).unwrap();
    pgdry(folder.path(), &["check", "--fix"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), patched);
    assert_eq!(text(&pgdry(folder.path(), &["check", "--diff"]).stdout), "");
    assert_eq!(pgdry(folder.path(), &["check", "--diff", "--fix"]).status.code(), Some(2));
}

#[test]
fn severities_are_set_by_path() {
    let folder = project("[[overrides]]\npaths = [\"supabase/migrations/2024*\"]\nrules = { \"rls/*\" = \"off\" }\n");
    assert_eq!(found(folder.path(), &[]), ["error b.sql"]);
    // The globs are relative to the configuration, wherever the command runs.
    let inside = folder.path().join("supabase/migrations");
    assert_eq!(found(&inside, &["."]), ["error b.sql"]);
    assert_eq!(found(Path::new("/"), &[&folder.path().display().to_string()]), ["error b.sql"]);
    // The command line is over both.
    assert_eq!(found(folder.path(), &["--rule", "rls/enabled-on-create=info"]), ["info a.sql", "info b.sql"]);
    assert_eq!(found(folder.path(), &["--rule", "*=off"]), [""; 0]);
    assert_eq!(
        found(folder.path(), &["--rule", "rls/*=off", "--rule", "rls/*=warning"]),
        ["warning a.sql", "warning b.sql"]
    );
}

#[test]
fn a_suppression_where_the_rule_is_off_is_not_called_unused() {
    let folder = project("[[overrides]]\npaths = [\"2024*\"]\nrules = { \"index/*\" = \"off\" }\n");
    let file = folder.path().join("supabase/migrations/20240101000000_a.sql");
    std::fs::write(file, "-- pgdry-ignore index/foreign-key: small\nselect 1;\n").unwrap();
    assert!(!text(&pgdry(folder.path(), &["check"]).stdout).contains("suppression/unused"));
}

#[test]
fn wrong_options_are_refused() {
    let folder = project("");
    let said = |args: &[&str]| {
        let run = pgdry(folder.path(), &[&["check"], args].concat());
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        text(&run.stderr)
    };
    assert!(said(&["--rule", "rls/no-polici=off"]).contains("did you mean `rls/no-policy`?"));
    assert!(said(&["--rule", "rls/no-policy"]).contains("write NAME=LEVEL"));
    assert!(said(&["--rule", "rls/no-policy=of"]).contains("off, info, warning or error"));
    std::fs::write(folder.path().join("pgdry.toml"), "\n[rules]\n'rls/no-polici' = 'off'\n").unwrap();
    assert!(said(&[]).contains("pgdry.toml: line 3, column 1: there is no rule `rls/no-polici`; did you mean"));
}

#[test]
fn the_list_of_rules_says_preset_severity_and_fix() {
    let folder = tempfile::tempdir().unwrap();
    let list = text(&pgdry(folder.path(), &["rules"]).stdout);
    let line = list.lines().find(|line| line.starts_with("rls/enabled-on-create ")).unwrap();
    let words: Vec<&str> = line.split_whitespace().take(4).collect();
    assert_eq!(words, ["rls/enabled-on-create", "error", "recommended", "fix"]);
    let json = pgdry(folder.path(), &["rules", "--format", "json"]).stdout;
    let rules: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let rule = rules.as_array().unwrap().iter().find(|r| r["name"] == "naming/identifier").unwrap();
    assert_eq!((&rule["fix"], &rule["preset"]), (&false.into(), &"recommended".into()));
    assert!(rule["options"]["patterns"].is_string());
}
