//! `pgdry check`.

use super::files::{Input, Sources};
use super::index::Index;
use super::{CheckArgs, Failure, Format, load, over, print, scope};
use crate::Project;
use crate::config::History;
use crate::report::{Report, text};
use crate::rules::fix;
use crate::source::SourceFile;
use similar::TextDiff;
use std::io::IsTerminal;
use std::process::ExitCode;

pub fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    if args.watch {
        return super::watch::run(args);
    }
    let index = args.staged.then(Index::open).transpose()?;
    let sources = Sources { index, stdin_as: args.stdin_filename.clone(), ..Sources::default() };
    let mut loaded = load(&args.project, &sources, history, |config, files| over(args, config, files))?;
    let named = std::mem::take(&mut loaded.of_interest);
    if sources.index.as_ref().is_some_and(|index| !index.matters() && named.is_empty()) {
        // Whatever there is to find is not this commit's.
        loaded.files.clear();
    }
    let mut project = loaded.project();
    if args.locks {
        super::locks::run(&mut project, args.format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = project.check();
    if let Some(file) = &args.stdin_filename {
        report = scope::of_file(report, &file.display().to_string());
    }
    if let Some(index) = &sources.index {
        let files = project.files().to_vec();
        report = scope::of_commit(&mut project, report, index, &named)?;
        // The source lines are those of the commit.
        files.into_iter().for_each(|file| project.set_file(file));
    }
    if args.diff {
        let before = report.clone();
        let changed = fix_all(&mut project, &mut report);
        print(&diff(&changed))?;
        return Ok(exit_code(args, &before));
    }
    if args.fix {
        for (_, new) in fix_all(&mut project, &mut report).iter().filter(|(_, new)| &*new.path != "<stdin>") {
            std::fs::write(&*new.path, new.text.as_bytes()).map_err(|e| format!("{}: {e}", new.path))?;
        }
    }
    show(args, &project, &report)?;
    Ok(exit_code(args, &report))
}

/// What holds where the configuration does not say: a folder is the whole history.
pub fn history(input: &Input) -> History {
    if input.folder { History::Complete } else { History::Partial }
}

/// Prints the report in the format that was asked for.
pub fn show(args: &CheckArgs, project: &Project, report: &Report) -> Result<(), Failure> {
    match args.format {
        Format::Json => print(&(serde_json::to_string_pretty(report).map_err(|e| e.to_string())? + "\n")),
        Format::Text => print(&text::render(report, project.files(), use_color())),
    }
}

fn exit_code(args: &CheckArgs, report: &Report) -> ExitCode {
    let failed = report.findings.iter().any(|f| args.fail_on.reached(f.severity));
    if failed { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

fn use_color() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Applies fixes until none is left, and says on standard error how many. Returns the changed files as they were and as they are.
fn fix_all(project: &mut Project, report: &mut Report) -> Vec<(SourceFile, SourceFile)> {
    let before: Vec<SourceFile> = project.files().to_vec();
    let mut applied = 0;
    // Each round can uncover fixes that overlapped with others; a fix that does not take its finding away must not loop for ever.
    for _ in 0..10 {
        let (files, count) = fix::apply(project.files(), report);
        if count == 0 {
            break;
        }
        applied += count;
        for file in files {
            project.set_file(file);
        }
        *report = project.check();
    }
    let plural = if applied == 1 { "fix" } else { "fixes" };
    eprintln!("pgdry: {applied} {plural}");
    let pairs = before.into_iter().zip(project.files().iter().cloned());
    pairs.filter(|(old, new)| old.text != new.text).collect()
}

/// A unified diff that `git apply` and `patch -p1` take.
fn diff(changed: &[(SourceFile, SourceFile)]) -> String {
    let mut out = String::new();
    for (old, new) in changed {
        let path = old.path.strip_prefix("./").unwrap_or(&old.path).trim_start_matches('/');
        let lines = TextDiff::from_lines(&*old.text, &*new.text);
        out.push_str(&lines.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string());
    }
    out
}
