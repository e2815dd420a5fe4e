//! Cases and their times.
//!
//! Owns: how a program is started and timed. Invariant: every case starts the same way, in an environment
//! made for it, with nothing on its standard streams, and all cases take turns.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// One way to run `go version`, or another program.
pub(crate) struct Case {
    pub(crate) label: String,
    program: PathBuf,
    arguments: Vec<String>,
    dir: PathBuf,
    env: Vec<(&'static str, OsString)>,
    /// Text that its output must contain, which shows that the right program was started.
    prints: String,
}

/// The times of the runs of one case, shortest first.
pub(crate) struct Sample(Vec<Duration>);

/// Cases that are compared with each other. The first is the program itself; the second is the yardstick for
/// the cost of reaching it.
pub(crate) struct Group {
    pub(crate) title: String,
    /// What is different between the cases: the heading of their column.
    pub(crate) column: &'static str,
    pub(crate) cases: Vec<Case>,
    /// What could not be measured here, and why.
    pub(crate) skipped: Vec<String>,
}

impl Case {
    /// Makes a case that runs `program` in `dir`. A check that it prints `prints` comes first.
    pub(crate) fn new(label: &str, program: PathBuf, dir: PathBuf, prints: &str) -> Case {
        let env = vec![("PATH", OsString::from("/usr/bin:/bin")), ("PWD", dir.clone().into_os_string())];
        let arguments = vec!["version".to_owned()];
        Case { label: label.to_owned(), program, arguments, dir, env, prints: prints.to_owned() }
    }

    /// Sets other arguments than `version`.
    pub(crate) fn arguments<'a>(self, arguments: impl IntoIterator<Item = &'a str>) -> Case {
        Case { arguments: arguments.into_iter().map(str::to_owned).collect(), ..self }
    }

    /// Sets a variable, replacing an earlier one.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Case {
        self.env.retain(|(set, _)| *set != name);
        self.env.push((name, value.into()));
        self
    }

    /// The command that is timed.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.dir).env_clear().envs(self.env.iter().cloned());
        command.stdin(Stdio::null());
        command
    }

    /// Runs it once and checks its output.
    pub(crate) fn check(&self) -> Result<()> {
        let mut command = self.command();
        let output = command.output().with_context(|| format!("can't run {}", self.program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success() && text.contains(&self.prints),
            "`{}`: {} was to print {}, but: {}\n{text}{errors}",
            self.label,
            self.program.display(),
            self.prints,
            output.status
        );
        Ok(())
    }

    fn time(&self) -> Result<Duration> {
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = command.status();
        let took = start.elapsed();
        let status = status.with_context(|| format!("can't run {}", self.program.display()))?;
        ensure!(status.success(), "`{}` failed: {status}", self.label);
        Ok(took)
    }
}

/// Times all cases `runs` times each, in turns. An untimed run comes before each, so that no case is affected
/// by what the one before it left in the caches.
pub(crate) fn in_turns(cases: &[Case], runs: usize) -> Result<Vec<Sample>> {
    let mut times = vec![Vec::with_capacity(runs); cases.len()];
    for _ in 0..runs {
        for (case, times) in cases.iter().zip(&mut times) {
            case.time()?;
            times.push(case.time()?);
        }
    }
    Ok(times.into_iter().map(Sample::new).collect())
}

impl Sample {
    fn new(mut times: Vec<Duration>) -> Sample {
        times.sort_unstable();
        Sample(times)
    }

    /// The time that `percent` of the runs did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        self.0[(self.0.len() - 1) * percent / 100]
    }

    /// The time that half of the runs did not exceed.
    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }
}

/// Returns the program of that name on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let sample = Sample::new((1..=101).rev().map(Duration::from_millis).collect());
        let all = [10, 50, 90].map(|percent| sample.percentile(percent).as_millis());
        assert_eq!(all, [11, 51, 91]);
    }
}
