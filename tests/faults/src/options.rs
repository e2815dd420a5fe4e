//! The command line.

use crate::campaign::Part;
use crate::trace::FaultKind;
use clap::{Parser, ValueEnum};

/// Break gom's runs in every way that a machine can, and check what gom promises
///
/// Without options: the short campaign, the same each time.
#[derive(Clone, Debug, Parser)]
#[command(name = "faults")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Options {
    /// The seed of all random choices
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Go on with new faults for this long
    #[arg(long)]
    pub(crate) minutes: Option<u64>,
    /// Only these scenarios; may be repeated
    #[arg(long, value_name = "SCENARIO")]
    pub(crate) only: Vec<String>,
    /// Only these parts; may be repeated
    #[arg(long = "part", value_name = "PART")]
    pub(crate) parts: Vec<Part>,
    /// Only the runs with a step left out, which must be found
    #[arg(long, conflicts_with = "parts")]
    pub(crate) control: bool,
    /// Only this kind of fault
    #[arg(long, value_parser = FaultKind::named)]
    pub(crate) fault: Option<FaultKind>,
    /// Only at this call
    #[arg(long, value_name = "N", requires = "fault")]
    pub(crate) at: Option<u64>,
    /// Every call instead of a sample
    #[arg(long, conflicts_with = "at")]
    pub(crate) all: bool,
    /// How many runs at once
    #[arg(long, default_value_t = 2)]
    pub(crate) workers: usize,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// List the scenarios
    #[arg(long)]
    pub(crate) list: bool,
}

impl Options {
    /// The parts that are wanted.
    pub(crate) fn wanted_parts(&self) -> Vec<Part> {
        if self.fault.is_some() || self.all {
            vec![Part::Faults]
        } else if self.control {
            vec![Part::Control]
        } else if !self.parts.is_empty() {
            self.parts.clone()
        } else if self.only.is_empty() {
            Part::value_variants().to_vec()
        } else {
            vec![Part::Faults, Part::Meetings, Part::Servers, Part::Power]
        }
    }
}
