//! The verbs, one file each; a verb with verbs of its own is a folder. A verb calls the libraries and prints
//! the result.

mod agents;
mod audit;
mod bisect;
mod bump;
mod cache;
mod check;
mod choose;
mod ci;
mod compare;
pub(crate) mod completions;
mod config;
mod current;
mod docker;
mod doctor;
mod each;
mod edits;
mod env;
mod exec;
mod find;
pub(crate) mod help;
mod ide;
mod import;
mod info;
mod init;
mod install;
mod link;
mod list;
mod list_remote;
mod list_used;
mod local;
mod lock;
mod outdated;
mod pick;
mod prune;
mod receipt;
mod release;
mod repair;
mod self_;
mod setup;
mod shell;
mod sync;
mod takeover;
mod tools;
mod uninstall;
mod unlink;
mod upgrade;
mod use_;
mod verify;
mod which;
mod why;
mod x;

use std::process::ExitCode;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Failure;

/// The verbs. Their help texts are with their arguments: a doc comment here would hide them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Install(install::Arguments),
    #[command(alias = "rm", alias = "remove")]
    Uninstall(uninstall::Arguments),
    Prune(prune::Arguments),
    #[command(alias = "default", alias = "global")]
    Use(use_::Arguments),
    Local(local::Arguments),
    Lock(lock::Arguments),
    Takeover(takeover::Arguments),
    Import(import::Arguments),
    Link(link::Arguments),
    Unlink(unlink::Arguments),
    #[command(alias = "ls", alias = "versions")]
    List(list::Arguments),
    #[command(alias = "ls-remote")]
    ListRemote(list_remote::Arguments),
    Info(info::Arguments),
    Compare(compare::Arguments),
    Outdated(outdated::Arguments),
    Upgrade(upgrade::Arguments),
    Audit(audit::Arguments),
    Verify(verify::Arguments),
    Receipt(receipt::Arguments),
    Tools(tools::Arguments),
    X(x::Arguments),
    Current(current::Arguments),
    Which(which::Arguments),
    Find(find::Arguments),
    Why(why::Arguments),
    Sync(sync::Arguments),
    Bump(bump::Arguments),
    Ide(ide::Arguments),
    Docker(docker::Arguments),
    Doctor(doctor::Arguments),
    Repair(repair::Arguments),
    Env(env::Arguments),
    Check(check::Arguments),
    Cache(cache::Arguments),
    Exec(exec::Arguments),
    Each(each::Arguments),
    Bisect(bisect::Arguments),
    Shell(shell::Arguments),
    Setup(setup::Arguments),
    Init(init::Arguments),
    Config(config::Arguments),
    Ci(ci::Arguments),
    Agents(agents::Arguments),
    Completions(completions::Arguments),
    #[command(name = "self")]
    OfSelf(self_::Arguments),
    Help(help::Arguments),
}

impl Command {
    /// Whether the notice about security fixes may follow: a person reads what the verb says, no shell evaluates it, and
    /// the verb does not report the same by itself.
    pub(crate) fn may_end_with_notice(&self) -> bool {
        matches!(
            self,
            Command::Install(_)
                | Command::Uninstall(_)
                | Command::Prune(_)
                | Command::Use(_)
                | Command::Local(_)
                | Command::List(_)
                | Command::ListRemote(_)
                | Command::Verify(_)
                | Command::Receipt(_)
                | Command::Current(_)
                | Command::Which(_)
                | Command::Why(_)
                | Command::Info(_)
                | Command::Compare(_)
                | Command::Check(_)
                | Command::Cache(_)
                | Command::Config(_)
        )
    }
}

/// Runs one verb.
pub(crate) async fn run(command: Command, app: &App) -> Result<ExitCode, Failure> {
    match command {
        Command::Install(arguments) => install::run(arguments, app).await,
        Command::Uninstall(arguments) => uninstall::run(arguments, app).await,
        Command::Prune(arguments) => prune::run(arguments, app).await,
        Command::Use(arguments) => use_::run(arguments, app).await,
        Command::Local(arguments) => local::run(arguments, app).await,
        Command::Lock(arguments) => lock::run(arguments, app).await,
        Command::Takeover(arguments) => takeover::run(arguments, app).await,
        Command::Import(arguments) => import::run(arguments, app).await,
        Command::Link(arguments) => link::run(arguments, app).await,
        Command::Unlink(arguments) => unlink::run(arguments, app).await,
        Command::List(arguments) => list::run(&arguments, app).await,
        Command::ListRemote(arguments) => list_remote::run(arguments, app).await,
        Command::Info(arguments) => info::run(&arguments, app).await,
        Command::Compare(arguments) => compare::run(&arguments, app).await,
        Command::Outdated(arguments) => outdated::run(&arguments, app).await,
        Command::Upgrade(arguments) => upgrade::run(arguments, app).await,
        Command::Audit(arguments) => audit::run(&arguments, app).await,
        Command::Verify(arguments) => verify::run(arguments, app).await,
        Command::Receipt(arguments) => receipt::run(&arguments, app),
        Command::Tools(arguments) => tools::run(arguments, app).await,
        Command::X(arguments) => x::run(arguments, app).await,
        Command::Current(arguments) => current::run(&arguments, app),
        Command::Which(arguments) => which::run(&arguments, app),
        Command::Find(arguments) => find::run(&arguments, app),
        Command::Why(arguments) => why::run(&arguments, app),
        Command::Sync(arguments) => sync::run(arguments, app).await,
        Command::Bump(arguments) => bump::run(arguments, app).await,
        Command::Ide(arguments) => ide::run(arguments, app).await,
        Command::Docker(arguments) => docker::run(arguments, app),
        Command::Doctor(arguments) => doctor::run(arguments, app).await,
        Command::Repair(arguments) => repair::run(&arguments, app).await,
        Command::Env(arguments) => env::run(&arguments, app),
        Command::Shell(arguments) => shell::run(arguments, app).await,
        Command::Setup(arguments) => setup::run(arguments, app).await,
        Command::Init(arguments) => Ok(init::run(&arguments, app)),
        Command::Exec(arguments) => exec::run(&arguments, app),
        Command::Each(arguments) => each::run(arguments, app).await,
        Command::Bisect(arguments) => bisect::run(arguments, app).await,
        Command::Cache(arguments) => cache::run(arguments, app),
        Command::Check(arguments) => check::run(&arguments, app),
        Command::Config(arguments) => Ok(config::run(&arguments, app)),
        Command::Ci(arguments) => ci::run(&arguments, app).await,
        Command::Agents(arguments) => agents::run(arguments, app).await,
        Command::Completions(arguments) => Ok(completions::run(&arguments, app)),
        Command::Help(arguments) => help::run(&arguments, &app.output),
        Command::OfSelf(arguments) => self_::run(&arguments, app).await,
    }
}
