//! Archives that are not the published ones: those with the recorded tree, which are taken without what
//! nothing proves, and those without, of which the evidence is kept.

use crate::world::{Installing, VERSION};
use flate2::read::GzDecoder;
use gom_tests::{FakeToolchain, TarStyle, World, contents};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

/// The top folders that the checksum database's hash does not cover.
const UNCOVERED: [&str; 4] = ["api", "doc", "misc", "test"];

fn uncovered(world: &World) -> Vec<&'static str> {
    let goroot = world.sandbox.goroot(&world.toolchain.name());
    UNCOVERED.into_iter().filter(|folder| goroot.join(folder).exists()).collect()
}

/// The mirror has the archive under its right name, and go.dev still publishes the sum of the real one.
fn serve(world: &World, archive: &[u8]) {
    world.mirror.file(&world.toolchain.archive_name(), archive);
}

#[test]
fn a_mirror_that_repacked_an_archive_is_taken_with_a_note() {
    let world = World::with_mirror();
    let repacked = world.toolchain.targz(TarStyle::Pax);
    serve(&world, &repacked);
    let output = world.installs(world.install());
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    the archive of go1.99.0.[PLATFORM] was repacked: its sha256 is [SHA256], go.dev's release list has [SHA256]; its files match the checksum database
    installed go1.99.0.[PLATFORM] without api, doc, misc and test, which can't be proven here
    installed go1.99.0.[PLATFORM] from mirror 127.0.0.1, proven by sum.test
    the default is now 1.99.0, for all folders; this one alone: `gom local 1.99.0`
    ");
    let receipt = world.receipt();
    let published = gom_tests::sha256(world.toolchain.archive());
    assert_eq!(receipt["archive"]["sha256"], gom_tests::sha256(&repacked));
    assert_eq!(receipt["archive"]["published"]["sha256"], published);
    assert_eq!(receipt["proof"]["kind"], "log");
    let note = receipt["notes"][0].as_str().unwrap();
    assert!(note.contains("was repacked") && note.contains(&published), "{note}");
    assert_eq!(uncovered(&world), [""; 0]);
    assert_eq!(world.sandbox.gom(["verify", "--offline"]).run().code, Some(0));
    // The published one has them.
    world.mirror.publish(&world.toolchain);
    world.installs(world.sandbox.gom(["install", "--force", VERSION]));
    assert_eq!(uncovered(&world), UNCOVERED);
    assert_eq!(world.receipt()["notes"], Value::Null);
}

/// The one change that the tree's hash can't show is not installed either.
#[test]
fn what_the_hash_does_not_cover_is_not_smuggled_in() {
    let world = World::with_mirror();
    let evil = world.toolchain.clone().file("misc/evil.bash", "echo pwned\n").file("api/go1.txt", "evil\n");
    assert_eq!(evil.h1(), world.toolchain.h1());
    world.mirror.publish(&evil);
    world.installs(world.install());
    assert_eq!(uncovered(&world), [""; 0]);
}

#[test]
fn without_a_published_sum_what_the_hash_does_not_cover_is_left_out() {
    let mut world = World::with_mirror();
    world.sandbox.set("GOPROXY", world.internet.url("/proxy"));
    let toolchain = FakeToolchain::here("1.97.0");
    world.mirror.publish(&toolchain);
    world.proxy.publish(&toolchain);
    world.log.publish(&toolchain);
    let output = world.sandbox.gom(["install", "1.97.0"]).run();
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.97.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.97.0.[PLATFORM].tar.gz
    installed go1.97.0.[PLATFORM] without api, doc, misc and test, which can't be proven here
    installed go1.97.0.[PLATFORM] from mirror 127.0.0.1, proven by sum.test
    the default is now 1.97.0, for all folders; this one alone: `gom local 1.97.0`
    ");
    world.assert_installed(&toolchain);
    let goroot = world.sandbox.goroot(&toolchain.name());
    assert!(UNCOVERED.iter().all(|folder| !goroot.join(folder).exists()), "{output}");
}

