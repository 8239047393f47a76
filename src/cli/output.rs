//! What `check` prints, in which format, where, and in which colors.

use super::{CheckArgs, Color, Failure, ReportFormat, print};
use crate::report::{Report, github, gitlab, json, junit, markdown, sarif, statistics, text};
use crate::rules::{self, Severity};
use crate::source::SourceFile;
use std::collections::HashSet;
use std::env::var_os;
use std::io::{IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::path::{Component, Path, PathBuf};

/// Prints the report, or writes it to the file of `--output-file`.
pub fn write(args: &CheckArgs, mut report: Report, files: &[SourceFile]) -> Result<(), Failure> {
    let fail_from = args.fail_on.severity();
    if args.quiet {
        report.findings_from(fail_from);
    }
    if args.format == ReportFormat::Json && !args.statistics && args.output_file.is_none() {
        // The process ends with it: to free it takes longer than to print it.
        let report = ManuallyDrop::new(report);
        return json::render(&report).iter().try_for_each(|part| print(part));
    }
    let mut files = files.to_vec();
    files.extend(others(&report, &files));
    if !matches!(args.format, ReportFormat::Text | ReportFormat::Json) {
        from_root(&mut report, &mut files);
    }
    let rendered = match args.format {
        ReportFormat::Text if args.statistics && args.quiet => statistics::table(&report),
        ReportFormat::Text if args.statistics => statistics::text(&report),
        ReportFormat::Json if args.statistics => statistics::json(&report),
        _ if args.statistics => return Err("--statistics prints text or json".to_string()),
        ReportFormat::Text if args.quiet => text::findings(&report, &files, use_color(args)),
        ReportFormat::Text => text::render(&report, &files, use_color(args)),
        ReportFormat::Json => json::render(&report).concat(),
        ReportFormat::Sarif => {
            sarif::render(&report, &files, &|rule| rules::find(rule).map(|rule| rule.doc.to_string()))
        }
        ReportFormat::Github => github::render(&report),
        ReportFormat::Gitlab => gitlab::render(&report, &files),
        ReportFormat::Junit => junit::render(&report, &files, fail_from),
        ReportFormat::Markdown => markdown::render(&report, &files, markdown::COMMENT),
    };
    if args.format == ReportFormat::Github
        && let Some(path) = var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())
    {
        let path = Path::new(&path);
        let there = path.metadata().map_or(0, |m| m.len() as usize);
        append(path, &markdown::render(&report, &files, markdown::JOB_SUMMARY.saturating_sub(there)))?;
    }
    match &args.output_file {
        Some(path) => {
            std::fs::write(path, rendered).map_err(|e| format!("{}: {e}", path.display()))?;
            if !args.quiet {
                eprintln!("pgdry: {}: {}", path.display(), text::summary_line(&report));
            }
            Ok(())
        }
        None => print(&rendered),
    }
}

fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| format!("{}: {e}", path.display()))
}

/// The files that findings are in and that are no migrations, such as pgdry.toml.
fn others(report: &Report, files: &[SourceFile]) -> Vec<SourceFile> {
    let known: HashSet<&str> = files.iter().map(|f| &*f.path).collect();
    let named: HashSet<&str> = report.findings.iter().map(|f| &*f.file).filter(|path| !known.contains(path)).collect();
    let read = |path: &str| Some(SourceFile::from_bytes(path, &std::fs::read(path).ok()?));
    named.into_iter().filter_map(read).collect()
}

/// Gives paths as seen from the root of the repository, as the services want them that read these formats.
fn from_root(report: &mut Report, files: &mut [SourceFile]) {
    let Ok(here) = std::env::current_dir() else { return };
    let roots = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].into_iter().filter_map(var_os).map(PathBuf::from);
    let repository = here.ancestors().find(|folder| folder.join(".git").exists());
    let roots: Vec<PathBuf> =
        roots.chain(repository.map(Path::to_path_buf)).chain([here.clone()]).filter(|r| r.is_absolute()).collect();
    let seen = |path: &str| -> String {
        if path == "<stdin>" {
            return path.to_string();
        }
        let whole = plain(&here.join(path));
        let below = roots.iter().find_map(|root| whole.strip_prefix(root).ok());
        let path = below.unwrap_or(&whole).to_string_lossy();
        if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() }
    };
    for file in files {
        file.path = seen(&file.path).into();
    }
    for finding in &mut report.findings {
        finding.file = seen(&finding.file);
        for edit in finding.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.file = seen(&edit.file);
        }
    }
    for uncertain in &mut report.uncertain {
        uncertain.file = seen(&uncertain.file);
    }
}

/// Without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Whether the text has colors: what `--color` says, then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, CLICOLOR, then whether a terminal reads it.
fn use_color(args: &CheckArgs) -> bool {
    let on = |name| var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
    match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if args.output_file.is_some() || var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) => false,
        Color::Auto if on("FORCE_COLOR") || on("CLICOLOR_FORCE") => true,
        Color::Auto => {
            let off = var_os("CLICOLOR").is_some_and(|v| v == "0") || var_os("TERM").is_some_and(|v| v == "dumb");
            !off && std::io::stdout().is_terminal()
        }
    }
}

impl super::FailOn {
    /// The lowest severity that makes the exit status 1.
    pub fn severity(self) -> Option<Severity> {
        match self {
            super::FailOn::Error => Some(Severity::Error),
            super::FailOn::Warning => Some(Severity::Warning),
            super::FailOn::Info => Some(Severity::Info),
            super::FailOn::Never => None,
        }
    }
}
