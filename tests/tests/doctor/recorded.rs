//! Recorded hosts: what is found on each, that it comes down to few causes, and what the user reads.

use crate::world::{findings, host_file, hosts, judged, texts};
use gom_tests::Sandbox;
use std::collections::BTreeSet;

/// The hosts that the world is full of, and what is wrong with each, without notes, sorted.
const USUAL: &[(&str, &[&str])] = &[
    ("linux-container", &["other-go-first"]),
    ("linux-distribution-go", &["other-go-first"]),
    ("linux-distribution-go-behind", &["module-cache-go"]),
    ("linux-musl", &["loader-missing"]),
    ("linux-not-on-path", &["shim-not-on-path"]),
    ("linux-snap", &["other-go-first"]),
    ("linux-wsl", &["files-on-windows-disk", "gopath-misplaced"]),
    (
        "mac-26-old-tools",
        &["go-without-uuid", "tool-by-older-go", "tool-for-other-processor", "tool-without-uuid"],
    ),
    ("mac-asdf", &["other-go-first", "other-manager"]),
    ("mac-clean-m3", &[]),
    (
        "mac-go-installer",
        &["go-for-intel", "other-go-first", "path-differs-by-shell", "path-in-zshenv", "paths-d-go"],
    ),
    ("mac-goenv", &["other-go-first", "other-manager"]),
    ("mac-gvm", &["gopath-misplaced", "goroot-set", "gvm", "other-go-first"]),
    ("mac-intel-too-old", &["macos-too-old"]),
    (
        "mac-m1-intel-homebrew",
        &[
            "flags-for-intel",
            "go-for-intel",
            "library-arch",
            "other-go-first",
            "rosetta-missing",
            "two-homebrews",
        ],
    ),
    ("mac-mise", &["goroot-set", "other-go-first", "other-manager"]),
    ("mac-no-command-line-tools", &["developer-folder-gone", "no-c-compiler"]),
    ("mac-stale-goroot", &["goroot-in-removed-keg"]),
    ("mac-translated-terminal", &["go-for-intel", "gom-translated", "terminal-translated"]),
];

#[test]
fn each_usual_host_has_what_is_wrong_with_it_and_at_most_three_causes() {
    let sandbox = Sandbox::new();
    for (host, expected) in USUAL {
        let diagnosis = judged(&sandbox, host);
        let all = findings(&diagnosis);
        let bad: Vec<_> = all.into_iter().filter(|finding| finding["severity"] != "note").collect();
        let ids: BTreeSet<&str> = texts(&bad, "id").into_iter().collect();
        assert_eq!(ids.into_iter().collect::<Vec<_>>(), *expected, "{host}");
        let causes = diagnosis["causes"].as_array().unwrap();
        let causes = causes.iter().filter(|cause| cause["severity"] != "note").count();
        assert!(causes <= 3, "{host} has {causes} causes");
        assert_eq!(causes == 0, expected.is_empty(), "{host}");
    }
}

#[test]
fn what_the_user_reads_of_each_host() {
    let sandbox = Sandbox::new();
    for host in hosts() {
        let file = host_file(&host);
        let output = sandbox.gom(["doctor", "--facts", file.to_str().unwrap()]).run();
        assert_eq!(output.stderr, "", "{host}");
        let has_errors = judged(&sandbox, &host)["errors"] != 0;
        assert_eq!(output.code, Some(i32::from(has_errors)), "{host}\n{output}");
        insta::assert_snapshot!(host, output.stdout);
    }
}

/// No check is there for show: each finds something on some recorded host.
#[test]
fn every_check_finds_something_somewhere() {
    let sandbox = Sandbox::new();
    let list = sandbox.gom(["doctor", "--list", "--json"]).run();
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    let checks: Vec<_> = list["checks"].as_array().unwrap().iter().collect();
    let mut idle: BTreeSet<&str> = texts(&checks, "id").into_iter().collect();
    let diagnoses: Vec<_> = hosts().iter().map(|host| judged(&sandbox, host)).collect();
    for diagnosis in &diagnoses {
        for id in texts(&findings(diagnosis), "id") {
            idle.remove(id);
        }
    }
    assert_eq!(idle, BTreeSet::new());
}

#[test]
fn the_worst_comes_first() {
    let sandbox = Sandbox::new();
    for host in hosts() {
        let diagnosis = judged(&sandbox, &host);
        let rank =
            |severity: &str| ["error", "warning", "note"].iter().position(|name| *name == severity).unwrap();
        let causes: Vec<_> = diagnosis["causes"].as_array().unwrap().iter().collect();
        let ranks: Vec<usize> = texts(&causes, "severity").into_iter().map(rank).collect();
        assert!(ranks.is_sorted(), "{host}: {ranks:?}");
        for cause in causes {
            let findings: Vec<_> = cause["findings"].as_array().unwrap().iter().collect();
            let ranks: Vec<usize> = texts(&findings, "severity").into_iter().map(rank).collect();
            assert!(ranks.is_sorted(), "{host}: {ranks:?}");
        }
    }
}
