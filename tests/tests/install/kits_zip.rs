//! Kits in zip form: what is not the recorded tree, what two readers would see differently, and what costs
//! far more to unpack than to send. Names and links are in [`super::hostile_zip`].

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, RawZip, World, ZipEntry};

fn inside(name: &str) -> String {
    format!("golang.org/toolchain@{}/{name}", FakeToolchain::here(VERSION).module_version())
}

/// The module zip of the toolchain, entry by entry.
fn module() -> RawZip {
    let toolchain = FakeToolchain::here(VERSION);
    let left_out = |path: &str| ["api/", "doc/", "misc/", "test/"].iter().any(|dir| path.starts_with(dir));
    let files = toolchain.files().iter().filter(|(path, _)| !left_out(path));
    files.fold(RawZip::new(), |zip, (path, content)| {
        let name = path.strip_suffix("go.mod").map_or_else(|| path.clone(), |dir| format!("{dir}_go.mod"));
        zip.entry(ZipEntry::file(inside(&name), content))
    })
}

/// The reasons why these zips are refused; an honest one still installs.
fn refuses(zips: impl IntoIterator<Item = Vec<u8>>) -> String {
    let world = World::with_proxy();
    let refuse = |zip: Vec<u8>| {
        world.proxy.publish_zip(&world.toolchain, zip);
        let said = world.refuses(world.install(), 5);
        let line = said.lines().find_map(|line| line.strip_prefix("error: "));
        line.unwrap_or_else(|| panic!("no reason in\n{said}")).to_owned()
    };
    let reasons: Vec<String> = zips.into_iter().map(refuse).collect();
    world.proxy.publish(&world.toolchain);
    world.installs_now();
    let root = world.sandbox.redact(&inside(""));
    reasons.join("\n").replace(&root, "[MODULE]/")
}

/// The module zip with one more entry.
fn with(entry: ZipEntry) -> Vec<u8> {
    module().entry(entry).finish()
}

fn file(name: &str) -> ZipEntry {
    ZipEntry::file(inside(name), "some text of some length\n")
}

#[test]
fn a_file_more_less_renamed_or_changed_is_another_tree() {
    let toolchain = || FakeToolchain::here(VERSION);
    let print = toolchain().files()["src/fmt/print.go"].clone();
    let others = [
        toolchain().file("src/fmt/init.go", "package fmt\n"),
        toolchain().without("src/fmt/print.go"),
        toolchain().without("src/fmt/print.go").file("src/fmt/print_plan9.go", &print),
        toolchain().file("src/fmt/print.go", [print.as_slice(), b"\n"].concat()),
        // The module line of the standard library, gone: every import would be looked up elsewhere.
        toolchain().without("src/go.mod"),
    ];
    let said = refuses(others.map(|other| other.module_zip(other.zip_modes())));
    for line in said.lines() {
        assert_eq!(
            line,
            "checksum mismatch for go1.99.0.[PLATFORM]: the tree has [H1], the checksum database sum.test has [H1]"
        );
    }
}

#[test]
fn a_module_of_another_version_or_platform_is_refused() {
    let others = [("1.98.0", "linux-amd64"), (VERSION, "plan9-386"), ("1.99.01", "linux-amd64")]
        .map(|(version, platform)| FakeToolchain::new(version, platform));
    let said = refuses(others.map(|other| other.module_zip(other.zip_modes())));
    assert_eq!(
        said.lines().filter(|line| line.ends_with("/LICENSE`: it lies outside the module")).count(),
        3,
        "{said}"
    );
}

#[test]
fn names_that_are_reserved_on_windows_are_refused_everywhere() {
    let names = ["CON", "lib/aux.txt", "Com1.go/x", "lib/LPT9"];
    insta::assert_snapshot!(refuses(names.map(|name| with(file(name)))), @"
    the archive holds `CON`: its name is reserved on Windows
    the archive holds `lib/aux.txt`: its name is reserved on Windows
    the archive holds `Com1.go/x`: its name is reserved on Windows
    the archive holds `lib/LPT9`: its name is reserved on Windows
    ");
}

/// A directory and headers that disagree, or that say what gom does not unpack.
#[test]
fn one_entry_has_one_content() {
    let count_of = |count: u16| {
        let mut zip = module().finish();
        let end = zip.len() - 22;
        zip[end + 8..end + 10].copy_from_slice(&count.to_le_bytes());
        zip[end + 10..end + 12].copy_from_slice(&count.to_le_bytes());
        zip
    };
    let zips = [
        // Two names for the bytes of one entry.
        module().listed_at(0, file("lib/again")).finish(),
        // Bytes that begin behind the directory.
        module().listed_at(u32::MAX - 1, file("lib/beyond")).finish(),
        // bzip2, Zstandard, and a password.
        with(ZipEntry { method: Some(12), ..file("lib/bzip2") }),
        with(ZipEntry { method: Some(93), ..file("lib/zstd") }),
        with(ZipEntry { flags: 1, ..file("lib/secret") }),
        // Fewer entries than there are, and more.
        count_of(3),
        count_of(60_000),
        count_of(u16::MAX),
    ];
    insta::assert_snapshot!(refuses(zips), @"
    the archive can't be read: `LICENSE` lies where another entry does
    the archive can't be read: `lib/beyond` lies where another entry does
    the archive can't be read: `lib/bzip2`: compression method not supported: 12
    the archive can't be read: `lib/zstd`: compression method not supported: 93
    the archive holds `[MODULE]/lib/secret`: it is encrypted
    checksum mismatch for go1.99.0.[PLATFORM]: the tree has [H1], the checksum database sum.test has [H1]
    the archive can't be read: invalid Zip archive: Central directory declares more entries than its size allows
    the archive can't be read: invalid Zip archive: Central directory declares more entries than its size allows
    ");
}

/// Which of the two is read first is open: both are damaged.
#[test]
fn bytes_in_the_middle_of_another_entry_are_none() {
    let said = refuses([module().listed_at(7, file("lib/inside")).finish()]);
    assert!(said.starts_with("the archive can't be read: `"), "{said}");
}

/// The limits of the go command for a module: 500 MiB in all, and 16 MiB for its licence.
#[test]
fn a_bomb_ends_where_it_says_too_much_or_too_little() {
    let licence = FakeToolchain::here(VERSION).without("LICENSE").file("LICENSE", vec![b' '; (16 << 20) + 1]);
    // K11: whatever its length, a module of Go's toolchains has no file of this name.
    let go_mod = module().entry(ZipEntry::file(inside("go.mod"), vec![b' '; (16 << 20) + 1]));
    let many = (0..20)
        .fold(module(), |zip, number| zip.entry(file(&format!("lib/bomb{number}")).declared_size(30 << 20)));
    let zips = [
        licence.module_zip(licence.zip_modes()),
        go_mod.finish(),
        many.finish(),
        // Far more than its header says.
        with(ZipEntry::file(inside("lib/bomb"), vec![0; 64 << 20]).declared_size(1000)),
        with(ZipEntry::file(inside("lib/bomb"), vec![0; 64 << 20]).declared_size(0)),
    ];
    insta::assert_snapshot!(refuses(zips), @"
    the archive holds `[MODULE]/LICENSE`: it is longer than a licence may be
    the archive holds `[MODULE]/go.mod`: the module has each go.mod as _go.mod
    the archive unpacks to more than [SIZE], with `lib/bomb16`
    the archive can't be read: `lib/bomb`: File is larger than its declared uncompressed size
    the archive can't be read: `lib/bomb`: File is larger than its declared uncompressed size
    ");
}