/// Without the log only the published bytes are the published ones.
#[test]
fn a_repacked_archive_needs_the_log() {
    let world = World::with_mirror();
    serve(&world, &world.toolchain.targz(TarStyle::Pax));
    world.internet.refuse("sum.test");
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("got [SHA256], go.dev's release list has [SHA256]"), "{said}");
    world.refuses(world.install().env("GOSUMDB", "off"), 5);
}

/// The folder of the one refusal: its files by name.
fn evidence(world: &World) -> BTreeMap<String, Vec<u8>> {
    let folders: Vec<_> =
        fs::read_dir(world.sandbox.store().join("evidence")).unwrap().map(|entry| entry.unwrap()).collect();
    let [folder] = folders.as_slice() else { panic!("not one folder: {folders:?}") };
    let name = folder.file_name().into_string().unwrap();
    assert!(name.starts_with(&world.toolchain.name()), "{name}");
    contents(&folder.path())
}

#[test]
fn the_evidence_of_a_changed_tree_is_kept() {
    for from_proxy in [false, true] {
        let mut world = World::with_mirror();
        if from_proxy {
            world.ask_proxy();
        }
        let evil = world.toolchain.clone().file("src/fmt/print.go", "package evil\n").file("src/new.go", "x");
        world.mirror.publish(&evil);
        world.proxy.publish(&evil);
        let output = world.install().run();
        assert_eq!(output.code, Some(5), "{output}");
        let kept = evidence(&world);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["files.gz", "report.json"]);

        let report: Value = serde_json::from_slice(&kept["report.json"]).unwrap();
        assert_eq!(report["toolchain"], *world.toolchain.name());
        assert_eq!(
            (&report["h1"], &report["record"]["h1"]),
            (&evil.h1().into(), &world.toolchain.h1().into())
        );
        for value in [&report["h1"], &report["record"]["h1"], &report["error"]] {
            assert!(output.stderr.contains(value.as_str().unwrap()), "{value}\n{output}");
        }
        let url = report["url"].as_str().unwrap();
        assert!(
            url.starts_with(&world.internet.url(if from_proxy { "/proxy/" } else { "/mirror/" })),
            "{url}"
        );
        if !from_proxy {
            let sums = [&evil, &world.toolchain].map(|toolchain| gom_tests::sha256(toolchain.archive()));
            assert_eq!([&report["sha256"], &report["published"]["sha256"]], [&sums[0], &sums[1]]);
            assert!(sums.iter().all(|sum| output.stderr.contains(sum)), "{output}");
        }
        // The list shows the operator of the server which files differ.
        let mut list = String::new();
        GzDecoder::new(kept["files.gz"].as_slice()).read_to_string(&mut list).unwrap();
        for (name, content) in [("src/fmt/print.go", "package evil\n"), ("src/new.go", "x")] {
            assert!(list.contains(&format!("{}  {name}\n", gom_tests::sha256(content))), "{list}");
        }
    }
}

#[test]
fn the_evidence_of_a_wrong_sum_is_kept_without_the_log_too() {
    let world = World::with_mirror_and_no_log();
    let evil = world.toolchain.clone().file("bin/go", "#!/bin/sh\necho pwned\n");
    world.mirror.publish(&evil);
    world.refuses(world.install(), 5);
    let report: Value = serde_json::from_slice(&evidence(&world)["report.json"]).unwrap();
    let sums = [&evil, &world.toolchain].map(|toolchain| gom_tests::sha256(toolchain.archive()));
    assert_eq!([&report["sha256"], &report["published"]["sha256"]], [&sums[0], &sums[1]]);
    assert_eq!(report["record"], Value::Null);
}

/// Whoever can't write there is still told, and still refused.
#[test]
fn evidence_that_can_not_be_kept_changes_nothing() {
    let world = World::with_mirror();
    world.mirror.publish(&world.toolchain.clone().file("bin/go", "#!/bin/sh\necho pwned\n"));
    fs::write(world.sandbox.store().join("evidence"), "a file in the way").unwrap();
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("the evidence could not be kept: "), "{said}");
}
