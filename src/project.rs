//! The façade: a set of files, checked as a chain.

mod pieces;

use crate::catalog::{Catalog, base};
use crate::config::{Config, History, Image};
use crate::generate::schema::Schema;
use crate::generate::sql;
use crate::generate::types;
use crate::generate::typescript::{Types, TypesOptions};
use crate::locks::{self, LockTimeline};
use crate::parallel;
use crate::replay::{self, BaseError, FileReplay, ReplayInPieces, Timeline};
use crate::report::Report;
use crate::rules::{Diagnostic, Judge};
use crate::source::{FileId, SourceFile};
use crate::syntax::{self, ParsedFile};
use std::sync::Arc;

/// What the configuration says is there before the first migration. Built once.
pub(crate) fn image(config: &Config) -> Catalog {
    let mut start = match config.base.image {
        Image::Supabase => base::supabase(),
        Image::Postgres => base::postgres(),
    };
    start.version = config.postgres;
    if config.history == Some(History::Partial) {
        start.unknowns.set_partial_history();
    }
    start
}

fn parse(file: &SourceFile) -> ParsedFile {
    let parsed = syntax::parse(&file.text);
    #[cfg(not(target_arch = "wasm32"))]
    parsed.read_bodies(&file.text);
    parsed
}

/// Begins to replay the file that comes after those that are.
fn begin(
    config: &Config,
    start: &mut Option<Catalog>,
    replayed: &[Arc<FileReplay>],
    file: &SourceFile,
    parsed: ParsedFile,
) -> ReplayInPieces {
    let before = match replayed.last() {
        Some(last) => last.after.clone(),
        None => start.get_or_insert_with(|| image(config)).clone(),
    };
    ReplayInPieces::new(FileId(replayed.len() as u32), file, parsed, before)
}

/// A project of migrations. Replaying is incremental: after a change only the changed file and those after it are replayed.
pub struct Project {
    config: Arc<Config>,
    /// What is there before the first migration, once it was needed.
    start: Option<Catalog>,
    /// In replay order: by the bytes of the file name, then of the path.
    files: Vec<SourceFile>,
    /// The replays of the first files of that order, as far as they are still right.
    replayed: Vec<Arc<FileReplay>>,
    /// What the rules that know nothing of later files found in the first of those.
    judged: Vec<Vec<Diagnostic>>,
    /// Until a file comes or goes.
    judge: Option<Arc<Judge>>,
    pieces: pieces::Pieces,
    /// The text of the configuration, which findings may be about.
    #[cfg(feature = "cli")]
    config_file: Option<SourceFile>,
}

impl Project {
    pub fn new(config: Config) -> Self {
        Self {
            config: Arc::new(config),
            start: None,
            files: Vec::new(),
            replayed: Vec::new(),
            judged: Vec::new(),
            judge: None,
            pieces: pieces::Pieces::default(),
            #[cfg(feature = "cli")]
            config_file: None,
        }
    }

    /// Says what file the configuration was read from: what is about a line of it is reported there.
    #[cfg(feature = "cli")]
    pub fn set_config_file(&mut self, file: SourceFile) {
        self.config_file = Some(file);
    }

    /// The files that findings can be in: the migrations, and the configuration.
    #[cfg(feature = "cli")]
    pub fn sources(&self) -> Vec<SourceFile> {
        self.files.iter().chain(&self.config_file).cloned().collect()
    }

