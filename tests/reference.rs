//! `docs/reference/`: what the documentation site prints of the rules and of the command, kept as files so that building the site needs no native
//! build. `BLESS=1 cargo test --test reference` writes them anew.

#![cfg(feature = "cli")]

use std::path::Path;
use std::process::Command;

fn printed(args: &[&str]) -> String {
    // Without a terminal clap breaks lines at 100 characters, unless COLUMNS says otherwise.
    let run = Command::new(env!("CARGO_BIN_EXE_pgdry")).args(args).env_remove("COLUMNS").output().unwrap();
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn compare(name: &str, printed: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, printed).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == printed,
        "docs/reference/{name} is stale: BLESS=1 cargo test --test reference writes it anew.\nIt should be\n{printed}"
    );
}

/// The names of the commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A name stands at the third column; what is further in goes on with its description.
    listed
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_string)
        .collect()
}

/// The help of a command, and of all below it, each after a line with its name.
fn help(command: &[&str], pages: &mut String) {
    let text = printed(&[command, &["--help"]].concat());
    let name = [&["pgdry"], command].concat().join(" ");
    pages.push_str(&format!("# {name}\n\n{}\n\n", text.trim_end()));
    for below in commands(&text) {
        help(&[command, &[below.as_str()]].concat(), pages);
    }
}

#[test]
fn the_list_of_rules() {
    compare("rules.json", &printed(&["rules", "--format", "json"]));
}

#[test]
fn the_help_of_every_command() {
    let mut pages = String::new();
    help(&[], &mut pages);
    for command in ["check", "types", "schema", "contract init", "init"] {
        assert!(pages.contains(&format!("# pgdry {command}\n")), "{command}");
    }
    compare("commands.txt", &pages);
}
