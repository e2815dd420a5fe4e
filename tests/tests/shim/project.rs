//! go.work and go.mod: Go's own floor on the starting point, and what they decide without one.

use crate::answer::{ran, version_in};
use gom_tests::World;
use insta::assert_snapshot;

fn world() -> World {
    let world = World::with(&["1.97.3", "1.98.1", "1.98.4", "1.99.2"]);
    world.done(["use", "1.97.3"]);
    world
}

fn module(go: &str) -> String {
    format!("module m\n\ngo {go}\n")
}

#[test]
fn a_go_mod_raises_every_starting_point() {
    let world = world();
    world.write("go.mod", module("1.98.1"));
    assert_eq!(version_in(&world, ""), "1.98.1");
    assert_eq!(ran(world.go(["version"]).env("GOM_TOOLCHAIN", "1.97")), "1.98.1");
    world.write("a/.go-version", "1.97.3\n");
    assert_eq!(version_in(&world, "a"), "1.98.1");
    world.write("b/.tool-versions", "golang 1.99.2\n");
    assert_eq!(version_in(&world, "b"), "1.99.2");
    assert_eq!(ran(world.go(["version"]).env("GOTOOLCHAIN", "local")), "1.97.3");
}

/// A project may come from anybody: a name that is not a regular file neither blocks the shim nor ends its search.
#[test]
fn a_fifo_or_a_device_of_a_files_name_is_passed_over() {
    let world = world();
    for (name, content) in [
        (".go-version", "1.98.1\n".to_owned()),
        (".tool-versions", "golang 1.98.1\n".to_owned()),
        ("go.work", "go 1.98.1\n".to_owned()),
        ("go.mod", module("1.98.1")),
    ] {
        let folder = format!("project-with{name}");
        world.write(&format!("{folder}/{name}"), &content);
        for kind in ["fifo", "zero", "null", "folder", "dangling"] {
            let inner = world.work().join(&folder).join(kind);
            std::fs::create_dir(&inner).unwrap();
            let file = inner.join(name);
            match kind {
                "fifo" => {
                    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
                }
                "folder" => std::fs::create_dir(&file).unwrap(),
                "dangling" => std::os::unix::fs::symlink("nowhere", &file).unwrap(),
                device => std::os::unix::fs::symlink(format!("/dev/{device}"), &file).unwrap(),
            }
            assert_eq!(version_in(&world, &format!("{folder}/{kind}")), "1.98.1", "{name} is a {kind}");
        }
    }
}

#[test]
fn gofmt_comes_from_the_same_toolchain() {
    let world = world();
    world.write("go.mod", module("1.98.1"));
    assert_eq!(world.linked("gofmt", ["-l"]).run().stdout, "gofmt of go1.98.1: -l\n");
}

#[test]
fn a_starting_point_from_before_switching_stays() {
    let world = World::with(&["1.20.3", "1.98.1"]);
    world.write(".go-version", "1.20.3\n");
    world.write("go.mod", module("1.98.1"));
    assert_eq!(version_in(&world, ""), "1.20.3");
}

#[test]
fn a_floor_that_is_not_installed_is_left_to_go() {
    let world = world();
    world.write("go.mod", module("1.99.7"));
    world.internet.forget_requests();
    assert_eq!(version_in(&world, ""), "1.97.3");
    assert!(world.internet.requests().is_empty(), "the shim never uses the network");
}

#[test]
fn files_are_looked_for_where_a_chdir_flag_leads() {
    let world = world();
    world.write("sub/go.mod", module("1.98.1"));
    world.write("sub/deep/.go-version", "1.99.2\n");
    let absolute = format!("-C={}", world.work().join("sub").display());
    for (arguments, version) in [
        (&["-C", "sub", "version"][..], "1.98.1"),
        (&["-C=sub", "version"], "1.98.1"),
        (&["--C=sub", "version"], "1.98.1"),
        (&["build", "-C", "sub", "./..."], "1.98.1"),
        (&["mod", "tidy", "-C", "sub"], "1.98.1"),
        (&["-C", "sub/deep", "version"], "1.99.2"),
        (&[&absolute, "version"], "1.98.1"),
        (&["build", "-v", "-C", "sub"], "1.97.3"),
        (&["version", "sub"], "1.97.3"),
    ] {
        assert_eq!(ran(world.go(arguments)), version, "{arguments:?}");
    }
}

/// `-C ..` leaves a folder: its files do not count.
#[test]
fn a_chdir_flag_that_leads_out_leaves_the_files_behind() {
    let world = world();
    world.write("sub/go.mod", module("1.98.1"));
    world.write("sub/deep/.go-version", "1.99.2\n");
    assert_eq!(ran(world.go(["-C", "..", "version"]).cwd(world.work().join("sub"))), "1.97.3");
    assert_eq!(ran(world.go(["-C", "sub/deep/..", "version"])), "1.98.1");
}

