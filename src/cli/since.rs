//! `--since`: what a git ref has is applied.

use super::Failure;
use super::git::{Change, blobs, changes, git};
use crate::config::Config;
use crate::source::{MigrationName, SourceFile};
use crate::syntax::{TokenKind, lex};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Takes the files that the ref has for applied, and says which of them were changed or taken away since. `staged`: the files are those of the index.
///
/// A changed file counts as applied all the same: no database that has it runs it again, and what it creates is live.
pub fn since(reference: &str, files: &[SourceFile], staged: bool, config: &mut Config) -> Result<(), Failure> {
    let mut folders: BTreeMap<PathBuf, Vec<&SourceFile>> = BTreeMap::new();
    for file in files.iter().filter(|f| &*f.path != "<stdin>") {
        let folder = Path::new(&*file.path).parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folders.entry(folder.to_path_buf()).or_default().push(file);
    }
    let mut applied = Vec::new();
    let mut newest: Option<String> = None;
    for (path, files) in &folders {
        let folder = Folder::at(path, reference, staged)?;
        let names: HashSet<&str> = files.iter().map(|f| f.file_name()).collect();
        let versions: HashSet<&str> = names.iter().filter_map(|name| MigrationName::version_of(name)).collect();
        // The version is what counts as applied: the description may have changed.
        let mut renamed: HashMap<&str, &str> = HashMap::new();
        for name in folder.names.iter().filter(|name| !names.contains(&***name)) {
            if let Some(version) = MigrationName::version_of(name) {
                renamed.entry(version).or_insert(name);
            }
        }
        for file in files {
            let same_name = folder.names.get(file.file_name()).map(|name| &**name);
            let same_version = || MigrationName::version_of(file.file_name()).and_then(|v| renamed.get(v).copied());
            let Some(name) = same_name.or_else(same_version) else { continue };
            applied.push(file.path.to_string());
            if folder.changed.get(name).is_some_and(|text| !same_statements(text, &file.text)) {
                config.edited.push(file.path.to_string());
            }
        }
        newest = newest.max(folder.names.iter().filter_map(|n| MigrationName::version_of(n)).max().map(str::to_string));
        let stays = |name: &str| {
            names.contains(name) || MigrationName::version_of(name).is_some_and(|version| versions.contains(version))
        };
        // What came to the ref after the fork is not gone: it was never here.
        let mut gone: Vec<&String> = folder.changed.keys().filter(|name| folder.names.contains(*name)).collect();
        gone.retain(|name| !stays(name) && !path.join(name).exists());
        gone.sort();
        for name in gone {
            eprintln!("warning: {} is gone, but {reference} has it", path.join(name).display());
        }
    }
    config.applied = Some(applied);
    config.applied_until = newest;
    Ok(())
}

/// A folder of a repository.
struct Folder {
    /// The SQL files that the ref has in it.
    names: BTreeSet<String>,
    /// The texts, where the ref and HEAD parted, of the SQL files that are not as they were there: what changed since then was changed here.
    changed: HashMap<String, String>,
}

impl Folder {
    fn at(path: &Path, reference: &str, staged: bool) -> Result<Self, Failure> {
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
        let names = git(path, &["ls-tree", "-z", "--name-only", &commit])?.unwrap_or_default();
        let names = names.split('\0').filter(|name| name.ends_with(".sql")).map(str::to_string).collect();
        let mut diff = vec!["diff", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--relative"];
        if staged {
            diff.push("--cached");
        }
        diff.extend([&*fork, "--", "."]);
        let changes = changes(&git(path, &diff)?.unwrap_or_default());
        let there = |change: &Change| change.before.clone().filter(|_| is_file_here(&change.name));
        let changed: Vec<(&String, String)> = changes.iter().filter_map(|c| Some((&c.name, there(c)?))).collect();
        let texts = blobs(path, &changed.iter().map(|(_, oid)| &**oid).collect::<Vec<_>>())?;
        let texts = texts.iter().map(|text| String::from_utf8_lossy(text).into_owned());
        let changed = changed.iter().map(|(name, _)| (*name).clone()).zip(texts).collect();
        Ok(Self { names, changed })
    }
}

fn is_file_here(name: &str) -> bool {
    name.ends_with(".sql") && !name.contains('/')
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
