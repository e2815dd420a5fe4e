//! What a prune is asked to do.

use gom_select::used::Day;

/// The span that counts if no other is asked for, as [`super::parse_span`] reads it.
pub const DEFAULT_SPAN: &str = "60d";

/// The same in days.
const DEFAULT_DAYS: Day = 60;

/// The options of a prune.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PruneOptions {
    /// For how many days a toolchain was not used that is removed; 0 if use does not matter.
    pub unused_for: Day,
    /// How many of the newest toolchains of each line stay.
    pub keep_last: Option<usize>,
}

impl Default for PruneOptions {
    fn default() -> PruneOptions {
        PruneOptions { unused_for: DEFAULT_DAYS, keep_last: None }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_span;
    use super::*;

    #[test]
    fn both_forms_of_the_default_are_one() {
        assert_eq!(parse_span(DEFAULT_SPAN).ok(), Some(PruneOptions::default().unused_for));
    }
}
