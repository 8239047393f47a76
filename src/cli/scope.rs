//! Which of a chain's findings are reported when a part of it is of interest.

use super::Failure;
use super::index::{Before, Index};
use crate::Project;
use crate::report::{Finding, Report};
use crate::rules::Severity;
use crate::source::SourceFile;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What the next commit is answerable for: the findings of the files that it adds and changes, and those of others that would not be there without it.
pub fn of_commit(project: &mut Project, report: Report, index: &Index, named: &[PathBuf]) -> Result<Report, Failure> {
    let named: Vec<Option<String>> = named.iter().map(|path| index.name_of(path)).collect();
    let mut known: HashMap<String, bool> = HashMap::new();
    let mut is_of_interest = |file: &str| {
        *known.entry(file.to_string()).or_insert_with(|| {
            let path = Path::new(file);
            index.is_staged(path) || named.contains(&index.name_of(path))
        })
    };
    let mut kept: Vec<bool> = report.findings.iter().map(|finding| is_of_interest(&finding.file)).collect();
    if kept.contains(&false) {
        let mut old = before(project, index)?;
        for (finding, kept) in report.findings.iter().zip(&mut kept).filter(|(_, kept)| !**kept) {
            // As often as it was there before.
            match old.get_mut(&key(finding)) {
                Some(count) if *count > 0 => *count -= 1,
                _ => *kept = true,
            }
        }
    }
    let mut report = keep(report, &kept);
    report.uncertain.retain(|uncertain| is_of_interest(&uncertain.file));
    report.summary.uncertain = report.uncertain.len() as u32;
    Ok(report)
}

/// What is found of the chain as the last commit has it: how often each.
fn before(project: &mut Project, index: &Index) -> Result<HashMap<Key, u32>, Failure> {
    let now: Vec<_> = project.files().to_vec();
    for Before { path, text } in index.before(&now)? {
        let shown = path.display().to_string();
        match text {
            Some(bytes) => {
                let mut file = SourceFile::from_bytes(&*shown, &bytes);
                // Of a file that is gone nothing is reported, whatever its overrides say.
                file.config_path =
                    now.iter().find(|other| *other.path == shown).and_then(|other| other.config_path.clone());
                project.set_file(file);
            }
            None => project.remove_file(&shown),
        }
    }
    let mut found = HashMap::new();
    for finding in project.check().findings {
        *found.entry(key(&finding)).or_default() += 1;
    }
    Ok(found)
}

/// What makes two findings the same one. A message may count what has become more.
type Key = (String, String, u32, u32, Option<String>);

fn key(finding: &Finding) -> Key {
    let place = (finding.start.offset, finding.end.offset);
    (finding.file.clone(), finding.rule.clone(), place.0, place.1, finding.object.clone())
}

/// The findings of one file.
pub fn of_file(mut report: Report, file: &str) -> Report {
    let kept: Vec<bool> = report.findings.iter().map(|finding| finding.file == file).collect();
    report.uncertain.retain(|uncertain| uncertain.file == file);
    report.summary.uncertain = report.uncertain.len() as u32;
    keep(report, &kept)
}

fn keep(mut report: Report, kept: &[bool]) -> Report {
    let mut places = Vec::with_capacity(kept.len());
    let mut next = 0;
    for kept in kept {
        places.push(kept.then_some(next));
        next += u32::from(*kept);
    }
    let findings = std::mem::take(&mut report.findings);
    report.findings = findings.into_iter().zip(kept).filter(|(_, kept)| **kept).map(|(finding, _)| finding).collect();
    for finding in &mut report.findings {
        // What follows from something that is not shown is shown for itself.
        finding.caused_by = finding.caused_by.and_then(|cause| places[cause as usize]);
    }
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count() as u32;
    let counts = [Severity::Error, Severity::Warning, Severity::Info].map(count);
    [report.summary.errors, report.summary.warnings, report.summary.infos] = counts;
    report
}
