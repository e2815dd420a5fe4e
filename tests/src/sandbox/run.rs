//! One run of a program: its input, its output, and signals to it. What gom prints with `--json` is checked against its schema.
//!
//! Every program gets its own process group, so that an interrupt reaches it and its children, as Ctrl-C in a
//! terminal does. Every wait has a limit.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::schema::Schemas;

/// How long a program may run.
const PATIENCE: Duration = Duration::from_secs(180);

/// A program about to be run.
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
}

impl Run {
    pub(super) fn new<A: AsRef<OsStr>>(
        program: &OsStr,
        args: impl IntoIterator<Item = A>,
        env: &BTreeMap<OsString, OsString>,
        cwd: &Path,
    ) -> Self {
        let mut command = Command::new(program);
        command.args(args).env_clear().envs(env).current_dir(cwd).process_group(0);
        // Programs that read the shell's PWD must not see the folder of the tests.
        command.env("PWD", cwd);
        Self { command, stdin: Vec::new() }
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Removes a variable.
    #[must_use]
    pub fn env_remove(mut self, key: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(key);
        self
    }

    /// Runs in another folder.
    #[must_use]
    pub fn cwd(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(&dir).env("PWD", dir.as_ref());
        self
    }

    /// Passes these bytes on standard input, which is empty otherwise.
    #[must_use]
    pub fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// Runs to the end.
    #[track_caller]
    pub fn run(self) -> Output {
        self.spawn().wait()
    }

    /// Runs to the end, which must be exit code 0.
    #[track_caller]
    pub fn done(self) -> Output {
        let output = self.run();
        assert_eq!(output.code, Some(0), "{output}");
        output
    }

    /// Starts the program. Standard input stays open until [`Running::wait`].
    pub fn spawn(mut self) -> Running {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        let what = words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
        let program = self.command.get_program().to_owned();
        let arguments = self.command.get_args().map(OsStr::to_owned).collect();
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("cannot run {what}: {error}"));
        let stdout = Pipe::read(child.stdout.take().expect("a piped standard output"));
        let stderr = Pipe::read(child.stderr.take().expect("a piped standard error"));
        let mut stdin = child.stdin.take().expect("a piped standard input");
        // A program may leave its input unread.
        let _ = stdin.write_all(&self.stdin);
        Running { child, stdin: Some(stdin), stdout, stderr, what, program, arguments, ended: false }
    }
}

/// A running program, which is killed if it is dropped before its end.
#[must_use]
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Pipe,
    stderr: Pipe,
    what: String,
    program: OsString,
    arguments: Vec<OsString>,
    ended: bool,
}

impl Running {
    /// The process id, which is also the id of the group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until standard output contains `text`. Panics when the time is up, or if the output ends without
    /// it.
    pub fn wait_for_stdout(&self, text: &str) {
        self.stdout.wait_for(text, &self.what);
    }

    /// Waits until standard error contains `text`. Panics when the time is up, or if the output ends without
    /// it.
    pub fn wait_for_stderr(&self, text: &str) {
        self.stderr.wait_for(text, &self.what);
    }

    /// Sends SIGINT to the program and its children, as Ctrl-C does.
    pub fn interrupt(&self) {
        self.signal("INT");
    }

    /// Sends SIGTERM to the program and its children.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends SIGHUP to the program and its children, as a terminal does that is closed.
    pub fn hang_up(&self) {
        self.signal("HUP");
    }

    /// Sends SIGKILL to the program and its children.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    /// Closes standard input and waits for the end. Panics when the time is up, with the program's output, and if gom printed
    /// an object that its schema does not allow.
    #[track_caller]
    pub fn wait(mut self) -> Output {
        self.stdin = None;
        let in_time = self.stdout.wait_for_end() && self.stderr.wait_for_end();
        if !in_time {
            self.kill();
        }
        let status = self.child.wait().expect("the end of a program");
        self.ended = true;
        let output = Output::of(status, self.stdout.text(), self.stderr.text());
        assert!(in_time, "{} was still running after {PATIENCE:?}\n{output}", self.what);
        Schemas::documented().check_run(&self.program, &self.arguments, &output.stdout);
        output
    }

    fn signal(&self, name: &str) {
        assert!(signal(name, self.id()), "no {} to signal", self.what);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            signal("KILL", self.id());
            let _ = self.child.wait();
        }
    }
}

/// Sends a signal to a process group; returns `false` if there is none. It uses the shell's `kill`, which
/// every system has.
fn signal(name: &str, group: u32) -> bool {
    let script = format!("kill -{name} -{group}");
    let status = Command::new("/bin/sh").args(["-c", &script]).stderr(Stdio::null()).status();
    status.expect("running a shell").success()
}

/// The output of a program so far, and whether it is complete.
#[derive(Clone, Default)]
struct Pipe {
    said: Arc<(Mutex<Said>, Condvar)>,
}

#[derive(Default)]
struct Said {
    bytes: Vec<u8>,
    ended: bool,
}

impl Pipe {
    /// Reads in its own thread, which ends when the last process closes its end.
    fn read(mut stream: impl Read + Send + 'static) -> Self {
        let pipe = Self::default();
        let writer = pipe.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                // An unreadable pipe counts as ended.
                let count = stream.read(&mut chunk).unwrap_or(0);
                let mut said = writer.said.0.lock().expect("no panic while a pipe is read");
                said.bytes.extend_from_slice(&chunk[..count]);
                said.ended = count == 0;
                writer.said.1.notify_all();
                if said.ended {
                    break;
                }
            }
        });
        pipe
    }

    fn wait_for(&self, text: &str, what: &str) {
        let found = |said: &Said| String::from_utf8_lossy(&said.bytes).contains(text);
        self.wait_until(|said| said.ended || found(said));
        assert!(self.text().contains(text), "waited for {text:?} from {what}, which said:\n{}", self.text());
    }

    fn wait_for_end(&self) -> bool {
        self.wait_until(|said| said.ended)
    }

    /// Waits until `enough` accepts the output; returns `false` when the time is up.
    fn wait_until(&self, enough: impl Fn(&Said) -> bool) -> bool {
        let (said, changed) = &*self.said;
        let said = said.lock().expect("no panic while a pipe is read");
        let waited = changed.wait_timeout_while(said, PATIENCE, |said| !enough(said));
        !waited.expect("no panic while a pipe is read").1.timed_out()
    }

    fn text(&self) -> String {
        let said = self.said.0.lock().expect("no panic while a pipe is read");
        String::from_utf8_lossy(&said.bytes).into_owned()
    }
}

/// The result of a run, and its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The exit code, unless a signal ended the program.
    pub code: Option<i32>,
    /// The signal that ended the program.
    pub signal: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    fn of(status: ExitStatus, stdout: String, stderr: String) -> Self {
        Self { code: status.code(), signal: status.signal(), stdout, stderr }
    }

    /// Standard output as JSON; panics if it is not JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not JSON: {error}\n{self}"))
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.signal) {
            (Some(code), _) => writeln!(f, "exit: {code}")?,
            (None, Some(signal)) => writeln!(f, "signal: {signal}")?,
            (None, None) => writeln!(f, "exit: unknown")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            write!(f, "--- {name}\n{text}{end}")?;
        }
        Ok(())
    }
}
