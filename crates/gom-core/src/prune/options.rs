//! What a prune is asked to do.

use gom_select::used::Day;

/// The options of a prune.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PruneOptions {
    /// For how many days a toolchain was not used that is removed; 0 if use does not matter.
    pub unused_for: Day,
    /// How many of the newest toolchains of each line stay.
    pub keep_last: Option<usize>,
}
