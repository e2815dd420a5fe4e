//! What `gom exec` changes in the environment of the command: PATH, GOTOOLCHAIN, and GOROOT where it would
//! break the toolchain. Nothing else.

use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;

const DUMP: [&str; 5] = ["exec", "1.98.1", "--", "go", "env-dump"];

/// One variable as the made-up go sees it.
fn seen(output: &str, variable: &str) -> String {
    let prefix = format!("{variable}=");
    output.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap().to_owned()
}

#[test]
fn the_toolchain_is_first_on_path_and_go_stays_with_it() {
    let world = World::with(&["1.98.1"]);
    let output = world.redact(&world.gom(DUMP).env("GOTOOLCHAIN", "go1.99.2+auto").run().stdout);
    let bin = "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin";
    assert_eq!(seen(&output, "PATH"), format!("{bin}:[HOME]/.gom/bin:[HOME]/tools"));
    assert_eq!(seen(&output, "GOTOOLCHAIN"), "go1.98.1");
    assert_eq!(seen(&output, "GOROOT"), "(unset)");
    assert_eq!(seen(&output, "argv0"), format!("{bin}/go"));
    assert_eq!(seen(&output, "PWD"), "[WORK]");
}

#[test]
fn a_go_started_by_the_command_is_the_same_toolchain() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    let output = world.done(["exec", "1.98.1", "--", "sh", "-c", "go version; gofmt x"]);
    assert!(output.stdout.starts_with("go version go1.98.1 "), "{output}");
    assert!(output.stdout.ends_with("gofmt of go1.98.1: x\n"), "{output}");
}

#[test]
fn a_goroot_of_another_tree_is_unset_and_the_right_one_stays() {
    let world = World::with(&["1.98.1"]);
    let goroot = |value: &str| {
        let output = world.gom(DUMP).env("GOROOT", value).run();
        assert_eq!(output.stderr, "");
        seen(&output.stdout, "GOROOT")
    };
    assert_eq!(goroot("/usr/lib/go"), "(unset)");
    assert_eq!(goroot(""), "");
    let own = world.goroot(&FakeToolchain::here("1.98.1").name());
    assert_eq!(goroot(own.to_str().unwrap()), own.to_str().unwrap());
    let by_line = world.store().join("lines/1.98");
    assert_eq!(goroot(by_line.to_str().unwrap()), by_line.to_str().unwrap());
}

#[test]
fn a_stale_goroot_in_the_users_go_env_is_overridden_and_said() {
    let world = World::with(&["1.98.1"]);
    let file = world.home().join("go-env");
    std::fs::write(&file, "GOFLAGS=-v\nGOROOT=/usr/lib/go\n").unwrap();
    let run = |world: &World| world.gom(DUMP).env("GOENV", &file);
    assert_snapshot!(world.shown(run(&world)), @"
    exit: 0
    --- stdout
    argv0=[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go
    GOROOT=[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]
    PATH=[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin:[HOME]/.gom/bin:[HOME]/tools
    GOTOOLCHAIN=go1.98.1
    PWD=[WORK]
    --- stderr
    warning: [HOME]/go-env:2 sets GOROOT to `/usr/lib/go`; it is overridden for this command
    hint: run `go env -u GOROOT`
    ");
}

#[test]
fn everything_else_stays() {
    let world = World::with(&["1.98.1"]);
    let kept = [("GOPATH", "/p"), ("GOFLAGS", "-mod=mod"), ("GOCACHE", "/c"), ("EMPTY", ""), ("HOME", "/h")];
    let run = world.gom(["exec", "1.98.1", "--", "env"]).env("GOM_HOME", world.store());
    let run = kept.iter().fold(run, |run, (key, value)| run.env(key, value));
    let output = run.run().stdout;
    for (key, value) in kept {
        assert!(output.lines().any(|line| line == format!("{key}={value}")), "{key}: {output}");
    }
}
