//! The store and what is near are asked first, and a missing answer is not a no (K1): what is installed needs
//! no network, and a list that could not be refreshed never says that a release does not exist.

use gom_tests::{FakeToolchain, Fault, NOBODY, Run, World};
use insta::assert_snapshot;

/// Every way in which no list can be had: off, dead, and not asked.
fn without_lists(world: &World, arguments: &[&str]) -> [(&'static str, Run); 4] {
    for cache in [".cache", "Library"] {
        let _ = std::fs::remove_dir_all(world.home().join(cache));
    }
    let gom = || world.gom(arguments);
    [
        ("GOPROXY=off", gom().env("GOPROXY", "off")),
        ("a dead proxy", gom().env("GOPROXY", NOBODY)),
        ("--offline", world.gom(arguments.iter().copied().chain(["--offline"]))),
        ("GOM_OFFLINE", gom().env("GOM_OFFLINE", "1")),
    ]
}

// K1.1
#[test]
fn what_is_installed_needs_no_list() {
    let world = World::with(&["1.98.1"]);
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    for arguments in [&["install", "1.98.1"][..], &["install"], &["use", "1.98.1"], &["local", "1.98.1"]] {
        for (how, run) in without_lists(&world, arguments) {
            let output = run.run();
            assert_eq!(output.code, Some(0), "{arguments:?} with {how}: {output}");
            assert!(!output.stderr.contains("can't ask"), "{arguments:?} with {how}: {output}");
        }
    }
}

// K1.1
#[test]
fn a_line_that_can_not_be_refreshed_is_served_by_what_is_installed() {
    let world = World::with(&["1.98.1"]);
    for spec in ["1.98", "latest", ">=1.97", "1"] {
        for (how, run) in without_lists(&world, &["install", spec]) {
            let output = run.run();
            assert_eq!(output.code, Some(0), "{spec} with {how}: {output}");
            let warning = format!("warning: can't ask for a newer Go that answers to `{spec}` (");
            assert!(output.stderr.starts_with(&warning), "{spec} with {how}: {output}");
            assert!(output.stderr.contains("; the newest here is 1.98.1\n"), "{spec} with {how}: {output}");
        }
    }
    assert_snapshot!(world.say(["install", "1.98", "--offline"]), @"
    exit: 0
    --- stdout
    --- stderr
    warning: can't ask for a newer Go that answers to `1.98` (the network is off: --offline); the newest here is 1.98.1
    go1.98.1.[PLATFORM] is already installed
    ");
}

/// The index in gom knows a newer patch, but no source has it (K1.1).
#[test]
fn a_newer_release_that_can_not_be_fetched_is_no_failure() {
    let world = World::with(&["1.22.6"]);
    for (how, run) in without_lists(&world, &["install", "1.22"]) {
        let output = run.run();
        assert_eq!(output.code, Some(0), "{how}: {output}");
        assert!(output.stderr.contains("; the newest here is 1.22.6\n"), "{how}: {output}");
    }
    assert_eq!(world.installed(), ["go1.22.6.[PLATFORM]"]);
}

/// A list that is older than what is installed brings nothing older (K1.1).
#[test]
fn an_older_list_does_not_install_an_older_release() {
    let world = World::with(&["1.98.4"]);
    world.done(["use", "1.98.4"]);
    let lagging = World::publishing(&["1.98.1"]);
    let run = world.gom(["install", "1.98"]).env("GOPROXY", lagging.internet.url("/proxy"));
    assert_eq!(run.run().stderr, format!("{} is already installed\n", FakeToolchain::here("1.98.4").name()));
}

// K1.2
#[test]
fn an_unknown_release_is_no_release_only_where_somebody_could_be_asked() {
    let world = World::publishing(&[]);
    for (spec, code) in [
        ("1.98.1", 4),
        ("1.98", 4),
        (">=1.98", 4),
        // The index in gom has newer ones of these lines, and all there will be of that platform.
        ("1.22rc7", 3),
        ("1.20.1.darwin-386", 3),
    ] {
        for (how, run) in without_lists(&world, &["install", spec]) {
            let output = run.run();
            assert_eq!(output.code, Some(code), "{spec} with {how}: {output}");
        }
    }
    let offline = world.gom(["install", "1.98.1", "--offline"]).run();
    assert!(offline.stderr.contains("hint: omit `--offline`"), "{offline}");
    let run = world.gom(["install", "1.98.1"]).env("GOPROXY", "off").env("GOM_SOURCES", "proxy");
    let said = world.shown(run);
    let (first, rest) = said.split_once("the lists here end on ").unwrap();
    assert_snapshot!(format!("{first}the lists here end on [DAY]{}", &rest["2026-09-01".len()..]), @"
    exit: 4
    --- stdout
    --- stderr
    error: can't tell whether Go 1.98.1 exists: the lists here end on [DAY] and can't be refreshed
      proxy: not asked: GOPROXY is `off` (environment)
    hint: run `gom doctor --network` to see what can't be reached and what to set, then `gom install 1.98.1` again
    ");
}

/// Whether it exists shows when it is fetched; a place that does not have it may only be late (K1.2).
#[test]
fn a_release_that_no_list_has_is_fetched_all_the_same() {
    let world = World::publishing(&["1.98.1"]);
    world.proxy.site().fault("/golang.org/toolchain/@v/list", Fault::Status(404));
    let output = world.gom(["install", "1.98.1"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    let refused = world.gom(["install", "1.98.2"]);
    assert_snapshot!(world.shown(refused), @"
    exit: 4
    --- stdout
    --- stderr
    error: can't tell whether Go 1.98.2 exists: the lists here end on 2026-09-01 and can't be refreshed
      go.dev: can't reach `https://go.dev/dl/go1.98.2.[PLATFORM].tar.gz`: the proxy `http://127.0.0.1:[PORT]` (environment variable HTTPS_PROXY) does not connect to go.dev
      golang.google.cn: can't reach `https://golang.google.cn/dl/go1.98.2.[PLATFORM].tar.gz`: the proxy `http://127.0.0.1:[PORT]` (environment variable HTTPS_PROXY) does not connect to golang.google.cn
      dl.google.com: can't reach `https://dl.google.com/go/go1.98.2.[PLATFORM].tar.gz`: the proxy `http://127.0.0.1:[PORT]` (environment variable HTTPS_PROXY) does not connect to dl.google.com
      proxy: `http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.2.[PLATFORM].zip` answered HTTP 404
    hint: run `gom doctor --network` to see what can't be reached and what to set, then `gom install 1.98.2` again
    ");
}

// K1.2
#[test]
fn a_pin_that_nobody_can_check_is_written_with_a_warning() {
    let world = World::publishing(&[]);
    for (how, run) in without_lists(&world, &["local", "1.98.9", "--no-install"]) {
        world.write(".go-version", "");
        let output = run.run();
        assert_eq!(output.code, Some(0), "{how}: {output}");
        assert!(output.stderr.starts_with("warning: Go 1.98.9 is pinned unchecked: "), "{how}: {output}");
        assert_eq!(world.read(".go-version"), "1.98.9\n", "{how}");
    }
    let line = world.gom(["local", "1.98", "--line", "--no-install", "--offline"]).run();
    assert_eq!((line.code, world.read(".go-version").as_str()), (Some(0), "1.98\n"), "{line}");
    // What must be installed is not pinned before it is.
    let refused = world.gom(["local", "1.98.8", "--offline"]).run();
    assert_eq!((refused.code, world.read(".go-version").as_str()), (Some(4), "1.98\n"), "{refused}");
    // Somebody could be asked.
    let no = world.gom(["local", "1.98.8", "--no-install"]).run();
    assert_eq!((no.code, world.read(".go-version").as_str()), (Some(3), "1.98\n"), "{no}");
}

// K1.3
#[test]
fn lists_that_can_not_be_kept_are_used_and_that_is_said_once() {
    let world = World::publishing(&["1.98.1"]);
    world.write("file", "");
    let cache = world.work().join("file/cache");
    let run = |arguments: &[&str]| world.gom(arguments).env("GOM_CACHE_DIR", &cache);
    let listed = run(&["list-remote", "latest"]).run();
    assert_eq!(listed.stdout, "1.98.1\n", "{listed}");
    assert_eq!(listed.stderr.matches("can't cache the release lists").count(), 1, "{listed}");
    let pinned = run(&["local", "1.98", "--no-install"]).run();
    assert_eq!(pinned.stderr.matches("can't cache the release lists").count(), 1, "{pinned}");
    assert_eq!(world.read(".go-version"), "1.98.1\n");
}

/// The shim skips a broken tree too, so its hint is the command that repairs it (K1.4).
#[test]
fn the_shim_passes_a_broken_tree_over() {
    let world = World::with(&["1.98.1", "1.98.4"]);
    std::fs::remove_file(world.goroot(&FakeToolchain::here("1.98.4").name()).join("bin/go")).unwrap();
    world.write(".go-version", "1.98\n");
    let by_line = world.go(["version"]).run();
    assert!(by_line.stdout.starts_with("go version go1.98.1 "), "{by_line}");
    world.write(".go-version", "1.98.4\n");
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.98.4 is not installed (set by [WORK]/.go-version:1)
    hint: run `gom install 1.98.4`
    ");
    world.done(["install", "1.98.4"]);
    assert!(world.go(["version"]).run().stdout.starts_with("go version go1.98.4 "));
}
