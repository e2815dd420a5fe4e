//! `gom why`: what runs here, what decided it, and which other programs could run instead.

use crate::answer::version_in;
use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;

fn world() -> World {
    let world = World::with(&["1.97.3", "1.98.1"]);
    world.done(["use", "1.97.3"]);
    world
}

#[test]
fn a_floor_and_everything_that_was_looked_at() {
    let world = world();
    world.write(".tool-versions", "nodejs 20\n");
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    world.write("mise.toml", "[tools]\nnode = \"20\"\ngo = \"1.96\"\n");
    world.write("Dockerfile", "FROM golang:1.95.2-alpine AS build\n");
    assert_snapshot!(world.say(["why"]), @"
    exit: 0
    --- stdout
    Go 1.98.1 runs here: [HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go
    decided by: [WORK]/go.mod:3

    looked at, in order:
      GOM_TOOLCHAIN: not set
      [WORK]/.tool-versions: has no Go line; the search continues
      [HOME]/.gom/default: the default: 1.97.3
      [WORK]/go.mod:3: `go 1.98.1` asks for more than Go 1.97.3

    then Go itself: GOTOOLCHAIN=auto ([HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/go.env:2): it downloads a newer Go only if a command needs one
    not followed: [WORK]/mise.toml:3 says 1.96 (mise)
    not followed: [WORK]/Dockerfile:1 says 1.95.2-alpine (docker)
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    ");
}

#[test]
fn another_go_first_on_path_and_pins_in_variables() {
    let world = world();
    let other = world.other_program("other", "go");
    let run = world
        .gom(["why"])
        .env("PATH", world.path_after(&other))
        .env("ASDF_GOLANG_VERSION", "1.94.1")
        .env("GOTOOLCHAIN", "local");
    assert_snapshot!(world.shown(run), @r#"
    exit: 0
    --- stdout
    `[HOME]/other/go` runs here: it comes before gom's `go` on PATH
    gom's `go` would run Go 1.97.3: [HOME]/.gom/toolchains/go1.97.3.[PLATFORM]/bin/go
    decided by: the default, [HOME]/.gom/default:1

    looked at, in order:
      GOM_TOOLCHAIN: not set
      [HOME]/.gom/default: the default: 1.97.3
      GOTOOLCHAIN=local (environment): Go stays with the toolchain that is there unless a suffix says more

    then Go itself: GOTOOLCHAIN=local (environment): Go 1.97.3 stays as it is
    not followed: ASDF_GOLANG_VERSION says 1.94.1 (asdf)
    not controlled by gom: `[HOME]/other/go` comes first on PATH
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    hint: run `export PATH=[HOME]/.gom/bin:"$PATH"; hash -r`
    "#);
}

#[test]
fn a_floor_that_is_missing() {
    let world = world();
    world.write(".go-version", "1.97.3\n");
    world.write("go.mod", "module m\n\ngo 1.99.2\n");
    assert_snapshot!(world.say(["why"]), @"
    exit: 0
    --- stdout
    Go 1.97.3 runs here: [HOME]/.gom/toolchains/go1.97.3.[PLATFORM]/bin/go
    decided by: [WORK]/.go-version:1

    looked at, in order:
      GOM_TOOLCHAIN: not set
      [WORK]/.go-version: 1.97.3
      [WORK]/go.mod:3: `go 1.99.2` asks for more than Go 1.97.3
      [WORK]/go.mod:3: Go 1.99.2 is not in the store; the starting toolchain runs and Go decides

    then Go itself: [WORK]/go.mod:3 asks for Go 1.99.2, which is not installed: Go looks for it itself
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    ");
}

#[test]
fn nothing_selected_and_pins_that_are_not_followed() {
    let world = World::publishing(&[]);
    world.write(".prototools", "go = \"1.93.0\"\n");
    assert_snapshot!(world.say(["why"]), @"
    exit: 127
    --- stdout
    --- stderr
    looked at GOM_TOOLCHAIN: not set
    looked at [HOME]/.gom/default: no default is set
    looked at PATH: no `go` other than gom's
    not followed: [WORK]/.prototools:1 says 1.93.0 (proto)
    error: no Go is selected here, and PATH has no `go` other than gom's
    hint: run `gom use latest`
    ");
}

#[test]
fn as_json() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    let output = world.gom(["why", "--json"]).run();
    assert_eq!(output.json()["schema"], 1);
    assert_snapshot!(output.snapshot(&world), @r#"
    exit: 0
    --- stdout
    {
      "asked": "1.98.1",
      "first_on_path": null,
      "go": "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go",
      "go_will": "GOTOOLCHAIN=auto ([HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/go.env:2): it downloads a newer Go only if a command needs one",
      "goroot": "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]",
      "missing": null,
      "not_followed": [],
      "not_in_charge": [
        "inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH"
      ],
      "origin": "[WORK]/go.mod:3",
      "policy": null,
      "refused": null,
      "schema": 1,
      "store": null,
      "trace": [
        {
          "outcome": "not set",
          "place": "GOM_TOOLCHAIN"
        },
        {
          "outcome": "the default: 1.97.3",
          "place": "[HOME]/.gom/default"
        },
        {
          "outcome": "`go 1.98.1` asks for more than Go 1.97.3",
          "place": "[WORK]/go.mod:3"
        }
      ],
      "version": "1.98.1"
    }
    --- stderr
    "#);
}

/// Whatever the folder holds, every verb that reports names the toolchain that the shim runs.
#[test]
fn every_verb_agrees_with_the_shim() {
    let world = world();
    world.write("pin/.go-version", "1.98.1\n");
    world.write("floor/go.mod", "module m\n\ntoolchain go1.98.1\n");
    world.write("satisfied/go.mod", "module m\n\ngo 1.97\n");
    world.write("missing/go.mod", "module m\n\ngo 1.99.2\n");
    for (folder, version) in
        [("pin", "1.98.1"), ("floor", "1.98.1"), ("satisfied", "1.97.3"), ("missing", "1.97.3")]
    {
        assert_eq!(version_in(&world, folder), version, "{folder}");
        let cwd = world.work().join(folder);
        for verb in ["why", "current"] {
            let json = world.gom([verb, "--json"]).cwd(&cwd).run().json();
            assert_eq!(json["version"], version, "{verb} in {folder}");
        }
        let go = world.goroot(&FakeToolchain::here(version).name()).join("bin/go");
        let which = world.gom(["which"]).cwd(&cwd).run();
        assert_eq!(which.stdout.trim_end(), go.display().to_string(), "{which}");
    }
}
