//! `--staged`: the files as the git index has them, which is what the next commit will have.

use super::Failure;
use super::files::{Input, Places, canonicalize};
use super::git::{Change, blobs, changes, git};
use crate::config::glob;
use crate::source::SourceFile;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The oid of a file without content, by the length of the repository's hashes.
const EMPTY: [&str; 2] =
    ["e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"];

/// The index of the repository that the command runs in.
pub struct Index {
    /// The top of the work tree; names are relative to it.
    top: PathBuf,
    /// The oids of the files.
    files: HashMap<String, String>,
    /// What the next commit changes.
    changes: Vec<Change>,
    places: Places,
}

/// A file as it was.
pub struct Before {
    pub path: PathBuf,
    /// `None` where there was no such file.
    pub text: Option<Vec<u8>>,
}

impl Index {
    pub fn open() -> Result<Self, Failure> {
        let here = Path::new(".");
        let Some(top) = git(here, &["rev-parse", "--show-toplevel"])? else {
            return Err("--staged: this folder is in no git repository".into());
        };
        let top = PathBuf::from(top.trim_end_matches(['\n', '\r']));
        let top = canonicalize(&top).map_err(|e| format!("--staged: {}: {e}", top.display()))?;
        let diff = ["diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-relative"];
        let changes = changes(&git(here, &diff)?.ok_or("--staged: git diff --cached fails here")?);
        let changed: HashSet<&str> = changes.iter().map(|change| &*change.name).collect();
        let wanted = [":(top,glob)**/*.sql", ":(top,glob)**/*.toml", ":(top,glob)**/.pgdryignore"];
        let list = [&["ls-files", "--stage", "-z", "--full-name", "--"], &wanted[..]].concat();
        let mut files = HashMap::new();
        for entry in git(here, &list)?.ok_or("--staged: git ls-files fails here")?.split('\0') {
            let Some((about, name)) = entry.split_once('\t') else { continue };
            let words: Vec<&str> = about.split(' ').collect();
            let [mode, oid, "0"] = words[..] else { continue };
            // Of what `git add --intent-to-add` announced, nothing is committed.
            let announced = EMPTY.contains(&oid) && !changed.contains(name);
            if mode.starts_with("100") && !announced {
                files.insert(name.to_string(), oid.to_string());
            }
        }
        Ok(Self { top, files, changes, places: Places::default() })
    }

    /// The name in the index of a file or folder, which need not be there.
    pub fn name_of(&self, path: &Path) -> Option<String> {
        let whole = self.places.whole(path);
        let name = whole.strip_prefix(&self.top).ok()?.to_string_lossy().replace('\\', "/");
        Some(name)
    }

    /// The files of a folder itself, under the path that the user gave it.
    fn in_folder(&self, path: &Path) -> Vec<PathBuf> {
        // Of a file in it, as then a link to the folder is followed.
        let Some(mut prefix) = self.name_of(&path.join("x")) else { return Vec::new() };
        prefix.pop();
        let names = self.files.keys().filter_map(|name| name.strip_prefix(&prefix));
        names.filter(|name| name.ends_with(".sql") && !name.contains('/')).map(|name| path.join(name)).collect()
    }

    /// The files that the paths stand for. A file stands for its whole folder, of which it is the part of interest.
    pub fn find(&self, paths: &[PathBuf], default: &str) -> Result<Input, Failure> {
        let given = if paths.is_empty() { vec![PathBuf::from(default)] } else { paths.to_vec() };
        let mut input = Input { folder: true, ..Input::default() };
        for path in given {
            let nested = self.in_folder(&path.join(default));
            let found = if nested.is_empty() { self.in_folder(&path) } else { nested };
            let name = self.name_of(&path).unwrap_or_default();
            if !found.is_empty() {
                input.found.extend(found);
            } else if self.files.contains_key(&name) {
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                input.found.extend(self.in_folder(&folder));
                input.of_interest.push(path);
            } else if glob::is_glob(&path.to_string_lossy()) {
                let names = self.files.keys().filter(|name| name.ends_with(".sql"));
                input.found.extend(names.filter(|file| glob::matches_path(&name, file)).map(|name| self.shown(name)));
            } else if !paths.is_empty() && !path.exists() && !self.has_lost(&name) {
                return Err(format!("{}: no such file or folder", path.display()));
            }
        }
        let mut seen = HashSet::new();
        input.found.retain(|path| seen.insert(self.name_of(path)));
        Ok(input)
    }

    /// Whether the commit deletes the file, or files of the folder.
    fn has_lost(&self, name: &str) -> bool {
        let below = |other: &str| other.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.changes.iter().any(|change| !change.stays && below(&change.name))
    }

    /// The path of a file as seen from here, as far as that is simple.
    fn shown(&self, name: &str) -> PathBuf {
        let path = self.top.join(name);
        let here = std::env::current_dir().and_then(|here| canonicalize(&here));
        here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf)).unwrap_or(path)
    }

    /// What a file will say, when it is in the index.
    pub fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
        let Some(name) = self.name_of(path) else { return Ok(None) };
        let oid = match self.files.get(&name) {
            Some(oid) => oid.clone(),
            // Of other kinds than those that were listed.
            None => match git(&self.top, &["rev-parse", "--verify", "--quiet", &format!(":{name}")])? {
                Some(oid) => oid.trim().to_string(),
                None => return Ok(None),
            },
        };
        Ok(blobs(&self.top, &[&oid])?.pop())
    }

    /// What files that were found will say.
    pub fn read_all(&self, paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, Failure> {
        let oid = |path: &PathBuf| self.name_of(path).and_then(|name| self.files.get(&name)).map(|oid| &**oid);
        blobs(&self.top, &paths.iter().filter_map(oid).collect::<Vec<_>>())
    }

    /// Whether the commit changes anything that a check reads.
    pub fn matters(&self) -> bool {
        self.changes.iter().any(|change| change.name.ends_with(".sql") || is_configuration(&change.name))
    }

    /// Whether the commit has this file new or changed.
    pub fn is_staged(&self, path: &Path) -> bool {
        let name = self.name_of(path);
        self.changes.iter().any(|change| change.stays && Some(&change.name) == name.as_ref())
    }

    /// The files of a chain that the commit changes, as the last commit has them.
    pub fn before(&self, chain: &[SourceFile]) -> Result<Vec<Before>, Failure> {
        let mut shown: HashMap<String, PathBuf> = HashMap::new();
        let mut folders: HashMap<String, PathBuf> = HashMap::new();
        for file in chain {
            let path = PathBuf::from(&*file.path);
            let Some(name) = self.name_of(&path) else { continue };
            folders.insert(folder_of(&name).to_string(), path.parent().map(Path::to_path_buf).unwrap_or_default());
            shown.insert(name, path);
        }
        let mut before = Vec::new();
        for change in self.changes.iter().filter(|change| change.name.ends_with(".sql")) {
            let file_name = change.name.rsplit('/').next().unwrap_or_default();
            let gone = || folders.get(folder_of(&change.name)).filter(|_| !change.stays).map(|f| f.join(file_name));
            let Some(path) = shown.get(&change.name).cloned().or_else(gone) else { continue };
            let text = change.before.as_ref().map(|oid| blobs(&self.top, &[oid])).transpose()?;
            before.push(Before { path, text: text.and_then(|mut texts| texts.pop()) });
        }
        Ok(before)
    }
}

fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_configuration(name: &str) -> bool {
    matches!(name.rsplit('/').next(), Some("pgdry.toml" | "config.toml" | ".pgdryignore"))
}
