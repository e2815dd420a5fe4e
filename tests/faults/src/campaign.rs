//! Which faults are tried, in which order, by how many workers.
//!
//! Owns: the samples. For one seed they are the same on every machine, as far as a scenario has the same calls there.

use crate::control;
use crate::crowd;
use crate::homes;
use crate::invariants::{Broken, Findings, Promise};
use crate::meeting;
use crate::mounts;
use crate::power;
use crate::random::Random;
use crate::report::{Failure, Report, Way};
use crate::scenario::Scenario;
use crate::servers;
use crate::stage::Stage;
use crate::trace::{Fault, FaultKind, Lies};
use crate::trial::{self, Clean, CleanRuns, Trial};
use nix::sys::signal::Signal;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How many faults of each kind one round tries in each scenario.
const SAMPLE: &[(FaultKind, u64)] = &[
    (FaultKind::KillBefore, 6),
    (FaultKind::KillAfter, 3),
    (FaultKind::Error, 14),
    (FaultKind::Full, 2),
    (FaultKind::ReadOnly, 1),
    (FaultKind::Signal(Signal::SIGTERM), 1),
    (FaultKind::Signal(Signal::SIGINT), 1),
    (FaultKind::Signal(Signal::SIGHUP), 1),
    (FaultKind::Delay, 2),
];

/// A part of the campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// One fault at one call
    Faults,
    /// Two goms, one of which is held
    Meetings,
    /// Servers that cut, lie and fail
    Servers,
    /// Many goms at once
    Races,
    /// Many goms at once, some of which are killed
    Storms,
    /// Power failures
    Power,
    /// Strange homes
    Homes,
    /// Steps that are left out, which must be found
    Control,
}

/// What is tried.
#[derive(Clone, Debug)]
pub(crate) struct Campaign {
    pub(crate) seed: u64,
    pub(crate) scenarios: Vec<Scenario>,
    pub(crate) parts: Vec<Part>,
    /// Only this fault, in every scenario.
    pub(crate) fault: Option<Fault>,
    /// Only this kind of fault.
    pub(crate) kind: Option<FaultKind>,
    /// Every call instead of a sample.
    pub(crate) every_call: bool,
    pub(crate) until: Option<Instant>,
}

/// What one worker does at a time.
#[derive(Clone, Copy)]
enum Job {
    Fault(Scenario, FaultKind, At),
    Meeting(Scenario, u64),
    Server(Scenario, u64),
    Race(u64),
    Storm(u64),
    Power(Scenario),
    Homes,
    Control,
}

#[derive(Clone, Copy)]
enum At {
    /// A number that is reduced to those of the calls.
    Sample(u64),
    Exactly(u64),
    Every,
}

/// A worker's servers and home, and what it knows of its scenarios.
pub(crate) type Worker = Mutex<(Stage, CleanRuns)>;

