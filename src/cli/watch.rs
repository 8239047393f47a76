//! `pgdry check --watch`.

use super::files::{DEFAULT_FOLDER, Sources};
use super::{CheckArgs, Failure, Loaded, check, load, output};
use crate::Project;
use crate::config::glob;
use crate::source::SourceFile;
use notify::{Event, RecursiveMode, Watcher};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// An editor that saves does several things in a row.
const QUIET: Duration = Duration::from_millis(60);

/// Checks, and checks again whenever something changes, until the process is ended.
pub fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    if args.project.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err("--watch: standard input cannot be watched".into());
    }
    let (send, changed) = channel();
    // Reading is an event too, and the check reads.
    let tell = move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = send.send(());
        }
    };
    let mut watcher = notify::recommended_watcher(tell).map_err(|e| format!("--watch: {e}"))?;
    let mut watched = BTreeSet::new();
    let mut state: Option<State> = None;
    let mut last_error = None;
    loop {
        let began = state.is_none();
        match load(&args.project, &Sources::default(), check::history, |config, files| super::over(args, config, files))
        {
            Ok(loaded) => {
                let was_wrong = last_error.take().is_some();
                let more = watch(&mut watcher, &mut watched, folders(args, &loaded))?;
                let (next, changes) = State::next(state.take(), loaded);
                let state = state.insert(next);
                if !changes.is_empty() || began || was_wrong {
                    separate(&changes, began)?;
                    let report = state.project.check();
                    output::write(args, report, &state.project.sources())?;
                }
                // What changed between the reading and the watching is read again.
                if more {
                    continue;
                }
            }
            // At the beginning it is a mistake of the command line; later one of a file that is being edited.
            Err(error) if began => return Err(error),
            Err(error) if last_error.as_ref() == Some(&error) => {}
            Err(error) => {
                eprintln!("pgdry: {error}");
                last_error = Some(error);
            }
        }
        wait(&changed)?;
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
fn folders(args: &CheckArgs, loaded: &Loaded) -> Vec<(PathBuf, RecursiveMode)> {
    let mut folders = Vec::new();
    let mut add = |path: &Path, mode| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        if path.is_dir() {
            folders.push((path.to_path_buf(), mode));
        }
    };
    for path in &args.project.paths {
        let text = path.to_string_lossy();
        if path.is_dir() {
            add(path, RecursiveMode::NonRecursive);
        } else if !path.exists() && glob::is_glob(&text) {
            add(Path::new(glob::literal_folder(&text)), RecursiveMode::Recursive);
        }
    }
    if args.project.paths.is_empty() {
        add(Path::new(DEFAULT_FOLDER), RecursiveMode::NonRecursive);
    }
    add(&loaded.folder, RecursiveMode::NonRecursive);
    for file in loaded.files.iter().chain(&loaded.base) {
        if let Some(folder) = Path::new(&*file.path).parent() {
            add(folder, RecursiveMode::NonRecursive);
        }
    }
    folders
}

fn watch(
    watcher: &mut impl Watcher,
    watched: &mut BTreeSet<PathBuf>,
    folders: Vec<(PathBuf, RecursiveMode)>,
) -> Result<bool, Failure> {
    let before = watched.len();
    for (folder, mode) in folders {
        if watched.insert(folder.clone()) {
            watcher.watch(&folder, mode).map_err(|e| format!("--watch: {}: {e}", folder.display()))?;
        }
    }
    Ok(watched.len() > before)
}

/// Until something happened, and nothing more does.
fn wait(changed: &Receiver<()>) -> Result<(), Failure> {
    changed.recv().map_err(|e| format!("--watch: {e}"))?;
    while changed.recv_timeout(QUIET).is_ok() {}
    Ok(())
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
