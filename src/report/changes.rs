//! A report by file: what crosses to a page is what changed.

use super::{Finding, Report, Summary};
use serde::Serialize;

/// What a check found that the one before did not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Changes {
    /// Of all files.
    pub summary: Summary,
    /// The files whose findings are other ones now, with all their findings; none, where there are none any more.
    pub files: Vec<FileFindings>,
}

/// The findings of one file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct FileFindings {
    pub file: String,
    /// In order of place, without `caused_by`.
    pub findings: Vec<Finding>,
    pub causes: Vec<Cause>,
}

/// That a finding follows from another, which follows from none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Cause {
    /// The finding's place in the list.
    pub finding: u32,
    /// The file that the other is in, and its place in that file's list.
    pub file: String,
    pub index: u32,
}

/// The report's findings by file, in its order.
pub fn by_file(report: Report) -> Vec<FileFindings> {
    let roots: Vec<usize> = (0..report.findings.len()).map(|at| root(&report.findings, at)).collect();
    let mut files: Vec<FileFindings> = Vec::new();
    // Of each finding: its file, and its place there.
    let mut places: Vec<(usize, usize)> = Vec::with_capacity(roots.len());
    for mut finding in report.findings {
        finding.caused_by = None;
        let at = match files.iter().rposition(|f| f.file == finding.file) {
            Some(at) => at,
            None => {
                files.push(FileFindings { file: finding.file.clone(), findings: Vec::new(), causes: Vec::new() });
                files.len() - 1
            }
        };
        places.push((at, files[at].findings.len()));
        files[at].findings.push(finding);
    }
    for (at, root) in roots.into_iter().enumerate().filter(|(at, root)| at != root) {
        let ((file, finding), (cause, index)) = (places[at], places[root]);
        let cause = Cause { finding: finding as u32, file: files[cause].file.clone(), index: index as u32 };
        files[file].causes.push(cause);
    }
    files
}

/// The first cause of a finding; itself, when there is none.
fn root(findings: &[Finding], at: usize) -> usize {
    let mut root = at;
    // A circle ends somewhere in it.
    for _ in 0..findings.len() {
        match findings[root].caused_by {
            Some(cause) if cause as usize != at => root = cause as usize,
            _ => break,
        }
    }
    root
}

/// What is new in `now` against what was told before, both in the order of the files.
pub fn changed(told: &[FileFindings], now: &[FileFindings]) -> Vec<FileFindings> {
    let mut changed = Vec::new();
    let mut rest = told;
    let gone = |old: &FileFindings| FileFindings { file: old.file.clone(), findings: Vec::new(), causes: Vec::new() };
    for new in now {
        match rest.iter().position(|old| old.file == new.file) {
            Some(at) => {
                changed.extend(rest[..at].iter().map(gone));
                if rest[at] != *new {
                    changed.push(new.clone());
                }
                rest = &rest[at + 1..];
            }
            None => changed.push(new.clone()),
        }
    }
    changed.extend(rest.iter().map(gone));
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[(&str, u32)]) -> Vec<FileFindings> {
        let cause = |finding: &u32| Cause { finding: *finding, file: String::new(), index: 0 };
        let file = |(name, mark): &(&str, u32)| FileFindings {
            file: name.to_string(),
            findings: Vec::new(),
            causes: vec![cause(mark)],
        };
        names.iter().map(file).collect()
    }

    #[test]
    fn tells_what_came_what_changed_and_what_is_gone() {
        let told = files(&[("a", 1), ("b", 1), ("c", 1), ("e", 1)]);
        let now = files(&[("a", 1), ("c", 2), ("d", 1)]);
        let changed: Vec<(String, Option<u32>)> =
            changed(&told, &now).into_iter().map(|f| (f.file, f.causes.first().map(|c| c.finding))).collect();
        let expected = [("b", None), ("c", Some(2)), ("d", Some(1)), ("e", None)];
        assert_eq!(changed, expected.map(|(file, mark)| (file.to_string(), mark)));
    }
}