#[test]
fn go111module_and_gowork_are_read_as_go_reads_them() {
    let world = world();
    world.write("go.mod", module("1.98.1"));
    world.write("go.work", "go 1.99.2\n");
    let file = world.work().join("go.work").display().to_string();
    for (variables, version) in [
        (&[][..], "1.99.2"),
        (&[("GOWORK", "off")], "1.98.1"),
        (&[("GOWORK", file.as_str())], "1.99.2"),
        (&[("GOWORK", "/nonexistent/go.work")], "1.98.1"),
        (&[("GO111MODULE", "off")], "1.97.3"),
        (&[("GO111MODULE", "auto")], "1.99.2"),
        (&[("GO111MODULE", "auto"), ("GOWORK", "off")], "1.98.1"),
        (&[("GOFLAGS", "-modfile=/nonexistent/other.mod")], "1.99.2"),
    ] {
        let run = variables.iter().fold(world.go(["version"]), |run, (key, value)| run.env(key, value));
        assert_eq!(ran(run), version, "{variables:?}");
    }
    std::fs::remove_file(world.work().join("go.mod")).unwrap();
    assert_eq!(
        ran(world.go(["version"]).env("GO111MODULE", "auto")),
        "1.97.3",
        "a go.work alone is not enough"
    );
}

#[test]
fn settings_can_always_be_shown_and_mended() {
    let world = world();
    world.write("go.mod", module("1.98.1"));
    for (arguments, version) in [
        (&["env", "GOTOOLCHAIN"][..], "1.97.3"),
        (&["env", "-w", "GOTOOLCHAIN=auto"], "1.97.3"),
        (&["env", "GOMOD"], "1.97.3"),
        (&["env", "GOWORK"], "1.97.3"),
        (&["env", "GOROOT"], "1.98.1"),
        (&["env", "GOTOOLCHAIN", "GOMOD"], "1.98.1"),
    ] {
        assert_eq!(ran(world.go(arguments)), version, "{arguments:?}");
        assert_eq!(
            ran(world.go(arguments).env("GOTOOLCHAIN", "go1.99.2")),
            version.replace("1.98.1", "1.99.2")
        );
    }
}

