//! A store or a disk that is not as it should be: made by a newer gom, left by a killed one, full, in the way.

use crate::world::{Installing, VERSION, noise};
use gom_tests::{FakeToolchain, Output, World, contents, skip};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_store_of_a_newer_gom_is_not_touched() {
    let world = World::with_mirror();
    let marker = world.sandbox.store().join("layout-version");
    fs::write(&marker, "2\n").unwrap();
    insta::assert_snapshot!(world.refuses(world.install(), 1), @r"
    exit: 1
    --- stdout
    --- stderr
    error: the store `[HOME]/.gom` has layout 2, and this gom knows layouts up to 1
    hint: run `gom self update`, or set GOM_HOME to another folder
    ");
    assert_eq!(world.internet.requests(), []);
    fs::write(&marker, "1\n").unwrap();
    world.installs_now();
}

#[test]
fn what_a_killed_gom_left_in_staging_is_removed() {
    let world = World::with_mirror();
    let left = world.sandbox.store().join(format!("staging/{}.x1Y2z3", world.toolchain.name()));
    fs::create_dir_all(left.join("tree/bin")).unwrap();
    fs::write(left.join("tree/bin/go"), "half").unwrap();
    world.installs(world.install());
    assert!(!left.exists());
}

/// A gom was killed after it took the old tree away and before the new one was at its place.
#[test]
fn a_finished_tree_that_waits_for_its_place_runs_and_gets_there() {
    let world = World::with_mirror();
    world.installs(world.install());
    let goroot = world.sandbox.goroot(&world.toolchain.name());
    let next = world.sandbox.store().join("toolchains/.next");
    fs::create_dir(&next).unwrap();
    fs::rename(&goroot, next.join(world.toolchain.name())).unwrap();
    world.internet.forget_requests();
    let shim = world.sandbox.shim("go1.99.0", ["version"]).run();
    assert!(shim.stdout.starts_with("go version go1.99.0 "), "{shim}");

    // The rest of the old tree is in its way.
    fs::create_dir(&goroot).unwrap();
    fs::write(goroot.join("VERSION"), "go1.99.0\nold\n").unwrap();
    world.installs(world.install());
    assert_eq!(world.archives_asked(), Vec::<String>::new());
}

#[test]
fn a_receipt_without_a_tree_is_nothing() {
    let world = World::with_mirror();
    world.installs(world.install());
    fs::remove_dir_all(world.sandbox.goroot(&world.toolchain.name())).unwrap();
    let output = world.installs(world.install());
    assert!(output.stderr.contains("installed"), "{output}");
    assert_eq!(world.archives_asked().len(), 2);
}

#[test]
fn a_relative_home_is_said_and_not_used() {
    let world = World::with_mirror();
    let output = world.installs(world.install().env("GOM_HOME", "here"));
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    warning: GOM_HOME is `here`, which is not an absolute path; using `[HOME]/.gom`
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    installed go1.99.0.[PLATFORM] from mirror 127.0.0.1, proven by sum.test
    the default is now 1.99.0, for all folders; this one alone: `gom local 1.99.0`
    ");
    assert!(!world.sandbox.work().join("here").exists());
}

#[test]
fn an_empty_home_is_an_unset_one() {
    let world = World::with_mirror();
    let output = world.installs(world.install().env("GOM_HOME", ""));
    assert!(!output.stderr.contains("GOM_HOME"), "{output}");
}

#[test]
fn another_home_is_made_where_there_is_none() {
    let world = World::with_mirror();
    let other = world.sandbox.work().join("deep/er/store");
    let output = world.install().env("GOM_HOME", &other).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(other.join("toolchains").join(world.toolchain.name()).join("VERSION").is_file());
    assert_eq!(fs::read_to_string(other.join("layout-version")).unwrap(), "1\n");
    assert!(!world.sandbox.goroot(&world.toolchain.name()).exists());
}

/// What root can't write either: a file where a folder should be.
#[test]
fn a_file_in_the_place_of_a_folder_is_named() {
    for folder in ["staging", "receipts", "toolchains", "locks", "lines"] {
        let world = World::with_mirror();
        let path = world.sandbox.store().join(folder);
        let _ = fs::remove_dir_all(&path);
        fs::write(&path, "mine\n").unwrap();
        let output = world.install().run();
        assert_eq!(output.code, Some(1), "{folder}\n{output}");
        assert!(output.stderr.contains(&path.display().to_string()), "{folder}\n{output}");
        assert!(output.stderr.contains("hint: "), "{folder}\n{output}");
        assert_eq!(fs::read(&path).unwrap(), b"mine\n", "{folder}");
        fs::remove_file(&path).unwrap();
        world.installs_now();
    }
    let world = World::with_mirror();
    let staging = world.sandbox.store().join("staging");
    fs::remove_dir_all(&staging).unwrap();
    fs::write(&staging, "").unwrap();
    insta::assert_snapshot!(world.show(&world.install().run()), @"
    exit: 1
    --- stdout
    --- stderr
    error: failed to create directory `[HOME]/.gom/staging`: File exists (os error [N])
    hint: run `ls -ld` on what the message names, move it away if it should not be there, then run the command again
    ");
}

#[test]
fn a_store_that_its_user_may_not_write_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with_mirror();
    let store = world.sandbox.store();
    let staging = store.join("staging");
    fs::set_permissions(&staging, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(staging.join("probe"), "").is_ok() {
        fs::remove_file(staging.join("probe")).unwrap();
        skip("this user writes everywhere");
        return;
    }
    let said = world.refuses(world.install(), 1);
    assert!(said.contains("[HOME]/.gom/staging") && said.contains("hint: "), "{said}");
    fs::set_permissions(&staging, fs::Permissions::from_mode(0o755)).unwrap();
    world.installs_now();
}

#[test]
fn a_cache_that_can_not_be_written_is_named() {
    let world = World::with_mirror();
    let cache = world.sandbox.home().join(".cache");
    let _ = fs::remove_dir_all(&cache);
    fs::write(&cache, "mine\n").unwrap();
    // The sum of this version is known only from the list that go.dev serves, which can't be kept here.
    let output = world.install().run();
    assert_ne!(output.code, Some(0));
    assert!(output.stderr.contains("hint: "), "{output}");
    assert_eq!(fs::read(&cache).unwrap(), b"mine\n");
    world.sandbox.assert_clean();
    let elsewhere = world.sandbox.work().join("cache");
    world.installs(world.install().env("GOM_CACHE_DIR", elsewhere));
}

/// Runs gom with a small file system of its own in the place of `folder`; `None` where that is not allowed.
fn on_a_small_disk(world: &World, folder: &str, variable: &str, kilobytes: u32) -> Option<Output> {
    let disk = world.sandbox.work().join(folder);
    fs::create_dir_all(&disk).unwrap();
    let gom = world.sandbox.store().join("bin/gom");
    // The mount is seen by this process and its children alone, and ends with them.
    let script = format!(
        "mount -t tmpfs -o size={kilobytes}k none \"$DISK\" || exit 99\n\
         '{gom}' install {VERSION}\ncode=$?\n\
         echo \"left: $(ls -A \"$DISK/staging\" \"$DISK/toolchains\" 2>/dev/null | grep go1)\"\n\
         mount -o remount,size=64m \"$DISK\" && '{gom}' install {VERSION} >/dev/null 2>&1\n\
         echo \"again: $?\"\nexit $code\n",
        gom = gom.display()
    );
    let run = world.sandbox.command("unshare", ["--mount", "/bin/sh", "-c", &script]);
    let output = run.env("DISK", &disk).env(variable, &disk).run();
    let cannot = output.code == Some(99) || output.stderr.contains("unshare");
    if cannot {
        skip("no file system can be mounted here");
    }
    (!cannot).then_some(output)
}

#[test]
fn a_full_disk_is_named_and_leaves_nothing() {
    let mut world = World::of_one(FakeToolchain::here(VERSION).file("lib/zeros", vec![0; 1_000_000]));
    world.ask_mirror();
    // A new store has a copy of the shim before anything is unpacked.
    let shim = fs::metadata(world.sandbox.store().join("bin/gom-shim")).unwrap().len().div_ceil(1024);
    let room = u32::try_from(shim).unwrap() + 400;
    let Some(output) = on_a_small_disk(&world, "store", "GOM_HOME", room) else { return };
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("No space left on device"), "{output}");
    assert!(output.stdout.contains("left: \nagain: 0"), "{output}");
    // The folder in the hint is one that is still there.
    let hint = output.stderr.lines().find(|line| line.starts_with("hint: ")).unwrap();
    assert!(hint.contains("df -h ") && !hint.contains("/staging/go1"), "{hint}");
}

#[test]
fn a_full_cache_stops_no_install_whose_store_has_room() {
    let mut world = World::of_one(FakeToolchain::here(VERSION).file("lib/noise", noise(1_000_000)));
    world.ask_mirror();
    let Some(output) = on_a_small_disk(&world, "cache", "GOM_CACHE_DIR", 400) else { return };
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.contains("again: 0"), "{output}");
    world.assert_installed(&world.toolchain);
}

