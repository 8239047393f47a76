//! When something in folders changes.

use super::Failure;
use std::path::Path;
use std::time::Duration;

/// An editor that saves does several things in a row.
const QUIET: Duration = Duration::from_millis(60);

/// Told by the system.
#[cfg(not(target_os = "wasi"))]
pub struct Changes {
    watcher: notify::RecommendedWatcher,
    changed: std::sync::mpsc::Receiver<()>,
}

#[cfg(not(target_os = "wasi"))]
impl Changes {
    pub fn new() -> Result<Self, Failure> {
        let (send, changed) = std::sync::mpsc::channel();
        // Reading is an event too, and the check reads.
        let tell = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _ = send.send(());
            }
        };
        let watcher = notify::recommended_watcher(tell).map_err(|e| format!("--watch: {e}"))?;
        Ok(Self { watcher, changed })
    }

    /// Looks at a folder from now on; `with_folders`: and at all those in it.
    pub fn watch(&mut self, folder: &Path, with_folders: bool) -> Result<(), Failure> {
        use notify::{RecursiveMode, Watcher};
        let mode = if with_folders { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        self.watcher.watch(folder, mode).map_err(|e| format!("--watch: {}: {e}", folder.display()))
    }

    /// Until something happened, and nothing more does.
    pub fn wait(&mut self) -> Result<(), Failure> {
        self.changed.recv().map_err(|e| format!("--watch: {e}"))?;
        self.settle();
        Ok(())
    }

    /// Until nothing more happens.
    pub fn settle(&mut self) {
        while self.changed.recv_timeout(QUIET).is_ok() {}
    }
}

/// WASI tells nothing: asked for, again and again.
#[cfg(target_os = "wasi")]
pub struct Changes {
    folders: Vec<(std::path::PathBuf, bool)>,
    seen: Seen,
}

/// The files and folders that there are: when each was changed, and its length.
#[cfg(target_os = "wasi")]
type Seen = std::collections::BTreeMap<std::path::PathBuf, Option<(std::time::SystemTime, u64)>>;

#[cfg(target_os = "wasi")]
impl Changes {
    /// Between two looks.
    const PAUSE: Duration = Duration::from_millis(200);

    pub fn new() -> Result<Self, Failure> {
        Ok(Self { folders: Vec::new(), seen: Seen::new() })
    }

    pub fn watch(&mut self, folder: &Path, with_folders: bool) -> Result<(), Failure> {
        look(folder, with_folders, &mut self.seen);
        self.folders.push((folder.to_path_buf(), with_folders));
        Ok(())
    }

    pub fn wait(&mut self) -> Result<(), Failure> {
        let mut now = self.look();
        while now == self.seen {
            std::thread::sleep(Self::PAUSE);
            now = self.look();
        }
        self.seen = now;
        self.settle();
        Ok(())
    }

    /// Until nothing more happens.
    pub fn settle(&mut self) {
        loop {
            std::thread::sleep(QUIET);
            let now = self.look();
            if now == self.seen {
                return;
            }
            self.seen = now;
        }
    }

    fn look(&self) -> Seen {
        let mut seen = Seen::new();
        self.folders.iter().for_each(|(folder, with_folders)| look(folder, *with_folders, &mut seen));
        seen
    }
}

#[cfg(target_os = "wasi")]
fn look(folder: &Path, with_folders: bool, seen: &mut Seen) {
    // A folder that is gone has nothing in it.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let about = path.metadata().ok();
        if with_folders && about.as_ref().is_some_and(std::fs::Metadata::is_dir) && entry.file_name() != ".git" {
            look(&path, true, seen);
        }
        seen.insert(path, about.and_then(|about| Some((about.modified().ok()?, about.len()))));
    }
}
