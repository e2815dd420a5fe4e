//! A home, a project and the variables of a user, and how programs run there.
//!
//! Owns: the start of every program of the campaign. Output goes to files, so that a program never waits for a reader.

use crate::trace::{self, Ended, Plan};
use crate::watchdog::Watchdog;
use nix::unistd::Pid;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a run may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// A home, a project and variables.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    root: PathBuf,
    /// Where the output of programs goes.
    outputs: PathBuf,
    variables: BTreeMap<OsString, OsString>,
}

/// What a program is started with.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(String, String)>,
}

impl Words {
    /// Any program with these arguments.
    pub(crate) fn new(program: PathBuf, arguments: &[&str]) -> Words {
        let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
        Words { program, arguments, variables: Vec::new() }
    }
}

/// What a program said, and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) timed_out: bool,
}

impl Place {
    /// A place below `root`, which has the folders `home`, `work` and `tmp`.
    pub(crate) fn new(root: &Path, outputs: &Path, mut variables: BTreeMap<OsString, OsString>) -> Place {
        variables.insert("HOME".into(), root.join("home").into());
        variables.insert("TMPDIR".into(), root.join("tmp").into());
        let path = format!("{}:/usr/bin:/bin", root.join("home/.gom/bin").display());
        variables.insert("PATH".into(), path.into());
        variables.insert("GOM_LOCK_TIMEOUT".into(), "20".into());
        Place { root: root.to_path_buf(), outputs: outputs.to_path_buf(), variables }
    }

    /// The same with other files for output, for a program that runs at the same time.
    pub(crate) fn beside(&self, name: &str) -> Place {
        Place { outputs: self.outputs.join(name), ..self.clone() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.home().join(".gom")
    }

    /// The store's gom with these arguments.
    pub(crate) fn gom(&self, arguments: &[&str]) -> Words {
        Words::new(self.store().join("bin/gom"), arguments)
    }

    /// Whether the program whose output goes here says that it waits for another gom.
    pub(crate) fn says_that_it_waits(&self) -> bool {
        let stderr = fs::read_to_string(self.outputs.join("stderr")).unwrap_or_default();
        stderr.contains("waiting for another gom")
    }

    /// Runs a program to its end.
    pub(crate) fn run(&self, words: &Words) -> io::Result<Said> {
        self.start(words)?.end()
    }

    /// Starts a program.
    pub(crate) fn start(&self, words: &Words) -> io::Result<Started> {
        let mut command = self.command(Command::new(&words.program), words)?;
        let child = command.spawn().map_err(|error| named(&words.program, &error))?;
        let watchdog = Watchdog::new(LIMIT);
        watchdog.add(Pid::from_raw(child.id().cast_signed()));
        Ok(Started { child, outputs: self.outputs.clone(), watchdog })
    }

    /// Runs a program with a fault.
    pub(crate) fn run_with(&self, words: &Words, plan: Plan<'_>) -> io::Result<(Ended, Said)> {
        let mut command = Command::new("/proc/self/exe");
        command.arg(trace::LAUNCH).arg(&words.program);
        let ended = trace::run(self.command(command, words)?, plan)?;
        let (code, signal) = (ended.code, ended.signal.map(|signal| signal as i32));
        let said = said(&self.outputs, code, signal, ended.timed_out);
        Ok((ended, said))
    }

    fn command(&self, mut command: Command, words: &Words) -> io::Result<Command> {
        fs::create_dir_all(&self.outputs)?;
        command.args(&words.arguments).env_clear().envs(&self.variables);
        command.envs(words.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.work()).env("PWD", self.work()).process_group(0);
        command.stdin(Stdio::null());
        command.stdout(File::create(self.outputs.join("stdout"))?);
        command.stderr(File::create(self.outputs.join("stderr"))?);
        Ok(command)
    }
}

fn named(program: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("can't run {}: {error}", program.display()))
}

/// A program that runs.
pub(crate) struct Started {
    child: Child,
    outputs: PathBuf,
    watchdog: Watchdog,
}

impl Started {
    /// The process, which is also its group.
    pub(crate) fn id(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> io::Result<Said> {
        let status = self.child.wait()?;
        Ok(said(&self.outputs, status.code(), status.signal(), self.watchdog.has_fired()))
    }
}

fn said(outputs: &Path, code: Option<i32>, signal: Option<i32>, timed_out: bool) -> Said {
    let read =
        |name: &str| String::from_utf8_lossy(&fs::read(outputs.join(name)).unwrap_or_default()).into_owned();
    Said { code, signal, stdout: read("stdout"), stderr: read("stderr"), timed_out }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.signal) {
            (Some(code), _) => write!(f, "exit {code}")?,
            (None, Some(signal)) => write!(f, "signal {signal}")?,
            (None, None) => write!(f, "no exit code")?,
        }
        let tail = |text: &str| {
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(6)..].join(" / ")
        };
        write!(f, ", stdout {:?}, stderr {:?}", tail(&self.stdout), tail(&self.stderr))
    }
}
