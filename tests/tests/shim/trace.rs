//! `GOM_TRACE=1`: the shim says how it chose, on standard error only.

use gom_tests::World;
use insta::assert_snapshot;

fn world() -> World {
    let world = World::with(&["1.97.3", "1.98.1"]);
    world.done(["use", "1.97.3"]);
    world
}

fn traced(world: &World) -> String {
    world.shown(world.go(["version"]).env("GOM_TRACE", "1"))
}

#[test]
fn every_place_is_said_in_order() {
    let world = world();
    world.write(".tool-versions", "nodejs 20\n");
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    assert_snapshot!(traced(&world), @"
    exit: 0
    --- stdout
    go version go1.98.1 [PLATFORM]
    --- stderr
    gom: GOM_TOOLCHAIN: not set
    gom: [WORK]/.tool-versions: has no Go line; the search continues
    gom: [HOME]/.gom/default: the default: 1.97.3
    gom: [WORK]/go.mod:3: `go 1.98.1` asks for more than Go 1.97.3
    ");
}

#[test]
fn a_floor_that_is_not_installed_is_said() {
    let world = world();
    world.write(".go-version", "1.97.3\n");
    world.write("go.mod", "module m\n\ngo 1.97\n\ntoolchain go1.99.2\n");
    assert_snapshot!(traced(&world), @"
    exit: 0
    --- stdout
    go version go1.97.3 [PLATFORM]
    --- stderr
    gom: GOM_TOOLCHAIN: not set
    gom: [WORK]/.go-version: 1.97.3
    gom: [WORK]/go.mod:5: `toolchain go1.99.2` asks for more than Go 1.97.3
    gom: [WORK]/go.mod:3: `go 1.97` is satisfied by Go 1.99.2
    gom: [WORK]/go.mod:5: Go 1.99.2 is not in the store; the starting toolchain runs and Go decides
    ");
}

#[test]
fn without_it_nothing_is_said() {
    let world = world();
    for value in ["", "0"] {
        assert_eq!(world.go(["version"]).env("GOM_TRACE", value).run().stderr, "");
    }
}

#[test]
fn what_the_command_line_named_is_said_too() {
    let world = world();
    for (name, arguments) in [("go", &["+1.98.1", "version"][..]), ("go1.98.1", &["version"])] {
        let output = world.linked(name, arguments).env("GOM_TRACE", "1").run();
        assert!(output.stderr.contains("1.98.1"), "{name} {arguments:?}: {output}");
    }
}
