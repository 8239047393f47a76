//! The command as WebAssembly, in Node (`pkg/command.js`): what it asks of the script that runs it, as WASI has no processes and no whole paths.

use serde::Serialize;
use std::io::{Error, Read, Result, Write};
use std::path::{Path, PathBuf};

/// Where the script listens. No file: what is written to it is the question, what is read then is the answer.
const SCRIPT: &str = "/dev/pgdry";

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Question<'a> {
    /// What git prints.
    Git { folder: &'a Path, arguments: &'a [&'a str], input: &'a str, environment: &'a [(&'a str, PathBuf)] },
    /// The whole path of a file or folder, links followed.
    Whole(&'a Path),
}

/// The answer of a program: what it printed, `None` when it failed.
type Answer = Option<Vec<u8>>;

/// Goes to the folder in which the script runs.
pub fn enter() {
    let here = std::env::var_os("PGDRY_FOLDER").unwrap_or_else(|| "/".into());
    if let Err(error) = std::env::set_current_dir(&here) {
        super::complain(&format!("{}: {error}", here.display()));
        std::process::exit(2);
    }
}

pub fn git(folder: &Path, arguments: &[&str], input: &str, environment: &[(&str, PathBuf)]) -> Result<Answer> {
    ask(&Question::Git { folder, arguments, input, environment })
}

pub fn canonicalize(path: &Path) -> Result<PathBuf> {
    let whole = std::env::current_dir()?.join(path);
    let answer = ask(&Question::Whole(&whole))?.ok_or(std::io::ErrorKind::NotFound)?;
    String::from_utf8(answer).map(PathBuf::from).map_err(Error::other)
}

/// The first byte of an answer says how it went: `+` well, `-` the program failed, `!` it cannot be run, and why follows.
fn ask(question: &Question) -> Result<Answer> {
    let mut script = std::fs::OpenOptions::new().read(true).write(true).open(SCRIPT)?;
    script.write_all(&serde_json::to_vec(question)?)?;
    let mut answer = Vec::new();
    script.read_to_end(&mut answer)?;
    let how = if answer.is_empty() { b'!' } else { answer.remove(0) };
    match how {
        b'+' => Ok(Some(answer)),
        b'-' => Ok(None),
        _ => Err(Error::other(String::from_utf8_lossy(&answer).into_owned())),
    }
}
