//! Toolchains out of a CI's cache: whatever the archive held, only what the checksum database signed is used.

use crate::world::{CiJob, NEW, OLD, toolchain};
use gom_tests::World;
use insta::assert_snapshot;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;

/// What a set-up makes of a store that came out of a cache, after `change` was made to it. Panics unless it
/// says what it does not use, and leaves a proven toolchain.
#[track_caller]
fn caught(change: impl FnOnce(&World)) -> (Value, World) {
    let world = World::github();
    world.done(["ci", "setup", OLD]);
    change(&world);
    let output = world.setup(&[OLD, "--restored", "--json"]);
    let object = output.json();
    assert_eq!(object["outputs"]["toolchain-source"], "download", "{output}");
    assert_eq!(object["outputs"]["toolchain-cache-hit"], "false", "{output}");
    assert!(output.stderr.contains("warning: not used: "), "{output}");
    assert_eq!(object["warnings"].as_array().unwrap().len(), 1, "{output}");
    assert_eq!(object["toolchains"][0]["cache"]["save"], true);
    world.done(["verify", OLD, "--offline"]);
    assert!(world.step_says("go version").contains(OLD));
    (object, world)
}

fn warning(object: &Value) -> &str {
    object["warnings"][0].as_str().unwrap()
}

#[test]
fn what_is_as_it_was_is_proven_offline() {
    let world = World::github();
    world.setup(&[OLD]);
    world.internet.forget_requests();
    // A CI's cache holds the tree and its receipt, and no links.
    for folder in ["bin/go1.98.1", "lines/1.98"] {
        fs::remove_file(world.store().join(folder)).unwrap();
    }
    let object = world.setup_json(&[OLD, "--restored", "--offline"]);
    assert_eq!(object["outputs"]["toolchain-source"], "cache");
    assert_eq!(object["outputs"]["toolchain-cache-hit"], "true");
    assert_eq!(object["toolchains"][0]["proof"], "proven by sum.test");
    assert!(world.internet.requests().is_empty());
    assert!(world.store().join("lines/1.98").exists() && world.store().join("bin/go1.98.1").exists());
}

#[test]
fn one_changed_byte_is_caught_and_said() {
    let (object, world) = caught(|world| {
        let file = world.in_store(OLD).join("pkg/include/textflag.h");
        let mut content = fs::read(&file).unwrap();
        content[0] ^= 1;
        fs::write(file, content).unwrap();
    });
    assert_snapshot!(world.redact(warning(&object)), @"not used: `[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]`: changed: 1 file is not as published: pkg/include/textflag.h");
}

#[test]
fn a_receipt_that_agrees_with_the_changed_tree_does_not_help() {
    // The whole store of another gom, whose checksum database says what the attacker wants.
    let (object, _world) = caught(|world| {
        let evil = toolchain(OLD).file("src/fmt/print.go", "package fmt // evil\n");
        let file = world.in_store(OLD).join("src/fmt/print.go");
        fs::write(file, &evil.files()["src/fmt/print.go"]).unwrap();
        let receipt = world.store().join(format!("receipts/{}.json", evil.name()));
        let text = fs::read_to_string(&receipt).unwrap();
        fs::write(&receipt, text.replace(&toolchain(OLD).h1(), &evil.h1())).unwrap();
    });
    assert!(warning(&object).contains("forged"), "{object}");
}

#[test]
fn another_toolchain_under_this_name_is_caught() {
    let (object, _world) = caught(|world| {
        world.setup(&[NEW]);
        let (old, new) = (toolchain(OLD).name(), toolchain(NEW).name());
        for (folder, ending) in [("toolchains", ""), ("receipts", ".json"), ("receipts", ".files.gz")] {
            let place = |name: &str| world.store().join(folder).join(format!("{name}{ending}"));
            let _ = fs::remove_dir_all(place(&old)).or_else(|_| fs::remove_file(place(&old)));
            fs::rename(place(&new), place(&old)).unwrap();
        }
    });
    assert!(warning(&object).contains("its receipt is about"), "{object}");
}

#[test]
fn a_link_in_place_of_the_tree_is_not_followed() {
    let (object, world) = caught(|world| {
        let elsewhere = world.home().join("elsewhere");
        fs::rename(world.in_store(OLD), &elsewhere).unwrap();
        symlink(&elsewhere, world.in_store(OLD)).unwrap();
    });
    assert!(warning(&object).contains("is not a folder"), "{object}");
    assert!(world.in_store(OLD).symlink_metadata().unwrap().is_dir());
}

#[test]
fn a_missing_receipt_is_caught() {
    let (object, _world) = caught(|world| fs::remove_dir_all(world.store().join("receipts")).unwrap());
    assert!(warning(&object).contains("no receipt"), "{object}");
}

#[test]
fn what_no_hash_covers_does_not_stay() {
    let world = World::github();
    // The install recorded these files in its own list, which is not signed.
    world.gom(["install", OLD]).env("GOM_SOURCES", "go.dev").done();
    assert!(world.in_store(OLD).join("misc").is_dir());
    let object = world.setup_json(&[OLD, "--restored"]);
    assert_eq!(object["outputs"]["toolchain-source"], "cache");
    for folder in ["api", "doc", "misc", "test"] {
        assert!(!world.in_store(OLD).join(folder).exists(), "{folder}");
    }
    world.done(["verify", OLD, "--offline"]);
}

#[test]
fn without_a_network_a_changed_tree_is_not_used() {
    let world = World::github();
    world.setup(&[OLD]);
    fs::write(world.home().join("runner/PATH"), "").unwrap();
    fs::write(world.in_store(OLD).join("src/zz.go"), "package main\n").unwrap();
    let output = world.gom(["ci", "setup", OLD, "--restored", "--offline"]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert!(output.stderr.contains("src/zz.go"), "{output}");
    assert_eq!(world.runner_file("PATH"), "");
}

#[test]
fn nothing_restored_is_a_download() {
    let world = World::github();
    let object = world.setup_json(&[OLD, "--restored"]);
    assert_eq!(object["outputs"]["toolchain-source"], "download");
    assert_eq!(object["warnings"].as_array().unwrap().len(), 0);
}
