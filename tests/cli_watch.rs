//! `pgdry check --watch`.

#![cfg(feature = "cli")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A pgdry that is ended with the test.
struct Watch {
    child: Child,
    lines: Receiver<String>,
    notes: Receiver<String>,
}

impl Watch {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgdry"));
        let command = command.args(["check", "--watch"]).args(args).current_dir(folder);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = read(child.stdout.take().unwrap());
        let notes = read(child.stderr.take().unwrap());
        Self { child, lines, notes }
    }

    /// What is printed next, to its summary.
    fn next(&self) -> Vec<String> {
        let mut block = Vec::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|e| panic!("{e}: {block:?}"));
            let is_last = line.contains("statement");
            block.push(line);
            if is_last {
                return block;
            }
        }
    }

    fn next_note(&self) -> String {
        self.notes.recv_timeout(Duration::from_secs(30)).unwrap()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn read(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });
    lines
}

#[test]
fn checks_again_when_something_changes() {
    let folder = tempfile::tempdir().unwrap();
    let migrations = folder.path().join("supabase/migrations");
    std::fs::create_dir_all(&migrations).unwrap();
    let write = |name: &str, text: &str| std::fs::write(migrations.join(name), text).unwrap();
    write("20250101000000_a.sql", "create table public.a (id bigint primary key);\n");
    let watch = Watch::start(folder.path(), &["--rule", "rls/no-policy=off"]);
    let first = watch.next();
    assert!(first[0].starts_with("error[rls/enabled-on-create]"), "{first:?}");
    assert_eq!(first.last().unwrap(), "1 file, 1 statement: 1 error; 1 fixable with --fix");

    write(
        "20250101000000_a.sql",
        "create table public.a (id int primary key);\nalter table a enable row level security;\n",
    );
    assert_eq!(watch.next(), ["1 file, 2 statements: no findings"]);
    assert_eq!(watch.next_note(), "pgdry: changed: supabase/migrations/20250101000000_a.sql");

    // A new file, one that is no migration, one that is gone, and the configuration.
    write("notes.txt", "");
    write("20250102000000_b.sql", "alter table a add column n int;\n");
    assert_eq!(watch.next(), ["2 files, 3 statements: no findings"]);
    assert_eq!(watch.next_note(), "pgdry: changed: supabase/migrations/20250102000000_b.sql");
    std::fs::remove_file(migrations.join("20250101000000_a.sql")).unwrap();
    let broken = watch.next();
    assert!(broken[0].contains("schema/undefined-table"), "{broken:?}");
    assert_eq!(broken.last().unwrap(), "1 file, 1 statement: 1 error");
    assert_eq!(watch.next_note(), "pgdry: changed: supabase/migrations/20250101000000_a.sql");

    // A mistake in between is said, and does not end it. (An editor's half-written file is not one: it is read when it is quiet.)
    std::fs::remove_file(migrations.join("20250102000000_b.sql")).unwrap();
    assert!(watch.next_note().ends_with("no .sql files in this folder"));
    write("20250102000000_b.sql", "alter table a add column n int;\n");
    assert_eq!(watch.next().last().unwrap(), "1 file, 1 statement: 1 error", "as it was, which is said again");
    std::fs::write(folder.path().join("pgdry.toml"), "[rules]\n'schema/*' = 'off'\n").unwrap();
    assert_eq!(watch.next().last().unwrap(), "1 file, 1 statement: no findings");
    assert_eq!(watch.next_note(), "pgdry: changed: the configuration");
}

#[test]
fn says_at_once_what_is_wrong_with_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    for (args, why) in [(&["gone"][..], "gone: no such file or folder"), (&["-"], "standard input cannot be watched")] {
        let run = Command::new(env!("CARGO_BIN_EXE_pgdry"))
            .args(["check", "--watch"])
            .args(args)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&run.stderr).contains(why), "{run:?}");
    }
}
