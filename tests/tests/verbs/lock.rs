//! `gom lock` and `gom install --locked`: the exact Go of a project with its proofs, which hold without the checksum database,
//! and which a file that somebody changed can't replace.

use gom_tests::{FakeToolchain, NOBODY, TestLog, World};
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::symlink;

/// A project that pins 1.98.1, which is published for this machine and for another platform.
fn project() -> World {
    let world = World::publishing(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.1", "plan9-arm"));
    world.open_go_dev();
    world.write(".git/HEAD", "ref: refs/heads/main\n");
    world.write(".go-version", "1.98.1\n");
    world.write("cmd/tool/main.go", "package main\n");
    world
}

fn locked() -> World {
    let world = project();
    world.done(["lock"]);
    world
}

/// Replaces a part of gom.lock, which must be there.
fn change(world: &World, from: &str, to: &str) {
    let text = world.read("gom.lock");
    assert!(text.contains(from), "{from} is not in:\n{text}");
    world.write("gom.lock", text.replace(from, to));
}

#[test]
fn it_is_written_at_the_root_and_says_what_asked() {
    let world = project();
    let said = world.shown(world.gom(["lock", "--dry-run"]).cwd(world.work().join("cmd/tool")));
    assert_snapshot!(said, @"
    exit: 0
    --- stdout
    --- stderr
    would lock go1.98.1 (asked by [WORK]/.go-version:1) in [WORK]/gom.lock
    2 platforms with the proof of sum.example.test
    ");
    assert!(!world.work().join("gom.lock").exists());
    assert_snapshot!(world.shown(world.gom(["lock"]).cwd(world.work().join("cmd/tool"))), @"
    exit: 0
    --- stdout
    --- stderr
    locked go1.98.1 (asked by [WORK]/.go-version:1) in [WORK]/gom.lock
    2 platforms with the proof of sum.example.test
    hint: commit gom.lock; `gom install --locked` follows it, and `gom lock --check` is for CI
    ");
    assert!(world.work().join("gom.lock").is_file());
    // Nothing changes, so nothing is written.
    let before = world.read("gom.lock");
    assert_snapshot!(world.say(["lock"]), @"
    exit: 0
    --- stdout
    --- stderr
    already locked go1.98.1 (asked by [WORK]/.go-version:1) in [WORK]/gom.lock
    2 platforms with the proof of sum.example.test
    ");
    assert_eq!(world.read("gom.lock"), before);
    let report = world.done(["lock", "--json"]).json();
    assert_eq!((&report["go"], &report["changed"]), (&"1.98.1".into(), &false.into()));
    assert_eq!(report["toolchains"].as_array().unwrap().len(), 2);
    assert_eq!(report["toolchains"][1]["platform"], "plan9-arm");
}

#[test]
fn without_a_repository_the_root_is_that_of_the_module() {
    let world = World::publishing(&["1.98.1"]);
    world.open_go_dev();
    world.write("go.mod", "module example.test/m\n\ngo 1.98.1\n");
    world.write("cmd/tool/main.go", "package main\n");
    world.gom(["lock"]).cwd(world.work().join("cmd/tool")).done();
    assert!(world.read("gom.lock").contains("go = \"1.98.1\"\n"));
    assert!(!world.work().join("cmd/tool/gom.lock").exists());
    world.gom(["install", "--locked"]).cwd(world.work().join("cmd/tool")).done();
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"]);
}

#[test]
fn each_platform_has_its_sums_and_a_proof_of_its_own() {
    let world = locked();
    let file: toml::Table = toml::from_str(&world.read("gom.lock")).unwrap();
    let toolchains = file["toolchain"].as_array().unwrap();
    for toolchain in toolchains {
        let platform = toolchain["platform"].as_str().unwrap();
        let published = FakeToolchain::new("1.98.1", platform);
        assert_eq!(toolchain["h1"].as_str(), Some(published.h1().as_str()));
        assert_eq!(toolchain["archive"].as_str(), Some(published.archive_name().as_str()));
        let sum = gom_tests::sha256(published.archive());
        assert_eq!(toolchain["sha256"].as_str(), Some(sum.as_str()));
        let proof = toolchain["proof"].as_str().unwrap();
        assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nextra "), "{proof}");
        assert!(proof.contains("\n\ngo.sum database tree\n"), "{proof}");
    }
    assert_eq!(toolchains.len(), 2);
}

#[test]
fn it_proves_an_install_without_the_checksum_database() {
    let world = locked();
    // A record that no lock proves would need the database, which nobody reaches now.
    let said = world.shown(world.without_log(["install", "--locked"]).cwd(world.work().join("cmd")));
    assert_snapshot!(said, @"
    exit: 0
    --- stdout
    --- stderr
    [WORK]/.go-version:1 asks for go1.98.1, and [WORK]/gom.lock locks it
    downloading go1.98.1.[PLATFORM] ([SIZE]) from https://go.dev/dl/go1.98.1.[PLATFORM].tar.gz
    installed go1.98.1.[PLATFORM] from go.dev, proven by sum.example.test
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    ");
    assert_eq!(world.receipt()["proof"]["kind"], "log");
    assert_snapshot!(world.say(["verify", "1.98.1"]), @"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  proven by sum.example.test
    --- stderr
    ");
    // Again, and what is installed must be what is locked.
    world.without_log(["install", "--locked"]).done();
}

#[test]
fn a_new_pin_needs_a_new_lock() {
    let world = locked();
    world.publish(&FakeToolchain::here("1.98.2"));
    world.write(".go-version", "1.98.2\n");
    assert_snapshot!(world.say(["lock", "--check"]), @"
    exit: 10
    --- stdout
    --- stderr
    error: `[WORK]/gom.lock` locks go1.98.1, and [WORK]/.go-version:1 asks for 1.98.2
    hint: run `gom lock`, and commit the file
    ");
    assert_snapshot!(world.say(["install", "--locked"]), @"
    exit: 7
    --- stdout
    --- stderr
    error: `[WORK]/gom.lock` locks go1.98.1, and [WORK]/.go-version:1 asks for 1.98.2
    hint: run `gom lock`, and commit the file
    ");
    assert!(world.installed().is_empty());
    world.done(["lock"]);
    world.done(["lock", "--check"]);
}

#[test]
fn a_line_stays_at_the_locked_patch() {
    let world = project();
    world.write(".go-version", "1.98\n");
    world.done(["lock"]);
    world.publish(&FakeToolchain::here("1.98.2"));
    world.done(["lock", "--check"]);
    assert_eq!(world.done(["lock", "--json"]).json()["go"], "1.98.1");
    // go.mod needs more.
    world.write("go.mod", "module example.test\n\ngo 1.98.2\n");
    assert_snapshot!(world.say(["lock", "--check"]), @"
    exit: 10
    --- stdout
    --- stderr
    error: `[WORK]/gom.lock` locks go1.98.1, and [WORK]/go.mod:3 asks for go1.98.2 or newer
    hint: run `gom lock`, and commit the file
    ");
    assert_eq!(world.done(["lock", "--json"]).json()["go"], "1.98.2");
}

#[test]
fn a_check_needs_no_network() {
    let world = locked();
    let requests = world.internet.requests().len();
    assert_snapshot!(world.say(["lock", "--check"]), @"
    exit: 0
    --- stdout
    [WORK]/gom.lock locks go1.98.1, which [WORK]/.go-version:1 asks for; 2 platforms proven by sum.example.test
    --- stderr
    ");
    assert_eq!(world.internet.requests().len(), requests);
    fs::remove_file(world.work().join("gom.lock")).unwrap();
    assert_snapshot!(world.say(["lock", "--check"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: there is no `[WORK]/gom.lock`
    hint: run `gom lock`, and commit the file
    ");
}

/// Whatever somebody writes into the file, it proves only what the log's key has signed.
#[test]
fn a_changed_file_is_refused() {
    let evil = FakeToolchain::here("1.98.1").file("bin/go", "#!/bin/sh\necho pwned\n");
    for what in ["sum", "h1", "record", "key", "head"] {
        let world = locked();
        let honest = FakeToolchain::here("1.98.1");
        match what {
            "sum" => {
                let sum = |toolchain: &FakeToolchain| gom_tests::sha256(toolchain.archive());
                change(&world, &sum(&honest), &sum(&evil));
            }
            "h1" => change(&world, &honest.h1(), &evil.h1()),
            "head" => change(&world, "go.sum database tree\n", "go.sum database tree\n1"),
            // A whole lock of another log, whose name and key nobody here knows, or only its name.
            "record" | "key" => {
                let log = TestLog::new(if what == "key" { "sum.evil.test" } else { "sum.example.test" }, 99);
                let mut other = project();
                other.internet.at("/sumdb", &log.site());
                log.publish(&evil);
                log.publish(&FakeToolchain::new("1.98.1", "plan9-arm"));
                let gosumdb = log.gosumdb(&other.internet.url("/sumdb"));
                other.set("GOSUMDB", gosumdb);
                other.done(["lock"]);
                world.write("gom.lock", other.read("gom.lock"));
            }
            _ => unreachable!(),
        }
        for command in [["lock", "--check"], ["install", "--locked"]] {
            if command[0] == "install" {
                // Everybody but the log lies.
                world.republish(&evil);
            }
            let output = world.gom(command).run();
            assert!(matches!(output.code, Some(2 | 5)), "{what}: {output}");
            assert!(
                output.stderr.contains("gom.lock") && output.stderr.contains("hint: "),
                "{what}: {output}"
            );
        }
        assert!(world.installed().is_empty(), "{what}");
    }
}

/// The lock is true, and the places serve something else.
#[test]
fn another_archive_than_the_locked_one_is_refused() {
    let world = locked();
    world.republish(&FakeToolchain::here("1.98.1").file("bin/go", "#!/bin/sh\necho pwned\n"));
    let output = world.without_log(["install", "--locked"]).run();
    assert_eq!(output.code, Some(5), "{output}");
    assert!(world.installed().is_empty());
}

#[test]
fn a_log_that_shows_two_histories_is_found() {
    let world = locked();
    // Another one, with the same key, has shown this machine another tree.
    let fork = world.log.fork(0);
    fork.grow(9);
    let head = world.store().join("sumdb").join(fork.name()).join("latest");
    fs::create_dir_all(head.parent().unwrap()).unwrap();
    fs::write(&head, fork.head()).unwrap();
    fs::remove_dir_all(world.home().join(".cache/gom/sumdb")).unwrap();
    world.internet.at("/sumdb", &fork.site());
    let output = world.gom(["install", "--locked"]).run();
    assert_eq!(output.code, Some(5), "{output}");
    assert!(output.stderr.contains("contradicts itself"), "{output}");
    assert!(world.installed().is_empty());
}

#[test]
fn a_platform_without_a_record_is_listed_with_the_reason() {
    let world = project();
    let foreign = FakeToolchain::new("1.98.1", "windows-arm64");
    world.republish(&foreign);
    assert_snapshot!(world.say(["lock"]), @"
    exit: 0
    --- stdout
    --- stderr
    locked go1.98.1 (asked by [WORK]/.go-version:1) in [WORK]/gom.lock
    2 platforms with the proof of sum.example.test
    without a proof: windows-arm64: the checksum database sum.example.test has no record of it
    hint: commit gom.lock; `gom install --locked` follows it, and `gom lock --check` is for CI
    ");
    let said = world.say(["install", "--locked", "--os", "windows", "--arch", "arm64"]);
    assert_snapshot!(said, @"
    exit: 3
    --- stdout
    --- stderr
    [WORK]/.go-version:1 asks for go1.98.1, and [WORK]/gom.lock locks it
    error: `[WORK]/gom.lock` has no proof of go1.98.1.windows-arm64: the checksum database sum.example.test has no record of it
    hint: run `gom lock`; or `gom install go1.98.1.windows-arm64`, which does not follow the file
    ");
    assert_snapshot!(world.say(["install", "--locked", "--os", "aix", "--arch", "ppc64"]), @"
    exit: 3
    --- stdout
    --- stderr
    [WORK]/.go-version:1 asks for go1.98.1, and [WORK]/gom.lock locks it
    error: `[WORK]/gom.lock` has no proof of go1.98.1.aix-ppc64: it does not have this platform
    hint: run `gom lock`; or `gom install go1.98.1.aix-ppc64`, which does not follow the file
    ");
}

#[test]
fn chosen_platforms_stay_chosen() {
    let world = project();
    world.done(["lock", "--platform", "plan9-arm"]);
    let platforms = |world: &World| {
        let report = world.done(["lock", "--json"]).json();
        report["toolchains"].as_array().unwrap().iter().map(|one| one["platform"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(platforms(&world), ["plan9-arm"]);
    world.done(["lock", "--platform", "all"]);
    assert_eq!(platforms(&world).len(), 2);
    assert_snapshot!(world.say(["lock", "--platform", "aix-ppc64"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: go1.98.1 has no release for aix-ppc64
    hint: run `gom list-remote 1.98.1 --json` to see its platforms
    ");
    assert_snapshot!(world.say(["lock", "--platform", "linux"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: Go has no platform `linux`
    hint: name one as Go does: [PLATFORM], darwin-arm64
    ");
}

#[test]
fn other_programs_get_the_sums_in_their_own_form() {
    let world = World::publishing(&["1.98.1"]);
    for platform in ["linux-amd64", "darwin-arm64"] {
        world.publish(&FakeToolchain::new("1.98.1", platform));
    }
    world.open_go_dev();
    world.write(".go-version", "1.98.1\n");
    world.done(["lock", "--platform", "linux-amd64,darwin-arm64"]);
    let sum = gom_tests::sha256(FakeToolchain::new("1.98.1", "linux-amd64").archive());
    let lines = |format: &str| world.done(["lock", "--format", format]).stdout;
    let line = format!("ADD --checksum=sha256:{sum} https://go.dev/dl/go1.98.1.linux-amd64.tar.gz /tmp/\n");
    assert_eq!(lines("docker"), format!("# linux-amd64\n{line}"));
    assert!(
        lines("bazel").contains(&format!("\"linux_amd64\": [\"go1.98.1.linux-amd64.tar.gz\", \"{sum}\"],"))
    );
    assert!(lines("nix").contains("url = \"https://go.dev/dl/go1.98.1.darwin-arm64.tar.gz\";"));
    assert_eq!(lines("renovate"), "# renovate: datasource=golang-version depName=go\nGO_VERSION=1.98.1\n");
}

#[test]
fn without_a_published_sum_no_lines_are_made_up() {
    let world = World::publishing(&["1.98.1"]);
    world.write(".go-version", "1.98.1\n");
    // Only the module proxy answers, and it has no sums.
    let said = world.done(["lock"]).stderr;
    assert!(said.contains("without a sha256: "), "{said}");
    for format in ["docker", "bazel", "nix"] {
        let output = world.gom(["lock", "--format", format]).run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(3), ""), "{output}");
    }
    world.done(["lock", "--format", "renovate"]);
}

#[test]
fn a_link_in_a_clone_is_not_written_through() {
    let world = project();
    let target = world.write_home(".bashrc", "PS1='$ '\n");
    symlink(&target, world.work().join("gom.lock")).unwrap();
    for options in [&["lock"][..], &["lock", "--dry-run"]] {
        let output = world.gom(options).run();
        assert_eq!(output.code, Some(1), "{output}");
    }
    assert_eq!(fs::read_to_string(target).unwrap(), "PS1='$ '\n");
}

#[test]
fn what_cannot_be_locked_is_said() {
    let world = project();
    world.write("gom.lock", "version = 2\n");
    assert_snapshot!(world.say(["lock"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: `[WORK]/gom.lock` has version 2 of the form, which a newer gom made
    hint: run `gom self update`
    ");
    world.write("gom.lock", "version = 1\ngo = \"1.98.1\"\nnonsense = 1\n");
    assert_snapshot!(world.say(["lock", "--check"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `[WORK]/gom.lock` can't be read: line 3: unknown field `nonsense`, expected one of `version`, `go`, `log`, `platforms`, `toolchain`, `unproven`
    hint: run `git checkout -- [WORK]/gom.lock` if it was whole once, or `rm [WORK]/gom.lock` and `gom lock`
    ");
    fs::remove_file(world.work().join("gom.lock")).unwrap();
    assert_snapshot!(world.shown(world.gom(["lock"]).env("GOSUMDB", "off")), @"
    exit: 2
    --- stdout
    --- stderr
    error: the proofs in gom.lock come from the checksum database, which is disabled by GOSUMDB=off (environment)
    hint: run `GOSUMDB=sum.golang.org gom lock`
    ");
    assert_snapshot!(world.shown(world.without_log(["lock"])), @"
    exit: 4
    --- stdout
    --- stderr
    error: the checksum database sum.example.test does not prove go1.98.1.[PLATFORM]: can't reach the checksum database for `/lookup/golang.org/toolchain@v0.0.1-go1.98.1.[PLATFORM]`: can't reach `http://127.0.0.1:1/lookup/golang.org/toolchain@v0.0.1-go1.98.1.[PLATFORM]`: Connection refused (os error [N])
    hint: run the command again when the checksum database can be reached; `gom config` shows GOPROXY and GOSUMDB
    ");
    // Go's own database is asked at the proxy first, and a proxy that can't be reached is named.
    let unreachable = world.gom(["lock"]).env("GOPROXY", NOBODY).env("GOSUMDB", "sum.golang.org").run();
    let proxy = format!("`: GOPROXY: can't reach `{NOBODY}/sumdb/sum.golang.org/supported`: ");
    assert!(unreachable.stderr.contains(&proxy), "{unreachable}");
    world.write(".go-version", "system\n");
    assert_snapshot!(world.say(["lock"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: [WORK]/.go-version:1 asks for `system`, which is no release that could be locked
    hint: run `gom local latest`, or pin another release with `gom local SPEC`; then run `gom lock`
    ");
    fs::remove_file(world.work().join(".go-version")).unwrap();
    assert_snapshot!(world.say(["lock"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: no version was given, and neither a version file nor go.mod or go.work names one here
    hint: run `gom install latest`, or `gom local latest` to pin this folder
    ");
}
