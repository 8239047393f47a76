//! A check in pieces: between two of them a page takes in what was typed meanwhile, and the file that is edited is not kept waiting for the others.

use super::{Project, begin};
use crate::replay::{FileReplay, ReplayInPieces, Timeline};
use crate::report::{self, Causes, Changes, FileFindings, Places, Report, Summary};
use crate::rules::{Diagnostic, Progress};
use crate::source::SourceFile;
use crate::syntax;
use std::sync::Arc;
use std::vec::Drain;

/// How many files' findings a piece puts in order, or compares. Natively nobody waits for one.
const FILES: usize = match () {
    _ if cfg!(test) => 1,
    _ if cfg!(target_os = "unknown") => 32,
    _ => usize::MAX,
};

/// How many former files a piece drops.
const DROPPED: usize = 2;

/// Bytes of SQL that a piece replays.
const BYTES: u32 = if cfg!(test) { 32 } else { 8 * 1024 };

/// How far the check is.
#[derive(Default)]
pub(super) struct Pieces {
    /// The first file that is not replayed, where that has begun.
    replay: Option<ReplayInPieces>,
    /// What was found so far in the first file that is not judged, and the place of the rule that is next.
    found: Vec<Diagnostic>,
    rule: usize,
    progress: Progress,
    /// By file: what was found that takes the whole chain.
    late: Vec<Vec<Diagnostic>>,
    /// All that was found in the first files, in order.
    finished: Vec<Vec<Diagnostic>>,
    causes: Causes,
    summary: Summary,
    /// How many files' findings are compared to what was told; more by one when those of files that are gone are.
    compared: usize,
    /// What `changes` is to tell.
    changed: Vec<FileFindings>,
    /// What `changes` gave so far, put together, in the order of the paths.
    told: Vec<FileFindings>,
    /// What is not right any more. To drop it at once would hold up whoever types. The last is dropped first: the first would leave the most to the last.
    former: (Vec<Arc<FileReplay>>, Vec<Vec<Diagnostic>>),
}

impl Pieces {
    /// Begins anew from the first of these on, without forgetting what was told.
    pub fn restart(&mut self, replayed: Drain<Arc<FileReplay>>, judged: Drain<Vec<Diagnostic>>) {
        let told = std::mem::take(&mut self.told);
        let mut former = std::mem::take(&mut self.former);
        former.0.extend(replayed);
        former.1.extend(judged);
        former.1.append(&mut self.late);
        former.1.append(&mut self.finished);
        *self = Self { told, former, ..Self::default() };
    }

    /// Takes what judges the whole chain, unless it is there already.
    #[cfg(not(target_os = "unknown"))]
    pub fn take_whole(&mut self, timeline: &Timeline, judge: impl FnOnce() -> (Progress, Vec<Vec<Diagnostic>>)) {
        if self.finished.is_empty() {
            let (progress, found) = judge();
            self.progress = progress;
            self.late.clear();
            self.sort(timeline, found.into_iter().flatten());
        }
    }

    /// Puts what takes the whole chain to the files.
    fn sort(&mut self, timeline: &Timeline, found: impl Iterator<Item = Diagnostic>) {
        self.late.resize_with(timeline.files.len(), Vec::new);
        for d in found {
            self.late[d.location.file.0 as usize].push(d); // one for each file
        }
    }

    /// More than a replay adds to them.
    pub fn drop_some(&mut self) {
        for _ in 0..DROPPED {
            self.former.0.pop();
            self.former.1.pop();
        }
    }

    /// Compares some files' findings to what was told of them.
    fn compare(&mut self, timeline: &Timeline) {
        let mut places = Places::new(timeline);
        for (file, found) in timeline.files.iter().zip(&self.finished).skip(self.compared).take(FILES) {
            let now = places.file(file.id, found, &self.causes);
            let is_old = match self.place(&now.file) {
                Ok(at) => self.told[at] == now,
                Err(_) => now.findings.is_empty(),
            };
            if !is_old {
                self.changed.push(now);
            }
            self.compared += 1;
        }
    }

    fn place(&self, path: &str) -> Result<usize, usize> {
        self.told.binary_search_by(|told| (*told.file).cmp(path))
    }
}

