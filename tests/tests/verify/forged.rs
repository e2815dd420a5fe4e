//! A forged store: receipts and lists of files, forged alone and together. Each has its own outcome, and none is
//! accepted.

use crate::world::{OTHER, VERSION, Verifying};
use gom_tests::{FakeToolchain, TestLog, World};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The first version with one file more, and its line in a list of files.
fn evil() -> FakeToolchain {
    FakeToolchain::here(VERSION).file("src/evil.go", "package evil\n")
}

fn with_evil_line(list: &str) -> String {
    let line = format!("{}  src/evil.go", gom_tests::sha256("package evil\n"));
    let mut lines: Vec<&str> = list.lines().chain([line.as_str()]).collect();
    lines.sort_by_key(|line| line.split_once("  ").unwrap().1);
    lines.join("\n") + "\n"
}

#[track_caller]
fn assert_found(world: &World, outcome: &str) {
    assert_eq!(world.verify(), (outcome.to_owned(), vec![]));
    let text = world.gom(["verify"]).run();
    assert_eq!(text.code, Some(5), "{text}");
    assert!(
        text.stderr.contains("hint: run `gom install 1.98.1 --force`") || outcome == "unknown-log",
        "{text}"
    );
}

#[test]
fn a_receipt_with_another_sum_does_not_prove_itself() {
    let evil = evil().h1();
    for forge in [
        // The sum next to the record, the record's text, and both.
        &|receipt: &mut Value| receipt["proof"]["record"]["h1"] = json!(evil),
        &|receipt: &mut Value| {
            let text = receipt["proof"]["record"]["text"].as_str().unwrap().replacen(
                receipt["tree"]["h1"].as_str().unwrap(),
                &evil,
                1,
            );
            receipt["proof"]["record"]["text"] = json!(text);
            receipt["proof"]["record"]["h1"] = json!(evil);
            receipt["tree"]["h1"] = json!(evil);
        },
        &|receipt: &mut Value| receipt["tree"]["h1"] = json!(evil),
        &|receipt: &mut Value| receipt["proof"]["record"]["proof"][0] = json!("A".repeat(43) + "="),
        &|receipt: &mut Value| receipt["proof"]["record"]["tree_size"] = json!(1),
        &|receipt: &mut Value| {
            let note = receipt["proof"]["record"]["head_note"]
                .as_str()
                .unwrap()
                .replace("database tree\n", "database tree\n1");
            receipt["proof"]["record"]["head_note"] = json!(note);
        },
    ] as [&dyn Fn(&mut Value); 6]
    {
        let world = World::with_installed();
        world.forge_receipt(forge);
        assert_found(&world, "forged-receipt");
        assert_eq!(world.mark(), "unproven");
    }
}

#[test]
fn a_record_of_another_version_is_not_this_ones() {
    let world = World::with_installed();
    world.done(["install", OTHER]);
    let other =
        fs::read(world.receipt_file().with_file_name(format!("{}.json", FakeToolchain::here(OTHER).name())));
    let other: Value = serde_json::from_slice(&other.unwrap()).unwrap();
    world.forge_receipt(|receipt| receipt["proof"] = other["proof"].clone());
    world.forge_receipt(|receipt| receipt["tree"] = other["tree"].clone());
    assert_found(&world, "record-of-another");
    assert_eq!(world.gom(["verify", OTHER]).run().code, Some(0));
}

#[test]
fn a_receipt_of_another_toolchain_is_not_this_ones() {
    let world = World::with_installed();
    world.done(["install", OTHER]);
    let other = world.receipt_file().with_file_name(format!("{}.json", FakeToolchain::here(OTHER).name()));
    fs::copy(other, world.receipt_file()).unwrap();
    assert_found(&world, "receipt-of-another");
}

