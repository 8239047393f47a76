//! `pgdry check --watch`.

use super::changes::Changes;
use super::files::{DEFAULT_FOLDER, Sources};
use super::{CheckArgs, Failure, Loaded, check, complain, load, output};
use crate::Project;
use crate::config::glob;
use crate::source::SourceFile;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Checks, and checks again whenever something changes, until the process is ended.
pub fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    if args.project.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err("--watch: standard input cannot be watched".into());
    }
    let mut changes = Changes::new()?;
    let mut watched = BTreeSet::new();
    let mut state: Option<State> = None;
    let mut last_error = None;
    loop {
        let began = state.is_none();
        match load(&args.project, &Sources::default(), check::history, |config, files| super::over(args, config, files))
        {
            Ok(loaded) => {
                let was_wrong = last_error.take().is_some();
                let more = watch(&mut changes, &mut watched, folders(args, &loaded))?;
                let (next, changed) = State::next(state.take(), loaded);
                let state = state.insert(next);
                if !changed.is_empty() || began || was_wrong {
                    separate(&changed, began)?;
                    let report = state.project.check();
                    output::write(args, report, &state.project.sources())?;
                }
                // What changed between the reading and the watching is read again, when it is written whole.
                if more {
                    changes.settle();
                    continue;
                }
            }
            // At the beginning it is a mistake of the command line; later one of a file that is being edited.
            Err(error) if began => return Err(error),
            Err(error) if last_error.as_ref() == Some(&error) => {}
            Err(error) => {
                complain(&error);
                last_error = Some(error);
            }
        }
        changes.wait()?;
    }
}

/// A project, and what it was made from.
struct State {
    project: Project,
    /// The configuration's file and those of the base.
    around: Vec<SourceFile>,
}

impl State {
    /// The same project with its changed files, or another one when the configuration changed; and what changed.
    fn next(before: Option<State>, mut loaded: Loaded) -> (State, Vec<String>) {
        let around: Vec<SourceFile> = loaded.config_file.iter().chain(&loaded.base).cloned().collect();
        let Some(mut state) = before else {
            return (State { project: loaded.project(), around }, Vec::new());
        };
        // The clock goes on, but nothing else changed.
        loaded.config.now.clone_from(&state.project.config().now);
        let texts =
            |files: &[SourceFile]| -> Vec<_> { files.iter().map(|f| (f.path.clone(), f.text.clone())).collect() };
        if *state.project.config() != loaded.config || texts(&state.around) != texts(&around) {
            return (State { project: loaded.project(), around }, vec!["the configuration".to_string()]);
        }
        let mut changes = Vec::new();
        let mut old: BTreeMap<Arc<str>, Arc<str>> = texts(state.project.files()).into_iter().collect();
        for file in loaded.files {
            if old.remove(&file.path).is_none_or(|text| text != file.text) {
                changes.push(file.path.to_string());
                state.project.set_file(file);
            }
        }
        for path in old.keys() {
            state.project.remove_file(path);
            changes.push(path.to_string());
        }
        (state, changes)
    }
}

/// What is looked at: the folders that were named, those of the files, and that of the configuration. A glob's folder with those in it.
fn folders(args: &CheckArgs, loaded: &Loaded) -> Vec<(PathBuf, bool)> {
    let mut folders = Vec::new();
    let mut add = |path: &Path, with_folders: bool| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        if path.is_dir() {
            folders.push((path.to_path_buf(), with_folders));
        }
    };
    for path in &args.project.paths {
        let text = path.to_string_lossy();
        if path.is_dir() {
            add(path, false);
        } else if !path.exists() && glob::is_glob(&text) {
            add(Path::new(glob::literal_folder(&text)), true);
        }
    }
    if args.project.paths.is_empty() {
        add(Path::new(DEFAULT_FOLDER), false);
    }
    add(&loaded.folder, false);
    for file in loaded.files.iter().chain(&loaded.base) {
        if let Some(folder) = Path::new(&*file.path).parent() {
            add(folder, false);
        }
    }
    folders
}

fn watch(
    changes: &mut Changes,
    watched: &mut BTreeSet<PathBuf>,
    folders: Vec<(PathBuf, bool)>,
) -> Result<bool, Failure> {
    let before = watched.len();
    for (folder, with_folders) in folders {
        if watched.insert(folder.clone()) {
            changes.watch(&folder, with_folders)?;
        }
    }
    Ok(watched.len() > before)
}

/// On a terminal the new findings take the place of the old ones; elsewhere a line on standard error says what changed.
fn separate(changes: &[String], began: bool) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    if stdout.is_terminal() {
        let clear = "\x1b[2J\x1b[3J\x1b[H";
        return stdout.write_all(clear.as_bytes()).and_then(|()| stdout.flush()).map_err(|e| e.to_string());
    }
    if !began && !changes.is_empty() {
        eprintln!("pgdry: changed: {}", changes.join(", "));
    }
    Ok(())
}
