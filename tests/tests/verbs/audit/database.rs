//! Where the database comes from: the network, the cache and gom itself; what is asked for, and when.

use super::world::{cache_file, said, world};
use gom_tests::{Fault, VulnDb, World};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The paths that were asked for.
fn asked(world: &World) -> Vec<String> {
    let mut paths: Vec<String> =
        world.internet.requests_to("vuln.go.dev").into_iter().map(|request| request.path).collect();
    paths.sort();
    world.internet.forget_requests();
    paths
}

/// Makes the cached database as old as one that is asked about again.
fn age(world: &World) {
    let text = fs::read_to_string(cache_file(world)).unwrap();
    let mut cached: Value = serde_json::from_str(&text).unwrap();
    cached["checked_at"] = "2026-01-01T00:00:00Z".into();
    fs::write(cache_file(world), cached.to_string()).unwrap();
}

#[test]
fn only_what_changed_is_fetched_again() {
    let (world, db) = world();
    db.publish("GO-2026-9005", "golang.org/x/net", "+0 -0.30.0", "golang.org/x/net/http2");
    world.internet.forget_requests();
    world.gom(["audit"]).run();
    let first = [
        "/ID/GO-2026-9001.json.gz",
        "/ID/GO-2026-9002.json.gz",
        "/ID/GO-2026-9003.json.gz",
        "/index/db.json.gz",
        "/index/modules.json.gz",
    ];
    assert_eq!(asked(&world), first, "nothing about other modules");
    world.gom(["audit"]).run();
    assert!(asked(&world).is_empty(), "nothing within minutes");
    age(&world);
    world.gom(["audit"]).run();
    let requests = world.internet.requests_to("vuln.go.dev");
    assert_eq!((requests.len(), requests[0].status), (1, Some(304)));
    world.internet.forget_requests();
    age(&world);
    db.publish("GO-2026-9002", "toolchain", "+0 -1.98.9", "cmd/go");
    db.remove("GO-2026-9003");
    let report = world.gom(["audit", "--json"]).run().json();
    assert_eq!(asked(&world), ["/ID/GO-2026-9002.json.gz", "/index/db.json.gz", "/index/modules.json.gz"]);
    let ids: Vec<&Value> =
        report["vulnerabilities"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["GO-2026-9002", "GO-2026-9001"]);
    assert_eq!(report["audited"][0]["clean_from"], "1.98.9");
}

#[test]
fn without_a_network_the_cache_answers_with_its_day() {
    let (world, db) = world();
    world.gom(["audit"]).run();
    world.internet.forget_requests();
    age(&world);
    let output = world.gom(["audit", "--offline", "--json"]).run();
    let report = output.json();
    assert_eq!((output.code, world.internet.requests().len()), (Some(10), 0), "{output}");
    assert_eq!(
        report["database"],
        json!({"place": "https://vuln.go.dev", "as_of": db.modified(), "from": "cache", "refreshed": false})
    );
    db.site().fault("/*", Fault::Status(503));
    let text = said(&world, &db, world.gom(["audit"]));
    let warning = "warning: can't ask the vulnerability database https://vuln.go.dev, so only what was known on [DAY] \
                   is used (`https://vuln.go.dev/index/db.json.gz` answered HTTP 503)";
    assert!(text.contains(warning), "{text}");
    assert!(text.starts_with("exit: 10") && text.contains("GO-2026-9001"), "{text}");
}

#[test]
fn a_first_run_without_a_network_uses_what_gom_carries() {
    let world = World::with(&["1.21.5"]);
    let output = world.gom(["audit", "--offline", "--json"]).run();
    let report = output.json();
    assert_eq!((output.code, world.internet.requests_to("vuln.go.dev").len()), (Some(10), 0), "{output}");
    assert_eq!(
        (&report["database"]["from"], &report["database"]["refreshed"]),
        (&"gom".into(), &false.into())
    );
    assert!(report["database"]["as_of"].as_str().unwrap() > "2026-11-01");
    let found = report["vulnerabilities"].as_array().unwrap();
    let known = found.iter().find(|one| one["id"] == "GO-2024-2598").unwrap();
    assert_eq!(known["aliases"], json!(["CVE-2024-24783"]));
    assert_eq!(
        (&known["packages"], &known["fixed"]),
        (&json!(["crypto/x509"]), &json!(["1.21.8", "1.22.1"]))
    );
    assert!(!found.iter().any(|one| one["id"] == "GO-2023-2102"), "1.21.3 fixes it");
}