impl Project {
    /// Does the next piece of the check: replays a file and judges it, or judges the whole by a rule, or puts some of it together. False when nothing is left
    /// to do until a file changes.
    pub fn advance(&mut self) -> bool {
        // The edited file is not kept waiting, unless there is more of former ones than of these.
        let drops = self.judged.len() == self.files.len() || self.pieces.former.0.len() > self.files.len();
        let has_more = self.judge_next() || self.compare_next();
        if drops {
            self.pieces.drop_some();
        }
        has_more
    }

    fn judge_next(&mut self) -> bool {
        let judge = self.judge();
        let at = self.judged.len();
        if at < self.files.len() {
            if self.replayed.len() == at && self.replay_piece(at) {
                return true;
            }
            let so_far = self.first(at + 1);
            let pieces = &mut self.pieces;
            match judge.last_file_piece(pieces.rule, &so_far, &mut pieces.found) {
                Some(next) => pieces.rule = next,
                None => {
                    pieces.rule = 0;
                    self.judged.push(std::mem::take(&mut pieces.found));
                }
            }
            return true;
        }
        let pieces = &mut self.pieces;
        let from = pieces.finished.len();
        if from == at && at > 0 {
            return false;
        }
        let timeline = Timeline { files: self.replayed.clone(), start: self.start().clone() };
        let pieces = &mut self.pieces;
        let mut found = Vec::new();
        let has_more = judge.piece(&mut pieces.progress, &timeline, &mut found);
        pieces.sort(&timeline, found.into_iter());
        if has_more {
            return true;
        }
        for file in timeline.files.iter().skip(from).take(FILES) {
            let place = pieces.finished.len();
            // Both have one for each file.
            let mut found = self.judged[place].clone();
            found.append(&mut pieces.late[place]);
            let found = judge.finish(file, found);
            pieces.causes.take(file.id, &found);
            pieces.summary.count(file, &found);
            pieces.finished.push(found);
        }
        from < at
    }

    /// Replays a piece of a file. False when that was the last.
    fn replay_piece(&mut self, at: usize) -> bool {
        let begun = self.pieces.replay.take().filter(|replay| replay.id().0 as usize == at);
        let mut replay = begun.unwrap_or_else(|| {
            let Self { config, start, files, replayed, .. } = self;
            let file = &files[at]; // it is not replayed yet
            begin(config, start, replayed, file, syntax::parse(&file.text))
        });
        if replay.advance(BYTES) {
            self.pieces.replay = Some(replay);
            return true;
        }
        self.replayed.push(Arc::new(replay.end()));
        false
    }

    fn compare_next(&mut self) -> bool {
        let count = self.files.len();
        if self.pieces.compared > count {
            return false;
        }
        let timeline = self.first(count);
        self.pieces.compare(&timeline);
        if self.pieces.compared == count {
            let pieces = &self.pieces;
            let is_gone = |told: &&FileFindings| self.place(&SourceFile::new(&*told.file, "")).is_err();
            let nothing = |told: &FileFindings| FileFindings::none(&told.file);
            let gone: Vec<FileFindings> = pieces.told.iter().filter(is_gone).map(nothing).collect();
            self.pieces.changed.extend(gone);
            self.pieces.compared += 1;
        }
        true
    }

    /// What was found, when all is judged.
    pub(super) fn report(&mut self) -> Report {
        while self.judge_next() {}
        // Nobody is typing.
        self.pieces.former = Default::default();
        let timeline = self.first(self.files.len());
        let Pieces { finished, causes, summary, .. } = &self.pieces;
        let report = report::build(&timeline, finished, causes, *summary);
        #[cfg(feature = "cli")]
        let report = match &self.config_file {
            Some(file) => report::placed_in_configuration(report, finished, file),
            None => report,
        };
        report
    }

    /// The files whose findings are other ones than `changes` gave before; `None` until `advance` has done everything.
    pub fn changes(&mut self) -> Option<Changes> {
        let pieces = &mut self.pieces;
        if pieces.compared <= self.files.len() {
            return None;
        }
        let files = std::mem::take(&mut pieces.changed);
        for file in &files {
            match pieces.place(&file.file) {
                Ok(at) if file.findings.is_empty() => _ = pieces.told.remove(at),
                Ok(at) => pieces.told[at] = file.clone(),
                Err(at) => pieces.told.insert(at, file.clone()),
            }
        }
        Some(Changes { summary: pieces.summary, files })
    }

