//! Which faults are tried, in which order, by how many workers.
//!
//! Owns: the samples. For one seed they are the same on every machine, as far as a scenario has the same calls there.

use crate::random::Random;
use crate::report::{Failure, Report};
use crate::scenario::Scenario;
use crate::stage::Stage;
use crate::trace::{Fault, FaultKind, Lies};
use crate::trial::{self, Clean, CleanRuns};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How many faults of each kind one round tries in each scenario.
const SHORT: &[(FaultKind, u64)] = &[
    (FaultKind::KillBefore, 6),
    (FaultKind::KillAfter, 3),
    (FaultKind::Error, 14),
    (FaultKind::Full, 2),
    (FaultKind::ReadOnly, 1),
    (FaultKind::Signal(nix::sys::signal::Signal::SIGTERM), 1),
    (FaultKind::Signal(nix::sys::signal::Signal::SIGINT), 1),
    (FaultKind::Signal(nix::sys::signal::Signal::SIGHUP), 1),
    (FaultKind::Delay, 2),
];

/// What is tried.
#[derive(Clone, Debug)]
pub(crate) struct Campaign {
    pub(crate) seed: u64,
    pub(crate) scenarios: Vec<Scenario>,
    /// Only this fault, in every scenario.
    pub(crate) fault: Option<Fault>,
    /// Only this kind of fault.
    pub(crate) kind: Option<FaultKind>,
    /// Every call instead of a sample.
    pub(crate) every_call: bool,
    pub(crate) until: Option<Instant>,
}

/// One fault in one scenario.
#[derive(Clone, Copy)]
struct Job {
    scenario: Scenario,
    kind: FaultKind,
    /// Which call, as a number that is reduced to those that there are; or this one.
    at: At,
}

#[derive(Clone, Copy)]
enum At {
    Sample(u64),
    Exactly(u64),
    /// Every call, by steps of the number of workers.
    Every,
}

impl Campaign {
    /// Tries the faults of one round in all scenarios.
    pub(crate) fn round(
        &self,
        number: u64,
        stages: &[Mutex<(Stage, CleanRuns)>],
        report: &Mutex<Report>,
    ) -> io::Result<()> {
        let jobs = self.jobs(number);
        let next = AtomicUsize::new(0);
        let work = |stage: &Mutex<(Stage, CleanRuns)>| -> io::Result<()> {
            let mut stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
            let (stage, clean_runs) = &mut *stage;
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                if self.until.is_some_and(|until| Instant::now() >= until) {
                    break;
                }
                let clean = match clean_runs.of(stage, &job.scenario) {
                    Ok(clean) => clean,
                    Err(error) => {
                        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                        report.add_unusable(job.scenario.name, &error);
                        continue;
                    }
                };
                for at in ats(job, clean) {
                    let fault = Fault { at, kind: job.kind };
                    self.one(stage, &job.scenario, clean, fault, report)?;
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = stages.iter().map(|stage| scope.spawn(move || work(stage))).collect();
            workers.into_iter().try_for_each(|worker| match worker.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    }

    fn jobs(&self, number: u64) -> Vec<Job> {
        let mut jobs = Vec::new();
        for scenario in &self.scenarios {
            if let Some(fault) = self.fault {
                jobs.push(Job { scenario: *scenario, kind: fault.kind, at: At::Exactly(fault.at) });
                continue;
            }
            for (kind, count) in SHORT.iter().filter(|(kind, _)| self.kind.is_none_or(|only| only == *kind)) {
                if self.every_call {
                    jobs.push(Job { scenario: *scenario, kind: *kind, at: At::Every });
                    continue;
                }
                let name = format!("{} {} {number}", scenario.name, kind.name());
                let mut random = Random::new(self.seed, &name);
                let sample = (0..*count).map(|_| At::Sample(random.next()));
                jobs.extend(sample.map(|at| Job { scenario: *scenario, kind: *kind, at }));
            }
        }
        jobs
    }

    fn one(
        &self,
        stage: &Stage,
        scenario: &Scenario,
        clean: &Clean,
        fault: Fault,
        report: &Mutex<Report>,
    ) -> io::Result<()> {
        let trial = trial::run(stage, scenario, clean, fault, (self.seed, Lies::default()))?;
        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(hit) = trial.hit else {
            report.add_missed();
            return Ok(());
        };
        report.add(trial::way_of(fault.kind), trial.findings, |broken| Failure {
            broken,
            scenario: scenario.name.to_owned(),
            repeat: format!("--only {} {fault}", scenario.name),
            at: hit.clone(),
        });
        Ok(())
    }
}

fn ats(job: &Job, clean: &Clean) -> Vec<u64> {
    let all = if job.kind.needs_change() { clean.changes } else { clean.calls };
    match job.at {
        At::Exactly(at) => vec![at],
        At::Sample(number) => vec![1 + number.checked_rem(all).unwrap_or(0)],
        At::Every => (1..=all).collect(),
    }
}
