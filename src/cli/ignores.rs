//! Files that a folder or a glob stands for but that are not to be read: as in `.gitignore`.

use super::Failure;
use super::files::{Sources, bytes, canonicalize, root_of};
use super::git::git;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The `.pgdryignore` files of the folders above the files, and `exclude` of the configuration.
pub struct Ignores<'a> {
    /// The configuration's, as of its folder.
    excluded: Gitignore,
    /// By folder; `None` where it has no such file.
    files: HashMap<PathBuf, Option<Gitignore>>,
    sources: &'a Sources,
}

impl<'a> Ignores<'a> {
    /// `folder` is the configuration's.
    pub fn new(exclude: &[String], folder: &Path, sources: &'a Sources) -> Result<Self, Failure> {
        let mut builder = GitignoreBuilder::new(root_of(folder));
        for pattern in exclude {
            builder.add_line(None, pattern).map_err(|e| format!("`exclude`: {e}"))?;
        }
        let excluded = builder.build().map_err(|e| format!("`exclude`: {e}"))?;
        Ok(Self { excluded, files: HashMap::new(), sources })
    }

    /// Whether the file is to be left out. Of several ignore files the nearest that says something decides, as with git.
    pub fn has(&mut self, path: &Path) -> Result<bool, Failure> {
        let whole = self.sources.places.whole(path);
        if whole.starts_with(self.excluded.path())
            && self.excluded.matched_path_or_any_parents(&whole, false).is_ignore()
        {
            return Ok(true);
        }
        for folder in whole.ancestors().skip(1) {
            if !self.files.contains_key(folder) {
                let file = self.file_in(folder)?;
                self.files.insert(folder.to_path_buf(), file);
            }
            let Some(Some(file)) = self.files.get(folder) else { continue };
            match file.matched_path_or_any_parents(&whole, false) {
                Match::Ignore(_) => return Ok(true),
                Match::Whitelist(_) => return Ok(false),
                Match::None => {}
            }
        }
        Ok(false)
    }

    fn file_in(&self, folder: &Path) -> Result<Option<Gitignore>, Failure> {
        let path = folder.join(".pgdryignore");
        if !path.is_file() {
            return Ok(None);
        }
        let text = bytes(&path, self.sources)?;
        let mut builder = GitignoreBuilder::new(folder);
        for (line, number) in String::from_utf8_lossy(&text).lines().zip(1..) {
            builder.add_line(None, line).map_err(|e| format!("{}, line {number}: {e}", path.display()))?;
        }
        builder.build().map(Some).map_err(|e| format!("{}: {e}", path.display()))
    }
}

/// The SQL files of a folder that git ignores; none without git. What git has in a commit it does not ignore, whatever `.gitignore` says.
pub fn git_ignored(folder: &Path) -> Vec<PathBuf> {
    list(folder, &["ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", ":(glob)*.sql"])
}

/// The files below a folder that git has.
pub fn tracked(folder: &Path) -> Vec<PathBuf> {
    list(folder, &["ls-files", "-z", "--", "."])
}

fn list(folder: &Path, args: &[&str]) -> Vec<PathBuf> {
    if !is_in_repository(folder) {
        return Vec::new();
    }
    let files = git(folder, args).ok().flatten();
    files.unwrap_or_default().split_terminator('\0').map(|name| folder.join(name)).collect()
}

/// Asked first, as it is a thousand times faster than git.
fn is_in_repository(folder: &Path) -> bool {
    let named = std::env::var_os("GIT_DIR").is_some();
    named || canonicalize(folder).is_ok_and(|whole| whole.ancestors().any(|above| above.join(".git").exists()))
}
