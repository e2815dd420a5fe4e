//! The `gom` program: reads the arguments, runs one verb, says how it ended. Verbs live in
//! [`commands`], one file each, and call gom-core for everything they do.

mod app;
mod cli;
mod commands;
mod exit;
mod failure;
mod output;
mod progress;
mod signals;
mod table;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use crate::app::App;
use crate::cli::{Cli, Command};
use crate::failure::Failure;
use crate::output::Output;
use crate::signals::Received;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::for_arguments(&error),
    };
    let output = Output::new(&cli.global);
    let received = Received::default();
    let ended = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => {
            let ended = runtime.block_on(run(cli, output.clone(), received.clone()));
            // A cancelled command may leave a thread that waits for the terminal or a disk.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(Failure::other(format!("can't start: {error}"), "run the command again")),
    };
    exit::for_command(ended, &output, &received)
}

async fn run(cli: Cli, output: Output, received: Received) -> Result<ExitCode, Failure> {
    if let Command::Help(arguments) = &cli.command {
        // Needs no store, and no settings that are right.
        return commands::help::run(arguments, &output);
    }
    let app = App::new(&cli, output)?;
    signals::cancel_on_signal(app.ctx.cancel.clone(), received, app.output.clone());
    commands::run(cli.command, &app).await
}
