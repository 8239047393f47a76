//! The report as JSON, indented by two spaces; put together on all cores.

use super::Report;
use crate::parallel;
use serde::Serialize;
use serde_json::ser::Formatter;
use std::io::{Result, Write};

/// In parts: a large report is not put together first.
pub fn render(report: &Report) -> Vec<String> {
    let Report { version, summary, findings, uncertain } = report;
    let mut text = Vec::new();
    let frame = Report { version: *version, summary: *summary, findings: Vec::new(), uncertain: Vec::new() };
    write(&mut text, &frame, 0);
    text.push(b'\n');
    let frame = String::from_utf8(text).unwrap_or_default(); // serde_json writes UTF-8
    let mut parts = Vec::new();
    for (part, items) in frame.split_inclusive("[]").zip([items(findings), items(uncertain), Vec::new()]) {
        match part.strip_suffix("]") {
            Some(head) if !items.is_empty() => {
                parts.push(head.to_string());
                parts.extend(items);
                // After each item stands a comma.
                parts.last_mut().map(String::pop);
                parts.push("\n  ]".to_string());
            }
            _ => parts.push(part.to_string()),
        }
    }
    parts
}

/// The items by chunks, as deep as they stand in the report.
fn items<T: Serialize + Sync>(items: &[T]) -> Vec<String> {
    parallel::map_chunks(items, |items| {
        let mut out = Vec::with_capacity(512 * items.len());
        for item in items {
            out.extend_from_slice(line(2));
            write(&mut out, item, 2);
            out.push(b',');
        }
        String::from_utf8(out).unwrap_or_default() // as above
    })
}

fn write(out: &mut Vec<u8>, data: &impl Serialize, depth: usize) {
    let formatter = Indented { depth, is_empty: false };
    // Plain data, into memory: there is nothing to fail.
    let _ = data.serialize(&mut serde_json::Serializer::with_formatter(out, formatter));
}

/// serde_json's own writes an indentation bit by bit, a fifth of the time.
struct Indented {
    depth: usize,
    is_empty: bool,
}

/// A new line, indented.
fn line(depth: usize) -> &'static [u8] {
    const LINE: &[u8] = b"\n                ";
    LINE.get(..1 + 2 * depth).unwrap_or(LINE)
}

impl Indented {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> Result<()> {
        self.depth += 1;
        self.is_empty = true;
        out.write_all(bracket)
    }

    fn next<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.is_empty = false;
        if !first {
            out.write_all(b",")?;
        }
        out.write_all(line(self.depth))
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> Result<()> {
        self.depth -= 1;
        if !std::mem::take(&mut self.is_empty) {
            out.write_all(line(self.depth))?;
        }
        out.write_all(bracket)
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.next(out, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.next(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        out.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::project::Project;
    use crate::source::SourceFile;

    #[test]
    fn is_what_serde_json_writes() {
        let tables = |count| {
            let table =
                |n| format!("create table a{n} (a varchar(3), \"b\tc\" int references x (y)); select 1 from f{n}();\n");
            (0..count).map(table).collect::<String>() + "do $$ begin execute current_setting('a.b'); end $$;"
        };
        for text in ["", "select 1;", &*tables(1), &*tables(150)] {
            let mut project = Project::new(Config::default());
            project.set_file(SourceFile::new("supabase/migrations/20240101000000_a.sql", text));
            let report = project.check();
            let expected = serde_json::to_string_pretty(&report).unwrap() + "\n";
            assert_eq!(super::render(&report).concat(), expected, "{} findings", report.findings.len());
        }
    }
}
