//! `pgdry check --staged`: what the next commit will have.

#![cfg(feature = "cli")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SAFE: &str =
    "create table public.notes (id bigint primary key);\nalter table public.notes enable row level security;\n";
const OPEN: &str = "create table public.tags (id bigint primary key);\n";
const INDEX: &str = "create index notes_id_idx on public.notes (id);\n";

struct Repository(tempfile::TempDir);

impl Repository {
    /// With one commit: a table, and an older table that is open to all.
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.write("20250101000000_notes.sql", SAFE);
        repository.write("20250102000000_old.sql", &OPEN.replace("tags", "old"));
        repository.commit();
        repository
    }

    fn top(&self) -> &Path {
        self.0.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.top().join("supabase/migrations").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path("")).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn git(&self, args: &[&str]) {
        let run = self.try_git(self.top(), args);
        assert!(run.status.success(), "git {args:?}: {}", text(&run.stderr));
    }

    fn try_git(&self, folder: &Path, args: &[&str]) -> Output {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
        Command::new("git").args(identity).args(args).current_dir(folder).output().unwrap()
    }

    fn stage(&self) {
        self.git(&["add", "--all"]);
    }

    fn commit(&self) {
        self.stage();
        self.git(&["commit", "--quiet", "--no-verify", "--message", "x"]);
    }

    fn check(&self, args: &[&str]) -> Output {
        let off = ["naming/*=off", "rls/no-policy=off", "index/*=off"].map(|rule| ["--rule", rule]).concat();
        pgdry(self.top(), &[&["check", "--staged"], &off[..], args].concat())
    }

    /// Rule and file of what is found.
    fn found(&self, args: &[&str]) -> Vec<String> {
        let run = self.check(&[&["--format", "json"], args].concat());
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {run:?}"));
        let counted = ["errors", "warnings", "infos"].map(|key| report["summary"][key].as_u64().unwrap());
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(counted.iter().sum::<u64>(), findings.len() as u64);
        let line = |f: &serde_json::Value| {
            let file = f["file"].as_str().unwrap();
            format!("{} {}", f["rule"].as_str().unwrap(), file.rsplit('/').next().unwrap())
        };
        findings.iter().map(line).collect()
    }
}

fn pgdry(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgdry")).args(args).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn only_what_is_staged_is_reported() {
    let repository = Repository::new();
    assert_eq!(repository.found(&[]), [""; 0]);
    repository.write("20250103000000_tags.sql", OPEN);
    assert_eq!(repository.found(&[]), [""; 0], "it is not staged");
    repository.stage();
    let expected = ["rls/enabled-on-create 20250103000000_tags.sql"];
    assert_eq!(repository.found(&[]), expected);
    assert_eq!(repository.found(&["supabase/migrations"]), expected);
    assert_eq!(repository.found(&["."]), expected);
    assert_eq!(repository.found(&["supabase/**/*.sql"]), expected);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("supabase/migrations", repository.top().join("link")).unwrap();
        assert_eq!(repository.found(&["link"]), expected);
    }
    assert_eq!(repository.check(&[]).status.code(), Some(1));
    repository.commit();
    let run = repository.check(&[]);
    assert_eq!((run.status.code(), &*text(&run.stdout)), (Some(0), "0 files, 0 statements: no findings\n"));
}

#[test]
fn the_text_is_the_indexs() {
    let repository = Repository::new();
    repository.write("20250103000000_tags.sql", OPEN);
    repository.stage();
    // Mended, but not in what is committed.
    repository.write("20250103000000_tags.sql", &SAFE.replace("notes", "tags"));
    let run = repository.check(&[]);
    assert_eq!(run.status.code(), Some(1));
    assert!(
        text(&run.stdout).contains("1 | create table public.tags (id bigint primary key);"),
        "{}",
        text(&run.stdout)
    );
    repository.stage();
    repository.write("20250103000000_tags.sql", "this is not SQL");
    std::fs::remove_file(repository.path("20250101000000_notes.sql")).unwrap();
    assert_eq!(repository.found(&[]), [""; 0]);
}

