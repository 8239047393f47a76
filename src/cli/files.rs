//! Which files a command reads.

use super::Failure;
use super::ignores::{Ignores, git_ignored, tracked};
use super::index::Index;
use crate::config::{Config, glob};
use crate::parallel;
use crate::source::{MigrationName, SourceFile};
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

pub const DEFAULT_FOLDER: &str = "supabase/migrations";

/// Where a command's files come from, but for its paths.
#[derive(Default)]
pub struct Sources {
    /// From the index, not from the work tree.
    pub index: Option<Index>,
    /// Standard input stands for this file.
    pub stdin_as: Option<PathBuf>,
    pub places: Places,
}

/// Where folders are, links followed. Asked of the system once for all the files of a folder.
#[derive(Default)]
pub struct Places(RefCell<HashMap<PathBuf, PathBuf>>);

impl Places {
    /// The whole path of a file or folder, which need not be there.
    pub fn whole(&self, path: &Path) -> PathBuf {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return canonical(path);
        };
        let mut known = self.0.borrow_mut();
        if let Some(folder) = known.get(folder) {
            return folder.join(name);
        }
        let whole = canonical(folder);
        known.insert(folder.to_path_buf(), whole.clone());
        whole.join(name)
    }
}

/// The whole path, links followed, of what is there.
pub fn canonicalize(path: &Path) -> std::io::Result<PathBuf> {
    #[cfg(target_os = "wasi")]
    return super::wasi::canonicalize(path);
    #[cfg(not(target_os = "wasi"))]
    path.canonicalize()
}

fn canonical(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf())
}

/// What the paths of the command line stand for.
#[derive(Default)]
pub struct Input {
    /// Those of folders and globs.
    pub found: Vec<PathBuf>,
    /// Those named one by one, which no ignore file leaves out.
    pub named: Vec<PathBuf>,
    /// With `--staged`: the files that were named.
    pub of_interest: Vec<PathBuf>,
    pub stdin: bool,
    /// Whether any path is a folder: the whole history, then.
    pub folder: bool,
}

impl Input {
    fn first(&self) -> Option<&PathBuf> {
        self.found.first().or(self.named.first())
    }
}

/// Finds the SQL files behind the paths.
pub fn find(paths: &[PathBuf], sources: &Sources) -> Result<Input, Failure> {
    if let Some(index) = &sources.index {
        return index.find(paths, DEFAULT_FOLDER);
    }
    if let Some(file) = &sources.stdin_as {
        return around(file, paths);
    }
    let default = [PathBuf::from(DEFAULT_FOLDER)];
    let given = if paths.is_empty() { &default[..] } else { paths };
    let mut input = Input::default();
    for path in given {
        if path.as_os_str() == "-" {
            input.stdin = true;
        } else if path.is_dir() {
            input.folder = true;
            let nested = path.join(DEFAULT_FOLDER);
            input.found.extend(migrations_in(if nested.is_dir() { &nested } else { path })?);
        } else if path.exists() {
            input.named.push(path.clone());
        } else if paths.is_empty() {
            return Err(format!("there is no folder {DEFAULT_FOLDER} here: name a folder or files to check"));
        } else if glob::is_glob(&path.to_string_lossy()) {
            input.folder |= glob::takes_whole_folders(&path.to_string_lossy());
            input.found.extend(matching(path)?);
        } else {
            return Err(format!("{}: no such file or folder", path.display()));
        }
    }
    Ok(input)
}

/// What standard input is checked with when it stands for a file: the paths given, or the folder of a file that has a migration's name.
fn around(file: &Path, paths: &[PathBuf]) -> Result<Input, Failure> {
    let paths: Vec<PathBuf> = paths.iter().filter(|path| path.as_os_str() != "-").cloned().collect();
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut input = Input::default();
    if !paths.is_empty() {
        input = find(&paths, &Sources::default())?;
    } else if MigrationName::version_of(&name).is_some() {
        input.folder = true;
        // The first migration is written before its folder.
        input.found = if folder.is_dir() { sql_files(folder)? } else { Vec::new() };
    }
    input.stdin = true;
    Ok(input)
}

