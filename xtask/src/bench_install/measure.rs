//! Cases, their times, and their peak memory.
//!
//! Owns: how a whole process is run and measured. Invariant: every run starts in a new, empty folder with its
//! own home, temporary folder and environment, after everything before it is on disk. A run that does not
//! leave the expected files is an error, not a time.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

use crate::shell::say;

/// Prepares a run before its clock starts.
type Prepare = Box<dyn Fn(&Path) -> Result<()>>;
/// Makes the process to run, in the run's folder.
type Start = Box<dyn Fn(&Path) -> Command>;

/// The archive that a case installs, which determines the install of gom that it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Archive {
    /// The `.tar.gz` of the flat mirror.
    TarGz,
    /// The zip of the module proxy.
    ModuleZip,
}

impl Archive {
    /// Where it is served.
    pub(super) fn name(self) -> &'static str {
        match self {
            Archive::TarGz => "flat mirror",
            Archive::ModuleZip => "module proxy",
        }
    }
}

/// The clock that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    /// From the start of the process to its end.
    Ours,
    /// The process prints nanoseconds, because it has work to do first that does not belong to the case.
    Its,
}

/// A place for installs.
pub(super) struct Place {
    /// Its name, such as `tmpfs`.
    pub(super) name: &'static str,
    pub(super) folder: PathBuf,
    pub(super) is_memory: bool,
}

/// One way to do something, as a whole process.
pub(super) struct Case {
    pub(super) label: String,
    pub(super) archive: Archive,
    prepare: Prepare,
    start: Start,
    /// Files that must exist afterwards, relative to the run's folder, and their first bytes.
    leaves: Vec<(PathBuf, String)>,
    clock: Clock,
}

/// The cost of one run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) time: Duration,
    /// The processor time of the process and the processes it waited for, which a busy machine affects less.
    pub(super) busy: Duration,
    /// The largest resident set of any process among these, in bytes.
    pub(super) peak: u64,
}

/// All runs of one case, the shortest first.
#[derive(Clone, Debug)]
pub(super) struct Sample(Vec<Run>);

impl Case {
    /// A case without preparation.
    pub(super) fn new(label: &str, archive: Archive, start: impl Fn(&Path) -> Command + 'static) -> Case {
        Case {
            label: label.to_owned(),
            archive,
            prepare: Box::new(|_| Ok(())),
            start: Box::new(start),
            leaves: Vec::new(),
            clock: Clock::Ours,
        }
    }

    /// Sets a preparation outside of the measured time.
    pub(super) fn after(mut self, prepare: impl Fn(&Path) -> Result<()> + 'static) -> Case {
        self.prepare = Box::new(prepare);
        self
    }

    /// Requires that each run leaves a GOROOT of this version here, a path relative to the run's folder.
    pub(super) fn leaves(mut self, goroot: impl AsRef<Path>, version: &str) -> Case {
        self.leaves.push((goroot.as_ref().join("VERSION"), format!("go{version}\n")));
        self
    }

    /// Uses the time that the process prints, in nanoseconds.
    pub(super) fn by_its_own_clock(mut self) -> Case {
        self.clock = Clock::Its;
        self
    }

    /// Whether it prints its own time. Then its memory is not measured either.
    pub(super) fn times_itself(&self) -> bool {
        self.clock == Clock::Its
    }

    /// One run, in a new folder.
    pub(super) fn run(&self, folder: &Folder) -> Result<Run> {
        (self.prepare)(folder.path())?;
        rustix::fs::sync();
        let output = folder.path().join("output");
        let mut run = timed(&mut (self.start)(folder.path()), &output)?;
        if self.clock == Clock::Its {
            let text = fs::read_to_string(&output)?;
            run.time = Duration::from_nanos(text.trim().parse().with_context(|| format!("no time: {text}"))?);
        }
        for (file, beginning) in &self.leaves {
            let text = fs::read_to_string(folder.path().join(file)).unwrap_or_default();
            ensure!(text.starts_with(beginning), "it left no {} of {beginning}", file.display());
        }
        Ok(run)
    }

    /// Runs it once without measuring. The error is one line that says why it can't be measured.
    pub(super) fn works(&self, site: &Path) -> Result<(), String> {
        let result = Folder::new(site).and_then(|folder| self.run(&folder));
        result.map(drop).map_err(|error| format!("{}: {error:#}", self.label))
    }
}

/// The measurements in one place.
pub(super) struct Measured {
    /// Its name, such as `tmpfs`.
    pub(super) place: &'static str,
    /// The samples, in the order of the cases.
    pub(super) samples: Vec<Sample>,
    /// On disk, the folders of the runs, which are removed after the report. For some minutes ext4 does not
    /// reuse a removed inode, and looks at each of these before it makes a file. Removing folders between the
    /// runs would make the next ones several times as slow.
    _kept: Vec<Folder>,
}

