//! `pgdry check --since REF`, on real repositories.

#![cfg(feature = "cli")]

use std::path::Path;
use std::process::{Command, Output};

const NOTES: &str =
    "create table public.notes (id bigint primary key, n int);\nalter table public.notes enable row level security;\n";
const CHANGE: &str = "alter table public.notes alter column n type bigint;\n";

struct Repository(tempfile::TempDir);

impl Repository {
    /// With one commit, tagged `live`, that has the table `notes`.
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir_all(repository.migrations()).unwrap();
        repository.write("20250101000000_notes.sql", NOTES);
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.commit();
        repository.git(&["tag", "live"]);
        repository
    }

    fn migrations(&self) -> std::path::PathBuf {
        self.0.path().join("supabase/migrations")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.migrations().join(name), text).unwrap();
    }

    fn git(&self, args: &[&str]) {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
        let run = Command::new("git").args(identity).args(args).current_dir(self.0.path()).output().unwrap();
        assert!(run.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&run.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "x"]);
    }

    fn check(&self, args: &[&str]) -> Output {
        check(self.0.path(), args)
    }

    /// The rules of the families lock and naming that are broken, each with its file.
    fn found(&self, args: &[&str]) -> Vec<String> {
        let run = self.check(&[&["--format", "json"], args].concat());
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {run:?}"));
        let findings = report["findings"].as_array().unwrap().iter();
        let of_interest = |rule: &str| rule.starts_with("lock/change") || rule.starts_with("naming/");
        findings
            .filter(|f| of_interest(f["rule"].as_str().unwrap()))
            .map(|f| {
                format!("{} {}", f["rule"].as_str().unwrap(), f["file"].as_str().unwrap().rsplit('/').next().unwrap())
            })
            .collect()
    }
}

fn check(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgdry")).arg("check").args(args).current_dir(folder).output().unwrap()
}

fn stderr(run: &Output) -> String {
    String::from_utf8_lossy(&run.stderr).into_owned()
}

#[test]
fn what_the_ref_has_is_live() {
    let repository = Repository::new();
    repository.write("20250102000000_change.sql", CHANGE);
    assert_eq!(repository.found(&[]), [""; 0]);
    let expected = ["lock/change-type 20250102000000_change.sql"];
    assert_eq!(repository.found(&["--since", "live"]), expected);
    assert_eq!(repository.found(&["--since", "live", "supabase/migrations"]), expected);
    // What the ref has already met the live tables.
    repository.commit();
    assert_eq!(repository.found(&["--since", "live"]), expected);
    assert_eq!(repository.found(&["--since", "main"]), [""; 0]);
    assert_eq!(repository.found(&["--since", "HEAD~1"]), expected);
}

#[test]
fn a_file_that_sorts_before_applied_ones_is_not_applied() {
    let repository = Repository::new();
    repository.write("20250103000000_tags.sql", "create table public.tags (id bigint primary key);");
    repository.commit();
    repository.write("20250102000000_change.sql", CHANGE);
    assert_eq!(
        repository.found(&["--since", "main", "--rule", "naming/*=off"]),
        ["lock/change-type 20250102000000_change.sql"]
    );
}

#[test]
fn an_edited_file_is_a_finding_and_stays_applied() {
    let repository = Repository::new();
    repository.write("20250101000000_notes.sql", &format!("-- a comment\n{NOTES}"));
    assert_eq!(repository.found(&["--since", "live"]), [""; 0]);
    repository.write("20250101000000_notes.sql", &NOTES.replace("n int", "n int, m int"));
    repository.write("20250102000000_change.sql", CHANGE);
    assert_eq!(
        repository.found(&["--since", "live"]),
        ["naming/edited-migration 20250101000000_notes.sql", "lock/change-type 20250102000000_change.sql"]
    );
    assert_eq!(repository.check(&["--since", "live"]).status.code(), Some(1));
}

#[test]
fn a_file_with_another_description_is_the_same_migration() {
    let repository = Repository::new();
    let folder = repository.migrations();
    std::fs::rename(folder.join("20250101000000_notes.sql"), folder.join("20250101000000_create_notes.sql")).unwrap();
    repository.write("20250102000000_change.sql", CHANGE);
    let run = repository.check(&["--since", "live"]);
    assert!(!stderr(&run).contains("is gone"), "{}", stderr(&run));
    assert_eq!(repository.found(&["--since", "live"]), ["lock/change-type 20250102000000_change.sql"]);
}

#[test]
fn what_is_gone_is_said_and_what_came_to_the_ref_later_is_not() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("20250103000000_tags.sql", "create table public.tags (id bigint primary key);");
    repository.commit();
    repository.git(&["checkout", "--quiet", "topic"]);
    assert!(!stderr(&repository.check(&["--since", "main"])).contains("is gone"));
    std::fs::remove_file(repository.migrations().join("20250101000000_notes.sql")).unwrap();
    repository.write("20250104000000_other.sql", "create table public.other (id bigint primary key);");
    let run = repository.check(&["--since", "main"]);
    assert!(stderr(&run).contains("20250101000000_notes.sql is gone, but main has it"), "{}", stderr(&run));
}

#[test]
fn says_when_there_is_no_such_ref_or_no_repository() {
    let repository = Repository::new();
    for reference in ["nowhere", "--upload-pack=x", "live:supabase"] {
        let run = repository.check(&[&*format!("--since={reference}")]);
        assert_eq!(run.status.code(), Some(2));
        assert!(stderr(&run).contains(&format!("there is no ref `{reference}`")), "{}", stderr(&run));
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1_a.sql"), "select 1;").unwrap();
    let run = check(folder.path(), &[".", "--since", "main"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("is in no git repository"), "{}", stderr(&run));
    let run = Command::new(env!("CARGO_BIN_EXE_pgdry"))
        .args(["check", "--since", "live"])
        .current_dir(repository.0.path())
        .env("PATH", "")
        .output()
        .unwrap();
    assert!(stderr(&run).contains("git cannot be run"), "{}", stderr(&run));
}
