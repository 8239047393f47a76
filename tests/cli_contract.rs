//! `pgdry contract init`, and where `pgdry check` reports what breaks a contract.

#![cfg(feature = "cli")]

use std::path::Path;
use std::process::{Command, Output};

fn pgdry(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgdry")).args(args).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const NOTES: &str = "create type public.note_state as enum ('draft', 'it''s out');
create table public.notes (
  id bigint primary key,
  \"Title\" text not null,
  state public.note_state,
  created_at timestamptz not null default now(),
  author_id uuid references auth.users (id) on delete cascade,
  unique (\"Title\", author_id)
);
create index on public.notes (author_id, created_at desc);
create index on public.notes (lower(\"Title\"));
alter table public.notes enable row level security;
create policy notes_select on public.notes for select to authenticated using (author_id = (select auth.uid()));
create schema app;
create table app.odd (\"a.b\" numeric(10, 2), \"select\" varchar(3)[]);
create temporary table scratch (id int);
";

const CONTRACT: &str = r#"[contract]

[contract.enums]
note_state = ["draft", "it's out"]

[contract.tables."app.odd"]

[contract.tables."app.odd".columns]
"\"a.b\"" = "numeric(10,2)"
"\"select\"" = "character varying(3)[]"

[contract.tables.notes]
primary_key = "id"
rls = true
policies = ["select"]
indexes = ["author_id, created_at"]
unique = ["\"Title\", author_id"]

[contract.tables.notes.columns]
id = "bigint not null"
"\"Title\"" = "text not null"
state = "note_state"
created_at = "timestamptz not null"
author_id = "uuid"

[contract.tables.notes.foreign_keys]
author_id = "auth.users (id) on delete cascade"
"#;

fn project(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let migrations = folder.path().join("supabase/migrations");
    std::fs::create_dir_all(&migrations).unwrap();
    std::fs::write(folder.path().join("pgdry.toml"), config).unwrap();
    std::fs::write(migrations.join("20240101000000_notes.sql"), NOTES).unwrap();
    folder
}

fn add(folder: &Path, sql: &str) {
    std::fs::write(folder.join("supabase/migrations/20250101000000_next.sql"), sql).unwrap();
}

/// `file:line:column rule` of what is found of the contract.
fn found(folder: &Path, args: &[&str]) -> Vec<String> {
    let run = pgdry(folder, &[&["check", "--format", "json"], args].concat());
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|f| f["rule"].as_str().unwrap().starts_with("contract/"))
        .map(|f| {
            let file = f["file"].as_str().unwrap().rsplit('_').next().unwrap();
            format!("{file}:{}:{} {}", f["start"]["line"], f["start"]["column"], f["rule"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn init_prints_a_contract_that_the_schema_keeps() {
    let folder = project("");
    let run = pgdry(folder.path(), &["contract", "init"]);
    assert_eq!((text(&run.stdout).as_str(), run.status.code()), (CONTRACT, Some(0)), "{}", text(&run.stderr));
    std::fs::write(folder.path().join("pgdry.toml"), CONTRACT).unwrap();
    assert_eq!(found(folder.path(), &[]), [""; 0]);
    let narrow = text(&pgdry(folder.path(), &["contract", "init", "--schema", "app"]).stdout);
    assert!(narrow.contains("app.odd") && !narrow.contains("notes"), "{narrow}");
}

#[test]
fn init_writes_over_nothing() {
    let folder = project("preset = \"strict\"\n\n\n");
    let file = folder.path().join("pgdry.toml");
    let run = pgdry(folder.path(), &["contract", "init", "--out", "pgdry.toml"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written, format!("preset = \"strict\"\n\n{CONTRACT}"));
    let again = pgdry(folder.path(), &["contract", "init", "--out", "pgdry.toml"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("pgdry.toml has a contract already"), "{}", text(&again.stderr));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
    let new = pgdry(folder.path(), &["contract", "init", "--out", "new.toml"]);
    assert_eq!(new.status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(folder.path().join("new.toml")).unwrap(), CONTRACT);
}

#[test]
fn what_was_taken_away_is_found_at_its_statement() {
    let folder = project(CONTRACT);
    add(folder.path(), "select 1;\nalter table public.notes\n  drop column author_id cascade;\n");
    // The index, the key and the policy on the column went with it.
    assert_eq!(found(folder.path(), &[]), ["next.sql:2:1 contract/missing-column"]);
    let shown = text(&pgdry(folder.path(), &["check"]).stdout);
    assert!(shown.contains("; 1 more requirement of the contract broke with it"), "{shown}");
    add(folder.path(), "drop table public.notes;\n");
    assert_eq!(found(folder.path(), &[]), ["next.sql:1:1 contract/missing-table"]);
    assert_eq!(pgdry(folder.path(), &["check", "--rule", "contract/*=off", "--rule", "*=off"]).status.code(), Some(0));
    assert_eq!(
        pgdry(folder.path(), &["check", "--rule", "*=off", "--rule", "contract/*=error"]).status.code(),
        Some(1)
    );
    // A type that is wrong is shown where it was last written, whatever it was before.
    add(
        folder.path(),
        "alter table app.odd alter \"a.b\" type text;\nalter table app.odd alter \"a.b\" type varchar;\n",
    );
    assert_eq!(found(folder.path(), &[]), ["next.sql:2:1 contract/column-type"]);
    add(folder.path(), "alter table app.odd drop \"a.b\", add \"a.b\" text;\n");
    assert_eq!(found(folder.path(), &[]), ["next.sql:1:37 contract/column-type"]);
}

#[test]
fn what_never_was_there_is_found_in_the_configuration() {
    let config = "[contract]\nextensions = [\"pgcrypto\", \"postgis\"]\n\n[contract.tables.notes]\npolicies = [\"select\", \"insert\"]\n\n\
                  [contract.tables.notes.columns]\nid = \"bigint\"\nbody = \"text\"\n\n[contract.tables.\"books | novels\"]\nrls = true\n";
    let folder = project(config);
    let expected = [
        "pgdry.toml:2:27 contract/extension",
        "pgdry.toml:5:23 contract/policy",
        "pgdry.toml:9:1 contract/missing-column",
        "pgdry.toml:11:18 contract/missing-table",
    ];
    assert_eq!(found(folder.path(), &[]), expected);
    // From wherever it runs, the path leads there.
    let inside = folder.path().join("supabase/migrations");
    let shown = text(&pgdry(&inside, &["check", "."]).stdout);
    let path = folder.path().canonicalize().unwrap().join("pgdry.toml");
    assert!(shown.contains(&format!("{}:9:1", path.display())), "{shown}");
    assert!(shown.contains("9 | body = \"text\""), "{shown}");
    // Neither a path nor a comment in a migration is about it.
    let text = "-- pgdry-ignore-file contract/extension: no\nselect 1;\n";
    add(folder.path(), text);
    std::fs::write(
        folder.path().join("pgdry.toml"),
        format!("{config}\n[[overrides]]\npaths = [\"**\"]\nrules = {{ \"contract/*\" = \"off\" }}\n"),
    )
    .unwrap();
    assert_eq!(found(folder.path(), &[]), expected);
    // One file is not the whole history: what it does not create may be there.
    assert_eq!(found(folder.path(), &["supabase/migrations/20240101000000_notes.sql"]), expected[1..3].to_vec());
}

#[test]
fn what_is_wrong_with_a_contract_has_its_place() {
    let said = |config: &str| {
        let folder = project(config);
        let run = pgdry(folder.path(), &["check"]);
        assert_eq!(run.status.code(), Some(2), "{config}: {}", text(&run.stdout));
        let said = text(&run.stderr);
        said.split_once("pgdry.toml: ").unwrap_or_else(|| panic!("{said}")).1.trim_end().to_string()
    };
    for (config, message) in [
        ("[contract]\ntabels = {}", "line 2, column 1: unknown key `tabels`; did you mean `tables`?"),
        (
            "[contract.tables.a]\nprimarykey = \"id\"",
            "line 2, column 1: unknown key `primarykey`; did you mean `primary_key`?",
        ),
        ("[contract.tables.a]\nprimary_key = [\"id\"]", "line 2, column 1: `primary_key` is a list: expected a string"),
        (
            "[contract.tables.a]\npolicies = [\"select\", \"insrt\"]",
            "line 2, column 23: `insrt` is not known; did you mean `insert`?",
        ),
        (
            "[contract.tables.a.columns]\nid = \"uuid nul\"",
            "line 2, column 1: `uuid nul`: syntax error at or near \"nul\"",
        ),
        (
            "[contract.tables.a]\nindexes = [\"a\", \"b desc\"]",
            "line 2, column 17: `b desc`: syntax error at or near \"desc\"",
        ),
        (
            "[contract.tables.a.foreign_keys]\nb = \"c on delete cascde\"",
            "line 2, column 1: `c on delete cascde`: syntax error at or near \"cascde\"",
        ),
        ("[contract.tables.\"a b\"]\nrls = true", "line 1, column 18: `a b`: syntax error at or near \"b\""),
        ("[contract.tables.a]\nexcept = [\"b\"]", "line 2, column 1: `except` is for patterns: `a` is none"),
        (
            "[contract]\nforbidden = [\"tabel a\"]",
            "line 2, column 14: `tabel a`: expected one of `table`, `view`, `column`, `function`, `type`, `extension`, `schema`, then a name or pattern",
        ),
    ] {
        assert_eq!(said(config), message);
    }
}
