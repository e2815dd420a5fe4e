//! `gom bump --tidy`.

use gom_tests::FakeToolchain;
use insta::assert_snapshot;

use super::bump::project;

/// A go command that writes what it was called with.
pub(crate) fn tidying(version: &str) -> FakeToolchain {
    let script = "printf '%s %s\\n' \"$*\" \"$GOTOOLCHAIN\" >> tidied\ntest ! -e fails || { echo 'go: no such module' >&2; exit 1; }\n";
    FakeToolchain::here(version).program("bin/go", script)
}

#[test]
fn go_mod_tidy_runs_in_each_module_with_the_new_go() {
    let (world, _) = project();
    world.publish(&tidying("1.98.5"));
    world.write("sub/go.mod", "module example.test/sub\n\ngo 1.97\n");
    world.write("newer/go.mod", "module example.test/newer\n\ngo 1.99.0\n");
    assert_snapshot!(world.say(["bump", "--tidy", "--yes"]), @"
    exit: 3
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    error: Go 1.98.5 is not installed, so `go mod tidy` can't run with it
    hint: run `gom install 1.98.5`, then the same command again
    ");
    assert_eq!(world.read(".go-version"), "1.98.1\n", "nothing is written before that is known");
    world.done(["install", "1.98.5"]);
    let dry = world.gom(["bump", "--tidy", "--dry-run"]).done();
    assert!(dry.stderr.contains("would tidy .\nwould tidy sub\n"), "{dry}");
    let output = world.gom(["bump", "--tidy", "--yes", "--json"]).done();
    assert_eq!(output.json()["tidied"], serde_json::json!(["", "sub"]));
    for folder in ["", "sub/"] {
        assert_eq!(world.read(&format!("{folder}tidied")), "mod tidy local\n");
    }
    assert!(!world.work().join("newer/tidied").exists());
}

#[test]
fn a_module_that_is_not_tidied_is_an_error_after_the_edits() {
    let (world, _) = project();
    world.publish(&tidying("1.98.5"));
    world.done(["install", "1.98.5"]);
    world.write("fails", "");
    let output = world.gom(["bump", "--tidy", "--yes", "--quiet"]).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 1
    --- stdout
    --- stderr
    error: `go mod tidy` failed in `[WORK]`: go: no such module
    hint: correct the module, see `cd [WORK] && gom exec 1.98.5 -- go mod tidy`, then run `gom bump --tidy --yes` again
    ");
    assert_eq!(world.read(".go-version"), "1.98.5\n");
}
