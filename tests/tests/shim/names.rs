//! The names the shim is called by: `go`, `gofmt`, `go1.98.1`, links from elsewhere, relative paths.

use gom_tests::World;
use insta::assert_snapshot;
use std::os::unix::fs::symlink;

fn world() -> World {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world
}

#[test]
fn gofmt_is_the_selected_toolchains() {
    let world = world();
    assert_eq!(world.linked("gofmt", ["-l", "."]).run().stdout, "gofmt of go1.99.2: -l .\n");
}

#[test]
fn a_versioned_name_is_exactly_that_toolchain() {
    let world = world();
    world.write(".go-version", "nonsense\n");
    let output = world.linked("go1.98.1", ["version"]).env("GOM_TOOLCHAIN", "1.99.2").run();
    assert!(output.stdout.starts_with("go version go1.98.1 "), "{output}");
    assert_eq!(output.stderr, "");
}

#[test]
fn a_versioned_name_of_what_was_removed_says_so() {
    let world = world();
    symlink("gom-shim", world.store().join("bin/go1.97.3")).unwrap();
    assert_snapshot!(world.shown(world.linked("go1.97.3", ["version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.97.3 is not installed
    hint: run `gom install 1.97.3`
    ");
}

/// What the programs of golang.org/dl are called with first.
// K9.3
#[test]
fn download_of_what_is_installed_is_done() {
    let world = world();
    assert_snapshot!(world.shown(world.linked("go1.98.1", ["download"])), @"
    exit: 0
    --- stdout
    --- stderr
    Go 1.98.1 is installed in [HOME]/.gom/toolchains/go1.98.1.[PLATFORM]
    ");
    // `go download` is the go command's to refuse.
    assert_ne!(world.go(["download"]).run().stderr, "Go 1.99.2 is installed in");
    symlink("gom-shim", world.store().join("bin/go1.97.3")).unwrap();
    let missing = world.linked("go1.97.3", ["download"]).run();
    assert_eq!(missing.code, Some(127));
    assert!(missing.stderr.contains("hint: run `gom install 1.97.3`"), "{missing}");
}

#[test]
fn a_versioned_name_overrides_a_wrong_goroot() {
    let world = world();
    let other = world.goroot(&gom_tests::FakeToolchain::here("1.99.2").name());
    let output = world.linked("go1.98.1", ["env-dump"]).env("GOROOT", other).run();
    assert!(output.stdout.contains("\nGOROOT=(unset)\n"), "{output}");
}

#[test]
fn a_link_from_elsewhere_finds_its_store() {
    let world = world();
    let bin = world.home().join("bin");
    std::fs::create_dir(&bin).unwrap();
    symlink(world.store().join("bin/go"), bin.join("go")).unwrap();
    symlink(world.store().join("bin/gofmt"), bin.join("gofmt")).unwrap();
    let output = world.command(bin.join("go"), ["version"]).env("HOME", "/nonexistent").run();
    assert!(output.stdout.starts_with("go version go1.99.2 "), "{output}");
    assert_eq!(world.command(bin.join("gofmt"), ["x"]).run().stdout, "gofmt of go1.99.2: x\n");
}

#[test]
fn a_relative_path_works() {
    let world = world();
    let run =
        world.command("/bin/sh", ["-c", "cd \"$HOME\" && .gom/bin/go version && cd .gom/bin && ./gofmt x"]);
    let output = run.run();
    assert!(output.stdout.starts_with("go version go1.99.2 "), "{output}");
    assert!(output.stdout.ends_with("gofmt of go1.99.2: x\n"), "{output}");
}

#[test]
fn called_by_path_lookup_it_works() {
    let world = world();
    let output = world.command("/bin/sh", ["-c", "go version; gofmt x; go1.98.1 version"]).run();
    let versions: Vec<&str> = output.stdout.lines().collect();
    assert!(versions[0].starts_with("go version go1.99.2 "), "{output}");
    assert_eq!(versions[1], "gofmt of go1.99.2: x");
    assert!(versions[2].starts_with("go version go1.98.1 "), "{output}");
}

#[test]
fn a_moved_store_works() {
    let world = world();
    let moved = world.home().join("elsewhere");
    std::fs::rename(world.store(), &moved).unwrap();
    let output = world.command(moved.join("bin/go"), ["version"]).env("PATH", "/nonexistent").run();
    assert!(output.stdout.starts_with("go version go1.99.2 "), "{output}");
    let path = world.command(moved.join("bin/gom"), ["which"]).run().stdout;
    assert!(path.starts_with(moved.to_str().unwrap()), "{path}");
}

#[test]
fn gom_home_names_another_store() {
    let (world, other) = (world(), World::with(&["1.98.1"]));
    other.done(["use", "1.98.1"]);
    let output = world.go(["version"]).env("GOM_HOME", other.store()).run();
    assert!(output.stdout.starts_with("go version go1.98.1 "), "{output}");
    let relative = world.go(["version"]).env("GOM_HOME", "store").run();
    assert!(relative.stdout.starts_with("go version go1.99.2 "), "{relative}");
}
