//! Which files a command reads.

use super::Failure;
use crate::config::Config;
use crate::source::SourceFile;
use std::io::Read;
use std::path::{Path, PathBuf};

const DEFAULT_FOLDER: &str = "supabase/migrations";

/// What the paths of the command line stand for.
pub struct Input {
    pub files: Vec<PathBuf>,
    pub stdin: bool,
    /// Whether any path is a folder: the whole history, then.
    pub folder: bool,
}

/// Finds the SQL files behind the paths.
pub fn find(paths: &[PathBuf]) -> Result<Input, Failure> {
    let default = [PathBuf::from(DEFAULT_FOLDER)];
    let given = if paths.is_empty() { &default[..] } else { paths };
    let mut input = Input { files: Vec::new(), stdin: false, folder: false };
    for path in given {
        if path.as_os_str() == "-" {
            input.stdin = true;
        } else if path.is_dir() {
            input.folder = true;
            input.files.extend(migrations_in(path)?);
        } else if path.exists() {
            input.files.push(path.clone());
        } else if paths.is_empty() {
            return Err(format!("there is no folder {DEFAULT_FOLDER} here: name a folder or files to check"));
        } else {
            return Err(format!("{}: no such file or folder", path.display()));
        }
    }
    Ok(input)
}

/// The `.sql` files of a folder of migrations, or of the `supabase/migrations` in it. Folders below are not read, as the Supabase CLI does not.
fn migrations_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let nested = folder.join(DEFAULT_FOLDER);
    let folder = if nested.is_dir() { &nested } else { folder };
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| format!("{}: {e}", folder.display()))?.path();
        if path.extension().is_some_and(|e| e == "sql") && path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(format!("{}: no .sql files in this folder", folder.display()));
    }
    Ok(files)
}

/// Reads the files. `folder` is what the configuration's globs are relative to.
pub fn read(input: Input, folder: &Path) -> Result<Vec<SourceFile>, Failure> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let root = folder.canonicalize().unwrap_or_default();
    let mut sources = Vec::with_capacity(input.files.len());
    for path in input.files {
        let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut source = SourceFile::from_bytes(path.display().to_string(), &bytes);
        let whole = path.canonicalize().ok();
        source.config_path = whole.map(|path| path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into());
        sources.push(source);
    }
    if input.stdin {
        sources.push(stdin()?);
    }
    Ok(sources)
}

/// Standard input as a file.
pub fn stdin() -> Result<SourceFile, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|e| format!("standard input: {e}"))?;
    Ok(SourceFile::from_bytes("<stdin>", &bytes))
}

/// The configuration named, or the nearest `pgdry.toml` in or above the folder of the first path, or the defaults; its file; and the folder that its paths
/// are relative to. The `config.toml` beside a folder `migrations` says what it does not.
pub fn config(named: Option<&Path>, input: &Input) -> Result<(Config, Option<SourceFile>, PathBuf), Failure> {
    let read = |path: &PathBuf| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let path = named.map(Path::to_path_buf).or_else(|| nearest_config(input));
    let text = path.as_ref().map(read).transpose()?;
    let own = text.as_deref().map_or(Ok(Config::default()), Config::from_toml);
    let place = |path: &Option<PathBuf>| path.as_ref().map_or_else(String::new, |p| p.display().to_string());
    let mut config = own.map_err(|e| format!("{}: {e}", place(&path)))?;
    if let Some(supabase) = supabase_config(input) {
        config = Config::with_supabase(text.as_deref(), &read(&supabase)?)
            .map_err(|e| format!("{}: {e}", supabase.display()))?;
    }
    let folder = path.as_ref().and_then(|path| path.parent().map(Path::to_path_buf)).unwrap_or_default();
    let file = path.zip(text).map(|(path, text)| SourceFile::new(near(&path).display().to_string(), text));
    Ok((config, file, folder))
}

/// The path as seen from the working directory, where it lies below that.
fn near(path: &Path) -> &Path {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    here.ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}

/// The `config.toml` of the Supabase project that the first file belongs to.
fn supabase_config(input: &Input) -> Option<PathBuf> {
    let folder = input.files.first()?.canonicalize().ok()?.parent()?.to_path_buf();
    let path = folder.parent()?.join("config.toml");
    (folder.file_name()? == "migrations" && path.is_file()).then_some(path)
}

/// The files of the base that the configuration names.
pub fn base(config: &Config, folder: &Path) -> Result<Vec<SourceFile>, Failure> {
    let read = |name: &String| {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).map_err(|e| format!("base {}: {e}", path.display()))?;
        Ok(SourceFile::from_bytes(path.display().to_string(), &bytes))
    };
    config.base.files.iter().map(read).collect()
}

fn nearest_config(input: &Input) -> Option<PathBuf> {
    let start = match input.files.first() {
        Some(file) => file.canonicalize().ok()?,
        None => std::env::current_dir().ok()?.join("stdin"),
    };
    start.ancestors().skip(1).map(|folder| folder.join("pgdry.toml")).find(|path| path.is_file())
}
