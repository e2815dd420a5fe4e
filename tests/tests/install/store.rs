//! The store that an install leaves: what is in it, that it may be copied, moved and deleted, and that a
//! toolchain in use can be replaced.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, World, contents};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

fn folders(dir: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let inside = inside.filter(|entry| entry.file_type().unwrap().is_dir()).map(|entry| entry.path());
    inside.flat_map(|path| folders(&path)).chain([dir.to_path_buf()]).collect()
}

/// From every kind of archive the same tree, but for the folders that a module leaves out.
#[test]
fn modes_are_those_of_a_release_whatever_the_archive_says() {
    for source in ["go.dev", "proxy"] {
        let mut world = World::published();
        world.ask_proxy();
        world.installs(world.sandbox.gom(["install", VERSION, "--source", source]));
        let goroot = world.sandbox.goroot(&world.toolchain.name());
        for path in contents(&goroot).keys() {
            let program = path.starts_with("bin/") || path.starts_with("pkg/tool/");
            let expected = if program || path == "src/make.bash" || path == "lib/wasm/go_js_wasm_exec" {
                0o755
            } else {
                0o644
            };
            assert_eq!(mode(&goroot.join(path)), expected, "{source}: {path}");
        }
        for folder in folders(&goroot) {
            assert_eq!(mode(&folder), 0o755, "{source}: {}", folder.display());
        }
    }
}

#[test]
fn special_bits_of_an_archive_are_not_taken_over() {
    use gom_tests::{TarEntry, TarStyle};
    let world = World::with_mirror_and_no_log();
    let evil = world.toolchain.tar(TarStyle::Ustar);
    let archive = evil
        .entry(TarEntry::file("go/lib/setuid", "x").mode(0o6777))
        .entry(TarEntry::dir("go/lib/open/").mode(0o1777))
        .entry(TarEntry::file("go/lib/unreadable", "x").mode(0))
        .gz();
    world.publish_bytes(&archive);
    let output = world.install().run();
    assert_eq!(output.code, Some(0), "{output}");
    let lib = world.sandbox.goroot(&world.toolchain.name()).join("lib");
    let modes = ["setuid", "open", "unreadable"].map(|name| mode(&lib.join(name)));
    assert_eq!(modes, [0o644, 0o755, 0o644]);
}

