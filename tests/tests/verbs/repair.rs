//! `gom repair`: what a killed gom left, and what is not gom's.

use gom_tests::{Fault, ModProxy, World, skip};
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// A store in which everything is wrong that `gom repair` knows.
fn damaged() -> World {
    let world = World::with(&["1.98.1", "1.97.2"]);
    let (store, name) = (world.store(), world.toolchain.name());
    let other = name.replace("1.98.1", "1.97.2");
    // A gom was killed after the tree left its place.
    let removed = store.join(format!("staging/{other}.x1Y2z3"));
    fs::create_dir(&removed).unwrap();
    fs::write(removed.join("removal"), "").unwrap();
    fs::rename(world.goroot(&other), removed.join("removed")).unwrap();
    // Another was killed before it made the links.
    fs::remove_file(store.join("bin/go1.98.1")).unwrap();
    fs::remove_file(store.join("lines/1.98")).unwrap();
    symlink("../toolchains/nowhere", store.join("lines/1.5")).unwrap();
    // A third while it replaced a tree where that takes two steps.
    let next = store.join("toolchains/.next");
    fs::create_dir_all(next.join(name.replace("1.98.1", "1.96.1"))).unwrap();
    fs::write(store.join(format!("receipts/{}.json", name.replace("1.98.1", "1.95.1"))), "{}").unwrap();
    old(&store.join(".gom-a1B2c3"));
    // And things that no gom made.
    fs::create_dir_all(store.join("toolchains/mine")).unwrap();
    fs::write(store.join("notes.txt"), "mine\n").unwrap();
    fs::create_dir_all(store.join(format!("toolchains/{}", name.replace("1.98.1", "1.94.1")))).unwrap();
    world
}

fn old(path: &Path) {
    fs::write(path, "").unwrap();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
}

fn everything(world: &World) -> Vec<String> {
    world.tree(world.store())
}

/// root may list any folder, so somebody else has to try.
#[test]
fn a_store_is_mended_from_a_folder_that_can_not_be_listed() {
    let world = damaged();
    let (gom, folder) = (world.store().join("bin/gom"), world.work());
    let Some(run) = world.sandbox.as_user(42_425, [gom.to_str().unwrap(), "repair"]) else {
        skip("no program can run here as somebody else");
        return;
    };
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o311)).unwrap();
    let output = run.run();
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(output.code, Some(10), "{output}");
    assert!(output.stdout.contains("mended ") && world.store().join("bin/go1.98.1").is_symlink(), "{output}");
}

