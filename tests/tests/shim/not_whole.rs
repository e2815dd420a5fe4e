//! K1.4: a tree without its go command is not installed. The shim finds that out by its exec, and then selects what
//! it would have selected had it looked first.

use crate::answer::{ran, version_in};
use gom_tests::{FakeToolchain, Sandbox, World};
use insta::assert_snapshot;
use std::path::PathBuf;

fn goroot(world: &World, version: &str) -> PathBuf {
    world.goroot(&FakeToolchain::here(version).name())
}

/// A world where 1.98.4 has lost its go command.
fn world(others: &[&str]) -> World {
    let world = World::with(&[others, &["1.98.4"]].concat());
    std::fs::remove_file(goroot(&world, "1.98.4").join("bin/go")).unwrap();
    world
}

#[test]
fn the_next_of_a_list_runs_instead() {
    let world = world(&["1.97.3"]);
    world.write(".go-version", "1.98.4 1.97.3\n");
    assert_eq!(version_in(&world, ""), "1.97.3");
    assert_eq!(ran(world.go(["version"]).env("GOM_TOOLCHAIN", "1.98.4 1.97")), "1.97.3");
}

#[test]
fn a_project_gets_the_next_patch_or_the_starting_toolchain() {
    let world = world(&["1.97.3"]);
    world.done(["use", "1.97.3"]);
    world.write("go.mod", "module m\n\ngo 1.98.4\n");
    assert_eq!(version_in(&world, ""), "1.97.3");
    world.publish(&FakeToolchain::here("1.98.5"));
    world.done(["install", "1.98.5"]);
    assert_eq!(version_in(&world, ""), "1.98.5");
    std::fs::remove_file(world.store().join("default")).unwrap();
    assert_eq!(version_in(&world, ""), "1.98.5");
}

#[test]
fn a_starting_toolchain_must_be_there_even_where_a_project_asks_for_another() {
    let world = world(&["1.99.2"]);
    world.write(".go-version", "1.98.4\n");
    world.write("go.mod", "module m\n\ngo 1.99.2\n");
    let output = world.shown(world.go(["version"]));
    assert_snapshot!(output, @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.98.4 is not installed (set by [WORK]/.go-version:1)
    hint: run `gom install 1.98.4`
    ");
    world.write(".go-version", "1.98.4 1.99.2\n");
    assert_eq!(version_in(&world, ""), "1.99.2");
}

#[test]
fn what_does_not_become_the_go_command_looks_for_it() {
    let world = world(&[]);
    let other = Sandbox::new();
    for run in [
        world.linked("go1.98.4", ["download"]),
        world.linked("go1.98.4", ["version"]),
        world.linked("go1.98.4", ["version"]).env("GOM_HOME", other.store()),
        world.linked("gofmt", ["-l"]).env("GOM_TOOLCHAIN", "1.98.4"),
        world.go(["version"]).env("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.98.4"),
        world.go(["+1.98.4", "version"]),
    ] {
        let output = run.run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(127), ""), "{output}");
        assert!(output.stderr.starts_with("error: Go 1.98.4 is not installed"), "{output}");
    }
}

#[test]
fn a_trace_says_it_once() {
    let world = world(&["1.97.3"]);
    world.write(".go-version", "1.98.4 1.97.3\n");
    let output = world.go(["version"]).env("GOM_TRACE", "1").done();
    assert!(output.stdout.starts_with("go version go1.97.3 "), "{output}");
    assert_eq!(output.stderr.matches("GOM_TOOLCHAIN: not set").count(), 1, "{output}");
}

#[test]
fn the_finished_tree_that_waits_for_its_place_runs() {
    let world = World::with(&["1.98.4"]);
    world.done(["use", "1.98.4"]);
    let place = goroot(&world, "1.98.4");
    let next = place.parent().unwrap().join(".next").join(place.file_name().unwrap());
    std::fs::create_dir_all(next.parent().unwrap()).unwrap();
    std::fs::rename(&place, &next).unwrap();
    // A removal takes the go command first.
    std::fs::create_dir_all(place.join("bin")).unwrap();
    std::fs::copy(next.join("VERSION"), place.join("VERSION")).unwrap();
    assert_eq!(version_in(&world, ""), "1.98.4");
}
