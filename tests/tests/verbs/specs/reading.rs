//! The cells of the verbs that look something up or run it: `list-remote`, `which`, `exec`.

use super::cell::{Cell, RANGE, world};
use gom_tests::World;

pub(super) const LIST_REMOTE: [Cell; 4] = [remote_patch, remote_line, remote_range, remote_keyword];
pub(super) const WHICH: [Cell; 4] = [which_patch, which_line, which_range, which_keyword];
pub(super) const EXEC: [Cell; 4] = [exec_patch, exec_line, exec_range, exec_keyword];

fn listed(arguments: &[&str]) -> Vec<String> {
    let output = world().done(["list-remote"].iter().chain(arguments)).stdout;
    output.lines().map(str::to_owned).collect()
}

#[test]
fn remote_patch() {
    assert_eq!(listed(&["1.98.3"]), ["1.98.3"]);
}

#[test]
fn remote_line() {
    assert_eq!(listed(&["1.98"]), ["1.98.3", "1.98.1  installed", "1.98.0  installed"]);
    assert_eq!(listed(&["1.100", "--all"]), ["1.100rc1"]);
}

#[test]
fn remote_range() {
    assert_eq!(listed(&[RANGE]), ["1.98.3", "1.98.1  installed", "1.98.0  installed"]);
}

#[test]
fn remote_keyword() {
    assert_eq!(listed(&["latest"]), ["1.99.2"]);
    assert_eq!(listed(&["oldstable"]), ["1.98.3"]);
}

/// The version whose go `gom which SPEC` shows; with nothing fetched.
fn which(spec: &str) -> String {
    let world = world();
    world.internet.forget_requests();
    let path = world.redact(&world.done(["which", spec]).stdout);
    assert!(world.internet.requests().is_empty());
    let prefix = "[HOME]/.gom/toolchains/go";
    path.strip_prefix(prefix).unwrap().strip_suffix(".[PLATFORM]/bin/go\n").unwrap().to_owned()
}

#[test]
fn which_patch() {
    assert_eq!(which("1.98.1"), "1.98.1");
    assert_eq!(world().gom(["which", "1.98.3"]).run().code, Some(3));
}

#[test]
fn which_line() {
    assert_eq!(which("1.98"), "1.98.1");
}

#[test]
fn which_range() {
    assert_eq!(which(RANGE), "1.98.1");
}

#[test]
fn which_keyword() {
    assert_eq!(which("latest"), "1.99.0");
    assert_eq!(which("oldstable"), "1.98.1");
}

/// The version that `gom exec SPEC` runs; with nothing fetched.
fn executed(world: &World, spec: &str) -> String {
    world.internet.forget_requests();
    let said = world.done(["exec", spec, "--", "go", "version"]).stdout;
    assert!(world.internet.requests().is_empty());
    said.strip_prefix("go version go").unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
fn exec_patch() {
    assert_eq!(executed(&world(), "1.98.1"), "1.98.1");
    assert_eq!(world().gom(["exec", "1.98.3", "--", "go", "version"]).run().code, Some(127));
}

#[test]
fn exec_line() {
    assert_eq!(executed(&world(), "1.98"), "1.98.1");
}

#[test]
fn exec_range() {
    assert_eq!(executed(&world(), RANGE), "1.98.1");
}

#[test]
fn exec_keyword() {
    assert_eq!(executed(&world(), "latest"), "1.99.0");
    assert_eq!(executed(&world(), "oldstable"), "1.98.1");
}
