//! The record of a selection: every place that was read, in order, and the result. In the shim it is off
//! unless `GOM_TRACE` is set, and then it costs nothing.

/// One place that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    /// A file with its line, a variable, or a rule.
    pub place: String,
    /// What was found there, and its meaning.
    pub outcome: String,
}

/// Collects the steps, or drops them without formatting them.
#[derive(Debug, Default)]
pub struct Trace {
    is_on: bool,
    steps: Vec<TraceStep>,
}

impl Trace {
    /// Makes a trace that collects; the default one does not.
    pub fn on() -> Trace {
        Trace { is_on: true, steps: Vec::new() }
    }

    /// Whether the trace collects.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Records a step. The text is made only if the trace collects.
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
