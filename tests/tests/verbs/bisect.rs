//! `gom bisect`: which releases are tried, what is said of the one that changes the result, what is skipped, and that a
//! search goes on after Ctrl-C.

use std::fs;

use gom_tests::{FakeToolchain, Fault, ModProxy, World};
use insta::assert_snapshot;
use serde_json::Value;

use super::each::{Alive, fifo};

/// Releases of two lines.
const RELEASES: [&str; 9] =
    ["1.98.0", "1.98.1", "1.98.2", "1.98.3", "1.98.4", "1.98.5", "1.98.6", "1.99.0", "1.99.1"];

/// Notes which Go runs it, and fails with Go 1.98.5 and newer.
const CHECK: &str =
    "set -- $(go version); echo ${3#go} >>ran; case $3 in go1.98.[0-4]) ;; *) echo broken; exit 1;; esac";

/// A world with these releases, in which nothing is installed.
fn world() -> World {
    World::publishing(&RELEASES)
}

/// The arguments of a search, without the command.
fn search<'a>(good: &'a str, bad: &'a str, options: &[&'a str], script: &'a str) -> Vec<&'a str> {
    let ends = ["bisect", "--good", good, "--bad", bad];
    ends.iter().chain(options).chain(&["--", "sh", "-c", script]).copied().collect()
}

/// The versions that the command ran with.
fn ran(world: &World) -> Vec<String> {
    world.read("ran").lines().map(str::to_owned).collect()
}

fn texts(values: &Value) -> Vec<&str> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

