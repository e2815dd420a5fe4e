//! `gom verify --path` on trees as others put them on the disk: an archive unpacked by hand, Homebrew's,
//! golang.org/dl's, and those in Go's module cache.

use crate::world::{VERSION, Verifying};
use gom_tests::{FakeToolchain, Run, World};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

fn verify(world: &World, path: &Path) -> Run {
    world.gom(["verify", "--json", "--path", path.to_str().unwrap()])
}

/// Panics unless the tree is proven, and one file more in it is found, both without fetching the module.
#[track_caller]
fn assert_proven(world: &World, path: &Path, goroot: &Path) {
    world.internet.forget_requests();
    assert_eq!(world.outcome(verify(world, path)), ("proven".to_owned(), vec![]));
    assert_eq!(world.fetched(), 0);
    fs::write(goroot.join("src/evil.go"), "package evil\n").unwrap();
    let found = ("changed".to_owned(), vec!["added src/evil.go".to_owned()]);
    assert_eq!(world.outcome(verify(world, path)), found);
    assert_eq!(world.fetched(), 1);
}

fn made(world: &World, dir: &str) -> PathBuf {
    let dir = world.work().join(dir);
    world.toolchain.lay_out(&dir);
    dir
}

#[test]
fn an_archive_unpacked_by_hand() {
    let world = World::published();
    let dir = made(&world, "usr/local/go");
    let report = verify(&world, &dir).done().json();
    let toolchain = &report["toolchains"][0];
    assert_eq!(toolchain["toolchain"], *world.toolchain.name());
    assert_eq!(toolchain["record"]["log"], "sum.test");
    assert_eq!(
        toolchain["notes"][0],
        "4 files in api, doc, misc and test are not covered by the checksum database and were not compared"
    );
    assert_proven(&world, &dir, &dir);
}

#[test]
fn homebrews_prefix_behind_its_link() {
    let world = World::published();
    let libexec = made(&world, "homebrew/Cellar/go/1.98.1/libexec");
    fs::write(libexec.with_file_name("INSTALL_RECEIPT.json"), "{}").unwrap();
    fs::create_dir_all(world.work().join("homebrew/opt")).unwrap();
    let link = world.work().join("homebrew/opt/go");
    symlink("../Cellar/go/1.98.1", &link).unwrap();
    assert_proven(&world, &link, &libexec);
}

#[test]
fn a_tree_of_golang_org_dl() {
    let world = World::published();
    let sdk = made(&world, "sdk/go1.98.1");
    fs::write(sdk.join(".unpacked-success"), "").unwrap();
    fs::write(sdk.join(world.toolchain.archive_name()), world.toolchain.archive()).unwrap();
    assert_proven(&world, &sdk, &sdk);
    // Only that tool's own files are ignored.
    fs::remove_file(sdk.join(".unpacked-success")).unwrap();
    let expected = [format!("added {}", world.toolchain.archive_name()), "added src/evil.go".to_owned()];
    assert_eq!(world.outcome(verify(&world, &sdk)).1, expected);
}

fn go_mods(goroot: &Path) -> [PathBuf; 2] {
    ["src/go.mod", "src/cmd/go.mod"].map(|name| goroot.join(name))
}

fn in_module_cache(world: &World) -> PathBuf {
    let dir = made(world, &format!("go/pkg/mod/golang.org/toolchain@{}", world.toolchain.module_version()));
    for folder in ["api", "doc", "misc", "test"] {
        fs::remove_dir_all(dir.join(folder)).unwrap();
    }
    dir
}

#[test]
fn the_module_cache_before_the_toolchain_first_ran() {
    let world = World::published();
    let dir = in_module_cache(&world);
    for file in go_mods(&dir) {
        fs::rename(&file, file.with_file_name("_go.mod")).unwrap();
    }
    assert_proven(&world, &dir, &dir);
}

#[test]
fn the_module_cache_after_the_toolchain_first_ran() {
    let world = World::published();
    let dir = in_module_cache(&world);
    for file in go_mods(&dir) {
        fs::copy(&file, file.with_file_name("_go.mod")).unwrap();
    }
    assert_proven(&world, &dir, &dir);
    // Two that differ are two files.
    fs::write(dir.join("src/go.mod"), "module evil\n").unwrap();
    let expected = ["added src/_go.mod", "added src/evil.go", "changed src/go.mod"];
    assert_eq!(world.outcome(verify(&world, &dir)).1, expected);
    // Anywhere else `_go.mod` is an added file.
    let moved = world.work().join("moved");
    fs::rename(&dir, &moved).unwrap();
    let expected = ["added src/_go.mod", "added src/cmd/_go.mod", "added src/evil.go", "changed src/go.mod"];
    assert_eq!(world.outcome(verify(&world, &moved)).1, expected);
}

#[test]
fn a_tree_for_another_platform() {
    let world = World::published();
    let windows = FakeToolchain::new(VERSION, "windows-arm64");
    world.publish(&windows);
    let dir = world.work().join("go");
    windows.lay_out(&dir);
    assert_proven(&world, &dir, &dir);
}
