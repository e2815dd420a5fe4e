//! `gom install` as a user sees it: what it says, what is there afterwards.

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

#[test]
fn a_version_is_installed_and_says_where_it_came_from() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["install", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    ");
    assert_eq!(
        world.shown(world.go(["version"]).env("GOM_TOOLCHAIN", "1.98.1")),
        world.redact(&format!(
            "exit: 0\n--- stdout\ngo version go1.98.1 {}\n--- stderr\n",
            FakeToolchain::here("1").platform().replace('-', "/")
        ))
    );
    world.assert_clean();
}

#[test]
fn what_is_there_stays() {
    let world = World::with(&["1.98.1"]);
    world.internet.forget_requests();
    assert_snapshot!(world.say(["install", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    go1.98.1.[PLATFORM] is already installed
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    ");
}

#[test]
fn force_installs_again() {
    let world = World::with(&["1.98.1"]);
    let broken = world.goroot(&FakeToolchain::here("1.98.1").name()).join("VERSION");
    std::fs::write(&broken, "broken").unwrap();
    assert_snapshot!(world.say(["install", "--force", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    ");
    assert!(std::fs::read_to_string(&broken).unwrap().starts_with("go1.98.1\n"));
    world.assert_clean();
}

#[test]
fn no_such_version_names_the_nearest() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["install", "1.98.66"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release matches `1.98.66`
    hint: the nearest is 1.98.1: run `gom install 1.98.1`, or `gom list-remote 1.98`
    ");
    assert!(world.installed().is_empty());
}

#[test]
fn offline_without_the_archive_is_a_network_failure() {
    let world = World::publishing(&["1.98.1"]);
    world.done(["list-remote"]);
    world.internet.forget_requests();
    assert_snapshot!(world.say(["--offline", "install", "1.98.1"]), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.98.1.[PLATFORM]
      go.dev: `https://go.dev/dl/go1.98.1.[PLATFORM].tar.gz` is needed, and gom is offline
      golang.google.cn: `https://golang.google.cn/dl/go1.98.1.[PLATFORM].tar.gz` is needed, and gom is offline
      dl.google.com: `https://dl.google.com/go/go1.98.1.[PLATFORM].tar.gz` is needed, and gom is offline
      proxy: `http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip` is needed, and gom is offline
    hint: omit `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it
    ");
    assert!(world.internet.requests().is_empty());
    world.assert_clean();
    assert!(world.installed().is_empty());
}

#[test]
fn offline_with_the_toolchain_there_is_success() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    assert_eq!(
        world.say(["install", "1.98.1", "--offline"]),
        "exit: 0\n--- stdout\n--- stderr\ngo1.98.1.[PLATFORM] is already installed\n"
    );
}

#[test]
fn several_versions_are_installed_at_once() {
    let world = World::publishing(&["1.98.1", "1.98.3", "1.99.2"]);
    world.done(["install", "1.98.1", "1.98", "1.99"]);
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]", "go1.98.3.[PLATFORM]", "go1.99.2.[PLATFORM]"]);
}

#[test]
fn one_that_fails_does_not_keep_the_others_out() {
    let world = World::publishing(&["1.98.1"]);
    let output = world.gom(["install", "1.98.1", "1.97.5", "1.96", "--quiet"]).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release matches `1.97.5`
    hint: the nearest is 1.17.5: run `gom install 1.17.5`, or `gom list-remote`
    error: no Go release matches `1.96`
    hint: the nearest is 1.16: run `gom install 1.16.0`, or `gom list-remote`
    ");
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"]);
}

#[test]
fn two_specs_that_mean_one_toolchain_install_it_once() {
    let world = World::publishing(&["1.98.1"]);
    let report = world.done(["install", "1.98", "1.98.1", "--json"]).json();
    assert_eq!(report["toolchains"].as_array().unwrap().len(), 1, "{report}");
    let zips = world.internet.requests().into_iter().filter(|request| {
        request.method == "GET"
            && std::path::Path::new(&request.path).extension().is_some_and(|it| it == "zip")
    });
    assert_eq!(zips.count(), 1);
}

#[test]
fn a_foreign_platform_is_installed_and_said_to_be_foreign() {
    let world = World::publishing(&[]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    assert_snapshot!(world.say(["install", "1.98.1", "--os", "windows", "--arch", "aarch64"]), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.98.1.windows-arm64 ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.windows-arm64.zip
    installed go1.98.1.windows-arm64 from proxy, proven by sum.example.test
    it is for windows-arm64 and does not run here ([PLATFORM])
    ");
    assert_eq!(world.installed(), ["go1.98.1.windows-arm64"]);
    assert_eq!(
        world.say(["install", "go1.98.1.windows-arm64"]),
        "exit: 0\n--- stdout\n--- stderr\ngo1.98.1.windows-arm64 is already installed\n\
         it is for windows-arm64 and does not run here ([PLATFORM])\n"
    );
    assert!(!world.store().join("bin/go1.98.1").exists(), "a link to what does not run here");
}

#[test]
fn a_line_without_security_fixes_is_noted_once_and_not_with_quiet() {
    let world = World::publishing(&["1.96.4", "1.98.1", "1.99.0", "1.100rc1"]);
    world.done(["list-remote"]);
    let note = "note: Go 1.96 no longer gets security fixes; 1.99 and 1.98 do\n";
    let output = world.done(["install", "1.96.4", "1.98.1"]);
    assert_eq!(output.stderr.matches("note: ").count(), 1, "{output}");
    assert!(output.stderr.contains(note) && output.stdout.is_empty(), "{output}");
    assert!(!world.done(["install", "1.96.4"]).stderr.contains("note: "), "it was there already");
    assert!(world.done(["use", "1.96.4"]).stderr.contains(note));
    assert_eq!(world.done(["use", "1.96.4", "--quiet"]).stderr, "");
    assert!(!world.done(["use", "1.98.1"]).stderr.contains("note: "));
}

/// A pin is where Go's rules start, so what go.mod asks for above it is installed too (K2.3).
#[test]
fn without_a_spec_the_version_file_is_asked_and_then_what_is_above_it() {
    let world = World::publishing(&["1.98.1", "1.98.3"]);
    world.write(".go-version", "1.98.1\n");
    world.write("go.mod", "module m\n\ngo 1.98.3\n");
    assert_snapshot!(world.say(["install"]), @"
    exit: 0
    --- stdout
    --- stderr
    [WORK]/.go-version:1 asks for 1.98.1
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    [WORK]/go.mod:3 asks for 1.98.3 too, and `go` follows it here
    downloading go1.98.3.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.3.[PLATFORM].zip
    installed go1.98.3.[PLATFORM] from proxy, proven by sum.example.test
    ");
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]", "go1.98.3.[PLATFORM]"]);
    // Where nothing is to follow, nothing more is installed.
    world.publish(&FakeToolchain::here("1.97.1"));
    for (pin, go_mod) in [("1.98.3", "go 1.98.1"), ("1.97.1", "go 1.98.2"), ("1.98.1", "go 1.17")] {
        world.write(".go-version", format!("{pin}\n"));
        world.write("go.mod", format!("module m\n\n{go_mod}\n"));
        let output = world.done(["install"]);
        assert!(!output.stderr.contains(" too, "), "{pin} and {go_mod}: {output}");
    }
}

#[test]
fn without_a_spec_and_without_a_project_nothing_is_guessed() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["install"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: no version was given, and neither a version file nor go.mod or go.work names one here
    hint: run `gom install latest`, or `gom local latest` to pin this folder
    ");
    assert!(world.installed().is_empty());
}
