//! `gom completions`: a script for the shell's completion.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::app::App;
use crate::cli::Cli;

/// Print a completion script
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom completions bash > ~/.local/share/bash-completion/completions/gom
  gom completions zsh > ~/.zfunc/_gom
  gom completions fish > ~/.config/fish/completions/gom.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "gom", &mut script);
    app.output.data(String::from_utf8_lossy(&script).trim_end());
    ExitCode::SUCCESS
}
