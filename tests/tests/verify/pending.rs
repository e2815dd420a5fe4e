//! Receipts that the checksum database has not proven yet: completed by `gom verify` when it can be asked,
//! and never called proven before.

use crate::world::{VERSION, Verifying};
use gom_tests::{Fault, World};
use insta::assert_snapshot;
use std::fs;

#[test]
fn a_pending_receipt_is_completed_when_the_database_answers() {
    let world = World::published();
    world.install_pending();
    assert_eq!(world.mark(), "pending");
    assert_eq!(world.outcome(world.without_log(["verify", "--json"])), ("pending".to_owned(), vec![]));
    assert_eq!(world.verify(), ("pending".to_owned(), vec![]));
    assert_eq!(world.mark(), "pending");

    assert_snapshot!(world.gom(["verify", VERSION]).run().snapshot(&world), @"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  proven by sum.test
    --- stderr
    go1.98.1.[PLATFORM]: the receipt is complete now
    ");
    let receipt = world.receipt();
    assert_eq!(receipt["proof"]["kind"], "log");
    assert_eq!(receipt["proof"]["record"]["h1"], *world.toolchain.h1());
    assert_eq!(receipt["source"]["place"], "go.dev");
    assert_eq!(world.mark(), "proven");
    // From now on no network is needed.
    assert_eq!(world.verify(), ("proven".to_owned(), vec![]));
}

#[test]
fn offline_says_why_it_is_pending() {
    let world = World::published();
    world.install_pending();
    assert_snapshot!(world.gom(["verify", "--offline"]).run().snapshot(&world), @"
    exit: 4
    --- stdout
    go1.98.1.[PLATFORM]  pending: the checksum database sum.test does not prove it: can't reach the checksum database for `/lookup/golang.org/toolchain@v0.0.1-go1.98.1.[PLATFORM]`: `http://127.0.0.1:[PORT]/sumdb/lookup/golang.org/toolchain@v0.0.1-go1.98.1.[PLATFORM]` is needed, and gom is offline
    --- stderr
    error: `[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]` can't be proven now to be the published go1.98.1.[PLATFORM]
    hint: run `gom verify 1.98.1` again when the checksum database can be reached
    ");
}

#[test]
fn a_pending_tree_that_is_not_the_recorded_one_is_not_completed() {
    let world = World::published();
    world.install_pending();
    fs::write(world.goroot().join("VERSION"), "go1.98.9\n").unwrap();
    let changed = ("changed".to_owned(), vec!["changed VERSION".to_owned()]);
    assert_eq!(world.verify(), changed);
    assert_eq!(world.outcome(world.gom(["verify", "--json"])), changed);
    assert_eq!(world.receipt()["proof"]["kind"], "sha256");
    // The list was kept at the install and is not proven: the database's record exposes it.
    let list = world.list();
    let line = |line: &str| match line.split_once("  ").unwrap() {
        (_, "VERSION") => format!("{}  VERSION\n", gom_tests::sha256("go1.98.9\n")),
        _ => format!("{line}\n"),
    };
    world.forge_list(&list.lines().map(line).collect::<String>());
    assert_eq!(world.verify().0, "forged-list");
    assert_eq!(world.outcome(world.gom(["verify", "--json"])).0, "forged-list");
}

#[test]
fn a_receipt_without_the_database_is_completed_when_it_is_on() {
    let world = World::published();
    world.run_from_godev().env("GOSUMDB", "off").done();
    assert_eq!(world.mark(), "log-off");
    let off = world.gom(["verify", "--json"]).env("GOSUMDB", "off");
    assert_eq!(world.outcome(off), ("log-off".to_owned(), vec![]));
    let text = world.gom(["verify"]).env("GOSUMDB", "off").run();
    assert_snapshot!(text.snapshot(&world), @"
    exit: 1
    --- stdout
    go1.98.1.[PLATFORM]  not proven: checksum database disabled by GOSUMDB=off (environment)
    --- stderr
    error: `[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]` can't be proven now to be the published go1.98.1.[PLATFORM]
    hint: run `go env -u GOSUMDB` or unset it where the message says it stands, then verify 1.98.1 again
    ");
    assert_eq!(world.outcome(world.gom(["verify", "--json"])), ("proven".to_owned(), vec![]));
    assert_eq!(world.mark(), "proven");
    assert_eq!(world.receipt()["proof"]["log"], "sum.test");
}

#[test]
fn a_database_that_lies_completes_nothing() {
    let world = World::published();
    world.install_pending();
    world.log.wrong_key();
    let output = world.gom(["verify"]).run();
    assert_eq!(output.code, Some(5), "{output}");
    assert!(!output.stderr.contains("nothing was installed"), "{output}");
    assert_eq!(world.mark(), "pending");
    world.log.be_honest();
    world
        .log
        .serve_record_of(&format!("golang.org/toolchain@v0.0.1-go1.98.2.{}", world.toolchain.platform()));
    assert_eq!(world.gom(["verify"]).run().code, Some(5));
    assert_eq!(world.mark(), "pending");
}

#[test]
fn a_store_that_can_not_be_written_is_no_fault_of_the_tree() {
    let world = World::published();
    world.install_pending();
    let receipts = world.store().join("receipts");
    fs::rename(&receipts, world.work().join("receipts")).unwrap();
    std::os::unix::fs::symlink(world.work().join("receipts"), &receipts).unwrap();
    // A folder in place of the list: not even root can replace it by a rename.
    fs::remove_file(world.list_file()).unwrap();
    fs::create_dir(world.list_file()).unwrap();
    let report = world.done(["verify", "--json"]).json();
    let notes = report["toolchains"][0]["notes"].to_string();
    assert!(notes.contains("what was found can't be kept"), "{notes}");
    assert_eq!(world.mark(), "pending");
}

/// M of the campaign.
#[test]
fn a_toolchain_that_is_uninstalled_meanwhile_is_no_failure() {
    let world = World::published();
    world.install_pending();
    let log = world.log.site();
    log.fault("/lookup/*", Fault::HoldAfter(1));
    world.internet.at("/sumdb", &log);
    let verifying = world.gom(["verify"]).spawn();
    world.internet.wait_for_held(1);
    world.done(["uninstall", VERSION, "--yes"]);
    world.internet.release();
    let output = verifying.wait();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.contains("uninstalled meanwhile by another gom"), "{output}");
}
