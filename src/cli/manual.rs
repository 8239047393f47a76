//! `pgdry completions` and `pgdry man`: both come from what clap knows of the command.

use super::{Cli, Failure, print};
use clap::CommandFactory;
use clap_complete::Shell;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub fn completions(shell: Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "pgdry", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}

/// The page of the command, or of one of its commands.
pub fn page(of: Option<&str>) -> Result<ExitCode, Failure> {
    let mut command = Cli::command();
    command.build();
    let command = match of {
        None => command,
        Some(name) => {
            let found = command.find_subcommand(name).ok_or_else(|| format!("there is no command `{name}`"))?;
            // Its page is pgdry-check(1), its usage `pgdry check`.
            found.clone().display_name(format!("pgdry-{name}"))
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(|e| e.to_string())?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(ExitCode::SUCCESS)
}

/// All pages, a file each.
pub fn pages(folder: &Path) -> Result<ExitCode, Failure> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}

/// What `pgdry man` takes.
#[derive(clap::Args)]
pub struct ManArgs {
    /// A command of pgdry, such as `check`
    pub command: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    pub out: Option<PathBuf>,
}

pub fn run(args: &ManArgs) -> Result<ExitCode, Failure> {
    match &args.out {
        Some(folder) => pages(folder),
        None => page(args.command.as_deref()),
    }
}
