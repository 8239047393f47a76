//! `pgdry parse`: the statements of files as pgdry sees them, for people, tools and differential tests.

use super::{Failure, Format, ParseArgs, files, print};
use crate::source::{LineIndex, Position, SourceFile, Span};
use crate::syntax::{self, ParsedStatement, SyntaxError, plpgsql};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};
use std::process::ExitCode;

#[derive(Serialize)]
struct ParsedFile {
    file: String,
    statements: Vec<ParsedEntry>,
}

#[derive(Serialize)]
struct ParsedEntry {
    /// The command tag; absent when the statement does not parse.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    start: Position,
    end: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<BatchError>,
}

#[derive(Deserialize)]
struct BatchLine {
    id: serde_json::Value,
    sql: String,
}

#[derive(Serialize)]
struct BatchAnswer<'a> {
    id: &'a serde_json::Value,
    ok: bool,
    statements: usize,
    /// The oldest PostgreSQL version, from 15 on, that reads all of it.
    since: u8,
    error: Option<BatchError>,
}

#[derive(Serialize)]
struct BatchError {
    message: String,
    sqlstate: &'static str,
    /// Bytes from the start of the text.
    offset: u32,
}

impl From<&SyntaxError> for BatchError {
    fn from(error: &SyntaxError) -> Self {
        Self { message: error.message.clone(), sqlstate: error.sqlstate, offset: error.span.start }
    }
}

pub fn run(args: &ParseArgs) -> Result<ExitCode, Failure> {
    if args.batch {
        return batch(args.bodies);
    }
    if args.files.is_empty() {
        return Err("name files to parse, or `-` for standard input".into());
    }
    let mut ok = true;
    let mut reports = Vec::new();
    let mut text = String::new();
    let sources = args.files.iter().map(|path| match path.as_os_str() == "-" {
        true => files::stdin(),
        false => std::fs::read(path)
            .map(|bytes| SourceFile::from_bytes(path.display().to_string(), &bytes))
            .map_err(|e| format!("{}: {e}", path.display())),
    });
    for source in sources.collect::<Result<Vec<_>, _>>()? {
        let parsed = syntax::parse(&source.text);
        let lines = LineIndex::new(&source.text);
        ok &= parsed.statements.iter().all(|s| s.result.is_ok());
        let entries: Vec<ParsedEntry> = parsed.statements.iter().map(|s| entry(s, &source.text, &lines)).collect();
        match args.format {
            Format::Json => reports.push(ParsedFile { file: source.path.to_string(), statements: entries }),
            Format::Text => entries.iter().for_each(|e| {
                let kind = e.kind.unwrap_or_else(|| e.error.as_ref().map_or("", |e| &e.message));
                text.push_str(&format!(
                    "{}:{}:{}-{}:{}\t{kind}\n",
                    source.path, e.start.line, e.start.column, e.end.line, e.end.column
                ));
            }),
        }
    }
    if args.format == Format::Json {
        text = serde_json::to_string_pretty(&reports).map_err(|e| e.to_string())? + "\n";
    }
    print(&text)?;
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn entry(statement: &ParsedStatement, text: &str, lines: &LineIndex) -> ParsedEntry {
    let Span { start, end } = statement.span;
    ParsedEntry {
        kind: statement.result.as_ref().ok().map(|s| s.kind.tag()),
        start: lines.position(text, start),
        end: lines.position(text, end),
        error: statement.result.as_ref().err().map(BatchError::from),
    }
}

fn batch(bodies: bool) -> Result<ExitCode, Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|e| format!("standard input: {e}"))?;
        if line.trim().is_empty() {
            continue;
        }
        let BatchLine { id, sql } =
            serde_json::from_str(&line).map_err(|e| format!("standard input, line {}: {e}", number + 1))?;
        let parsed = syntax::parse(&sql);
        let error = parsed.statements.iter().find_map(|s| match &s.result {
            Ok(statement) if bodies => plpgsql::check_statement(statement).err(),
            Ok(_) => None,
            Err(error) => Some(error.clone()),
        });
        let answer = BatchAnswer {
            id: &id,
            ok: error.is_none(),
            statements: parsed.statements.len(),
            since: parsed
                .statements
                .iter()
                .flat_map(|s| &s.newer)
                .map(|newer| newer.feature.since)
                .fold(*syntax::VERSIONS.start(), u8::max),
            error: error.as_ref().map(BatchError::from),
        };
        let json = serde_json::to_string(&answer).map_err(|e| e.to_string())?;
        writeln!(out, "{json}").map_err(|e| format!("standard output: {e}"))?;
    }
    out.flush().map_err(|e| format!("standard output: {e}"))?;
    Ok(ExitCode::SUCCESS)
}
