//! The answer of one side.

/// What one side ran, and all it said, for the message of a failure.
pub(crate) struct Ran {
    pub(crate) choice: String,
    pub(crate) said: String,
}
