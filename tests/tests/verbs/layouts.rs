//! Stores of every layout: one as gom makes it today, kept in `testdata`, must be read by every later gom; one of a newer
//! gom stops every verb and the shim; one of an older gom is brought to today's layout in place.
//!
//! `testdata/layout-1.json` has the files, links and folders of a store by path, without gom's own programs. To write it
//! again: `cargo test --workspace --test verbs -- --ignored writes_the_store_of_today`. A new layout gets a new file, and
//! the old ones stay.

use gom_tests::{FakeToolchain, Run, TestLog, World, contents, skip};
use insta::assert_snapshot;
use serde_json::{Map, Value, json};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

const STORE: &str = include_str!("testdata/layout-1.json");

/// What is installed in it.
const TOOLCHAINS: [&str; 3] = ["go1.98.1.linux-amd64", "go1.97.2.linux-amd64", "go1.98.1.darwin-arm64"];

/// Only there do its programs run.
fn is_for_this_machine() -> bool {
    FakeToolchain::here("1.98.1").platform() == "linux-amd64"
}

/// A world with the checksum database that has recorded the toolchains of the store.
fn world() -> World {
    let first = FakeToolchain::new("1.98.1", "linux-amd64");
    World::by_proxy(first, TestLog::new("sum.layout.test", 11))
}

fn encode(bytes: &[u8]) -> Value {
    use base64::{Engine, engine::general_purpose::STANDARD};
    match str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => json!({ "text": text }),
        _ => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

fn decode(entry: &Value) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    match (entry["text"].as_str(), entry["base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(text)) => STANDARD.decode(text).unwrap(),
        _ => panic!("no content: {entry}"),
    }
}

fn collect(root: &Path, folder: &Path, into: &mut Map<String, Value>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let metadata = path.symlink_metadata().unwrap();
        if metadata.is_symlink() {
            into.insert(name, json!({ "link": fs::read_link(&path).unwrap() }));
        } else if metadata.is_dir() {
            into.insert(name, json!({ "folder": true }));
            collect(root, &path, into);
        } else if !matches!(name.as_str(), "bin/gom" | "bin/gom-shim") {
            let mut file = encode(&fs::read(&path).unwrap());
            file["mode"] = json!(metadata.permissions().mode() & 0o777);
            into.insert(name, file);
        }
    }
}

#[test]
#[ignore = "writes testdata/layout-1.json"]
fn writes_the_store_of_today() {
    let mut world = world();
    let toolchains = [("1.98.1", "linux-amd64"), ("1.97.2", "linux-amd64"), ("1.98.1", "darwin-arm64")];
    for (version, platform) in toolchains {
        world.publish(&FakeToolchain::new(version, platform));
    }
    world.set("GOM_SYNC", "never");
    world.done(["install"].iter().chain(&TOOLCHAINS));
    world.done(["use", "1.98.1"]);
    fs::write(world.store().join("config.toml"), "# no settings\n").unwrap();
    let mut files = Map::new();
    collect(&world.store(), &world.store(), &mut files);
    let text = serde_json::to_string_pretty(&files).unwrap() + "\n";
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verbs/testdata/layout-1.json");
    fs::write(place, text).unwrap();
}

/// A world whose store is the kept one, with the programs of today.
fn with_kept_store() -> World {
    let mut world = world();
    world.set("GOM_OFFLINE", "1");
    let (store, files) = (world.store(), serde_json::from_str::<Map<String, Value>>(STORE).unwrap());
    let bin = world.home().join("programs");
    fs::create_dir(&bin).unwrap();
    for program in ["gom", "gom-shim"] {
        fs::rename(store.join("bin").join(program), bin.join(program)).unwrap();
    }
    fs::remove_dir_all(&store).unwrap();
    for (name, entry) in files {
        let path = store.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if let Some(target) = entry["link"].as_str() {
            symlink(target, &path).unwrap();
        } else if entry["folder"] == true {
            fs::create_dir_all(&path).unwrap();
        } else {
            fs::write(&path, decode(&entry)).unwrap();
            let mode = u32::try_from(entry["mode"].as_u64().unwrap()).unwrap();
            fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        }
    }
    for program in ["gom", "gom-shim"] {
        fs::rename(bin.join(program), store.join("bin").join(program)).unwrap();
    }
    world
}