#[test]
fn what_is_no_receipt_and_none_at_all_prove_nothing() {
    let world = World::with_installed();
    fs::write(world.receipt_file(), "{").unwrap();
    assert_found(&world, "unreadable-receipt");
    fs::remove_file(world.receipt_file()).unwrap();
    assert_found(&world, "no-receipt");
    assert_eq!(world.mark(), "unproven");
    // The checksum database can still be asked about the tree.
    let goroot = world.goroot();
    let path = world.gom(["verify", "--json", "--path", goroot.to_str().unwrap()]);
    assert_eq!(world.outcome(path).0, "proven");
}

#[test]
fn a_log_whose_key_is_not_known_proves_nothing() {
    let mut world = World::with_installed();
    world.set("GOSUMDB", "sum.golang.org");
    assert_found(&world, "unknown-log");
    assert_eq!(world.mark(), "unproven");
    // Nor does one that calls itself Go's own.
    world.forge_receipt(|receipt| receipt["proof"]["log"] = json!("sum.golang.org"));
    assert_found(&world, "forged-receipt");
}

#[test]
fn a_forged_list_of_files_does_not_hide_a_file() {
    let world = World::with_installed();
    let list = world.list();
    fs::write(world.goroot().join("src/evil.go"), "package evil\n").unwrap();
    world.forge_list(&with_evil_line(&list));
    assert_found(&world, "forged-list");
    // Nor does a right one that is forged without need.
    fs::remove_file(world.goroot().join("src/evil.go")).unwrap();
    assert_found(&world, "forged-list");
    world.forge_list(&list);
    assert_eq!(world.verify(), ("proven".to_owned(), vec![]));
}

#[test]
fn a_list_with_a_name_that_the_hash_confuses_is_forged() {
    let world = World::with_installed();
    let list = world.list();
    fs::rename(world.goroot().join("src/go.mod"), world.goroot().join("src/_go.mod")).unwrap();
    let mut lines: Vec<String> =
        list.lines().map(|line| line.replace("  src/go.mod", "  src/_go.mod")).collect();
    lines.sort_by_key(|line| line.split_once("  ").unwrap().1.to_owned());
    world.forge_list(&(lines.join("\n") + "\n"));
    assert_found(&world, "forged-list");
}

/// Everything is consistent, even the log: only its key is not the one.
#[test]
fn a_tree_receipt_and_list_forged_together_do_not_pass() {
    let forger = World::with_log(TestLog::new("sum.test", 666));
    publish_evil(&forger);
    let world = World::with_installed();
    for part in ["toolchains", "receipts"] {
        copy(&forger.store().join(part), &world.store().join(part));
    }
    assert!(world.goroot().join("src/evil.go").exists());
    assert_eq!(forger.verify(), ("proven".to_owned(), vec![]));
    assert_found(&world, "forged-receipt");
    assert_eq!(world.mark(), "unproven");
}

#[test]
fn a_list_that_is_gone_is_written_anew_where_the_hash_is_right() {
    let world = World::with_installed();
    let list = world.list();
    for damage in [&|| fs::remove_file(world.list_file()).unwrap() as (), &|| {
        fs::write(world.list_file(), "x").unwrap();
    }] as [&dyn Fn(); 2]
    {
        damage();
        assert_eq!(world.verify(), ("proven".to_owned(), vec![]));
        assert_eq!(world.list(), list);
    }
    fs::remove_file(world.list_file()).unwrap();
    fs::write(world.goroot().join("src/evil.go"), "").unwrap();
    assert_found(&world, "changed-somewhere");
    assert!(!world.list_file().exists());
}

/// Publishes and installs the evil toolchain in place of the first version.
fn publish_evil(world: &World) {
    let log = TestLog::new("sum.test", 666);
    log.publish(&evil());
    world.internet.at("/evil", &log.site());
    world.republish(&evil());
    let gosumdb = log.gosumdb(&world.internet.url("/evil"));
    world.gom(["install", VERSION]).env("GOSUMDB", gosumdb).done();
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