#[test]
fn what_breaks_another_file_is_found_there() {
    let repository = Repository::new();
    repository.write("20250104000000_index.sql", INDEX);
    repository.commit();
    repository.write("20250101000000_notes.sql", &SAFE.replace("notes", "papers"));
    repository.stage();
    assert_eq!(repository.found(&[]), ["schema/undefined-table 20250104000000_index.sql"]);
    assert_eq!(repository.check(&[]).status.code(), Some(1));
    // What was wrong before is not this commit's.
    repository.commit();
    repository.write("20250105000000_more.sql", &SAFE.replace("notes", "more"));
    repository.stage();
    assert_eq!(repository.found(&[]), [""; 0]);
    // A file that is gone can break others too, and a new one that comes before them.
    repository.git(&["rm", "--quiet", "--force", "supabase/migrations/20250105000000_more.sql"]);
    assert_eq!(repository.found(&[]), [""; 0]);
    repository.write("20250106000000_more.sql", &INDEX.replace("notes", "old"));
    repository.commit();
    repository.git(&["rm", "--quiet", "supabase/migrations/20250102000000_old.sql"]);
    assert_eq!(repository.found(&[]), ["schema/undefined-table 20250106000000_more.sql"]);
    repository.git(&["reset", "--quiet", "--hard"]);
    repository.write("20250103000000_drop.sql", "drop table public.old;");
    repository.stage();
    assert_eq!(repository.found(&[]), ["schema/undefined-table 20250106000000_more.sql"]);
}

#[test]
fn a_consequence_of_an_old_error_is_shown_for_itself() {
    let repository = Repository::new();
    repository.write("20250103000000_broken.sql", "alter table public.gone add column n int;");
    repository.commit();
    repository.write("20250104000000_more.sql", "alter table public.gone add column m int;");
    repository.stage();
    let run = repository.check(&[]);
    assert!(text(&run.stdout).contains("20250104000000_more.sql:1:"), "{}", text(&run.stdout));
    assert!(text(&run.stdout).contains("relation \"public.gone\" does not exist"), "{}", text(&run.stdout));
}

#[test]
fn a_renamed_file_is_reported() {
    let repository = Repository::new();
    repository.git(&["mv", "supabase/migrations/20250102000000_old.sql", "supabase/migrations/20250103000000_old.sql"]);
    assert_eq!(repository.found(&[]), ["rls/enabled-on-create 20250103000000_old.sql"]);
}

