//! The native command.

mod changes;
mod check;
mod contract;
mod files;
mod git;
mod ignores;
mod index;
mod init;
mod locks;
mod manual;
mod output;
mod parse;
mod progress;
mod scope;
mod since;
mod types;
#[cfg(target_os = "wasi")]
mod wasi;
mod watch;

use crate::catalog::base;
use crate::config::{Config, History, Level, OPTIONS, Override, check_name};
use crate::generate::typescript::Target;
use crate::rules::{self, Preset, Rule, Severity};
use crate::source::SourceFile;
use crate::{Project, VERSION, parallel};
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
    /// Write a workflow or a hook that checks migrations before they are applied or committed
    Init(init::InitArgs),
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
    /// Print a script that completes pgdry's commands and options in a shell
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page of pgdry or of one of its commands, in roff
    Man(manual::ManArgs),
}

/// What every command that reads a project takes.
#[derive(Args)]
struct ProjectArgs {
    /// Folders of migrations, SQL files, or globs in quotes; `-` is standard input [default: supabase/migrations]
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
    format: ReportFormat,
    /// Write the report to this file; the summary line goes to standard error
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["diff", "locks"])]
    output_file: Option<PathBuf>,
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
    /// Check what the next commit will have, from the git index: findings of the files that it adds or changes, and new ones of others
    #[arg(long, conflicts_with_all = ["fix", "diff", "locks"])]
    staged: bool,
    /// Standard input stands for this file, in its folder; its findings only
    #[arg(long, value_name = "PATH", conflicts_with_all = ["fix", "diff", "locks", "staged"])]
    stdin_filename: Option<PathBuf>,
    /// Check again whenever a file changes
    #[arg(long, conflicts_with_all = ["fix", "diff", "locks", "staged", "stdin_filename"])]
    watch: bool,
    /// Print the locks of every statement, and those that its transaction holds by then, instead of findings
    #[arg(long, conflicts_with = "fix")]
    locks: bool,
    /// Print how often each rule found something instead of the findings
    #[arg(long, conflicts_with_all = ["diff", "locks"])]
    statistics: bool,
    /// Print only the findings that make the exit status 1: no others, no summary, no progress
    #[arg(long, short)]
    quiet: bool,
    /// Whether the text is in colors; `auto` heeds NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and CLICOLOR, and then asks for a terminal
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
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
    /// With --check: what the next commit will have, from the git index
    #[arg(long, requires = "check")]
    staged: bool,
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

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    #[default]
    Text,
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions; the job summary is written too
    Github,
    /// GitLab's Code Quality report
    Gitlab,
    /// JUnit's XML
    Junit,
    /// A comment on a pull request
    Markdown,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
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

/// The commands that replay a project's migrations.
const WITH_PROJECT: [&str; 4] = ["check", "types", "schema", "contract"];

/// Runs the command line of this process. Exit status 0: clean; 1: findings at or above `--fail-on`; 2: bad usage, configuration or I/O.
pub fn main() -> ExitCode {
    #[cfg(target_os = "wasi")]
    wasi::enter();
    if std::env::args_os().nth(1).is_some_and(|command| WITH_PROJECT.iter().any(|name| *name == command)) {
        // Nearly every project's: made while the arguments and files are read, and kept for when it is asked for.
        parallel::begin(base::supabase);
    }
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Types(args) => types::run(&args),
        Command::Schema(args) => schema(&args),
        Command::Contract { command } => contract::run(&command),
        Command::Parse(args) => parse::run(&args),
        Command::Rules { format } => list_rules(format),
        Command::Explain { rule } => explain(&rule),
        Command::Init(args) => init::run(&args),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man(args) => manual::run(&args),
    };
    outcome.unwrap_or_else(|message| {
        complain(&message);
        ExitCode::from(2)
    })
}

/// Says on standard error what failed, without the numbers of the system's errors: they are others on other systems, the words are not.
fn complain(message: &str) {
    let mut parts = message.split(" (os error ");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(')').unwrap_or(part));
    }
    eprintln!("pgdry: {out}");
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
    sources: &files::Sources,
    history: fn(&files::Input) -> History,
) -> Result<Project, Failure> {
    Ok(load(args, sources, history, |config, _| Ok(config))?.project())
}

/// What a project is made from.
struct Loaded {
    config: Config,
    config_file: Option<SourceFile>,
    /// What the configuration's paths are relative to.
    folder: PathBuf,
    base: Vec<SourceFile>,
    files: Vec<SourceFile>,
    /// With `--staged`: the files that were named.
    of_interest: Vec<PathBuf>,
}

/// Reads what the arguments name, with a configuration that the command line changes.
fn load(
    args: &ProjectArgs,
    sources: &files::Sources,
    history: fn(&files::Input) -> History,
    change: impl Fn(Config, &[SourceFile]) -> Result<Config, Failure>,
) -> Result<Loaded, Failure> {
    let mut input = files::find(&args.paths, sources)?;
    let (mut config, config_file, folder) = files::config(args.config.as_deref(), &input, sources)?;
    config.history = config.history.or(Some(history(&input)));
    config.now = config.now.or_else(|| Some(clock()));
    files::leave_out(&mut input, &config, &folder, sources)?;
    let files = files::read(&input, &folder, sources)?;
    let config = change(config, &files)?;
    let base = files::base(&config, &folder, sources)?;
    Ok(Loaded { config, config_file, folder, base, files, of_interest: input.of_interest })
}

impl Loaded {
    fn project(self) -> Project {
        let mut project = Project::new(self.config);
        for file in &self.base {
            for error in project.load_base(file) {
                eprintln!("warning: base: {error}");
            }
        }
        for file in self.files {
            project.set_file(file);
        }
        self.config_file.into_iter().for_each(|file| project.set_config_file(file));
        project
    }
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
        since::since(reference, files, args.staged, &mut config)?;
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
    let mut project = open(&args.project, &files::Sources::default(), |_| History::Complete)?;
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