impl Campaign {
    /// Tries the faults of one round in all scenarios.
    pub(crate) fn round(&self, workers: &[Worker], report: &Mutex<Report>) -> io::Result<()> {
        let jobs = self.jobs();
        let next = AtomicUsize::new(0);
        let work = |worker: &Worker| -> io::Result<()> {
            let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
            let (stage, clean_runs) = &mut *worker;
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                if self.until.is_some_and(|until| Instant::now() >= until) {
                    break;
                }
                let done = Doing { campaign: self, stage, clean_runs, report }.job(*job);
                if let Err(error) = done {
                    lock(report).add_unusable(&job.name(), &error);
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = workers.iter().map(|worker| scope.spawn(move || work(worker))).collect();
            workers.into_iter().try_for_each(|worker| match worker.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    }

    /// The long ones first, so that no worker waits for them at the end.
    fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        let has = |part| self.parts.contains(&part);
        if has(Part::Homes) {
            jobs.push(Job::Homes);
        }
        if has(Part::Control) {
            jobs.push(Job::Control);
        }
        if has(Part::Races) {
            jobs.extend((0..2).map(Job::Race));
        }
        if has(Part::Storms) {
            jobs.extend((0..2).map(Job::Storm));
        }
        if has(Part::Power) && mounts::are_possible() {
            let durable = self.scenarios.iter().filter(|scenario| power::SCENARIOS.contains(&scenario.name));
            jobs.extend(durable.copied().map(Job::Power));
        }
        for scenario in &self.scenarios {
            if has(Part::Meetings) {
                jobs.extend((0..2).map(|number| Job::Meeting(*scenario, number)));
            }
            if has(Part::Servers) && servers::is_asked_by(scenario) {
                jobs.extend((0..4).map(|number| Job::Server(*scenario, number)));
            }
            if has(Part::Faults) {
                jobs.extend(self.faults(scenario));
            }
        }
        jobs
    }

    fn faults(&self, scenario: &Scenario) -> Vec<Job> {
        if let Some(fault) = self.fault {
            return vec![Job::Fault(*scenario, fault.kind, At::Exactly(fault.at))];
        }
        let mut jobs = Vec::new();
        for (kind, count) in SAMPLE.iter().filter(|(kind, _)| self.kind.is_none_or(|only| only == *kind)) {
            if self.every_call {
                jobs.push(Job::Fault(*scenario, *kind, At::Every));
                continue;
            }
            let mut random = self.random(&format!("{} {}", scenario.name, kind.name()));
            jobs.extend((0..*count).map(|_| Job::Fault(*scenario, *kind, At::Sample(random.next()))));
        }
        jobs
    }

    fn random(&self, name: &str) -> Random {
        Random::new(self.seed, name)
    }
}

impl Job {
    fn name(self) -> String {
        match self {
            Job::Fault(scenario, ..)
            | Job::Meeting(scenario, _)
            | Job::Server(scenario, _)
            | Job::Power(scenario) => scenario.name.to_owned(),
            Job::Race(_) => "race".to_owned(),
            Job::Storm(_) => "storm".to_owned(),
            Job::Homes => "homes".to_owned(),
            Job::Control => "control".to_owned(),
        }
    }
}

/// A worker at its work.
struct Doing<'a> {
    campaign: &'a Campaign,
    stage: &'a Stage,
    clean_runs: &'a mut CleanRuns,
    report: &'a Mutex<Report>,
}

impl Doing<'_> {
    fn job(&mut self, job: Job) -> io::Result<()> {
        let name = job.name();
        match job {
            Job::Fault(scenario, kind, at) => {
                let clean = self.clean_runs.of(self.stage, &scenario)?.clone();
                ats(kind, at, &clean)
                    .into_iter()
                    .try_for_each(|at| self.fault(&scenario, &clean, Fault { at, kind }))
            }
            Job::Meeting(scenario, number) => {
                let changes = self.clean_runs.of(self.stage, &scenario)?.changes;
                let mut random = self.campaign.random(&format!("{name} meeting {number}"));
                let (at, other) = (1 + random.below(changes), *random.one_of(&meeting::OTHERS));
                let findings = meeting::run(self.stage, &scenario, (at, other), Lies::default())?;
                self.add(
                    Way::Meeting,
                    &name,
                    findings,
                    ("--part meetings", &format!("{at}, with {other:?}")),
                );
                Ok(())
            }
            Job::Server(scenario, number) => self.server(&scenario, number),
            Job::Race(number) => {
                let mut random = self.campaign.random(&format!("race {number}"));
                let findings = crowd::race(self.stage, &mut random)?;
                self.add(Way::Race, &name, findings, ("--part races", "many at once"));
                Ok(())
            }
            Job::Storm(number) => {
                let mut random = self.campaign.random(&format!("storm {number}"));
                let findings = crowd::storm(self.stage, &mut random, 6)?;
                self.add(Way::Storm, &name, findings, ("--part storms", "many at once"));
                Ok(())
            }
            Job::Power(scenario) => {
                let mut random = self.campaign.random(&format!("{name} power"));
                for cut in power::run(self.stage, &scenario, (&mut random, 4), Lies::default())? {
                    self.add(Way::PowerCut, &name, cut.findings, ("--part power", &cut.when));
                }
                Ok(())
            }
            Job::Homes => {
                let mut skipped = Vec::new();
                for home in homes::all(self.stage, &mut skipped)? {
                    self.add(Way::Home, home.name, home.findings, ("--part homes", "its verbs"));
                }
                lock(self.report).skipped.extend(skipped);
                Ok(())
            }
            Job::Control => self.control(),
        }
    }

