//! Which files a command reads: globs, ignore files, and standard input in the place of a file.

#![cfg(feature = "cli")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const TABLE: &str = "create table public.a (id bigint primary key);\n";

fn pgdry(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgdry")).args(args).current_dir(folder).output().unwrap()
}

fn pgdry_with_input(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgdry"));
    let command = command.args(args).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    let run = Command::new("git").args(identity).args(args).current_dir(folder).output().unwrap();
    assert!(run.status.success(), "git {args:?}: {}", text(&run.stderr));
}

/// A file each with a table of its own.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in [
        "supabase/migrations/20240101000000_a.sql",
        "supabase/migrations/20250101000000_b.sql",
        "supabase/migrations/old/20230101000000_c.sql",
        "node_modules/x/20250101000000_d.sql",
        "supabase/migrations/notes.txt",
    ] {
        let name = path.rsplit(['_', '/']).next().unwrap().replace('.', "_");
        write(folder.path(), path, &TABLE.replace("public.a", &format!("public.{name}")));
    }
    folder
}

fn report(run: &Output) -> serde_json::Value {
    serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {run:?}"))
}

/// The files whose tables are found to have no row level security.
fn found(folder: &Path, args: &[&str]) -> Vec<String> {
    let report = report(&pgdry(folder, &[&["check", "--format", "json"], args].concat()));
    let findings = report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "rls/enabled-on-create");
    findings.map(|f| f["file"].as_str().unwrap().rsplit('_').next().unwrap().to_string()).collect()
}

#[test]
fn a_glob_stands_for_files() {
    let folder = project();
    git(folder.path(), &["init", "--quiet"]);
    write(folder.path(), ".gitignore", "node_modules\n");
    let found = |glob: &str| found(folder.path(), &[glob]);
    assert_eq!(found("supabase/migrations/*.sql"), ["a.sql", "b.sql"]);
    assert_eq!(found("./supabase/migrations/*.sql"), ["a.sql", "b.sql"]);
    assert_eq!(found("supabase/migrations/**/*.sql"), ["c.sql", "a.sql", "b.sql"]);
    assert_eq!(found("supabase/**"), ["c.sql", "a.sql", "b.sql"]);
    assert_eq!(found("**/*.sql"), ["c.sql", "a.sql", "b.sql"]);
    assert_eq!(found("supabase/migrations/202[4]*.sql"), ["a.sql"]);
    assert_eq!(found("supabase/migrations/{2024,2023}*"), ["a.sql"]);
    for (glob, why) in [("supabase/*.sql", "no .sql files match this"), ("supabase/[a", "`[` is not closed")] {
        let run = pgdry(folder.path(), &["check", glob]);
        assert_eq!((run.status.code(), text(&run.stderr)), (Some(2), format!("pgdry: {glob}: {why}\n")));
    }
    // What git has is read, whatever .gitignore says.
    git(folder.path(), &["add", "--force", "node_modules"]);
    assert_eq!(found("**/*.sql"), ["c.sql", "a.sql", "b.sql", "d.sql"]);
}

#[test]
fn a_glob_of_all_files_is_the_history_and_one_of_some_is_not() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "m/20250101000000_a.sql", "create index a_id_idx on public.a (id);\n");
    let undefined =
        |glob: &str| text(&pgdry(folder.path(), &["check", glob]).stdout).contains("schema/undefined-table");
    assert!(undefined("m/*.sql") && undefined("m/**") && undefined("m"));
    assert!(!undefined("m/2025*.sql") && !undefined("m/20250101000000_a.sql"));
}

#[test]
fn files_are_left_out_as_gitignore_does() {
    let folder = project();
    let found = |args: &[&str]| found(folder.path(), args);
    write(folder.path(), ".pgdryignore", "# what ran long ago\n2024*\n");
    assert_eq!(found(&[]), ["b.sql"]);
    assert_eq!(found(&["supabase/migrations/20240101000000_a.sql"]), ["a.sql"], "it is named");
    // The nearer file has the last word.
    write(folder.path(), "supabase/migrations/.pgdryignore", "!*_a.sql\nold/\n");
    assert_eq!(found(&[]), ["a.sql", "b.sql"]);
    assert_eq!(found(&["supabase/migrations/**/*.sql"]), ["a.sql", "b.sql"]);
    write(folder.path(), "pgdry.toml", "exclude = [\"/supabase/migrations/*_b.sql\"]\n");
    assert_eq!(found(&[]), ["a.sql"]);
    write(folder.path(), "pgdry.toml", "exclude = [\"supabase/\"]\n");
    let run = pgdry(folder.path(), &["check"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("every file is ignored"), "{}", text(&run.stderr));
    write(folder.path(), "pgdry.toml", "exclude = [\"a{\"]\n");
    let run = pgdry(folder.path(), &["check"]);
    assert!(text(&run.stderr).contains("`exclude`: ") && run.status.code() == Some(2), "{}", text(&run.stderr));
}

#[test]
fn what_git_ignores_is_left_out_and_said() {
    let folder = project();
    write(folder.path(), "supabase/.gitignore", "*_b.sql\n");
    assert_eq!(found(folder.path(), &[]), ["a.sql", "b.sql"], "there is no repository");
    git(folder.path(), &["init", "--quiet"]);
    assert_eq!(found(folder.path(), &[]), ["a.sql"]);
    let run = pgdry(folder.path(), &["check"]);
    assert_eq!(text(&run.stderr), "note: supabase/migrations/20250101000000_b.sql is left out: git ignores it\n");
    git(folder.path(), &["add", "--force", "supabase"]);
    assert_eq!(found(folder.path(), &[]), ["a.sql", "b.sql"], "git has it");
}

#[test]
fn standard_input_stands_for_a_file() {
    let folder = project();
    let path = "supabase/migrations/20250101000000_b.sql";
    let check = |path: &str, args: &[&str], input: &str| {
        let run = pgdry_with_input(
            folder.path(),
            &[&["check", "--stdin-filename", path, "--format", "json"], args].concat(),
            input,
        );
        let report = report(&run);
        let findings = report["findings"].as_array().unwrap();
        let lines = findings.iter().map(|f| {
            assert_eq!(f["file"], path);
            f["rule"].as_str().unwrap().to_string()
        });
        (lines.collect::<Vec<_>>(), report["summary"]["files"].as_u64().unwrap())
    };
    let broken = "alter table public.a_sql add column a int;\nalter table public.b_sql add column b int;\n";
    for args in [&[][..], &["-"], &["supabase/migrations"], &["supabase/migrations", "-"], &["."]] {
        assert_eq!(check(path, args, broken), (vec!["schema/undefined-table".to_string()], 2), "{args:?}");
    }
    // Whoever asks from elsewhere, of a file that is not there yet.
    let whole = folder.path().join("supabase/migrations/20250102000000_new.sql");
    assert_eq!(check(whole.to_str().unwrap(), &[], broken), (vec![], 3));
    // It is no migration: others may have made the table.
    assert_eq!(check("supabase/query.sql", &[], "alter table public.gone add column a int;\n"), (vec![], 1));
    let first = "other/20250101000000_first.sql";
    assert_eq!(check(first, &[], "alter table public.gone add column a int;\n").0, ["schema/undefined-table"]);
    let run = pgdry_with_input(folder.path(), &["check", "--stdin-filename", path], TABLE);
    assert!(text(&run.stdout).contains(&format!("{path}:1:14")), "{}", text(&run.stdout));
    assert_eq!(run.status.code(), Some(1));
}
