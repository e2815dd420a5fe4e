//! What later steps find, in GitHub's job and in a shell.

use crate::world::{BEFORE, CiJob, NEW, OLD};
use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;
use std::fs;

#[test]
fn github_gets_path_variables_outputs_a_page_and_matchers() {
    let world = World::github();
    let output = world.setup(&[OLD]);
    assert_snapshot!(output.snapshot(&world), @"
    exit: 0
    --- stdout
    ::add-matcher::[HOME]/runner/gom-problem-matchers.json
    --- stderr
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    go1.98.1.[PLATFORM] from download, proven by sum.test; [TIME]
    ");
    assert_snapshot!(world.runner_file("PATH"), @"
    [HOME]/go/bin
    [HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin
    ");
    let env = world.runner_file("ENV");
    let (started, rest): (Vec<&str>, Vec<&str>) =
        env.lines().partition(|line| line.starts_with("GOM_CI_STARTED="));
    assert!(started.len() == 1 && started[0].len() > "GOM_CI_STARTED=1000000000".len() - 1, "{env}");
    assert_eq!(rest, ["GOTOOLCHAIN=local"]);
    assert_snapshot!(world.runner_file("OUTPUT"), @"
    go-version=1.98.1
    go-versions=1.98.1
    GOROOT=[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]
    GOPATH=[HOME]/go
    GOMODCACHE=[HOME]/go/pkg/mod
    GOCACHE=[HOME]/.cache/go-build
    toolchain-source=download
    toolchain-cache-hit=false
    ");
    assert_snapshot!(world.runner_file("STEP_SUMMARY"), @"
    ### Go

    | asked | by | selected | runs here | from | proof | downloaded | time |
    |---|---|---|---|---|---|---|---|
    | 1.98.1 | argument | go1.98.1.[PLATFORM] | 1.98.1 | download | proven by sum.test | [SIZE] | [TIME] |
    ");
    assert_snapshot!(world.step_says("go version; command -v go; go env-dump | grep -v PATH"), @"
    go version go1.98.1 [PLATFORM]
    [HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go
    argv0=[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go
    GOROOT=(unset)
    GOTOOLCHAIN=local
    PWD=[WORK]
    ");
}

#[test]
fn what_is_in_the_store_is_taken_without_a_network() {
    let world = World::github();
    world.done(["install", OLD]);
    world.internet.forget_requests();
    let object = world.setup_json(&[OLD]);
    assert_eq!(object["outputs"]["toolchain-source"], "store");
    assert_eq!(object["toolchains"][0]["cache"]["save"], false);
    assert!(world.internet.requests().is_empty());
}

#[test]
fn a_second_set_up_keeps_the_start_of_the_job() {
    let mut world = World::github();
    world.setup(&[OLD]);
    world.set("GOM_CI_STARTED", "17");
    let object = world.setup_json(&[NEW]);
    assert!(object["variables"]["GOM_CI_STARTED"].is_null());
    // The step after both has the second one first.
    assert!(world.step_says("go version").contains(NEW));
}

#[test]
fn several_versions_are_all_there_and_the_first_is_go() {
    let world = World::github();
    world.setup(&[&format!("{NEW}\n{BEFORE}\n"), OLD, NEW]);
    assert_snapshot!(
        world.step_says("go version; $GOROOT_1_97_5/bin/go version; $GOROOT_1_98_1/bin/go version"), @"
    go version go1.98.2 [PLATFORM]
    go version go1.97.5 [PLATFORM]
    go version go1.98.1 [PLATFORM]
    ");
    let outputs = world.runner_file("OUTPUT");
    assert!(
        outputs.contains("go-version=1.98.2\n") && outputs.contains("go-versions=1.98.2 1.97.5 1.98.1\n")
    );
}

#[test]
fn programs_of_go_install_are_found_behind_go() {
    let world = World::github();
    let bin = world.home().join("go/bin");
    fs::create_dir_all(&bin).unwrap();
    world.setup(&[OLD]);
    let path = world.step_says("echo $PATH");
    let folders: Vec<&str> = path.split(':').take(2).collect();
    assert_eq!(
        folders,
        [world.redact(&world.in_store(OLD).join("bin").display().to_string()).as_str(), "[HOME]/go/bin"]
    );
}

#[test]
fn a_goroot_of_another_tree_does_not_break_the_job() {
    let mut world = World::github();
    world.set("GOROOT", "/usr/lib/go");
    world.setup(&[OLD]);
    let goroot = world.step_says("go env-dump | grep GOROOT");
    assert_eq!(goroot.trim(), world.redact(&format!("GOROOT={}", world.in_store(OLD).display())));
}

#[test]
fn matchers_can_be_left_out() {
    let world = World::github();
    let output = world.setup(&[OLD, "--no-problem-matchers"]);
    assert_eq!(output.stdout, "");
    assert!(!world.home().join("runner/gom-problem-matchers.json").exists());
    let object = world.setup_json(&[OLD]);
    assert_eq!(
        object["commands"],
        serde_json::json!([format!(
            "::add-matcher::{}",
            world.home().join("runner/gom-problem-matchers.json").display()
        )])
    );
}

#[test]
fn the_checksum_database_must_prove_it_unless_the_user_says_otherwise() {
    let world = World::published();
    let from_godev = |run: gom_tests::Run| run.env("GOM_SOURCES", "go.dev");
    let output = from_godev(world.without_log(["ci", "setup", OLD])).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 4
    --- stdout
    (exit 4)
    --- stderr
    downloading go1.98.1.[PLATFORM] ([SIZE]) from https://go.dev/dl/go1.98.1.[PLATFORM].tar.gz
    error: go1.98.1.[PLATFORM] has the published sha256, but the checksum database sum.test does not prove it: can't reach the checksum database for `/lookup/golang.org/toolchain@v0.0.1-go1.98.1.[PLATFORM]`: can't reach `http://127.0.0.1:1/lookup/golang.org/toolchain@v0.0.1-go1.98.1.[PLATFORM]`: Connection refused (os error [N]), and its proof is required
    hint: nothing was installed; run the command again when the checksum database can be reached; `gom config` shows what sets `proof`
    ");
    assert!(!world.in_store(OLD).exists());
    from_godev(world.without_log(["ci", "setup", OLD]).env("GOM_REQUIRE", "any")).done();
    // What is there was not proven by the database, so it is asked now.
    let output = world.setup(&[OLD]);
    assert!(output.stderr.contains("from store, proven by sum.test"), "{output}");
}

#[test]
fn api_doc_misc_and_test_are_left_out() {
    let world = World::published();
    world.gom(["ci", "setup", OLD]).env("GOM_SOURCES", "go.dev").done();
    let tree = world.tree(world.in_store(OLD));
    for folder in ["api/", "doc/", "misc/", "test/"] {
        assert!(!tree.iter().any(|file| file.starts_with(folder)), "{tree:?}");
    }
    world.done(["verify", OLD, "--offline"]);
}

#[test]
fn an_unproven_tree_in_the_store_is_replaced() {
    let world = World::published();
    world.done(["install", OLD]);
    fs::remove_dir_all(world.store().join("receipts")).unwrap();
    let output = world.setup(&[OLD]);
    assert!(output.stderr.contains("warning: not used:") && output.stderr.contains("no receipt"), "{output}");
    assert!(output.stderr.contains("from download, proven by sum.test"), "{output}");
    world.done(["verify", OLD, "--offline"]);
}

#[test]
fn a_toolchain_that_does_not_start_is_an_error() {
    let world = World::published();
    world.publish(
        &gom_tests::FakeToolchain::here("1.96.1").program("bin/go", "#!/bin/sh\necho broken >&2\nexit 3\n"),
    );
    let output = world.gom(["ci", "setup", "1.96.1"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("bin/go version` does not run here: broken"), "{output}");
    assert!(output.stderr.contains("hint: "), "{output}");
}

/// K10.1: later steps call this Go with no shim between.
#[test]
fn a_go_before_1_9_gets_goroot_for_later_steps() {
    let mut world = World::github();
    world.publish(&FakeToolchain::here("1.8.99"));
    let object = world.setup_json(&["1.8.99"]);
    assert_eq!(object["variables"]["GOROOT"], object["outputs"]["GOROOT"]);
    let shown = world.step_says("go env-dump | grep GOROOT");
    assert_eq!(shown, "GOROOT=[HOME]/.gom/toolchains/go1.8.99.[PLATFORM]\n");
    // Also where a step before has set it already.
    let goroot = object["outputs"]["GOROOT"].as_str().unwrap().to_owned();
    world.set("GOROOT", goroot);
    let object = world.setup_json(&["1.8.99"]);
    assert_eq!(object["variables"]["GOROOT"], object["outputs"]["GOROOT"]);
}

/// K10.2
#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64", target_endian = "little"))]
fn a_go_that_needs_a_loader_which_is_not_there_is_no_set_up() {
    let world = World::github();
    world.publish(&FakeToolchain::here("1.20.99").linked_with("/lib/ld-nowhere.so.1"));
    let output = world.gom(["ci", "setup", "1.20.99"]).run();
    assert_snapshot!(world.redact(&output.stderr), @"
    downloading go1.20.99.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.20.99.[PLATFORM].zip
    error: go1.20.99.[PLATFORM] needs glibc, whose loader /lib/ld-nowhere.so.1 is not on this system; Go 1.21 and newer do not need it
    hint: run `gom install 1.21`, or use a system with glibc
    ");
}

/// K10.3
#[test]
fn the_names_that_node_has_for_an_architecture_are_taken() {
    let world = World::github();
    let mine = if cfg!(target_arch = "x86_64") { "x64" } else { "arm64" };
    assert_eq!(world.setup_json(&[OLD, "--arch", mine])["toolchains"][0]["version"], OLD);
    if cfg!(target_arch = "x86_64") {
        world.publish(&FakeToolchain::new("1.98.7", "linux-386"));
        for arch in ["ia32", "x32", "x86", "386"] {
            let args = ["ci", "cache", "key", "toolchains", "--go", "1.98.7", "--arch", arch];
            assert!(world.done(args).stdout.contains("-go1.98.7.linux_386-"), "{arch}");
        }
    }
}

/// The newest release is requested and no list can be reached: the newest local one runs, never an older one
/// (K1.1).
#[test]
fn where_no_list_can_be_had_what_is_near_is_the_newest() {
    let world = World::github();
    world.setup(&[NEW]);
    let _ = fs::remove_dir_all(world.home().join(".cache"));
    let run = world.gom(["ci", "setup", "latest", "--json"]).env("GOPROXY", "off");
    world.internet.forget_requests();
    let output = run.env("HTTPS_PROXY", "http://127.0.0.1:1").run();
    assert_eq!(output.json()["outputs"]["go-version"], NEW, "{output}");
}

/// A Go that is uninstalled while gom asks it for its version: `until` ends that.
fn uninstalled_while_it_is_asked(until: &str) -> World {
    let world = World::github();
    let script = format!(
        "if {until}; then exec \"$HOME/.gom/bin/gom\" uninstall 1.98.5 --yes --force; fi\n\
         echo go version go1.98.5 linux/amd64"
    );
    world.publish(&FakeToolchain::here("1.98.5").program("bin/go", &script));
    world
}

#[test]
fn a_toolchain_that_is_uninstalled_meanwhile_is_installed_again() {
    let world = uninstalled_while_it_is_asked("mkdir \"$HOME/asked\"");
    let output = world.setup(&["1.98.5"]);
    assert!(
        output.stderr.contains("1.98.5.") && output.stderr.contains("was uninstalled meanwhile"),
        "{output}"
    );
    assert!(world.runner_file("PATH").contains("go1.98.5."), "{output}");
    assert_eq!(world.installed(), ["go1.98.5.[PLATFORM]"]);
}

#[test]
fn a_toolchain_that_is_uninstalled_twice_is_named() {
    let world = uninstalled_while_it_is_asked("true");
    let output = world.gom(["ci", "setup", "1.98.5"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    let error = output.stderr.lines().rev().take(2).collect::<Vec<_>>();
    assert_snapshot!(world.redact(&error.join("\n")), @"
    hint: run `gom ci setup 1.98.5` again when no other job uninstalls it
    error: go1.98.5.[PLATFORM] was uninstalled twice while gom set it up: `[HOME]/.gom/toolchains/go1.98.5.[PLATFORM]` is gone
    ");
    assert_eq!(world.runner_file("PATH"), "");
}