#[test]
fn a_store_of_todays_layout_is_read_completely() {
    let world = with_kept_store();
    let listed = world.done(["list", "--json"]).json();
    let listed = listed["toolchains"].as_array().unwrap();
    assert_eq!(listed.len(), TOOLCHAINS.len(), "{listed:?}");
    for id in TOOLCHAINS {
        let verified = world.done(["verify", id]);
        assert!(verified.stdout.contains("proven") || verified.stderr.contains("proven"), "{verified}");
        assert!(world.done(["receipt", id, "--json"]).json()["receipt"].is_object(), "{id}");
        let goroot = world.done(["which", "--goroot", id]).stdout;
        assert!(goroot.trim().ends_with(&format!("toolchains/{id}")), "{goroot}");
    }
    // gom has a name for everything, and nothing is missing.
    let repair = world.done(["repair", "--dry-run"]);
    if is_for_this_machine() {
        assert_eq!(repair.stdout, "", "{repair}");
        for (name, version) in [("go", "1.98.1"), ("go1.97.2", "1.97.2")] {
            let ran = world.linked(name, ["version"]).done();
            assert!(ran.stdout.starts_with(&format!("go version go{version} ")), "{ran}");
        }
        assert!(world.done(["current"]).stdout.contains("1.98.1"));
    }
    for id in TOOLCHAINS {
        world.done(["uninstall", id, "--yes"]);
    }
    for folder in ["toolchains", "receipts", "lines", "staging"] {
        assert_eq!(world.tree(world.store().join(folder)), ["/"], "{folder}");
    }
}

fn set_layout(world: &World, text: &str) {
    fs::write(world.store().join("layout-version"), text).unwrap();
}

/// Everything in the home: files with their content, links and folders.
fn everything(world: &World) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
    (contents(&world.home()).into_iter().collect(), world.tree(world.home()))
}

#[cfg(target_os = "linux")]
#[test]
fn a_store_of_a_newer_gom_stops_every_verb_and_is_not_changed() {
    // These neither read nor write a store. `gom self update` is what the hint names: tests/tests/own/update.rs.
    const WITHOUT_STORE: [&[&str]; 4] =
        [&["completions"], &["help"], &["self", "update"], &["self", "update", "--check"]];
    let world = with_kept_store();
    // The second line may be anything.
    for text in ["2\n", "2\n/opt/gom\n", "17\n"] {
        set_layout(&world, text);
        let before = everything(&world);
        let needs_store = |command: &&&[&str]| !WITHOUT_STORE.iter().any(|free| command.starts_with(free));
        for command in crate::not_utf8::COMMANDS.iter().filter(needs_store) {
            let output = world.gom(*command).run();
            assert!(output.code.is_some_and(|code| code != 0), "{command:?} of layout {text:?}: {output}");
            assert!(output.stderr.contains(" has layout "), "{command:?}: {output}");
            assert!(output.stderr.contains("hint: run `gom self update`"), "{command:?}: {output}");
        }
        assert!(everything(&world) == before, "something changed in a store of layout {text:?}");
    }
}

#[test]
fn a_store_of_a_newer_gom_stops_the_shim() {
    let world = with_kept_store();
    set_layout(&world, "2\n");
    let before = everything(&world);
    assert_snapshot!(world.shown(world.linked("go", ["version"])), @"
    exit: 1
    --- stdout
    --- stderr
    error: the store `[HOME]/.gom` has layout 2, and this gom knows layouts up to 1
    hint: run `gom self update`, or set GOM_HOME to another folder
    ");
    let by_home = |run: Run| run.env("GOM_HOME", world.store());
    for run in [
        world.linked("go1.97.2", ["version"]),
        world.linked("gofmt", ["-h"]),
        world.linked("go", ["+1.97.2", "version"]),
        by_home(world.linked("go", ["version"])),
        world.linked("go", ["version"]).env("GOM_TOOLCHAIN", "1.97.2"),
    ] {
        let output = run.run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(1), ""), "{output}");
        assert!(output.stderr.contains(" has layout 2, "), "{output}");
    }
    assert!(everything(&world) == before, "the shim changed something");
    // Its own link is of no use either, if GOM_HOME names a store without that toolchain.
    let empty = world.home().join("empty");
    let output = world.linked("go1.97.2", ["version"]).env("GOM_HOME", &empty).run();
    assert!(output.code != Some(0) && output.stdout.is_empty(), "{output}");
}

