//! Real toolchains, and the machine's own Go, against the records of Go's own checksum database.
//!
//! It never leaves a tree changed. Invariant: what [`crate::install::INSTALLING`] installed is there.

use crate::common::{Live, NEW, OLD, Step, offline};
use crate::proven::{assert_changes_are_found, found};
use gom_tests::say;
use gom_tests::toolchain::host_platform;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

pub(crate) const VERIFYING: [Step; 3] = [
    ("verify", what_was_installed_is_proven_offline),
    ("verify a changed tree", each_change_is_found_and_named),
    ("verify the machine's own Go", the_machines_own_go_is_verified),
];

fn what_was_installed_is_proven_offline(live: &Live) {
    let output = offline(live.gom(["verify"])).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(output.stdout.lines().count(), 3, "{output}");
    assert!(output.stdout.lines().all(|line| line.ends_with("  proven by sum.golang.org")), "{output}");
}

fn each_change_is_found_and_named(live: &Live) {
    for version in [OLD, "1.22.10", NEW] {
        assert_changes_are_found(live, &format!("go{version}.{}", host_platform()));
    }
}

/// Images and distributions set Go's defaults in its `go.env`: that and nothing else may differ.
fn the_machines_own_go_is_verified(live: &Live) {
    let asked = Command::new("go").args(["env", "GOROOT"]).env("GOTOOLCHAIN", "local").output();
    let Some(goroot) = asked.ok().filter(|output| output.status.success()) else {
        say("skipped: this machine has no Go of its own");
        return;
    };
    let goroot = String::from_utf8(goroot.stdout).unwrap();
    let go_env = fs::read_to_string(Path::new(goroot.trim()).join("go.env")).unwrap_or_default();
    let is_published = go_env.lines().any(|line| line == "GOTOOLCHAIN=auto");
    let expected =
        if is_published { ("proven", vec![]) } else { ("edited", vec!["edited go.env".to_owned()]) };
    let path = env::var_os("PATH").unwrap_or_default();
    let run = live.gom(["verify", "--json", "--path", goroot.trim()]).env("PATH", path);
    assert_eq!(found(run), (expected.0.to_owned(), expected.1));
}
