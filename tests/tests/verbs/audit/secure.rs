//! `gom use --secure`, and the numbers of known vulnerabilities that other verbs tell.

use super::world::{said, with_database, world};
use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// 1.98.1 is installed; 1.98.3, 1.98.4 and 1.99.0 are published. 1.98.4 is the first one without a known vulnerability.
fn published() -> (World, gom_tests::VulnDb) {
    let (world, db) = world();
    for version in ["1.98.3", "1.98.4", "1.99.0"] {
        world.publish(&FakeToolchain::here(version));
    }
    db.publish("GO-2026-9004", "stdlib", "+1.98.3 -1.98.4 +1.99.0-0", "os/exec");
    (world, db)
}

#[test]
fn a_line_means_its_newest_release_without_a_known_vulnerability() {
    let (world, db) = published();
    db.publish("GO-2026-9006", "stdlib", "+1.98.4 -1.98.5", "io");
    world.publish(&FakeToolchain::here("1.98.5"));
    world.publish(&FakeToolchain::here("1.98.6"));
    db.publish("GO-2026-9007", "stdlib", "+1.98.6", "io");
    assert_snapshot!(said(&world, &db, world.gom(["use", "--secure", "1.98"])), @"
    exit: 0
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    Go 1.98.6 has 1 known vulnerability as of [DAY], Go 1.98.5 has none
    downloading go1.98.5.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.5.[PLATFORM].zip
    installed go1.98.5.[PLATFORM] from proxy, proven by sum.example.test
    the default is now 1.98.5, for all folders; this one alone: `gom local 1.98.5`
    ");
    assert_eq!(world.default(), "1.98.5\n");
}

#[test]
fn a_version_with_a_known_vulnerability_is_raised_to_a_patch_without() {
    let (world, db) = published();
    assert_snapshot!(said(&world, &db, world.gom(["use", "--secure", "1.98.1"])), @"
    exit: 0
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    Go 1.98.1 has 2 known vulnerabilities as of [DAY], Go 1.98.4 has none
    downloading go1.98.4.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.4.[PLATFORM].zip
    installed go1.98.4.[PLATFORM] from proxy, proven by sum.example.test
    the default is now 1.98.4, for all folders; this one alone: `gom local 1.98.4`
    ");
    assert_eq!(world.default(), "1.98.4\n");
    // Now it is there, and nothing is raised.
    assert_snapshot!(said(&world, &db, world.gom(["use", "--secure", "1.98.4"])), @"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.98.4, for all folders; this one alone: `gom local 1.98.4`
    ");
}

#[test]
fn latest_means_the_newest_release_without_a_known_vulnerability() {
    let (world, db) = published();
    assert_snapshot!(said(&world, &db, world.gom(["use", "--secure", "latest"])), @"
    exit: 0
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    Go 1.99.0 has 1 known vulnerability as of [DAY], Go 1.98.4 has none
    downloading go1.98.4.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.4.[PLATFORM].zip
    installed go1.98.4.[PLATFORM] from proxy, proven by sum.example.test
    the default is now 1.98.4, for all folders; this one alone: `gom local 1.98.4`
    ");
    assert_eq!(world.default(), "1.98.4\n");
}

#[test]
fn where_there_is_none_the_default_stays() {
    let (world, db) = published();
    world.done(["use", "1.98.1"]);
    assert_snapshot!(said(&world, &db, world.gom(["use", "--secure", "1.99"])), @"
    exit: 7
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    error: each release that `1.99` could mean has known vulnerabilities, the newest, 1.99.0, has 1 (Go's vulnerability database of [DAY])
    hint: run `gom use --secure 1.98`
    ");
    assert_eq!(world.default(), "1.98.1\n");
    let failure = world.gom(["use", "--secure", "1.99", "--json"]).run().json();
    assert_eq!((&failure["error"]["kind"], &failure["error"]["value"]), (&"refused".into(), &"1.99".into()));
}

#[test]
fn the_hint_of_a_refusal_ends_the_problem() {
    let (world, db) = published();
    let text = said(&world, &db, world.gom(["use", "--secure", "1.99"]));
    assert!(text.contains("run `gom use --secure 1.98`"), "{text}");
    world.done(["use", "--secure", "1.98"]);
    assert_eq!(world.default(), "1.98.4\n");
}

#[test]
fn what_is_no_release_and_what_is_not_known_are_errors() {
    let (world, _db) = published();
    assert_snapshot!(world.say(["use", "--secure", "system"]), @"
    exit: 2
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    error: --secure needs a version, a line or a range, not `system`
    hint: run `gom use --secure latest`
    ");
    assert_eq!(world.gom(["use", "--secure"]).run().code, Some(2));
    assert_eq!(world.gom(["use", "--secure", "--line", "1.98"]).run().code, Some(2));
    let unknown = world.gom(["use", "--secure", "1.97"]).run();
    assert_eq!(unknown.code, Some(3), "{unknown}");
}

/// They use what gom knows, and ask for nothing.
#[test]
fn other_verbs_tell_the_number() {
    let (world, _db) = published();
    world.gom(["audit"]).run();
    world.internet.forget_requests();
    let listed = world.done(["list-remote", "1.98"]).stdout;
    assert_eq!(listed, "1.98.4\n1.98.3  1 known vulnerability\n1.98.1  installed  2 known vulnerabilities\n");
    let json = |arguments: &[&str]| world.gom(arguments).run().json();
    assert_eq!(json(&["list-remote", "1.98", "--json"])["releases"][2]["known_vulnerabilities"], 2);
    let info: Value = json(&["info", "1.98.1", "--json"]);
    assert_eq!(
        (&info["vulnerabilities"]["known"], &info["vulnerabilities"]["clean_from"]),
        (&2.into(), &"1.98.4".into())
    );
    let text = world.done(["info", "1.98.1"]).stdout;
    assert!(text.contains("\naudit      2 known vulnerabilities, none from 1.98.4 on as of 20"), "{text}");
    let compared = world.done(["compare", "1.98.1", "1.98.4"]).stdout;
    let line = "\naudit      2 known vulnerabilities, none from 1.98.4 on -> no known vulnerability\n";
    assert!(compared.contains(line), "{compared}");
    let both = json(&["compare", "1.98.1", "1.98.4", "--json"]);
    assert_eq!(
        json!([both["first"]["vulnerabilities"]["known"], both["second"]["vulnerabilities"]["known"]]),
        json!([2, 0])
    );
    let outdated = world.gom(["outdated"]).run().stdout;
    assert!(
        outdated.contains("VULNS") && outdated.lines().nth(1).unwrap().contains("      2  "),
        "{outdated}"
    );
    assert_eq!(json(&["outdated", "--json"])["in_use"][0]["known_vulnerabilities"], 2);
    assert!(world.internet.requests_to("vuln.go.dev").is_empty());
}

#[test]
fn without_a_network_the_data_in_gom_count() {
    let world = World::with(&["1.21.5"]);
    let _db = with_database(&world);
    let text = world.done(["info", "1.21.5", "--offline"]).stdout;
    let line = text.lines().find(|line| line.starts_with("audit")).unwrap();
    let number: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(number > 50, "{line}");
}
