//! The variables of this process's environment.

use std::env;
use std::ffi::OsString;

/// A variable of the environment; an empty one counts as unset.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
