//! `--since`: what a git ref has is applied.

use super::Failure;
use crate::config::Config;
use crate::source::{MigrationName, SourceFile};
use crate::syntax::{TokenKind, lex};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Takes the files that the ref has for applied, and says which of them were changed or taken away since.
///
/// A changed file counts as applied all the same: no database that has it runs it again, and what it creates is live.
pub fn since(reference: &str, files: &[SourceFile], config: &mut Config) -> Result<(), Failure> {
    let mut folders: BTreeMap<PathBuf, Vec<&SourceFile>> = BTreeMap::new();
    for file in files.iter().filter(|f| &*f.path != "<stdin>") {
        let folder = Path::new(&*file.path).parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folders.entry(folder.to_path_buf()).or_default().push(file);
    }
    let mut applied = Vec::new();
    let mut newest: Option<String> = None;
    for (folder, files) in &folders {
        let folder = Folder::at(folder, reference)?;
        let old = folder.names()?;
        for file in files {
            // The version is what counts as applied: the description may have changed.
            let version = MigrationName::version_of(file.file_name());
            let renamed = || {
                let same = |name: &&String| version.is_some() && MigrationName::version_of(name) == version;
                old.iter().filter(same).find(|name| files.iter().all(|f| f.file_name() != **name))
            };
            let Some(name) = old.iter().find(|name| **name == file.file_name()).or_else(renamed) else { continue };
            applied.push(file.path.to_string());
            if let Some(text) = folder.changed(name)?
                && !same_statements(&text, &file.text)
            {
                config.edited.push(file.path.to_string());
            }
        }
        for name in &old {
            let version = MigrationName::version_of(name);
            newest = newest.max(version.map(str::to_string));
            let stays = |f: &&SourceFile| f.file_name() == name || MigrationName::version_of(f.file_name()) == version;
            let gone = !folder.path.join(name).exists() && !files.iter().any(stays);
            if gone && folder.changed(name)?.is_some() {
                eprintln!("warning: {} is gone, but {reference} has it", folder.path.join(name).display());
            }
        }
    }
    config.applied = Some(applied);
    config.applied_until = newest;
    Ok(())
}

/// A folder of a repository.
struct Folder {
    path: PathBuf,
    /// The commit of the ref.
    commit: String,
    /// Where the ref and HEAD parted: what changed since then was changed here.
    fork: String,
    /// What is not as it was there, files that are gone included.
    changed: Vec<String>,
}

impl Folder {
    fn at(path: &Path, reference: &str) -> Result<Self, Failure> {
        let revision = format!("{reference}^{{commit}}");
        if git(path, &["rev-parse", "--git-dir"])?.is_none() {
            return Err(format!("--since: {} is in no git repository", path.display()));
        }
        // A ref does not begin with a hyphen; git would take it for an option.
        let commit = match reference.starts_with('-') {
            true => None,
            false => git(path, &["rev-parse", "--verify", "--quiet", &revision])?,
        };
        let Some(commit) = commit.map(|commit| commit.trim().to_string()) else {
            return Err(format!(
                "--since: there is no ref `{reference}` in this repository (a shallow clone lacks what was not fetched)"
            ));
        };
        let fork = git(path, &["merge-base", &commit, "HEAD"])?.map(|base| base.trim().to_string());
        let fork = fork.unwrap_or_else(|| commit.clone());
        let changed = git(path, &["diff", "--name-only", "--no-renames", "--relative", "-z", &fork, "--", "."])?;
        let changed = changed.unwrap_or_default().split('\0').map(str::to_string).collect();
        Ok(Self { path: path.to_path_buf(), commit, fork, changed })
    }

    /// The names of the SQL files that the ref has in the folder.
    fn names(&self) -> Result<Vec<String>, Failure> {
        let names = git(&self.path, &["ls-tree", "-z", "--name-only", &self.commit])?.unwrap_or_default();
        Ok(names.split('\0').filter(|name| name.ends_with(".sql")).map(str::to_string).collect())
    }

    /// The text that a file had where ref and HEAD parted; `None` when it still has it, or was not there.
    fn changed(&self, name: &str) -> Result<Option<String>, Failure> {
        if !self.changed.iter().any(|changed| changed == name) {
            return Ok(None);
        }
        git(&self.path, &["show", &format!("{}:./{name}", self.fork)])
    }
}

/// What git prints, `None` when it fails.
fn git(folder: &Path, args: &[&str]) -> Result<Option<String>, Failure> {
    let output = Command::new("git").arg("-C").arg(folder).args(args).output();
    let output = output.map_err(|e| format!("--since: git cannot be run: {e}"))?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Whether the texts differ in space and comments only.
fn same_statements(old: &str, new: &str) -> bool {
    let tokens = |text: &str| -> Option<Vec<String>> {
        let tokens = lex(text).tokens;
        let readable = tokens.iter().all(|token| token.kind != TokenKind::Invalid);
        readable.then(|| tokens.iter().map(|token| text[token.span().range()].to_string()).collect())
    };
    old == new || tokens(old).is_some_and(|old| Some(old) == tokens(new))
}
