//! Version files that name no version stop the shim: exit code 2, the file and its line, nothing runs.

use crate::answer::version_in;
use gom_tests::World;
use insta::assert_snapshot;

/// What the shim says with this content; a default that could run is there, and must not.
fn refused(file: &str, content: impl AsRef<[u8]>) -> String {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.write(file, content);
    let output = world.go(["version"]).run();
    assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output}");
    world.redact(output.stderr.lines().next().unwrap())
}

#[test]
fn the_whole_message() {
    let world = World::with(&["1.98.1"]);
    world.write(".go-version", "# ours\n../../x\n");
    assert_snapshot!(world.shown(world.go(["version"])), @r"
    exit: 2
    --- stdout
    --- stderr
    error: [WORK]/.go-version:2: invalid version `../../x`: it holds `/`, `\` or `..`, which no version has
    hint: write a version such as 1.22.6 there, or run `gom local latest` in that folder
    ");
}

#[test]
fn every_bad_go_version() {
    let contents: [&[u8]; 10] = [
        b"",
        b"\n# nothing\n",
        b"1.98.1\n../../x\n",
        b"/etc/passwd\n",
        b"path:/opt/go\n",
        b"ref:master\n",
        b"tip\n",
        b">=1.98\n",
        b"\n\nabc\n",
        b"\x7fELF\x02\x01\xff\xfe\0\0",
    ];
    let all: Vec<String> = contents.iter().map(|content| refused(".go-version", content)).collect();
    assert_snapshot!(all.join("\n"), @r"
    error: [WORK]/.go-version: it names no version
    error: [WORK]/.go-version: it names no version
    error: [WORK]/.go-version:2: invalid version `../../x`: it holds `/`, `\` or `..`, which no version has
    error: [WORK]/.go-version:1: invalid version `/etc/passwd`: it holds `/`, `\` or `..`, which no version has
    error: [WORK]/.go-version:1: invalid version `path:/opt/go`: a folder is not a version
    error: [WORK]/.go-version:1: invalid version `ref:master`: gom installs releases, not a state of Go's repository
    error: [WORK]/.go-version:1: invalid version `tip`: gom installs releases, not a state of Go's repository
    error: [WORK]/.go-version:1: invalid version `>=1.98`: a range belongs to a command, not to a file
    error: [WORK]/.go-version:3: invalid version `abc`: a version looks like `1.22.6`, `1.22` or `1.24rc1`
    error: [WORK]/.go-version:1: it is not text (invalid UTF-8)
    ");
}

#[test]
fn a_huge_file_is_not_read() {
    assert_snapshot!(refused(".go-version", "1.98.1\n".repeat(200_000)), @"error: [WORK]/.go-version: it is larger than [SIZE]");
    assert_snapshot!(refused(".tool-versions", "golang 1.98.1\n".repeat(200_000)), @"error: [WORK]/.tool-versions: it is larger than [SIZE]");
}

#[test]
fn every_bad_tool_versions() {
    let contents = [
        "golang\n",
        "nodejs 20\ngolang path:/opt/go\n",
        "go ref:master\n",
        "golang 1.98.1 ../../x\n",
        "\n\ngolang: >=1.98\n",
    ];
    let all: Vec<String> = contents.iter().map(|content| refused(".tool-versions", content)).collect();
    assert_snapshot!(all.join("\n"), @r"
    error: [WORK]/.tool-versions:1: the Go line names no version
    error: [WORK]/.tool-versions:2: invalid version `path:/opt/go`: a folder is not a version
    error: [WORK]/.tool-versions:1: invalid version `ref:master`: gom installs releases, not a state of Go's repository
    error: [WORK]/.tool-versions:1: invalid version `../../x`: it holds `/`, `\` or `..`, which no version has
    error: [WORK]/.tool-versions:3: invalid version `>=1.98`: a range belongs to a command, not to a file
    ");
}

#[test]
fn other_lines_of_a_tool_versions_may_hold_anything() {
    let world = World::with(&["1.98.1"]);
    world.write(".tool-versions", b"nodejs ../../x\n\xff\xfe\ngolang 1.98.1\npython path:/x\n");
    assert_eq!(version_in(&world, ""), "1.98.1");
}

#[test]
fn a_bad_variable_has_no_line() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.shown(world.go(["version"]).env("GOM_TOOLCHAIN", "../../x")), @r"
    exit: 2
    --- stdout
    --- stderr
    error: GOM_TOOLCHAIN: invalid version `../../x`: it holds `/`, `\` or `..`, which no version has
    hint: run `unset GOM_TOOLCHAIN`, or set it to a version such as 1.22.6
    ");
}

#[test]
fn a_bad_default_is_said_with_its_place_and_the_command_that_mends_it() {
    let world = World::with(&["1.98.1"]);
    std::fs::write(world.store().join("default"), "nonsense\n").unwrap();
    let output = world.go(["version"]).run();
    assert_eq!(output.code, Some(2), "{output}");
    let place = format!("error: {}:1: invalid version `nonsense`: ", world.store().join("default").display());
    assert!(output.stderr.starts_with(&place), "{output}");
    assert!(output.stderr.contains("run `gom use latest`"), "a default is no folder's pin: {output}");
    world.done(["use", "latest"]);
    assert_eq!(version_in(&world, ""), "1.98.1");
}

#[test]
fn the_command_in_the_message_mends_a_bad_pin() {
    for file in [".go-version", ".tool-versions"] {
        let world = World::with(&["1.98.1"]);
        world.write(file, "golang ../../x\n");
        let refused = world.go(["version"]).run();
        assert!(refused.stderr.contains("run `gom local latest` in that folder"), "{refused}");
        world.done(["local", "latest"]);
        assert_eq!(version_in(&world, ""), "1.98.1", "{file}");
    }
}

#[test]
fn escape_codes_in_a_file_do_not_reach_the_terminal() {
    let said = refused(".go-version", "\u{1b}[31m1.98.1\n");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn a_folder_of_that_name_is_no_version_file() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    std::fs::create_dir(world.work().join(".go-version")).unwrap();
    assert_eq!(version_in(&world, ""), "1.98.1");
}

#[test]
fn a_bad_file_above_does_not_matter_below_a_good_one() {
    let world = World::with(&["1.98.1"]);
    world.write(".go-version", "nonsense\n");
    world.write("a/.go-version", "1.98.1\n");
    assert_eq!(version_in(&world, "a"), "1.98.1");
}
