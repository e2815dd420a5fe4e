//! A toolchain asked for by hand, by `+SPEC` or by name: exactly that one runs, and GOTOOLCHAIN keeps the
//! child at it, whatever the project and the settings ask for.

use crate::answer::ran;
use gom_tests::World;
use insta::assert_snapshot;

/// Three lines; the project asks for the newest.
fn world() -> World {
    let world = World::with(&["1.97.3", "1.98.1", "1.98.4", "1.99.2"]);
    world.done(["use", "1.97.3"]);
    world.write("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain go1.99.2\n");
    world
}

/// The version that runs and the GOTOOLCHAIN that it sees.
fn chosen(run: gom_tests::Run) -> (String, String) {
    let output = run.run();
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output}");
    let value = |key: &str| output.stdout.lines().find_map(|line| line.strip_prefix(key)).unwrap().to_owned();
    let version =
        value("argv0=").split("/toolchains/go").nth(1).unwrap().split(".linux").next().unwrap().to_owned();
    (version.split(".darwin").next().unwrap().to_owned(), value("GOTOOLCHAIN="))
}

fn pair(version: &str, gotoolchain: &str) -> (String, String) {
    (version.to_owned(), gotoolchain.to_owned())
}

#[test]
fn a_plus_names_exactly_one_and_the_child_stays_with_it() {
    let world = world();
    world.write(".go-version", "1.97.3\n");
    for spec in ["+1.98.1", "+go1.98.1", "+v1.98.1"] {
        let run =
            world.go([spec, "env-dump"]).env("GOM_TOOLCHAIN", "1.97.3").env("GOTOOLCHAIN", "go1.97.3+auto");
        assert_eq!(chosen(run), pair("1.98.1", "go1.98.1"), "{spec}");
    }
}

#[test]
fn a_line_after_a_plus_is_its_newest_installed_patch() {
    let world = world();
    for spec in ["+1.98", "+1.98.x"] {
        assert_eq!(chosen(world.go([spec, "env-dump"])), pair("1.98.4", "go1.98.4"), "{spec}");
    }
    assert_eq!(chosen(world.go(["+latest", "env-dump"])).0, "1.99.2");
}

#[test]
fn with_auto_behind_it_the_project_may_ask_for_more() {
    let world = world();
    assert_eq!(chosen(world.go(["+1.98.1+auto", "env-dump"])), pair("1.99.2", "(unset)"));
    world.write("go.mod", "module m\n\ngo 1.98\n");
    assert_eq!(chosen(world.go(["+1.98.1+auto", "env-dump"])), pair("1.98.1", "(unset)"));
    let set = world.go(["+1.98.1+auto", "env-dump"]).env("GOTOOLCHAIN", "local");
    assert_eq!(chosen(set), pair("1.98.1", "local"));
}

#[test]
fn the_program_sees_every_argument_but_the_plus() {
    let world = world();
    let output = world.go(["+1.98.1", "env-dump", "+1.99", "", "a b", "-C"]).run();
    let passed: Vec<&str> = output.stdout.trim_end_matches('\n').split("\narg=").skip(1).collect();
    assert_eq!(passed, ["+1.99", "", "a b", "-C"]);
    assert_eq!(world.go(["+1.98.1"]).run().stdout, "go 1.98.1: made-up command: \n");
}

#[test]
fn a_range_is_for_gom_to_understand() {
    let world = world();
    for range in ["+>=1.98, <1.99", "+~1.98.1", "+<1.98.4, >1.97.9"] {
        let (version, gotoolchain) = chosen(world.go([range, "env-dump"]));
        let expected = if range.contains("<1.98.4") { "1.98.1" } else { "1.98.4" };
        assert_eq!((version, gotoolchain), pair(expected, &format!("go{expected}")), "{range}");
    }
}

#[test]
fn a_range_gives_the_arguments_unchanged() {
    let world = world();
    let output = world.go(["+>=1.99", "env-dump", "--help", "--json", "", "a b"]).run();
    let passed: Vec<&str> = output.stdout.trim_end_matches('\n').split("\narg=").skip(1).collect();
    assert_eq!(passed, ["--help", "--json", "", "a b"], "{output}");
}

#[test]
fn what_is_no_version_is_said() {
    let world = world();
    assert_snapshot!(world.shown(world.go(["+nonsense", "version"])), @"
    exit: 2
    --- stdout
    --- stderr
    error: `nonsense` is not a version gom understands: a version looks like `1.22.6`, `1.22` or `1.24rc1`
    hint: write a version such as 1.22.6, a line such as 1.22, or `latest`; run `gom list-remote` to see them
    ");
    for spec in ["+", "+../../x", "+1.98.1+path", "+/bin/sh", "+path:/x"] {
        let output = world.go([spec, "version"]).run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{spec}: {output}");
    }
}

#[test]
fn what_is_not_installed_is_said_with_the_command_that_installs_it() {
    let world = world();
    assert_snapshot!(world.shown(world.go(["+1.96.5", "version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.96.5 is not installed
    hint: run `gom install 1.96.5`
    ");
}

#[test]
fn only_the_first_argument_of_go_counts() {
    let world = world();
    assert_eq!(ran(world.go(["version", "+1.98.1"])), "1.99.2");
    assert_eq!(world.linked("gofmt", ["+1.98.1"]).run().stdout, "gofmt of go1.99.2: +1.98.1\n");
    let output = world.linked("go1.98.1", ["+1.98.4", "x"]).run();
    assert_eq!(output.stdout, "go 1.98.1: made-up command: +1.98.4 x\n");
}

#[test]
fn a_name_is_exactly_that_toolchain_and_the_child_stays_with_it() {
    let world = world();
    let run = world.linked("go1.98.1", ["env-dump"]);
    assert_eq!(
        chosen(run.env("GOTOOLCHAIN", "go1.99.2").env("GOM_TOOLCHAIN", "1.97.3")),
        pair("1.98.1", "go1.98.1")
    );
}

#[test]
fn exec_is_exactly_that_toolchain_and_the_child_stays_with_it() {
    let world = world();
    let run = world.gom(["exec", "1.98.1", "--", "go", "env-dump"]);
    assert_eq!(chosen(run), pair("1.98.1", "go1.98.1"));
}

#[test]
fn inside_the_folder_of_a_chdir_flag_the_plus_still_counts() {
    let world = world();
    world.write("sub/.go-version", "1.97.3\n");
    let output = world.go(["+1.98.1", "-C", "sub", "build"]).run();
    assert_eq!(output.stdout, "go 1.98.1: made-up command: -C sub build\n", "{output}");
}
