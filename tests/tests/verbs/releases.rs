//! `gom info` and `gom compare`: what is known about a release, and the difference between two.

use gom_tests::{FOREIGN, FakeToolchain, NOBODY, World, skip};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// 1.98.1 is installed, 1.98.3 is published for this machine and another, each with its date.
fn world() -> World {
    let world = World::with(&["1.98.1"]);
    let [old, new] = ["1.98.1", "1.98.3"].map(FakeToolchain::here);
    world.publish(&new);
    world.publish(&FakeToolchain::new("1.98.3", FOREIGN));
    world.proxy.set_date(&old, "2026-05-05");
    world.proxy.set_date(&new, "2026-09-02");
    world
}

/// What `gom info` says, without the day of the known vulnerabilities.
fn info(world: &World, spec: &str) -> String {
    let report = world.done(["info", spec, "--json"]).json();
    let as_of = report["vulnerabilities"]["as_of"].as_str().unwrap();
    world.say(["info", spec]).replace(&as_of[..10], "[DAY]")
}

#[test]
fn an_installed_release() {
    assert_snapshot!(info(&world(), "1.98.1"), @"
    exit: 0
    --- stdout
    version    1.98.1
    released   2024-07-30
    support    Go 1.98 gets fixes until 1.100.0 is out
    newest     1.98.3; security fixes: unknown
    audit      no known vulnerability as of [DAY]
    archive    unknown
    needs      Linux 3.2 or newer
    installed  [HOME]/.gom/toolchains/go1.98.1.[PLATFORM] ([SIZE], proven, [SIZE] fetched)
    platforms  [PLATFORM]
    notes      https://go.dev/doc/go1.98
    history    https://go.dev/doc/devel/release#go1.98.1
    issues     https://github.com/golang/go/issues?q=milestone%3AGo1.98.1+label%3ACherryPickApproved
    --- stderr
    ");
}

#[test]
fn a_published_release() {
    let world = world();
    world.open_go_dev();
    assert_snapshot!(info(&world, "1.98"), @"
    exit: 0
    --- stdout
    version    1.98.3
    released   2026-09-02
    support    Go 1.98 gets fixes until 1.100.0 is out
    newest     no newer patch of its line is known
    audit      no known vulnerability as of [DAY]
    archive    go1.98.3.[PLATFORM].tar.gz, [SIZE]
    needs      Linux 3.2 or newer
    installed  no
    platforms  [PLATFORM] windows-arm64
    notes      https://go.dev/doc/go1.98
    history    https://go.dev/doc/devel/release#go1.98.3
    issues     https://github.com/golang/go/issues?q=milestone%3AGo1.98.3+label%3ACherryPickApproved
    --- stderr
    ");
}

#[test]
fn a_release_without_support_has_its_end_and_its_fixes() {
    let world = World::publishing(&[]);
    let first = FakeToolchain::here("1.23.0");
    world.publish(&first);
    world.proxy.set_date(&first, "2024-08-13");
    let text = world.done(["info", "1.21.9"]).stdout;
    for line in [
        "released   unknown\n",
        "support    Go 1.21 has had no fixes since 2024-08-13\n",
        "newest     1.21.13; security fixes: in 1.21.10, 1.21.11, 1.21.12\n",
        "installed  no\n",
        "issues     https://github.com/golang/go/issues?q=milestone%3AGo1.21.9+label%3ACherryPickApproved\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn the_json_of_a_release() {
    let world = world();
    let report = world.done(["info", "1.98.1", "--json"]).json();
    assert_eq!((&report["schema"], &report["version"]), (&1.into(), &"1.98.1".into()));
    assert_eq!(world.redact(report["toolchain"].as_str().unwrap()), "go1.98.1.[PLATFORM]");
    assert_eq!(report["released"]["source"], "version-file");
    assert_eq!((&report["supported"], &report["support_ends_with"]), (&true.into(), &"1.100.0".into()));
    assert_eq!((&report["support_ended"], &report["newer"]), (&Value::Null, &"1.98.3".into()));
    assert_eq!(report["security"], Value::Null, "gom has no data about it");
    assert_eq!(
        (&report["stable"], &report["archive"]),
        (&true.into(), &Value::Null),
        "no list of go.dev is known"
    );
    let installed = &report["installed"][0];
    assert_eq!(installed["proof"], "proven");
    for size in ["bytes", "fetched"] {
        assert!(installed[size].as_u64().is_some_and(|bytes| bytes > 0), "{installed:#}");
    }
    assert_eq!(report["pages"]["line"], "https://go.dev/doc/go1.98");
    // With go.dev's list, the archive is known, and its size.
    world.open_go_dev();
    world.forget_lists();
    let report = world.done(["info", "1.98", "--json"]).json();
    assert_eq!((&report["version"], &report["installed"]), (&"1.98.3".into(), &json!([])));
    assert!(report["archive"]["bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{report:#}");
    assert_eq!(report["platforms"].as_array().map(Vec::len), Some(2), "{report:#}");
    assert_eq!(report["released"], json!({ "time": "2026-09-02T20:03:23Z", "source": "proxy" }));
}

#[test]
fn an_installed_release_needs_no_network() {
    let world = world();
    world.forget_lists();
    for arguments in [&["info", "1.98.1", "--json"][..], &["info", "1.98.1", "--json", "--offline"]] {
        let output = world.gom(arguments).env("GOPROXY", NOBODY).done();
        assert_eq!(output.stderr.contains("can't ask for new releases"), arguments.len() == 3, "{output}");
        // Of two places that do not answer, the one that the user has set is named with where it is set.
        let proxy = format!("; GOPROXY (environment): can't reach `{NOBODY}/golang.org/toolchain/@v/list`: ");
        assert_eq!(output.stderr.contains(&proxy), arguments.len() == 3, "{output}");
        assert_eq!(output.json()["released"]["source"], "version-file");
    }
    let unknown = world.gom(["info", "1.98.3", "--offline"]).run();
    assert_eq!(unknown.code, Some(4), "{unknown}");
    assert!(unknown.stderr.starts_with("error: can't tell whether Go 1.98.3 exists: "), "{unknown}");
    for arguments in [&["info", "1.98.3"][..], &["compare", "1.98.1", "1.98.3"]] {
        let unknown = world.gom(arguments).env("GOPROXY", NOBODY).run();
        assert_eq!(unknown.code, Some(4), "{unknown}");
        assert!(unknown.stderr.contains(", then `gom info 1.98.3` again"), "{unknown}");
    }
}

#[test]
fn a_release_without_a_build_for_a_platform_names_one_that_is_there() {
    let world = world();
    let output = world.gom(["info", "1.98.1", "--os", "windows", "--arch", "arm64"]).run();
    assert_eq!(output.code, Some(3), "{output}");
    let hint = output.stderr.lines().find(|line| line.starts_with("hint: ")).unwrap();
    let command = hint.split('`').nth(1).unwrap();
    assert!(command.starts_with("gom info 1.98.1 --os "), "{output}");
    world.done(command.split(' ').skip(1));
}

#[test]
fn a_typo_and_a_release_that_is_not_there() {
    let world = world();
    let output = world.gom(["info", "latets"]).run();
    assert_eq!(output.code, Some(2), "{output}");
    assert!(output.stderr.contains("`gom info latest`"), "{output}");
    for arguments in
        [&["info", "1.98.9"][..], &["compare", "1.98.1", "1.98.9"], &["compare", "1.98.9", "1.98.1"]]
    {
        let output = world.gom(arguments).run();
        assert_eq!(output.code, Some(3), "{output}");
        assert!(output.stderr.starts_with("error: no Go release matches `1.98.9`\n"), "{output}");
        assert!(
            output.stderr.contains("hint: the nearest is 1.98.3: run `gom info 1.98.3`, or "),
            "{output}"
        );
    }
    assert_eq!(world.gom(["info", "system"]).run().code, Some(2));
    assert_eq!(world.gom(["compare", "1.98.1"]).run().code, Some(2));
}

#[test]
fn two_releases_of_a_line() {
    let world = world();
    world.open_go_dev();
    assert_snapshot!(world.say(["compare", "1.98.1", "1.98.3"]), @"
    exit: 0
    --- stdout
    version    1.98.1 -> 1.98.3
    released   2026-05-05 -> 2026-09-02, 120 days between them
    support    Go 1.98 gets fixes until 1.100.0 is out
    patches    1.98.3
    security   unknown
    audit      no known vulnerability -> no known vulnerability
    archive    [SIZE] -> [SIZE]
    installed  [SIZE] -> no
    platforms  1 known -> 2 known
    --- stderr
    ");
    let fixes = world.done(["compare", "1.21.9", "1.21.11", "--offline"]).stdout;
    assert!(fixes.contains("\npatches    1.21.10, 1.21.11\n"), "{fixes}");
    assert!(fixes.contains("\nsecurity   1.21.9 lacks the fixes in 1.21.10, 1.21.11\n"), "{fixes}");
    let backwards = world.done(["compare", "1.21.11", "1.21.9", "--offline"]).stdout;
    assert!(backwards.starts_with("version    1.21.11 -> 1.21.9\n"), "{backwards}");
    assert!(backwards.contains("\nsecurity   1.21.9 lacks the fixes in 1.21.10, 1.21.11\n"), "{backwards}");
}

#[test]
fn two_lines_have_no_fixes_to_count() {
    let world = World::publishing(&[]);
    let text = world.done(["compare", "1.20.14", "1.22.6", "--offline"]).stdout;
    assert!(text.contains("\npatches    not listed for two lines\n"), "{text}");
    let security = "\nsecurity   unknown, because each line gets the fixes in patches of its own\n";
    assert!(text.contains(security), "{text}");
}

/// A patch of an older line is often later than the first release of a newer one.
#[test]
fn days_are_counted_whichever_release_is_the_later_one() {
    let world = world();
    let first = FakeToolchain::here("1.99.0");
    world.publish(&first);
    world.proxy.set_date(&first, "2026-08-01");
    for arguments in [["compare", "1.98.3", "1.99.0", "--json"], ["compare", "1.99.0", "1.98.3", "--json"]] {
        let report = world.done(arguments).json();
        assert_eq!((&report["newer"], &report["days_between"]), (&"1.99.0".into(), &32.into()), "{report:#}");
    }
}

#[test]
fn the_json_of_a_comparison() {
    let report = world().done(["compare", "1.98.3", "1.98.1", "--json"]).json();
    assert_eq!(
        (&report["first"]["version"], &report["second"]["version"]),
        (&"1.98.3".into(), &"1.98.1".into())
    );
    assert_eq!((&report["older"], &report["newer"]), (&"1.98.1".into(), &"1.98.3".into()));
    assert_eq!((&report["days_between"], &report["security"]), (&120.into(), &Value::Null));
    assert_eq!(report["patches"], json!(["1.98.3"]));
    assert_eq!(report["first"]["platforms"].as_array().map(Vec::len), Some(2), "{report:#}");
}

#[test]
fn everything_fits_into_80_columns_but_an_address() {
    let world = world();
    let gom = world.store().join("bin/gom");
    for arguments in [&["info", "1.22.6"][..], &["compare", "1.17", "1.22.6"]] {
        let Some(terminal) = world.sandbox.terminal((80, 40), &gom, arguments) else {
            return skip("no `setsid` of util-linux to make a terminal");
        };
        let (code, screen, said) = terminal.end();
        assert_eq!(code, Some(0), "{screen}");
        let wide: Vec<&str> = said.lines().filter(|line| line.trim_end().chars().count() > 80).collect();
        assert!(wide.iter().all(|line| line.contains("https://")), "{wide:#?}");
        assert!(said.lines().filter(|line| line.starts_with("           ")).count() > 0, "{said}");
    }
}
