//! Many goms at once on one store: a race, in which all of them end, and a storm, in which many are killed.

use crate::invariants::{self, Findings, MayEnd, Promise};
use crate::place::{Place, Said, Started, Words};
use crate::random::Random;
use crate::scenario::State;
use crate::stage::Stage;
use nix::sys::signal::{Signal, killpg};
use std::io;
use std::time::Duration;

/// How many at once.
const CROWD: usize = 50;

/// What they do.
const VERBS: [&[&str]; 14] = [
    &["install", "1.99.0"],
    &["install", "1.98.1"],
    &["install", "1.97.1"],
    &["install", "--force", "1.99.0"],
    &["uninstall", "1.99.0", "--yes"],
    &["uninstall", "1.98.1", "--yes"],
    &["use", "1.99.0"],
    &["use", "1.98.1"],
    &["local", "1.98.1"],
    &["list"],
    &["current"],
    &["repair"],
    &["setup", "--yes", "--shell", "bash"],
    &["go", "version"],
];

fn words(place: &Place, verb: &[&str]) -> Words {
    let mut words = match verb {
        ["go", arguments @ ..] => Words::new(place.store().join("bin/go"), arguments),
        verb => place.gom(verb),
    };
    let own = [("GOM_SOURCES", "proxy"), ("GOM_AUTO_INSTALL", "never"), ("GOM_LOCK_TIMEOUT", "60")];
    words.variables = own.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    words
}

/// Starts a crowd of verbs at once, and checks how each ends and what they leave.
pub(crate) fn race(stage: &Stage, random: &mut Random) -> io::Result<Findings> {
    stage.reset(State::Two)?;
    let mut findings = Findings::default();
    for (verb, said) in end_all(start(stage, random, CROWD)?)? {
        of_one(&mut findings, verb, &said);
    }
    settle(&mut findings, stage)?;
    Ok(findings)
}

/// Starts crowds one after the other, kills some of each while `go` and `gom list` look on, and checks what is left.
pub(crate) fn storm(stage: &Stage, random: &mut Random, gusts: u64) -> io::Result<Findings> {
    stage.reset(State::Two)?;
    let mut findings = Findings::default();
    for _ in 0..gusts {
        let started = start(stage, random, 8)?;
        for (index, (_, one)) in started.iter().enumerate() {
            // Chance decides how far they have come: this is a storm, and no test of one moment.
            if index % 2 == 0 {
                std::thread::sleep(Duration::from_millis(random.below(25)));
                let _ = killpg(one.id(), Signal::SIGKILL);
            }
        }
        for (index, (verb, said)) in end_all(started)?.into_iter().enumerate() {
            if index % 2 == 1 {
                of_one(&mut findings, verb, &said);
            }
        }
        invariants::of_state(&mut findings, &stage.place, &stage.other_gom, None)?;
    }
    settle(&mut findings, stage)?;
    Ok(findings)
}

type Crowd = Vec<(&'static [&'static str], Started)>;

fn start(stage: &Stage, random: &mut Random, count: usize) -> io::Result<Crowd> {
    let one = |number: usize| {
        let verb = *random.one_of(&VERBS);
        let place = stage.place.beside(&format!("of-{number}"));
        Ok((verb, place.start(&words(&place, verb))?))
    };
    (0..count).map(one).collect()
}

fn end_all(crowd: Crowd) -> io::Result<Vec<(&'static [&'static str], Said)>> {
    crowd.into_iter().map(|(verb, one)| Ok((verb, one.end()?))).collect()
}

/// One of many ends as it would alone, or finds that another one has removed what it is about.
fn of_one(findings: &mut Findings, verb: &[&str], said: &Said) {
    invariants::of_end(findings, said, MayEnd::ByItself);
    let is_expected = match verb {
        // 127: nothing to run; 126 and others are of a tree that went away while it started.
        ["current"] => matches!(said.code, Some(0 | 127)),
        ["go", ..] => matches!(said.code, Some(0 | 126 | 127)),
        // It sees that another one changed the file since it was read.
        ["setup", ..] if said.stderr.contains("has changed while") => true,
        // A toolchain whose `go` runs at that moment stays.
        ["uninstall", ..] if said.stderr.contains(" is in use by ") => said.code == Some(6),
        _ => matches!(said.code, Some(0 | 3 | 10)),
    };
    findings.unless(is_expected, Promise::Together, || format!("{verb:?} among others: {said}"));
}

/// After a crowd: the state, and that everything works again.
fn settle(findings: &mut Findings, stage: &Stage) -> io::Result<()> {
    let place = &stage.place;
    invariants::of_state(findings, place, &stage.other_gom, None)?;
    for verb in [&["install", "1.98.1"][..], &["install", "1.99.0"], &["use", "1.99.0"], &["list"]] {
        let said = place.run(&words(place, verb))?;
        invariants::of_end(findings, &said, MayEnd::ByItself);
        findings.unless(said.code == Some(0), Promise::Again, || format!("{verb:?} after a crowd: {said}"));
    }
    invariants::of_state(findings, place, &stage.other_gom, None)?;
    invariants::of_repair(findings, place)
}
