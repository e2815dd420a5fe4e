//! `GOM_AUTO_INSTALL`: what the shim misses is installed where that is allowed, and never else.

use crate::answer::ran;
use gom_tests::{FakeToolchain, Output, Run, World, skip};
use insta::assert_snapshot;
use std::os::unix::fs::PermissionsExt;

/// 1.97.3 is installed and the default; more is published.
fn world() -> World {
    let world = World::with(&["1.97.3"]);
    world.done(["use", "1.97.3"]);
    for version in ["1.98.0", "1.98.1", "1.98.4", "1.99.2"] {
        world.publish(&FakeToolchain::here(version));
    }
    world.internet.forget_requests();
    world
}

fn always(run: Run) -> Run {
    run.env("GOM_AUTO_INSTALL", "always")
}

/// What ran in the end, by its first line.
fn first_line(output: &Output) -> &str {
    output.stdout.lines().next().unwrap_or_default()
}

#[test]
fn a_pin_is_installed_and_the_command_runs() {
    let world = world();
    world.write(".go-version", "1.98.1\n");
    assert_snapshot!(world.shown(always(world.go(["version"]))), @"
    exit: 0
    --- stdout
    go version go1.98.1 [PLATFORM]
    --- stderr
    gom: [WORK]/.go-version:1 asks for Go 1.98.1, which is not installed; installing it
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    ");
    world.assert_clean();
    assert_eq!(ran(always(world.go(["version"]))), "1.98.1", "the second time nothing is said");
}

#[test]
fn every_place_that_names_a_version_may_ask() {
    let world = world();
    for (spec, variable) in [("1.98.1", "GOM_TOOLCHAIN"), ("1.98", "GOM_TOOLCHAIN")] {
        let output = always(world.go(["version"]).env(variable, spec)).run();
        assert!(first_line(&output).starts_with("go version go1.98."), "{spec}: {output}");
    }
    let output = always(world.go(["+1.99.2", "version"])).run();
    assert!(first_line(&output).starts_with("go version go1.99.2 "), "{output}");
    world.done(["uninstall", "1.97.3", "--yes"]);
    let output = always(world.go(["version"])).run();
    assert!(first_line(&output).starts_with("go version go1.97.3 "), "the default: {output}");
}

#[test]
fn the_command_gets_its_arguments_and_input_unchanged() {
    let world = world();
    world.write(".go-version", "1.98.1\n");
    let given = ["env-dump", "", "a b", "--help", "--", "-q", "+x", "'$x'"];
    let output = always(world.go(given)).run();
    let passed: Vec<&str> = output.stdout.trim_end_matches('\n').split("\narg=").skip(1).collect();
    assert_eq!(passed, given[1..], "{output}");
    world.write(".go-version", "1.98.4\n");
    let output = always(world.go(["cat"])).stdin("one\ntwo").run();
    assert_eq!(output.stdout, "ready\none\ntwo", "{output}");
    world.write(".go-version", "1.99.2\n");
    let output = always(world.linked("gofmt", ["-l"])).run();
    assert_eq!(output.stdout, "gofmt of go1.99.2: -l\n", "{output}");
}

#[test]
fn a_floor_is_installed_and_runs() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.97\n\ntoolchain go1.98.1\n");
    assert_snapshot!(world.shown(always(world.go(["version"]))), @"
    exit: 0
    --- stdout
    go version go1.98.1 [PLATFORM]
    --- stderr
    gom: [WORK]/go.mod:5 asks for Go 1.98.1, which is not installed; installing it
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    ");
}

#[test]
fn for_a_go_line_without_a_patch_it_is_the_first_release_as_go_does() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.98\n");
    let output = always(world.go(["version"])).run();
    assert!(first_line(&output).starts_with("go version go1.98.0 "), "{output}");
}

#[test]
fn a_named_gotoolchain_is_installed() {
    let world = world();
    let output = always(world.go(["version"]).env("GOTOOLCHAIN", "go1.98.4+auto")).run();
    assert!(first_line(&output).starts_with("go version go1.98.4 "), "{output}");
}

/// The starting toolchain runs, and gom asks no question.
fn stays(world: &World, run: Run) {
    assert_eq!(ran(run), "1.97.3");
    assert!(world.internet.requests().is_empty(), "{:?}", world.internet.requests());
    assert_eq!(world.installed(), ["go1.97.3.[PLATFORM]"]);
}

#[test]
fn where_go_would_only_look_on_path_nothing_is_installed() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    for value in ["path", "local+path", "go1.98.0+path", "local"] {
        stays(&world, always(world.go(["version"]).env("GOTOOLCHAIN", value)));
    }
}

