//! `gom prune` and the toolchains that Go itself put into its module cache.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use gom_tests::World;
use insta::assert_snapshot;

use super::prune::{aged, here};

/// Puts a toolchain into Go's module cache, read-only as Go does it.
fn cache(world: &World, version: &str) -> PathBuf {
    let cache = world.home().join("go/pkg/mod");
    let name = format!("v0.0.1-{}", here(version));
    let tree = cache.join("golang.org").join(format!("toolchain@{name}"));
    let downloads = cache.join("cache/download/golang.org/toolchain/@v");
    fs::create_dir_all(tree.join("bin")).unwrap();
    fs::create_dir_all(&downloads).unwrap();
    fs::write(tree.join("bin/go"), "#!/bin/sh\n").unwrap();
    symlink(world.home(), tree.join("link")).unwrap();
    for ending in ["zip", "ziphash", "info", "mod", "lock"] {
        fs::write(downloads.join(format!("{name}.{ending}")), "x").unwrap();
    }
    let old = UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    for path in [tree.clone(), downloads.join(format!("{name}.zip"))] {
        fs::File::open(path).unwrap().set_modified(old).unwrap();
    }
    for ending in ["ziphash", "info", "mod"] {
        fs::File::open(downloads.join(format!("{name}.{ending}"))).unwrap().set_modified(old).unwrap();
    }
    for folder in [tree.join("bin"), tree.clone()] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
    }
    tree
}

#[test]
fn the_module_cache_is_listed_and_touched_only_if_asked() {
    let world = World::with(&["1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[]);
    let (old, needed) = (cache(&world, "1.97.1"), cache(&world, "1.99.5"));
    let downloads = world.home().join("go/pkg/mod/cache/download/golang.org/toolchain/@v");
    world.write("m/.go-version", "1.99.2\n");
    world.write("m/go.mod", "module m\n\ngo 1.99.5\n");
    world.go(["version"]).cwd(world.work().join("m")).done();
    assert_snapshot!(world.say(["prune", "--yes"]), @r"
    exit: 0
    --- stdout
    --- stderr
    nothing to remove; `gom prune --dry-run` shows why each toolchain stays
    hint: add `--go-modcache` to remove 1 toolchain from Go's module cache too, [SIZE]
    ");
    assert!(old.exists() && needed.exists());
    let report = world.done(["prune", "--dry-run", "--go-modcache", "--json"]).json();
    assert_eq!(report["removed"][0]["toolchain"], here("1.97.1"), "{report:#}");
    assert_eq!(report["removed"][0]["place"], "modcache");
    assert_snapshot!(world.say(["prune", "--yes", "--go-modcache"]), @r"
    exit: 0
    --- stdout
    --- stderr
    removed go1.97.1.[PLATFORM] from Go's module cache
    freed [SIZE]
    ");
    assert!(!old.exists() && needed.exists());
    let names = |ending: &str| {
        let names =
            fs::read_dir(&downloads).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.contains("1.97.1") && name.ends_with(ending)).count()
    };
    assert_eq!((names(""), names(".lock")), (1, 1), "only Go's lock is left");
    assert!(world.home().join("go").exists() && world.store().exists(), "no link was followed");
}

#[test]
fn a_toolchain_of_the_module_cache_that_go_works_on_stays() {
    let world = World::with(&["1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[]);
    let tree = cache(&world, "1.97.1");
    let lock = world
        .home()
        .join(format!("go/pkg/mod/cache/download/golang.org/toolchain/@v/v0.0.1-{}.lock", here("1.97.1")));
    let held = fs::File::options().write(true).open(lock).unwrap();
    held.lock().unwrap();
    let said = world.gom(["prune", "--yes", "--go-modcache"]).run();
    assert_eq!(said.code, Some(6), "{said}");
    assert!(tree.join("bin/go").exists());
    drop(held);
    world.done(["prune", "--yes", "--go-modcache"]);
    assert!(!tree.exists());
}

#[test]
fn a_link_in_the_module_cache_is_not_followed() {
    let world = World::with(&["1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[]);
    let precious = world.home().join("precious");
    fs::create_dir_all(precious.join("bin")).unwrap();
    fs::write(precious.join("bin/go"), "mine").unwrap();
    let tree = cache(&world, "1.97.1");
    let place = tree.with_file_name(format!("toolchain@v0.0.1-{}", here("1.96.1")));
    symlink(&precious, &place).unwrap();
    world.done(["prune", "--yes", "--go-modcache", "--unused-for", "0d"]);
    assert!(!tree.exists());
    assert_eq!(fs::read_to_string(precious.join("bin/go")).unwrap(), "mine");
    // A module cache whose own folders are links is left alone.
    let elsewhere = world.home().join("elsewhere");
    let golang = world.home().join("go/pkg/mod/golang.org");
    let again = cache(&world, "1.97.1");
    fs::rename(&golang, &elsewhere).unwrap();
    symlink(&elsewhere, &golang).unwrap();
    let said = world.gom(["prune", "--yes", "--go-modcache", "--unused-for", "0d"]).run();
    assert!(again.join("bin/go").exists(), "{said}");
}
