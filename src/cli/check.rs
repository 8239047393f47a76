//! `pgdry check`.

use super::{CheckArgs, Failure, Format, open_with, over, print};
use crate::Project;
use crate::config::History;
use crate::report::{Report, text};
use crate::rules::fix;
use crate::source::SourceFile;
use similar::TextDiff;
use std::io::IsTerminal;
use std::process::ExitCode;

pub fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let history = |input: &super::files::Input| if input.folder { History::Complete } else { History::Partial };
    let mut project = open_with(&args.project, history, |config, files| over(args, config, files))?;
    if args.locks {
        super::locks::run(&mut project, args.format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = project.check();
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
    match args.format {
        Format::Json => print(&(serde_json::to_string_pretty(&report).map_err(|e| e.to_string())? + "\n"))?,
        Format::Text => print(&text::render(&report, &project.sources(), use_color()))?,
    }
    Ok(exit_code(args, &report))
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
