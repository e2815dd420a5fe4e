//! `gom current --format docker`: the image with the Go that runs here.

use gom_tests::World;
use insta::assert_snapshot;
use std::fs;

#[test]
fn the_tag_has_the_version_that_runs_here() {
    let world = World::with(&["1.98.1", "1.99rc1"]);
    world.done(["use", "1.98.1"]);
    assert_eq!(world.done(["current", "--format", "docker"]).stdout, "golang:1.98.1\n");
    world.write(".go-version", "1.99rc1\n");
    let output = world.done(["current", "--format", "docker", "--json"]);
    let object = output.json();
    assert_eq!((object["image"].as_str(), object["moves"].as_bool()), (Some("golang:1.99rc1"), Some(false)));
}

#[test]
fn a_tag_that_moves_is_said() {
    let world = World::publishing(&["1.20"]);
    world.done(["install", "1.20.0"]);
    world.done(["use", "1.20.0"]);
    assert_snapshot!(world.say(["current", "--format", "docker"]), @"
    exit: 0
    --- stdout
    golang:1.20
    --- stderr
    warning: golang:1.20 is the newest patch of that line, and no tag names Go 1.20 alone
    hint: run `gom use latest`, or pin a version with a patch number
    ");
}

#[test]
fn another_go_has_a_tag_if_its_tree_says_its_version() {
    let mut world = World::with(&[]);
    let bin = world.other_program("other/bin", "go");
    let path = format!("{}:{}", world.path(), bin.display());
    world.set("PATH", path);
    assert_snapshot!(world.say(["current", "--format", "docker"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: `[HOME]/other/bin/go` has no VERSION file, so no image tag is known for it
    hint: run `go version`, and write the tag yourself
    ");
    fs::write(world.home().join("other/VERSION"), "go1.22.6\ntime 2024-07-30T22:17:44Z\n").unwrap();
    assert_eq!(world.done(["current", "--format", "docker"]).stdout, "golang:1.22.6\n");
}

#[test]
fn another_format_is_wrong_use() {
    let output = World::with(&[]).gom(["current", "--format", "podman"]).run();
    assert_eq!(output.code, Some(2), "{output}");
}