#[test]
fn where_go_would_stop_nothing_is_installed() {
    let world = world();
    for go_mod in ["go 1.97\ntoolchain go1.98.1-corp\n", "go 1.98.1\ntoolchain x\n"] {
        world.write("go.mod", go_mod);
        stays(&world, always(world.go(["version"])));
    }
    std::fs::remove_file(world.work().join("go.mod")).unwrap();
    for value in ["go1.98", "go1.98.1-corp", "1.98.1", "go1.98.1+foo"] {
        stays(&world, always(world.go(["version"]).env("GOTOOLCHAIN", value)));
    }
}

/// The go command stops there: `go1.98` is a language version, and no toolchain has that name.
#[test]
fn for_a_language_version_as_toolchain_nothing_is_installed() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.97\n\ntoolchain go1.98\n");
    stays(&world, always(world.go(["version"])));
}

#[test]
fn never_is_never() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    stays(&world, world.go(["version"]).env("GOM_AUTO_INSTALL", "never"));
    std::fs::write(world.store().join("config.toml"), "auto_install = \"never\"\n").unwrap();
    stays(&world, world.go(["version"]));
    world.write(".go-version", "1.98.1\n");
    let output = world.go(["version"]).run();
    assert_eq!(output.code, Some(127), "{output}");
    assert!(world.internet.requests().is_empty());
}

#[test]
fn the_settings_file_can_allow_it() {
    let world = world();
    std::fs::write(world.store().join("config.toml"), "auto_install = \"always\"\n").unwrap();
    world.write(".go-version", "1.98.1\n");
    let output = world.go(["version"]).run();
    assert!(first_line(&output).starts_with("go version go1.98.1 "), "{output}");
}

/// Puts a program in place of gom that says it was started.
fn watch_gom(world: &World) {
    let gom = world.store().join("bin/gom");
    std::fs::remove_file(&gom).unwrap();
    std::fs::write(&gom, "#!/bin/sh\necho gom was started\n").unwrap();
    std::fs::set_permissions(gom, PermissionsExt::from_mode(0o755)).unwrap();
}

#[test]
fn without_a_terminal_gom_is_not_even_started() {
    let world = world();
    watch_gom(&world);
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    for value in ["", "tty", "prompt", "never"] {
        stays(&world, world.go(["version"]).env("GOM_AUTO_INSTALL", value));
    }
    world.write(".go-version", "1.98.1\n");
    let refused = world.go(["version"]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(127), ""), "{refused}");
    let asked = always(world.go(["version"])).run();
    assert_eq!(asked.stdout, "gom was started\n", "the watcher works");
}

#[test]
fn a_pin_that_cannot_be_had_is_an_error() {
    let world = world();
    world.write(".go-version", "1.98.9\n");
    assert_snapshot!(world.shown(always(world.go(["version"]))), @"
    exit: 3
    --- stdout
    --- stderr
    gom: [WORK]/.go-version:1 asks for Go 1.98.9, which is not installed; installing it
    error: no Go release matches `1.98.9`
    hint: the nearest is 1.98.4: run `gom install 1.98.4`, or `gom list-remote 1.98`
    ");
}

#[test]
fn a_floor_that_cannot_be_had_is_left_to_go() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.98.9\n");
    let output = always(world.go(["version"])).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(first_line(&output).starts_with("go version go1.97.3 "), "{output}");
    assert!(output.stderr.contains("; going on with the starting toolchain\n"), "{output}");
    world.internet.forget_requests();
    let again = always(world.go(["version"])).run();
    assert!(first_line(&again).starts_with("go version go1.97.3 "), "{again}");
    assert!(world.internet.requests().is_empty(), "not tried again at once");
}

#[test]
fn offline_nothing_is_asked_for() {
    let world = world();
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    let output = always(world.go(["version"]).env("GOM_OFFLINE", "1")).run();
    assert!(first_line(&output).starts_with("go version go1.97.3 "), "{output}");
    assert!(world.internet.requests().is_empty());
}

#[test]
fn for_a_strangers_file_nothing_is_installed() {
    let world = world();
    for (file, content) in [(".go-version", "1.98.1\n"), ("m/go.mod", "module m\n\ngo 1.98.1\n")] {
        world.write(file, content);
        if std::os::unix::fs::chown(world.work().join(file), Some(12345), None).is_err() {
            skip("only root can give a file away");
            return;
        }
    }
    let pinned = always(world.go(["version"])).run();
    assert_eq!((pinned.code, pinned.stdout.as_str()), (Some(127), ""), "{pinned}");
    assert!(
        pinned.stderr.contains(".go-version:1 belongs to user 12345, so gom installs nothing"),
        "{pinned}"
    );
    let floor =
        always(world.go(["version"]).cwd(world.work().join("m")).env("GOM_TOOLCHAIN", "1.97.3")).run();
    assert!(first_line(&floor).starts_with("go version go1.97.3 "), "{floor}");
    assert!(floor.stderr.contains("go.mod:3 belongs to user 12345, so gom installs nothing"), "{floor}");
    assert!(world.internet.requests().is_empty());
}