    /// Loads a file of the base, such as pg_dump's output, over what is there before the first migration. What is there already may stand in it again;
    /// whatever else PostgreSQL would refuse of it is returned.
    pub fn load_base(&mut self, file: &SourceFile) -> Vec<BaseError> {
        self.truncate(0);
        replay::load_base(self.start(), file)
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The files in replay order.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Adds a file, or gives it a new text.
    pub fn set_file(&mut self, file: SourceFile) {
        let place = self.place(&file);
        match place {
            Ok(at) if self.files[at].text == file.text => return,
            Ok(at) => self.files[at] = file,
            Err(at) => {
                self.files.insert(at, file);
                self.judge = None;
            }
        }
        let (Ok(at) | Err(at)) = place;
        self.truncate(at);
    }

    /// Removes the file of that path, if it is there.
    pub fn remove_file(&mut self, path: &str) {
        if let Ok(at) = self.place(&SourceFile::new(path, "")) {
            self.files.remove(at);
            self.judge = None;
            self.truncate(at);
        }
    }

    /// Forgets what came of the files from this place on.
    fn truncate(&mut self, at: usize) {
        self.pieces.restart(
            self.replayed.drain(at.min(self.replayed.len())..),
            self.judged.drain(at.min(self.judged.len())..),
        );
    }

    fn place(&self, file: &SourceFile) -> Result<usize, usize> {
        self.files.binary_search_by(|f| (f.file_name(), &*f.path).cmp(&(file.file_name(), &*file.path)))
    }

    /// Parses and replays what has changed in the first files, and tells of each.
    fn replay_first(&mut self, count: usize, tell: &mut dyn FnMut(&Arc<FileReplay>)) {
        let Self { config, start, files, replayed, pieces, .. } = self;
        let changed = files.get(replayed.len()..count).unwrap_or_default(); // replays are of the first files
        parallel::ahead(changed, parse, |file, parsed| {
            let mut replay = begin(config, start, replayed, file, parsed);
            while replay.advance(u32::MAX) {}
            let file = Arc::new(replay.end());
            tell(&file);
            replayed.push(file);
            pieces.drop_some();
        });
    }

    /// Replays what has changed, and hands the whole chain over.
    pub fn timeline(&mut self) -> Timeline {
        self.replay_first(self.files.len(), &mut |_| ());
        self.first(self.files.len())
    }

    /// The first files of the chain.
    fn first(&mut self, count: usize) -> Timeline {
        let start = self.start().clone();
        Timeline { files: self.replayed.iter().take(count).cloned().collect(), start }
    }

    fn judge(&mut self) -> Arc<Judge> {
        self.judge.get_or_insert_with(|| Arc::new(Judge::new(self.config.clone(), &self.files))).clone()
    }

    fn start(&mut self) -> &mut Catalog {
        self.start.get_or_insert_with(|| image(&self.config))
    }

    /// Checks every file with the rules of the configuration.
    pub fn check(&mut self) -> Report {
        #[cfg(not(target_os = "unknown"))]
        self.judge_at_once(|_| ());
        self.report()
    }

    /// The same, and says after each file how many are replayed.
    #[cfg(feature = "cli")]
    pub fn check_telling(&mut self, tell: impl FnMut(usize)) -> Report {
        self.judge_at_once(tell);
        self.report()
    }

    /// Judges on all cores what the pieces of a check judge one after the other.
    #[cfg(not(target_os = "unknown"))]
    fn judge_at_once(&mut self, mut tell: impl FnMut(usize)) {
        let judge = self.judge();
        let mut known = self.replayed[..self.judged.len()].to_vec(); // what is judged is of the first files
        let mut so_far: Option<Timeline> = None;
        let only_replayed = self.replayed[self.judged.len()..].to_vec();
        let judged = parallel::behind(
            |judge| {
                only_replayed.into_iter().for_each(&mut *judge);
                self.replay_first(self.files.len(), &mut |file| {
                    judge(file.clone());
                    tell(file.id.0 as usize + 1);
                });
            },
            |file| {
                let timeline = so_far.get_or_insert_with(|| {
                    let start = known.first().unwrap_or(&file).before.clone();
                    Timeline { files: std::mem::take(&mut known), start }
                });
                timeline.files.push(file);
                judge.last_file(timeline)
            },
        );
        let timeline = so_far.unwrap_or_else(|| self.first(self.judged.len()));
        self.judged.extend(judged);
        self.pieces.take_whole(&timeline, || judge.whole(&timeline));
    }

    /// The types of the schema that the chain leaves, for the target of the options.
    pub fn types(&mut self, options: &TypesOptions) -> Types {
        let timeline = self.timeline();
        types::generate(timeline.end(), options)
    }

    /// The schema that the chain leaves.
    pub fn schema(&mut self) -> Schema {
        Schema::of(self.timeline().end(), None)
    }

    /// The schema after the file of that path, if it is there.
    pub fn schema_at(&mut self, path: &str) -> Option<Schema> {
        self.replay_to(path).map(|file| Schema::of(&file.after, None))
    }

    /// The objects of that schema that the file made, or was the last to change.
    pub fn schema_of(&mut self, path: &str) -> Option<Schema> {
        self.replay_to(path).map(|file| Schema::of(&file.after, Some(file.id)))
    }

    fn replay_to(&mut self, path: &str) -> Option<&FileReplay> {
        let at = self.files.iter().position(|file| &*file.path == path)?;
        self.replay_first(at + 1, &mut |_| ());
        self.replayed.get(at).map(|file| &**file)
    }

    /// What every statement locks, and what its transaction holds by then.
    pub fn locks(&mut self) -> LockTimeline {
        locks::timeline(&self.timeline(), self.config.runner)
    }

    /// The same as SQL: what the chain adds to the base.
    pub fn schema_sql(&mut self) -> String {
        let timeline = self.timeline();
        sql::dump(&timeline)
    }
}
