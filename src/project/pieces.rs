//! A check in pieces: between two of them a page takes in what was typed meanwhile, and the file that is edited is not kept waiting for the others.

use super::Project;
use crate::report::{self, Changes, FileFindings, Summary};
use crate::rules::{Diagnostic, Judge};

/// How far the check is.
#[derive(Default)]
pub(super) struct Pieces {
    /// What was found that takes the whole chain.
    found: Vec<Diagnostic>,
    /// The next piece of what looks for that.
    next: usize,
    done: Option<(Summary, Vec<FileFindings>)>,
    /// What `changes` gave so far, put together.
    told: Vec<FileFindings>,
}

impl Pieces {
    /// Begins anew, without forgetting what was told.
    pub fn restart(&mut self) {
        self.found.clear();
        self.next = 0;
        self.done = None;
    }
}

impl Project {
    /// Does the next piece of the check: replays a file and judges it, or judges the whole by a rule, or puts it all together. False when nothing is left
    /// to do until a file changes.
    pub fn advance(&mut self) -> bool {
        let at = self.judged.len();
        if at < self.files.len() {
            if self.replayed.len() == at {
                self.replay(at + 1, &mut |_| ());
            }
            let so_far = self.first(at + 1);
            let found = Judge::new(&self.config, &self.files).last_file(&so_far);
            self.judged.push(found);
            return true;
        }
        if self.pieces.done.is_some() {
            return false;
        }
        let timeline = self.first(at);
        let judge = Judge::new(&self.config, &self.files);
        let pieces = &mut self.pieces;
        if judge.piece(pieces.next, &timeline, &mut pieces.found) {
            pieces.next += 1;
            return true;
        }
        let mut found: Vec<Diagnostic> = self.judged.iter().flatten().cloned().collect();
        found.append(&mut pieces.found);
        let diagnostics = judge.finish(&timeline, crate::source::FileId(0), found);
        let report = report::build(&timeline, &diagnostics);
        pieces.done = Some((report.summary, report::by_file(report)));
        true
    }

    /// The files whose findings are other ones than `changes` gave before; `None` until `advance` has done everything.
    pub fn changes(&mut self) -> Option<Changes> {
        let (summary, now) = self.pieces.done.as_ref()?;
        let changes = Changes { summary: *summary, files: report::changed(&self.pieces.told, now) };
        self.pieces.told.clone_from(now);
        Some(changes)
    }

    /// What is found in a file without what takes the whole chain (`rules::of_the_whole`); `None` until `advance` has come to it.
    pub fn findings_so_far(&mut self, path: &str) -> Option<FileFindings> {
        let at = self.files.iter().position(|file| &*file.path == path)?;
        let found = self.judged.get(at)?.clone();
        let so_far = self.first(at + 1);
        let found = Judge::new(&self.config, &self.files).last_file_alone(&so_far, found);
        let report = report::build(&so_far, &found);
        let nothing = FileFindings { file: path.to_string(), findings: Vec::new(), causes: Vec::new() };
        Some(report::by_file(report).pop().unwrap_or(nothing))
    }
}

#[cfg(test)]
mod tests {
    use crate::Project;
    use crate::config::Config;
    use crate::report::{FileFindings, by_file};
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
        let edits = [
            (
                "20250101000000_a.sql",
                "create table public.a (id bigint primary key, b text); create table nope (id int);",
            ),
            ("20250103000000_c.sql", "select 1;"),
            ("20250104000000_d.sql", "drop table a;"),
            ("20250101000000_a.sql", FILES[0].1),
        ];
        for edit in [None].into_iter().chain(edits.map(Some)) {
            if let Some((path, text)) = edit {
                project.set_file(SourceFile::new(path, text));
                // An edit comes in the middle of a check as well.
                (0..3).for_each(|_| _ = project.advance());
                project.set_file(SourceFile::new(path, text));
            }
            assert!(project.changes().is_none());
            while project.advance() {}
            let changes = project.changes().unwrap();
            apply(&mut told, changes.files);
            let report = project.check();
            assert_eq!(changes.summary, report.summary);
            assert_eq!(told, by_file(report));
            assert!(project.changes().unwrap().files.is_empty());
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
        (0..2).for_each(|_| _ = project.advance());
        let early = project.findings_so_far(FILES[1].0).unwrap();
        let late: Vec<&str> = rules::of_the_whole().map(|rule| rule.name).collect();
        let mut whole = by_file(project.check()).into_iter().find(|file| file.file == FILES[1].0).unwrap();
        whole.findings.retain(|finding| !late.contains(&&*finding.rule));
        assert!(!early.findings.is_empty());
        assert_eq!(early.findings, whole.findings);
    }
}