    /// What is found in a file without what takes the whole chain (`rules::of_the_whole`); `None` until `advance` has come to it.
    pub fn findings_so_far(&mut self, path: &str) -> Option<FileFindings> {
        let at = self.files.iter().position(|file| &*file.path == path)?;
        let found = self.judged.get(at)?.clone();
        let so_far = self.first(at + 1);
        let file = so_far.files.last()?.id;
        let found = self.judge().last_file_alone(&so_far, found);
        let mut causes = Causes::default();
        causes.take(file, &found);
        Some(Places::new(&so_far).file(file, &found, &causes))
    }
}

#[cfg(test)]
mod tests {
    use crate::Project;
    use crate::config::Config;
    use crate::report::{FileFindings, Report, by_file};
    use crate::rules;
    use crate::source::SourceFile;

    const FILES: [(&str, &str); 4] = [
        ("20250101000000_a.sql", "create table public.a (id bigint primary key, b text);"),
        (
            "20250102000000_b.sql",
            "-- pgdry-ignore rls/no-policy: later\ncreate table public.b (id bigint); alter table nope add c int;",
        ),
        ("20250103000000_c.sql", "create view v as select * from nope; grant all on a to anon; selct 1;"),
        ("20250104000000_d.sql", "alter table public.a drop column b; create policy p on a using (true);"),
    ];

    fn project() -> Project {
        let mut project = Project::new(Config::default());
        FILES.iter().for_each(|(path, text)| project.set_file(SourceFile::new(*path, *text)));
        project
    }

    /// What a project that knows nothing of former texts says.
    fn at_once(project: &Project) -> Report {
        let mut fresh = Project::new(Config::default());
        project.files().iter().for_each(|file| fresh.set_file(file.clone()));
        fresh.check()
    }

    fn apply(told: &mut Vec<FileFindings>, changed: Vec<FileFindings>) {
        for file in changed {
            told.retain(|old| old.file != file.file);
            told.extend(Some(file).filter(|file| !file.findings.is_empty()));
        }
        told.sort_by(|a, b| a.file.cmp(&b.file));
    }

    #[test]
    fn the_pieces_make_the_whole_after_every_edit() {
        let mut project = project();
        let mut told = Vec::new();
        // After so many pieces of a check of another text.
        let edits = [
            (3, FILES[0].0, "create table public.a (id bigint primary key, b text); create table nope (id int);"),
            (60, FILES[2].0, "select 1;"),
            (400, FILES[3].0, "drop table a;"),
            (0, FILES[0].0, FILES[0].1),
        ];
        for edit in [None].into_iter().chain(edits.map(Some)) {
            if let Some((pieces, path, text)) = edit {
                project.set_file(SourceFile::new(path, "create table public.other (id int); drop table b;"));
                (0..pieces).for_each(|_| _ = project.advance());
                project.set_file(SourceFile::new(path, text));
            }
            assert!(project.changes().is_none());
            while project.advance() {}
            let changes = project.changes().unwrap();
            apply(&mut told, changes.files);
            let report = at_once(&project);
            assert_eq!(changes.summary, report.summary);
            assert_eq!(told, by_file(report.clone()));
            assert!(project.changes().unwrap().files.is_empty());
            assert_eq!(project.check(), report);
        }
        project.remove_file(FILES[1].0);
        while project.advance() {}
        let gone = project.changes().unwrap().files.into_iter().find(|file| file.file == FILES[1].0).unwrap();
        assert!(gone.findings.is_empty());
    }

    #[test]
    fn a_file_s_findings_come_before_those_that_take_the_whole_chain() {
        let mut project = project();
        assert!(project.findings_so_far(FILES[1].0).is_none());
        let early = loop {
            assert!(project.advance());
            let Some(early) = project.findings_so_far(FILES[1].0) else { continue };
            break early;
        };
        let late: Vec<&str> = rules::of_the_whole().map(|rule| rule.name).collect();
        let mut whole = by_file(project.check()).into_iter().find(|file| file.file == FILES[1].0).unwrap();
        whole.findings.retain(|finding| !late.contains(&&*finding.rule));
        assert!(!early.findings.is_empty());
        assert_eq!(early.findings, whole.findings);
    }
}
