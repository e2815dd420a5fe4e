//! gom against the real network: the module proxy that Go would use, and Go's own checksum database.
//!
//! It runs only with `GOM_TEST_LIVE=1` (one test with `GOM_TEST_DISTPACK=1`), and says so otherwise. It never names a proxy: GOPROXY comes from the
//! tests' environment, or else gom reads it from the Go on PATH. Invariant: each toolchain is fetched once,
//! so the whole costs twelve downloads, together 1 GB, and another where the machine's own Go was edited; what they
//! are must be what the log said when this was written.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod ci;
mod common;
mod debugger;
mod distpack;
mod editors;
mod from_nothing;
mod install;
mod locked;
mod moving;
mod protocol;
mod proven;
mod selection;
mod tools;
mod verify;

use common::{Live, timed};

/// One test, because each step uses the store that the steps before it left.
#[test]
fn toolchains_are_fetched_proven_selected_and_removed() {
    let Some(live) = Live::start("toolchains_are_fetched_proven_selected_and_removed") else { return };
    let reading = verify::VERIFYING
        .into_iter()
        .chain(ci::IN_CI)
        .chain(selection::SELECTING)
        .chain(locked::LOCKING)
        .chain(tools::TOOLS)
        .chain(editors::EDITORS)
        .chain(from_nothing::FROM_NOTHING)
        .chain(moving::MOVING);
    for step in install::INSTALLING.into_iter().chain(reading).chain(install::REMOVING) {
        live.step(step);
    }
}

#[test]
fn published_versions_are_known_with_and_without_the_network() {
    let Some(live) = Live::start("published_versions_are_known_with_and_without_the_network") else { return };
    let online = live.done(["list-remote", "1.22"]);
    let versions: Vec<&str> = online.stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    // Go 1.22 has ended, so its list is complete.
    let expected: Vec<String> = (0..=12).rev().map(|patch| format!("1.22.{patch}")).collect();
    assert_eq!(versions, expected);
    assert_eq!(live.done(["--offline", "list-remote", "1.22"]).stdout, online.stdout);
}

#[test]
fn every_line_of_go_is_installed_proven_and_watched() {
    let Some(live) = Live::start("every_line_of_go_is_installed_proven_and_watched") else { return };
    for (name, toolchains) in proven::BATCHES {
        timed(name, || proven::installs_and_watches(&live, toolchains));
    }
}

/// Minutes, not seconds: it builds Go. See `just distpack`.
#[test]
fn the_same_sum_comes_out_of_a_module_and_of_an_archive() {
    let test = "the_same_sum_comes_out_of_a_module_and_of_an_archive";
    let Some(live) = Live::start_if("GOM_TEST_DISTPACK", test) else { return };
    for name in distpack::BOTH_WAYS {
        timed(name, || distpack::repacked_is_proven(&live, name));
    }
    if distpack::can_build_a_release() {
        timed("make.bash -distpack", || distpack::built_is_proven(&live));
    }
}
