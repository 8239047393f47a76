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
use crate::replay::{self, BaseError, FileReplay, Timeline, replay_file};
use crate::report::{self, Report};
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

/// A project of migrations. Replaying is incremental: after a change only the changed file and those after it are replayed.
pub struct Project {
    config: Config,
    /// What is there before the first migration, once it was needed.
    start: Option<Catalog>,
    /// In replay order: by the bytes of the file name, then of the path.
    files: Vec<SourceFile>,
    /// The replays of the first files of that order, as far as they are still right.
    replayed: Vec<Arc<FileReplay>>,
    /// What the rules that know nothing of later files found in the first of those.
    judged: Vec<Vec<Diagnostic>>,
    pieces: pieces::Pieces,
    /// The text of the configuration, which findings may be about.
    #[cfg(feature = "cli")]
    config_file: Option<SourceFile>,
}

impl Project {
    pub fn new(config: Config) -> Self {
        Self {
            config,
            start: None,
            files: Vec::new(),
            replayed: Vec::new(),
            judged: Vec::new(),
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
            Err(at) => self.files.insert(at, file),
        }
        let (Ok(at) | Err(at)) = place;
        self.truncate(at);
    }

    /// Removes the file of that path, if it is there.
    pub fn remove_file(&mut self, path: &str) {
        if let Ok(at) = self.place(&SourceFile::new(path, "")) {
            self.files.remove(at);
            self.truncate(at);
        }
    }

    /// Forgets what came of the files from this place on.
    fn truncate(&mut self, at: usize) {
        self.replayed.truncate(at);
        self.judged.truncate(at);
        self.pieces.restart();
    }

    fn place(&self, file: &SourceFile) -> Result<usize, usize> {
        self.files.binary_search_by(|f| (f.file_name(), &*f.path).cmp(&(file.file_name(), &*file.path)))
    }

    /// Parses and replays what has changed in the first files, and tells of each.
    fn replay(&mut self, count: usize, tell: &mut dyn FnMut(&Arc<FileReplay>)) {
        let Self { config, start, files, replayed, .. } = self;
        let parse = |file: &SourceFile| (file.clone(), parse(file));
        parallel::ahead(&files[replayed.len()..count], parse, |(file, parsed)| {
            // Replays are of the first files.
            let before = match replayed.last() {
                Some(file) => file.after.clone(),
                None => start.get_or_insert_with(|| image(config)).clone(),
            };
            let file = Arc::new(replay_file(FileId(replayed.len() as u32), &file, parsed, before));
            tell(&file);
            replayed.push(file);
        });
    }

    /// Replays what has changed, and hands the whole chain over.
    pub fn timeline(&mut self) -> Timeline {
        self.replay(self.files.len(), &mut |_| ());
        self.first(self.replayed.len())
    }

    /// The first files of the chain.
    fn first(&mut self, count: usize) -> Timeline {
        let start = self.start().clone();
        Timeline { files: self.replayed.iter().take(count).cloned().collect(), start }
    }

    fn start(&mut self) -> &mut Catalog {
        self.start.get_or_insert_with(|| image(&self.config))
    }

    /// Checks every file with the rules of the configuration.
    pub fn check(&mut self) -> Report {
        self.check_telling(|_| ())
    }

    /// The same, and says after each file how many are replayed.
    pub fn check_telling(&mut self, mut tell: impl FnMut(usize)) -> Report {
        let (config, files) = (self.config.clone(), self.files.clone());
        let judge = Judge::new(&config, &files);
        let mut known = self.replayed[..self.judged.len()].to_vec(); // what is judged is of the first files
        let mut so_far: Option<Timeline> = None;
        let only_replayed = self.replayed[self.judged.len()..].to_vec();
        let judged = parallel::behind(
            |judge| {
                only_replayed.into_iter().for_each(&mut *judge);
                self.replay(self.files.len(), &mut |file| {
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
        let diagnostics = judge.whole(&timeline, self.judged.iter().flatten().cloned().collect());
        let report = report::build(&timeline, &diagnostics);
        #[cfg(feature = "cli")]
        let report = match &self.config_file {
            Some(file) => report::placed_in_configuration(report, &diagnostics, file),
            None => report,
        };
        report
    }

    /// The types of the schema that the chain leaves, for the target of the options.
    pub fn types(&mut self, options: &TypesOptions) -> Types {
        let timeline = self.timeline();
        types::generate(timeline.end(), options)
    }

    /// The schema that the chain leaves.
    pub fn schema(&mut self) -> Schema {
        Schema::of(self.timeline().end())
    }

    /// The schema after the file of that path, if it is there.
    pub fn schema_at(&mut self, path: &str) -> Option<Schema> {
        let timeline = self.timeline();
        timeline.files.iter().find(|file| &*file.source.path == path).map(|file| Schema::of(&file.after))
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
