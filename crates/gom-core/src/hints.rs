//! Hints that several errors share, and the difference that an install makes to a hint.

/// What to run next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    /// The advice itself.
    pub(crate) text: String,
    /// Whether the error ended an install, if one was running. That nothing was installed is said to the user who
    /// asked for one, and not to one who verifies a tree.
    pub(crate) ends_install: bool,
}

impl Advice {
    /// After an error that ends an install.
    pub(crate) fn at_end(text: impl Into<String>) -> Advice {
        Advice { text: text.into(), ends_install: true }
    }

    /// After any other error.
    pub(crate) fn plain(text: impl Into<String>) -> Advice {
        Advice { text: text.into(), ends_install: false }
    }

    /// The hint for a command that installs.
    pub(crate) fn hint(self) -> String {
        if self.ends_install { format!("nothing was installed; {}", self.text) } else { self.text }
    }
}

/// For failures because the network is off.
pub(crate) const OFFLINE: &str =
    "leave out `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it";

/// After an archive that is not what was published.
pub(crate) const CHANGED_ARCHIVE: &str = "the place it came from changed it: run the command with another `--source`, \
                                          and tell whoever runs that place";

/// For failures that only a bug in gom can cause.
pub(crate) const BUG: &str = "run the command again with `--verbose`, and report what it prints";
