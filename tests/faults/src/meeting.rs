//! Two goms on one store: the first is held before one of its calls, and the second runs as far as it can meanwhile.

use crate::invariants::{self, Findings, MayEnd, Promise};
use crate::place::{LIMIT, Said, Words};
use crate::scenario::Scenario;
use crate::stage::Stage;
use crate::trace::{Lies, Plan};
use std::io;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// What the second one does.
pub(crate) const OTHERS: [&[&str]; 7] = [
    &["install", "1.99.0"],
    &["install", "--force", "1.99.0"],
    &["uninstall", "1.99.0", "--yes"],
    &["use", "1.98.1"],
    &["repair"],
    &["list"],
    &["setup", "--yes", "--shell", "bash"],
];

/// How long the first one is held at most. The second may wait for a lock without a word.
const PATIENCE: Duration = Duration::from_millis(400);

/// Holds a scenario before its change number `at` while the other command runs, and checks what both did.
pub(crate) fn run(
    stage: &Stage,
    scenario: &Scenario,
    (at, other): (u64, &[&str]),
    lies: Lies,
) -> io::Result<Findings> {
    stage.reset(scenario.state)?;
    let beside = stage.place.beside("beside");
    let mut words: Words = stage.place.gom(other);
    words.variables.push(("GOM_SOURCES".to_owned(), "proxy".to_owned()));
    let (sender, receiver) = channel();
    let mut second: Option<io::Result<Said>> = None;
    let mut has_met = false;
    let first = std::thread::scope(|scope| {
        let (beside, words) = (&beside, &words);
        let mut sender = Some(sender);
        let mut hold = |_| {
            let Some(sender) = sender.take() else { return };
            has_met = true;
            scope.spawn(move || {
                let said = beside.run_with(words, plan(lies, &[], &mut |_| ())).map(|(_, said)| said);
                // Fails only if the first one failed meanwhile.
                let _ = sender.send(said);
            });
            let until = Instant::now() + PATIENCE;
            while second.is_none() && Instant::now() < until && !beside.says_that_it_waits() {
                second = receiver.recv_timeout(Duration::from_millis(5)).ok();
            }
        };
        stage.place.run_with(&stage.words(scenario), plan(lies, &[at], &mut hold))
    });
    let first = first?.1;
    if has_met && second.is_none() {
        second = receiver.recv().ok();
    }
    // The second one can't start if the first one has just removed gom.
    let second = second.and_then(Result::ok);
    let mut findings = Findings::default();
    for said in [Some(&first), second.as_ref()].into_iter().flatten() {
        invariants::of_end(&mut findings, said, MayEnd::ByItself);
        // A file that the other one changed, and what the doctor sees of its work.
        let is_expected = matches!(said.code, Some(0 | 3 | 7 | 10))
            || said.stderr.contains("has changed while")
            || invariants::has_finding(said)
            || (scenario.name == "self-uninstall" && is_about_removed_store(said));
        findings.unless(is_expected, Promise::Together, || {
            format!("gom {other:?} meanwhile; first: {first}; second: {second:?}")
        });
    }
    invariants::of_state(&mut findings, &stage.place, &stage.other_gom, None)?;
    invariants::of_recovery(&mut findings, stage.ground(), scenario, None)?;
    Ok(findings)
}

fn plan<'a>(lies: Lies, stops: &'a [u64], on_stop: &'a mut dyn FnMut(u64)) -> Plan<'a> {
    Plan { fault: None, lies, stops, on_stop, choice: 0, limit: LIMIT }
}

/// What a gom says whose store is removed under it, and the gom that removes it about what the other one made meanwhile.
fn is_about_removed_store(said: &Said) -> bool {
    said.code == Some(1)
        && (said.stderr.contains(" stays: ") || said.stderr.contains("No such file or directory"))
}