#[test]
fn a_home_in_a_strange_place_is_no_trouble() {
    let world = World::with_mirror();
    for name in ["with blank", "ünïcode", "-dash", "quote'\"s"] {
        let home = world.sandbox.work().join(name);
        let output = world.install().env("GOM_HOME", &home).run();
        assert_eq!(output.code, Some(0), "{name}\n{output}");
        let tree = contents(&home.join("toolchains").join(world.toolchain.name()));
        assert_eq!(tree.len(), world.toolchain.files().len(), "{name}");
    }
}

/// The files of the installed toolchain outside its tree.
fn traces(world: &World) -> Vec<String> {
    let (store, name) = (world.sandbox.store(), world.toolchain.name());
    let mut traces = Vec::new();
    for folder in ["bin", "lines", "receipts", "staging", "toolchains"] {
        let names = fs::read_dir(store.join(folder)).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let is_trace = |file: &String| file.contains("1.99") || file.starts_with(&name);
        traces.extend(names.filter(is_trace).map(|file| format!("{folder}/{file}")));
    }
    traces.sort();
    traces
}

/// A gom was killed after the tree left its place.
fn half_removed(world: &World) {
    world.installs(world.install());
    let name = world.toolchain.name();
    let left = world.sandbox.store().join(format!("staging/{name}.x1Y2z3"));
    fs::create_dir(&left).unwrap();
    fs::write(left.join("removal"), "").unwrap();
    fs::rename(world.sandbox.goroot(&name), left.join("removed")).unwrap();
}

