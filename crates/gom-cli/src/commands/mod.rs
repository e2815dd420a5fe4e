//! The verbs, one file each. A verb parses nothing and decides little: it asks gom-core and says what
//! came of it.

pub(crate) mod cache;
pub(crate) mod check;
pub(crate) mod ci;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod current;
pub(crate) mod doctor;
mod doctor_arch;
mod doctor_cgo;
mod doctor_network;
mod doctor_report;
pub(crate) mod env;
pub(crate) mod exec;
pub(crate) mod help;
pub(crate) mod init;
pub(crate) mod install;
pub(crate) mod list;
pub(crate) mod list_remote;
pub(crate) mod local;
pub(crate) mod own_store;
mod provide;
pub(crate) mod receipt;
pub(crate) mod shell;
pub(crate) mod uninstall;
pub(crate) mod use_default;
pub(crate) mod verify;
pub(crate) mod which;
pub(crate) mod why;
mod why_deps;

mod choose;
mod outranked;

use std::process::ExitCode;

use crate::app::App;
use crate::cli::Command;
use crate::failure::Failure;

/// Runs one verb.
pub(crate) async fn run(command: Command, app: &App) -> Result<ExitCode, Failure> {
    match command {
        Command::Install(arguments) => install::run(arguments, app).await,
        Command::Uninstall(arguments) => uninstall::run(arguments, app).await,
        Command::Use(arguments) => use_default::run(arguments, app).await,
        Command::Local(arguments) => local::run(arguments, app).await,
        Command::List(arguments) => list::run(&arguments, app).await,
        Command::ListRemote(arguments) => list_remote::run(arguments, app).await,
        Command::Verify(arguments) => verify::run(arguments, app).await,
        Command::Receipt(arguments) => receipt::run(&arguments, app),
        Command::Current(arguments) => current::run(&arguments, app),
        Command::Which(arguments) => which::run(&arguments, app),
        Command::Why(arguments) => why::run(&arguments, app),
        Command::Doctor(arguments) => doctor::run(arguments, app).await,
        Command::Env(arguments) => env::run(&arguments, app),
        Command::Shell(arguments) => shell::run(arguments, app).await,
        Command::Init(arguments) => Ok(init::run(&arguments, app)),
        Command::Exec(arguments) => exec::run(&arguments, app),
        Command::Cache(arguments) => cache::run(arguments, app),
        Command::Check(arguments) => check::run(&arguments, app),
        Command::Config(arguments) => Ok(config::run(&arguments, app)),
        Command::Ci(arguments) => ci::run(&arguments, app).await,
        Command::Completions(arguments) => Ok(completions::run(&arguments, app)),
        Command::Help(arguments) => help::run(&arguments, &app.output),
        Command::OwnStore(arguments) => own_store::run(&arguments, app).await,
    }
}
