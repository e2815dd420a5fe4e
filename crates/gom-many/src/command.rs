//! Runs the command with one Go: in the folder of gom, without a terminal and without input, with its output in a log.
//!
//! Owns: the program from its start to its end. If it has to stop, it and everything that it started are interrupted, as
//! Ctrl-C does, then terminated, then killed. Invariant: when a run returns, its program has ended.

use std::ffi::OsString;
use std::future::Future;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use gom_core::cancel::Cancel;
use gom_core::context::Context;
use gom_core::named_go::NamedGo;
use gom_core::report::Event;
use gom_core::session::leave_the_terminal;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use crate::error::ManyError;
use crate::logs::LogFolder;

/// How long what was asked to stop may take before it is asked harder.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often gom looks whether a process group is empty: nobody tells.
const STEP: Duration = Duration::from_millis(20);

/// How a command has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// With this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// It could not be started. Shells give it this code.
    NotStarted {
        /// 126, or 127 if there is no such program.
        code: i32,
        /// Why.
        reason: String,
    },
    /// gom stopped it.
    Stopped,
}

/// A run of the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRun {
    /// How it has ended.
    pub end: CommandEnd,
    /// How long it ran.
    pub elapsed: Duration,
    /// What it printed.
    pub log: PathBuf,
}

/// The command, and where its logs go.
#[derive(Clone, Copy)]
pub(crate) struct Runner<'a> {
    pub(crate) ctx: &'a Context,
    pub(crate) words: &'a [OsString],
    pub(crate) logs: &'a LogFolder,
}

impl CommandEnd {
    /// The exit code, if it has one.
    pub fn code(&self) -> Option<i32> {
        match self {
            CommandEnd::Code(code) | CommandEnd::NotStarted { code, .. } => Some(*code),
            CommandEnd::Signal(_) | CommandEnd::Stopped => None,
        }
    }

    /// The signal that ended it, if one did.
    pub fn signal(&self) -> Option<i32> {
        match self {
            CommandEnd::Signal(signal) => Some(*signal),
            _ => None,
        }
    }

    /// What happened, as a clause.
    pub fn told(&self) -> String {
        match self {
            CommandEnd::Code(code) => format!("exit code {code}"),
            CommandEnd::Signal(signal) => format!("ended by signal {signal}"),
            CommandEnd::NotStarted { reason, .. } => reason.clone(),
            CommandEnd::Stopped => "stopped".to_owned(),
        }
    }
}

impl Runner<'_> {
    /// Runs the command with this Go, until its end or until `stop`.
    pub(crate) async fn run(&self, go: &NamedGo, stop: &Cancel) -> Result<CommandRun, ManyError> {
        let folder = self.logs.path();
        let failed = |error| ManyError::Logs { folder: folder.to_path_buf(), error };
        let mut log = self.logs.begin(&go.to_string())?;
        let (program, arguments) = match self.words {
            [program, arguments @ ..] => (program.clone(), arguments),
            [] => (OsString::new(), &[][..]),
        };
        let mut command = Command::new(&program);
        command.args(arguments);
        if let Some(stale) = go.prepare(self.ctx, &mut command) {
            self.ctx.reporter.event(Event::Warning(format!(
                "{}:{} sets GOROOT to `{}`; it is overridden here, and `go env -u GOROOT` removes it",
                stale.file.display(),
                stale.line,
                stale.value
            )));
        }
        command.stdin(Stdio::null());
        command.stdout(log.stream().map_err(failed)?).stderr(log.stream().map_err(failed)?);
        leave_the_terminal(&mut command);
        let start = Instant::now();
        let spawned = command.spawn();
        // It holds the log open.
        drop(command);
        let end = match spawned {
            Ok(mut child) => {
                let group = Pid::from_child(&child);
                let _running = self.ctx.cancel.runs(group);
                let ended = tokio::task::spawn_blocking(move || child.wait());
                let mut ended =
                    std::pin::pin!(async { ended.await.unwrap_or_else(|lost| Err(io::Error::other(lost))) });
                tokio::select! {
                    status = &mut ended => end_of(status.map_err(failed)?),
                    () = stop.cancelled() => {
                        end_group(group, ended.as_mut()).await.map_err(failed)?;
                        CommandEnd::Stopped
                    }
                }
            }
            Err(error) => {
                let reason = format!("can't run `{}`: {error}", program.display());
                log.say(&reason).map_err(failed)?;
                let code = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
                CommandEnd::NotStarted { code, reason }
            }
        };
        let elapsed = start.elapsed();
        let log = match end {
            CommandEnd::Stopped => log.path().to_path_buf(),
            _ => log.finish().map_err(failed)?,
        };
        Ok(CommandRun { end, elapsed, log })
    }
}

fn end_of(status: ExitStatus) -> CommandEnd {
    match status.code() {
        Some(code) => CommandEnd::Code(code),
        None => CommandEnd::Signal(status.signal().unwrap_or_default()),
    }
}

/// Ends everything in a process group, and waits for it. `ended` is the end of its first program.
async fn end_group(
    group: Pid,
    mut ended: std::pin::Pin<&mut impl Future<Output = io::Result<ExitStatus>>>,
) -> io::Result<()> {
    let mut status = None;
    for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
        // It may have ended just now.
        let _ = kill_process_group(group, signal);
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            tokio::select! {
                end = ended.as_mut(), if status.is_none() => status = Some(end),
                () = tokio::time::sleep(STEP) => {}
            }
            if status.is_some() && test_kill_process_group(group).is_err() {
                break;
            }
        }
        if status.is_some() && test_kill_process_group(group).is_err() {
            break;
        }
    }
    match status {
        Some(status) => status.map(drop),
        // The kernel can't end it now.
        None => ended.await.map(drop),
    }
}