/// Where the exact release of a floor is not installed, a newer patch of its line is enough (K2.2).
#[test]
fn a_newer_patch_serves_a_floor_whose_release_is_not_installed() {
    let world = world();
    for (go_mod, version) in [
        ("go 1.98.0\n", "1.98.4"),
        ("go 1.98.2\n", "1.98.4"),
        ("go 1.97\n\ntoolchain go1.98.2\n", "1.98.4"),
        ("go 1.98.1\n", "1.98.1"),
        ("go 1.98\n", "1.98.4"),
        // Nothing of that line is enough: Go decides.
        ("go 1.98.5\n", "1.97.3"),
        ("go 1.96.1\n", "1.97.3"),
    ] {
        world.write("go.mod", go_mod);
        assert_eq!(version_in(&world, ""), version, "{go_mod}");
        assert_eq!(ran(world.go(["version"]).env("GOTOOLCHAIN", "path")), version, "{go_mod}");
    }
    world.write("go.mod", module("1.98.2"));
    assert_snapshot!(world.say(["why"]), @"
    exit: 0
    --- stdout
    Go 1.98.4 runs here: [HOME]/.gom/toolchains/go1.98.4.[PLATFORM]/bin/go
    decided by: [WORK]/go.mod:3

    looked at, in order:
      GOM_TOOLCHAIN: not set
      [HOME]/.gom/default: the default: 1.97.3
      [WORK]/go.mod:3: `go 1.98.2` asks for more than Go 1.97.3
      [WORK]/go.mod:3: Go 1.98.2 is not in the store; 1.98.4 is, the newest patch of that line, and is enough

    then Go itself: GOTOOLCHAIN=auto ([HOME]/.gom/toolchains/go1.98.4.[PLATFORM]/go.env:2): it downloads a newer Go only if a command needs one
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    ");
    // A version named by hand is exact.
    world.write("go.mod", "module m\n");
    for named in ["go1.98.2", "go1.98.2+auto", "go1.98.2+path"] {
        assert_eq!(ran(world.go(["version"]).env("GOTOOLCHAIN", named)), "1.97.3", "{named}");
    }
    world.write(".go-version", "1.98.2\n");
    assert_eq!(world.go(["version"]).run().code, Some(127));
}

/// GOWORK counts where files count, in the modes auto and path (K2.5).
#[test]
fn a_relative_gowork_stops_only_the_modes_that_read_files() {
    let world = world();
    let with = |gotoolchain: &str| {
        ran(world.go(["version"]).env("GOTOOLCHAIN", gotoolchain).env("GOWORK", "go.work"))
    };
    assert_eq!(with("go1.98.4"), "1.98.4");
    assert_eq!(with("go1.98.4+auto"), "1.97.3");
    assert_eq!(with("auto"), "1.97.3");
}

/// Where no default is set: the exact one, a newer patch of its line, then whatever is enough (K2.1, K2.4).
#[test]
fn without_a_starting_point_what_is_installed_serves_the_project() {
    let world = World::with(&["1.97.3", "1.98.1", "1.98.4", "1.99.2"]);
    for (go_mod, version) in [
        ("go 1.98\n", "1.98.4"),
        ("go 1.98.1\n", "1.98.1"),
        ("go 1.98.2\n", "1.98.4"),
        ("go 1.98.4\n", "1.98.4"),
        ("go 1.98.5\n", "1.99.2"),
        ("go 1.97\ntoolchain go1.99.0\n", "1.99.2"),
        ("go 1.97\ntoolchain default\n", "1.97.3"),
        ("go 1.98.1\n\ntoolchain go1.97.3\n", "1.98.1"),
        ("go 1.14\n", "1.99.2"),
        ("go 1.22.0\n", "1.99.2"),
        ("go 1.99rc1\n", "1.99.2"),
    ] {
        world.write("go.mod", go_mod);
        assert_eq!(version_in(&world, ""), version, "{go_mod}");
    }
    world.write("go.work", "go 1.99\n");
    assert_eq!(version_in(&world, ""), "1.99.2");
    world.write("go.work", "go 1.96\n");
    assert_snapshot!(world.say(["why"]), @"
    exit: 0
    --- stdout
    Go 1.99.2 runs here: [HOME]/.gom/toolchains/go1.99.2.[PLATFORM]/bin/go
    decided by: [WORK]/go.work:1

    looked at, in order:
      GOM_TOOLCHAIN: not set
      [HOME]/.gom/default: no default is set
      [WORK]/go.work:1: asks for Go 1.96: nothing of that line is installed, and Go 1.99.2 is new enough
      [WORK]/go.work:1: `go 1.96` is satisfied by Go 1.99.2

    then Go itself: GOTOOLCHAIN=auto ([HOME]/.gom/toolchains/go1.99.2.[PLATFORM]/go.env:2): it downloads a newer Go only if a command needs one
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    ");
}

/// Prereleases serve where they are asked for, and where nothing else does.
#[test]
fn a_prerelease_serves_only_where_nothing_stable_does() {
    let world = World::with(&["1.97.3", "1.99rc1"]);
    for (go_mod, version) in [
        ("go 1.99rc1\n", "1.99rc1"),
        ("go 1.98.1\n", "1.99rc1"),
        ("go 1.99\n", "1.99rc1"),
        ("go 1.97\n", "1.97.3"),
        ("module m\n", "1.97.3"),
    ] {
        world.write("go.mod", go_mod);
        assert_eq!(version_in(&world, ""), version, "{go_mod}");
    }
    world.done(["uninstall", "1.97.3"]);
    world.write("go.mod", "go 1.97\n");
    assert_eq!(version_in(&world, ""), "1.99rc1");
}

/// Outside a project and without any other go, the newest installed one runs, and `why` says how to choose.
#[test]
fn without_a_default_the_newest_installed_runs_outside_a_project() {
    let world = World::with(&["1.97.3", "1.98.1", "1.99rc1"]);
    assert_eq!(version_in(&world, ""), "1.98.1");
    assert_snapshot!(world.say(["why"]), @"
    exit: 0
    --- stdout
    Go 1.98.1 runs here: [HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go
    decided by: the store, whose newest Go runs as no default is set

    looked at, in order:
      GOM_TOOLCHAIN: not set
      [HOME]/.gom/default: no default is set
      PATH: no `go` other than gom's
      the store: the newest installed is 1.98.1; `gom use 1.98.1` makes it the default

    then Go itself: GOTOOLCHAIN=auto ([HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/go.env:2): it downloads a newer Go only if a command needs one
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    ");
}

#[test]
fn a_line_that_nothing_installed_serves_is_left_to_the_next_go_on_path() {
    let world = World::with(&["1.97.3", "1.98.1"]);
    world.write("go.mod", "module m\n\ngo 1.98.2\n");
    let other = world.other_program("other", "go");
    let output = world.go(["version"]).env("PATH", format!("{}:{}", world.path(), other.display())).run();
    assert_eq!(world.redact(&output.stdout), "[HOME]/other/go: version, GOROOT=(unset)\n");
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: no installed Go satisfies [WORK]/go.mod:3, and PATH has no `go` other than gom's
    hint: run `gom install` in that folder: it installs what the file asks for
    ");
    world.publish(&gom_tests::FakeToolchain::here("1.98.2"));
    world.done(["install"]);
    assert_eq!(version_in(&world, ""), "1.98.2");
}
