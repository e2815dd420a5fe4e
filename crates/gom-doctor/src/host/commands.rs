//! Runs an outside command with a time limit: without the user's environment and terminal, and outside any project.

use std::io::Read;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use gom_core::session::leave_the_terminal;

use crate::facts::CommandFacts;
use crate::redact;

/// The usual time limit of a command.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// The most output of a command that is recorded, in bytes.
const MAX_OUTPUT: u64 = 16 << 10;

/// Runs a command with a time limit. The caller sets up everything except its streams.
pub(super) fn run(mut command: Command, limit: Duration) -> CommandFacts {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // An interactive shell takes over the terminal, and stops itself and its parent if it can't: in the background, or
    // in CI.
    leave_the_terminal(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return CommandFacts { output: error.to_string(), ..CommandFacts::default() },
    };
    let (sender, ended) = mpsc::channel();
    let streams = (child.stdout.take(), child.stderr.take());
    // A grandchild may keep a stream open forever; then this thread runs until gom exits.
    let reading = std::thread::Builder::new().spawn(move || {
        let mut text = read(streams.0);
        text.push_str(&read(streams.1));
        let _ = sender.send(text);
    });
    if let Err(error) = reading {
        let _ = child.kill();
        let _ = child.wait();
        return CommandFacts { output: error.to_string(), ..CommandFacts::default() };
    }
    let output = ended.recv_timeout(limit);
    if output.is_err() {
        // It may have exited in the meantime.
        let _ = child.kill();
    }
    let status = child.wait();
    match output {
        Ok(text) => {
            let code = status.ok().map(code);
            CommandFacts { code, output: redact::text(&text), timed_out: false }
        }
        Err(_) => CommandFacts { timed_out: true, ..CommandFacts::default() },
    }
}

/// A command in the root folder, with no environment except these variables.
pub(super) fn bare(program: impl AsRef<Path>, home: &str) -> Command {
    let mut command = Command::new(program.as_ref());
    command.env_clear().env("HOME", home).env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").env("LC_ALL", "C");
    command.current_dir("/");
    command
}

fn read(stream: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // Keep what was read before an error.
        let _ = stream.take(MAX_OUTPUT).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The exit code as a shell shows it.
fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> CommandFacts {
        let mut command = bare("/bin/sh", "/");
        command.args(["-c", script]);
        run(command, limit)
    }

    #[test]
    fn codes_signals_and_both_outputs_are_recorded() {
        let minute = Duration::from_secs(60);
        let said = sh("echo out; echo err >&2; exit 3", minute);
        assert_eq!((said.code, said.output.as_str()), (Some(3), "out\nerr\n"));
        assert_eq!(sh("kill -9 $$", minute).code, Some(137));
        assert_eq!(sh("echo \"${GOPATH-unset}\"; pwd", minute).output, "unset\n/\n");
        assert_eq!(run(bare("/no/such/program", "/"), minute).code, None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_command_runs_in_its_own_session() {
        // The sixth field is the session id (proc_pid_stat(5)).
        let said = sh("set -- $(cat /proc/$$/stat); [ \"$6\" = $$ ]", Duration::from_secs(60));
        assert_eq!(said.code, Some(0), "{said:?}");
    }

    #[test]
    fn a_command_that_takes_too_long_is_killed() {
        let said = sh("exec sleep 600", Duration::from_millis(50));
        assert!(said.timed_out && said.code.is_none());
    }
}
