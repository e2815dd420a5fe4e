//! `gom doctor --network`: shows which places answer, how fast, and what to set if they don't.

use std::process::ExitCode;

use gom_doctor::finding::Severity;
use gom_doctor::network::{self, NetworkProblem, NetworkReport, Probe, ProbeState};
use serde::Serialize;

use super::report::tone;
use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, paint};

/// The object of `gom doctor --network --json`.
#[derive(Serialize)]
struct Json<'a> {
    network: &'a NetworkReport,
    problems: &'a [NetworkProblem],
    errors: usize,
    warnings: usize,
    notes: usize,
}

pub(super) async fn run(app: &App, fail_on: Severity) -> Result<ExitCode, Failure> {
    let report = network::probe(&app.ctx).await?;
    let problems = report.problems();
    let count = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let object = || Json {
        network: &report,
        problems: &problems,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
    };
    app.output.result(object, |output| print(&report, &problems, fail_on, output));
    let fails = problems.iter().any(|problem| problem.severity >= fail_on);
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(report: &NetworkReport, problems: &[NetworkProblem], fail_on: Severity, output: &Output) {
    // Offline, every other row would only repeat the one problem below.
    for probe in
        report.probes.iter().filter(|probe| report.offline.is_none() || probe.state == ProbeState::Ok)
    {
        output.data(&line(probe));
    }
    let shows_notes = output.is_verbose() || fail_on == Severity::Note;
    let shown = problems.iter().filter(|problem| problem.severity > Severity::Note || shows_notes);
    for NetworkProblem { severity, message, hint } in shown {
        output.data(&format!("{}: {message}", paint(tone(*severity), &severity.to_string())));
        output.data(&format!("hint: {hint}"));
    }
    if problems.is_empty() {
        output.data("all is well: every place answers");
    }
}

fn line(probe: &Probe) -> String {
    let Probe { kind, name, address, state, milliseconds, reason, .. } = probe;
    let time = if *state == ProbeState::Skipped { String::new() } else { format!("{milliseconds} ms") };
    // Most reasons name the address themselves.
    let is_named = address.is_empty() || reason.contains(address.as_str());
    let at = if is_named { String::new() } else { format!("  {address}") };
    let state = paint(tone_of_state(*state), &format!("{:7}", state.name()));
    format!("{:8} {state} {time:>8}  {name}{at}: {reason}", kind.name())
}

fn tone_of_state(state: ProbeState) -> Tone {
    match state {
        ProbeState::Ok => Tone::Good,
        ProbeState::Lacks => Tone::Caution,
        ProbeState::Failed => Tone::Bad,
        ProbeState::Skipped => Tone::Faint,
    }
}
