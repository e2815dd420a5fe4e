//! The command line.

use crate::trace::FaultKind;
use clap::Parser;

/// Break gom's runs in every way that a machine can, and check what gom promises
///
/// Without options: the short campaign, the same each time.
#[derive(Clone, Debug, Parser)]
#[command(name = "faults")]
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
