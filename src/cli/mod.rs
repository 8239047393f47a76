//! The native command.

mod check;
mod contract;
mod files;
mod git;
mod locks;
mod parse;
mod types;

use crate::config::{Config, History, Level, OPTIONS, Override, check_name};
use crate::generate::typescript::Target;
use crate::rules::{self, Preset, Rule, Severity};
use crate::source::SourceFile;
use crate::{Project, VERSION};
use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Proves PostgreSQL and Supabase migrations before any database sees them.
#[derive(Parser)]
#[command(name = "pgdry", version = VERSION, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check migrations: would they apply, and what is wrong with them?
    Check(CheckArgs),
    /// Print the TypeScript types of the schema that the migrations leave, as `supabase gen types` does
    Types(TypesArgs),
    /// Print the schema that the migrations leave
    Schema(SchemaArgs),
    /// What the schema must have: `[contract]` in pgdry.toml
    Contract {
        #[command(subcommand)]
        command: contract::ContractCommand,
    },
    /// Show the statements of files, or judge statements from standard input
    Parse(ParseArgs),
    /// List the rules: name, severity, the smallest preset that has it on, whether it has a fix
    Rules {
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print a rule's page
    Explain {
        /// `family/name`, as findings name it
        rule: String,
    },
}

/// What every command that reads a project takes.
#[derive(Args)]
struct ProjectArgs {
    /// Folders of migrations or SQL files; `-` is standard input [default: supabase/migrations]
    paths: Vec<PathBuf>,
    /// The configuration file [default: the nearest pgdry.toml above the first path]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Args)]
struct CheckArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The severity from which findings make the exit status 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,
    /// Apply every fix and report what is left
    #[arg(long)]
    fix: bool,
    /// Print what --fix would change as a unified diff instead of findings, and change nothing
    #[arg(long, conflicts_with_all = ["fix", "locks", "format"])]
    diff: bool,
    /// The set of rules that is on, over what the configuration says
    #[arg(long, value_enum)]
    preset: Option<PresetArg>,
    /// A rule's severity, over what the configuration says, paths included: `rls/no-policy=off`, `lock/*=warning`
    #[arg(long = "rule", value_name = "NAME=LEVEL")]
    rules: Vec<String>,
    /// A git ref that stands for the live database: the files that it has count as applied
    #[arg(long, value_name = "REF")]
    since: Option<String>,
    /// Print the locks of every statement, and those that its transaction holds by then, instead of findings
    #[arg(long, conflicts_with = "fix")]
    locks: bool,
}

#[derive(Args)]
struct TypesArgs {
    #[command(flatten)]
    project: ProjectArgs,
    /// What to print the types for [default: typescript]
    #[arg(long, value_enum)]
    target: Option<Target>,
    /// Whose output to print, byte for byte: the `supabase` CLI's or postgres-meta's [default: cli]
    #[arg(long, value_enum)]
    dialect: Option<DialectArg>,
    /// The schemas to include [default: public, and those of the API in supabase/config.toml]
    #[arg(long, value_delimiter = ',', value_name = "A,B")]
    schema: Vec<String>,
    /// The version of PostgREST that clients talk to: prints `__InternalSupabase`
    #[arg(long, value_name = "VERSION")]
    postgrest_version: Option<String>,
    /// Whether relationships say if they are one to one [default: true]
    #[arg(long, value_name = "BOOL")]
    one_to_one: Option<bool>,
    /// Write the types to this file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Compare with this file (or the one of --out) instead: exit status 1 and the difference when it is stale
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    check: Option<Option<PathBuf>>,
}

#[derive(Args)]
struct SchemaArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[arg(long, value_enum, default_value_t)]
    format: SchemaFormat,
}

#[derive(Args)]
struct ParseArgs {
    /// SQL files; `-` is standard input
    files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Read JSON lines `{"id","sql"}` from standard input and write a JSON line for each
    #[arg(long, conflicts_with = "files")]
    batch: bool,
    /// With --batch: `ok` counts the bodies of functions and DO blocks too
    #[arg(long, requires = "batch")]
    bodies: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum SchemaFormat {
    /// The catalog as data
    #[default]
    Json,
    /// SQL that makes the same schema on a fresh database with the same base
    Sql,
}

#[derive(Clone, Copy, ValueEnum)]
enum DialectArg {
    Cli,
    Meta,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
    Never,
}

#[derive(Clone, Copy, ValueEnum)]
enum PresetArg {
    Ci,
    Recommended,
    Supabase,
    Strict,
}

/// Bad usage, configuration or I/O: exit status 2.
type Failure = String;

/// Runs the command line of this process. Exit status 0: clean; 1: findings at or above `--fail-on`; 2: bad usage, configuration or I/O.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Types(args) => types::run(&args),
        Command::Schema(args) => schema(&args),
        Command::Contract { command } => contract::run(&command),
        Command::Parse(args) => parse::run(&args),
        Command::Rules { format } => list_rules(format),
        Command::Explain { rule } => explain(&rule),
    };
    outcome.unwrap_or_else(|message| {
        eprintln!("pgdry: {message}");
        ExitCode::from(2)
    })
}

