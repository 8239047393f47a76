//! `pgdry init`: files that make other programs ask pgdry first.

use super::Failure;
use super::git::git;
use crate::config::Config;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const WORKFLOW: &str = include_str!("init/apply-supabase-migrations.yml");
const HOOKS: &str = include_str!("init/pre-commit-config.yaml");
const TYPES_HOOK: &str = include_str!("init/pre-commit-types.yaml");

#[derive(Args)]
pub struct InitArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// .github/workflows/apply-supabase-migrations.yml: checks on pull requests, and before migrations are applied on a push
    Github(GithubArgs),
    /// .pre-commit-config.yaml: a commit is refused when its migrations have errors
    PreCommit {
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
    },
}

#[derive(Args)]
struct GithubArgs {
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
    /// The branch whose migrations are applied
    #[arg(long, default_value = "main", value_parser = plain)]
    branch: String,
    /// A shell command that installs pgdry on the runner [default: the repository's variable PGDRY_INSTALL]
    #[arg(long, value_name = "COMMAND")]
    install: Option<String>,
    /// The file with the committed types [default: `out` of [types] in pgdry.toml]
    #[arg(long, value_name = "FILE", value_parser = plain)]
    types: Option<String>,
}

pub fn run(args: &InitArgs) -> Result<ExitCode, Failure> {
    let (file, text, force) = match &args.what {
        What::Github(args) => {
            let (top, prefix) = repository()?;
            let file = top.join(".github/workflows/apply-supabase-migrations.yml");
            (file, workflow(args, &prefix)?, args.force)
        }
        What::PreCommit { force } => {
            let (top, prefix) = repository()?;
            (top.join(".pre-commit-config.yaml"), hooks(&prefix)?, *force)
        }
    };
    write(&file, &text, force)?;
    Ok(ExitCode::SUCCESS)
}

/// The hooks run at the top of the repository.
fn hooks(prefix: &str) -> Result<String, Failure> {
    let types = configured_types()?;
    let text = if types.is_some() { [HOOKS, TYPES_HOOK].concat() } else { HOOKS.to_string() };
    let (mut folder, mut file) = (String::new(), String::new());
    if !prefix.is_empty() {
        folder = format!(" \"{}\"", prefix.trim_end_matches('/'));
        file = format!(" \"{prefix}{}\"", types.unwrap_or_default());
    }
    Ok(text.replace("@WHERE@", &folder).replace("@TYPES@", &file))
}

fn workflow(args: &GithubArgs, prefix: &str) -> Result<String, Failure> {
    let types = args.types.clone().or(configured_types()?).unwrap_or_default();
    let types_path = if types.is_empty() { String::new() } else { format!("\n      - '{prefix}{types}'") };
    let install = match &args.install {
        Some(command) => quoted(command),
        None => "${{ vars.PGDRY_INSTALL }}".to_string(),
    };
    let folder = if prefix.is_empty() { "." } else { prefix.trim_end_matches('/') };
    Ok(WORKFLOW
        .replace("@TYPES_PATH@", &types_path)
        .replace("@TYPES@", &types)
        .replace("@PREFIX@", prefix)
        .replace("@FOLDER@", folder)
        .replace("@BRANCH@", &args.branch)
        .replace("@INSTALL@", &install))
}

/// A YAML string of anything that is one line.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What stands in quotes in YAML and in expressions as it is.
fn plain(text: &str) -> Result<String, String> {
    let odd = text.chars().find(|c| c.is_control() || "'\"$@\\".contains(*c));
    odd.map_or_else(|| Ok(text.to_string()), |c| Err(format!("it must not contain {c:?}")))
}

/// The top of the repository, which is where GitHub and pre-commit look, and the way from there to here.
fn repository() -> Result<(PathBuf, String), Failure> {
    let here = Path::new(".");
    let (Some(top), Some(prefix)) =
        (git(here, &["rev-parse", "--show-cdup"])?, git(here, &["rev-parse", "--show-prefix"])?)
    else {
        return Err("this folder is in no git repository".into());
    };
    let prefix =
        plain(prefix.trim_end_matches(['\n', '\r'])).map_err(|why| format!("the path of this folder: {why}"))?;
    Ok((PathBuf::from(top.trim()), prefix))
}

/// The file of the types that `pgdry.toml` here names.
fn configured_types() -> Result<Option<String>, Failure> {
    let Ok(text) = std::fs::read_to_string("pgdry.toml") else { return Ok(None) };
    let out = Config::from_toml(&text).map_err(|e| format!("pgdry.toml: {e}"))?.types.out;
    out.map(|out| plain(&out).map_err(|why| format!("pgdry.toml: the name of the types' file: {why}"))).transpose()
}

fn write(file: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let failed = |e: std::io::Error| format!("{}: {e}", file.display());
    if file.exists() && !force {
        return Err(format!("{} is there already: --force writes over it", file.display()));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(file, text).map_err(failed)?;
    eprintln!("pgdry: wrote {}", file.display());
    Ok(())
}
