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
    not followed: [WORK]/Dockerfile:1 says 1.95.2 (docker)
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    ");
}

/// Both read the same files by the same readers.
#[test]
fn the_places_of_other_tools_are_those_of_sync() {
    let world = world();
    for (file, text) in [
        ("go.mod", "module m\n\ngo 1.97\n"),
        (".go-version", "1.97.3\n"),
        (".tool-versions", "golang 1.95.1\n"),
        ("mise.toml", "[tools]\ngo = [\n  '1.96', # why\n]\n"),
        (".prototools", "go = \"~1.96\"\n"),
        (
            "Dockerfile",
            "ARG V=1.95.2\nFROM --platform=$BUILDPLATFORM golang:${V}-alpine@sha256:00 AS a\nFROM a\n",
        ),
        ("docker-compose.yml", "services: {a: {image: 'golang:1.96-bookworm'}}\n"),
        (
            ".devcontainer/devcontainer.json",
            "{ // x\n\"image\": \"mcr.microsoft.com/devcontainers/go:1-1.96\",}\n",
        ),
        (".github/workflows/ci.yml", "env:\n  GO_VERSION: '1.96.x'\n"),
        (".gitlab-ci.yml", "a:\n  image: &go\n    name: golang:1.95.3\nb:\n  image: *go\n"),
        (".vscode/settings.json", "{\"go.toolsEnvVars\": {\"GOTOOLCHAIN\": \"go1.96.1\"}}\n"),
        // What only lists or limits versions is left to sync.
        (".travis.yml", "go: ['1.95', '1.96']\n"),
        (".golangci.yml", "run: {go: '1.96'}\n"),
        ("renovate.json", "{\"constraints\": {\"go\": \"1.96\"}}\n"),
        // Not valid.
        ("vfox.toml", "[tools\n"),
        ("other/Dockerfile", "FROM golang:1.96\n"),
    ] {
        world.write(file, text);
    }
    let work = format!("{}/", world.work().display());
    let why = world.done(["why", "--json"]).json();
    let mut shown: Vec<(String, String)> = Vec::new();
    for pin in why["not_followed"].as_array().unwrap() {
        let place = pin["place"].as_str().unwrap().strip_prefix(&work).unwrap();
        shown.push((place.to_owned(), pin["value"].as_str().unwrap().to_owned()));
    }
    let sync = world.gom(["sync", "--check", "--json"]).run().json();
    let mut listed: Vec<(String, String)> = Vec::new();
    for place in sync["places"].as_array().unwrap() {
        let (file, role) = (place["file"].as_str().unwrap(), place["role"].as_str().unwrap());
        let is_followed = matches!(file, "go.mod" | ".go-version");
        let is_shown = !matches!(role, "matrix" | "go-line" | "constraint") && file != "other/Dockerfile";
        if is_shown && !is_followed {
            let version = place["version"].as_str().unwrap().to_owned();
            listed.push((format!("{file}:{}", place["line"]), version));
        }
    }
    assert_eq!(shown, listed);
    let one = |place: &str, version: &str| (place.to_owned(), version.to_owned());
    assert_eq!(
        shown,
        [
            one(".tool-versions:1", "1.95.1"),
            one("mise.toml:3", "1.96"),
            one(".prototools:1", "~1.96"),
            one("Dockerfile:1", "1.95.2"),
            one("docker-compose.yml:1", "1.96"),
            one(".devcontainer/devcontainer.json:2", "1.96"),
            one(".github/workflows/ci.yml:2", "1.96.x"),
            one(".gitlab-ci.yml:3", "1.95.3"),
            one(".vscode/settings.json:1", "1.96.1"),
        ]
    );
}

/// A file of a cloned project can't write to the terminal.
#[test]
fn control_characters_of_a_tag_are_escaped() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.97\n");
    world.write("Dockerfile", "FROM golang:\u{1b}[2J\n");
    let output = world.gom(["why"]).run();
    assert!(output.stdout.contains("Dockerfile:1 says \\u{1b}[2J (docker)"), "{output}");
    assert!(!output.stdout.contains('\u{1b}'), "{output}");
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
