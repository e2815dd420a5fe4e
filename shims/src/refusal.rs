//! Why the shim runs nothing.

use gom_select::explain::Explain;
use gom_select::marker::UnknownLayout;
use gom_select::select::SelectError;

/// The exit code for a program that does not exist, as in a shell.
pub(crate) const NOT_THERE: u8 = 127;

/// The exit code for a program that can't run, as in a shell.
pub(crate) const CANT_RUN: u8 = 126;

/// Why the shim runs nothing: the message, the hint, and the exit code, which is 0 if there is nothing left
/// to do.
pub(crate) struct ShimRefusal {
    pub(crate) message: String,
    pub(crate) hint: String,
    pub(crate) code: u8,
}

impl From<SelectError> for ShimRefusal {
    fn from(error: SelectError) -> ShimRefusal {
        ShimRefusal { message: error.to_string(), hint: error.hint(), code: error.kind().exit_code() }
    }
}

impl From<UnknownLayout> for ShimRefusal {
    fn from(error: UnknownLayout) -> ShimRefusal {
        ShimRefusal { message: error.to_string(), hint: error.hint(), code: error.kind().exit_code() }
    }
}
