//! `gom verify --path`: what it asks, what it fetches, and what it says where it can't tell.

use crate::world::{OTHER, VERSION, Verifying};
use gom_tests::World;
use insta::assert_snapshot;
use std::fs;
use std::path::PathBuf;

fn unpacked(world: &World) -> PathBuf {
    let dir = world.work().join("go");
    world.toolchain.lay_out(&dir);
    dir
}

#[test]
fn an_edited_go_env_is_told_from_what_was_changed() {
    let world = World::published();
    let dir = unpacked(&world);
    fs::write(dir.join("go.env"), "GOTOOLCHAIN=local\n").unwrap();
    assert_snapshot!(world.gom(["verify", "--path", "go"]).run().snapshot(&world), @"
    exit: 5
    --- stdout
    go1.98.1.[PLATFORM]  edited: go.env is not as published, every other file is
      edited     go.env
    --- stderr
    the tree is not the go1.98.1.[PLATFORM] that sum.test records; fetching that to name the files that differ
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    go1.98.1.[PLATFORM]: 4 files in api, doc, misc and test are not covered by the checksum database and were not compared
    error: `[WORK]/go` is not the published go1.98.1.[PLATFORM]
    hint: run `cat [WORK]/go/go.env` to see what it sets; `gom install 1.98.1` gets Go as published
    ");
    fs::write(dir.join("bin/go"), "#!/bin/sh\necho pwned\n").unwrap();
    assert_snapshot!(world.gom(["verify", "--path", "go", "--quiet"]).run().snapshot(&world), @"
    exit: 5
    --- stdout
    go1.98.1.[PLATFORM]  changed: 2 files are not as published
      changed    bin/go
      edited     go.env
    --- stderr
    error: `[WORK]/go` is not the published go1.98.1.[PLATFORM]
    hint: run `gom install 1.98.1` to get what was published
    ");
    // Nothing was installed for it.
    assert_eq!(world.tree(world.store().join("toolchains")), ["/"]);
    assert_eq!(world.tree(world.store().join("staging")), ["/"]);
}

#[test]
fn offline_only_says_that_it_differs() {
    let world = World::published();
    let dir = unpacked(&world);
    world.done(["install", VERSION]);
    fs::remove_file(world.list_file()).unwrap();
    let offline = || world.gom(["verify", "--json", "--offline", "--path", "go"]);
    // The receipt's record is enough to prove it.
    assert_eq!(world.outcome(offline()), ("proven".to_owned(), vec![]));
    fs::write(dir.join("VERSION"), "go1.98.1\n\n").unwrap();
    assert_eq!(world.outcome(offline()), ("changed-somewhere".to_owned(), vec![]));
    assert_snapshot!(world.gom(["verify", "--offline", "--path", "go"]).run().snapshot(&world), @"
    exit: 5
    --- stdout
    go1.98.1.[PLATFORM]  changed: the tree does not have the h1 that sum.test records, and no proven list of files is at hand
    --- stderr
    go1.98.1.[PLATFORM]: 4 files in api, doc, misc and test are not covered by the checksum database and were not compared
    error: `[WORK]/go` is not the published go1.98.1.[PLATFORM]
    hint: run `gom install 1.98.1` to get what was published
    ");
}

#[test]
fn offline_without_a_receipt_nothing_can_be_told() {
    let world = World::published();
    unpacked(&world);
    let output = world.gom(["verify", "--offline", "--path", "go"]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert!(output.stderr.contains("gom is offline") && output.stderr.contains("\nhint: "), "{output}");
}

#[test]
fn the_stores_receipt_and_list_serve_where_there_are_any() {
    let world = World::with_installed();
    let dir = unpacked(&world);
    fs::remove_file(dir.join("LICENSE")).unwrap();
    world.internet.forget_requests();
    let offline = world.gom(["verify", "--json", "--offline", "--path", "go"]);
    assert_eq!(world.outcome(offline), ("changed".to_owned(), vec!["missing LICENSE".to_owned()]));
    assert!(world.internet.requests().is_empty());
    // A forged receipt is of no use: the database is asked.
    world.forge_receipt(|receipt| receipt["proof"]["record"]["tree_size"] = 1.into());
    let online = world.gom(["verify", "--json", "--path", "go"]);
    assert_eq!(world.outcome(online).1, ["missing LICENSE"]);
    assert!(world.internet.requests().iter().any(|request| request.path.starts_with("/sumdb/lookup/")));
}

#[test]
fn a_module_that_is_not_the_recorded_one_names_nothing() {
    let world = World::published();
    let dir = unpacked(&world);
    fs::remove_file(dir.join("LICENSE")).unwrap();
    world.republish(&world.toolchain.clone().without("LICENSE"));
    let output = world.gom(["verify", "--path", "go"]).run();
    assert_eq!(output.code, Some(5), "{output}");
    assert!(output.stderr.contains("sum.test has h1:"), "{output}");
    assert!(!output.stdout.contains("proven"), "{output}");
}

#[test]
fn a_tree_that_differs_stays_different_when_no_proxy_has_the_module() {
    let mut world = World::published();
    let dir = unpacked(&world);
    fs::remove_file(dir.join("LICENSE")).unwrap();
    let empty = world.internet.url("/nothing-here");
    world.set("GOPROXY", empty);
    let output = world.gom(["verify", "--json", "--path", "go"]);
    assert_eq!(world.outcome(output), ("changed-somewhere".to_owned(), vec![]));
}

#[test]
fn a_kept_record_names_the_files_when_the_database_is_out_of_reach() {
    let world = World::with_installed();
    let dir = unpacked(&world);
    fs::remove_file(dir.join("LICENSE")).unwrap();
    fs::remove_file(world.list_file()).unwrap();
    // The signed record of the installed one proves the list of files that a proxy has.
    let run = world.without_log(["verify", "--json", "--path", "go"]);
    assert_eq!(world.outcome(run), ("changed".to_owned(), vec!["missing LICENSE".to_owned()]));
}

#[test]
fn another_version_than_the_named_one_is_not_it() {
    let world = World::published();
    let dir = unpacked(&world);
    world.done(["verify", "--path", "go", "--version", VERSION]);
    let output = world.gom(["verify", "--path", "go", "--version", OTHER]).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 5
    --- stdout
    go1.98.2.[PLATFORM]  not it: the VERSION file says go1.98.1
    --- stderr
    error: `[WORK]/go` is not the published go1.98.2.[PLATFORM]
    hint: run `gom verify --path [WORK]/go` to compare it with what it says
    ");
    // A VERSION that was tampered with is found as any other file.
    fs::write(dir.join("VERSION"), "devel\n").unwrap();
    let named = world.gom(["verify", "--json", "--path", "go", "--version", VERSION]);
    assert_eq!(world.outcome(named), ("changed".to_owned(), vec!["changed VERSION".to_owned()]));
    assert_snapshot!(world.gom(["verify", "--path", "go"]).run().snapshot(&world), @"
    exit: 2
    --- stdout
    --- stderr
    error: the VERSION file of `[WORK]/go` names no Go release: `devel`
    hint: run `gom verify --path [WORK]/go --version 1.22.6` with the version that it should be
    ");
    let line = world.gom(["verify", "--path", "go", "--version", "1.98"]).run();
    assert_eq!(line.code, Some(2), "{line}");
}

#[test]
fn the_platform_is_asked_for_where_nothing_says_it() {
    let world = World::published();
    let dir = unpacked(&world);
    fs::rename(dir.join("pkg/tool"), dir.join("pkg/tools")).unwrap();
    fs::write(dir.join("bin/go"), "no program\n").unwrap();
    assert_snapshot!(world.gom(["verify", "--path", "go"]).run().snapshot(&world), @"
    exit: 2
    --- stdout
    --- stderr
    error: nothing in `[WORK]/go` says which platform it is for
    hint: run `gom verify --path [WORK]/go --os linux --arch amd64` with the platform it is for
    ");
    let platform = world.toolchain.platform();
    let (os, arch) = platform.split_once('-').unwrap();
    let named = world.gom(["verify", "--json", "--path", "go", "--os", os, "--arch", arch]);
    assert_eq!(world.outcome(named).0, "changed");
    let in_version = format!("{VERSION}.{platform}");
    let named = world.gom(["verify", "--json", "--path", "go", "--version", &in_version]);
    assert_eq!(world.outcome(named).0, "changed");
}

#[test]
fn what_is_no_go_tree_is_refused() {
    let world = World::published();
    assert_snapshot!(world.gom(["verify", "--path", "nowhere"]).run().snapshot(&world), @"
    exit: 3
    --- stdout
    --- stderr
    error: `nowhere` has no Go tree: No such file or directory (os error [N])
    hint: give the folder that `go env GOROOT` prints
    ");
    assert_eq!(world.gom(["verify", "--path", "."]).run().code, Some(3));
    assert_eq!(world.gom(["verify", "1.22", "--path", "."]).run().code, Some(2));
    assert_eq!(world.gom(["verify", "--version", "1.22.6"]).run().code, Some(2));
}

#[test]
fn with_the_database_off_nothing_is_proven() {
    let world = World::published();
    unpacked(&world);
    let run = world.gom(["verify", "--json", "--path", "go"]).env("GOSUMDB", "off");
    assert_eq!(world.outcome(run), ("log-off".to_owned(), vec![]));
}
