//! Applying fixes.

use crate::report::{Edit, Report};
use crate::sort::sort_by_key;
use crate::source::SourceFile;

/// Applies the first fix of every finding, as far as they do not overlap. Returns the changed files and how many fixes were applied.
///
/// A fix is applied as a whole or not at all; insertions at the same place keep the order of their findings.
pub fn apply(files: &[SourceFile], report: &Report) -> (Vec<SourceFile>, usize) {
    let mut chosen: Vec<&Edit> = Vec::new();
    let mut count = 0;
    for fix in report.findings.iter().filter_map(|f| f.fixes.first()) {
        // Two findings may ask for the very same change: it is made once.
        if fix.edits.iter().all(|edit| chosen.contains(&edit)) {
            continue;
        }
        if fix.edits.iter().all(|edit| chosen.iter().all(|other| !overlap(edit, other))) {
            chosen.extend(&fix.edits);
            count += 1;
        }
    }
    let changed = files
        .iter()
        .filter_map(|file| {
            let mut edits: Vec<&Edit> = chosen.iter().copied().filter(|e| e.file == *file.path).collect();
            if edits.is_empty() {
                return None;
            }
            sort_by_key(&mut edits, |e| (e.start.offset, e.end.offset)); // stable: equal places keep their order
            let mut text = String::with_capacity(file.text.len() + 64);
            let mut at = 0;
            for edit in edits {
                text.push_str(file.text.get(at..edit.start.offset as usize)?);
                text.push_str(&edit.text);
                at = edit.end.offset as usize;
            }
            text.push_str(file.text.get(at..)?);
            Some(SourceFile { text: text.into(), invalid_utf8: None, ..file.clone() })
        })
        .collect();
    (changed, count)
}

fn overlap(a: &Edit, b: &Edit) -> bool {
    a.file == b.file && a.start.offset < b.end.offset && b.start.offset < a.end.offset
}
