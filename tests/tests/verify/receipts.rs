//! `gom receipt`: what was written at the install, for people and for programs.

use crate::world::{VERSION, Verifying};
use gom_tests::World;
use insta::assert_snapshot;
use std::fs;

/// Sums, times and the log's size differ from run to run.
fn steady(text: &str) -> String {
    let steady = |line: &str| match line.split_once(' ') {
        Some(("installed", _)) => "installed [TIME]".to_owned(),
        Some(("sha256", rest)) => {
            format!(
                "sha256 [SHA256]{}",
                rest.trim_start().split_once(',').map_or(String::new(), |(_, rest)| format!(",{rest}"))
            )
        }
        Some(("tree", rest)) => format!("tree [H1],{}", rest.split_once(',').unwrap().1),
        _ => line.to_owned(),
    };
    text.lines().map(|line| steady(line) + "\n").collect()
}

#[test]
fn a_receipt_says_where_from_when_and_what_proved_it() {
    let world = World::with_installed();
    let output = world.gom(["receipt", "1.98"]).run();
    assert_snapshot!(steady(&output.snapshot(&world)), @"
    exit: 0
    --- stdout
    toolchain  go1.98.1.[PLATFORM]
    installed [TIME]
    from       proxy: http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    size       [SIZE] fetched
    tree [H1], 15 files
    proof      record 300 of sum.test, in its signed tree of 302 records
    now        proven
    --- stderr
    ");
    let report = world.done(["receipt", VERSION, "--json"]).json();
    assert_eq!(report["toolchain"], *world.toolchain.name());
    assert_eq!((&report["proof"], &report["schema"]), (&"proven".into(), &1.into()));
    assert_eq!(report["receipt"], world.receipt());
}

#[test]
fn a_receipt_of_go_dev_has_the_published_sum_and_its_notes() {
    let world = World::published();
    world.install_pending();
    let pending = world.gom(["receipt", VERSION]).run();
    assert_snapshot!(steady(&pending.snapshot(&world)), @"
    exit: 0
    --- stdout
    toolchain  go1.98.1.[PLATFORM]
    installed [TIME]
    from       go.dev: https://go.dev/dl/go1.98.1.[PLATFORM].tar.gz
    size       [SIZE] fetched
    sha256 [SHA256], as published by go.dev's release list
    tree [H1], 15 files
    proof      the sha256 published by go.dev's release list; the checksum database could not be asked
    note       the checksum database can't be asked now, so go1.98.1.[PLATFORM] is proven by its published sha256 alone; run `gom verify 1.98.1` later
    now        pending
    --- stderr
    ");
}

#[test]
fn without_a_receipt_there_is_nothing_to_show() {
    let world = World::with_installed();
    fs::remove_file(world.receipt_file()).unwrap();
    assert_snapshot!(world.gom(["receipt", VERSION]).run().snapshot(&world), @"
    exit: 3
    --- stdout
    --- stderr
    error: go1.98.1.[PLATFORM] has no readable receipt
    hint: run `gom verify go1.98.1.[PLATFORM]` to see why, or `gom install go1.98.1.[PLATFORM] --force` for one with a receipt
    ");
    let missing = world.gom(["receipt", "1.97.1"]).run();
    assert_eq!(missing.code, Some(3), "{missing}");
    assert_eq!(world.gom(["receipt"]).run().code, Some(2));
}

/// gom 0.1 wrote down who signed an archive.
#[test]
fn a_receipt_that_names_a_signer_is_still_read() {
    let world = World::with_installed();
    world.forge_receipt(|receipt| receipt["archive"]["signer"] = "Releaser <releaser@example.test>".into());
    assert_eq!(world.verify(), ("proven".to_owned(), vec![]));
    assert_eq!(world.mark(), "proven");
    world.done(["receipt", VERSION]);
}
