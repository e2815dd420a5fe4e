//! The end of a job: what of the build cache is kept, and whether it is kept at all.

use crate::world::CiJob;
use gom_tests::World;
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// The time of the jobs in these tests: seconds since 1970.
const STARTED: u64 = 1_700_000_000;

/// A build cache in which this job made one entry, and did not use the other.
fn world() -> World {
    let mut world = World::github();
    for (digit, seconds) in [('a', STARTED + 1), ('b', STARTED - 4000)] {
        let id: String = std::iter::repeat_n(digit, 64).collect();
        let folder = cache(&world).join(&id[..2]);
        fs::create_dir_all(&folder).unwrap();
        let action = format!("v1 {id} {id} {:20} {:20}\n", 4, seconds * 1_000_000_000);
        for (kind, content) in [("a", action.as_str()), ("d", "data")] {
            let file = fs::File::create(folder.join(format!("{id}-{kind}"))).unwrap();
            fs::write(folder.join(format!("{id}-{kind}")), content).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
        }
    }
    world.set("GOM_CI_STARTED", STARTED.to_string());
    world
}

fn cache(world: &World) -> PathBuf {
    world.home().join(if cfg!(target_os = "macos") { "Library/Caches/go-build" } else { ".cache/go-build" })
}

fn entries(world: &World) -> usize {
    world.tree(cache(world)).iter().filter(|name| !name.ends_with('/')).count()
}

fn trimmed(world: &World, arguments: &[&str]) -> Value {
    world.done(["ci", "cache", "trim", "--json"].iter().chain(arguments)).json()["caches"].take()
}

