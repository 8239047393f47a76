//! The native command.

mod check;
mod files;
mod locks;
mod parse;
mod types;

use crate::config::{Config, History};
use crate::generate::typescript::Target;
use crate::rules::{self, Preset, Severity};
use crate::{Project, VERSION};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};
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
    /// Show the statements of files, or judge statements from standard input
    Parse(ParseArgs),
    /// List the rules
    Rules,
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
    /// The set of rules that is on, over what the configuration says
    #[arg(long, value_enum)]
    preset: Option<PresetArg>,
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
        Command::Parse(args) => parse::run(&args),
        Command::Rules => list_rules(),
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
fn open(
    args: &ProjectArgs,
    preset: Option<PresetArg>,
    history: impl Fn(&files::Input) -> History,
) -> Result<Project, Failure> {
    let input = files::find(&args.paths)?;
    let (mut config, folder) = files::config(args.config.as_deref(), &input)?;
    config.history = config.history.or(Some(history(&input)));
    config.now = config.now.or_else(clock);
    if let Some(preset) = preset {
        config.preset = match preset {
            PresetArg::Ci => Preset::Ci,
            PresetArg::Recommended => Preset::Recommended,
            PresetArg::Supabase => Preset::Supabase,
            PresetArg::Strict => Preset::Strict,
        };
    }
    project(config, &folder, input)
}

/// The time of now in UTC, as a version has it (the days of the calendar as in Howard Hinnant's `civil_from_days`).
fn clock() -> Option<String> {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    Some(format!("{:04}{month:02}{day:02}{hour:02}{minute:02}{:02}", era * 400 + year, second % 60))
}

fn project(config: Config, folder: &Path, input: files::Input) -> Result<Project, Failure> {
    let base = files::base(&config, folder)?;
    let mut project = Project::new(config);
    for file in &base {
        for error in project.load_base(file) {
            eprintln!("warning: base: {error}");
        }
    }
    for file in files::read(input)? {
        project.set_file(file);
    }
    Ok(project)
}

fn schema(args: &SchemaArgs) -> Result<ExitCode, Failure> {
    let mut project = open(&args.project, None, |_| History::Complete)?;
    match args.format {
        SchemaFormat::Json => {
            let json = serde_json::to_string_pretty(&project.schema()).map_err(|e| e.to_string())?;
            print(&(json + "\n"))?;
        }
        SchemaFormat::Sql => print(&project.schema_sql())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list_rules() -> Result<ExitCode, Failure> {
    let width = rules::RULES.iter().map(|r| r.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules::RULES {
        let severity = match rule.preset {
            Preset::Ci | Preset::Recommended => rule.severity.word().to_string(),
            Preset::Supabase | Preset::Strict => format!("({})", rule.severity.word()),
        };
        out.push_str(&format!("{:width$}  {severity:9}  {}\n", rule.name, rule.summary));
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
