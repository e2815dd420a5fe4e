//! Zip files that no release and no module is. The database records whatever the archive's files hash to
//! where that can be said, so that only the unpacker refuses.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, RawZip, World, ZipEntry};

/// The module zip of the toolchain, entry by entry, so that a test can add more.
fn module(toolchain: &FakeToolchain) -> RawZip {
    let mut zip = RawZip::new();
    for (path, content) in toolchain.files() {
        if ["api/", "doc/", "misc/", "test/"].iter().any(|dir| path.starts_with(dir)) {
            continue;
        }
        let name = path.strip_suffix("go.mod").map_or_else(|| path.clone(), |dir| format!("{dir}_go.mod"));
        zip = zip.entry(ZipEntry::file(inside(toolchain, &name), content));
    }
    zip
}

fn inside(toolchain: &FakeToolchain, name: &str) -> String {
    format!("golang.org/toolchain@{}/{name}", toolchain.module_version())
}

/// Publishes the module zip with one more entry; gives the reason why it is refused.
fn refuses_entry(entry: impl FnOnce(&FakeToolchain) -> ZipEntry) -> String {
    let world = World::with_proxy();
    let zip = module(&world.toolchain).entry(entry(&world.toolchain));
    world.proxy.publish_zip(&world.toolchain, zip.finish());
    let said = world.refuses(world.install(), 5);
    world.proxy.publish(&world.toolchain);
    world.installs_now();
    let line = said.lines().find_map(|line| line.strip_prefix("error: the archive holds "));
    line.unwrap_or_else(|| panic!("no reason in\n{said}")).to_owned()
}

#[test]
fn the_module_zip_of_this_test_is_a_good_one() {
    let world = World::with_proxy();
    world.proxy.publish_zip(&world.toolchain, module(&world.toolchain).finish());
    world.installs(world.install());
}