#[test]
fn what_the_job_did_not_use_is_dropped() {
    let world = world();
    let output = world.done(["ci", "cache", "trim", "--dry-run"]);
    assert_snapshot!(output.snapshot(&world), @"
    exit: 0
    --- stdout
    toolchains  keep: it is new
    modules     keep: it is new
    build       keep: it is new; [SIZE] in 2 files, dropped [SIZE] in 2 files
    --- stderr
    ");
    assert_eq!(entries(&world), 4);
    let all = trimmed(&world, &["build"]);
    let expected = json!({
        "cache": "build", "save": true, "reason": "it is new",
        "trimmed": {
            "kept": { "files": 2, "bytes": 179 },
            "dropped": { "files": 2, "bytes": 179 },
            "built": { "files": 1, "bytes": 4 },
        },
    });
    assert_eq!(all, json!([expected]));
    assert_eq!(entries(&world), 2);
}

#[test]
fn the_start_may_be_given() {
    let world = world();
    let since = (STARTED - 5000).to_string();
    assert_eq!(trimmed(&world, &["build", "--since", &since])[0]["trimmed"]["dropped"]["files"], 0);
    let mut world = world;
    world.set("GOM_CI_STARTED", "");
    assert_snapshot!(world.gom(["ci", "cache", "trim"]).run().snapshot(&world), @"
    exit: 2
    --- stdout
    --- stderr
    error: GOM_CI_STARTED is not set, so gom can't tell what this job used
    hint: run `gom ci setup` first, or pass the start time of the job to `--since`, as `date +%s` prints it
    ");
    // Nothing is dropped where nothing is known.
    assert_eq!(entries(&world), 4);
}

#[test]
fn a_cache_that_is_not_kept_stays_as_it_is() {
    for (arguments, reason) in [
        (&["--job-status", "failure"][..], "the job failed"),
        (&["--job-status", "cancelled"], "the job was cancelled"),
        (&["--save", "never"], "the policy is `never`"),
        (&["--save", "default-branch"], "this CI does not tell which branch is the default"),
        (&["--restored", "build=exact"], "a cache with this key exists"),
    ] {
        let world = world();
        let all = trimmed(&world, &[&["build"], arguments].concat());
        assert_eq!(all, json!([{ "cache": "build", "save": false, "reason": reason, "trimmed": null }]));
        assert_eq!(entries(&world), 4, "{reason}");
    }
}

#[test]
fn each_cache_is_decided_on_its_own() {
    let mut world = world();
    let event = world.home().join("event.json");
    fs::write(&event, r#"{ "repository": { "default_branch": "trunk" } }"#).unwrap();
    world.set("GITHUB_EVENT_PATH", &event);
    world.set("GITHUB_REF_NAME", "trunk");
    let arguments = ["--save", "default-branch", "--restored", "modules=exact", "--restored", "build=prefix"];
    let saved = |all: &Value| -> Vec<(String, bool)> {
        let all = all.as_array().unwrap().iter();
        all.map(|one| (one["cache"].as_str().unwrap().to_owned(), one["save"].as_bool().unwrap())).collect()
    };
    let expected = [("toolchains", true), ("modules", false), ("build", true)];
    assert_eq!(saved(&trimmed(&world, &arguments)), expected.map(|(name, save)| (name.to_owned(), save)));
    world.set("GITHUB_REF_NAME", "fix");
    assert!(saved(&trimmed(&world, &arguments)).iter().all(|(_, save)| !save));
}

/// K14.2: else every job of every pull request pushes out what the default branch has kept.
#[test]
fn a_pull_request_keeps_a_build_cache_only_if_it_built_much_of_it() {
    let mut world = world();
    let event = world.home().join("event.json");
    fs::write(&event, r#"{ "repository": { "default_branch": "trunk" } }"#).unwrap();
    world.set("GITHUB_EVENT_PATH", &event);
    world.set("GITHUB_REF_NAME", "7/merge");
    let verdict = |world: &World| {
        let one =
            trimmed(world, &["build", "--save", "auto", "--dry-run", "--restored", "build=prefix"])[0].take();
        (one["save"].as_bool().unwrap(), one["reason"].as_str().unwrap().to_owned())
    };
    let built = |world: &World, size: usize| {
        let id = "a".repeat(64);
        let folder = cache(world).join("aa");
        let file = fs::File::create(folder.join(format!("{id}-d"))).unwrap();
        file.set_len(size as u64).unwrap();
    };
    // One more that was used: of the job before, 1000 bytes.
    let id = "c".repeat(64);
    let folder = cache(&world).join("cc");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{id}-a")), format!("v1 {id} {id} {:20} {:20}\n", 1000, 0)).unwrap();
    fs::write(folder.join(format!("{id}-d")), vec![0; 1000]).unwrap();
    built(&world, 200);
    let little = (false, "little of it is new, and this is not the default branch".to_owned());
    assert_eq!(verdict(&world), little);
    built(&world, 2000);
    assert_eq!(verdict(&world), (true, "much of it is new".to_owned()));
    built(&world, 200);
    world.set("GITHUB_REF_NAME", "trunk");
    assert_eq!(verdict(&world), (true, "it is new".to_owned()));
    world.set("GOM_CI_STARTED", (STARTED + 1000).to_string());
    assert_eq!(verdict(&world), (false, "the job built nothing new".to_owned()));
}

#[test]
fn wrong_words_are_refused() {
    let world = world();
    for arguments in
        [["--restored", "build"], ["--restored", "build=yes"], ["--restored", "x=exact"], ["--save", "x"]]
    {
        let output = world.gom(["ci", "cache", "trim"].iter().chain(&arguments)).run();
        assert_eq!(output.code, Some(2), "{output}");
    }
}

#[test]
fn the_page_of_the_job_says_what_the_caches_held() {
    let world = world();
    let object = world.done(["ci", "cache", "stats", "build", "--json"]).json();
    assert_eq!(object["caches"][0]["all"], json!({ "files": 4, "bytes": 358 }));
    assert_eq!(object["caches"][0]["used"], json!({ "files": 2, "bytes": 179 }));
    assert!(object["caches"][0]["restored"].is_null());
    let output = world.done([
        "ci",
        "cache",
        "stats",
        "--restored",
        "modules=miss",
        "--restored",
        "build=prefix",
        "--summary",
    ]);
    assert_snapshot!(output.snapshot(&world), @"
    exit: 0
    --- stdout
    toolchains  [SIZE] in 0 files
    modules     [SIZE] in 0 files, restored: miss
    build       [SIZE] in 4 files, used [SIZE] in 2 files, restored: prefix
    --- stderr
    ");
    assert_snapshot!(world.runner_file("STEP_SUMMARY"), @"
    ### Go caches

    | cache | restored | files | size | used by this job |
    |---|---|---|---|---|
    | toolchains | - | 0 | [SIZE] | - |
    | modules | miss | 0 | [SIZE] | - |
    | build | prefix | 4 | [SIZE] | [SIZE] in 2 files |
    ");
}
