//! gom removes itself: what it lists, what it removes, and what it leaves.

use crate::release::assert_failed;
use gom_tests::World;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// A store with two toolchains and a cache with something in it.
fn world() -> World {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["list-remote", "1.98"]);
    assert!(cache(&world).join("index").exists());
    world
}

/// Runs `gom self uninstall`, and names a Mac's cache as Linux does.
fn say(world: &World, arguments: &[&str]) -> String {
    world.say(["self", "uninstall"].iter().chain(arguments)).replace("Library/Caches/gom", ".cache/gom")
}

fn cache(world: &World) -> PathBuf {
    let folder = if cfg!(target_os = "macos") { "Library/Caches/gom" } else { ".cache/gom" };
    world.home().join(folder)
}

#[test]
fn nothing_of_gom_is_left() {
    let world = world();
    let shown = say(&world, &["--yes"]);
    insta::assert_snapshot!(shown, @"
    exit: 0
    --- stdout
    [HOME]/.gom  (the store)
      go1.98.1.[PLATFORM]
      go1.99.2.[PLATFORM]
    [HOME]/.cache/gom  (the cache)
    --- stderr
    gom is removed
    ");
    assert!(!world.store().exists() && !cache(&world).exists(), "{:?}", world.tree(world.store()));
    assert!(world.home().exists());
}

#[test]
fn a_dry_run_lists_the_same_and_changes_nothing() {
    let world = world();
    let before = world.tree(world.store());
    insta::assert_snapshot!(say(&world, &["--dry-run"]), @"
    exit: 0
    --- stdout
    [HOME]/.gom  (the store)
      go1.98.1.[PLATFORM]
      go1.99.2.[PLATFORM]
    [HOME]/.cache/gom  (the cache)
    --- stderr
    ");
    let report = world.done(["self", "uninstall", "--dry-run", "--json"]).json();
    assert_eq!((&report["removed"], report["toolchains"].as_array().unwrap().len()), (&false.into(), 2));
    assert_eq!(world.tree(world.store()), before);
    world.done(["list"]);
}

#[test]
fn without_a_terminal_only_yes_removes() {
    let world = world();
    for arguments in [&["self", "uninstall"][..], &["self", "uninstall", "--json"]] {
        let output = world.gom(arguments).stdin("y\n").run();
        assert_eq!(output.code, Some(2), "{output}");
    }
    let output = world.gom(["self", "uninstall", "--keep-toolchains"]).run();
    assert_failed(&output, 2, "hint: run `gom self uninstall --keep-toolchains --yes`");
    assert_eq!(world.installed().len(), 2);
}

#[test]
fn what_gom_did_not_make_stays_and_is_named() {
    let world = world();
    let (store, elsewhere) = (world.store(), world.home().join("elsewhere"));
    fs::create_dir_all(elsewhere.join("go1.97.1.linux-amd64/bin")).unwrap();
    fs::write(store.join("bin/mytool"), "mine").unwrap();
    fs::write(store.join("notes.txt"), "mine").unwrap();
    fs::write(cache(&world).join("downloads.txt"), "mine").unwrap();
    symlink(elsewhere.join("go1.97.1.linux-amd64"), store.join("toolchains/go1.97.1.linux-amd64")).unwrap();
    let output = world.done(["self", "uninstall", "--yes"]);
    for (path, why) in [
        (store.join("bin/mytool"), "not made by gom"),
        (store.join("notes.txt"), "not made by gom"),
        (cache(&world).join("downloads.txt"), "not made by gom"),
        (store.join("toolchains/go1.97.1.linux-amd64"), "a link, and gom follows none"),
    ] {
        assert!(path.symlink_metadata().is_ok(), "{}", path.display());
        let line = format!("`{}` stays: {why}", path.display());
        assert!(output.stderr.contains(&line), "{line}\n{output}");
    }
    assert!(elsewhere.join("go1.97.1.linux-amd64/bin").exists());
    assert_eq!(world.tree(&store).len(), 3, "{:?}", world.tree(&store));
}

#[test]
fn toolchains_can_be_kept_for_another_gom() {
    let world = world();
    let gom = world.home().join("gom");
    fs::hard_link(world.store().join("bin/gom"), &gom).unwrap();
    fs::hard_link(world.store().join("bin/gom-shim"), world.home().join("gom-shim")).unwrap();
    world.done(["self", "uninstall", "--keep-toolchains", "--yes"]);
    assert_eq!(world.installed().len(), 2);
    assert!(!world.store().join("bin").exists() && !cache(&world).exists());
    let listed = world.command(&gom, ["list"]).done();
    assert!(listed.stdout.contains("1.98.1") && listed.stdout.contains("1.99.2"), "{listed}");
}

#[test]
fn a_home_or_the_root_is_never_a_store() {
    let world = world();
    fs::write(world.home().join("layout-version"), "1\n").unwrap();
    for (folder, reason) in [
        (PathBuf::from("/"), "it is the root, a home folder or above one"),
        (world.home(), "it is the root, a home folder or above one"),
        (world.home().join(".."), "it is the root, a home folder or above one"),
        (world.work(), "it is not a store"),
        (world.home().join("missing"), "there is no store"),
    ] {
        let output = world.gom(["self", "uninstall", "--yes"]).env("GOM_HOME", &folder).run();
        assert_failed(&output, 7, reason);
    }
    assert_eq!(world.installed().len(), 2);
}

#[test]
fn a_store_that_is_a_link_is_named_by_its_real_folder() {
    let world = world();
    let link = world.home().join("link");
    symlink(world.store(), &link).unwrap();
    let output = world.gom(["self", "uninstall", "--yes"]).env("GOM_HOME", &link).run();
    assert_failed(&output, 7, "it is a link, and gom follows none");
    let hint = format!("hint: run `GOM_HOME={} gom self uninstall`", world.store().display());
    assert!(output.stderr.contains(&hint), "{output}");
    assert_eq!(world.installed().len(), 2);
}

#[test]
fn a_gom_of_a_package_stays_and_its_command_is_named() {
    let world = world();
    let bin = world.home().join("homebrew/Cellar/gom-go/0.1.0/bin");
    fs::create_dir_all(&bin).unwrap();
    for name in ["gom", "gom-shim"] {
        fs::rename(world.store().join("bin").join(name), bin.join(name)).unwrap();
    }
    symlink(bin.join("gom"), world.store().join("bin/gom")).unwrap();
    let output = world.done(["self", "uninstall", "--yes"]);
    assert!(output.stderr.contains("hint: run `brew uninstall gom-go`"), "{output}");
    assert!(!world.store().exists() && bin.join("gom").exists());
}

#[test]
fn toolchains_that_are_broken_are_removed_too() {
    let world = world();
    let name = fs::read_dir(world.store().join("toolchains")).unwrap().next().unwrap().unwrap().path();
    fs::remove_file(name.join("bin/go")).unwrap();
    world.done(["self", "uninstall", "--yes"]);
    assert!(!world.store().exists());
}

#[test]
fn the_lines_in_the_start_up_files_of_shells_go_too() {
    let world = world();
    let file = world.home().join(".bashrc");
    fs::write(&file, "alias ll='ls -l'\n").unwrap();
    world.done(["setup", "--shell", "bash", "--yes"]);
    assert!(fs::read_to_string(&file).unwrap().contains(".gom/env"));
    let listed = world.done(["self", "uninstall", "--dry-run", "--json"]).json();
    let files = listed["shell_files"].as_array().unwrap();
    assert!(files.contains(&file.to_str().unwrap().into()), "{listed}");
    world.done(["self", "uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "alias ll='ls -l'\n");
    assert!(!world.store().exists(), "{:?}", world.tree(world.store()));
}

/// A start-up file that still runs the script would fail without it.
#[test]
fn a_script_stays_as_long_as_a_start_up_file_names_it() {
    let world = world();
    let file = world.home().join(".bashrc");
    world.done(["setup", "--shell", "bash", "--yes"]);
    let changed = fs::read_to_string(&file).unwrap().replace(".gom/env", ".gom/env && true ||");
    fs::write(&file, &changed).unwrap();
    let output = world.gom(["self", "uninstall", "--yes"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stderr.contains(".bashrc` stays: "), "{output}");
    assert_eq!(fs::read_to_string(&file).unwrap(), changed);
    assert!(world.store().join("env").is_file());
    assert!(!world.store().join("toolchains").exists() && !world.store().join("bin").exists());
}

/// Else the lines in a start-up file would run a script that is gone, in every new shell.
#[test]
fn a_script_that_can_not_be_looked_at_stops_it_before_anything_is_removed() {
    let strace = "/usr/bin/strace";
    if !std::path::Path::new(strace).exists() {
        gom_tests::skip("no strace to let a call fail");
        return;
    }
    let mut world = world();
    world.set("SHELL", "/bin/bash");
    world.write_home(".bashrc", "HISTSIZE=1000\n");
    world.done(["setup", "--yes"]);
    let before = (world.tree(world.home()), fs::read(world.home().join(".bashrc")).unwrap());
    let (gom, script) = (world.store().join("bin/gom"), world.store().join("env.fish"));
    let words =
        ["-f", "-qq", "-o", "/dev/null", "-e", "trace=statx", "-e", "inject=statx:error=EACCES", "-P"];
    let words = words.into_iter().chain([script.to_str().unwrap(), gom.to_str().unwrap()]);
    let output = world.command(strace, words.chain(["self", "uninstall", "--yes"])).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains(script.to_str().unwrap()) && output.stderr.contains("hint: "), "{output}");
    let locks =
        |tree: &Vec<String>| tree.iter().filter(|line| !line.contains("/locks")).cloned().collect::<Vec<_>>();
    assert_eq!(locks(&world.tree(world.home())), locks(&before.0));
    assert_eq!(fs::read(world.home().join(".bashrc")).unwrap(), before.1);
}