#[test]
fn what_a_killed_gom_left_is_mended_and_the_rest_is_named() {
    let world = damaged();
    let before = everything(&world);
    let dry = world.gom(["repair", "--dry-run"]).run();
    assert_eq!(dry.code, Some(10), "{dry}");
    // The lock files that it looked at are the only thing that it may leave.
    let after: Vec<String> = everything(&world).into_iter().filter(|line| !line.contains("locks/")).collect();
    let before: Vec<String> = before.into_iter().filter(|line| !line.contains("locks/")).collect();
    assert_eq!(after, before);

    assert_snapshot!(world.shown(world.gom(["repair"])), @"
    exit: 10
    --- stdout
    mended  `[HOME]/.gom/staging/go1.97.2.[PLATFORM].x1Y2z3`: left by a gom that was killed, from go1.97.2.[PLATFORM]
    mended  `[HOME]/.gom/toolchains/.next/go1.96.1.[PLATFORM]`: left by a gom that was killed, from go1.96.1.[PLATFORM]
    mended  `[HOME]/.gom/bin/go1.97.2`: a link that is missing or wrong
    mended  `[HOME]/.gom/bin/go1.98.1`: a link that is missing or wrong
    mended  `[HOME]/.gom/lines/1.5`: a link that is missing or wrong
    mended  `[HOME]/.gom/lines/1.97`: a link that is missing or wrong
    mended  `[HOME]/.gom/lines/1.98`: a link that is missing or wrong
    mended  `[HOME]/.gom/receipts/go1.95.1.[PLATFORM].json`: a receipt without go1.95.1.[PLATFORM]
    mended  `[HOME]/.gom/receipts/go1.97.2.[PLATFORM].files.gz`: a receipt without go1.97.2.[PLATFORM]
    mended  `[HOME]/.gom/receipts/go1.97.2.[PLATFORM].json`: a receipt without go1.97.2.[PLATFORM]
    mended  `[HOME]/.gom/.gom-a1B2c3`: a temporary file that nobody writes any more
    left  `[HOME]/.gom/toolchains/go1.94.1.[PLATFORM]`: go1.94.1.[PLATFORM] has no go program or no VERSION
    left  `[HOME]/.gom/notes.txt`: not gom's
    left  `[HOME]/.gom/toolchains/mine`: not gom's
    --- stderr
    hint: run `gom install 1.94.1` to replace it, or `gom uninstall 1.94.1`
    ");
    let store = world.store();
    let name = world.toolchain.name();
    let gone: Vec<PathBuf> = ["staging", "toolchains/.next"].map(|folder| store.join(folder)).into();
    for folder in gone {
        assert_eq!(fs::read_dir(&folder).map_or(0, Iterator::count), 0, "{}", folder.display());
    }
    assert!(store.join("bin/go1.98.1").exists() && store.join("lines/1.98/VERSION").exists());
    assert!(!store.join("lines/1.5").is_symlink() && !store.join(".gom-a1B2c3").exists());
    assert_eq!(fs::read_to_string(store.join("notes.txt")).unwrap(), "mine\n");
    assert!(store.join("toolchains/mine").is_dir());
    assert!(world.goroot(&name).join("VERSION").exists());
}

#[test]
fn nothing_to_mend_is_said() {
    let world = World::with(&["1.98.1"]);
    let output = world.done(["repair"]);
    assert_eq!(output.stdout, "", "{output}");
    assert!(output.stderr.contains("nothing to mend in"), "{output}");
    let report = world.done(["repair", "--dry-run", "--json"]).json();
    assert_eq!(
        (report["mended"].as_array().unwrap().len(), report["left"].as_array().unwrap().len()),
        (0, 0)
    );
}

#[test]
fn what_another_gom_works_on_is_left_alone() {
    let world = World::publishing(&["1.98.1"]);
    world.proxy.site().fault_first(1, &ModProxy::zip_path(&world.toolchain), Fault::HoldAfter(100));
    let running = world.gom(["install", "1.98.1"]).spawn();
    world.internet.wait_for_held(1);
    let report = world.done(["repair", "--json"]).json();
    assert_eq!(report["mended"].as_array().unwrap().len(), 0, "{report}");
    world.internet.release();
    let output = running.wait();
    assert_eq!(output.code, Some(0), "{output}");
}

/// A gom was killed while it linked a GOROOT or replaced a completion.
#[test]
fn temporary_files_of_links_and_completions_are_removed() {
    let world = World::with(&[]);
    let left = ["linked/fork/.gom-a1B2c3", "completions/.gom-a1B2c3"].map(|name| world.store().join(name));
    for file in &left {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        old(file);
    }
    fs::write(world.store().join("linked/notes.txt"), "mine\n").unwrap();
    world.gom(["repair"]).run();
    assert!(left.iter().all(|file| !file.exists()), "{left:?}");
    assert!(world.store().join("linked/notes.txt").exists());
}

/// As while another gom is making the store.
#[test]
fn a_folder_of_links_that_is_not_there_yet_has_none() {
    let world = World::with(&["1.98.1"]);
    let line = world.store().join("lines/1.98");
    fs::remove_dir_all(world.store().join("lines")).unwrap();
    let output = world.done(["repair"]);
    assert!(output.stdout.starts_with("mended "), "{output}");
    assert_eq!(fs::read_link(line).unwrap().file_name().unwrap(), world.toolchain.name().as_str());
}
