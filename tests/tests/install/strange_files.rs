//! Files that gom reads and that are no plain files: no command waits for a FIFO or a terminal, reads a device or an
//! endless file, or ends without saying what is wrong.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::{Installing, VERSION};
use gom_tests::World;

/// What stands in the place of a file.
const KINDS: [&str; 5] = ["a FIFO", "/dev/zero", "/dev/null", "a folder", "an endless file"];

fn put(kind: &str, place: &Path) {
    match fs::symlink_metadata(place) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(place).unwrap(),
        Ok(_) => fs::remove_file(place).unwrap(),
        Err(_) => fs::create_dir_all(place.parent().unwrap()).unwrap(),
    }
    match kind {
        "a FIFO" => assert!(Command::new("mkfifo").arg(place).status().unwrap().success()),
        "a folder" => fs::create_dir(place).unwrap(),
        "an endless file" => fs::File::create(place).unwrap().set_len(1 << 40).unwrap(),
        device => symlink(device, place).unwrap(),
    }
}

/// Runs the commands that read every file, and expects of each an end, a hint with each error, and no panic.
fn all_end(world: &World, what: &str) {
    let verbs: [&[&str]; 9] = [
        &["current"],
        &["why"],
        &["list"],
        &["config"],
        &["list-remote"],
        &["verify", VERSION],
        &["local", VERSION],
        &["install", VERSION],
        &["doctor"],
    ];
    for verb in verbs {
        let output = world.sandbox.gom(verb).run();
        let says_why = output.code == Some(0) || verb == ["doctor"] || output.stderr.contains("hint: ");
        assert!(says_why, "{what}: gom {verb:?}: {output}");
        assert!(!output.stderr.contains("panicked"), "{what}: gom {verb:?}: {output}");
    }
    let output = world.sandbox.shim("go", ["version"]).run();
    assert!(output.code == Some(0) || output.stderr.contains("hint: "), "{what}: go version: {output}");
}

fn try_each(places: impl Fn(&World) -> Vec<PathBuf>) {
    let count = places(&installed()).len();
    assert!(count > 0);
    for kind in KINDS {
        // One world for all places of a kind would hide a place behind an earlier one.
        for index in 0..count {
            let world = installed();
            let place = places(&world).swap_remove(index);
            put(kind, &place);
            all_end(&world, &format!("{kind} as {}", place.display()));
        }
    }
}

fn installed() -> World {
    let world = World::published();
    world.installs(world.install());
    world
}

#[test]
fn a_strange_file_of_a_project_holds_nothing_up() {
    try_each(|world| {
        [".go-version", ".tool-versions", "go.mod", "go.work"]
            .map(|name| world.sandbox.work().join(name))
            .into()
    });
}

#[test]
fn a_strange_file_of_the_user_holds_nothing_up() {
    try_each(|world| {
        [".config/go/env", ".netrc", ".config/gom/config.toml", ".bashrc"]
            .map(|name| world.sandbox.home().join(name))
            .into()
    });
}

/// Every file that an install leaves in the store and in the cache, but the programs and the tree's own.
fn files_of_gom(world: &World) -> Vec<PathBuf> {
    let home = world.sandbox.home();
    let mut found = Vec::new();
    let mut folders = vec![world.sandbox.store(), home.join(".cache/gom")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            let is_program = ["bin", "toolchains"].iter().any(|name| entry.file_name() == *name);
            if kind.is_dir() && !is_program {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.extend(["VERSION", "go.env"].map(|name| world.sandbox.goroot(&world.toolchain.name()).join(name)));
    found.sort();
    found
}

#[test]
fn a_strange_file_of_gom_holds_nothing_up() {
    try_each(files_of_gom);
}
