//! `pgdry completions`, `pgdry man` and `pgdry init`: what they write.

#![cfg(feature = "cli")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn pgdry(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgdry")).args(args).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn printed(args: &[&str]) -> String {
    let run = pgdry(Path::new("."), args);
    assert!(run.status.success(), "{args:?}: {}", text(&run.stderr));
    text(&run.stdout)
}

/// What another program says of a text; `None` where there is no such program.
fn piped(program: &str, args: &[&str], input: &str) -> Option<Output> {
    let mut command = Command::new(program);
    let command = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().ok()
}

#[test]
fn the_completions_complete() {
    let script = printed(&["completions", "bash"]);
    let asked = format!(
        "{script}\nCOMP_WORDS=(pgdry check --stag); COMP_CWORD=2; _pgdry pgdry --stag check; printf '%s\\n' \"${{COMPREPLY[@]}}\"\n\
         COMP_WORDS=(pgdry check --fail-on w); COMP_CWORD=3; _pgdry pgdry w --fail-on; printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    );
    let bash = piped("bash", &["--noprofile", "--norc", "-u"], &asked).unwrap();
    assert_eq!(text(&bash.stdout), "--staged\nwarning\n", "{bash:?}");
    for (shell, sign) in [
        ("zsh", "#compdef pgdry"),
        ("fish", "complete -c pgdry"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let script = printed(&["completions", shell]);
        assert!(script.contains(sign) && script.contains("stdin-filename"), "{shell}");
        // Where the shell is there, it reads it.
        if let Some(run) = piped(shell, &["-n"], &script).filter(|_| matches!(shell, "zsh" | "fish")) {
            assert!(run.status.success(), "{shell}: {}", text(&run.stderr));
        }
    }
}

#[test]
fn the_manual_has_every_command_and_option() {
    let page = printed(&["man"]);
    for command in ["check", "types", "schema", "parse", "rules", "explain", "init", "completions", "man"] {
        assert!(page.contains(&format!("pgdry\\-{command}(1)")), "{command}");
    }
    let check = printed(&["man", "check"]);
    assert!(check.starts_with(".ie \\n(.g .ds Aq") && check.contains(".TH pgdry-check 1"), "{check}");
    for part in [".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", "\\-\\-since", "\\-\\-stdin\\-filename", "\\-\\-watch"] {
        assert!(check.contains(part), "{part}");
    }
    // groff, which every Debian has with man, finds nothing to warn of.
    if let Some(run) = piped("groff", &["-man", "-Tutf8", "-ww", "-z"], &check) {
        assert_eq!((run.status.success(), text(&run.stderr)), (true, String::new()));
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(pgdry(folder.path(), &["man", "--out", "pages"]).status.success());
    for name in ["pgdry.1", "pgdry-check.1", "pgdry-init-github.1"] {
        assert!(folder.path().join("pages").join(name).is_file(), "{name}");
    }
    let unknown = pgdry(folder.path(), &["man", "chek"]);
    assert_eq!((unknown.status.code(), text(&unknown.stderr)), (Some(2), "pgdry: there is no command `chek`\n".into()));
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new("git").args(["init", "--quiet"]).current_dir(folder.path()).status().unwrap();
    assert!(run.success());
    folder
}

#[test]
fn init_writes_once() {
    let folder = repository();
    let workflow = folder.path().join(".github/workflows/apply-supabase-migrations.yml");
    let hooks = folder.path().join(".pre-commit-config.yaml");
    for (args, file) in [(["init", "github"], &workflow), (["init", "pre-commit"], &hooks)] {
        assert_eq!(pgdry(folder.path(), &args).status.code(), Some(0));
        let written = std::fs::read_to_string(file).unwrap();
        assert!(!written.contains("@PREFIX@") && !written.contains('\r'));
        std::fs::write(file, "mine").unwrap();
        let refused = pgdry(folder.path(), &args);
        assert_eq!(refused.status.code(), Some(2));
        assert!(
            text(&refused.stderr).contains("is there already: --force writes over it"),
            "{}",
            text(&refused.stderr)
        );
        assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
        assert_eq!(pgdry(folder.path(), &[&args[..], &["--force"]].concat()).status.code(), Some(0));
        assert_eq!(std::fs::read_to_string(file).unwrap(), written);
    }
    let outside = tempfile::tempdir().unwrap();
    let run = pgdry(outside.path(), &["init", "github"]);
    assert_eq!(
        (run.status.code(), text(&run.stderr)),
        (Some(2), "pgdry: this folder is in no git repository\n".into())
    );
}

#[test]
fn init_knows_the_folder_the_branch_and_the_types() {
    let folder = repository();
    let app = folder.path().join("apps/web");
    std::fs::create_dir_all(&app).unwrap();
    std::fs::write(app.join("pgdry.toml"), "[types]\nout = \"src/types.ts\"\n").unwrap();
    let args = ["init", "github", "--branch", "production", "--install", "echo 'it''s' | sh"];
    assert!(pgdry(&app, &args).status.success());
    let workflow = folder.path().join(".github/workflows/apply-supabase-migrations.yml");
    let workflow = std::fs::read_to_string(workflow).unwrap();
    for line in [
        "    branches: ['production']",
        "      - 'apps/web/supabase/**'",
        "      - 'apps/web/src/types.ts'",
        "    working-directory: 'apps/web'",
        "  TYPES_FILE: 'src/types.ts'",
        "  PGDRY_INSTALL: 'echo ''it''''s'' | sh'",
        "    if: ${{ github.event_name != 'pull_request' && github.ref == 'refs/heads/production' }}",
    ] {
        assert!(workflow.lines().any(|other| other == line), "{line}\n{workflow}");
    }
    assert!(pgdry(&app, &["init", "pre-commit"]).status.success());
    let hooks = std::fs::read_to_string(folder.path().join(".pre-commit-config.yaml")).unwrap();
    assert!(hooks.contains("entry: pgdry check --staged \"apps/web\"\n"), "{hooks}");
    assert!(hooks.contains("entry: pgdry types --staged --check \"apps/web/src/types.ts\" \"apps/web\"\n"), "{hooks}");
    let run = pgdry(&app, &["init", "github", "--force", "--branch", "a'b"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("it must not contain '\\''"), "{}", text(&run.stderr));
}
