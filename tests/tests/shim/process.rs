//! The shim becomes the program: arguments, standard input, exit code, signals and every other variable are
//! as they were.

use gom_tests::{FakeToolchain, World};
#[cfg(target_os = "linux")]
use insta::assert_snapshot;
use std::os::unix::ffi::OsStrExt;

fn world() -> World {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    world
}

#[test]
fn arguments_pass_as_they_are() {
    let world = world();
    let given = ["env-dump", "", "a b", "*", "--json", "--help", "-q", "--", "'$x'", "\u{e4}\n"];
    let output = world.go(given).run();
    let passed: Vec<&str> = output.stdout.split("\narg=").skip(1).collect();
    assert_eq!(passed, ["", "a b", "*", "--json", "--help", "-q", "--", "'$x'", "\u{e4}\n\n"]);
}

#[test]
fn arguments_need_not_be_text() {
    let world = world();
    let given = [std::ffi::OsStr::new("env-dump"), std::ffi::OsStr::from_bytes(b"\xff\xfe")];
    let output = world.go(given).run();
    assert_eq!(output.code, Some(0));
    assert!(output.stdout.ends_with("arg=\u{fffd}\u{fffd}\n"), "{output}");
}

#[test]
fn standard_input_is_the_programs() {
    let output = world().go(["cat"]).stdin("one\ntwo").run();
    assert_eq!(output.stdout, "ready\none\ntwo");
}

#[test]
fn the_exit_code_is_the_programs() {
    let world = world();
    for code in [0, 1, 2, 42, 126, 127, 255] {
        let output = world.go(["exit", &code.to_string()]).run();
        assert_eq!((output.code, output.stderr.as_str()), (Some(code), ""));
    }
}

#[test]
fn signals_are_the_programs() {
    let world = world();
    for (number, send) in [
        (2, gom_tests::Running::interrupt as fn(&gom_tests::Running)),
        (15, gom_tests::Running::terminate),
        (9, gom_tests::Running::kill),
    ] {
        let running = world.go(["cat"]).spawn();
        running.wait_for_stdout("ready");
        send(&running);
        assert_eq!(running.wait().signal, Some(number));
    }
}

#[test]
fn the_process_is_the_same_one() {
    let world = world();
    let mut path = world.path();
    path.push_str(":/usr/bin:/bin");
    // The shell's own id, then that of what it became.
    let script = "echo $$; exec go pid";
    let goroot = world.goroot(&gom_tests::FakeToolchain::here("1.98.1").name());
    let program = goroot.join("bin/go");
    std::fs::write(&program, "#!/bin/sh\necho $$\n").unwrap();
    let output = world.command("/bin/sh", ["-c", script]).env("PATH", path).run();
    let ids: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(ids.len(), 2, "{output}");
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn every_other_variable_stays() {
    let world = world();
    let goroot = world.goroot(&gom_tests::FakeToolchain::here("1.98.1").name());
    std::fs::write(goroot.join("bin/go"), "#!/bin/sh\nexec env\n").unwrap();
    let kept = [
        ("GOPATH", "/p"),
        ("GOBIN", "/b"),
        ("GOCACHE", "/c"),
        ("GOMODCACHE", "/m"),
        ("GOTOOLCHAIN", "go1.99.2+auto"),
        ("GOFLAGS", "-mod=mod"),
        ("GOM_TOOLCHAIN", "1.98.1"),
        ("GOENV", "off"),
        ("EMPTY", ""),
    ];
    let run = kept.iter().fold(world.go(["x"]), |run, (key, value)| run.env(key, value));
    let output = run.run().stdout;
    for (key, value) in kept {
        assert!(output.lines().any(|line| line == format!("{key}={value}")), "{key}: {output}");
    }
    assert!(output.lines().any(|line| line == format!("PATH={}", world.path())), "{output}");
    assert!(!output.contains("\nGOROOT="), "{output}");
}

/// K10.2: a Go before 1.21 on Alpine. The kernel's words for it are "No such file or directory".
#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64", target_endian = "little"))]
fn a_go_that_needs_a_loader_which_is_not_there_says_so() {
    let world = World::with(&[]);
    world.publish(&FakeToolchain::here("1.20.99").linked_with("/lib/ld-nowhere.so.1"));
    world.done(["install", "1.20.99"]);
    world.done(["use", "1.20.99"]);
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 126
    --- stdout
    --- stderr
    error: `[HOME]/.gom/toolchains/go1.20.99.[PLATFORM]/bin/go` needs glibc, whose loader /lib/ld-nowhere.so.1 is not on this system; Go 1.21 and newer do not need it
    hint: run `gom local latest`, or use a system with glibc
    ");
    assert_snapshot!(world.shown(world.gom(["exec", "1.20.99", "--", "go", "version"])), @"
    exit: 126
    --- stdout
    --- stderr
    error: go1.20.99.[PLATFORM] needs glibc, whose loader /lib/ld-nowhere.so.1 is not on this system; Go 1.21 and newer do not need it
    hint: run `gom install 1.21`, or use a system with glibc
    ");
}

/// The shim leaves the files that it read to its exec to close.
#[test]
fn no_file_stays_open() {
    let world = world();
    world.write(".go-version", "1.98.1\n");
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    world.write_home(".config/go/env", "GOFLAGS=-v\n");
    let go = world.goroot(&FakeToolchain::here("1.98.1").name()).join("bin/go");
    std::fs::write(
        &go,
        "#!/bin/sh\nfor fd in 3 4 5 6 7 8 9; do (eval \": <&$fd\") 2>/dev/null && echo $fd; done\n",
    )
    .unwrap();
    let open = world.go(["version"]).run();
    assert_eq!((open.stdout.as_str(), open.stderr.as_str()), ("", ""));
}
