//! `gom outdated`: what is in use and has a newer release, with dates, security fixes and support. What gom can't know
//! is `unknown`.

use gom_tests::{FakeToolchain, NOBODY, World, skip};
use insta::assert_snapshot;
use std::fs;

/// 1.98.1 is installed, 1.98.3 is out since 120 days after it.
fn one_behind() -> World {
    let world = World::with(&["1.98.1"]);
    let [old, new] = ["1.98.1", "1.98.3"].map(FakeToolchain::here);
    world.publish(&new);
    world.proxy.set_date(&old, "2026-05-05");
    world.proxy.set_date(&new, "2026-09-02");
    world
}

#[test]
fn nothing_in_use_is_not_outdated() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["outdated"]), @"
    exit: 0
    --- stdout
    --- stderr
    hint: nothing is installed; run `gom install latest`
    ");
    let report = world.done(["outdated", "--json"]).json();
    assert_eq!((&report["outdated"], &report["in_use"]), (&false.into(), &serde_json::json!([])));
}

#[test]
fn the_newest_patch_is_not_outdated() {
    let world = World::with(&["1.98.1", "1.98.3"]);
    world.write(".go-version", "1.98\n");
    assert_snapshot!(world.say(["outdated"]), @"
    exit: 0
    --- stdout
    USED BY    GO      SUPPORT      FILE
    line 1.98  1.98.3  until 1.100
    pin        1.98.3  until 1.100  [WORK]/.go-version:1
    --- stderr
    nothing is outdated
    ");
}

#[test]
fn a_line_the_default_and_a_pin_are_each_a_row() {
    let world = one_behind();
    world.done(["use", "1.98.1"]);
    world.write(".tool-versions", "nodejs 20\ngolang 1.98.0\n");
    assert_snapshot!(world.say(["outdated"]), @"
    exit: 10
    --- stdout
    USED BY    GO                NEWEST    BEHIND  SECURITY  SUPPORT      FILE
    line 1.98  1.98.1            1.98.3  120 days  unknown   until 1.100
    default    1.98.1            1.98.3  120 days  unknown   until 1.100  [HOME]/.gom/default:1
    pin        1.98.0 (missing)  1.98.3   unknown  unknown   until 1.100  [WORK]/.tool-versions:2
    --- stderr
    hint: run `gom upgrade`, or `gom upgrade --pins` to replace the pin too
    ");
}

#[test]
fn a_line_without_support_has_its_end_and_its_security_releases() {
    let world = World::with(&["1.21.5"]);
    let first = FakeToolchain::here("1.23.0");
    world.publish(&first);
    world.proxy.set_date(&first, "2024-08-13");
    // The proxy has no date of 1.21.13.
    let report = world.gom(["outdated", "--json"]).run().json();
    let row = &report["in_use"][0];
    // By the data in gom, which may get more.
    let known = row["known_vulnerabilities"].as_u64().unwrap();
    assert!(known > 80, "{known}");
    assert_snapshot!(world.say(["outdated"]).replace(&format!("{known:>5}"), "  [N]"), @"
    exit: 10
    --- stdout
    USED BY    GO      NEWEST    BEHIND  SECURITY    VULNS  SUPPORT
    line 1.21  1.21.5  1.21.13  unknown  5 releases    [N]  ended 2024-08-13
    --- stderr
    hint: run `gom upgrade`
    ");
    assert_eq!((&row["supported"], &row["support_ends_with"]), (&false.into(), &"1.23.0".into()));
    assert_eq!(row["support_ended"]["time"], "2024-08-13T20:03:23Z");
    let releases = serde_json::json!(["1.21.8", "1.21.9", "1.21.10", "1.21.11", "1.21.12"]);
    assert_eq!(row["security"]["releases"], releases);
    assert_eq!(row["security"]["complete"], true);
}

#[test]
fn the_json_has_what_the_table_has() {
    let world = one_behind();
    world.write(".go-version", "1.98.1\n");
    let output = world.gom(["outdated", "--json"]).run();
    let report = output.json();
    assert_eq!((output.code, output.stderr.as_str()), (Some(10), ""), "{output}");
    assert_eq!((&report["schema"], &report["outdated"]), (&1.into(), &true.into()));
    assert_eq!(report["refreshed"], true);
    let [line, pin] = report["in_use"].as_array().unwrap().as_slice() else { panic!("{report:#}") };
    assert_eq!((&line["used_by"], &line["request"]), (&"line".into(), &"1.98".into()));
    assert_eq!((&line["file"], &line["line"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    assert_eq!(
        (&pin["used_by"], &pin["request"], &pin["line"]),
        (&"pin".into(), &"1.98.1".into(), &1.into())
    );
    assert_eq!(pin["file"], world.work().join(".go-version").to_str().unwrap());
    for row in [line, pin] {
        assert_eq!((&row["version"], &row["newest"]), (&"1.98.1".into(), &"1.98.3".into()));
        assert_eq!((&row["outdated"], &row["days_behind"]), (&true.into(), &120.into()));
        // The VERSION file of 1.98.1 has a date too, but 1.98.3 has none from there to compare it with.
        let date = serde_json::json!({ "time": "2026-05-05T20:03:23Z", "source": "proxy" });
        assert_eq!(row["released"], date);
        let date = serde_json::json!({ "time": "2026-09-02T20:03:23Z", "source": "proxy" });
        assert_eq!(row["newest_released"], date);
        assert_eq!(row["security"], serde_json::Value::Null, "nobody knows");
        assert_eq!((&row["supported"], &row["support_ended"]), (&true.into(), &serde_json::Value::Null));
    }
}

#[test]
fn without_a_network_the_cache_answers() {
    let world = one_behind();
    let asked = world.gom(["outdated"]).run();
    for offline in [world.gom(["outdated", "--offline"]), world.gom(["outdated"]).env("GOM_OFFLINE", "1")] {
        let output = offline.run();
        assert_eq!((output.code, &output.stdout), (Some(10), &asked.stdout), "{output}");
    }
    assert_eq!(world.done(["list", "--json"]).json()["toolchains"][0]["newer"], "1.98.3");
}

#[test]
fn without_a_network_and_a_cache_only_the_lists_in_gom_count() {
    let world = one_behind();
    world.forget_lists();
    for arguments in [&["outdated", "--offline"][..], &["outdated"]] {
        let output = world.gom(arguments).env("GOPROXY", NOBODY).run();
        assert_eq!(output.code, Some(0), "{output}");
        assert_eq!(output.stderr.contains("can't ask for new releases"), arguments.len() == 1, "{output}");
        assert!(output.stderr.contains("nothing is outdated among the releases up to 20"), "{output}");
    }
    let report = world.gom(["outdated", "--json", "--offline"]).run().json();
    assert_eq!(report["refreshed"], false);
    assert_eq!(report["in_use"][0]["newest"], serde_json::Value::Null);
    assert_eq!(report["in_use"][0]["released"]["source"], "version-file", "it needs no network");
}

#[test]
fn a_broken_cache_is_read_again() {
    let world = one_behind();
    let asked = world.gom(["outdated"]).run();
    let index = world.home().join(".cache/gom/index");
    for content in [&b"{"[..], b"", b"[1]", b"{\"go1.98.3\":{\"proxy\":\"soon\"}}", b"\xff\0"] {
        let mut broken = 0;
        for entry in fs::read_dir(&index).unwrap() {
            let file = entry.unwrap().path();
            let is_list = file.extension().is_some_and(|extension| extension == "list");
            // A proxy may have an empty list.
            if !is_list || !content.is_empty() {
                fs::write(file, content).unwrap();
                broken += 1;
            }
        }
        assert!(broken > 0);
        let output = world.gom(["outdated"]).run();
        assert_eq!((output.code, &output.stdout), (Some(10), &asked.stdout), "{output}");
    }
}

#[test]
fn a_broken_list_of_go_dev_is_fetched_again() {
    let world = one_behind();
    world.open_go_dev();
    world.forget_lists();
    let outdated = || world.gom(["outdated"]).env("GOPROXY", "off").run();
    assert_eq!(outdated().code, Some(10));
    for entry in fs::read_dir(world.home().join(".cache/gom/index")).unwrap() {
        let file = entry.unwrap().path();
        let content = fs::read(&file).unwrap();
        if content.starts_with(b"[") {
            fs::write(file, &content[..content.len() / 2]).unwrap();
        }
    }
    let output = outdated();
    assert_eq!(output.code, Some(10), "{output}");
}

/// A date is asked for once: it never changes.
#[test]
fn a_known_date_is_not_asked_for_again() {
    let world = one_behind();
    let asked = |world: &World| {
        let requests = world.internet.requests();
        requests.iter().filter(|request| request.path.contains(".info")).count()
    };
    world.gom(["outdated"]).run();
    let once = asked(&world);
    assert_eq!(once, 2, "of 1.98.1 and 1.98.3");
    world.gom(["outdated"]).run();
    assert_eq!(asked(&world), once);
}

#[test]
fn an_invalid_version_file_is_an_error() {
    let world = one_behind();
    world.write(".go-version", "nonsense\n");
    let output = world.gom(["outdated"]).run();
    assert_eq!(output.code, Some(2), "{output}");
    assert!(output.stderr.contains(".go-version:1"), "{output}");
}

#[test]
fn the_go_of_the_system_is_not_in_use_by_gom() {
    let world = World::with(&["1.98.1"]);
    world.write(".go-version", "system\n");
    let report = world.done(["outdated", "--json"]).json();
    assert_eq!(report["in_use"].as_array().map(Vec::len), Some(1), "{report:#}");
}

#[test]
fn a_table_fits_into_80_columns() {
    let world = one_behind();
    world.done(["use", "1.98.1"]);
    let gom = world.store().join("bin/gom");
    let Some(terminal) = world.sandbox.terminal((80, 24), gom, ["outdated"]) else {
        return skip("no `setsid` of util-linux to make a terminal");
    };
    let (code, screen, _) = terminal.end();
    assert_eq!(code, Some(10), "{screen}");
    assert!(screen.contains("\ndefault    1.98.1  1.98.3  120 days  unknown   until 1.100\n"), "{screen}");
    for line in screen.lines() {
        assert!(line.trim_end().chars().count() < 80, "{screen}");
    }
}
