//! `pgdry check --locks`: what a transaction takes and holds.

#![cfg(feature = "cli")]

use std::process::Command;

fn locks(sql: &str, config: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pgdry.toml"), config).unwrap();
    std::fs::write(folder.path().join("1_tables.sql"), "create table a (id int); create table b (id int);").unwrap();
    std::fs::write(folder.path().join("2_change.sql"), sql).unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_pgdry")).args(["check", ".", "--locks"]).current_dir(folder.path()).output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    text.split_once("2_change.sql\n").unwrap().1.to_string()
}

const CHANGE: &str = "alter table a add n int;\nalter table b alter id type bigint;\n";

#[test]
fn a_file_is_one_transaction_for_supabase() {
    let expected = "  transaction 1
      1  alter table a add n int
         table public.a: ACCESS EXCLUSIVE; blocks reads and writes
      2  alter table b alter id type bigint
         table public.b: ACCESS EXCLUSIVE, is rewritten; blocks reads and writes
         held by now: public.a ACCESS EXCLUSIVE, public.b ACCESS EXCLUSIVE
";
    assert_eq!(locks(CHANGE, ""), expected);
}

#[test]
fn a_statement_is_one_transaction_for_psql() {
    let expected = "  transaction 1
      1  alter table a add n int
         table public.a: ACCESS EXCLUSIVE; blocks reads and writes
  transaction 2
      2  alter table b alter id type bigint
         table public.b: ACCESS EXCLUSIVE, is rewritten; blocks reads and writes
";
    assert_eq!(locks(CHANGE, "runner = 'psql'"), expected);
}

#[test]
fn a_block_is_one_transaction_for_both() {
    let sql = format!("begin;\n{CHANGE}commit;\nlock table a in share mode;\n");
    for config in ["", "runner = 'psql'"] {
        let text = locks(&sql, config);
        assert!(text.contains("held by now: public.a ACCESS EXCLUSIVE, public.b ACCESS EXCLUSIVE"), "{text}");
        assert!(
            text.ends_with(
                "  transaction 2\n      5  lock table a in share mode\n         table public.a: SHARE; blocks writes\n"
            ),
            "{text}"
        );
    }
}