#[test]
fn the_first_release_that_changes_the_result_is_found_by_halving() {
    let world = world();
    let output = world.done(search("1.98.0", "1.99.1", &["--quiet"], CHECK));
    assert_snapshot!(output.stdout, @"
    first bad: 1.98.5
    last good: 1.98.4
    ");
    // The ends, and at most three of the seven between them.
    let ran = ran(&world);
    assert_eq!(ran[..2], ["1.98.0", "1.99.1"]);
    assert!(ran.len() <= 5, "{ran:?}");
    // What was not tried was not fetched.
    assert_eq!(world.installed().len(), ran.len());
}

#[test]
fn wherever_the_change_is_it_is_found() {
    let world = World::with(&RELEASES);
    for (at, first_bad) in RELEASES.iter().enumerate().skip(1) {
        let good: Vec<String> = RELEASES[..at].iter().map(|version| format!("go{version}")).collect();
        let script = format!("set -- $(go version); case $3 in {}) ;; *) exit 7;; esac", good.join("|"));
        let json = world.done(search("1.98.0", "1.99.1", &["--json"], &script)).json();
        assert_eq!(
            (&json["first_bad"], &json["last_good"]),
            (&(*first_bad).into(), &RELEASES[at - 1].into())
        );
        assert_eq!(json["exact"], true);
        let runs = json["runs"].as_array().unwrap();
        assert!(runs.len() as u64 <= json["most_runs"].as_u64().unwrap(), "{json:#}");
        assert_eq!((&runs[1]["result"], &runs[1]["exit_code"]), (&"bad".into(), &7.into()));
    }
}

#[test]
fn a_person_reads_what_each_release_has_shown() {
    let world = World::with(&["1.98.3", "1.98.4", "1.98.5"]);
    assert_snapshot!(world.say(search("1.98.3", "1.98.5", &[], CHECK)), @"
    exit: 0
    --- stdout
    first bad: 1.98.5
    last good: 1.98.4
    --- stderr
    1.98.3: good, exit code 0 after [TIME]
    1.98.5: bad, exit code 1 after [TIME]
    1.98.4: good, exit code 0 after [TIME]
    hint: run `gom compare 1.98.4 1.98.5` to see what lies between them
    ");
}

#[test]
fn lines_and_keywords_are_their_newest_releases() {
    let world = world();
    let json = world.done(search("1.98", "latest", &["--json", "--dry-run"], CHECK)).json();
    assert_eq!((&json["good"], &json["bad"]), (&"1.98.6".into(), &"1.99.1".into()));
    assert_eq!(texts(&json["between"]), ["1.99.0"]);
}

#[test]
fn a_dry_run_tells_what_lies_between_and_runs_nothing() {
    let world = world();
    assert_snapshot!(world.say(search("1.98.0", "1.99.1", &["--dry-run"], CHECK)), @"
    exit: 0
    --- stdout
    between 1.98.0 and 1.99.1: 7 releases
    at most 5 runs if each can be judged
    first 1.98.0 and 1.99.1, then 1.98.4
    not installed: 9 of 9
    --- stderr
    ");
    assert!(world.installed().is_empty() && !world.work().join("ran").exists());
}

#[test]
fn prereleases_are_tried_on_request() {
    let world = World::publishing(&["1.98.0", "1.99rc1", "1.99rc2", "1.99.0"]);
    let script = "case $(go version) in *go1.98.0*|*go1.99rc1*) ;; *) exit 1;; esac";
    let json = world.done(search("1.98.0", "1.99.0", &["--json", "--prereleases"], script)).json();
    assert_eq!((&json["first_bad"], &json["last_good"]), (&"1.99rc2".into(), &"1.99rc1".into()));
    let json = world.done(search("1.98.0", "1.99.0", &["--json"], script)).json();
    assert_eq!((&json["first_bad"], &json["last_good"]), (&"1.99.0".into(), &"1.98.0".into()));
}

#[test]
fn an_end_that_is_not_as_its_option_says_ends_the_search() {
    let world = World::with(&["1.98.3", "1.98.4", "1.98.5", "1.98.6"]);
    let output = world.gom(search("1.98.3", "1.98.4", &[], CHECK)).run();
    assert_eq!(output.code, Some(1), "{output}");
    let said = "error: Go 1.98.4 is good, and --bad says that it is bad\nhint: run `cat ";
    assert!(output.stderr.contains(said), "{output}");
    let output = world.gom(search("1.98.5", "1.98.6", &["--json"], CHECK)).run();
    let json = output.json();
    assert_eq!(output.code, Some(1), "{output}");
    assert_eq!(json["error"]["message"], "Go 1.98.5 is bad, and --good says that it is good");
    assert_eq!((&json["first_bad"], &json["runs"][0]["result"]), (&Value::Null, &"bad".into()));
    let log = fs::read_to_string(json["runs"][0]["log"].as_str().unwrap()).unwrap();
    assert_eq!(log, "broken\n");
    // Nothing is kept of it: what is wrong may be fixed before the next one.
    fs::remove_file(world.work().join("ran")).unwrap();
    world.gom(search("1.98.3", "1.98.4", &[], CHECK)).run();
    assert_eq!(ran(&world), ["1.98.3", "1.98.4"]);
}

#[test]
fn a_good_end_that_is_newer_is_wrong_use_and_the_hint_finds_what_fixed_it() {
    let world = World::with(&["1.98.0", "1.98.1", "1.98.2"]);
    let script = "case $(go version) in *go1.98.0*) exit 1;; esac";
    let output = world.gom(search("1.98.2", "1.98.0", &[], script)).run();
    assert_eq!(output.code, Some(2), "{output}");
    let (_, hint) = output.stderr.split_once("run `").unwrap();
    let (command, _) = hint.rsplit_once('`').unwrap();
    let output = world.command("/bin/sh", ["-c", command]).done();
    assert_eq!(output.stdout, "first bad: 1.98.1\nlast good: 1.98.0\n", "{output}");
    let same = world.gom(search("1.98.2", "1.98.2", &[], script)).run();
    assert_eq!(same.code, Some(2), "{same}");
}

#[test]
fn what_can_not_be_an_end_is_said() {
    let world = World::with(&["1.98.0"]);
    FakeToolchain::here("1.97.7").lay_out(&world.home().join("sdk"));
    world.done(["link", "mine", world.home().join("sdk").to_str().unwrap()]);
    for (good, bad, code, about) in [
        ("1.97.5", "1.98.0", 3, "1.97.5"),
        ("1.98.0", "mine", 3, "mine"),
        ("system", "1.98.0", 3, "system"),
        ("1.98.0.windows-arm64", "1.98.0", 2, "1.98.0.windows-arm64"),
        ("abc", "1.98.0", 2, "abc"),
    ] {
        let output = world.gom(search(good, bad, &["--json"], "exit 0")).run();
        let json = output.json();
        assert_eq!((output.code, &json["error"]["value"]), (Some(code), &about.into()), "{output}");
    }
}

#[test]
fn a_release_that_can_not_be_had_or_judged_is_skipped_and_named() {
    let world = world();
    // The first that is tried between the ends is gone, and the command can't judge its neighbour.
    let gone = FakeToolchain::here("1.98.4");
    world.proxy.site().fault(&ModProxy::zip_path(&gone), Fault::Status(404));
    let script = format!("case $(go version) in *go1.98.5*) exit 125;; esac; {CHECK}");
    let output = world.gom(search("1.98.0", "1.99.1", &["--json"], &script)).run();
    assert_eq!(output.code, Some(0), "{output}");
    let json = output.json();
    assert_eq!((&json["first_bad"], &json["last_good"]), (&"1.98.6".into(), &"1.98.3".into()));
    assert_eq!(json["exact"], false);
    let skipped = json["skipped"].as_array().unwrap();
    assert_eq!((&skipped[0]["version"], &skipped[1]["version"]), (&"1.98.4".into(), &"1.98.5".into()));
    assert_eq!(skipped[1]["reason"], "exit code 125");
    assert!(!skipped[0]["reason"].as_str().unwrap().is_empty());
    let text = world.gom(search("1.98.0", "1.99.1", &[], &script)).run();
    assert!(text.stdout.contains("skipped: 1.98.5: exit code 125\n"), "{text}");
    let warning = "warning: the change may already be in 1.98.4 or 1.98.5, which was skipped";
    assert!(text.stderr.contains(warning), "{text}");
}

#[test]
fn a_release_that_is_too_old_for_go_mod_is_skipped_and_no_end() {
    let world = world();
    world.write("go.mod", "module example.test/app\n\ngo 1.98.2\n");
    let output = world.gom(search("1.98.0", "1.99.1", &["--quiet"], CHECK)).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert_snapshot!(world.redact(&output.stderr), @"
    error: Go 1.98.0, the good end, can't be tried: [WORK]/go.mod:3 asks for Go 1.98.2
    hint: name a newer one: run `gom list-remote '>=1.98.2'`
    ");
    assert!(world.installed().is_empty());
    let json = world.done(search("1.98.2", "1.99.1", &["--json"], CHECK)).json();
    assert_eq!(json["first_bad"], "1.98.5");
}

#[test]
fn a_program_that_is_not_there_is_no_result() {
    let world = World::with(&["1.98.0", "1.98.1"]);
    let output = world.gom(["bisect", "--good", "1.98.0", "--bad", "1.98.1", "--", "no-such-command"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(
        output.stderr.contains("error: Go 1.98.0, the good end, can't be tried: can't run `no-such-command`")
    );
    assert!(output.stderr.contains("hint: run `command -v no-such-command`"), "{output}");
}

#[test]
fn offline_only_what_is_installed_can_be_judged() {
    let world = World::publishing(&RELEASES);
    world.done(["install", "1.98.0", "1.98.3", "1.98.6", "1.99.1"]);
    let json = world.done(search("1.98.0", "1.99.1", &["--json", "--offline"], CHECK)).json();
    assert_eq!((&json["first_bad"], &json["last_good"]), (&"1.98.6".into(), &"1.98.3".into()));
    assert_eq!(json["exact"], false);
}

/// A search that is stopped while the command runs with Go 1.98.4, the third that it is tried with.
fn stopped(world: &World) -> String {
    fifo(world, "hold");
    let path = fifo(world, "alive");
    let script = format!(
        "case $(go version) in *go1.98.4*) [ ! -e pause ] || {{ exec 3>alive; cat hold; }};; esac; {CHECK}"
    );
    world.write("pause", "");
    let running = world.gom(search("1.98.0", "1.99.1", &["--json"], &script)).spawn();
    let mut alive = Alive::wait(&path);
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.signal, Some(2), "{output}");
    assert!(alive.has_ended(), "something goes on");
    let json = output.json();
    assert_eq!((&json["error"]["kind"], json["runs"].as_array().unwrap().len()), (&"interrupted".into(), 2));
    assert_eq!(ran(world), ["1.98.0", "1.99.1"]);
    fs::remove_file(world.work().join("pause")).unwrap();
    script
}

#[test]
fn after_ctrl_c_the_same_command_goes_on() {
    let world = world();
    let script = stopped(&world);
    let output = world.done(search("1.98.0", "1.99.1", &["--json"], &script));
    assert!(output.stderr.contains("going on after 2 runs of an earlier search"), "{output}");
    let json = output.json();
    assert_eq!((&json["first_bad"], &json["last_good"]), (&"1.98.5".into(), &"1.98.4".into()));
    let kept: Vec<bool> =
        json["runs"].as_array().unwrap().iter().map(|run| run["kept"].as_bool().unwrap()).collect();
    assert_eq!(kept[..3], [true, true, false]);
    let all = ran(&world);
    assert_eq!(all[..3], ["1.98.0", "1.99.1", "1.98.4"]);
    assert_eq!(all.iter().filter(|version| *version == "1.98.0").count(), 1);
    // It has ended, so the next one starts over.
    let again = world.done(search("1.98.0", "1.99.1", &["--json"], &script));
    assert!(!again.stderr.contains("going on"), "{again}");
    assert_eq!(again.json()["runs"][0]["kept"], false);
}

#[test]
fn a_search_starts_over_on_request_and_for_another_command() {
    let world = world();
    let script = stopped(&world);
    let other = world.done(search("1.98.0", "1.99.1", &["--json", "--dry-run"], CHECK));
    assert!(!other.stderr.contains("going on"), "{other}");
    let json = world.done(search("1.98.0", "1.99.1", &["--json", "--restart"], &script)).json();
    assert_eq!(json["runs"][0]["kept"], false);
    assert_eq!(ran(&world).iter().filter(|version| *version == "1.98.0").count(), 2);
}

#[test]
fn a_killed_search_goes_on_too() {
    let world = world();
    fifo(&world, "hold");
    let path = fifo(&world, "alive");
    let script = format!(
        "case $(go version) in *go1.98.4*) [ ! -e pause ] || {{ exec 3>alive; cat hold; }};; esac; {CHECK}"
    );
    world.write("pause", "");
    let running = world.gom(search("1.98.0", "1.99.1", &[], &script)).spawn();
    let alive = Alive::wait(&path);
    running.kill();
    assert_eq!(running.wait().signal, Some(9));
    // Nobody ends the command then.
    fs::remove_file(world.work().join("pause")).unwrap();
    fs::write(world.work().join("hold"), "").unwrap();
    alive.wait_for_end();
    let json = world.done(search("1.98.0", "1.99.1", &["--json"], &script)).json();
    assert_eq!((&json["first_bad"], &json["runs"][1]["kept"]), (&"1.98.5".into(), &true.into()));
}
