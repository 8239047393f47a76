//! `pgdry check`.

use super::files::{Input, Sources};
use super::index::Index;
use super::progress::Progress;
use super::{CheckArgs, Failure, Format, ReportFormat, load, output, over, print, scope};
use crate::Project;
use crate::config::History;
use crate::report::Report;
use crate::rules::fix;
use crate::source::SourceFile;
use similar::TextDiff;
use std::mem::ManuallyDrop;
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
    // The process ends with it: to free what it holds would take a tenth of the check's time.
    let mut project = ManuallyDrop::new(loaded.project());
    if args.locks {
        let format = match args.format {
            ReportFormat::Text => Format::Text,
            ReportFormat::Json => Format::Json,
            _ => return Err("--locks prints text or json".to_string()),
        };
        super::locks::run(&mut project, format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = check(&mut project, args.quiet);
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
        let changed = fix_all(&mut project, &mut report, args.quiet);
        print(&diff(&changed))?;
        return Ok(exit_code(args, &before));
    }
    if args.fix {
        for (_, new) in fix_all(&mut project, &mut report, args.quiet).iter().filter(|(_, new)| &*new.path != "<stdin>")
        {
            std::fs::write(&*new.path, new.text.as_bytes()).map_err(|e| format!("{}: {e}", new.path))?;
        }
    }
    let code = exit_code(args, &report);
    output::write(args, report, &project.sources())?;
    Ok(code)
}

/// Checks the project, and says on a terminal how far it is.
fn check(project: &mut Project, is_quiet: bool) -> Report {
    let mut progress = Progress::new(is_quiet);
    let all = project.files().len();
    project.check_telling(|done| match done < all {
        true => progress.at(done, all),
        false => progress.say("checking the rules"),
    })
}

/// What holds where the configuration does not say: a folder is the whole history.
pub fn history(input: &Input) -> History {
    if input.folder { History::Complete } else { History::Partial }
}

fn exit_code(args: &CheckArgs, report: &Report) -> ExitCode {
    let fail_from = args.fail_on.severity();
    let failed = report.findings.iter().any(|f| fail_from.is_some_and(|from| f.severity >= from));
    if failed { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// Applies fixes until none is left, and says on standard error how many unless it shall be quiet. Returns the changed files as they were and as they are.
fn fix_all(project: &mut Project, report: &mut Report, is_quiet: bool) -> Vec<(SourceFile, SourceFile)> {
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
    if !is_quiet {
        eprintln!("pgdry: {applied} {plural}");
    }
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
