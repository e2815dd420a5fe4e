//! Starts a program to learn its version: with the variables of an environment and no others, without input, and with limits
//! of time and output.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::surroundings::Surroundings;

/// What a program may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The time until it is killed.
    pub(super) time: Duration,
    /// The output that is read, in bytes.
    pub(super) output: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { time: Duration::from_secs(20), output: 64 << 10 }
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It ended well, and printed this.
    Printed(String),
    /// It did not run, or failed.
    Failed(String),
}

/// Builds the command. What it starts may not download a toolchain: that is for a person to ask for.
pub(super) fn command(program: &Path, arguments: &[&str], one: &Surroundings, cwd: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(cwd).env_clear();
    command.envs(one.variables.iter().map(|(name, value)| (name, value)));
    if let Some(path) = &one.path {
        command.env("PATH", path);
    }
    command.env("GOPROXY", "off").env("GOM_OFFLINE", "1").env("GOM_AUTO_INSTALL", "never");
    command
}

/// Runs it to its end.
pub(super) fn run(mut command: Command, limits: Limits) -> Outcome {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Outcome::Failed(format!("can't be started: {error}")),
    };
    let (sender, ended) = mpsc::channel();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    // A program that it leaves behind may keep a stream open; then this thread ends with gom.
    let reading = std::thread::Builder::new().spawn(move || {
        let text = read(stdout, limits.output);
        let _ = sender.send((text, read(stderr, limits.output)));
    });
    let read = reading.ok().and_then(|_| ended.recv_timeout(limits.time).ok());
    if read.is_none() {
        // It may have ended in the meantime.
        let _ = child.kill();
    }
    let status = child.wait();
    let Some((stdout, stderr)) = read else {
        return Outcome::Failed(format!("did not answer in {} s", limits.time.as_secs()));
    };
    match status {
        Ok(status) if status.success() => Outcome::Printed(stdout),
        Ok(status) => Outcome::Failed(reason(status, &stderr)),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

fn reason(status: ExitStatus, stderr: &str) -> String {
    let line = stderr.lines().map(str::trim).find(|line| !line.is_empty());
    let text = line
        .map_or_else(|| format!("ended with {status}"), |line| line.trim_start_matches("error: ").to_owned());
    text.chars().take(300).collect()
}

fn read(stream: Option<impl Read>, limit: u64) -> String {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        // What was read before an error counts.
        let _ = stream.by_ref().take(limit).read_to_end(&mut bytes);
        // Closing the stream would kill a program that has more to say.
        let _ = io::copy(&mut stream, &mut io::sink());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, time: Duration) -> Outcome {
        let one =
            Surroundings { name: "empty", what: "", path: None, variables: vec![("A".into(), "b".into())] };
        let command = command(Path::new("/bin/sh"), &["-c", script], &one, Path::new("/"));
        run(command, Limits { time, output: 10 })
    }

    #[test]
    fn a_program_sees_only_the_variables_of_its_environment() {
        let minute = Duration::from_secs(60);
        assert_eq!(sh("echo $A$HOME$GOM_HOME $GOPROXY", minute), Outcome::Printed("b off\n".to_owned()));
        assert_eq!(sh("echo; echo 'error: why' >&2; exit 3", minute), Outcome::Failed("why".to_owned()));
        assert_eq!(sh("yes | head -c 10000", minute), Outcome::Printed("y\ny\ny\ny\ny\n".to_owned()));
    }

    #[test]
    fn one_that_hangs_is_killed() {
        let outcome = sh("exec sleep 600", Duration::from_millis(50));
        assert_eq!(outcome, Outcome::Failed("did not answer in 0 s".to_owned()));
    }
}