#[test]
fn an_uninstall_that_was_killed_is_finished_by_the_same_command() {
    let world = World::with_mirror();
    half_removed(&world);
    let output = world.sandbox.gom(["uninstall", VERSION, "--yes"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stderr.contains("removed go1.99.0."), "{output}");
    assert_eq!(traces(&world), Vec::<String>::new());
    let output = world.sandbox.gom(["uninstall", VERSION, "--yes"]).run();
    assert_eq!(output.code, Some(3), "{output}");
}

#[test]
fn an_uninstall_that_was_killed_is_finished_by_the_next_install() {
    let world = World::with_mirror();
    half_removed(&world);
    // Fails, since no such version exists, but recovers before.
    let mirror = world.mirror_site();
    mirror.fault(&world.on_mirror(), gom_tests::Fault::Status(404));
    let output = world.install().run();
    assert_ne!(output.code, Some(0), "{output}");
    assert_eq!(traces(&world), Vec::<String>::new());
    mirror.heal();
    world.installs_now();
}

#[test]
fn what_a_killed_install_left_undone_is_done_by_the_same_command() {
    let world = World::with_mirror();
    world.installs(world.install());
    let (store, name) = (world.sandbox.store(), world.toolchain.name());
    let before = traces(&world);
    for link in ["bin/go", "bin/gofmt", "bin/go1.99.0", "lines/1.99"] {
        fs::remove_file(store.join(link)).unwrap();
    }
    let left = store.join(format!("staging/{name}.x1Y2z3/tree"));
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("VERSION"), "go1.99.0\n").unwrap();
    world.internet.forget_requests();
    let output = world.installs(world.install());
    assert!(output.stderr.contains("already installed"), "{output}");
    assert_eq!(world.archives_asked(), Vec::<String>::new());
    assert_eq!(traces(&world), before);
    assert!(store.join("bin/go").exists() && store.join("bin/gofmt").exists());
}