/// Writes to standard output; a reader that closed the pipe is no error.
fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}

/// The project that the arguments name. `history` is what holds where the configuration does not say.
fn open(args: &ProjectArgs, history: impl Fn(&files::Input) -> History) -> Result<Project, Failure> {
    open_with(args, history, |config, _| Ok(config))
}

/// The same, with a configuration that the command line changes.
fn open_with(
    args: &ProjectArgs,
    history: impl Fn(&files::Input) -> History,
    change: impl Fn(Config, &[SourceFile]) -> Result<Config, Failure>,
) -> Result<Project, Failure> {
    let input = files::find(&args.paths)?;
    let (mut config, config_file, folder) = files::config(args.config.as_deref(), &input)?;
    config.history = config.history.or(Some(history(&input)));
    config.now = config.now.or_else(|| Some(clock()));
    let files = files::read(input, &folder)?;
    let config = change(config, &files)?;
    let base = files::base(&config, &folder)?;
    let mut project = Project::new(config);
    for file in &base {
        for error in project.load_base(file) {
            eprintln!("warning: base: {error}");
        }
    }
    for file in files {
        project.set_file(file);
    }
    config_file.into_iter().for_each(|file| project.set_config_file(file));
    Ok(project)
}

/// The time of now in UTC, as a version has it.
fn clock() -> String {
    let now = humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string();
    now.chars().filter(char::is_ascii_digit).collect()
}

/// What `check` says over the configuration.
fn over(args: &CheckArgs, mut config: Config, files: &[SourceFile]) -> Result<Config, Failure> {
    if let Some(preset) = args.preset {
        config.preset = match preset {
            PresetArg::Ci => Preset::Ci,
            PresetArg::Recommended => Preset::Recommended,
            PresetArg::Supabase => Preset::Supabase,
            PresetArg::Strict => Preset::Strict,
        };
    }
    if let Some(reference) = &args.since {
        git::since(reference, files, &mut config)?;
    }
    for rule in &args.rules {
        let (name, level) = rule.split_once('=').ok_or_else(|| format!("--rule {rule}: write NAME=LEVEL"))?;
        check_name(name).map_err(|why| format!("--rule: {why}"))?;
        let level =
            Level::named(level).ok_or_else(|| format!("--rule {rule}: the level is off, info, warning or error"))?;
        let rules = vec![(name.to_string(), level)];
        config.overrides.push(Override { paths: vec!["**".into()], rules });
    }
    config.validated().map_err(|e| format!("--rule: {e}"))
}

fn schema(args: &SchemaArgs) -> Result<ExitCode, Failure> {
    let mut project = open(&args.project, |_| History::Complete)?;
    match args.format {
        SchemaFormat::Json => {
            let json = serde_json::to_string_pretty(&project.schema()).map_err(|e| e.to_string())?;
            print(&(json + "\n"))?;
        }
        SchemaFormat::Sql => print(&project.schema_sql())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A rule as `rules --format json` lists it.
#[derive(Serialize)]
struct ListedRule {
    name: &'static str,
    severity: Severity,
    /// The smallest preset that has it on.
    preset: Preset,
    fix: bool,
    summary: &'static str,
    /// The options that it takes, with their defaults.
    options: BTreeMap<&'static str, &'static str>,
}

fn list_rules(format: Format) -> Result<ExitCode, Failure> {
    let listed = |rule: &&'static Rule| ListedRule {
        name: rule.name,
        severity: rule.severity,
        preset: rule.preset,
        // A rule with a fix shows it on its page, which is a test.
        fix: rule.doc.contains("```sql fixed"),
        summary: rule.summary,
        options: OPTIONS.iter().filter(|o| o.rules.contains(&rule.name)).map(|o| (o.name, o.default)).collect(),
    };
    let rules: Vec<ListedRule> = rules::RULES.iter().map(listed).collect();
    let mut out = String::new();
    match format {
        Format::Json => out = serde_json::to_string_pretty(&rules).map_err(|e| e.to_string())? + "\n",
        Format::Text => {
            let width = rules.iter().map(|r| r.name.len()).max().unwrap_or(0);
            for rule in rules {
                let preset = match rule.preset {
                    Preset::Ci | Preset::Recommended => "recommended",
                    Preset::Supabase => "supabase",
                    Preset::Strict => "strict",
                };
                let (severity, fix) = (rule.severity.word(), if rule.fix { "fix" } else { "" });
                out.push_str(&format!("{:width$}  {severity:7}  {preset:11}  {fix:3}  {}\n", rule.name, rule.summary));
            }
        }
    }
    print(&out)?;
    Ok(ExitCode::SUCCESS)
}

fn explain(name: &str) -> Result<ExitCode, Failure> {
    let Some(rule) = rules::find(name) else {
        let nearest = rules::nearest(name).map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
        return Err(format!("there is no rule `{name}`{nearest}"));
    };
    print(rule.doc)?;
    Ok(ExitCode::SUCCESS)
}

impl FailOn {
    fn reached(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => true,
            FailOn::Never => false,
        }
    }
}
