//! Questions to git.

use super::Failure;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// What git prints when it runs in the folder, `None` when it fails.
pub fn git(folder: &Path, args: &[&str]) -> Result<Option<String>, Failure> {
    let output = command(folder).args(args).stdin(Stdio::null()).output().map_err(not_run)?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The contents of these objects, all from one process.
pub fn blobs(folder: &Path, oids: &[&str]) -> Result<Vec<Vec<u8>>, Failure> {
    if oids.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = command(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(not_run)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else { return Err("git has no pipes".into()) };
    let wanted = oids.join("\n") + "\n";
    let writer = std::thread::spawn(move || drop(stdin.write_all(wanted.as_bytes())));
    let mut stdout = BufReader::new(stdout);
    let mut blobs = Vec::with_capacity(oids.len());
    for oid in oids {
        blobs.push(blob(&mut stdout).map_err(|e| format!("git cat-file {oid}: {e}"))?);
    }
    drop(writer.join());
    child.wait().map_err(not_run)?;
    Ok(blobs)
}

/// `<oid> blob <size>`, the content, and a line's end.
fn blob(stdout: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut header = String::new();
    stdout.read_line(&mut header)?;
    let size = header.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse().ok());
    let size: usize = size.ok_or_else(|| std::io::Error::other(header.trim_end().to_string()))?;
    let mut content = vec![0; size + 1];
    stdout.read_exact(&mut content)?;
    content.truncate(size);
    Ok(content)
}

/// A line of `git diff --raw`.
pub struct Change {
    pub name: String,
    /// The object before; `None` when there was none.
    pub before: Option<String>,
    /// Whether there is a file now.
    pub stays: bool,
}

/// Reads what `git diff --raw -z --no-renames --no-abbrev` prints: `:mode mode oid oid status NUL name NUL`.
pub fn changes(raw: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut parts = raw.split('\0');
    while let (Some(about), Some(name)) = (parts.next(), parts.next()) {
        let mut words = about.split(' ').skip(2);
        let before = words.next().filter(|oid| !oid.bytes().all(|b| b == b'0')).map(str::to_string);
        let stays = words.nth(1).is_none_or(|status| status != "D");
        changes.push(Change { name: name.to_string(), before, stays });
    }
    changes
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder);
    // In a hook git may say where the repository is, as seen from the top of the work tree, which it takes to be where it runs. We run it elsewhere.
    if let (Some(dir), Ok(here)) = (std::env::var_os("GIT_DIR"), std::env::current_dir()) {
        command.env("GIT_DIR", here.join(dir));
        if std::env::var_os("GIT_WORK_TREE").is_none() {
            command.env("GIT_WORK_TREE", &here);
        }
    }
    command
}

fn not_run(error: std::io::Error) -> Failure {
    format!("git cannot be run: {error}")
}