/// The `.sql` files of a folder of migrations. Folders below are not read, as the Supabase CLI does not.
fn migrations_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = sql_files(folder)?;
    if files.is_empty() {
        return Err(format!("{}: no .sql files in this folder", folder.display()));
    }
    let ignored = git_ignored(folder);
    files.retain(|file| !ignored.contains(file));
    // A push would apply them: they are not left out in silence.
    for file in ignored {
        eprintln!("note: {} is left out: git ignores it", file.display());
    }
    Ok(files)
}

fn sql_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if is_sql(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

fn is_sql(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "sql")
}

/// The SQL files that a glob stands for: those that git has, and those that it does not ignore.
fn matching(pattern: &Path) -> Result<Vec<PathBuf>, Failure> {
    let text = pattern.to_string_lossy();
    glob::check(&text).map_err(|why| format!("{text}: {why}"))?;
    let folder = glob::literal_folder(&text);
    let start = if folder.is_empty() { Path::new(".") } else { Path::new(folder) };
    let mut files = tracked(start);
    let walk =
        ignore::WalkBuilder::new(start).hidden(false).ignore(false).filter_entry(|e| e.file_name() != ".git").build();
    files.extend(walk.filter_map(Result::ok).map(ignore::DirEntry::into_path));
    files.retain(|path| is_sql(path) && glob::matches_path(&text, &path.to_string_lossy()) && path.is_file());
    for path in &mut files {
        *path = path.strip_prefix("./").map(Path::to_path_buf).unwrap_or(std::mem::take(path));
    }
    files.sort();
    files.dedup();
    if files.is_empty() { Err(format!("{text}: no .sql files match this")) } else { Ok(files) }
}

/// Leaves out of what was found what `.pgdryignore` files and the configuration name.
pub fn leave_out(input: &mut Input, config: &Config, folder: &Path, sources: &Sources) -> Result<(), Failure> {
    let before = input.found.len();
    let mut ignores = Ignores::new(&config.exclude, folder, sources)?;
    let mut kept = Vec::with_capacity(before);
    for path in std::mem::take(&mut input.found) {
        if !ignores.has(&path)? {
            kept.push(path);
        }
    }
    input.found = kept;
    if before > 0 && input.found.is_empty() && input.named.is_empty() && !input.stdin && sources.index.is_none() {
        return Err("every file is ignored: look at `exclude` in pgdry.toml and at the .pgdryignore files".into());
    }
    Ok(())
}

/// Reads the files. `folder` is what the configuration's globs are relative to.
pub fn read(input: &Input, folder: &Path, sources: &Sources) -> Result<Vec<SourceFile>, Failure> {
    let root = root_of(folder);
    let paths: Vec<&PathBuf> = input.found.iter().chain(&input.named).collect();
    let mut files = Vec::with_capacity(paths.len() + 1);
    match &sources.index {
        Some(index) => {
            for (path, bytes) in paths.iter().zip(index.read_all(&input.found)?) {
                files.push(source(path, &bytes, &root, sources));
            }
        }
        None => {
            for (path, bytes) in paths.iter().zip(parallel::map(&paths, |path| std::fs::read(path))) {
                let bytes = bytes.map_err(|e| format!("{}: {e}", path.display()))?;
                files.push(source(path, &bytes, &root, sources));
            }
        }
    }
    match &sources.stdin_as {
        Some(path) => {
            let file = source(path, &stdin_bytes()?, &root, sources);
            files.retain(|other| other.config_path != file.config_path);
            files.push(file);
        }
        None if input.stdin => files.push(stdin()?),
        None => {}
    }
    Ok(files)
}

/// The whole path of the configuration's folder.
pub fn root_of(folder: &Path) -> PathBuf {
    canonical(folder)
}

