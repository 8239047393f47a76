//! `pgdry types` as a command: what it writes, compares and reads from configuration.

#![cfg(feature = "cli")]

use std::path::Path;
use std::process::{Command, Output};

fn pgdry(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgdry")).args(args).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn project(migration: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let migrations = folder.path().join("supabase/migrations");
    std::fs::create_dir_all(&migrations).unwrap();
    std::fs::write(migrations.join("20250101000000_a.sql"), migration).unwrap();
    folder
}

#[test]
fn stale_types_are_shown_as_a_diff() {
    let folder = project("create table public.a (id int primary key);");
    let written = pgdry(folder.path(), &["types", "--out", "types.ts"]);
    assert_eq!((written.status.code(), text(&written.stdout)), (Some(0), String::new()));
    assert_eq!(pgdry(folder.path(), &["types", "--check", "types.ts"]).status.code(), Some(0));
    let later = folder.path().join("supabase/migrations/20250102000000_b.sql");
    std::fs::write(later, "alter table public.a add column name text;").unwrap();
    let stale = pgdry(folder.path(), &["types", "--out", "types.ts", "--check"]);
    assert_eq!(stale.status.code(), Some(1));
    let diff = text(&stale.stdout);
    assert!(diff.starts_with("--- types.ts\n+++ types.ts (from the migrations)\n"), "{diff}");
    assert!(diff.contains("+                    \"id\": number,\"name\": string | null\n"), "{diff}");
    assert!(text(&stale.stderr).contains("types.ts is stale"));
    assert_eq!(pgdry(folder.path(), &["types", "--check", "other.ts"]).status.code(), Some(1));
    assert_eq!(pgdry(folder.path(), &["types", "--check"]).status.code(), Some(2));
}

#[test]
fn configuration_names_schemas_and_the_file() {
    let folder = project("create schema api; create table api.a (id int primary key);");
    std::fs::write(folder.path().join("supabase/config.toml"), "[api]\nschemas = [\"public\", \"api\", \"gone\"]\n")
        .unwrap();
    let run = pgdry(folder.path(), &["types"]);
    assert!(text(&run.stdout).contains("\"api\": {"));
    assert_eq!(text(&run.stderr), "warning: there is no schema `gone` at the end of the chain\n");
    std::fs::write(folder.path().join("pgdry.toml"), "[types]\nschemas = [\"public\"]\nout = \"types.ts\"\n").unwrap();
    assert_eq!(text(&pgdry(folder.path(), &["types"]).stdout), "");
    let written = std::fs::read_to_string(folder.path().join("types.ts")).unwrap();
    assert!(!written.contains("\"api\""));
    assert_eq!(pgdry(folder.path(), &["types", "--check"]).status.code(), Some(0));
    let linked = pgdry(folder.path(), &["types", "--out", "-", "--postgrest-version", "13", "--one-to-one", "false"]);
    let linked = text(&linked.stdout);
    assert!(
        linked.contains("__InternalSupabase: {\n    PostgrestVersion: '13'\n  }") && !linked.contains("isOneToOne")
    );
}

#[test]
fn what_is_not_known_is_said() {
    // Of this extension only the outline is known: it may have such a function.
    let folder = project("create extension pgroonga; create view public.v as select pgroonga_score(1, 2) as score;");
    let run = pgdry(folder.path(), &["types"]);
    assert_eq!(run.status.code(), Some(0));
    assert!(text(&run.stdout).contains("\"score\": unknown\n"));
    assert_eq!(text(&run.stderr), "warning: `public.v.score`: its type could not be worked out\n");
}
