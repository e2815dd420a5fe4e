//! `gom use`: the default, and what may take precedence over it.

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

#[test]
fn an_installed_version_becomes_the_default() {
    let world = World::with(&["1.98.1"]);
    world.internet.forget_requests();
    assert_snapshot!(world.say(["use", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    ");
    assert_eq!(world.default(), "1.98.1\n");
    assert!(world.internet.requests().is_empty());
}

#[test]
fn what_is_missing_is_installed_first() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["use", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    ");
    assert_eq!(world.default(), "1.98.1\n");
    assert_eq!(world.shown(world.go(["exit", "0"])), "exit: 0\n--- stdout\n--- stderr\n");
}

#[test]
fn the_same_default_again_is_no_failure() {
    let world = World::with(&["1.98.1"]);
    assert_eq!(world.say(["use", "1.98.1"]), world.say(["use", "go1.98.1"]));
}

#[test]
fn a_line_is_resolved_unless_it_shall_be_kept() {
    let world = World::with(&["1.98.0", "1.98.1"]);
    world.done(["use", "1.98"]);
    assert_eq!(world.default(), "1.98.1\n");
    assert_snapshot!(world.say(["use", "1.98", "--line"]), @"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.98, for all folders; this one alone: `gom local 1.98`
    ");
    assert_eq!(world.default(), "1.98\n");
}

#[test]
fn a_kept_line_means_the_newest_installed_patch() {
    let world = World::with(&["1.98.0"]);
    world.done(["use", "1.98.x", "--line"]);
    world.publish(&FakeToolchain::here("1.98.1"));
    assert_eq!(world.done(["current"]).stdout.split(' ').next(), Some("1.98.0"));
    world.done(["install", "1.98"]);
    assert_eq!(world.done(["current"]).stdout.split(' ').next(), Some("1.98.1"));
}

#[test]
fn only_a_line_can_be_kept() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["use", "1.98.1", "--line"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: --line needs a line such as 1.22, not `1.98.1`
    hint: omit --line, or name a line such as 1.22
    ");
    assert!(!world.store().join("default").exists());
}

#[test]
fn system_is_the_next_go_on_path() {
    let mut world = World::with(&["1.98.1"]);
    let other = world.other_program("other", "go");
    let path = format!("{}:{}", world.path(), other.display());
    world.set("PATH", path);
    assert_snapshot!(world.say(["use", "system"]), @"
    exit: 0
    --- stdout
    --- stderr
    the default is now system, for all folders; this one alone: `gom local system`
    ");
    assert_snapshot!(world.say(["current"]), @"
    exit: 0
    --- stdout
    system: [HOME]/other/go (set by the default, [HOME]/.gom/default:1)
    --- stderr
    ");
}

#[test]
fn no_such_version_leaves_the_default_alone() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    assert_snapshot!(world.say(["use", "1.98.66"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release matches `1.98.66`
    hint: the nearest is 1.98.1: run `gom install 1.98.1`, or `gom list-remote 1.98`
    ");
    assert_eq!(world.default(), "1.98.1\n");
}

#[test]
fn offline_what_is_not_there_cannot_become_the_default() {
    let world = World::publishing(&["1.98.1"]);
    world.done(["list-remote"]);
    assert_eq!(world.gom(["use", "1.98.1", "--offline"]).run().code, Some(4));
    assert!(!world.store().join("default").exists());
}

#[test]
fn a_foreign_platform_is_refused() {
    let world = World::publishing(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    assert_snapshot!(world.say(["use", "1.98.1.windows-arm64"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: a toolchain for windows-arm64 does not run here ([PLATFORM])
    hint: run `gom install 1.98.1.windows-arm64` to have it in the store
    ");
    assert!(world.installed().is_empty() && !world.store().join("default").exists());
}

#[test]
fn a_pin_here_outranks_it() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.write(".go-version", "1.98.1\n");
    assert_snapshot!(world.say(["use", "1.99.2"]), @"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.99.2, for all folders; this one alone: `gom local 1.99.2`
    warning: not in effect here: this folder is pinned to 1.98.1 by [WORK]/.go-version:1
    hint: run `gom local SPEC` to change the pin
    ");
    assert_eq!(world.default(), "1.99.2\n");
}

#[test]
fn the_environment_outranks_it() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    let run = world.gom(["use", "1.99.2"]).env("GOM_TOOLCHAIN", "1.98.1");
    assert_snapshot!(world.shown(run), @"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.99.2, for all folders; this one alone: `gom local 1.99.2`
    warning: not in effect here: GOM_TOOLCHAIN is set to 1.98.1
    hint: run `unset GOM_TOOLCHAIN`
    ");
}

#[test]
fn another_go_first_on_path_outranks_it() {
    let world = World::with(&["1.98.1"]);
    let other = world.other_program("other", "go");
    let run = world.gom(["use", "1.98.1"]).env("PATH", world.path_after(&other));
    assert_snapshot!(world.shown(run), @r#"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    warning: not in effect here: `[HOME]/other/go` comes first on PATH, before gom's `go` in `[HOME]/.gom/bin`
    hint: run `export PATH=[HOME]/.gom/bin:"$PATH"; hash -r`
    "#);
}

#[test]
fn a_pin_that_cannot_be_read_is_said_and_does_not_stop_it() {
    let world = World::with(&["1.98.1"]);
    world.write(".go-version", "../../x\n");
    assert_snapshot!(world.say(["use", "1.98.1"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    warning: not in effect here: [WORK]/.go-version:1: invalid version `../../x`: it holds `/`, `\` or `..`, which no version has
    hint: write a version such as 1.22.6 there, or run `gom local latest` in that folder
    "#);
    assert_eq!(world.default(), "1.98.1\n");
}

#[test]
fn json_names_the_default_and_what_outranks_it() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.write(".go-version", "1.98.1\n");
    let output = world.gom(["use", "1.99.2", "--json", "--quiet"]).run();
    assert_snapshot!(world.redact(&output.stdout), @r#"
    {
      "default": "1.99.2",
      "file": "[HOME]/.gom/default",
      "outranked_by": [
        "this folder is pinned to 1.98.1 by [WORK]/.go-version:1"
      ],
      "schema": 1,
      "toolchain": "go1.99.2.[PLATFORM]"
    }
    "#);
}