#[test]
fn named_files_are_of_interest_in_their_chain() {
    let repository = Repository::new();
    repository.write("20250104000000_index.sql", INDEX);
    repository.commit();
    let name = "supabase/migrations/20250102000000_old.sql";
    assert_eq!(repository.found(&[name]), ["rls/enabled-on-create 20250102000000_old.sql"]);
    // Its table is made by another file.
    assert_eq!(repository.found(&["supabase/migrations/20250104000000_index.sql"]), [""; 0]);
    let gone = repository.check(&["supabase/migrations/20250109000000_x.sql"]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(text(&gone.stderr).contains("no such file or folder"));
}

#[test]
fn a_first_commit_has_everything_to_answer_for() {
    let repository = Repository(tempfile::tempdir().unwrap());
    repository.git(&["init", "--quiet"]);
    assert_eq!(repository.found(&[]), [""; 0]);
    repository.write("20250101000000_tags.sql", OPEN);
    // Announced, but with nothing to commit.
    repository.git(&["add", "--intent-to-add", "."]);
    assert_eq!(repository.found(&[]), [""; 0]);
    repository.stage();
    assert_eq!(repository.found(&[]), ["rls/enabled-on-create 20250101000000_tags.sql"]);
}

#[test]
fn the_configuration_is_the_indexs() {
    let repository = Repository::new();
    std::fs::write(repository.top().join("pgdry.toml"), "[rules]\n'types/*' = 'off'\n").unwrap();
    repository.commit();
    std::fs::write(repository.top().join("pgdry.toml"), "[rules]\n'rls/*' = 'off'\n").unwrap();
    repository.write("20250103000000_tags.sql", OPEN);
    repository.git(&["add", "supabase"]);
    assert_eq!(repository.found(&[]), ["rls/enabled-on-create 20250103000000_tags.sql"]);
    repository.stage();
    assert_eq!(repository.found(&[]), [""; 0]);
}

#[test]
fn ignored_files_are_not_in_the_chain() {
    let repository = Repository::new();
    repository.write("20250103000000_tags.sql", OPEN);
    std::fs::write(repository.top().join(".pgdryignore"), "*_tags.sql\n").unwrap();
    repository.stage();
    assert_eq!(repository.found(&[]), [""; 0]);
}

#[test]
fn a_ref_can_say_what_is_live() {
    let repository = Repository::new();
    repository.write("20250103000000_change.sql", "alter table public.old alter column id type int;\n");
    repository.stage();
    std::fs::remove_file(repository.path("20250103000000_change.sql")).unwrap();
    let locks =
        |args: &[&str]| repository.found(args).iter().filter(|line| line.starts_with("lock/change-type")).count();
    assert_eq!((locks(&[]), locks(&["--since", "HEAD"])), (0, 1));
    repository.write("20250102000000_old.sql", "create table public.other (id bigint primary key);\n");
    repository.stage();
    // The work tree has it as it was; the commit will not.
    repository.write("20250102000000_old.sql", &OPEN.replace("tags", "old"));
    let found = repository.found(&["--since", "HEAD", "--rule", "naming/edited-migration=error"]);
    assert!(found.contains(&"naming/edited-migration 20250102000000_old.sql".to_string()), "{found:?}");
}

/// Git tells hooks where the repository and the index are, each time in another way.
#[cfg(unix)]
#[test]
fn every_way_of_committing_is_checked() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::new();
    let hook = repository.top().join(".git/hooks/pre-commit");
    let script = format!("#!/bin/sh\nexec '{}' check --staged --since HEAD\n", env!("CARGO_BIN_EXE_pgdry"));
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let tree = tempfile::tempdir().unwrap();
    let linked = tree.path().join("linked");
    repository.git(&["worktree", "add", "--quiet", "-b", "other", linked.to_str().unwrap()]);
    let name = "supabase/migrations/20250103000000_tags.sql";
    for (top, args) in [
        (repository.top(), &["commit", "--message", "x"][..]),
        (repository.top(), &["commit", "--all", "--message", "x"]),
        (repository.top(), &["commit", "--message", "x", "--", name]),
        (&linked, &["commit", "--message", "x"]),
        (&linked, &["commit", "--all", "--message", "x"]),
    ] {
        let commit = |sql: &str| {
            std::fs::write(top.join(name), sql).unwrap();
            assert!(repository.try_git(top, &["add", name]).status.success());
            repository.try_git(top, args)
        };
        let refused = commit(OPEN);
        assert!(!refused.status.success(), "{args:?}");
        assert!(text(&refused.stderr).contains("rls/enabled-on-create"), "{refused:?}");
        let taken = commit(&SAFE.replace("notes", "tags"));
        assert!(taken.status.success(), "{args:?}: {taken:?}");
        assert!(repository.try_git(top, &["reset", "--quiet", "--hard", "HEAD~1"]).status.success());
    }
    // From a folder below, git runs the hook at the top.
    std::fs::write(repository.top().join(name), OPEN).unwrap();
    repository.stage();
    let refused = repository.try_git(&repository.path(""), &["commit", "--message", "x"]);
    assert!(!refused.status.success() && text(&refused.stderr).contains(name), "{refused:?}");
}

#[test]
fn types_of_the_commit() {
    let repository = Repository::new();
    let types = |args: &[&str]| pgdry(repository.top(), &[&["types"], args].concat());
    assert!(types(&["--out", "types.ts"]).status.success());
    repository.commit();
    repository.write("20250103000000_tags.sql", OPEN);
    assert_eq!(types(&["--check", "types.ts"]).status.code(), Some(1));
    assert_eq!(types(&["--check", "types.ts", "--staged"]).status.code(), Some(0));
    repository.stage();
    assert_eq!(types(&["--check", "types.ts", "--staged"]).status.code(), Some(1));
    assert!(types(&["--out", "types.ts"]).status.success());
    assert_eq!(types(&["--check", "types.ts", "--staged"]).status.code(), Some(1), "they are not staged");
    repository.stage();
    assert_eq!(types(&["--check", "types.ts", "--staged"]).status.code(), Some(0));
}

#[test]
fn says_when_there_is_no_repository() {
    let folder = tempfile::tempdir().unwrap();
    let run = pgdry(folder.path(), &["check", "--staged"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("--staged: this folder is in no git repository"), "{}", text(&run.stderr));
}
