//! One run of a scenario with one fault, and the checks after it.

use crate::invariants::{self, Findings, MayEnd, Promise};
use crate::listing::Listing;
use crate::place::{LIMIT, Said};
use crate::random::Random;
use crate::report::Way;
use crate::scenario::{Scenario, State};
use crate::stage::Stage;
use crate::trace::{Fault, FaultKind, Lies, Plan};
use std::collections::BTreeMap;
use std::io;

/// A scenario without a fault.
#[derive(Clone, Debug)]
pub(crate) struct Clean {
    pub(crate) before: Listing,
    pub(crate) after: Listing,
    /// How many calls count.
    pub(crate) calls: u64,
    /// How many of them change something.
    pub(crate) changes: u64,
}

/// The clean runs of one stage: paths in files differ between stages.
#[derive(Default)]
pub(crate) struct CleanRuns(BTreeMap<&'static str, Clean>);

impl CleanRuns {
    /// The clean run of a scenario; an error if it does not end with 0.
    pub(crate) fn of(&mut self, stage: &Stage, scenario: &Scenario) -> io::Result<&Clean> {
        if !self.0.contains_key(scenario.name) {
            let clean = clean(stage, scenario)?;
            self.0.insert(scenario.name, clean);
        }
        self.0.get(scenario.name).ok_or_else(|| io::Error::other("a clean run that was not kept"))
    }
}

fn clean(stage: &Stage, scenario: &Scenario) -> io::Result<Clean> {
    let before = stage.reset(scenario.state)?.clone();
    let (ended, said) = stage.place.run_with(&stage.words(scenario), plan(None, 0, &mut |_| ()))?;
    if said.code != Some(0) {
        return Err(io::Error::other(format!("{} fails without a fault: {said}", scenario.name)));
    }
    let after = stage.now();
    let mut findings = Findings::default();
    invariants::of_recovery(&mut findings, stage.ground(), scenario, Some(&after))?;
    match findings.broken.first() {
        Some(broken) => Err(io::Error::other(format!("{} without a fault: {broken}", scenario.name))),
        None => Ok(Clean { before, after, calls: ended.calls, changes: ended.changes }),
    }
}

/// A plan with this fault alone.
pub(crate) fn plan(fault: Option<Fault>, choice: u64, on_stop: &mut dyn FnMut(u64)) -> Plan<'_> {
    Plan { fault, lies: Lies::default(), stops: &[], on_stop, choice, limit: LIMIT }
}

/// A run of a scenario, with a fault or without one.
pub(crate) struct Trial<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) scenario: &'a Scenario,
    /// The same run without a fault.
    pub(crate) clean: &'a Clean,
    pub(crate) fault: Option<Fault>,
    pub(crate) seed: u64,
}

/// What came out of a run.
pub(crate) struct Outcome {
    pub(crate) findings: Findings,
    /// The call that the fault was at.
    pub(crate) hit: Option<String>,
}

/// In which way a kind of fault tries a promise.
pub(crate) fn way_of(kind: FaultKind) -> Way {
    match kind {
        FaultKind::KillBefore | FaultKind::KillAfter => Way::Kill,
        FaultKind::Error => Way::Error,
        FaultKind::Full | FaultKind::ReadOnly => Way::Disk,
        FaultKind::Signal(_) => Way::Signal,
        FaultKind::Delay => Way::Delay,
    }
}

impl Trial<'_> {
    /// Runs the scenario from its state, and checks every promise.
    pub(crate) fn run(&self) -> io::Result<Outcome> {
        self.stage.reset(self.scenario.state)?;
        self.run_prepared()
    }

    /// The same on a stage that was prepared.
    pub(crate) fn run_prepared(&self) -> io::Result<Outcome> {
        let Trial { stage, scenario, clean, fault, seed } = *self;
        let name = fault.map_or_else(String::new, |fault| format!("{} {fault}", scenario.name));
        let choice = Random::new(seed, &name).next();
        let (ended, said) = stage.place.run_with(&stage.words(scenario), plan(fault, choice, &mut |_| ()))?;
        let may_end = match fault.map(|fault| fault.kind) {
            Some(FaultKind::KillBefore | FaultKind::KillAfter) => MayEnd::BySignal(9),
            Some(FaultKind::Signal(signal)) => MayEnd::BySignal(signal as i32),
            _ => MayEnd::ByItself,
        };
        let mut findings = Findings::default();
        invariants::of_end(&mut findings, &said, may_end);
        let sides = Some((&clean.before, &clean.after));
        stage.heal();
        // An install that could not ask the checksum database says what proves the toolchain later.
        if let Some(version) = pending(&said) {
            let verified = stage.place.run(&stage.place.gom(&["verify", version]))?;
            let holds = verified.code == Some(0);
            findings.unless(holds, Promise::Done, || {
                format!("the proof stays pending: {verified}; the run: {said}")
            });
        }
        invariants::of_state(&mut findings, &stage.place, &stage.other_gom, sides)?;
        // Lines in a start-up file that gom can't read stay, and are named.
        let names_the_rest = scenario.name == "self-uninstall" && said.stderr.contains("` stays: ");
        // The old man pages stay where the new ones can't be written, and that is said.
        let keeps_man_pages = said.stderr.contains("the man pages are still the old ones");
        if said.code == Some(0) && (names_the_rest || keeps_man_pages) {
            return Ok(Outcome { findings, hit: ended.hit });
        }
        // The doctor mends what it finds, and finds nothing in a file that it can't look at. What `verify` proves it says;
        // that it is also kept is a service.
        let finds_nothing = said.stderr.contains("there is nothing that gom can fix automatically");
        if said.code == Some(0) && !finds_nothing && scenario.name != "verify" {
            let more = || format!("; the run: {said}");
            invariants::of_result(&mut findings, Promise::Done, &clean.after, &stage.place, more);
        }
        invariants::of_recovery(&mut findings, stage.ground(), scenario, Some(&clean.after))?;
        Ok(Outcome { findings, hit: ended.hit })
    }
}

/// The states that scenarios need.
pub(crate) fn states(scenarios: &[Scenario]) -> Vec<State> {
    scenarios.iter().map(|scenario| scenario.state).collect()
}

/// The version of which the run says that the checksum database has not proven it yet.
fn pending(said: &Said) -> Option<&str> {
    let (_, rest) = said.stderr.split_once("is proven by its published sha256 alone; run `gom verify ")?;
    rest.split_once("` later").map(|(version, _)| version)
}
