//! Selection against a real go command: for each row of a table, the same project, settings and installed
//! toolchains are given to the newest Go of this machine and to gom's shim, and both must run the same one.
//!
//! It never looks into either: only at which program ran. Where Go stops with an error, gom must run its
//! starting toolchain, which then stops with that error itself. Invariant: every row says what it expects, so
//! that gom is tested also where no real Go is at hand.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod by_design;
mod case;
mod cases;
mod gom;
mod ran;
mod real_go;
mod settings;

use case::{Case, FAILS, START};
use gom::Gom;
use gom_tests::skip;
use real_go::RealGo;

/// The version gom starts from where there is no real Go to take it from.
const ASSUMED: &str = "1.26.8";

/// Both sides, with one starting version.
struct Pair {
    real: Option<RealGo>,
    gom: Gom,
}

impl Pair {
    fn new() -> Pair {
        let real = RealGo::newest_on_path();
        if real.is_none() {
            skip("no go of 1.21 or newer on PATH; gom is compared with the table alone");
        }
        let start = real.as_ref().map_or(ASSUMED, |real| real.version());
        let gom = Gom::starting_with(start, real.as_ref().and_then(RealGo::go_env));
        Pair { real, gom }
    }

    /// What is not as the row says, in words; `gom` is what gom must run.
    fn complaints(&mut self, case: &Case, gom: &str) -> Vec<String> {
        let mut complaints = Vec::new();
        if let Some(real) = &self.real {
            let ran = real.run(case);
            if ran.choice != case.runs {
                complaints
                    .push(format!("{case}\n  Go runs {}, expected {}\n{}", ran.choice, case.runs, ran.said));
            }
        }
        let ran = self.gom.run(case);
        if ran.choice != gom {
            complaints.push(format!("{case}\n  gom runs {}, expected {gom}\n{}", ran.choice, ran.said));
        }
        complaints
    }
}

fn report(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} differ:\n\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn gom_runs_what_go_runs() {
    let mut pair = Pair::new();
    assert!(cases::all().count() >= 60, "the table has lost rows");
    let gom = |case: &Case| if case.runs == FAILS { START } else { case.runs };
    report(&cases::all().flat_map(|case| pair.complaints(case, gom(case))).collect::<Vec<_>>());
}

#[test]
fn every_difference_is_one_by_design() {
    let mut pair = Pair::new();
    let mut complaints = Vec::new();
    for difference in by_design::ALL {
        assert_ne!(difference.case.runs, difference.gom, "no difference: {}", difference.why);
        complaints.extend(pair.complaints(&difference.case, difference.gom));
    }
    report(&complaints);
}

/// Without any setting of the user's, the toolchain's own `go.env` decides: the same file on both sides.
#[test]
fn the_starting_toolchains_own_go_env_counts() {
    let mut pair = Pair::new();
    let Some(real) = &pair.real else { return };
    let case = Case::new("", &[("go.mod", "module m\n\ngo 1.98.1\n")], "");
    let ran = real.run(&case);
    assert_ne!(ran.choice, FAILS, "{}", ran.said);
    assert_eq!(pair.gom.run(&case).choice, ran.choice, "{}", ran.said);
}
