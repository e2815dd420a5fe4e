//! `gom completions`: prints a completion script for a shell. [`answer`] is what the scripts call on each Tab.

pub(crate) mod answer;
mod offered;
mod scripts;

use std::process::ExitCode;

use clap::Args;

use crate::app::App;

pub(crate) use scripts::{CompletionShell, script};

/// Print a completion script
///
/// The script asks gom for each answer: verbs, options, and the installed and published versions. It reads the
/// store and the caches, and never uses the network.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom completions bash > ~/.local/share/bash-completion/completions/gom
  gom completions zsh > ~/.zfunc/_gom
  gom completions fish > ~/.config/fish/completions/gom.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: CompletionShell,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> ExitCode {
    app.output.data(script(arguments.shell).trim_end());
    ExitCode::SUCCESS
}