/// A file, and its path as seen from the configuration's folder.
fn source(path: &Path, bytes: &[u8], root: &Path, sources: &Sources) -> SourceFile {
    let mut source = SourceFile::from_bytes(path.display().to_string(), bytes);
    let whole = sources.places.whole(path);
    source.config_path = Some(whole.strip_prefix(root).unwrap_or(&whole).to_string_lossy().into());
    source
}

/// Standard input as a file.
pub fn stdin() -> Result<SourceFile, Failure> {
    Ok(SourceFile::from_bytes("<stdin>", &stdin_bytes()?))
}

fn stdin_bytes() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|e| format!("standard input: {e}"))?;
    Ok(bytes)
}

/// What a file says, in the index where that is asked.
pub fn bytes(path: &Path, sources: &Sources) -> Result<Vec<u8>, Failure> {
    let staged = sources.index.as_ref().map(|index| index.read(path)).transpose()?.flatten();
    staged.map_or_else(|| std::fs::read(path).map_err(|e| format!("{}: {e}", path.display())), Ok)
}

fn text(path: &Path, sources: &Sources) -> Result<String, Failure> {
    String::from_utf8(bytes(path, sources)?).map_err(|e| format!("{}: {e}", path.display()))
}

/// The configuration named, or the nearest `pgdry.toml` in or above the folder of the first path, or the defaults; its file; and the folder that its paths
/// are relative to. The `config.toml` beside a folder `migrations` says what it does not.
pub fn config(
    named: Option<&Path>,
    input: &Input,
    sources: &Sources,
) -> Result<(Config, Option<SourceFile>, PathBuf), Failure> {
    let first = input.first().or(sources.stdin_as.as_ref()).map(|path| sources.places.whole(path));
    let path = named.map(Path::to_path_buf).or_else(|| nearest_config(first.as_deref()));
    let own_text = path.as_ref().map(|path| text(path, sources)).transpose()?;
    let own = own_text.as_deref().map_or(Ok(Config::default()), Config::from_toml);
    let place = |path: &Option<PathBuf>| path.as_ref().map_or_else(String::new, |p| p.display().to_string());
    let mut config = own.map_err(|e| format!("{}: {e}", place(&path)))?;
    if let Some(supabase) = first.as_deref().and_then(supabase_config) {
        config = Config::with_supabase(own_text.as_deref(), &text(&supabase, sources)?)
            .map_err(|e| format!("{}: {e}", supabase.display()))?;
    }
    let folder = path.as_ref().and_then(|path| path.parent().map(Path::to_path_buf)).unwrap_or_default();
    let file = path.zip(own_text).map(|(path, text)| SourceFile::new(near(&path).display().to_string(), text));
    Ok((config, file, folder))
}

/// The path as seen from the working directory, where it lies below that.
fn near(path: &Path) -> &Path {
    let here = std::env::current_dir().and_then(|here| canonicalize(&here));
    here.ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}

/// The `config.toml` of the Supabase project that the first file belongs to.
fn supabase_config(first: &Path) -> Option<PathBuf> {
    let folder = first.parent()?;
    let path = folder.parent()?.join("config.toml");
    (folder.file_name()? == "migrations" && path.is_file()).then_some(path)
}

/// The files of the base that the configuration names.
pub fn base(config: &Config, folder: &Path, sources: &Sources) -> Result<Vec<SourceFile>, Failure> {
    let read = |name: &String| {
        let path = folder.join(name);
        let bytes = bytes(&path, sources).map_err(|e| format!("base {e}"))?;
        Ok(SourceFile::from_bytes(path.display().to_string(), &bytes))
    };
    config.base.files.iter().map(read).collect()
}

fn nearest_config(first: Option<&Path>) -> Option<PathBuf> {
    let start = match first {
        Some(file) => file.to_path_buf(),
        None => std::env::current_dir().ok()?.join("stdin"),
    };
    start.ancestors().skip(1).map(|folder| folder.join("pgdry.toml")).find(|path| path.is_file())
}
