//! `pgdry contract`.

use super::files::Sources;
use super::{Failure, ProjectArgs, open, print};
use crate::config::History;
use crate::contract::init;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum ContractCommand {
    /// Print a `[contract]` for pgdry.toml that the schema keeps as the migrations leave it
    Init(InitArgs),
}

#[derive(Args)]
pub struct InitArgs {
    #[command(flatten)]
    project: ProjectArgs,
    /// The schemas whose tables and enums it requires [default: all but Supabase's own]
    #[arg(long, value_delimiter = ',', value_name = "A,B")]
    schema: Vec<String>,
    /// Write it into this file, at the end if there is one; a file that has a contract is left alone
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(command: &ContractCommand) -> Result<ExitCode, Failure> {
    let ContractCommand::Init(args) = command;
    let mut project = open(&args.project, &Sources::default(), |_| History::Complete)?;
    let contract = init::print(project.timeline().end(), &args.schema);
    match &args.out {
        Some(file) if file.as_os_str() != "-" => write(file, &contract)?,
        _ => print(&contract)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds the contract to a configuration that has none.
fn write(file: &Path, contract: &str) -> Result<(), Failure> {
    let name = file.display();
    let before = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("{name}: {error}")),
    };
    let table: toml::Table = before.parse().map_err(|error| format!("{name}: {error}"))?;
    if table.contains_key("contract") {
        return Err(format!("{name} has a contract already: take it out, or print the new one without --out"));
    }
    let text = match before.trim_end() {
        "" => contract.to_string(),
        before => format!("{before}\n\n{contract}"),
    };
    std::fs::write(file, text).map_err(|error| format!("{name}: {error}"))
}
