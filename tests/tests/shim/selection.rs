//! Which toolchain runs: the variable, then the nearest file upward, then the default.

use crate::answer::version_in;
use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

#[test]
fn the_default_runs_where_nothing_else_decides() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.98.1"]);
    assert_eq!(version_in(&world, ""), "1.98.1");
}

#[test]
fn the_nearest_version_file_upward_beats_the_default() {
    let world = World::with(&["1.96.1", "1.97.1", "1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.write(".go-version", "1.97.1\n");
    world.write("a/.tool-versions", "golang 1.96.1\n");
    world.write("a/b/c/main.go", "package main\n");
    assert_eq!(version_in(&world, ""), "1.97.1");
    assert_eq!(version_in(&world, "a/b/c"), "1.96.1");
}

#[test]
fn a_go_version_beats_a_tool_versions_beside_it() {
    let world = World::with(&["1.97.1", "1.98.1"]);
    world.write(".go-version", "1.97.1\n");
    world.write(".tool-versions", "golang 1.98.1\n");
    assert_eq!(version_in(&world, ""), "1.97.1");
}

#[test]
fn a_tool_versions_without_go_does_not_end_the_search() {
    let world = World::with(&["1.97.1", "1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.write(".go-version", "1.97.1\n");
    world.write("a/.tool-versions", "nodejs 20\n");
    world.write("a/b/.tool-versions", "");
    assert_eq!(version_in(&world, "a/b"), "1.97.1");
    std::fs::remove_file(world.work().join(".go-version")).unwrap();
    assert_eq!(version_in(&world, "a/b"), "1.98.1");
}

#[test]
fn the_variable_beats_every_file() {
    let world = World::with(&["1.97.1", "1.98.1"]);
    world.write(".go-version", "1.97.1\n");
    for value in ["1.98.1", "go1.98.1", "1.98", " 1.98.1 "] {
        let output = world.go(["version"]).env("GOM_TOOLCHAIN", value).run();
        assert!(output.stdout.starts_with("go version go1.98.1 "), "{value}: {output}");
    }
    let empty = world.go(["version"]).env("GOM_TOOLCHAIN", "").run();
    assert!(empty.stdout.starts_with("go version go1.97.1 "), "{empty}");
}

#[test]
fn the_first_installed_of_a_list_runs() {
    let world = World::with(&["1.97.1", "1.98.1"]);
    world.write(".go-version", "1.99.2\n# older\n1.98.1 1.97.1\n");
    assert_eq!(version_in(&world, ""), "1.98.1");
    world.write("a/.tool-versions", "golang 1.99.2 1.97.1 1.98.1\n");
    assert_eq!(version_in(&world, "a"), "1.97.1");
    let output = world.go(["version"]).env("GOM_TOOLCHAIN", "1.99.2 1.97.1").run();
    assert!(output.stdout.starts_with("go version go1.97.1 "), "{output}");
}

#[test]
fn a_line_is_the_newest_installed_patch() {
    let world = World::with(&["1.98.2", "1.98.10", "1.99rc1"]);
    world.write(".go-version", "1.98\n");
    assert_eq!(version_in(&world, ""), "1.98.10");
}

#[test]
fn what_is_not_installed_stops_with_the_command_that_installs_it() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.write("go.mod", "module m\n");
    world.write(".go-version", "\n1.99.2\n");
    world.internet.forget_requests();
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.99.2 is not installed (set by [WORK]/.go-version:2)
    hint: run `gom install 1.99.2`
    ");
    assert!(world.internet.requests().is_empty(), "the shim never uses the network");
    let run = world.go(["version"]).env("GOM_TOOLCHAIN", "1.97");
    assert_snapshot!(world.shown(run), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.97 is not installed (set by the environment variable GOM_TOOLCHAIN)
    hint: run `gom install 1.97`
    ");
}

#[test]
fn the_command_in_the_message_works() {
    let world = World::publishing(&["1.98.1"]);
    for text in ["go1.98.1", "1.98", "1.98.x", "latest"] {
        world.write(".go-version", format!("{text}\n"));
        let refused = world.go(["version"]).run();
        assert_eq!(refused.code, Some(127), "{refused}");
        let hint = refused.stderr.split('`').nth(1).unwrap();
        world.done(hint.strip_prefix("gom ").unwrap().split(' '));
        assert_eq!(version_in(&world, ""), "1.98.1", "{text}");
        world.done(["uninstall", "1.98.1", "--yes"]);
    }
}

#[test]
fn a_default_that_was_removed_is_said_with_its_place() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.done(["uninstall", "1.98.1", "--yes"]);
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.98.1 is not installed (set by the default, [HOME]/.gom/default:1)
    hint: run `gom install 1.98.1`
    ");
}

/// What the shim says where this folder is pinned to a toolchain of another platform.
fn pinned_to_foreign(toolchain: &FakeToolchain) -> String {
    let world = World::publishing(&[]);
    world.publish(toolchain);
    let name = toolchain.name();
    world.done(["install", &name]);
    world.write(".go-version", format!("{name}\n"));
    world.shown(world.go(["version"]))
}

#[test]
fn a_pin_to_another_platform_is_said_and_does_not_run() {
    // A program the system refuses to start; a shell would take it for a script and run what it says.
    let toolchain = FakeToolchain::new("1.98.1", "plan9-386").file("bin/go", "echo run by a shell\n");
    let said = pinned_to_foreign(&toolchain);
    assert!(said.starts_with("exit: 126\n--- stdout\n--- stderr\nerror: "), "{said}");
    assert!(said.contains("is built for plan9-386 and does not run here ([PLATFORM])"), "{said}");
}

#[test]
fn a_pin_to_windows_is_said_and_does_not_run() {
    let said = pinned_to_foreign(&FakeToolchain::new("1.98.1", FOREIGN));
    assert!(said.starts_with("exit: 126\n--- stdout\n--- stderr\nerror: "), "{said}");
    assert!(said.contains("is built for windows-arm64 and does not run here ([PLATFORM])"), "{said}");
}
