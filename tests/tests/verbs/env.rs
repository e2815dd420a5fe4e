//! `gom env`: Go's settings with their places, and what is wrong with them.

use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;

/// A world whose toolchain has the tables of names that GODEBUG may have.
fn world(version: &str) -> World {
    let world = World::publishing(&[]);
    let toolchain = FakeToolchain::here(version)
        .file("go.env", "GOPROXY=https://own.example,direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n")
        .file("src/internal/godebugs/table.go", "var All = []Info{\n\t{Name: \"http2client\"},\n}\n")
        .file("src/runtime/runtime1.go", "\t{name: \"gctrace\", value: &debug.gctrace},\n");
    world.publish(&toolchain);
    world.done(["install", version]);
    world.done(["use", version]);
    world
}

/// The file that `go env -w` writes.
fn user_file(world: &mut World, text: &str) {
    let file = world.home().join("go-env");
    std::fs::write(&file, text).unwrap();
    world.set("GOENV", file);
}

#[test]
fn each_setting_has_its_value_and_its_place() {
    let mut world = world("1.99.2");
    user_file(&mut world, "# mine\nGOFLAGS=-mod=mod\n");
    world.set("GOPRIVATE", "corp.example");
    let output = world.redact(&world.done(["env"]).stdout);
    let line = |name: &str| {
        let prefix = format!("{name} ");
        output.lines().find(|line| line.starts_with(&prefix)).unwrap_or_else(|| panic!("{name}\n{output}"))
    };
    assert_eq!(line("GOFLAGS"), "GOFLAGS       -mod=mod  ([HOME]/go-env:2)");
    assert_eq!(line("GOPRIVATE"), "GOPRIVATE     corp.example  (environment)");
    assert_eq!(line("GONOPROXY"), "GONOPROXY     corp.example  (default)");
    assert_eq!(line("GOENV"), "GOENV         [HOME]/go-env  (environment)");
    assert_eq!(
        line("GOTOOLCHAIN"),
        "GOTOOLCHAIN   auto  ([HOME]/.gom/toolchains/go1.99.2.[PLATFORM]/go.env:3)"
    );
    assert_eq!(line("GOROOT"), "GOROOT        [HOME]/.gom/toolchains/go1.99.2.[PLATFORM]  (default)");
    assert_eq!(line("GOVERSION"), "GOVERSION     go1.99.2  (default)");
    assert_eq!(line("GOPATH"), "GOPATH        [HOME]/go  (default)");
    assert_eq!(line("GOBIN"), "GOBIN         -  (default)");
    assert!(
        !output.lines().any(|line| line.starts_with("GOARM ")),
        "it is for another architecture\n{output}"
    );
}

#[test]
fn a_problem_stands_below_its_setting() {
    let mut world = world("1.99.2");
    world.set("GODEBUG", "gctrace=1,mmap=1");
    let output = world.done(["env"]).stdout;
    let below: Vec<&str> = output.lines().skip_while(|line| !line.starts_with("GODEBUG ")).take(3).collect();
    assert_eq!(
        below,
        [
            "GODEBUG       gctrace=1,mmap=1  (environment)",
            "              problem: go1.99.2 does not know `mmap=1` and ignores it",
            "              hint: run `unset GODEBUG`",
        ]
    );
}

#[test]
fn a_name_gives_its_value_alone() {
    let mut world = world("1.99.2");
    user_file(&mut world, "GOROOT=/usr/lib/go\nGOARM=8\n");
    assert_snapshot!(world.say(["env", "GOVERSION", "GOROOT"]), @"
    exit: 0
    --- stdout
    go1.99.2
    [HOME]/.gom/toolchains/go1.99.2.[PLATFORM]
    --- stderr
    warning: GOROOT: it names /usr/lib/go, which is not the selected Go's tree: gom's go ignores it, others don't
    hint: run `go env -u GOROOT`
    ");
    let goarm = world.done(["env", "GOARM"]);
    assert_eq!(goarm.stdout, "8\n");
    assert!(goarm.stderr.contains("it has no effect with GOARCH="), "{goarm}");
}

#[test]
fn a_name_that_go_does_not_have_is_empty_as_with_go_env() {
    let world = world("1.99.2");
    assert_snapshot!(world.say(["env", "GONE"]), @"
    exit: 0
    --- stdout

    --- stderr
    warning: unknown Go setting `GONE`
    hint: run `go env GONE`
    ");
}

#[test]
fn json_has_place_and_problem() {
    let mut world = world("1.26.5");
    world.set("GOPROXY", "https://me:secret@proxy.example");
    let output = world.done(["env", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN", "--json"]);
    let object = output.json();
    assert_eq!((object["schema"].as_u64(), object["version"].as_str()), (Some(1), Some("1.26.5")));
    let proxy = &object["variables"][0];
    assert_eq!(proxy["value"], "https://xxxxx@proxy.example", "{output}");
    assert_eq!((proxy["origin"].as_str(), proxy["file"].as_str()), (Some("environment"), None));
    assert!(proxy["problem"]["message"].as_str().unwrap().contains("CVE-2026-56865"), "{output}");
    let toolchain = &object["variables"][2];
    assert_eq!((toolchain["origin"].as_str(), toolchain["line"].as_u64()), (Some("file"), Some(3)));
    assert!(toolchain["file"].as_str().unwrap().ends_with("/go.env") && toolchain["problem"].is_null());
    assert!(!output.stdout.contains("secret"));
}

#[test]
fn without_a_go_there_are_no_settings() {
    assert_eq!(World::publishing(&[]).gom(["env"]).run().code, Some(127));
}
