//! `gom bump`: every place of a project moves to a newer release, in the form that it had, and the text says what that fixes.

use std::fs;
use std::os::unix::fs::symlink;

use gom_tests::{FakeToolchain, VulnDb, World};
use insta::assert_snapshot;

/// Older than any cooldown, and younger than each.
const OLD: &str = "2020-01-02";
const YOUNG: &str = "2999-01-01";

/// A project that pins 1.98.1. Of its line 1.98.3 is out, and 1.99.2 is the newest release. Go's database knows a vulnerability
/// that 1.98.2 fixes.
pub(crate) fn project() -> (World, VulnDb) {
    let world = World::publishing(&["1.98.1", "1.98.2", "1.98.3", "1.99.2"]);
    for (version, day) in
        [("1.98.1", "2019-12-01"), ("1.98.2", "2019-12-20"), ("1.98.3", OLD), ("1.99.2", OLD)]
    {
        world.proxy.set_date(&FakeToolchain::here(version), day);
    }
    let db = VulnDb::new();
    db.publish("GO-2026-9001", "stdlib", "+0 -1.98.2", "net/http");
    db.online(&world.internet);
    world.write(".git/HEAD", "ref: refs/heads/main\n");
    world.write(".go-version", "1.98.1\n");
    world.write("go.mod", "module example.test/m\n\ngo 1.97.0\ntoolchain go1.98.1\n");
    world.write("Dockerfile", "FROM golang:1.98.1-alpine AS build # \u{e9}\r\nRUN go build\r\n");
    world.write(
        ".github/workflows/ci.yml",
        "jobs:\n  a:\n    steps:\n      - uses: actions/setup-go@v5\n        with:\n          go-version: '1.98.x' # ours\n",
    );
    (world, db)
}

/// What gom says, without the day of the database.
fn said(world: &World, db: &VulnDb, arguments: &[&str]) -> String {
    world.say(arguments).replace(&db.modified()[..10], "[DAY]")
}

