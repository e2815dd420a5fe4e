//! `gom list --used`: which project uses which toolchain.

use gom_tests::{FakeToolchain, World};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::symlink;

fn here(version: &str) -> String {
    FakeToolchain::here(version).name()
}

/// The projects of the report: the file below the working folder, and the toolchain.
fn projects(world: &World, arguments: &[&str]) -> Vec<(String, Value)> {
    let report = world.done(["list", "--json", "--used"].iter().chain(arguments)).json();
    let work = format!("{}/", world.work().display());
    let project = |project: &Value| {
        let file = project["file"].as_str().unwrap().trim_start_matches(&work).to_owned();
        (file, project["toolchain"].clone())
    };
    report["projects"].as_array().unwrap().iter().map(project).collect()
}

#[test]
fn a_project_is_listed_with_the_go_that_it_uses() {
    let world = World::with(&["1.97.1", "1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world.write("pin/.go-version", "1.97.1\n");
    world.write("module/go.mod", "module m\n\ngo 1.98.0\n");
    world.write("satisfied/go.mod", "module m\n\ngo 1.20\n");
    for folder in ["pin", "module", "satisfied"] {
        world.go(["version"]).cwd(world.work().join(folder)).done();
    }
    // A go.mod that the default is enough for had no part in the choice.
    let known = [("pin/.go-version", "1.97.1")];
    let named = |list: &[(&str, &str)]| {
        list.iter()
            .map(|(file, version)| ((*file).to_owned(), Value::from(here(version))))
            .collect::<Vec<_>>()
    };
    assert_eq!(projects(&world, &[]), named(&known));
    let report = world.done(["list", "--json", "--used"]).json();
    let project = &report["projects"][0];
    assert_eq!((&project["state"], &project["problem"]), (&"read".into(), &Value::Null));
    assert_eq!(project["set_by"], format!("{}:1", world.work().join("pin/.go-version").display()));
    assert_eq!(project["used"][0]["toolchain"], here("1.97.1"));
    assert_eq!(report["without_project"][0]["toolchain"], here("1.99.2"), "{report:#}");
    assert_eq!(report["searched"], json!([]));
    // It is what the files say now that counts.
    world.write("pin/.go-version", "1.98.1\n");
    assert_eq!(projects(&world, &[]), named(&[("pin/.go-version", "1.98.1")]));
    fs::remove_dir_all(world.work().join("pin")).unwrap();
    let report = world.done(["list", "--json", "--used"]).json();
    assert_eq!(report["projects"][0]["state"], "gone");
    let said = world.done(["list", "--used"]).stdout;
    assert!(said.contains("(gone, used 1.97.1)"), "{said}");
}

#[test]
fn folders_are_searched_for_more_without_following_links() {
    let world = World::with(&["1.97.1", "1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world.write("src/a/.tool-versions", "golang 1.97.1\n");
    world.write("src/a/go.mod", "module a\n");
    world.write("src/b/c/go.work", "go 1.99.9\n");
    world.write("src/b/d/.go-version", "1.98.1\n");
    world.write("src/e/.go-version", "nonsense\n");
    world.write("src/f/.go-version", "1.90.1\n");
    for skipped in [".git/x", "node_modules/x", "vendor/x", "testdata"] {
        world.write(&format!("src/{skipped}/.go-version"), "1.97.1\n");
    }
    world.write("elsewhere/.go-version", "1.97.1\n");
    symlink(world.work().join("elsewhere"), world.work().join("src/link")).unwrap();
    symlink(world.work(), world.work().join("src/ring")).unwrap();
    let expected = [
        ("src/a/.tool-versions", Value::from(here("1.97.1"))),
        ("src/b/c/go.work", here("1.99.2").into()),
        ("src/b/d/.go-version", here("1.98.1").into()),
        ("src/e/.go-version", Value::Null),
        ("src/f/.go-version", Value::Null),
    ];
    let expected = expected.map(|(file, toolchain)| (file.to_owned(), toolchain));
    assert_eq!(projects(&world, &["src"]), expected);
    let report = world.done(["list", "--json", "--used", "src", "elsewhere"]).json();
    assert_eq!(report["projects"].as_array().map(Vec::len), Some(6));
    assert_eq!(report["searched"][0]["complete"], true);
    let of = |name: &str| {
        let all = report["projects"].as_array().unwrap();
        all.iter().find(|project| project["file"].as_str().unwrap().contains(name)).unwrap()
    };
    assert_eq!(of("/src/b/c/")["missing"], "1.99.9");
    assert_eq!(of("/src/e/")["state"], "unreadable");
    assert!(of("/src/e/")["problem"].as_str().is_some_and(|text| text.contains("nonsense")));
    let said = world.done(["list", "--used", "src"]).stdout;
    for expected in ["1.99.2, needs 1.99.9", "(fails)", "(missing)"] {
        assert!(said.contains(expected), "{said}");
    }
    let missing = world.gom(["list", "--used", "nowhere"]).run();
    assert_eq!(missing.code, Some(1), "{missing}");
}

#[test]
fn without_any_record_the_list_is_empty() {
    let world = World::with(&[]);
    let said = world.done(["list", "--used"]);
    assert_eq!(said.stdout, "");
    assert!(said.stderr.starts_with("use is recorded since "), "{said}");
    let said = world.gom(["list", "--used"]).env("GOM_RECORD_USE", "never").done();
    assert_eq!(said.stderr, "use is not recorded (environment variable GOM_RECORD_USE)\n");
}

#[test]
fn sizes_are_measured_only_if_asked() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    let plain = world.done(["list", "--json"]).json();
    assert_eq!(plain["toolchains"][0].get("bytes_on_disk"), None);
    let report = world.done(["list", "--json", "--sizes"]).json();
    for toolchain in report["toolchains"].as_array().unwrap() {
        let number = |name: &str| toolchain[name].as_u64().unwrap();
        assert!(number("bytes_on_disk") >= number("bytes_equal"), "{report:#}");
        assert!(number("bytes_equal") > 0, "the made-up toolchains have equal files: {report:#}");
    }
    assert!(world.done(["list", "--sizes"]).stdout.contains("ON DISK"));
    // The doctor counts a copy once, for the newer of the two, and not where the file system can't tell what is shared.
    let repeated = || {
        world.gom(["doctor", "--probe", "--save-facts", "facts.json"]).run();
        let facts = std::fs::read(world.work().join("facts.json")).unwrap();
        let facts: serde_json::Value = serde_json::from_slice(&facts).unwrap();
        let toolchains = facts["gom"]["toolchains"].as_array().unwrap().iter();
        toolchains.map(|one| one["repeated"].as_u64()).collect::<Vec<_>>()
    };
    let equal = report["toolchains"][0]["bytes_equal"].as_u64();
    let is_told = report["toolchains"][0]["bytes_shared"] == 0;
    assert_eq!(repeated(), [equal.filter(|_| is_told), None]);
    world.done(["uninstall", "1.98.1"]);
    assert_eq!(repeated(), [None]);
    let alone = world.done(["list", "--json", "--sizes"]).json();
    assert_eq!(alone["toolchains"][0]["bytes_equal"], 0);
}
