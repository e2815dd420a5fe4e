//! Other managers' shims before and after gom's: a circle ends with words, and no honest chain or family of
//! processes is taken for one.

use crate::answer::ran;
use gom_tests::World;
use insta::assert_snapshot;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A program called `go` in a folder of its own.
fn program(world: &World, folder: &str, script: &str) -> PathBuf {
    let folder = world.home().join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    write_program(&folder.join("go"), script);
    folder
}

fn write_program(file: &Path, script: &str) {
    std::fs::write(file, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(file, PermissionsExt::from_mode(0o755)).unwrap();
}

#[test]
fn a_shim_that_always_comes_back_is_stopped() {
    let world = World::with(&["1.98.1"]);
    let script = format!("exec '{}' \"$@\"", world.store().join("bin/go").display());
    let other = program(&world, "other", &script);
    let path = format!("{}:{}", world.path(), other.display());
    assert_snapshot!(world.shown(world.go(["version"]).env("PATH", &path)), @"
    exit: 126
    --- stdout
    --- stderr
    error: this process has come back to gom's shim again and again: another manager's shim starts gom's
    hint: run `type -a go` to see them, and take the other manager's folder off PATH
    ");
    let output = world.command(other.join("go"), ["version"]).env("PATH", path).run();
    assert_eq!(output.code, Some(126), "{output}");
}

/// A store with a tree of the user's own that is linked as `mine`, whose `go` is a script.
fn with_script(script: &str) -> World {
    let world = World::with(&["1.98.1"]);
    let tree = gom_tests::FakeToolchain::here("1.97.7");
    tree.lay_out(&world.home().join("sdk"));
    write_program(&world.home().join("sdk/bin/go"), script);
    world.done(["link", "mine", &world.home().join("sdk").display().to_string()]);
    world.done(["use", "mine"]);
    world
}

#[test]
fn a_linked_go_that_becomes_ours_is_named() {
    let world = with_script("exec go \"$@\"");
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 126
    --- stdout
    --- stderr
    error: `[HOME]/sdk/bin/go` of the linked Go `mine` starts gom's shim, which starts it again and again
    hint: run `gom unlink mine`, or write the whole path of a go program into that script instead of `go`
    ");
}

/// Without an exec each is a child of the one before, so no process comes back.
#[test]
fn a_linked_go_that_starts_ours_is_named() {
    let world = with_script("go \"$@\"");
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 126
    --- stdout
    --- stderr
    error: `[HOME]/sdk/bin/go` of the linked Go `mine` starts gom's shim, which starts it again and again
    hint: run `gom unlink mine`, or write the whole path of a go program into that script instead of `go`
    ");
}

/// As deep as families of processes get.
#[test]
fn a_linked_go_that_is_a_script_is_no_circle() {
    let world = with_script("if [ \"$1\" -gt 0 ]; then go $(($1 - 1)); exit $?; fi\necho bottom");
    let output = world.go(["40"]).run();
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(0), "bottom\n", ""));
}

#[test]
fn a_shim_before_ours_that_finds_ours_works() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let script = format!("exec '{}' \"$@\"", world.store().join("bin/go").display());
    let other = program(&world, "other", &script);
    let path = world.path_after(&other);
    assert_eq!(ran(world.command(other.join("go"), ["version"]).env("PATH", path)), "1.98.1");
}

#[test]
fn a_go_that_starts_go_that_starts_go_is_no_circle() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let go = world.goroot(&gom_tests::FakeToolchain::here("1.98.1").name()).join("bin/go");
    // Each is a child of the one before: no exec, so that the exit code is still to be passed on.
    write_program(&go, "if [ \"$1\" -gt 0 ]; then go $(($1 - 1)); exit $?; fi\necho bottom");
    let output = world.go(["40"]).run();
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(0), "bottom\n", ""));
}

#[test]
fn a_script_that_runs_go_many_times_is_no_circle() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let script =
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do go exit 0 || exit; done; exec go version";
    assert_eq!(ran(world.command("/bin/sh", ["-c", script])), "1.98.1");
}

#[test]
fn what_another_process_left_behind_does_not_count() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    for value in ["1:99", "1:99:gave-up", "x", ":", "99999999999999999999:1"] {
        assert_eq!(ran(world.go(["version"]).env("GOM_SHIM_GUARD", value)), "1.98.1", "{value}");
    }
}