/// Measures all cases `runs` times each, in turns.
pub(super) fn in_turns(cases: &[Case], place: &Place, runs: usize) -> Result<Measured> {
    let mut kept = Vec::new();
    let mut all = vec![Vec::with_capacity(runs); cases.len()];
    for round in 1..=runs {
        say(&format!("{}: round {round} of {runs}", place.name));
        for turn in 0..cases.len() {
            // Each round begins with another case, so that no case always follows the same one.
            let at = (turn + round) % cases.len();
            let (case, runs) = (&cases[at], &mut all[at]);
            let folder = Folder::new(&place.folder)?;
            runs.push(case.run(&folder).with_context(|| case.label.clone())?);
            kept.extend((!place.is_memory).then_some(folder));
        }
    }
    let samples = all.into_iter().map(Sample::new).collect();
    Ok(Measured { place: place.name, samples, _kept: kept })
}

/// Prepares a program in an environment without anything of the user's.
pub(super) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    command.env("HOME", folder.join("home")).env("TMPDIR", folder.join("tmp"));
    command
}

/// Runs a program to its end. Its output goes to `output`, and into the error if it fails.
pub(super) fn timed(command: &mut Command, output: &Path) -> Result<Run> {
    let file = File::create(output)?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    let start = Instant::now();
    let child = command.spawn().map(|mut child| child.wait4());
    let time = start.elapsed();
    let used = child.and_then(|used| used).with_context(|| format!("can't run {command:?}"))?;
    ensure!(used.status.success(), "{}: {}", used.status, last_lines(output));
    let usage = used.rusage;
    Ok(Run { time, busy: usage.utime + usage.stime, peak: usage.maxrss })
}

/// The end of a process's output, as one line for a report.
fn last_lines(output: &Path) -> String {
    let text = fs::read(output).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let mut lines: Vec<&str> = text.lines().rev().filter(|line| !line.trim().is_empty()).take(3).collect();
    lines.reverse();
    lines.join("; ")
}

impl Sample {
    pub(super) fn new(mut runs: Vec<Run>) -> Sample {
        runs.sort_unstable_by_key(|run| run.time);
        Sample(runs)
    }

    /// The time that half of the runs did not exceed.
    pub(super) fn median(&self) -> Duration {
        self.0[(self.0.len() - 1) / 2].time
    }

    /// The median of the processor time.
    pub(super) fn busy(&self) -> Duration {
        let mut all: Vec<Duration> = self.0.iter().map(|run| run.busy).collect();
        all.sort_unstable();
        all[(all.len() - 1) / 2]
    }

    /// The shortest and the longest time.
    pub(super) fn spread(&self) -> [Duration; 2] {
        [self.0[0].time, self.0[self.0.len() - 1].time]
    }

    /// The most memory that any run took, in bytes.
    pub(super) fn peak(&self) -> u64 {
        self.0.iter().map(|run| run.peak).max().unwrap_or_default()
    }
}

/// The folder of one run, with an empty home. It is removed when dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(site: &Path) -> Result<Folder> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = site.join(format!("gom-bench-install-{}-{number}", std::process::id()));
        let folder = Folder(path);
        for below in ["home", "tmp"] {
            let path = folder.0.join(below);
            fs::create_dir_all(&path).with_context(|| format!("can't create {}", path.display()))?;
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                say(&format!("warning: can't remove {}: {error}", self.0.display()));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &'static str) -> Case {
        Case::new(script, Archive::TarGz, move |folder| {
            let mut command = command("sh", folder);
            command.args(["-c", script]);
            command
        })
    }

    #[test]
    fn the_median_lies_between_the_ends_of_the_spread() {
        let run = |millis| Run {
            time: Duration::from_millis(millis),
            busy: Duration::from_millis(2 * millis),
            peak: 100 - millis,
        };
        let sample = Sample::new(vec![run(9), run(1), run(5)]);
        assert_eq!(sample.median(), Duration::from_millis(5));
        assert_eq!(sample.spread(), [Duration::from_millis(1), Duration::from_millis(9)]);
        assert_eq!(sample.busy(), Duration::from_millis(10));
        assert_eq!(sample.peak(), 99);
    }

    #[test]
    fn a_run_that_leaves_no_toolchain_is_no_time() {
        let site = std::env::temp_dir();
        assert!(shell("mkdir x; echo go1.2.3 >x/VERSION").leaves("x", "1.2.3").works(&site).is_ok());
        assert!(shell("mkdir x; echo go1.2.4 >x/VERSION").leaves("x", "1.2.3").works(&site).is_err());
        assert!(shell("true").leaves("x", "1.2.3").works(&site).is_err());
    }

    #[test]
    fn a_failure_says_what_the_process_said() {
        let error = shell("echo no network >&2; exit 3").works(&std::env::temp_dir()).unwrap_err();
        assert!(error.ends_with("exit status: 3: no network"), "{error}");
    }

    #[test]
    fn a_process_can_time_itself() {
        let folder = Folder::new(&std::env::temp_dir()).unwrap();
        let run = shell("echo 1500").by_its_own_clock().run(&folder).unwrap();
        assert_eq!(run.time, Duration::from_nanos(1500));
    }
}
