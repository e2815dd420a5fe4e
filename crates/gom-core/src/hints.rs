//! Hints that several errors share, and how a hint changes if an install failed.

/// What to run next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    /// The advice itself.
    pub(crate) text: String,
    /// Whether the error ends an install, if one is running. A user who asked for an install is told that
    /// nothing was installed; a user who verifies a tree is not.
    pub(crate) ends_install: bool,
}

impl Advice {
    /// For an error that ends an install.
    pub(crate) fn at_end(text: impl Into<String>) -> Advice {
        Advice { text: text.into(), ends_install: true }
    }

    /// For any other error.
    pub(crate) fn plain(text: impl Into<String>) -> Advice {
        Advice { text: text.into(), ends_install: false }
    }

    /// The hint for a command that installs.
    pub(crate) fn hint(self) -> String {
        if self.ends_install { format!("nothing was installed; {}", self.text) } else { self.text }
    }
}

/// For failures because the network is off.
pub(crate) const OFFLINE: &str = "omit `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it";

/// For an archive that differs from the published one.
pub(crate) const CHANGED_ARCHIVE: &str = "that source changed the toolchain: run the command with another `--source`, and report \
                                          it to the operator of that source";

/// For failures that only a bug in gom can cause.
pub(crate) const BUG: &str = "run the command again with `--verbose`, and report what it prints";
