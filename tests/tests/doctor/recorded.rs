//! Described hosts: what is found on each, that it comes down to few causes, and what the user reads.

use crate::world::{findings, host_file, hosts, judged, texts};
use gom_tests::Sandbox;
use std::collections::BTreeSet;

/// The hosts that the world is full of, and what is wrong with each, without notes, sorted.
const USUAL: &[(&str, &[&str])] = &[
    ("linux-container", &["other-go-first"]),
    ("linux-distribution-go", &["other-go-first"]),
    ("linux-distribution-go-behind", &["module-cache-go", "path-differs-by-shell"]),
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

/// No check is there for show: each finds something on some described host.
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

/// K13.6: on a Mac as Apple and gom set it up there is nothing to note, whatever macOS itself puts on PATH and
/// however few files a process may open.
#[test]
fn a_mac_in_order_has_no_notes() {
    let sandbox = Sandbox::new();
    let file = host_file("mac-clean-m3");
    let output = sandbox.gom(["doctor", "--verbose", "--facts", file.to_str().unwrap()]).run();
    assert!(output.stdout.starts_with("all is well: "), "{output}");
}

/// K13.6: a home behind a link is the same home.
#[test]
fn a_home_behind_a_link_is_found_on_path() {
    let sandbox = Sandbox::new();
    let text = std::fs::read_to_string(host_file("mac-clean-m3")).unwrap();
    let mut facts: serde_json::Value = serde_json::from_str(&text).unwrap();
    // PATH has the folder where it really is; everything else goes by the link.
    let path = facts["env"]["PATH"].as_str().unwrap().replace("/Users/ada/", "/Volumes/Big/ada/");
    facts["env"]["PATH"] = path.into();
    let files = facts["files"].as_object_mut().unwrap();
    let behind: Vec<String> = files.keys().filter(|path| path.starts_with("/Users/ada/")).cloned().collect();
    for path in behind {
        let mut file = files[&path].clone();
        let real = file["real"].as_str().unwrap_or(&path).replace("/Users/ada/", "/Volumes/Big/ada/");
        file["real"] = real.clone().into();
        files.insert(path.clone(), file.clone());
        let there = path.replace("/Users/ada/", "/Volumes/Big/ada/");
        if real == there {
            file.as_object_mut().unwrap().remove("real");
        }
        files.insert(there, file);
    }
    sandbox.write("host.json", facts.to_string());
    let output = sandbox.gom(["doctor", "--facts", "host.json"]).run();
    assert!(output.stdout.starts_with("all is well: "), "{output}");
}

#[test]
fn copies_of_equal_files_are_named_where_they_could_share_their_blocks() {
    let sandbox = Sandbox::new();
    let copied = judged(&sandbox, "linux-copied-store");
    let all = findings(&copied);
    let [finding] = all.into_iter().filter(|one| one["id"] == "equal-files").collect::<Vec<_>>()[..] else {
        panic!("{copied:#}")
    };
    assert_eq!(finding["message"], "158 MB are copies of files that another toolchain has");
    assert_eq!(finding["fix"]["commands"], serde_json::json!(["gom install --force 1.27.1"]));

    // Not on ext4, which has to keep each copy, and not for what is not worth a download.
    let text = std::fs::read_to_string(host_file("linux-copied-store")).unwrap();
    for (value, other) in [("\"xfs\"", "null"), ("158204928", "49000000")] {
        let file = sandbox.home().join("facts.json");
        std::fs::write(&file, text.replace(value, other)).unwrap();
        let output = sandbox.gom(["doctor", "--json", "--facts", file.to_str().unwrap()]).run().json();
        assert!(findings(&output).iter().all(|one| one["id"] != "equal-files"), "{output:#}");
    }
}