#[test]
fn the_store_holds_what_it_should_and_nothing_else() {
    let world = World::with_proxy();
    world.installs(world.install());
    let store = world.sandbox.store();
    let top: Vec<String> = {
        let entries = fs::read_dir(&store).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let expected = [
        "bin",
        "default",
        "layout-version",
        "lines",
        "locks",
        "receipts",
        "staging",
        "sumdb",
        "toolchains",
        "used",
    ];
    assert_eq!(top, expected);
    let bin = ["go -> gom-shim", "go1.99.0 -> gom-shim", "gofmt -> gom-shim", "gom", "gom-shim"];
    assert_eq!(world.sandbox.tree(store.join("bin")), bin);
    let line = format!("1.99 -> ../toolchains/{}", world.toolchain.name());
    assert_eq!(world.sandbox.tree(store.join("lines")), [line]);
    let receipts = ["files.gz", "json"].map(|kind| format!("{}.{kind}", world.toolchain.name()));
    assert_eq!(world.sandbox.tree(store.join("receipts")), receipts);
}

#[test]
fn nothing_in_the_store_knows_where_it_is() {
    for source in ["go.dev", "proxy"] {
        let mut world = World::published();
        world.ask_proxy();
        world.installs(world.sandbox.gom(["install", VERSION, "--source", source]));
        assert_eq!(world.sandbox.gom(["use", VERSION]).run().code, Some(0));
        assert_eq!(world.sandbox.shim("go", ["version"]).run().code, Some(0));
        let home = world.sandbox.home().display().to_string();
        for (path, bytes) in contents(&world.sandbox.store()) {
            let holds = bytes.windows(home.len()).any(|window| window == home.as_bytes());
            assert!(!holds, "{path} holds the path of the store");
        }
        let links = world.sandbox.tree(world.sandbox.store());
        assert!(links.iter().all(|link| !link.contains("-> /")), "{links:#?}");
    }
}

#[test]
fn a_copied_store_and_a_moved_one_work() {
    let world = World::with_mirror();
    world.installs(world.install());
    assert_eq!(world.sandbox.gom(["use", VERSION]).run().code, Some(0));
    let store = world.sandbox.store();
    let (copy, moved) = (world.sandbox.work().join("a copy"), world.sandbox.work().join("moved"));
    let copied = world.sandbox.command("cp", ["-a".as_ref(), store.as_os_str(), copy.as_os_str()]).run();
    assert_eq!(copied.code, Some(0), "{copied}");
    fs::rename(&store, &moved).unwrap();

    for place in [&copy, &moved] {
        let goroot = place.join("toolchains").join(world.toolchain.name());
        let by_path = world.sandbox.command(place.join("bin/go"), ["env-dump"]).run();
        assert_eq!(by_path.code, Some(0), "{by_path}");
        assert!(by_path.stdout.contains(&format!("argv0={}/bin/go\n", goroot.display())), "{by_path}");
        let path = format!("{}:/usr/bin:/bin", place.join("bin").display());
        let by_name = world.sandbox.command("/bin/sh", ["-c", "go env-dump && go1.99.0 version && gofmt x"]);
        let by_name = by_name.env("PATH", &path).run();
        assert_eq!(by_name.code, Some(0), "{by_name}");
        assert!(by_name.stdout.contains(&format!("argv0={}/bin/go\n", goroot.display())), "{by_name}");
        // A link from elsewhere, as people put into ~/bin.
        let link = world.sandbox.work().join("go-link");
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(place.join("bin/go1.99.0"), &link).unwrap();
        let by_link = world.sandbox.command(place.join("bin/gom"), ["which"]).run();
        assert_eq!(by_link.stdout.trim_end(), goroot.join("bin/go").display().to_string(), "{by_link}");
        // And the moved store still works.
        let forced = world.sandbox.command(place.join("bin/gom"), ["install", "--force", VERSION]).run();
        assert_eq!(forced.code, Some(0), "{forced}");
    }
    assert!(!store.exists(), "something was written to where the store was");
}

#[test]
fn a_running_toolchain_can_be_replaced() {
    let world = World::with_mirror();
    world.installs(world.install());
    let running = world.sandbox.shim("go1.99.0", ["cat"]).stdin("still here\n").spawn();
    running.wait_for_stdout("ready\n");

    // The tree was changed by someone, and a file was added.
    let goroot = world.sandbox.goroot(&world.toolchain.name());
    fs::write(goroot.join("VERSION"), "go1.99.0\nmine\n").unwrap();
    fs::write(goroot.join("mine"), "x").unwrap();
    let output = world.installs(world.sandbox.gom(["install", "--force", VERSION]));
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    installed go1.99.0.[PLATFORM] from mirror 127.0.0.1, proven by sum.test
    ");

    let output = running.wait();
    assert_eq!((output.code, output.stdout.as_str()), (Some(0), "ready\nstill here\n"), "{output}");
}

#[test]
fn what_is_there_is_left_alone_without_force() {
    let world = World::with_mirror();
    world.installs(world.install());
    let goroot = world.sandbox.goroot(&world.toolchain.name());
    fs::write(goroot.join("mine"), "x").unwrap();
    world.internet.forget_requests();
    let output = world.install().run();
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    go1.99.0.[PLATFORM] is already installed
    ");
    assert!(goroot.join("mine").exists());
    assert_eq!(world.archives_asked(), Vec::<String>::new());
}

#[test]
fn everything_goes_away_by_a_plain_rm() {
    let world = World::with_proxy();
    world.installs(world.install());
    for folder in folders(&world.sandbox.store()) {
        assert_eq!(mode(&folder) & 0o700, 0o700, "{} is not its owner's", folder.display());
    }
    let store = world.sandbox.store();
    let output = world.sandbox.command("rm", ["-rf".as_ref(), store.as_os_str()]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(!store.exists());
}

#[test]
fn the_umask_of_the_user_holds() {
    let world = World::with_mirror();
    let gom = world.sandbox.store().join("bin/gom");
    let script = format!("umask 077 && exec '{}' install {VERSION}", gom.display());
    world.installs(world.sandbox.command("/bin/sh", ["-c", &script]));
    let goroot = world.sandbox.goroot(&world.toolchain.name());
    for path in ["bin/go", "VERSION", "src"] {
        assert_eq!(mode(&goroot.join(path)) & 0o077, 0, "{path}");
    }
}

#[test]
fn a_line_follows_its_newest_patch_however_the_installs_are_ordered() {
    let world = World::with_mirror();
    for version in ["1.99.10", "1.99.9", "1.100.0", "1.99rc1"] {
        world.publish(&FakeToolchain::here(version));
        let output = world.sandbox.gom(["install", version]).run();
        assert_eq!(output.code, Some(0), "{output}");
    }
    let platform = world.toolchain.platform();
    let lines = [("1.100", "1.100.0"), ("1.99", "1.99.10")];
    let expected = lines.map(|(line, version)| format!("{line} -> ../toolchains/go{version}.{platform}"));
    assert_eq!(world.sandbox.tree(world.sandbox.store().join("lines")), expected);
}
