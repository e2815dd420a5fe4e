//! Guards the shim against loops and repeated tries, with one variable, `GOM_SHIM_GUARD`, of the form
//! `pid:count` or `pid:count:gave-up`. An exec keeps the process id, so a loop of execs (gom's shim, another
//! manager's shim, gom's shim again) counts up. A child has another id and starts at zero, so `go test` and
//! `go generate` never reach the limit.

use std::process::{self, Command};

use crate::layout::Env;

const VARIABLE: &str = "GOM_SHIM_GUARD";

/// The maximum number of execs of one process. Any chain without a loop has fewer: gom, the go command, its
/// switch, another shim.
const LIMIT: u32 = 8;

/// The state of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    pid: u32,
    count: u32,
    gave_up: bool,
}

impl Guard {
    /// Reads the state of this process from its environment.
    pub fn read(env: Env<'_>) -> Guard {
        let value = env(VARIABLE).and_then(|value| value.into_string().ok()).unwrap_or_default();
        Guard::parse(&value, process::id())
    }

    fn parse(value: &str, pid: u32) -> Guard {
        let mut parts = value.split(':');
        let is_mine = parts.next().and_then(|text| text.parse().ok()) == Some(pid);
        match (is_mine, parts.next().and_then(|text| text.parse().ok())) {
            (true, Some(count)) => Guard { pid, count, gave_up: parts.next() == Some("gave-up") },
            _ => Guard { pid, count: 0, gave_up: false },
        }
    }

    /// Whether the process starts itself in a loop.
    pub fn is_loop(self) -> bool {
        self.count >= LIMIT
    }

    /// Whether gom was asked to install the missing toolchain, and did not.
    pub fn gave_up(self) -> bool {
        self.gave_up
    }

    /// Passes the state to the next program of this process.
    pub fn pass_on(self, command: &mut Command) {
        let gave_up = if self.gave_up { ":gave-up" } else { "" };
        command.env(VARIABLE, format!("{}:{}{gave_up}", self.pid, self.count + 1));
    }

    /// Marks that the shim must not ask gom again.
    #[must_use]
    pub fn give_up(self) -> Guard {
        Guard { gave_up: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_process_counts() {
        assert_eq!(Guard::parse("7:3", 7), Guard { pid: 7, count: 3, gave_up: false });
        assert_eq!(Guard::parse("7:3:gave-up", 7), Guard { pid: 7, count: 3, gave_up: true });
        for value in ["8:3", "", "7", "7:", "x:y", "7:-1", ":3"] {
            assert_eq!(Guard::parse(value, 7), Guard { pid: 7, count: 0, gave_up: false }, "{value}");
        }
        assert!(Guard::parse("7:8", 7).is_loop());
    }
}
