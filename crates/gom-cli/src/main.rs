//! The `gom` program: parses the arguments, runs one verb, and reports how it ended. The verbs are in
//! [`commands`], one file each, and call the libraries for everything they do.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod announce;
mod app;
mod cli;
mod commands;
mod exit;
mod failure;
mod options;
mod output;
mod progress;
mod signals;
mod sizes;
mod table;
mod terminal;
mod usage;

use std::io;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::time::Duration;

use gom_core::threads::NO_THREAD;
use tokio::runtime::Runtime;

use crate::app::{App, Start};
use crate::cli::Cli;
use crate::commands::Command;
use crate::failure::Failure;
use crate::output::Output;
use crate::signals::Received;

/// Threads that unpack an archive hand large buffers on, which musl's own allocator is slow at.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Some(mode) = app::asked_by_completions() {
        return commands::completions::answer::answer(&mode);
    }
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => return exit::for_arguments(&error),
    };
    let output = Output::new(&cli.global);
    let received = Received::default();
    let ended = match runtime() {
        Ok(runtime) => {
            let ended = runtime.block_on(run(cli, output.clone(), received.clone()));
            // A cancelled command may leave a thread that waits for the terminal or a disk.
            runtime.shutdown_background();
            ended
        }
        Err(error) if is_no_room(&error) => Err(Failure::other(format!("can't start: {error}"), NO_FILES)),
        Err(error) => Err(Failure::other(format!("can't start a thread: {error}"), NO_THREAD)),
    };
    exit::for_command(ended, &output, &received)
}

/// The hint where a program may open too few files.
const NO_FILES: &str =
    "run `ulimit -n` to see how many files a program may have open, raise it, then run the command again";

/// Whether no more files can be opened, by this program or by any.
fn is_no_room(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE].iter().any(|number| error.raw_os_error() == Some(number.raw_os_error()))
}

/// Fails if the runtime could not open its files: tokio panics then.
fn check_room_for_files() -> io::Result<()> {
    let pairs: io::Result<Vec<_>> = (0..3).map(|_| UnixStream::pair()).collect();
    pairs.map(drop)
}

/// Starts the runtime and the first thread of its pool, which stays. Later the pool can't fail: if the system gives it
/// no more threads, its tasks wait for that one.
fn runtime() -> io::Result<Runtime> {
    check_room_for_files()?;
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().thread_keep_alive(Duration::from_secs(24 * 3600)).build()?;
    // tokio panics where there is no thread at all.
    let first = std::thread::Builder::new().spawn(|| ())?;
    if first.join().is_ok() {
        drop(runtime.spawn_blocking(|| ()));
    }
    Ok(runtime)
}

async fn run(cli: Cli, output: Output, received: Received) -> Result<ExitCode, Failure> {
    if let Command::Help(arguments) = &cli.command {
        // It needs no store and no valid settings.
        return commands::help::run(arguments, &output);
    }
    let start = Start {
        log_by_default: matches!(cli.command, Command::Ci(_)),
        allows_bad_settings: match &cli.command {
            Command::Doctor(_) => true,
            Command::OfSelf(arguments) => arguments.judges(),
            _ => false,
        },
        allows_newer_store: matches!(&cli.command, Command::OfSelf(arguments) if arguments.updates_gom()),
    };
    let app = App::new(&cli.global, start, output)?;
    signals::cancel_on_signal(app.ctx.cancel.clone(), received, app.output.clone());
    let may_notice = cli.command.may_end_with_notice();
    let code = commands::run(cli.command, &app).await?;
    if may_notice {
        announce::say_security_notice(&app);
    }
    Ok(code)
}
