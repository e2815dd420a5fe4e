//! Hints that several errors share.

/// After a failure that comes from having asked for no network.
pub(crate) const OFFLINE: &str =
    "leave out `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it";

/// After an archive that is not what was published.
pub(crate) const CHANGED_ARCHIVE: &str = "nothing was installed; the place it came from changed it: run the command \
                                          with another `--source`, and tell whoever runs that place";

/// After something that only a bug in gom can cause.
pub(crate) const BUG: &str = "run the command again with `--verbose`, and report what it prints";
