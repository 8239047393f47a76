//! Questions to git.

use super::Failure;
use std::io::{BufRead, Result as IoResult};
use std::path::{Path, PathBuf};

/// What git prints when it runs in the folder, `None` when it fails.
pub fn git(folder: &Path, args: &[&str]) -> Result<Option<String>, Failure> {
    let printed = run(folder, args, String::new()).map_err(not_run)?;
    Ok(printed.map(|printed| String::from_utf8_lossy(&printed).into_owned()))
}

/// The contents of these objects, all from one process.
pub fn blobs(folder: &Path, oids: &[&str]) -> Result<Vec<Vec<u8>>, Failure> {
    if oids.is_empty() {
        return Ok(Vec::new());
    }
    let printed = run(folder, &["cat-file", "--batch"], oids.join("\n") + "\n").map_err(not_run)?;
    let printed = printed.ok_or("git cat-file fails here")?;
    let mut printed = &printed[..];
    oids.iter().map(|oid| blob(&mut printed).map_err(|e| format!("git cat-file {oid}: {e}"))).collect()
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

#[cfg(not(target_os = "wasi"))]
fn run(folder: &Path, args: &[&str], input: String) -> IoResult<Option<Vec<u8>>> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(args).envs(environment());
    let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    let writer = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output()?;
    drop(writer.join());
    Ok(output.status.success().then_some(output.stdout))
}

#[cfg(target_os = "wasi")]
fn run(folder: &Path, args: &[&str], input: String) -> IoResult<Option<Vec<u8>>> {
    super::wasi::git(folder, args, &input, &environment())
}

/// In a hook git may say where the repository is, as seen from the top of the work tree, which it takes to be where it runs. We run it elsewhere.
fn environment() -> Vec<(&'static str, PathBuf)> {
    let (Some(dir), Ok(here)) = (std::env::var_os("GIT_DIR"), std::env::current_dir()) else { return Vec::new() };
    let mut environment = vec![("GIT_DIR", here.join(dir))];
    if std::env::var_os("GIT_WORK_TREE").is_none() {
        environment.push(("GIT_WORK_TREE", here));
    }
    environment
}

fn not_run(error: std::io::Error) -> Failure {
    format!("git cannot be run: {error}")
}