    fn fault(&self, scenario: &Scenario, clean: &Clean, fault: Fault) -> io::Result<()> {
        let (stage, seed) = (self.stage, self.campaign.seed);
        let trial = Trial { stage, scenario, clean, fault: Some(fault), seed }.run()?;
        let Some(hit) = trial.hit else {
            lock(self.report).add_missed();
            return Ok(());
        };
        self.add(trial::way_of(fault.kind), scenario.name, trial.findings, (&fault.to_string(), &hit));
        Ok(())
    }

    /// A run with hostile servers, every other one with a fault of the machine too.
    fn server(&mut self, scenario: &Scenario, number: u64) -> io::Result<()> {
        let clean = self.clean_runs.of(self.stage, scenario)?.clone();
        let mut random = self.campaign.random(&format!("{} server {number}", scenario.name));
        self.stage.reset(scenario.state)?;
        let spoiled = servers::spoil(self.stage, &mut random);
        let kind = if random.below(2) == 0 { FaultKind::KillBefore } else { FaultKind::Error };
        let all = if kind.needs_change() { clean.changes } else { clean.calls };
        let fault = (number % 2 == 1).then(|| Fault { at: 1 + random.below(all), kind });
        let (stage, seed) = (self.stage, self.campaign.seed);
        let trial = Trial { stage, scenario, clean: &clean, fault, seed }.run_prepared()?;
        self.stage.heal();
        let at = format!("{spoiled}, {}", trial.hit.as_deref().unwrap_or("no other fault"));
        self.add(Way::Server, scenario.name, trial.findings, ("--part servers", &at));
        Ok(())
    }

    fn control(&mut self) -> io::Result<()> {
        let mut random = self.campaign.random("control");
        for control in control::all(self.stage, self.clean_runs, &mut random)? {
            let mut report = lock(self.report);
            match control.found {
                Some(0) => {
                    let broken = Broken { promise: Promise::Done, what: "nobody noticed".to_owned() };
                    report.failures.push(Failure {
                        broken,
                        scenario: "the control".to_owned(),
                        repeat: format!("--seed {} --part control", self.campaign.seed),
                        at: control.name.to_owned(),
                    });
                }
                Some(count) => {
                    report.controls.push(format!("{}: {count} broken promises found", control.name));
                }
                None => {
                    report.skipped.push(format!("control: {}: nothing can be mounted here", control.name));
                }
            }
        }
        Ok(())
    }

    fn add(&self, way: Way, scenario: &str, findings: Findings, (repeat, at): (&str, &str)) {
        let is_scenario = self.campaign.scenarios.iter().any(|known| known.name == scenario);
        let only = if is_scenario { format!(" --only {scenario}") } else { String::new() };
        lock(self.report).add(way, findings, |broken| Failure {
            broken,
            scenario: scenario.to_owned(),
            repeat: format!("--seed {}{only} {repeat}", self.campaign.seed),
            at: at.to_owned(),
        });
    }
}

fn lock(report: &Mutex<Report>) -> MutexGuard<'_, Report> {
    report.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ats(kind: FaultKind, at: At, clean: &Clean) -> Vec<u64> {
    let all = if kind.needs_change() { clean.changes } else { clean.calls };
    match at {
        At::Exactly(at) => vec![at],
        At::Sample(number) => vec![1 + number.checked_rem(all).unwrap_or(0)],
        At::Every => (1..=all).collect(),
    }
}
