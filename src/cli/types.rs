//! `pgdry types`.

use super::files::Sources;
use super::index::Index;
use super::{DialectArg, Failure, TypesArgs, open, print};
use crate::config::History;
use crate::generate::typescript::{Dialect, TypesOptions};
use similar::TextDiff;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub fn run(args: &TypesArgs) -> Result<ExitCode, Failure> {
    let index = args.staged.then(Index::open).transpose()?;
    let sources = Sources { index, ..Sources::default() };
    let mut project = open(&args.project, &sources, |_| History::Complete)?;
    let options = options(args, project.config().types.clone());
    let types = project.types(&options);
    for warning in &types.warnings {
        eprintln!("warning: {warning}");
    }
    let configured = options.out.as_ref().map(PathBuf::from);
    match (&args.check, &args.out) {
        (Some(named), _) => {
            let file = named.clone().or(args.out.clone()).or(configured);
            compare(&file.ok_or("--check: name the file that holds the types")?, &types.text, &sources)
        }
        (None, Some(out)) if out.as_os_str() == "-" => print(&types.text).map(|()| ExitCode::SUCCESS),
        (None, out) => match out.clone().or(configured) {
            Some(file) => write(&file, &types.text),
            None => print(&types.text).map(|()| ExitCode::SUCCESS),
        },
    }
}

/// The configuration's options, and over them those of the command line.
fn options(args: &TypesArgs, mut options: TypesOptions) -> TypesOptions {
    if let Some(target) = args.target.filter(|target| *target != options.target) {
        options.target = target;
        // The configured file holds the types of the configured target.
        options.out = None;
    }
    match args.dialect {
        Some(DialectArg::Cli) => options.dialect = Dialect::Cli,
        Some(DialectArg::Meta) => options.dialect = Dialect::Meta,
        None => {}
    }
    if !args.schema.is_empty() {
        options.schemas = args.schema.clone();
    }
    if args.postgrest_version.is_some() {
        options.postgrest_version = args.postgrest_version.clone();
    }
    options.one_to_one = args.one_to_one.unwrap_or(options.one_to_one);
    options
}

/// Leaves a file alone that is as it should be, so that what watches it is not woken.
fn write(file: &Path, text: &str) -> Result<ExitCode, Failure> {
    if std::fs::read(file).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(ExitCode::SUCCESS);
    }
    std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Exit status 1 and the difference when the file is stale, or not there.
fn compare(file: &Path, text: &str, sources: &Sources) -> Result<ExitCode, Failure> {
    let name = file.display().to_string();
    let bytes = match &sources.index {
        Some(index) => index.read(file)?.unwrap_or_default(),
        None => match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(format!("{name}: {error}")),
        },
    };
    let old = String::from_utf8(bytes).map_err(|e| format!("{name}: {e}"))?;
    if old == text {
        return Ok(ExitCode::SUCCESS);
    }
    let diff = TextDiff::from_lines(&*old, text);
    print(&diff.unified_diff().header(&name, &format!("{name} (from the migrations)")).to_string())?;
    eprintln!("pgdry: {name} is stale: write it anew with `pgdry types --out {name}`");
    Ok(ExitCode::from(1))
}
