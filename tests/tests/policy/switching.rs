//! Under a policy a go command gets no toolchain by itself: nobody would look at it.

use crate::world::{MINIMUM, Machine, NEW, OLD};
use gom_tests::{FakeToolchain, Run, World};
use insta::assert_snapshot;
use std::fs;

/// The value of GOTOOLCHAIN that a go command sees.
fn seen(run: Run) -> String {
    let output = run.done();
    let line = output.stdout.lines().find_map(|line| line.strip_prefix("GOTOOLCHAIN="));
    line.unwrap_or("(unset)").to_owned()
}

#[test]
fn it_switches_on_path_alone() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW]) else { return };
    for (value, expected) in [
        ("auto", "path"),
        ("local+auto", "local+path"),
        ("go1.98.3+auto", "go1.98.3+path"),
        ("local", "local"),
        ("path", "path"),
        ("go1.98.3", "go1.98.3"),
    ] {
        assert_eq!(seen(world.go_there(["env-dump"]).env("GOTOOLCHAIN", value)), expected, "{value}");
        let exec = world.gom_there(["exec", "go", "env-dump"]).env("GOTOOLCHAIN", value);
        assert_eq!(seen(exec), expected, "{value}");
    }
    // go.env of the toolchain says auto.
    assert_eq!(seen(world.go_there(["env-dump"])), "path");
    // Named by hand, it is that one.
    assert_eq!(seen(world.go_there(["+1.98.3", "env-dump"])), "go1.98.3");
    assert_eq!(seen(world.gom_there(["exec", NEW, "go", "env-dump"])), "go1.98.3");
}

#[test]
fn without_rules_and_in_a_report_it_stays_as_it_is() {
    for policy in ["", "mode = \"enforce\"\n", "mode = \"report\"\nproof = \"any\"\n"] {
        let Some(world) = World::machine_with(policy, &[NEW]) else { return };
        assert_eq!(seen(world.go_there(["env-dump"])), "(unset)", "{policy}");
        assert_eq!(seen(world.go_there(["env-dump"]).env("GOTOOLCHAIN", "auto")), "auto", "{policy}");
        world.write("go.mod", "module m\n\ngo 1.99.7\n");
        world.go_there(["version"]).done();
    }
    let Some(world) = World::machine(&[NEW]) else { return };
    assert_eq!(seen(world.go_there(["env-dump"])), "(unset)");
}

#[test]
fn what_a_project_needs_is_installed_by_gom_or_not_at_all() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW]) else { return };
    world.write("go.mod", "module m\n\ngo 1.99.2\n");
    assert_snapshot!(world.shown(world.go_there(["version"])), @r"
    exit: 7
    --- stdout
    --- stderr
    error: Go 1.99.2 is refused by this machine's policy: [WORK]/go.mod:3 asks for it, it is not installed, and with a policy no go command downloads a toolchain (/etc/gom/policy.toml)
    hint: run `gom install 1.99.2`
    ");
    let (_, hint) = world.refused(world.gom_there(["exec", "go", "version"]));
    // Its own settings can still be seen and changed.
    world.go_there(["env", "GOTOOLCHAIN"]).done();
    world.follow(&hint);
    let output = world.go_there(["version"]).done();
    assert!(output.stdout.starts_with("go version go1.99.2 "), "{output}");
}

#[test]
fn what_a_project_needs_and_the_policy_refuses_is_said() {
    let Some(world) = World::machine_with("[minimum]\n\"1.99\" = \"1.99.2\"\n", &[NEW]) else { return };
    world.write("go.mod", "module m\n\ngo 1.98.0\n\ntoolchain go1.99.1\n");
    let (message, hint) = world.refused(world.go_there(["version"]));
    assert_eq!(
        message,
        "Go 1.99.1 is refused by this machine's policy: Go 1.99 must be 1.99.2 or newer (/etc/gom/policy.toml:2: minimum)"
    );
    assert_eq!(hint, "run `gom local 1.99.2`");
    world.follow(&hint);
    let output = world.go_there(["version"]).done();
    assert!(output.stdout.starts_with("go version go1.99.2 "), "{output}");
}

#[test]
fn a_toolchain_that_is_not_a_release_is_not_looked_for() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW]) else { return };
    let (message, hint) = world.refused(world.go_there(["version"]).env("GOTOOLCHAIN", "go1.98.9-corp"));
    assert!(
        message.starts_with("go1.98.9-corp is refused by this machine's policy: GOTOOLCHAIN=go1.98.9-corp (environment) asks for it"),
        "{message}"
    );
    assert_eq!(hint, "run `unset GOTOOLCHAIN`, then `gom use 1.99.2`");
    world.write("go.mod", "module m\n\ngo 1.98.0\n\ntoolchain go1.98.9-corp\n");
    let (_, hint) = world.refused(world.go_there(["version"]));
    assert_eq!(hint, "run `gom local 1.99.2`");
    world.follow(&hint);
    world.go_there(["version"]).done();
}

/// What a go command finds on PATH is gom's link, which asks again.
#[test]
fn a_go_command_that_switches_on_path_meets_the_shim() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW, OLD]) else { return };
    // A made-up go command that does what a real one does then.
    let script = "if [ \"$1\" = switch ]; then\n\
                  export GOTOOLCHAIN_INTERNAL_SWITCH_VERSION=$2; shift 2; exec \"$GOTOOLCHAIN_INTERNAL_SWITCH_VERSION\" \"$@\"\n\
                  fi\necho \"go $*\"\n";
    let go = world.goroot(&FakeToolchain::here(NEW).name()).join("bin/go");
    fs::write(&go, format!("#!/bin/sh\n{script}")).unwrap();
    world.done(["use", NEW]);
    world.refused_at(2, "minimum", world.go_there(["switch", "go1.98.1", "version"]));
    assert_eq!(world.go_there(["switch", "go1.98.3", "x"]).done().stdout, "go x\n");
}

/// `gom x` and tools start `go` themselves.
#[test]
fn why_says_what_go_may_do() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW]) else { return };
    let said = world.gom_there(["why"]).done().stdout;
    assert!(said.contains("then Go itself: GOTOOLCHAIN=auto ("), "{said}");
    assert!(
        said.contains("): with the machine's policy it takes a newer Go from PATH, and downloads none"),
        "{said}"
    );
}
