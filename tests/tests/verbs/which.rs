//! `gom which`: the program that runs, of this folder or of a given toolchain.

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

fn path(world: &World, arguments: &[&str]) -> String {
    world.redact(world.done(["which"].iter().chain(arguments)).stdout.trim_end())
}

#[test]
fn the_program_that_runs_here() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.98.1"]);
    assert_eq!(path(&world, &[]), "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go");
    assert_eq!(path(&world, &["gofmt"]), "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/gofmt");
    assert_eq!(path(&world, &["--goroot"]), "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]");
    assert_eq!(path(&world, &["gofmt", "1.99"]), "[HOME]/.gom/toolchains/go1.99.2.[PLATFORM]/bin/gofmt");
    assert_eq!(path(&world, &["--goroot", "1.99"]), "[HOME]/.gom/toolchains/go1.99.2.[PLATFORM]");
}

#[test]
fn json_has_the_program_its_path_and_its_goroot() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["which", "1.98.1", "--json"]), @r#"
    exit: 0
    --- stdout
    {
      "goroot": "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]",
      "path": "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go",
      "program": "go",
      "schema": 1
    }
    --- stderr
    "#);
}

#[test]
fn what_is_not_installed_is_said() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["which", "1.99"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: Go 1.99 is not installed
    hint: run `gom install 1.99`, or `gom list` to see what is installed
    ");
}

#[test]
fn where_nothing_is_selected_it_says_so() {
    let world = World::publishing(&[]);
    assert_snapshot!(world.say(["which"]), @"
    exit: 127
    --- stdout
    --- stderr
    error: no Go is selected here, and PATH has no `go` other than gom's
    hint: run `gom use latest`
    ");
}

#[test]
fn the_systems_go_has_a_path_and_no_goroot_of_goms() {
    let mut world = World::publishing(&[]);
    let other = world.other_program("other", "go");
    let path_value = format!("{}:{}", world.path(), other.display());
    world.set("PATH", path_value);
    assert_eq!(path(&world, &[]), "[HOME]/other/go");
    assert_eq!(path(&world, &["system"]), "[HOME]/other/go");
    assert_snapshot!(world.say(["which", "--goroot"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: can't tell the GOROOT of `[HOME]/other/go`: there is no VERSION file above it
    hint: run `go env GOROOT`
    ");
    assert_snapshot!(world.say(["which", "gofmt", "system"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: PATH has no `gofmt` other than gom's
    hint: run `gom use latest`
    ");
}

#[test]
/// K6.7
fn the_systems_go_has_a_version_and_a_goroot_where_its_tree_says_so() {
    let mut world = World::publishing(&[]);
    let bin = world.other_program("system/bin", "go");
    std::fs::write(bin.parent().unwrap().join("VERSION"), "go1.97.2\n").unwrap();
    // As a distribution has it: a link on PATH that leads into the tree.
    let link = world.home().join("usr");
    std::fs::create_dir(&link).unwrap();
    std::os::unix::fs::symlink(bin.join("go"), link.join("go")).unwrap();
    let path_value = format!("{}:{}", world.path(), link.display());
    world.set("PATH", path_value);
    assert_eq!(path(&world, &["--goroot"]), "[HOME]/system");
    assert_eq!(path(&world, &["--goroot", "system"]), "[HOME]/system");
    assert_eq!(world.done(["which", "--json"]).json()["path"], link.join("go").to_str().unwrap());
    assert_snapshot!(world.say(["current"]), @"
    exit: 0
    --- stdout
    system 1.97.2: [HOME]/usr/go (set by PATH)
    --- stderr
    ");
    let object = world.done(["current", "--json"]).json();
    assert_eq!((&object["version"], &object["go_version"]), (&"system".into(), &"1.97.2".into()));
    assert_eq!(object["goroot"], bin.parent().unwrap().to_str().unwrap());
}

#[test]
fn a_foreign_program_has_its_own_name() {
    let world = World::publishing(&[]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    world.done(["install", "1.98.1.windows-arm64"]);
    let expected = "[HOME]/.gom/toolchains/go1.98.1.windows-arm64/bin/go.exe";
    assert_eq!(path(&world, &["1.98.1.windows-arm64"]), expected);
}

#[test]
fn other_programs_are_not_a_toolchains() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["which", "gopls", "1.98"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `gopls` is not a program of a toolchain: go or gofmt
    hint: run `gom which --help`
    ");
}

#[test]
fn other_words_are_neither_a_program_nor_a_version() {
    let world = World::publishing(&[]);
    assert_snapshot!(world.say(["which", "gopls"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `gopls` is neither a program of a toolchain (go or gofmt) nor a version
    hint: run `gom which --help`
    ");
    // No release of Go could be installed under this name.
    assert_snapshot!(world.say(["receipt", "9"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: Go 9 is not installed
    hint: run `gom list` to see what is installed
    ");
}
