//! A rule that a toolchain breaks, and what would end that.

use gom_select::version::GoVersion;

/// A rule that a toolchain breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// The rule with its line; `None` for what holds under each policy.
    pub(super) rule: Option<(&'static str, usize)>,
    /// What is wrong, as a clause.
    pub(super) reason: String,
    /// What would do.
    pub(super) cure: Cure,
}

/// What would end a violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cure {
    /// Another release; `None` if no allowed one is known here.
    Another(Option<GoVersion>),
    /// The proof of the installed toolchain that this argument names.
    Verify(String),
    /// Installing the toolchain again that this argument names.
    Again(String),
    /// Installing what this argument names.
    Install(String),
    /// A download of it, instead of what is on this machine.
    Download,
}
