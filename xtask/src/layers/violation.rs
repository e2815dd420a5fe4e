//! The output of the check: one line for each violation, with its fix.

/// A violation of a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    pub(super) rule: Rule,
    pub(super) crate_name: String,
    pub(super) what: String,
    /// The places, each as `file:line`.
    pub(super) places: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    Climb,
    Ring,
    Order,
    List,
    Environment,
    Disk,
}

/// How many places are listed. The same command finds the rest when these are fixed.
const MOST_PLACES: usize = 3;

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rule, cure) = match self.rule {
            Rule::Climb => ("climb", "move what both use to a file of its own beside the importing one"),
            Rule::Ring => ("ring", "move what they share to a module that both import, or make them one"),
            Rule::Order => ("order", "move the imported item down, or the importing code up"),
            Rule::Environment => ("environment", "take the value from the caller, as `Environment` does"),
            Rule::Disk => ("disk", "add that line"),
            Rule::List => ("list", "list every module of the crate once after `Order:` in lib.rs"),
        };
        let named = self.places.iter().take(MOST_PLACES).cloned().collect::<Vec<_>>().join(", ");
        let more = match self.places.len().saturating_sub(MOST_PLACES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        write!(f, "{rule}: {}: {} ({named}{more}): {cure}", self.crate_name, self.what)
    }
}