#[test]
fn a_mark_that_is_no_number_is_named() {
    let world = with_kept_store();
    for text in ["", "one\n", "0\n"] {
        set_layout(&world, text);
        let output = world.gom(["list"]).run();
        assert_eq!(output.code, Some(1), "{text:?}: {output}");
        assert!(output.stderr.contains("which is not the number of a layout"), "{text:?}: {output}");
        let hint = output.stderr.lines().find(|line| line.starts_with("hint: ")).unwrap();
        let command = hint.split('`').nth(1).unwrap();
        world.command("/bin/sh", ["-c", command]).done();
        assert_eq!(world.done(["list", "--json"]).json()["toolchains"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn another_store_of_a_newer_gom_is_skipped_with_the_reason() {
    let world = with_kept_store();
    let other = PathBuf::from("/opt").join(format!("gom-test-{}", std::process::id()));
    if fs::create_dir_all(other.join("toolchains")).is_err() {
        skip("only root makes a store that everybody trusts");
        return;
    }
    fs::write(other.join("layout-version"), "2\n").unwrap();
    let output = world.gom(["list"]).env("GOM_STORE_PATH", &other).run();
    fs::remove_dir_all(&other).unwrap();
    assert_eq!(output.code, Some(0), "{output}");
    let reason = "is not used: it has layout 2, and this gom knows layouts up to 1";
    assert!(output.stderr.contains(reason), "{output}");
}

/// A store without a number is of the oldest layout: it is read as it is, and gets the number from the first verb that
/// writes.
#[test]
fn a_store_without_a_number_gets_it_from_the_next_verb_that_writes() {
    let world = with_kept_store();
    let marker = world.store().join("layout-version");
    fs::remove_file(&marker).unwrap();
    fs::remove_dir_all(world.store().join("staging")).unwrap();
    fs::remove_dir_all(world.store().join("lines")).unwrap();
    let gom = |arguments: &[&str]| world.gom(arguments).env("GOM_HOME", world.store());
    assert_eq!(gom(&["list", "--json"]).done().json()["toolchains"].as_array().unwrap().len(), 3);
    assert!(!marker.exists());
    gom(&["use", "1.97.2"]).done();
    assert_eq!(fs::read_to_string(&marker).unwrap(), "1\n");
    for id in TOOLCHAINS {
        gom(&["verify", id]).done();
    }
}

#[test]
fn one_gom_at_a_time_changes_the_layout() {
    let world = with_kept_store();
    let marker = world.store().join("layout-version");
    fs::remove_file(&marker).unwrap();
    let lock = world.store().join("locks/layout.lock");
    let Some(flock) = ["/usr/bin/flock", "/bin/flock"].into_iter().find(|path| Path::new(path).exists())
    else {
        skip("no flock to hold a lock with");
        return;
    };
    let held = world.command(flock, [lock.to_str().unwrap(), "/bin/sh", "-c", "echo held; exec cat"]).spawn();
    held.wait_for_stdout("held");
    let gom = || world.gom(["use", "1.97.2"]).env("GOM_HOME", world.store());
    let output = gom().env("GOM_LOCK_TIMEOUT", "1").run();
    assert_eq!(output.code, Some(6), "{output}");
    assert!(output.stderr.contains(lock.to_str().unwrap()) && !marker.exists(), "{output}");
    held.wait();
    gom().done();
    assert_eq!(fs::read_to_string(&marker).unwrap(), "1\n");
}

/// Killed at each call that changes a folder, the store stays one that the next gom brings to today's layout.
#[test]
fn a_gom_that_is_killed_while_it_changes_the_layout_is_followed_by_the_next() {
    if !Path::new("/usr/bin/strace").exists() {
        skip("no strace to kill gom with");
        return;
    }
    let mut killed = 0;
    for calls in ["mkdir,mkdirat", "rename,renameat,renameat2"] {
        for number in 1.. {
            let world = with_kept_store();
            fs::remove_file(world.store().join("layout-version")).unwrap();
            for folder in ["staging", "lines", "locks"] {
                fs::remove_dir_all(world.store().join(folder)).unwrap();
            }
            let inject = format!("inject={calls}:signal=KILL:when={number}");
            let gom = world.store().join("bin/gom");
            let words = ["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &inject];
            let words = words.into_iter().chain([gom.to_str().unwrap(), "use", "1.97.2"]);
            let output = world.command("/usr/bin/strace", words).env("GOM_HOME", world.store()).run();
            if output.code == Some(0) {
                break;
            }
            killed += 1;
            let use_it = world.gom(["use", "1.97.2"]).env("GOM_HOME", world.store());
            use_it.done();
            assert_eq!(fs::read_to_string(world.store().join("layout-version")).unwrap(), "1\n");
            for id in TOOLCHAINS {
                world.done(["verify", id]);
            }
            let left = world.gom(["repair"]).run();
            assert_eq!(left.code, Some(0), "killed at {calls} {number}: {left}");
        }
    }
    assert!(killed > 2, "killed only {killed} times");
}
