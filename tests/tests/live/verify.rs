//! Real toolchains, and the machine's own Go, against the records of Go's own checksum database.
//!
//! It never leaves a tree changed. Invariant: what [`crate::install::INSTALLING`] installed is there.

use crate::common::{Live, NEW, OLD, Step, goroot, offline, say};
use gom_tests::Run;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

pub(crate) const VERIFYING: [Step; 3] = [
    ("verify", what_was_installed_is_proven_offline),
    ("verify a changed tree", each_change_is_found_and_named),
    ("verify the machine's own Go", the_machine_s_own_go_is_verified),
];

fn what_was_installed_is_proven_offline(live: &Live) {
    let output = offline(live.gom(["verify"])).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(output.stdout.lines().count(), 3, "{output}");
    assert!(output.stdout.lines().all(|line| line.ends_with("  proven by sum.golang.org")), "{output}");
}

fn each_change_is_found_and_named(live: &Live) {
    for version in [OLD, NEW] {
        let goroot = goroot(live, version);
        let verify = || offline(live.gom(["verify", version, "--json"]));
        let file = |name: &str| goroot.join(name);

        let library = fs::read(file("src/fmt/print.go")).unwrap();
        let mut changed = library.clone();
        changed[library.len() / 2] ^= 1;
        fs::write(file("src/fmt/print.go"), changed).unwrap();
        assert_eq!(found(verify()), ("changed".to_owned(), vec!["changed src/fmt/print.go".to_owned()]));
        fs::write(file("src/fmt/print.go"), library).unwrap();

        fs::write(file("src/fmt/zz.go"), "package fmt\n").unwrap();
        assert_eq!(found(verify()), ("changed".to_owned(), vec!["added src/fmt/zz.go".to_owned()]));
        fs::remove_file(file("src/fmt/zz.go")).unwrap();

        fs::rename(file("src/go.mod"), live.sandbox.work().join("go.mod.away")).unwrap();
        assert_eq!(found(verify()), ("changed".to_owned(), vec!["missing src/go.mod".to_owned()]));
        fs::rename(live.sandbox.work().join("go.mod.away"), file("src/go.mod")).unwrap();

        assert_eq!(found(verify()), ("proven".to_owned(), vec![]));
    }
}

/// Images and distributions set Go's defaults in its `go.env`: that and nothing else may differ.
fn the_machine_s_own_go_is_verified(live: &Live) {
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

/// The outcome about one tree, and the differences as `KIND NAME`.
#[track_caller]
fn found(run: Run) -> (String, Vec<String>) {
    let output = run.run();
    let report = output.json();
    let toolchain = &report["toolchains"][0];
    let differences = toolchain["differences"].as_array().unwrap_or_else(|| panic!("{output}"));
    let name = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let one = |one: &serde_json::Value| format!("{} {}", name(&one["kind"]), name(&one["name"]));
    let code = if differences.is_empty() { 0 } else { 5 };
    assert_eq!(output.code, Some(code), "{output}");
    (name(&toolchain["outcome"]), differences.iter().map(one).collect())
}
