//! `pgdry check`.

use super::{CheckArgs, Failure, Format, open, print};
use crate::Project;
use crate::config::History;
use crate::report::{Report, text};
use crate::rules::fix;
use crate::source::SourceFile;
use std::io::IsTerminal;
use std::process::ExitCode;

pub fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let history = |input: &super::files::Input| if input.folder { History::Complete } else { History::Partial };
    let mut project = open(&args.project, args.preset, history)?;
    if args.locks {
        super::locks::run(&mut project, args.format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = project.check();
    if args.fix {
        report = fix_all(&mut project, report)?;
    }
    match args.format {
        Format::Json => print(&(serde_json::to_string_pretty(&report).map_err(|e| e.to_string())? + "\n"))?,
        Format::Text => print(&text::render(&report, project.files(), use_color()))?,
    }
    let failed = report.findings.iter().any(|f| args.fail_on.reached(f.severity));
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn use_color() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Applies fixes until none is left, writes the changed files, and says what it did on standard error.
fn fix_all(project: &mut Project, mut report: Report) -> Result<Report, Failure> {
    let before: Vec<SourceFile> = project.files().to_vec();
    let mut applied = 0;
    // Each round can uncover fixes that overlapped with others; a fix that does not take its finding away must not loop for ever.
    for _ in 0..10 {
        let (files, count) = fix::apply(project.files(), &report);
        if count == 0 {
            break;
        }
        applied += count;
        for file in files {
            project.set_file(file);
        }
        report = project.check();
    }
    for (old, new) in before.iter().zip(project.files()) {
        if old.text != new.text && &*new.path != "<stdin>" {
            std::fs::write(&*new.path, new.text.as_bytes()).map_err(|e| format!("{}: {e}", new.path))?;
        }
    }
    let plural = if applied == 1 { "fix" } else { "fixes" };
    eprintln!("pgdry: {applied} {plural} applied");
    Ok(report)
}