#[test]
fn an_uninstall_needs_no_room() {
    let world = World::with_mirror();
    let disk = world.sandbox.work().join("store");
    fs::create_dir_all(&disk).unwrap();
    let gom = world.sandbox.store().join("bin/gom");
    // A file system that is out of inodes has no room for a folder.
    let script = format!(
        "mount -t tmpfs -o size=64m,nr_inodes=500 none \"$GOM_HOME\" || exit 99\n\
         '{gom}' install {VERSION} || exit 98\n\
         mkdir \"$GOM_HOME/fill\"; n=0; while : >\"$GOM_HOME/fill/$n\"; do n=$((n+1)); done 2>/dev/null\n\
         '{gom}' uninstall {VERSION} --yes; code=$?\n\
         ls -A \"$GOM_HOME/staging\" \"$GOM_HOME/toolchains\" \"$GOM_HOME/receipts\" | grep go1\n\
         exit $code\n",
        gom = gom.display()
    );
    let run = world.sandbox.command("unshare", ["--mount", "/bin/bash", "-c", &script]);
    let output = run.env("GOM_HOME", &disk).run();
    if output.code == Some(99) || output.stderr.contains("unshare") {
        skip("no file system can be mounted here");
        return;
    }
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(output.stdout, "", "{output}");
}

/// L of the campaign. root may do anything, so somebody else has to try.
#[test]
fn a_read_only_tree_is_replaced_and_removed_by_its_owner() {
    for arguments in [["uninstall", VERSION, "--yes"], ["install", VERSION, "--force"]] {
        let world = World::with_mirror();
        world.installs(world.install());
        let goroot = world.sandbox.goroot(&world.toolchain.name());
        let mode = |mode: u32| {
            for folder in ["src", "bin", "."] {
                fs::set_permissions(goroot.join(folder), PermissionsExt::from_mode(mode)).unwrap();
            }
        };
        mode(0o555);
        let gom = world.sandbox.store().join("bin/gom");
        let words = [gom.as_os_str()].into_iter().chain(arguments.map(OsStr::new));
        let Some(run) = world.sandbox.as_user(42_422, words) else {
            mode(0o755);
            skip("no program can run here as somebody else");
            return;
        };
        let output = run.run();
        assert_eq!(output.code, Some(0), "{output}");
        assert_eq!(goroot.exists(), arguments[0] == "install", "{output}");
        assert_eq!(fs::read_dir(world.sandbox.store().join("staging")).unwrap().count(), 0, "{output}");
    }
}

#[test]
fn an_error_of_a_lock_names_its_file_and_no_other_folders_are_advised() {
    let world = World::with_mirror();
    world.installs(world.install());
    let lock = world.sandbox.store().join("locks").join(format!("{}.lock", world.toolchain.name()));
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let output = world.sandbox.gom(["install", VERSION, "--force"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains(lock.to_str().unwrap()), "{output}");
    assert!(output.stderr.contains("hint: run `ls -ld`") && !output.stderr.contains("GOM_HOME"), "{output}");
}

/// The links of an uninstalled toolchain can't be removed. root may do anything, so somebody else has to try.
#[test]
fn an_uninstall_that_can_not_remove_a_link_is_finished_by_the_same_command() {
    let world = World::with_mirror();
    world.installs(world.install());
    let bin = world.sandbox.store().join("bin");
    let gom = bin.join("gom");
    let words = [gom.to_str().unwrap(), "uninstall", VERSION, "--yes"];
    let Some(run) = world.sandbox.as_user(42_423, words) else {
        skip("no program can run here as somebody else");
        return;
    };
    fs::set_permissions(&bin, PermissionsExt::from_mode(0o555)).unwrap();
    let output = run.run();
    fs::set_permissions(&bin, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(bin.join("go1.99.0").symlink_metadata().is_ok(), "{output}");
    world.uninstall();
    assert_eq!(traces(&world), Vec::<String>::new());
}

/// A gom was killed before it made the links of a toolchain.
#[test]
fn a_pin_and_a_default_make_the_links_that_are_missing() {
    let world = World::with_mirror();
    world.installs(world.install());
    let link = world.sandbox.store().join("bin/go1.99.0");
    for arguments in [["local", VERSION], ["use", VERSION]] {
        fs::remove_file(&link).unwrap();
        world.done(arguments);
        assert!(link.symlink_metadata().is_ok(), "{arguments:?}");
    }
}
