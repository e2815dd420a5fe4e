//! Runs in which a step of gom is left out, and gom is told that it was done. The campaign must find each of them: what it
//! does not find here, it would not find in gom.

use crate::invariants::{self, Findings, MayEnd, Promise};
use crate::meeting;
use crate::mounts;
use crate::place::LIMIT;
use crate::power;
use crate::random::Random;
use crate::scenario::{self, Scenario};
use crate::stage::Stage;
use crate::trace::{Lies, Plan};
use crate::trial::CleanRuns;
use std::io;

/// A control, and whether its broken step was found.
pub(crate) struct Control {
    pub(crate) name: &'static str,
    /// How many promises were found broken; `None` if it can't be tried here.
    pub(crate) found: Option<usize>,
}

/// Runs all of them.
pub(crate) fn all(
    stage: &Stage,
    clean_runs: &mut CleanRuns,
    random: &mut Random,
) -> io::Result<Vec<Control>> {
    let flush = if mounts::are_possible() { Some(without_flush(stage, random)?) } else { None };
    Ok(vec![
        Control { name: "renames do nothing", found: Some(without_rename(stage, clean_runs)?) },
        Control { name: "locks do nothing", found: Some(without_lock(stage, clean_runs)?) },
        Control { name: "flushes do nothing", found: flush },
    ])
}

fn named(name: &str) -> io::Result<Scenario> {
    let found = scenario::ALL.iter().find(|scenario| scenario.name == name);
    found.copied().ok_or_else(|| io::Error::other(format!("no scenario {name}")))
}

fn without_rename(stage: &Stage, clean_runs: &mut CleanRuns) -> io::Result<usize> {
    let scenario = named("use")?;
    let clean = clean_runs.of(stage, &scenario)?;
    stage.reset(scenario.state)?;
    let lies = Lies { rename: true, ..Lies::default() };
    let plan = Plan { fault: None, lies, stops: &[], on_stop: &mut |_| (), choice: 0, limit: LIMIT };
    let (_, said) = stage.place.run_with(&stage.words(&scenario), plan)?;
    let mut findings = Findings::default();
    invariants::of_end(&mut findings, &said, MayEnd::ByItself);
    if said.code == Some(0) {
        invariants::of_result(&mut findings, Promise::Done, &clean.after, &stage.place, String::new);
    }
    Ok(findings.broken.len())
}

fn without_lock(stage: &Stage, clean_runs: &mut CleanRuns) -> io::Result<usize> {
    let scenario = named("install-zip")?;
    let changes = clean_runs.of(stage, &scenario)?.changes;
    let lies = Lies { lock: true, ..Lies::default() };
    let mut broken = 0;
    for part in 1..8 {
        let findings = meeting::run(stage, &scenario, (changes * part / 8, &["install", "1.99.0"]), lies)?;
        broken += findings.broken.len();
    }
    Ok(broken)
}

fn without_flush(stage: &Stage, random: &mut Random) -> io::Result<usize> {
    let lies = Lies { flush: true, ..Lies::default() };
    let mut broken = 0;
    for name in ["install-zip", "use"] {
        let cuts = power::run(stage, &named(name)?, (random, 4), lies)?;
        broken += cuts.iter().map(|cut| cut.findings.broken.len()).sum::<usize>();
    }
    Ok(broken)
}
