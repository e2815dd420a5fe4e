//! What the campaign tried and found, as a table or as JSON.

use crate::invariants::{Broken, Findings, Promise};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

/// In which way a promise was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Kill,
    Error,
    Disk,
    Signal,
    Delay,
    Meeting,
    Server,
    Race,
    Storm,
    PowerCut,
    Home,
}

impl Way {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Way::Kill => "kills",
            Way::Error => "errors",
            Way::Disk => "full or read-only disks",
            Way::Signal => "signals",
            Way::Delay => "delays",
            Way::Meeting => "meetings",
            Way::Server => "hostile servers",
            Way::Race => "races",
            Way::Storm => "storms",
            Way::PowerCut => "power cuts",
            Way::Home => "strange homes",
        }
    }
}

/// A promise that was not kept, and how to see it again.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) broken: Broken,
    pub(crate) scenario: String,
    /// The options of this program that repeat it.
    pub(crate) repeat: String,
    /// The call at which the fault was.
    pub(crate) at: String,
}

/// Where a scenario fails that has no fault.
const NO_FAULT: &str = "no fault";

/// Everything so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How often each promise was tried in each way.
    tried: BTreeMap<Promise, BTreeMap<Way, u64>>,
    /// How many runs there were of each way.
    runs: BTreeMap<Way, u64>,
    /// How many of them ended before their fault.
    missed: u64,
    pub(crate) failures: Vec<Failure>,
    /// The broken steps that were found, as they must be.
    pub(crate) controls: Vec<String>,
    /// What could not be tried here, and why.
    pub(crate) skipped: Vec<String>,
}

impl Report {
    /// Adds one run.
    pub(crate) fn add(&mut self, way: Way, findings: Findings, of: impl Fn(Broken) -> Failure) {
        *self.runs.entry(way).or_default() += 1;
        for promise in findings.checked {
            *self.tried.entry(promise).or_default().entry(way).or_default() += 1;
        }
        self.failures.extend(findings.broken.into_iter().map(of));
    }

    /// Adds a run that ended before its fault.
    pub(crate) fn add_missed(&mut self) {
        self.missed += 1;
    }

    /// Adds a scenario that fails without a fault, once.
    pub(crate) fn add_unusable(&mut self, scenario: &str, error: &io::Error) {
        if self.failures.iter().any(|failure| failure.scenario == scenario && failure.at == NO_FAULT) {
            return;
        }
        let broken = Broken { promise: Promise::Again, what: error.to_string() };
        let repeat = String::new();
        self.failures.push(Failure {
            broken,
            scenario: scenario.to_owned(),
            repeat,
            at: NO_FAULT.to_owned(),
        });
    }

    /// How many runs there were.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.values().sum()
    }

    fn broken(&self, promise: Promise) -> usize {
        self.failures.iter().filter(|failure| failure.broken.promise == promise).count()
    }

    /// The table, for people.
    pub(crate) fn table(&self, seed: u64, took: Duration) -> String {
        let mut text = String::new();
        for failure in &self.failures {
            let _ = writeln!(
                text,
                "BROKEN {} in {} at {}\n       {}\n       again: faults {}",
                failure.broken.promise.name(),
                failure.scenario,
                failure.at,
                failure.broken.what,
                failure.repeat
            );
        }
        let _ = writeln!(text, "\n| promise | tried | by | broken |\n|---|---:|---|---:|");
        for promise in Promise::ALL {
            let ways = self.tried.get(&promise);
            let total: u64 = ways.into_iter().flat_map(BTreeMap::values).sum();
            let shown = ways.into_iter().flatten().map(|(way, count)| format!("{count} {}", way.name()));
            let shown = shown.collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "| {} | {total} | {shown} | {} |", promise.name(), self.broken(promise));
        }
        for control in &self.controls {
            let _ = writeln!(text, "control: {control}");
        }
        for skipped in &self.skipped {
            let _ = writeln!(text, "skipped: {skipped}");
        }
        let _ = writeln!(
            text,
            "\nseed {seed}: {} runs in {} s, {} more ended before their fault, {} broken promises",
            self.runs(),
            took.as_secs(),
            self.missed,
            self.failures.len()
        );
        text
    }

    /// The same for programs.
    pub(crate) fn json(&self, seed: u64, took: Duration) -> serde_json::Value {
        let ways = |ways: Option<&BTreeMap<Way, u64>>| -> serde_json::Value {
            ways.into_iter()
                .flatten()
                .map(|(way, count)| (way.name().to_owned(), serde_json::Value::from(*count)))
                .collect()
        };
        let promises = Promise::ALL.map(|promise| {
            serde_json::json!({
                "promise": promise.name(),
                "tried": ways(self.tried.get(&promise)),
                "broken": self.broken(promise),
            })
        });
        let failures = self.failures.iter().map(|failure| {
            serde_json::json!({
                "promise": failure.broken.promise.name(),
                "what": failure.broken.what,
                "scenario": failure.scenario,
                "at": failure.at,
                "repeat": failure.repeat,
            })
        });
        serde_json::json!({
            "seed": seed,
            "seconds": took.as_secs(),
            "runs": ways(Some(&self.runs)),
            "missed": self.missed,
            "promises": promises,
            "failures": failures.collect::<Vec<_>>(),
            "controls": self.controls,
            "skipped": self.skipped,
        })
    }
}
