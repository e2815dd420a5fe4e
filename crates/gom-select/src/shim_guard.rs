//! Guards the shim against loops and repeated tries, with one variable, `GOM_SHIM_GUARD`, of the form `row`,
//! `pid.row:count` or `pid.row:count:gave-up`. An exec keeps the process id, so a loop of execs (gom's shim, another
//! manager's shim, gom's shim again) counts up in `count`. A child has another id and starts at zero, so `go test`
//! and `go generate` never reach the limit.
//!
//! The process id costs a system call. So the first shims in a row, of one process or of parents and children, only
//! count in `row`; most chains end there. A long row is no loop by itself, but it is one if each `go` in it is a script.

use std::process::{self, Command};

use crate::layout::Env;

const VARIABLE: &str = "GOM_SHIM_GUARD";

/// The maximum number of execs of one process. Any chain without a loop has fewer: gom, the go command, its
/// switch, another shim.
const LIMIT: u32 = 8;

/// The number of shims in a row that are counted without the process id.
const WITHOUT_PID: u32 = 8;

/// The number of shims in a row that no scripts start which each run another `go`.
const DEEP: u32 = 64;

/// The state of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Shims in a row, of this process and of those that started it.
    row: u32,
    /// Shims of this process, once there are many in the row.
    of_process: Option<OfProcess>,
    gave_up: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OfProcess {
    pid: u32,
    count: u32,
}

impl Guard {
    /// Reads the state of this process from its environment.
    pub fn read(env: Env<'_>) -> Guard {
        let value = env(VARIABLE).and_then(|value| value.into_string().ok()).unwrap_or_default();
        Guard::parse(&value, process::id)
    }

    fn parse(value: &str, pid: impl FnOnce() -> u32) -> Guard {
        let number = |text: &str| text.parse::<u32>().unwrap_or_default();
        let Some((of, rest)) = value.split_once(':') else {
            let row = number(value);
            let of_process = (row >= WITHOUT_PID).then(|| OfProcess { pid: pid(), count: 0 });
            return Guard { row, of_process, gave_up: false };
        };
        let pid = pid();
        let (of, row) = of.split_once('.').unwrap_or((of, ""));
        let row = number(row);
        let mut parts = rest.split(':');
        match (of.parse() == Ok(pid), parts.next().and_then(|text| text.parse().ok())) {
            (true, Some(count)) => {
                let of_process = Some(OfProcess { pid, count });
                Guard { row, of_process, gave_up: parts.next() == Some("gave-up") }
            }
            _ => Guard { row, of_process: Some(OfProcess { pid, count: 0 }), gave_up: false },
        }
    }

    /// Whether the process starts the shim in a loop.
    pub fn is_loop(self) -> bool {
        self.of_process.is_some_and(|of_process| of_process.count >= LIMIT)
    }

    /// Whether so many shims have started each other, as parents and children or by exec, that it is a loop if a script
    /// did so.
    pub fn is_deep(self) -> bool {
        self.row >= DEEP
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
        let row = self.row.saturating_add(1);
        let OfProcess { pid, count } = match self.of_process {
            None if !self.gave_up => return row.to_string(),
            // A child of this process may ask gom again.
            None => OfProcess { pid: pid(), count: 0 },
            Some(of_process) => of_process,
        };
        format!("{pid}.{row}:{}{}", count.saturating_add(1), if self.gave_up { ":gave-up" } else { "" })
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

    fn of_process(row: u32, pid: u32, count: u32, gave_up: bool) -> Guard {
        Guard { row, of_process: Some(OfProcess { pid, count }), gave_up }
    }

    #[test]
    fn only_this_process_counts() {
        assert_eq!(Guard::parse("7.9:3", || 7), of_process(9, 7, 3, false));
        assert_eq!(Guard::parse("7.9:3:gave-up", || 7), of_process(9, 7, 3, true));
        for value in ["8.9:3", "8.9:3:gave-up", "7.9:", "x.9:y", "7.9:-1"] {
            assert_eq!(Guard::parse(value, || 7), of_process(9, 7, 0, false), "{value}");
        }
        for value in ["8:3", "7:", "x:y", ":3", ":", ".:", "7.-1:x"] {
            assert_eq!(Guard::parse(value, || 7), of_process(0, 7, 0, false), "{value}");
        }
        assert!(Guard::parse("7.20:8", || 7).is_loop());
        assert!(!Guard::parse("7.20:7", || 7).is_loop());
        assert_eq!(Guard::parse("7.4294967295:4294967295", || 7).for_next(|| 7), "7.4294967295:4294967295");
    }

    #[test]
    fn the_first_in_a_row_do_not_ask_for_the_process_id() {
        let mut value = String::new();
        for count in 1..=WITHOUT_PID {
            value = Guard::parse(&value, || panic!("asked")).for_next(|| panic!("asked"));
            assert_eq!(value, count.to_string());
        }
        assert_eq!(Guard::parse(&value, || 7).for_next(|| panic!("asked twice")), "7.9:1");
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
            assert_eq!(guard.is_deep(), pid > DEEP, "{pid}");
            value = guard.for_next(|| pid);
        }
    }

    #[test]
    fn what_gom_gave_up_is_not_for_children() {
        for value in ["", "3", "7.9:2"] {
            let value = Guard::parse(value, || 7).give_up().for_next(|| 7);
            assert!(Guard::parse(&value, || 7).gave_up(), "{value}");
            assert!(!Guard::parse(&value, || 8).gave_up(), "{value}");
        }
    }
}