#[test]
fn a_host_that_does_not_answer_is_waited_for_once() {
    let (world, db) = world();
    world.internet.refuse("vuln.go.dev");
    let text = said(&world, &db, world.gom(["audit"]));
    assert!(text.contains("warning: can't ask the vulnerability database https://vuln.go.dev"), "{text}");
    assert!(text.starts_with("exit: 0"), "what gom carries knows nothing of 1.98.1: {text}");
}

#[test]
fn a_mirror_is_named_by_an_option_or_by_govulndb() {
    let (world, db) = world();
    world.internet.at("/vuln", db.site());
    let mirror = world.internet.url("/vuln/");
    world.internet.forget_requests();
    let report = world.gom(["audit", "--db", &mirror, "--json"]).run().json();
    assert_eq!(report["database"]["place"], mirror.trim_end_matches('/'));
    assert_eq!(report["vulnerabilities"].as_array().unwrap().len(), 3);
    let by_variable = world.gom(["audit", "--json"]).env("GOVULNDB", &mirror).run().json();
    assert_eq!(by_variable, report);
    assert!(world.internet.requests_to("vuln.go.dev").is_empty());
    assert!(!cache_file(&world).exists(), "each place has a file of its own");
}

#[test]
fn a_folder_is_a_database_also_without_a_network() {
    let (world, db) = world();
    let folder = world.home().join("vulndb");
    db.write_to(&folder);
    let url = format!("file://{}", folder.display());
    let report = world.gom(["audit", "--db", &url, "--offline", "--json"]).run().json();
    assert_eq!(
        (&report["database"]["from"], &report["database"]["refreshed"]),
        (&"network".into(), &true.into())
    );
    assert_eq!(report["vulnerabilities"].as_array().unwrap().len(), 3);
}

#[test]
fn an_address_that_is_none_is_refused() {
    let (world, _db) = world();
    assert_snapshot!(world.say(["audit", "--db", "vuln.go.dev"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: --db is `vuln.go.dev`, which is not the URL of a vulnerability database: relative URL without a base
    hint: omit --db, or name an address such as https://vuln.go.dev or file:///srv/vulndb
    ");
    let by_variable = world.gom(["audit"]).env("GOVULNDB", "ftp://ada:secret@example.test").run();
    assert_eq!(by_variable.code, Some(2), "{by_variable}");
    assert!(!by_variable.stderr.contains("secret"), "{by_variable}");
}

/// The copy in testdata has entries as Go's database publishes them, without their long texts.
fn recorded(world: &World, modified: &str) -> String {
    let copy = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verbs/testdata/vulndb");
    let folder = world.home().join("recorded");
    for part in ["ID", "index"] {
        fs::create_dir_all(folder.join(part)).unwrap();
        for file in fs::read_dir(copy.join(part)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), folder.join(part).join(file.file_name())).unwrap();
        }
    }
    if !modified.is_empty() {
        fs::write(folder.join("index/db.json"), json!({ "modified": modified }).to_string()).unwrap();
    }
    format!("file://{}", folder.display())
}

#[test]
fn entries_are_read_as_go_publishes_them() {
    let world = World::with(&["1.21.4", "1.22.6"]);
    let url = recorded(&world, &VulnDb::new().modified());
    let report = world.gom(["audit", "--db", &url, "--json"]).run().json();
    let found = |at: usize| -> Vec<(&str, &str)> {
        let findings = report["audited"][at]["findings"].as_array().unwrap().iter();
        findings.map(|one| (one["id"].as_str().unwrap(), one["level"].as_str().unwrap())).collect()
    };
    assert_eq!(found(0), [("GO-2024-3107", "error")]);
    let of_windows = if cfg!(windows) { "error" } else { "note" };
    assert_eq!(
        found(1),
        [
            ("GO-2024-3107", "error"),
            ("GO-2024-2887", "error"),
            ("GO-2024-2598", "error"),
            ("GO-2023-2185", of_windows),
        ]
    );
    assert_eq!(report["audited"][1]["clean_from"], "1.22.7");
}

/// A mirror that stopped years ago must not make a Go look clean.
#[test]
fn a_database_older_than_gom_is_not_used() {
    let world = World::with(&["1.21.4"]);
    let url = recorded(&world, "");
    let output = world.gom(["audit", "--db", &url]).run();
    let warning = "lacks entries that this gom has from 20";
    assert!(output.stderr.contains(warning), "{output}");
    let report = world.gom(["audit", "--db", &url, "--json"]).run().json();
    assert_eq!(report["database"]["from"], "gom");
    assert!(report["vulnerabilities"].as_array().unwrap().len() > 50);
}
