//! `pgdry check --locks`: the locks of every statement, and those that its transaction holds by then.

use super::{Failure, Format, print};
use crate::Project;
use crate::locks::LockTimeline;
use crate::source::SourceFile;
use std::fmt::Write;

pub fn run(project: &mut Project, format: Format) -> Result<(), Failure> {
    let timeline = project.locks();
    match format {
        Format::Json => print(&(serde_json::to_string_pretty(&timeline).map_err(|e| e.to_string())? + "\n")),
        Format::Text => print(&text(&timeline, project.files())),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("").trim_end()
}

/// The files are those of the timeline.
fn text(timeline: &LockTimeline, sources: &[SourceFile]) -> String {
    let mut out = String::new();
    for (file, source) in timeline.files.iter().zip(sources) {
        let _ = writeln!(out, "{}", file.file);
        let mut transaction = None;
        for statement in &file.statements {
            if transaction != Some(statement.transaction) {
                let _ = writeln!(out, "  transaction {}", statement.transaction + 1);
                transaction = Some(statement.transaction);
            }
            let text = &source.text[statement.start.offset as usize..statement.end.offset as usize];
            let _ = writeln!(out, "  {:>5}  {}", statement.start.line, first_line(text));
            for lock in &statement.locks {
                let _ = write!(out, "         {} {}: {}", lock.kind, lock.relation, lock.mode);
                let work = [
                    (lock.rewrite, "is rewritten"),
                    (lock.scan, "is read in full"),
                    (lock.build, "has an index built"),
                ];
                for (_, words) in work.iter().filter(|(does, _)| *does) {
                    let _ = write!(out, ", {words}");
                }
                let _ = writeln!(out, "{}", lock.blocks.map(|b| format!("; blocks {b}")).unwrap_or_default());
            }
            if statement.held.len() > statement.locks.len() {
                let held: Vec<String> = statement.held.iter().map(|h| format!("{} {}", h.relation, h.mode)).collect();
                let _ = writeln!(out, "         held by now: {}", held.join(", "));
            }
        }
    }
    out
}