#[test]
fn the_edits_and_the_text_are_shown_and_nothing_is_written() {
    let (world, db) = project();
    let before = world.tree("work");
    assert_snapshot!(said(&world, &db, &["bump", "--dry-run"]), @"
    exit: 0
    --- stdout
    Go 1.98.3, by gom bump
    STATE    VERSION  NEW     PLACE                       WHAT              WHY
    differs  1.98.1   1.98.3  .go-version:1               version file      older than 1.98.3 (gom bump)
    ok       1.97.0           go.mod:3                    go line           at most 1.98.3 (gom bump)
    differs  1.98.1   1.98.3  go.mod:4                    toolchain line    older than 1.98.3 (gom bump)
    differs  1.98.1   1.98.3  Dockerfile:1                image golang      older than 1.98.3 (gom bump)
    ok       1.98.x           .github/workflows/ci.yml:6  actions/setup-go

    --- a/Dockerfile
    +++ b/Dockerfile
    @@ -1,2 +1,2 @@
    -FROM golang:1.98.1-alpine AS build # é
    +FROM golang:1.98.3-alpine AS build # é
     RUN go build

    --- a/go.mod
    +++ b/go.mod
    @@ -3,2 +3,2 @@
     go 1.97.0
    -toolchain go1.98.1
    +toolchain go1.98.3

    --- a/.go-version
    +++ b/.go-version
    @@ -1 +1 @@
    -1.98.1
    +1.98.3

    Update Go from 1.98.1 to 1.98.3

    Go 1.98.3 was released on 2020-01-02, 32 days after 1.98.1 (2019-12-01).

    It fixes 1 known vulnerability that Go 1.98.1 has:

    - GO-2026-9001 (CVE-2026-9001) in net/http: A fault in net/http
      https://pkg.go.dev/vuln/GO-2026-9001

    By https://vuln.go.dev, as of [DAY], for Go's library and its tools
    on every platform.

    Patches, with the issues that each one fixes:

    - 1.98.2 (2019-12-20)
      https://github.com/golang/go/issues?q=milestone%3AGo1.98.2+label%3ACherryPickApproved
    - 1.98.3 (2020-01-02)
      https://github.com/golang/go/issues?q=milestone%3AGo1.98.3+label%3ACherryPickApproved

    Places:

    - .go-version:1: 1.98.1 -> 1.98.3
    - go.mod:4: 1.98.1 -> 1.98.3
    - Dockerfile:1: 1.98.1 -> 1.98.3

    Release history: https://go.dev/doc/devel/release#go1.98.3
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    hint: gom's list of tags, of 2026-08-19, does not tell whether golang:1.98.3-alpine exists; `gom sync --online` asks
    ");
    assert_eq!(world.tree("work"), before);
}

#[test]
fn every_place_moves_in_its_form_and_the_second_time_none() {
    let (world, db) = project();
    assert_snapshot!(world.say(["bump"]), @"
    exit: 2
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    error: 3 files would be changed, and nobody can be asked
    hint: run `gom bump --dry-run` to see the edits, then the same command with `--yes`
    ");
    assert_eq!(world.gom(["bump", "--json"]).run().code, Some(2));
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    assert_snapshot!(said(&world, &db, &["bump", "--yes", "--quiet"]), @"
    exit: 0
    --- stdout
    Update Go from 1.98.1 to 1.98.3

    Go 1.98.3 was released on 2020-01-02, 32 days after 1.98.1 (2019-12-01).

    It fixes 1 known vulnerability that Go 1.98.1 has:

    - GO-2026-9001 (CVE-2026-9001) in net/http: A fault in net/http
      https://pkg.go.dev/vuln/GO-2026-9001

    By https://vuln.go.dev, as of [DAY], for Go's library and its tools
    on every platform.

    Patches, with the issues that each one fixes:

    - 1.98.2 (2019-12-20)
      https://github.com/golang/go/issues?q=milestone%3AGo1.98.2+label%3ACherryPickApproved
    - 1.98.3 (2020-01-02)
      https://github.com/golang/go/issues?q=milestone%3AGo1.98.3+label%3ACherryPickApproved

    Places:

    - .go-version:1: 1.98.1 -> 1.98.3
    - go.mod:4: 1.98.1 -> 1.98.3
    - Dockerfile:1: 1.98.1 -> 1.98.3

    Release history: https://go.dev/doc/devel/release#go1.98.3
    --- stderr
    ");
    assert_eq!(world.read(".go-version"), "1.98.3\n");
    assert_eq!(world.read("go.mod"), "module example.test/m\n\ngo 1.97.0\ntoolchain go1.98.3\n");
    assert_eq!(world.read("Dockerfile"), "FROM golang:1.98.3-alpine AS build # \u{e9}\r\nRUN go build\r\n");
    assert!(world.read(".github/workflows/ci.yml").ends_with("go-version: '1.98.x' # ours\n"));
    let before = world.tree("work");
    assert_snapshot!(world.say(["bump", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    nothing to move: each place that gom edits names Go 1.98.3, its line, or a newer Go
    ");
    assert_eq!(world.tree("work"), before);
    // The same command without `--yes` has nothing to ask.
    assert_eq!(world.gom(["bump", "--commit-message"]).run().stdout, "");
}

#[test]
fn only_the_text_is_data_for_a_commit() {
    let (world, db) = project();
    let output = world.gom(["bump", "minor", "--yes", "--commit-message"]).done();
    assert_snapshot!(output.stdout.replace(&db.modified()[..10], "[DAY]"), @"
    Update Go from 1.98.1 to 1.99.2

    Go 1.99.2 was released on 2020-01-02, 32 days after 1.98.1 (2019-12-01).

    It fixes 1 known vulnerability that Go 1.98.1 has:

    - GO-2026-9001 (CVE-2026-9001) in net/http: A fault in net/http
      https://pkg.go.dev/vuln/GO-2026-9001

    By https://vuln.go.dev, as of [DAY], for Go's library and its tools
    on every platform.

    Places:

    - .go-version:1: 1.98.1 -> 1.99.2
    - go.mod:4: 1.98.1 -> 1.99.2
    - Dockerfile:1: 1.98.1 -> 1.99.2
    - .github/workflows/ci.yml:6: 1.98.x -> 1.99.x

    What is new: https://go.dev/doc/go1.99
    Release history: https://go.dev/doc/devel/release#go1.99.2
    ");
    assert_eq!(world.read(".go-version"), "1.99.2\n");
    assert!(world.read(".github/workflows/ci.yml").ends_with("go-version: '1.99.x' # ours\n"));
    assert!(world.read("go.mod").contains("go 1.97.0\ntoolchain go1.99.2\n"));
    for line in output.stdout.lines().filter(|line| !line.contains("http")) {
        assert!(line.chars().count() <= 72, "{line}");
    }
    let (world, _) = project();
    let before = world.tree("work");
    let dry = world.gom(["bump", "minor", "--dry-run", "--commit-message"]).done();
    assert_eq!((dry.stdout, world.tree("work")), (output.stdout, before));
}

#[test]
fn a_young_release_waits_unless_it_fixes_a_vulnerability() {
    let (world, db) = project();
    world.proxy.set_date(&FakeToolchain::here("1.98.3"), YOUNG);
    assert_snapshot!(world.gom(["bump", "--min-age", "7d", "--yes"]).run().stderr, @"
    downloading Go's vulnerability database from https://vuln.go.dev
    left out: 1.98.3 of 2999-01-01 is not 7 days old, as --min-age asks
    hint: run `gom bump --min-age 0d` to take the newest one now
    changed Dockerfile
    changed go.mod
    changed .go-version
    hint: Go 1.98.2 is not installed here; run `gom install 1.98.2`
    hint: gom's list of tags, of 2026-08-19, does not tell whether golang:1.98.2-alpine exists; `gom sync --online` asks
    ");
    assert_eq!(world.read(".go-version"), "1.98.2\n");
    world.write("gom.toml", "[bump]\nmin-age = \"2w\"\n");
    assert_snapshot!(world.say(["bump", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    left out: 1.98.3 of 2999-01-01 is not 14 days old, as gom.toml:2 asks
    hint: run `gom bump --min-age 0d` to take the newest one now
    nothing to move: each place that gom edits names Go 1.98.2, its line, or a newer Go
    ");
    db.publish("GO-2026-9002", "toolchain", "+0 -1.98.3", "cmd/go");
    world.forget_lists();
    let output = world.gom(["bump", "--yes"]).done();
    assert!(
        output.stdout.contains("It is younger than 14 days, and taken for the security fixes in it."),
        "{output}"
    );
    assert_eq!(world.read(".go-version"), "1.98.3\n");
}

#[test]
fn a_release_whose_age_nobody_tells_waits() {
    let (world, _) = project();
    world.open_go_dev();
    let bump = |arguments: &[&str]| world.gom(arguments).env("GOPROXY", "off").done().json();
    let report = bump(&["bump", "minor", "--min-age", "7d", "--dry-run", "--json"]);
    let skipped: Vec<_> =
        report["skipped"].as_array().unwrap().iter().map(|skipped| skipped["version"].clone()).collect();
    assert_eq!(skipped, ["1.99.2", "1.98.3"]);
    assert_eq!(report["skipped"][0]["released"], serde_json::Value::Null);
    // It fixes a vulnerability.
    assert_eq!((&report["to"], &report["waived"]), (&"1.98.2".into(), &true.into()));
    assert_eq!(bump(&["bump", "minor", "--dry-run", "--json"])["to"], "1.99.2");
}

#[test]
fn nothing_is_lowered_unless_the_user_names_the_version() {
    let (world, _) = project();
    world.write("Dockerfile", "FROM golang:1.99.2\n");
    world.done(["bump", "--yes"]);
    assert_eq!(world.read("Dockerfile"), "FROM golang:1.99.2\n");
    world.done(["bump", "1.98.2", "--yes"]);
    assert_eq!(world.read("Dockerfile"), "FROM golang:1.98.2\n");
    assert_eq!(world.read(".go-version"), "1.98.2\n");
    assert_snapshot!(world.say(["bump", "1.98.7", "--yes"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no known release matches `1.98.7`
    hint: run `gom list-remote` to see the releases
    ");
    let too_young = world.gom(["bump", "1.99", "--min-age", "1000w", "--yes"]).run();
    assert_snapshot!(too_young.snapshot(&world), @"
    exit: 7
    --- stdout
    --- stderr
    error: each release that matches `1.99` is too young (1.99.2 of 2020-01-02 is not 7000 days old, as --min-age asks)
    hint: run `gom bump 1.99 --min-age 0d` to take it now
    ");
    assert_eq!(world.read(".go-version"), "1.98.2\n");
}

#[test]
fn a_young_release_of_another_line_is_taken_for_a_fix_that_the_present_version_lacks() {
    let (world, db) = project();
    db.publish("GO-2026-9002", "stdlib", "+0 -1.99.2", "net/http");
    let output = world.gom(["bump", "1.99", "--min-age", "1000w", "--yes"]).done();
    assert!(output.stdout.contains("It is younger than 7000 days, and taken for the security"), "{output}");
    assert_eq!(world.read(".go-version"), "1.99.2\n");
}

#[test]
fn a_go_line_that_decides_keeps_its_form() {
    for (before, level, after) in [
        ("go 1.98", "patch", "go 1.98"),
        ("go 1.98", "minor", "go 1.99"),
        ("go 1.98.1", "patch", "go 1.98.3"),
        ("go 1.98.1", "minor", "go 1.99.2"),
    ] {
        let (world, _) = project();
        fs::remove_file(world.work().join(".go-version")).unwrap();
        world.write("go.mod", format!("module example.test/m\n\n{before}\n"));
        world.done(["bump", level, "--yes"]);
        assert_eq!(world.read("go.mod"), format!("module example.test/m\n\n{after}\n"), "{before} {level}");
    }
}

#[test]
fn the_rules_of_the_project_count() {
    let (world, _) = project();
    world.write("gom.toml", "[sync]\nexclude = ['Dockerfile']\n[sync.rules]\ntoolchain-line = 'report'\n");
    world.done(["bump", "--yes"]);
    assert!(world.read("Dockerfile").starts_with("FROM golang:1.98.1-alpine"));
    assert!(world.read("go.mod").ends_with("toolchain go1.98.1\n"));
    assert_eq!(world.read(".go-version"), "1.98.3\n");
    world.write("gom.toml", "[bump]\nmin-age = 'soon'\n");
    assert_snapshot!(world.say(["bump"]), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: [WORK]/gom.toml:2: `min-age` must be a number of days or weeks, such as "7d"
    hint: edit that line of [WORK]/gom.toml; `gom help bump` lists the keys
    "#);
}

#[test]
fn what_no_edit_moves_is_left_with_a_hint() {
    let (world, _) = project();
    world.write("Dockerfile", "FROM golang:1.98.1@sha256:00ff\n");
    let dry = world.gom(["bump", "--dry-run"]).run();
    assert_eq!(dry.code, Some(10), "{dry}");
    let output = world.gom(["bump", "--yes", "--commit-message"]).run();
    assert_eq!(output.code, Some(10), "{output}");
    assert!(output.stdout.contains("\nLeft to do by hand:\n\n- Dockerfile:1: "), "{output}");
    assert!(output.stderr.contains("docker buildx imagetools inspect golang:1.98.3"), "{output}");
    // Nothing else is left, and that is still to do.
    let output = world.gom(["bump", "--yes", "--commit-message"]).run();
    assert_eq!((output.code, output.stdout.as_str()), (Some(10), ""), "{output}");
    world.write("mise.toml", "[tools]\ngo = \n");
    let output = world.gom(["bump", "--yes", "--commit-message"]).run();
    assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output}");
    assert!(output.stderr.contains("/mise.toml:2: invalid TOML: "), "{output}");
}

#[test]
fn no_link_is_written_through() {
    let (world, _) = project();
    let outside = world.work().parent().unwrap().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("Dockerfile"), "FROM golang:1.98.1\n").unwrap();
    fs::write(outside.join("go.sum"), "").unwrap();
    symlink(&outside, world.work().join("linked")).unwrap();
    fs::remove_file(world.work().join("Dockerfile")).unwrap();
    symlink(outside.join("Dockerfile"), world.work().join("Dockerfile")).unwrap();
    // The go command would write through this one.
    symlink(outside.join("go.sum"), world.work().join("go.sum")).unwrap();
    world.done(["install", "1.98.3"]);
    let output = world.gom(["bump", "--yes", "--tidy"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("/go.sum` is a link to "), "{output}");
    assert_eq!(fs::read_to_string(outside.join("Dockerfile")).unwrap(), "FROM golang:1.98.1\n");
    assert_eq!(fs::read_to_string(outside.join("go.sum")).unwrap(), "");
    assert_eq!(world.read(".go-version"), "1.98.1\n", "that is known before any version moves");
    assert_eq!(world.gom(["bump", "--dry-run", "--tidy"]).run().code, Some(1));
}

#[test]
fn a_person_is_asked_once_and_no_changes_nothing() {
    let (world, _) = project();
    for (answer, version) in [("n\r", "1.98.1"), ("y\r", "1.98.3")] {
        let gom = world.store().join("bin/gom");
        let Some(mut terminal) = world.terminal((160, 60), gom, ["bump"]) else { return };
        terminal.wait_for("the question", |screen| screen.contains("Change 3 files?"));
        terminal.press(answer);
        let shown = terminal.end();
        assert_eq!(world.read(".go-version"), format!("{version}\n"), "{shown:?}");
    }
}

#[test]
fn a_line_without_support_names_the_way_on() {
    let (world, _) = project();
    world.write(".go-version", "1.97.3\n");
    world.write("go.mod", "module example.test/m\n\ngo 1.97.0\n");
    fs::remove_file(world.work().join("Dockerfile")).unwrap();
    fs::remove_file(world.work().join(".github/workflows/ci.yml")).unwrap();
    assert_snapshot!(world.say(["bump"]), @"
    exit: 0
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    nothing to move: each place that gom edits names Go 1.97.3, its line, or a newer Go
    hint: Go 1.97 gets no more fixes; run `gom bump minor` to move to the newest line
    ");
}

#[test]
fn a_project_that_names_no_version_is_an_error() {
    let (world, _) = project();
    for file in [".go-version", "go.mod", "Dockerfile", ".github/workflows/ci.yml"] {
        fs::remove_file(world.work().join(file)).unwrap();
    }
    assert_snapshot!(world.say(["bump"]), @"
    exit: 3
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    error: nothing in `[WORK]` selects a Go: it has no version file, go.work or go.mod
    hint: run `gom bump latest`, or pin it with `gom local latest`
    ");
}

#[test]
fn a_lock_and_a_missing_toolchain_are_named() {
    let (world, _) = project();
    world.done(["lock"]);
    let output = world.gom(["bump", "--yes"]).done();
    assert!(
        output.stderr.contains("hint: Go 1.98.3 is not installed here; run `gom install 1.98.3`\n"),
        "{output}"
    );
    assert!(
        output.stderr.contains("hint: run `gom lock`, because gom.lock is about the version before\n"),
        "{output}"
    );
    assert_eq!(world.gom(["lock", "--check"]).run().code, Some(10));
}

#[test]
fn the_object_names_both_releases_and_what_lies_between() {
    let (world, db) = project();
    let report = world.gom(["bump", "--yes", "--json", "--quiet"]).done();
    assert_eq!(report.stderr, "");
    let report = report.json();
    assert_eq!(
        (&report["from"], &report["to"], &report["level"]),
        (&"1.98.1".into(), &"1.98.3".into(), &"patch".into())
    );
    assert_eq!(report["present"]["origin"], ".go-version:1");
    assert_eq!(report["change"]["days_between"], 32);
    let patches: Vec<_> = report["change"]["patches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|patch| patch["version"].clone())
        .collect();
    assert_eq!(patches, ["1.98.2", "1.98.3"]);
    assert_eq!(report["change"]["fixed"][0]["id"], "GO-2026-9001");
    assert_eq!(report["change"]["added"], serde_json::json!([]));
    let source = format!("https://vuln.go.dev, as of {}", &db.modified()[..10]);
    assert_eq!(report["change"]["database"], source);
    assert_eq!(report["message"]["subject"], "Update Go from 1.98.1 to 1.98.3");
    let changed: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|file| file["changed"].clone()).collect();
    assert_eq!(changed, [true, true, true]);
    let report = world.gom(["bump", "--json"]).done().json();
    assert_eq!((&report["change"], &report["message"]), (&serde_json::Value::Null, &serde_json::Value::Null));
}

#[test]
fn without_a_network_the_data_in_gom_count() {
    let (world, _) = project();
    world.write(".go-version", "1.22.6\n");
    world.write("go.mod", "module example.test/m\n\ngo 1.22.0\n");
    fs::remove_file(world.work().join("Dockerfile")).unwrap();
    fs::remove_file(world.work().join(".github/workflows/ci.yml")).unwrap();
    world.forget_lists();
    let report = world.gom(["bump", "--yes", "--offline", "--json"]).done().json();
    assert_eq!((&report["to"], &report["supported"]), (&"1.22.12".into(), &false.into()));
    assert_eq!(report["change"]["security"]["releases"], serde_json::json!(["1.22.7", "1.22.11", "1.22.12"]));
    assert!(!report["change"]["fixed"].as_array().unwrap().is_empty());
    assert!(world.internet.requests().iter().all(|request| !request.path.contains("vuln")));
}
