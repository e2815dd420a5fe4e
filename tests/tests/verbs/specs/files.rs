//! The cells of the places that hold a version: go.mod, which `gom install` reads, and what the shim reads.

use super::cell::{Cell, RANGE, added, world};
use gom_tests::World;

pub(super) const GO_MOD: [Cell; 4] = [go_mod_patch, go_mod_line, go_mod_range, go_mod_keyword];
pub(super) const GO_VERSION: [Cell; 4] = [file_patch, file_line, file_range, file_keyword];
pub(super) const GOM_TOOLCHAIN: [Cell; 4] = [variable_patch, variable_line, variable_range, variable_keyword];

/// What `gom install` adds for a go.mod with these lines.
fn for_go_mod(lines: &str) -> Vec<String> {
    let world = world();
    world.write("go.mod", format!("module m\n\n{lines}\n"));
    added(&world, &["install"])
}

/// How `gom install` refuses the third line of go.mod.
fn refused_go_mod(line: &str) {
    let world = world();
    world.write("go.mod", format!("module m\n\n{line}\n"));
    let output = world.gom(["install"]).run();
    assert_eq!(output.code, Some(2), "{output}");
    let place = format!("error: {}:3 asks for ", world.work().join("go.mod").display());
    assert!(output.stderr.starts_with(&place), "{output}");
    assert_eq!(world.installed().len(), 3);
}

#[test]
fn go_mod_patch() {
    assert_eq!(for_go_mod("go 1.98.3"), ["go1.98.3"]);
    assert_eq!(for_go_mod("go 1.21\n\ntoolchain go1.98.3"), ["go1.98.3"]);
    assert!(for_go_mod("go 1.98.1").is_empty());
}

#[test]
fn go_mod_line() {
    assert_eq!(for_go_mod("go 1.98"), ["go1.98.3"]);
    refused_go_mod("toolchain go1.98");
}

#[test]
fn go_mod_range() {
    refused_go_mod("go >=1.98,<1.99");
}

#[test]
fn go_mod_keyword() {
    refused_go_mod("go latest");
    refused_go_mod("toolchain local");
    assert_eq!(for_go_mod("go 1.98\n\ntoolchain default"), ["go1.98.3"]);
}

/// The version that runs with this in the folder's `.go-version`.
fn with_file(text: &str) -> String {
    let world = world();
    world.write(".go-version", format!("{text}\n"));
    runs(&world, None)
}

fn with_variable(text: &str) -> String {
    runs(&world(), Some(text))
}

/// The version of the `go` that the shim runs, or its exit code.
fn runs(world: &World, variable: Option<&str>) -> String {
    let run = world.go(["version"]);
    let output = variable.into_iter().fold(run, |run, value| run.env("GOM_TOOLCHAIN", value)).run();
    match output.stdout.strip_prefix("go version go") {
        Some(rest) => rest.split(' ').next().unwrap().to_owned(),
        None => format!("exit {}", output.code.unwrap()),
    }
}

/// Both places hold the same for the shim.
fn patch(runs_with: fn(&str) -> String) {
    assert_eq!(runs_with("1.98.1"), "1.98.1");
    assert_eq!(runs_with("1.98.3"), "exit 127");
}

fn line(runs_with: fn(&str) -> String) {
    assert_eq!(runs_with("1.98"), "1.98.1");
}

fn range(runs_with: fn(&str) -> String) {
    assert_eq!(runs_with(RANGE), "exit 2");
}

fn keyword(runs_with: fn(&str) -> String) {
    assert_eq!(runs_with("latest"), "1.99.0");
    assert_eq!(runs_with("oldstable"), "1.98.1");
}

#[test]
fn file_patch() {
    patch(with_file);
}

#[test]
fn file_line() {
    line(with_file);
}

#[test]
fn file_range() {
    range(with_file);
}

#[test]
fn file_keyword() {
    keyword(with_file);
}

#[test]
fn variable_patch() {
    patch(with_variable);
}

#[test]
fn variable_line() {
    line(with_variable);
}

#[test]
fn variable_range() {
    range(with_variable);
}

#[test]
fn variable_keyword() {
    keyword(with_variable);
}