#[test]
fn a_module_has_each_go_mod_under_another_name() {
    let reasons = ["go.mod", "src/new/go.mod", "src/new/GO.MOD"]
        .map(|name| refuses_entry(|toolchain| ZipEntry::file(inside(toolchain, name), "module evil\n")));
    insta::assert_snapshot!(reasons.join("\n"), @"
    `golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]/go.mod`: the module has each go.mod as _go.mod
    `golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]/src/new/go.mod`: the module has each go.mod as _go.mod
    `golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]/src/new/GO.MOD`: the module has each go.mod as _go.mod
    ");
}

#[test]
fn names_outside_of_the_module_are_refused() {
    let names = ["/etc/evil", "../evil", "evil", "golang.org/toolchain@v0.0.1-go1.98.0/evil"];
    let reasons = names.map(|name| refuses_entry(|_| ZipEntry::file(name, "x")));
    insta::assert_snapshot!(reasons.join("\n"), @"
    `/etc/evil`: it lies outside the module
    `../evil`: it lies outside the module
    `evil`: it lies outside the module
    `golang.org/toolchain@v0.0.1-go1.98.0/evil`: it lies outside the module
    ");
    let names =
        ["../evil", "../../../evil", "/etc/evil", "a/../../evil", "a\\..\\evil", "nul\0byte", "new\nline"];
    let reasons = names.map(|name| refuses_entry(|toolchain| ZipEntry::file(inside(toolchain, name), "x")));
    insta::assert_snapshot!(reasons.join("\n"), @r"
    `../evil`: its name leaves its folder
    `../../../evil`: its name leaves its folder
    `/etc/evil`: its name is absolute
    `a/../../evil`: its name leaves its folder
    `a\\..\\evil`: its name has a character that no Go tree uses
    `nul\0byte`: its name has a character that no Go tree uses
    `new\nline`: its name has a character that no Go tree uses
    ");
}

#[test]
fn links_are_refused() {
    let reasons = [
        refuses_entry(|toolchain| ZipEntry::symlink(inside(toolchain, "link"), "VERSION")),
        refuses_entry(|toolchain| ZipEntry::symlink(inside(toolchain, "link"), "/etc/passwd")),
    ];
    insta::assert_snapshot!(reasons.join("\n"), @"
    `golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]/link`: it is a link
    `golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]/link`: it is a link
    ");
}

#[test]
fn one_name_has_one_meaning() {
    let names = ["VERSION", "version", "SRC/new.go", "src", "VERSION/x", "src/_go.mod", "bin/"];
    let reasons = names.map(|name| {
        let name = if name == "bin/" { "VERSION/" } else { name };
        refuses_entry(|toolchain| {
            ZipEntry::file(inside(toolchain, name), if name.ends_with('/') { "" } else { "x" })
        })
    });
    insta::assert_snapshot!(reasons.join("\n"), @"
    `VERSION`: it occurs twice
    `version`: another entry differs from it only in case
    `SRC`: another entry differs from it only in case
    `src`: it is both a file and a folder
    `VERSION`: it is both a file and a folder
    `src/go.mod`: it occurs twice
    `VERSION`: it is both a file and a folder
    ");
}

#[test]
fn other_kinds_of_files_are_refused_or_plain() {
    // Modes of devices and pipes: what comes out, if anything, is a plain file with a mode of ours.
    for kind in [0o020_666, 0o060_666, 0o010_666, 0o140_777] {
        let world = World::with_proxy();
        let entry = ZipEntry::file(inside(&world.toolchain, "device"), "").mode(kind);
        world.proxy.publish_zip(&world.toolchain, module(&world.toolchain).entry(entry).finish());
        world.refuses(world.install(), 5);
    }
}

#[test]
fn a_zip_that_lies_is_refused() {
    type Lie = fn(ZipEntry) -> ZipEntry;
    let lies: [Lie; 3] = [
        |entry| entry.declared_size(1),
        |entry| entry.declared_size(4000),
        |entry| ZipEntry { crc: Some(0x0bad_0bad), ..entry },
    ];
    for lie in lies {
        let world = World::with_proxy();
        let entry = lie(ZipEntry::file(inside(&world.toolchain, "lib/lie"), "some text of some length\n"));
        world.proxy.publish_zip(&world.toolchain, module(&world.toolchain).entry(entry).finish());
        world.refuses(world.install(), 5);
        world.proxy.publish(&world.toolchain);
        world.installs_now();
    }
    // Far more than a module may have.
    let world = World::with_proxy();
    let bomb = ZipEntry::file(inside(&world.toolchain, "lib/bomb"), "x").declared_size(600 << 20);
    world.proxy.publish_zip(&world.toolchain, module(&world.toolchain).entry(bomb).finish());
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.99.0.[PLATFORM].zip
    error: the archive unpacks to more than [SIZE], with `lib/bomb`
    hint: nothing was installed; that source changed the toolchain: run the command with another `--source`, and report it to the operator of that source
    ");
}

#[test]
fn a_module_of_another_version_is_refused() {
    let world = World::with_proxy();
    let other = FakeToolchain::here("1.98.0");
    world.proxy.publish_zip(&world.toolchain, other.module_zip(other.zip_modes()));
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.99.0.[PLATFORM].zip
    error: the archive holds `golang.org/toolchain@v0.0.1-go1.98.0.[PLATFORM]/LICENSE`: it lies outside the module
    hint: nothing was installed; that source changed the toolchain: run the command with another `--source`, and report it to the operator of that source
    ");

    // The right names, and a VERSION of another one; the database even records it.
    let odd = FakeToolchain::here("1.97.0").file("VERSION", "go1.98.0\n");
    world.publish(&odd);
    let said = world.refuses(world.sandbox.gom(["install", "1.97.0"]), 5);
    assert!(said.contains("the archive holds `go1.98.0` instead of go1.97.0"), "{said}");
}

#[test]
fn a_truncated_module_zip_is_refused() {
    let world = World::with_proxy();
    let zip = world.toolchain.module_zip(world.toolchain.zip_modes());
    for length in [4, 100, zip.len() / 2, zip.len() - 1] {
        world.proxy.publish_zip(&world.toolchain, zip[..length].to_vec());
        let said = world.refuses(world.install(), 5);
        assert!(said.contains("the archive can't be read"), "{length}: {said}");
    }
    world.proxy.publish(&world.toolchain);
    world.installs_now();
}

fn windows() -> World {
    let mut world = World::of_one(FakeToolchain::new(VERSION, "windows-amd64"));
    world.ask_mirror();
    world
}

fn install_windows(world: &World) -> gom_tests::sandbox::Run {
    world.sandbox.gom(["install", VERSION, "--os", "windows", "--arch", "amd64"])
}

#[test]
fn a_windows_zip_of_a_release_installs_and_does_not_run_here() {
    let world = windows();
    let output = world.installs(install_windows(&world));
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.99.0.windows-amd64 ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.windows-amd64.zip
    installed go1.99.0.windows-amd64 from mirror 127.0.0.1, proven by sum.test
    it is for windows-amd64 and does not run here ([PLATFORM])
    ");
    assert_eq!(world.sandbox.tree(world.sandbox.store().join("lines")), ["/"]);
    assert!(!world.sandbox.store().join(format!("bin/go{VERSION}")).exists());

    let world = World::of_one(FakeToolchain::new(VERSION, "windows-amd64"));
    let from_proxy = install_windows(&world).env("GOPROXY", world.internet.url("/proxy"));
    world.installs(from_proxy.env("GOSUMDB", world.log.key()).env("GOM_SOURCES", "proxy"));
}

#[test]
fn a_windows_zip_is_checked_like_a_tarball() {
    let entries = [
        ZipEntry::file("go/../evil", "x"),
        ZipEntry::file("/evil", "x"),
        ZipEntry::file("evil", "x"),
        ZipEntry::file("go/C:/evil", "x"),
        ZipEntry::file("go\\evil", "x"),
        ZipEntry::file("go/con", "x"),
        ZipEntry::file("go/src/_go.mod", "x"),
        ZipEntry::file("go/version", "x"),
        ZipEntry::symlink("go/link", "VERSION"),
    ];
    let reasons = entries.map(|entry| {
        let world = windows();
        let mut zip = RawZip::new();
        for (path, content) in world.toolchain.files() {
            zip = zip.entry(ZipEntry::file(format!("go/{path}"), content));
        }
        world.publish_bytes(&zip.entry(entry).finish());
        let said = world.refuses(install_windows(&world), 5);
        let line = said.lines().find_map(|line| line.strip_prefix("error: the archive holds "));
        line.unwrap_or_else(|| panic!("no reason in\n{said}")).to_owned()
    });
    insta::assert_snapshot!(reasons.join("\n"), @r"
    `../evil`: its name leaves its folder
    `/evil`: it lies outside go/
    `evil`: it lies outside go/
    `C:/evil`: its name has a character that no Go tree uses
    `go\\evil`: it lies outside go/
    `con`: its name is reserved on Windows
    `go/src/_go.mod`: a release has no file of this name
    `version`: another entry differs from it only in case
    `go/link`: it is a link
    ");
}
