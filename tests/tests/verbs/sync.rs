//! `gom sync`: the places of a project that name a Go version, and the edits, byte for byte.

use std::fs;
use std::os::unix::fs::symlink;

use gom_tests::{Route, Site, World};
use insta::assert_snapshot;
use serde_json::Value;

/// A project whose pin is 1.98.1.
fn project() -> World {
    let world = World::publishing(&[]);
    world.write(".go-version", "1.98.1\n");
    world.write("go.mod", "module example.test/m\n\ngo 1.97\n");
    world.write("Dockerfile", "FROM golang:1.97.3-alpine AS build # \u{e9}\r\nRUN go build\r\n");
    world.write(
        ".github/workflows/ci.yml",
        "jobs:\n  a:\n    steps:\n      - uses: actions/setup-go@v5\n        with:\n          go-version: '1.97.x' # ours\n",
    );
    world
}

#[test]
fn every_place_is_listed_with_whether_it_agrees() {
    let world = project();
    world.write(".gitlab-ci.yml", "a:\n  image: golang:latest\n");
    assert_snapshot!(world.say(["sync", "--check"]), @"
    exit: 10
    --- stdout
    Go 1.98.1, by .go-version:1
    STATE    VERSION  NEW     PLACE                       WHAT              WHY
    ok       1.98.1           .go-version:1               version file
    ok       1.97             go.mod:3                    go line           at most 1.98.1 (.go-version:1)
    differs  1.97.3   1.98.1  Dockerfile:1                image golang      older than 1.98.1 (.go-version:1)
    differs  1.97.x   1.98.x  .github/workflows/ci.yml:6  actions/setup-go  older than 1.98.1 (.go-version:1)
    note     latest           .gitlab-ci.yml:2            image golang      names no version, so it changes as releases come
    --- stderr
    hint: run `gom sync` to change the places with a NEW version
    hint: gom's list of tags, of 2026-08-19, does not tell whether golang:1.98.1-alpine exists; `gom sync --online` asks
    ");
    assert_eq!(world.gom(["sync", "--check"]).run().code, Some(10));
    assert!(world.internet.requests().is_empty());
}

#[test]
fn the_edits_are_shown_and_nothing_is_written() {
    let world = project();
    let before = world.tree("work");
    assert_snapshot!(world.say(["sync", "--dry-run"]), @"
    exit: 0
    --- stdout
    Go 1.98.1, by .go-version:1
    STATE    VERSION  NEW     PLACE                       WHAT              WHY
    ok       1.98.1           .go-version:1               version file
    ok       1.97             go.mod:3                    go line           at most 1.98.1 (.go-version:1)
    differs  1.97.3   1.98.1  Dockerfile:1                image golang      older than 1.98.1 (.go-version:1)
    differs  1.97.x   1.98.x  .github/workflows/ci.yml:6  actions/setup-go  older than 1.98.1 (.go-version:1)

    --- a/.github/workflows/ci.yml
    +++ b/.github/workflows/ci.yml
    @@ -5,2 +5,2 @@
             with:
    -          go-version: '1.97.x' # ours
    +          go-version: '1.98.x' # ours

    --- a/Dockerfile
    +++ b/Dockerfile
    @@ -1,2 +1,2 @@
    -FROM golang:1.97.3-alpine AS build # é
    +FROM golang:1.98.1-alpine AS build # é
     RUN go build
    --- stderr
    hint: gom's list of tags, of 2026-08-19, does not tell whether golang:1.98.1-alpine exists; `gom sync --online` asks
    ");
    assert_eq!(world.tree("work"), before);
}

#[test]
fn only_the_bytes_of_the_versions_change_and_the_second_time_none() {
    let world = project();
    assert_snapshot!(world.say(["sync"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: 2 files would be changed, and nobody can be asked
    hint: run `gom sync --dry-run` to see the edits, then the same command with `--yes`
    ");
    assert_eq!(world.gom(["sync", "--json"]).run().code, Some(2));
    assert_snapshot!(world.say(["sync", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    changed .github/workflows/ci.yml
    changed Dockerfile
    hint: gom's list of tags, of 2026-08-19, does not tell whether golang:1.98.1-alpine exists; `gom sync --online` asks
    ");
    assert_eq!(world.read("Dockerfile"), "FROM golang:1.98.1-alpine AS build # \u{e9}\r\nRUN go build\r\n");
    assert!(world.read(".github/workflows/ci.yml").ends_with("go-version: '1.98.x' # ours\n"));
    assert_eq!(world.read("go.mod"), "module example.test/m\n\ngo 1.97\n");
    let before = world.tree("work");
    world.done(["sync", "--yes"]);
    assert_eq!(world.tree("work"), before);
    assert_snapshot!(world.say(["sync", "--check"]), @"
    exit: 0
    --- stdout
    Go 1.98.1, by .go-version:1
    STATE  VERSION  PLACE                       WHAT              WHY
    ok     1.98.1   .go-version:1               version file
    ok     1.97     go.mod:3                    go line           at most 1.98.1 (.go-version:1)
    ok     1.98.1   Dockerfile:1                image golang
    ok     1.98.x   .github/workflows/ci.yml:6  actions/setup-go
    --- stderr
    every place agrees
    ");
}

#[test]
fn a_person_is_asked_once_and_no_changes_nothing() {
    let world = project();
    for (answer, version) in [("n\r", "1.97.3"), ("y\r", "1.98.1")] {
        let gom = world.store().join("bin/gom");
        let Some(mut terminal) = world.terminal((160, 60), gom, ["sync"]) else { return };
        terminal.wait_for("the question", |screen| screen.contains("Change 2 files?"));
        terminal.press(answer);
        let shown = terminal.end();
        assert!(world.read("Dockerfile").contains(version), "{shown:?}");
    }
}

#[test]
fn a_version_by_hand_is_written_everywhere() {
    let world = project();
    world.done(["sync", "--to", "1.99.2", "--yes"]);
    assert_eq!(world.read(".go-version"), "1.99.2\n");
    assert!(world.read("Dockerfile").starts_with("FROM golang:1.99.2-alpine"));
    assert_eq!(world.read("go.mod"), "module example.test/m\n\ngo 1.97\n");
}

#[test]
fn a_file_that_is_not_valid_is_an_error_with_its_line_and_the_others_are_compared() {
    let world = project();
    world.write("mise.toml", "[tools]\ngo = \n");
    let output = world.gom(["sync", "--check"]).run();
    assert_eq!(output.code, Some(2));
    assert!(output.stdout.contains("Dockerfile:1"), "{output}");
    assert!(output.stderr.contains("/mise.toml:2: invalid TOML: "), "{output}");
    let report = world.gom(["sync", "--check", "--json"]).run().json();
    assert_eq!(
        (&report["unreadable"][0]["file"], &report["unreadable"][0]["line"]),
        (&"mise.toml".into(), &2.into())
    );
    assert_eq!(report["error"]["kind"], "usage");
    assert_eq!(report["in_step"], false);
}

/// The list of tags in gom ends before 1.99.2.
#[test]
fn with_online_the_hub_says_which_tags_exist() {
    let world = World::publishing(&["1.99.2"]);
    let hub = Site::new();
    let tags = "/v2/namespaces/library/repositories/golang/tags";
    hub.route(&format!("{tags}/1.99.2-alpine3.24"), Route::ok("application/json", "{}"));
    world.internet.at("/hub", &hub);
    world.write(".go-version", "1.99.2\n");
    world.write("a/Dockerfile", "FROM golang:1.22.6-alpine3.24\n");
    world.write("b/Dockerfile", "FROM golang:1.22.6-plan9\nFROM quay.io/x/golang:1.22.6-plan9\n");
    let asked = world.done(["sync", "--dry-run"]);
    let hint = "does not tell whether golang:1.99.2-alpine3.24 and 1 more exists; `gom sync --online` asks";
    assert!(asked.stderr.contains(hint), "{asked}");
    let url = world.internet.url("/hub");
    let online = world.gom(["sync", "--yes", "--online", "--hub", &url, "--json"]).run();
    assert_eq!(online.code, Some(10), "{online}");
    assert_eq!(world.read("a/Dockerfile"), "FROM golang:1.99.2-alpine3.24\n", "{online}");
    let kept = "FROM golang:1.22.6-plan9\nFROM quay.io/x/golang:1.99.2-plan9\n";
    assert_eq!(world.read("b/Dockerfile"), kept, "{online}");
    assert!(online.stdout.contains("there is no image golang:1.99.2-plan9"), "{online}");
    // Nobody answers.
    let closed = world.gom(["sync", "--check", "--online", "--hub", "http://127.0.0.1:1"]).run();
    assert_eq!(closed.code, Some(4), "{closed}");
    assert!(closed.stderr.contains("hint: run the command without `--online`"), "{closed}");
    let bad = world.gom(["sync", "--check", "--online", "--hub", "hub"]).run();
    assert!(bad.code == Some(2) && bad.stderr.contains("no address of Docker Hub"), "{bad}");
}

#[test]
fn a_digest_is_not_left_beside_another_tag() {
    let world = project();
    world.write("Dockerfile", "FROM golang:1.97.3@sha256:00ff\n");
    let dry = world.gom(["sync", "--dry-run"]).run();
    assert_eq!(dry.code, Some(10), "{dry}");
    let output = world.gom(["sync", "--yes"]).run();
    assert_eq!(output.code, Some(10), "{output}");
    assert_eq!(world.read("Dockerfile"), "FROM golang:1.97.3@sha256:00ff\n");
    assert!(output.stderr.contains("docker buildx imagetools inspect golang:1.98.1"), "{output}");
}

#[test]
fn a_hostile_project_reaches_neither_the_terminal_nor_a_file_outside() {
    let world = project();
    world.write("a\u{1b}[31m/Dockerfile", "FROM golang:1.97.3\n");
    let output = world.gom(["sync", "--check"]).run();
    assert!(output.stdout.contains("a\\u{1b}[31m/Dockerfile:1"), "{output}");
    assert!(!output.stdout.contains('\u{1b}'), "{output}");
    // A linked file and a linked folder are not the project's.
    let outside = world.work().parent().unwrap().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("Dockerfile"), "FROM golang:1.97.3\n").unwrap();
    symlink(&outside, world.work().join("linked")).unwrap();
    fs::remove_file(world.work().join("Dockerfile")).unwrap();
    symlink(outside.join("Dockerfile"), world.work().join("Dockerfile")).unwrap();
    world.done(["sync", "--yes"]);
    assert_eq!(fs::read_to_string(outside.join("Dockerfile")).unwrap(), "FROM golang:1.97.3\n");
    assert_eq!(world.read("a\u{1b}[31m/Dockerfile"), "FROM golang:1.98.1\n");
}

#[test]
fn gom_toml_says_what_agrees_and_nothing_else() {
    let world = project();
    world.write("gom.toml", "[sync]\nexclude = [\"Dockerfile\"]\n[sync.rules]\nci = \"report\"\n");
    assert_eq!(world.gom(["sync", "--check"]).run().code, Some(0));
    world.write("gom.toml", "[sync]\nsource = \"https://example.test\"\n");
    assert_snapshot!(world.say(["sync", "--check"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: [WORK]/gom.toml:2: unknown key `source`; known: exclude, rules
    hint: edit that line of [WORK]/gom.toml; `gom help sync` lists the keys
    ");
    fs::remove_file(world.work().join("gom.toml")).unwrap();
    fs::create_dir(world.work().join("gom.toml")).unwrap();
    assert_snapshot!(world.say(["sync", "--check"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `[WORK]/gom.toml` is a folder, and not a file
    hint: look at it with `ls -ld [WORK]/gom.toml`, and put a file there or remove it
    ");
}

#[test]
fn the_findings_have_the_forms_of_other_programs() {
    let world = project();
    let report = |format: &str| world.gom(["sync", "--check", "--format", format]).run();
    assert_snapshot!(report("github").stdout, @"
    ::error file=Dockerfile,line=1,title=Go version out of step::image golang 1.97.3: older than 1.98.1 (.go-version:1)
    ::error file=.github/workflows/ci.yml,line=6,title=Go version out of step::actions/setup-go 1.97.x: older than 1.98.1 (.go-version:1)
    ");
    let list: Value = serde_json::from_str(&report("gitlab").stdout).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 2);
    let log: Value = serde_json::from_str(&report("sarif").stdout).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 2);
    assert_eq!(report("sarif").code, Some(10));
}

#[test]
fn a_project_that_selects_nothing_is_an_error() {
    let world = World::publishing(&[]);
    world.write("Dockerfile", "FROM golang:1.97.3\n");
    assert_snapshot!(world.say(["sync", "--check"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: nothing in `[WORK]` selects a Go: it has no version file, go.work or go.mod
    hint: run `gom sync --to latest`, or pin it with `gom local latest`
    ");
}

#[test]
fn the_object_names_places_and_files() {
    let world = project();
    let report = world.gom(["sync", "--check", "--json"]).run();
    assert_eq!((report.code, report.stderr.as_str()), (Some(10), ""));
    let report = report.json();
    assert_eq!(report["target"]["strength"], "exact");
    let place = &report["places"][2];
    assert_eq!(
        (&place["file"], &place["line"], &place["new"]),
        (&"Dockerfile".into(), &1.into(), &"1.98.1".into())
    );
    assert_eq!((&place["state"], &place["role"]), (&"out-of-step".into(), &"image".into()));
    assert_eq!(
        (&report["files"][0]["file"], &report["files"][0]["changed"]),
        (&".github/workflows/ci.yml".into(), &false.into())
    );
}
