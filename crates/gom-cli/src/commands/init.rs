//! `gom init`: prints the code that `gom setup` writes into the store, for users who manage their start-up files
//! themselves. It only prints code and changes nothing.

use std::process::ExitCode;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use gom_shell::Shell;
use gom_shell::env_script::EnvScript;

use crate::app::App;

/// Print shell code: PATH and the function for `gom shell`
///
/// `gom setup` does more with less: it edits your start-up files, and no shell starts gom to get the code.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  eval \"$(gom init bash)\"           in ~/.bashrc
  eval \"$(gom init zsh)\"            in ~/.zshrc
  gom init fish | source            in ~/.config/fish/config.fish
  gom init nushell                  to save in a file that config.nu sources")]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_parser = shells())]
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> ExitCode {
    let script = EnvScript::to_print(app.ctx.store.layout(), &app.ctx.environment);
    app.output.data(script.code(arguments.shell).trim_end());
    ExitCode::SUCCESS
}

/// Parses the name of a shell.
pub(super) fn shells() -> impl TypedValueParser<Value = Shell> {
    let names = PossibleValuesParser::new(Shell::ALL.map(Shell::name));
    names.try_map(|name| Shell::named(&name).ok_or("unknown shell"))
}
