//! A report by file: what crosses to a page is what changed.

#[cfg(test)]
use super::Report;
use super::{Finding, Summary};
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

impl FileFindings {
    pub fn none(file: &str) -> Self {
        Self { file: file.to_string(), findings: Vec::new(), causes: Vec::new() }
    }
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
#[cfg(test)]
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
                files.push(FileFindings::none(&finding.file));
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
#[cfg(test)]
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
