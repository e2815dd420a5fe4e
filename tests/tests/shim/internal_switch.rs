//! `GOTOOLCHAIN_INTERNAL_SWITCH_VERSION`: a go command found gom's `go1.98.1` on PATH and started it to get
//! exactly that toolchain. Nothing else decides, and nothing is ever installed for it.

use crate::answer::ran;
use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;

const VARIABLE: &str = "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION";

fn world() -> World {
    let world = World::with(&["1.97.3", "1.98.1", "1.99.2"]);
    world.done(["use", "1.97.3"]);
    world.write("go.mod", "module m\n\ngo 1.99.2\n");
    world
}

#[test]
fn exactly_that_toolchain_runs() {
    let world = world();
    world.write(".go-version", "1.97.3\n");
    for (name, arguments) in
        [("go", &["version"][..]), ("go1.98.1", &["version"]), ("go", &["+1.97.3", "version"])]
    {
        let run = world.linked(name, arguments).env(VARIABLE, "go1.98.1").env("GOM_TOOLCHAIN", "1.99.2");
        assert_eq!(ran(run), "1.98.1", "{name} {arguments:?}");
    }
}

#[test]
fn invalid_files_do_not_matter_then() {
    let world = world();
    world.write(".go-version", "../../x\n");
    assert_eq!(ran(world.go(["version"]).env(VARIABLE, "go1.98.1")), "1.98.1");
}

#[test]
fn the_toolchain_sees_the_variable_and_its_own_gotoolchain() {
    let world = world();
    let goroot = world.goroot(&FakeToolchain::here("1.98.1").name());
    std::fs::write(goroot.join("bin/go"), "#!/bin/sh\nexec env\n").unwrap();
    let output = world.go(["x"]).env(VARIABLE, "go1.98.1").env("GOTOOLCHAIN", "auto").run();
    for line in ["GOTOOLCHAIN_INTERNAL_SWITCH_VERSION=go1.98.1", "GOTOOLCHAIN=auto"] {
        assert!(output.stdout.lines().any(|one| one == line), "{line}: {output}");
    }
}

#[test]
fn an_empty_one_is_unset() {
    assert_eq!(ran(world().go(["version"]).env(VARIABLE, "")), "1.99.2");
}

#[test]
fn what_is_not_there_is_said_with_the_command_that_installs_it() {
    let world = world();
    assert_snapshot!(world.shown(world.go(["version"]).env(VARIABLE, "go1.98.7")), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.98.7 is not installed (set by the environment variable GOTOOLCHAIN_INTERNAL_SWITCH_VERSION)
    hint: run `gom install 1.98.7`
    ");
}

#[test]
fn what_is_not_there_is_never_installed() {
    let world = world();
    world.publish(&FakeToolchain::here("1.98.7"));
    world.internet.forget_requests();
    let run = || world.go(["version"]).env("GOM_AUTO_INSTALL", "always");
    for name in
        ["go1.98.7", "go1.98", "go1.98.1-corp", "1.98.1", "nonsense", "../x", "go1.98.1/x", "auto", "local"]
    {
        let output = run().env(VARIABLE, name).run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(127), ""), "{name}: {output}");
    }
    assert!(world.internet.requests().is_empty());
}

#[test]
fn a_name_that_is_none_is_said() {
    let world = world();
    assert_snapshot!(world.shown(world.go(["version"]).env(VARIABLE, "nonsense")), @"
    exit: 127
    --- stdout
    --- stderr
    error: GOTOOLCHAIN_INTERNAL_SWITCH_VERSION is `nonsense`, which is not a toolchain name
    hint: run `unset GOTOOLCHAIN_INTERNAL_SWITCH_VERSION`
    ");
}
