//! What the tracer knows of each thread and process, much of it from `/proc`.

use super::calls::{Call, Handled};
use nix::unistd::Pid;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// One thread.
#[derive(Debug, Default)]
pub(super) struct Task {
    /// The call that it is in.
    pub(super) inside: Option<Inside>,
}

/// A call between its start and its end.
#[derive(Debug)]
pub(super) struct Inside {
    /// The number of the system call.
    pub(super) number: i64,
    /// What it is to return instead of what the kernel says.
    pub(super) result: Option<i64>,
    /// Whether everything is killed at its end.
    pub(super) kills: bool,
}

/// One process.
#[derive(Debug, Default)]
pub(super) struct Process {
    /// Whether it runs gom or the shim, behind the loader.
    pub(super) counts: bool,
    /// How many threads and processes it has asked for.
    pub(super) spawns: u32,
    /// The locks that it was told it has, by the open file.
    pub(super) locks: BTreeMap<u64, PathBuf>,
    /// Its connections to servers.
    pub(super) connections: BTreeSet<u64>,
}

/// All threads and processes of a run.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    pub(super) threads: BTreeMap<i32, Task>,
    processes: BTreeMap<i32, Process>,
    /// The process of each thread.
    of: BTreeMap<i32, i32>,
}

impl Tasks {
    /// The thread's own state.
    pub(super) fn task(&mut self, pid: Pid) -> &mut Task {
        self.threads.entry(pid.as_raw()).or_default()
    }

    /// The state of the thread's process.
    pub(super) fn process(&mut self, pid: Pid) -> &mut Process {
        let leader = *self.of.entry(pid.as_raw()).or_insert_with(|| leader(pid));
        self.processes.entry(leader).or_insert_with(|| Process { counts: is_gom(pid), ..Process::default() })
    }

    /// Another program runs in this process now, and only this thread.
    pub(super) fn executed(&mut self, pid: Pid) {
        self.of.insert(pid.as_raw(), pid.as_raw());
        self.processes.insert(pid.as_raw(), Process::default());
    }

    /// A thread has ended.
    pub(super) fn remove(&mut self, pid: Pid) {
        self.threads.remove(&pid.as_raw());
        self.of.remove(&pid.as_raw());
    }

    /// Pretends to lock an open file, against this process alone. Returns whether it is free.
    pub(super) fn lock(&mut self, pid: Pid, file: u64) -> bool {
        let path = fs::read_link(format!("/proc/{pid}/fd/{file}")).unwrap_or_default();
        let locks = &mut self.process(pid).locks;
        let is_free = locks.iter().all(|(other, locked)| *other == file || *locked != path);
        if is_free {
            locks.insert(file, path);
        }
        is_free
    }

    /// What an open file of a thread is.
    pub(super) fn handled(&mut self, pid: Pid, file: u64) -> Handled {
        let is_connection = self.process(pid).connections.contains(&file);
        match fs::read_link(format!("/proc/{pid}/fd/{file}")) {
            Ok(target) if target.starts_with("/") => Handled::File,
            Ok(target) if is_connection && target.to_string_lossy().starts_with("socket:") => {
                Handled::Connection
            }
            _ => Handled::Other,
        }
    }
}

/// Whether a thread runs gom or the shim.
pub(super) fn is_gom(pid: Pid) -> bool {
    let program = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    ["gom", "gom-shim"].contains(&name.trim_end_matches(" (deleted)"))
}

/// Whether a thread waits for something.
pub(super) fn sleeps(pid: i32) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name may have any character, so it is skipped from the right.
    !matches!(state.rsplit_once(") ").map(|(_, rest)| rest.chars().next()), Some(Some('R' | 't')))
}

/// Describes a call, for the report.
pub(super) fn describe(pid: Pid, call: &Call) -> String {
    let about = match (call.path, call.file) {
        (Some(address), _) => text_at(pid, address),
        (None, Some(file)) => fs::read_link(format!("/proc/{pid}/fd/{file}")).ok(),
        (None, None) => None,
    };
    let about = about.map_or_else(String::new, |about| format!(" of {}", about.display()));
    format!("{}{about}", call.name)
}

fn text_at(pid: Pid, address: u64) -> Option<PathBuf> {
    let memory = fs::File::open(format!("/proc/{pid}/mem")).ok()?;
    let mut bytes = [0; 512];
    let count = memory.read_at(&mut bytes, address).ok()?;
    let text = bytes[..count].split(|byte| *byte == 0).next()?;
    Some(Path::new(&*String::from_utf8_lossy(text)).to_path_buf())
}

/// The first thread of a thread's process.
fn leader(pid: Pid) -> i32 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or(pid.as_raw())
}
