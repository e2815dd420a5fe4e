//! The cells of the verbs that change the store or a pin: `install`, `uninstall`, `use`, `local`.

use super::cell::{Cell, RANGE, added, world};

pub(super) const INSTALL: [Cell; 4] = [install_patch, install_line, install_range, install_keyword];
pub(super) const UNINSTALL: [Cell; 4] = [uninstall_patch, uninstall_line, uninstall_range, uninstall_keyword];
pub(super) const USE: [Cell; 4] = [use_patch, use_line, use_range, use_keyword];
pub(super) const LOCAL: [Cell; 4] = [local_patch, local_line, local_range, local_keyword];

#[test]
fn install_patch() {
    assert_eq!(added(&world(), &["install", "1.98.3"]), ["go1.98.3"]);
    assert!(added(&world(), &["install", "1.98.1"]).is_empty());
}

#[test]
fn install_line() {
    assert_eq!(added(&world(), &["install", "1.98"]), ["go1.98.3"]);
}

#[test]
fn install_range() {
    assert_eq!(added(&world(), &["install", RANGE]), ["go1.98.3"]);
}

#[test]
fn install_keyword() {
    assert_eq!(added(&world(), &["install", "latest"]), ["go1.99.2"]);
    assert_eq!(added(&world(), &["install", "stable"]), ["go1.99.2"]);
    assert_eq!(added(&world(), &["install", "oldstable"]), ["go1.98.3"]);
    assert_eq!(world().gom(["install", "system"]).run().code, Some(2));
}

#[test]
fn uninstall_patch() {
    let world = world();
    world.done(["uninstall", "1.98.1"]);
    assert_eq!(world.installed(), ["go1.98.0.[PLATFORM]", "go1.99.0.[PLATFORM]"]);
}

#[test]
fn uninstall_line() {
    let world = world();
    assert_eq!(world.gom(["uninstall", "1.98"]).run().code, Some(2));
    assert_eq!(world.installed().len(), 3);
    world.done(["uninstall", "1.98", "--all"]);
    assert_eq!(world.installed(), ["go1.99.0.[PLATFORM]"]);
}

#[test]
fn uninstall_range() {
    let world = world();
    assert_eq!(world.gom(["uninstall", RANGE]).run().code, Some(2));
    assert_eq!(world.installed().len(), 3);
    world.done(["uninstall", RANGE, "--all"]);
    assert_eq!(world.installed(), ["go1.99.0.[PLATFORM]"]);
}

#[test]
fn uninstall_keyword() {
    let world = world();
    world.done(["uninstall", "latest"]);
    assert_eq!(world.installed(), ["go1.98.0.[PLATFORM]", "go1.98.1.[PLATFORM]"]);
}

#[test]
fn use_patch() {
    let world = world();
    assert!(added(&world, &["use", "1.98.1"]).is_empty());
    assert_eq!(world.default(), "1.98.1\n");
    assert_eq!(added(&world, &["use", "1.98.3"]), ["go1.98.3"]);
    assert_eq!(world.default(), "1.98.3\n");
}

#[test]
fn use_line() {
    let world = world();
    assert!(added(&world, &["use", "1.98"]).is_empty());
    assert_eq!(world.default(), "1.98.1\n");
    world.done(["use", "1.98", "--line"]);
    assert_eq!(world.default(), "1.98\n");
    world.done(["uninstall", "1.98", "--all", "--yes"]);
    assert_eq!(added(&world, &["use", "1.98"]), ["go1.98.3"]);
    assert_eq!(world.default(), "1.98.3\n");
}

#[test]
fn use_range() {
    let world = world();
    assert!(added(&world, &["use", RANGE]).is_empty());
    assert_eq!(world.default(), "1.98.1\n");
    assert_eq!(world.gom(["use", RANGE, "--line"]).run().code, Some(2));
    assert_eq!(added(&world, &["use", ">1.99.0"]), ["go1.99.2"]);
    assert_eq!(world.default(), "1.99.2\n");
}

#[test]
fn use_keyword() {
    let world = world();
    assert!(added(&world, &["use", "latest"]).is_empty());
    assert_eq!(world.default(), "1.99.0\n");
    world.done(["uninstall", "1.99", "--yes"]);
    world.done(["uninstall", "1.98", "--all"]);
    assert_eq!(added(&world, &["use", "latest"]), ["go1.99.2"]);
    assert_eq!(world.default(), "1.99.2\n");
}

#[test]
fn local_patch() {
    let world = world();
    assert!(added(&world, &["local", "1.98.1"]).is_empty());
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    assert_eq!(added(&world, &["local", "1.98.3"]), ["go1.98.3"]);
    assert_eq!(world.read(".go-version"), "1.98.3\n");
}

#[test]
fn local_line() {
    let world = world();
    assert!(added(&world, &["local", "1.98"]).is_empty());
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    world.done(["local", "1.98", "--line"]);
    assert_eq!(world.read(".go-version"), "1.98\n");
    world.done(["uninstall", "1.98", "--all", "--yes"]);
    assert_eq!(added(&world, &["local", "1.98"]), ["go1.98.3"]);
    assert_eq!(world.read(".go-version"), "1.98.3\n");
}

#[test]
fn local_range() {
    let world = world();
    assert!(added(&world, &["local", RANGE]).is_empty());
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    assert_eq!(world.gom(["local", RANGE, "--line"]).run().code, Some(2));
    assert_eq!(added(&world, &["local", ">1.99.0"]), ["go1.99.2"]);
    assert_eq!(world.read(".go-version"), "1.99.2\n");
}

#[test]
fn local_keyword() {
    let world = world();
    assert!(added(&world, &["local", "latest"]).is_empty());
    assert_eq!(world.read(".go-version"), "1.99.0\n");
    world.done(["uninstall", "1.99", "--yes"]);
    world.done(["uninstall", "1.98", "--all"]);
    assert_eq!(added(&world, &["local", "latest"]), ["go1.99.2"]);
    assert_eq!(world.read(".go-version"), "1.99.2\n");
}
