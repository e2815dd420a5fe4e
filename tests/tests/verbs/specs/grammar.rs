//! Every way to write a version, as docs/specs.md lists them, and what `gom install` makes of each.

use gom_tests::{FOREIGN, FakeToolchain, World};

/// What `list-remote` shows for a spec, the first of it. It resolves like `install` and fetches nothing big.
fn newest(world: &World, spec: &str) -> String {
    let shown = world.done(["list-remote", spec]).stdout;
    shown.lines().next().unwrap().to_owned()
}

#[test]
fn spellings_of_one_version() {
    let world = World::publishing(&["1.98.1", "1.98.3", "1.99rc1"]);
    for spec in ["1.98.1", "go1.98.1", "v1.98.1", "go-1.98.1", " 1.98.1 "] {
        assert_eq!(newest(&world, spec), "1.98.1", "{spec}");
    }
    for spec in ["1.99rc1", "go1.99rc1", "1.99.0-rc.1", "v1.99.0-rc.1", "1.99-rc1"] {
        assert_eq!(newest(&world, spec), "1.99rc1", "{spec}");
    }
}

#[test]
fn spellings_of_one_line() {
    let world = World::publishing(&["1.98.1", "1.98.3", "1.99.0"]);
    for spec in ["1.98", "1.98.x", "1.98.*", "go1.98", "v1.98", "v1.98.x"] {
        assert_eq!(newest(&world, spec), "1.98.3", "{spec}");
    }
    for spec in ["1", "1.x", "go1", "latest", "stable"] {
        assert_eq!(newest(&world, spec), "1.99.0", "{spec}");
    }
    assert_eq!(newest(&world, "oldstable"), "1.98.3");
}

#[test]
fn a_bare_line_never_means_the_next_line() {
    let world = World::publishing(&["1.98.1", "1.99.0"]);
    assert_eq!(world.done(["list-remote", "1.98"]).stdout, "1.98.1\n");
}

#[test]
fn a_prerelease_is_only_installed_by_its_name() {
    let world = World::publishing(&["1.99rc1"]);
    for spec in ["1.99", ">=1.99"] {
        assert_eq!(world.gom(["install", spec]).run().code, Some(3), "{spec}");
    }
    world.done(["install", "1.99rc1"]);
    assert_eq!(world.installed(), ["go1.99rc1.[PLATFORM]"]);
}

#[test]
fn a_prerelease_in_a_range_includes_the_prereleases_of_its_line() {
    let world = World::publishing(&["1.99rc1"]);
    world.done(["install", ">=1.99rc1"]);
    assert_eq!(world.installed(), ["go1.99rc1.[PLATFORM]"]);
}

#[test]
fn ranges_are_those_of_semver() {
    let world = World::publishing(&["1.96.2", "1.97.9", "1.98.1", "1.98.3", "1.99.0"]);
    for (spec, expected) in [
        (">=1.97, <1.99", "1.98.3"),
        (">=1.97 <1.99", "1.98.3"),
        (">= go1.97, < v1.98", "1.97.9"),
        ("^1.97", "1.99.0"),
        ("~1.98.1", "1.98.3"),
        ("~1.98", "1.98.3"),
        ("<=1.98.1", "1.98.1"),
        ("=1.98.1", "1.98.1"),
        (">1.98.1, <1.99", "1.98.3"),
    ] {
        assert_eq!(newest(&world, spec), expected, "{spec}");
    }
}

#[test]
fn one_twenty_is_always_the_line() {
    let world = World::publishing(&["1.20", "1.20.14"]);
    world.done(["install", "1.20"]);
    assert_eq!(world.installed(), ["go1.20.14.[PLATFORM]"]);
    world.done(["install", "go1.20.0"]);
    assert_eq!(world.installed(), ["go1.20.14.[PLATFORM]", "go1.20.[PLATFORM]"]);
    let run = |spec: &str| world.done(["exec", spec, "--", "gofmt"]).stdout;
    assert_eq!(
        (run("1.20").as_str(), run("1.20.0").as_str()),
        ("gofmt of go1.20.14: \n", "gofmt of go1.20: \n")
    );
    world.done(["uninstall", "1.20.0"]);
    assert_eq!(world.installed(), ["go1.20.14.[PLATFORM]"]);
}

#[test]
fn a_go_line_of_one_twenty_is_the_line_too() {
    let world = World::publishing(&["1.20", "1.20.14"]);
    world.write("go.mod", "module m\n\ngo 1.20\n");
    world.done(["install"]);
    assert_eq!(world.installed(), ["go1.20.14.[PLATFORM]"]);
}

#[test]
fn the_message_names_the_first_release_so_that_it_can_be_typed_again() {
    let world = World::publishing(&["1.20", "1.20.14"]);
    let output = world.gom(["exec", "1.20.0", "--", "go"]).run();
    assert!(output.stderr.contains("run `gom install 1.20.0`"), "{output}");
    world.done(["install", "1.20.0"]);
    world.write(".go-version", "1.20.0\n");
    let refused = world.gom(["uninstall", "1.20.0"]).run();
    assert!(refused.stderr.contains("run `gom uninstall 1.20.0 --yes`"), "{refused}");
}

#[test]
fn a_platform_is_part_of_the_spec_or_two_flags() {
    let world = World::publishing(&["1.98.3"]);
    for version in ["1.98.1", "1.99rc1"] {
        world.publish(&FakeToolchain::new(version, FOREIGN));
    }
    for (arguments, expected) in [
        (&["1.98.1.windows-arm64"][..], "1.98.1"),
        (&["go1.98.1.windows-arm64"], "1.98.1"),
        (&["1.98.windows-arm64"], "1.98.1"),
        (&["latest.windows-arm64"], "1.98.1"),
        (&["1.98.x.windows-arm64"], "1.98.1"),
        (&["1.99.0-rc.1.windows-arm64"], "1.99rc1"),
        (&["1.98", "--os", "windows", "--arch", "arm64"], "1.98.1"),
        (&["1.98", "--os", "Windows", "--arch", "aarch64"], "1.98.1"),
        (&[">=1.98", "--os", "windows", "--arch", "arm64"], "1.98.1"),
        (&["1.98.windows-arm64", "--os", "windows", "--arch", "arm64"], "1.98.1"),
    ] {
        let shown = world.done(["list-remote"].iter().chain(arguments)).stdout;
        assert_eq!(shown.lines().next(), Some(expected), "{arguments:?}");
    }
}

#[test]
fn system_has_no_platform_and_cannot_be_installed() {
    let world = World::publishing(&[]);
    for spec in ["system", "system.windows-arm64"] {
        assert_eq!(world.gom(["install", spec]).run().code, Some(2), "{spec}");
    }
}
