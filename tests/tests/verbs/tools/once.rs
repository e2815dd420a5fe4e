//! `gom x`: a program is built and proven once, and run without a command for it.

use super::super::prune::aged;
use super::world::Tools;
use insta::assert_snapshot;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const HELLO: &str = "example.test/tools/cmd/hello";

#[test]
fn a_program_is_built_once_and_runs_with_its_arguments_and_its_code() {
    let tools = Tools::new();
    let exact = format!("{HELLO}@v1.2.3");
    let first = tools.gom(["x", &exact, "--help", "-h", "--json", "b"]).run();
    assert_eq!(first.code, Some(3), "{first}");
    assert!(first.stdout.starts_with("hello, built by 1.98.1: --help -h --json b\n"), "{first}");
    assert!(first.stderr.contains("building "), "{first}");
    assert!(tools.files().is_empty() && tools.commands().is_empty());
    tools.asked();
    let again = tools.gom(["x", &exact]).run();
    assert_eq!((again.code, again.stderr.as_str()), (Some(3), ""), "{again}");
    assert!(tools.asked().is_empty());
    // The newest version is looked up, and not built again if it is the same.
    tools.gom(["x", HELLO]).run();
    assert_eq!(tools.asked(), [format!("get {HELLO}@latest with 1.98.1")]);
    // Another Go builds its own.
    let other = tools.gom(["x", "--go", "1.99", &exact]).run();
    assert!(other.stdout.starts_with("hello, built by 1.99.2: \n"), "{other}");
    let flags = tools.gom(["x", &exact]).env("GOFLAGS", "-tags=y").run();
    assert!(flags.stderr.contains("building "), "{flags}");
}

#[test]
fn what_is_not_proven_does_not_run() {
    let tools = Tools::new();
    let exact = format!("{HELLO}@v1.2.3");
    let private = |arguments: &[&str]| tools.gom(arguments).env("GOPRIVATE", "example.test/dep");
    assert_snapshot!(tools.shown(private(&["x", &exact])), @r"
    exit: 7
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    error: example.test/dep@v0.1.0 of `example.test/tools/cmd/hello` can't be proven: GOPRIVATE or GONOSUMDB exempts it from the checksum database, or the program has no sum of it
    hint: run `gom x --allow-unproven example.test/tools/cmd/hello@v1.2.3` if you trust the places that they come from
    ");
    assert_eq!(private(&["x", "--allow-unproven", &exact]).run().code, Some(3));
    // What was allowed for one run is not for the next.
    assert_eq!(private(&["x", &exact]).run().code, Some(7));
    tools.set(
        "modules",
        "\tmod\texample.test/tools\tv1.2.3\th1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    );
    let wrong = tools.gom(["x", &exact]).run();
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(5), ""), "{wrong}");
    assert_eq!(tools.gom(["x", "-x"]).run().code, Some(2));
    let typo = tools.gom(["x", "--allow-unprovn", HELLO]).run();
    assert!(typo.stderr.contains("did you mean") && typo.stderr.contains("--allow-unproven"), "{typo}");
    assert_eq!(tools.gom(["x", "./x"]).run().code, Some(2));
}

/// The folders of the programs in the cache.
fn kept(tools: &Tools) -> Vec<PathBuf> {
    let folders = fs::read_dir(tools.home().join(".cache/gom/x")).unwrap().map(|entry| entry.unwrap());
    let mut folders: Vec<PathBuf> =
        folders.filter(|entry| entry.file_name() != ".staging").map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

#[test]
fn a_program_that_did_not_run_for_long_is_pruned() {
    let tools = Tools::new();
    let exact = format!("{HELLO}@v1.2.3");
    tools.gom(["x", &exact]).run();
    let [folder] = kept(&tools).try_into().unwrap();
    aged(&tools, 100, &[("1.98.1", None, 1), ("1.99.2", None, 1)]);
    let planned = || tools.done(["prune", "--dry-run", "--json"]).json();
    assert_eq!(planned()["kept_programs"][0]["reasons"][0]["kind"], "used");
    let long_ago = SystemTime::now() - Duration::from_secs(70 * 24 * 3600);
    let age = || fs::File::open(&folder).unwrap().set_modified(long_ago).unwrap();
    age();
    let report = planned();
    assert_eq!(report["removed_programs"][0]["version"], "v1.2.3", "{report:#}");
    assert_eq!(report["removed_programs"][0]["package"], HELLO);
    // A run counts as a use.
    tools.gom(["x", &exact]).run();
    assert_eq!(planned()["removed_programs"], serde_json::json!([]));
    age();
    let shown = tools.done(["prune", "--dry-run"]).stdout;
    assert!(shown.contains("remove  hello v1.2.3") && shown.contains("not used for 70 days"), "{shown}");
    assert_eq!(tools.gom(["prune"]).run().code, Some(2));
    let pruned = tools.done(["prune", "--yes"]).stderr;
    assert!(pruned.contains("removed hello v1.2.3 from gom's cache\nfreed "), "{pruned}");
    assert!(kept(&tools).is_empty());
    let again = tools.gom(["x", &exact]).run();
    assert!(again.code == Some(3) && again.stderr.contains("building "), "{again}");
}
