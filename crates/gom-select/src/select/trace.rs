//! The record of a selection: every place that was looked at, in order, and what came of it. Off in the
//! shim unless `GOM_TRACE` asks for it, and then it costs nothing.

/// One place that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    /// A file with its line, a variable, or a rule.
    pub place: String,
    /// What was found there and what it meant.
    pub outcome: String,
}

/// Collects the steps, or drops them unmade.
#[derive(Debug, Default)]
pub struct Trace {
    is_on: bool,
    steps: Vec<TraceStep>,
}

impl Trace {
    /// A trace that collects; the default one does not.
    pub fn on() -> Trace {
        Trace { is_on: true, steps: Vec::new() }
    }

    /// Whether somebody will read it.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Records a step; the text is made only if somebody will read it.
    pub fn step(&mut self, place: &str, outcome: impl FnOnce() -> String) {
        if self.is_on {
            self.steps.push(TraceStep { place: place.to_owned(), outcome: outcome() });
        }
    }

    /// The steps so far.
    pub fn into_steps(self) -> Vec<TraceStep> {
        self.steps
    }
}
