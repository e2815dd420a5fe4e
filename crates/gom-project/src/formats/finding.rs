//! A finding, and the names of the rules.

/// What is wrong at a place.
pub(super) struct Finding {
    pub(super) rule: &'static str,
    /// Below the root, with `/`.
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) message: String,
}

/// The rule of a place that disagrees.
pub(super) const OUT_OF_STEP: &str = "go-version-out-of-step";

/// The rule of a file that is not valid.
pub(super) const UNREADABLE: &str = "go-version-unreadable";
