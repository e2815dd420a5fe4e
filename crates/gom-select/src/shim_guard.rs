//! Guards the shim against loops and repeated tries, with one variable, `GOM_SHIM_GUARD`, of the form `count`,
//! `pid:count` or `pid:count:gave-up`. An exec keeps the process id, so a loop of execs (gom's shim, another
//! manager's shim, gom's shim again) counts up in `pid:count`. A child has another id and starts at zero, so `go test`
//! and `go generate` never reach the limit.
//!
//! The process id costs a system call. So the first shims in a row, of one process or of parents and children, only
//! count in `count`; most chains end there.

use std::process::{self, Command};

use crate::layout::Env;

const VARIABLE: &str = "GOM_SHIM_GUARD";

/// The maximum number of execs of one process. Any chain without a loop has fewer: gom, the go command, its
/// switch, another shim.
const LIMIT: u32 = 8;

/// The number of shims in a row that are counted without the process id.
const WITHOUT_PID: u32 = 8;

/// The state of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    count: Count,
    gave_up: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    /// Shims in a row, of this process and of those that started it.
    InRow(u32),
    /// Shims of this process.
    OfProcess { pid: u32, count: u32 },
}

impl Guard {
    /// Reads the state of this process from its environment.
    pub fn read(env: Env<'_>) -> Guard {
        let value = env(VARIABLE).and_then(|value| value.into_string().ok()).unwrap_or_default();
        Guard::parse(&value, process::id)
    }

    fn parse(value: &str, pid: impl FnOnce() -> u32) -> Guard {
        let Some((of, rest)) = value.split_once(':') else {
            let count = match value.parse() {
                Ok(WITHOUT_PID..) => Count::OfProcess { pid: pid(), count: 0 },
                Ok(count) => Count::InRow(count),
                Err(_) => Count::InRow(0),
            };
            return Guard { count, gave_up: false };
        };
        let pid = pid();
        let mut parts = rest.split(':');
        match (of.parse() == Ok(pid), parts.next().and_then(|text| text.parse().ok())) {
            (true, Some(count)) => {
                Guard { count: Count::OfProcess { pid, count }, gave_up: parts.next() == Some("gave-up") }
            }
            _ => Guard { count: Count::OfProcess { pid, count: 0 }, gave_up: false },
        }
    }

    /// Whether the process starts the shim in a loop.
    pub fn is_loop(self) -> bool {
        matches!(self.count, Count::OfProcess { count: LIMIT.., .. })
    }

    /// Whether gom was asked to install the missing toolchain, and did not.
    pub fn gave_up(self) -> bool {
        self.gave_up
    }

    /// Passes the state to the next program of this process.
    pub fn pass_on(self, command: &mut Command) {
        command.env(VARIABLE, self.for_next(process::id));
    }

    fn for_next(self, pid: impl FnOnce() -> u32) -> String {
        let (pid, count) = match self.count {
            Count::InRow(count) if !self.gave_up => return (count + 1).to_string(),
            // A child of this process may ask gom again.
            Count::InRow(_) => (pid(), 0),
            Count::OfProcess { pid, count } => (pid, count),
        };
        format!("{pid}:{}{}", count + 1, if self.gave_up { ":gave-up" } else { "" })
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

    fn of_process(pid: u32, count: u32, gave_up: bool) -> Guard {
        Guard { count: Count::OfProcess { pid, count }, gave_up }
    }

    #[test]
    fn only_this_process_counts() {
        assert_eq!(Guard::parse("7:3", || 7), of_process(7, 3, false));
        assert_eq!(Guard::parse("7:3:gave-up", || 7), of_process(7, 3, true));
        for value in ["8:3", "8:3:gave-up", "7:", "x:y", "7:-1", ":3", ":"] {
            assert_eq!(Guard::parse(value, || 7), of_process(7, 0, false), "{value}");
        }
        assert!(Guard::parse("7:8", || 7).is_loop());
        assert!(!Guard::parse("7:7", || 7).is_loop());
    }

    #[test]
    fn the_first_in_a_row_do_not_ask_for_the_process_id() {
        let mut value = String::new();
        for count in 1..=WITHOUT_PID {
            value = Guard::parse(&value, || panic!("asked")).for_next(|| panic!("asked"));
            assert_eq!(value, count.to_string());
        }
        assert_eq!(Guard::parse(&value, || 7).for_next(|| panic!("asked twice")), "7:1");
        for value in ["x", "-1", "99999999999999999999"] {
            assert_eq!(Guard::parse(value, || panic!("asked")).for_next(|| panic!("asked")), "1", "{value}");
        }
    }

    #[test]
    fn a_loop_ends_and_children_never_do() {
        let mut value = String::new();
        let guards = std::iter::from_fn(|| {
            let guard = Guard::parse(&value, || 7);
            value = guard.for_next(|| 7);
            Some(guard)
        });
        assert_eq!(guards.take_while(|guard| !guard.is_loop()).count(), 16);
        let mut value = String::new();
        for pid in 1..100 {
            let guard = Guard::parse(&value, || pid);
            assert!(!guard.is_loop(), "{pid}");
            value = guard.for_next(|| pid);
        }
    }

    #[test]
    fn what_gom_gave_up_is_not_for_children() {
        for value in ["", "3", "7:2"] {
            let value = Guard::parse(value, || 7).give_up().for_next(|| 7);
            assert!(Guard::parse(&value, || 7).gave_up(), "{value}");
            assert!(!Guard::parse(&value, || 8).gave_up(), "{value}");
        }
    }
}
