//! What is done to a run of a program, and at which call.

use nix::sys::signal::Signal;
use std::fmt;
use std::time::Duration;

/// One fault, at one system call of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The number of the call: of all that count, or of those that change something ([`FaultKind::needs_change`]).
    pub(crate) at: u64,
    pub(crate) kind: FaultKind,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// SIGKILL to the whole group, before the call.
    KillBefore,
    /// SIGKILL to the whole group, after the call.
    KillAfter,
    /// The call fails with one of the errors that it can have.
    Error,
    /// From this call on there is no room on any disk.
    Full,
    /// From this call on every disk is read-only.
    ReadOnly,
    /// A signal that asks the program to end.
    Signal(Signal),
    /// This thread waits until the others have moved on.
    Delay,
}

impl FaultKind {
    /// All of them.
    pub(crate) const ALL: [FaultKind; 9] = [
        FaultKind::KillBefore,
        FaultKind::KillAfter,
        FaultKind::Error,
        FaultKind::Full,
        FaultKind::ReadOnly,
        FaultKind::Signal(Signal::SIGTERM),
        FaultKind::Signal(Signal::SIGINT),
        FaultKind::Signal(Signal::SIGHUP),
        FaultKind::Delay,
    ];

    /// Whether the fault is put only at calls that change something: before any other it would do the same.
    pub(crate) fn needs_change(self) -> bool {
        !matches!(self, FaultKind::Error | FaultKind::Delay)
    }

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            FaultKind::KillBefore => "kill-before",
            FaultKind::KillAfter => "kill-after",
            FaultKind::Error => "error",
            FaultKind::Full => "full",
            FaultKind::ReadOnly => "read-only",
            FaultKind::Signal(Signal::SIGTERM) => "term",
            FaultKind::Signal(Signal::SIGINT) => "int",
            FaultKind::Signal(_) => "hup",
            FaultKind::Delay => "delay",
        }
    }

    /// The kind of a name.
    pub(crate) fn named(name: &str) -> Result<FaultKind, String> {
        let found = FaultKind::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| format!("one of {}", FaultKind::ALL.map(FaultKind::name).join(", ")))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--fault {} --at {}", self.kind.name(), self.at)
    }
}

/// Steps that are left out, and reported to the program as done: a campaign that finds nothing then is worth nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lies {
    /// fsync, fdatasync and syncfs do nothing.
    pub(crate) flush: bool,
    /// flock locks against the same process alone.
    pub(crate) lock: bool,
    /// Renames do nothing.
    pub(crate) rename: bool,
}

/// What is done to one run.
pub(crate) struct Plan<'a> {
    pub(crate) fault: Option<Fault>,
    pub(crate) lies: Lies,
    /// Before these changing calls the whole program is held while [`Plan::on_stop`] runs.
    pub(crate) stops: &'a [u64],
    pub(crate) on_stop: &'a mut dyn FnMut(u64),
    /// Chooses among the errors of a call.
    pub(crate) choice: u64,
    /// How long the run may take.
    pub(crate) limit: Duration,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<Signal>,
    /// How many calls counted.
    pub(crate) calls: u64,
    /// How many of them changed something.
    pub(crate) changes: u64,
    /// The call that the fault was at; `None` if the run had fewer calls.
    pub(crate) hit: Option<String>,
    /// Whether the run was ended because it took too long.
    pub(crate) timed_out: bool,
}
