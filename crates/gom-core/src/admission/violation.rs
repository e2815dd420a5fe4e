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

/// A release that the policy lets be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OtherRelease {
    pub(super) version: GoVersion,
    /// Whether a list that is known here has it. Else only the policy names it, as the minimum of its line.
    pub(super) is_listed: bool,
}

/// What would end a violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cure {
    /// Another release; `None` if no allowed one is known here.
    Another(Option<OtherRelease>),
    /// The proof of the installed toolchain that this argument names.
    Verify(String),
    /// Installing the toolchain again that this argument names.
    Again(String),
    /// Installing what this argument names.
    Install(String),
    /// A download of it, instead of what is on this machine.
    Download,
}
