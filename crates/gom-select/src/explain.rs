//! What every error of gom tells about itself, and the one table of exit codes that `gom` and its shim share.

/// An error with everything that a person needs to solve it. Implemented next to each error.
pub trait Explain: std::error::Error {
    /// The kind of the failure, which determines the exit code.
    fn kind(&self) -> ErrorKind;

    /// What to run next.
    fn hint(&self) -> String;

    /// The value the failure is about, for `--json`.
    fn value(&self) -> Option<String> {
        None
    }

    /// A correction of [`Explain::value`], for errors about a SPEC.
    fn guess(&self) -> Option<String> {
        None
    }
}

/// The kinds of failures. Each kind has one exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Anything not listed below.
    Failure,
    /// Wrong arguments, settings or version files.
    Usage,
    /// No such release, not installed, nothing selected.
    NotFound,
    /// Unreachable, HTTP status, offline.
    Network,
    /// Something differs from what was published. Nothing of it was put into the store.
    Integrity,
    /// Another gom holds a lock.
    Locked,
    /// A policy forbids it.
    Refused,
    /// The command worked, and found something to do: an update, a pin that is out of step, a finding.
    ActionNeeded,
    /// There is no toolchain to run.
    NoToolchain,
    /// The user pressed Ctrl-C.
    Interrupted,
}

impl ErrorKind {
    /// All kinds, in the order of their exit codes.
    pub const ALL: [ErrorKind; 10] = [
        ErrorKind::Failure,
        ErrorKind::Usage,
        ErrorKind::NotFound,
        ErrorKind::Network,
        ErrorKind::Integrity,
        ErrorKind::Locked,
        ErrorKind::Refused,
        ErrorKind::ActionNeeded,
        ErrorKind::NoToolchain,
        ErrorKind::Interrupted,
    ];

    /// The kind's exit code, documented in docs/exit-codes.md.
    pub fn exit_code(self) -> u8 {
        match self {
            ErrorKind::Failure => 1,
            ErrorKind::Usage => 2,
            ErrorKind::NotFound => 3,
            ErrorKind::Network => 4,
            ErrorKind::Integrity => 5,
            ErrorKind::Locked => 6,
            ErrorKind::Refused => 7,
            ErrorKind::ActionNeeded => 10,
            ErrorKind::NoToolchain => 127,
            ErrorKind::Interrupted => 130,
        }
    }

    /// The kind's name in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::Failure => "failure",
            ErrorKind::Usage => "usage",
            ErrorKind::NotFound => "not-found",
            ErrorKind::Network => "network",
            ErrorKind::Integrity => "integrity",
            ErrorKind::Locked => "locked",
            ErrorKind::Refused => "refused",
            ErrorKind::ActionNeeded => "action-needed",
            ErrorKind::NoToolchain => "no-toolchain",
            ErrorKind::Interrupted => "interrupted",
        }
    }
}

/// The text of an error and of all its causes.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_the_documented_table() {
        let document = include_str!("../../../docs/exit-codes.md");
        let rows: Vec<(&str, &str)> = document
            .lines()
            .filter_map(|line| {
                let mut cells = line.split('|').map(str::trim).skip(1);
                Some((cells.next()?, cells.next()?.strip_prefix('`')?.strip_suffix('`')?))
            })
            .collect();
        for kind in ErrorKind::ALL {
            let row = (kind.exit_code().to_string(), kind.name());
            assert!(rows.iter().any(|(code, name)| (*code, *name) == (&row.0, row.1)), "{row:?}");
        }
        for (code, name) in rows {
            // 126, and 127 for a command that does not exist, are failures with their own codes.
            let has_own_code = name == "failure" && matches!(code, "126" | "127");
            let is_kind = |kind: &ErrorKind| kind.name() == name && kind.exit_code().to_string() == code;
            assert!(has_own_code || ErrorKind::ALL.iter().any(is_kind), "{code} {name}");
        }
    }
}
