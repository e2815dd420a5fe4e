//! Hostile tarballs with the right sum: only the unpacker protects the disk from them.
//! Zip files are in [`super::hostile_zip`].

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, RawTar, TarEntry, TarStyle, World};

/// The toolchain's own files, and then what `add` appends; installing it must fail with exit code 5, and
/// nothing may appear outside of the store.
fn refuses(add: impl FnOnce(RawTar) -> RawTar) -> String {
    let world = World::with_mirror();
    world.publish_bytes(&add(world.toolchain.tar(TarStyle::Ustar)).gz());
    let said = world.refuses(world.install(), 5);
    world.publish(&world.toolchain);
    world.installs_now();
    said
}

/// The one line that says what is wrong, and nothing else.
fn reason(said: &str) -> String {
    let line = said.lines().find_map(|line| line.strip_prefix("error: the archive holds "));
    line.unwrap_or_else(|| panic!("no reason in\n{said}")).to_owned()
}

fn refuses_entry(entry: TarEntry) -> String {
    reason(&refuses(|tar| tar.entry(entry)))
}

#[test]
fn a_refusal_says_what_and_what_next() {
    let said = refuses(|tar| tar.entry(TarEntry::file("go/../../evil", "x")));
    insta::assert_snapshot!(said, @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: the archive holds `../../evil`: its name leaves its folder
    hint: nothing was installed; that source changed the toolchain: run the command with another `--source`, and report it to the operator of that source
    ");
}

#[test]
fn names_that_lead_out_are_refused() {
    let names = [
        "/etc/evil",
        "../evil",
        "go/../evil",
        "go/src/../../../evil",
        "go//etc/evil",
        "go/./evil",
        "evil",
        "gone/evil",
        "go",
        "go/..",
        "go/src/..",
        "./go/evil",
        "GO/evil",
    ];
    let reasons = names.map(|name| refuses_entry(TarEntry::file(name, "x")));
    insta::assert_snapshot!(reasons.join("\n"), @"
    `/etc/evil`: it lies outside go/
    `../evil`: it lies outside go/
    `../evil`: its name leaves its folder
    `src/../../../evil`: its name leaves its folder
    `/etc/evil`: its name is absolute
    `./evil`: its name leaves its folder
    `evil`: it lies outside go/
    `gone/evil`: it lies outside go/
    `go`: it lies outside go/
    `..`: its name leaves its folder
    `src/..`: its name leaves its folder
    `./go/evil`: it lies outside go/
    `GO/evil`: it lies outside go/
    ");
}

#[test]
fn folders_that_lead_out_are_refused() {
    let names = ["/", "..", "../", "go/..", "go/../", "other/", "go/../other/"];
    let reasons = names.map(|name| refuses_entry(TarEntry::dir(name)));
    insta::assert_snapshot!(reasons.join("\n"), @"
    `/`: it lies outside go/
    `..`: it lies outside go/
    `../`: it lies outside go/
    `..`: its name leaves its folder
    `..`: its name leaves its folder
    `other/`: it lies outside go/
    `../other`: its name leaves its folder
    ");
}

#[test]
fn links_and_devices_are_refused() {
    let entries = [
        TarEntry::symlink("go/link", "VERSION"),
        TarEntry::symlink("go/link", "/etc"),
        TarEntry::symlink("go/pkg", "../.."),
        TarEntry::hard_link("go/link", "go/VERSION"),
        TarEntry::hard_link("go/link", "/etc/passwd"),
        TarEntry::file("go/tty", "").kind(b'3'),
        TarEntry::file("go/disk", "").kind(b'4'),
        TarEntry::file("go/fifo", "").kind(b'6'),
        TarEntry::file("go/contiguous", "x").kind(b'7'),
        TarEntry::file("go/volume", "x").kind(b'V'),
        TarEntry::file("go/unknown", "x").kind(b'Z'),
    ];
    let reasons = entries.map(refuses_entry);
    insta::assert_snapshot!(reasons.join("\n"), @"
    `go/link`: it is a link
    `go/link`: it is a link
    `go/pkg`: it is a link
    `go/link`: it is a link
    `go/link`: it is a link
    `go/tty`: it is a device
    `go/disk`: it is a device
    `go/fifo`: it is a device
    `go/contiguous`: it is neither a file nor a folder
    `go/volume`: it is neither a file nor a folder
    `go/unknown`: it is neither a file nor a folder
    ");
}

#[test]
fn sparse_files_are_refused() {
    let said = refuses(|tar| tar.entry(TarEntry::file("go/sparse", "x").kind(b'S')));
    assert!(
        said.contains("error: the archive holds `go/sparse`: it is neither a file nor a folder"),
        "{said}"
    );
}

#[test]
fn a_link_is_not_followed_by_later_entries() {
    let said = refuses(|tar| {
        tar.entry(TarEntry::symlink("go/out", "../../../..")).entry(TarEntry::file("go/out/evil", "x"))
    });
    assert_eq!(reason(&said), "`go/out`: it is a link");
}

#[test]
fn one_name_has_one_meaning() {
    let reasons = [
        refuses_entry(TarEntry::file("go/VERSION", "go1.99.0\n")),
        refuses_entry(TarEntry::file("go/version", "x")),
        refuses_entry(TarEntry::file("go/SRC/new.go", "x")),
        refuses_entry(TarEntry::dir("go/Bin/")),
        refuses_entry(TarEntry::dir("go/src/")),
        // A file that is also a folder, in both orders.
        refuses_entry(TarEntry::file("go/src", "x")),
        refuses_entry(TarEntry::file("go/VERSION/x", "x")),
        refuses_entry(TarEntry::dir("go/VERSION/")),
    ];
    insta::assert_snapshot!(reasons.join("\n"), @"
    `VERSION`: it occurs twice
    `version`: another entry differs from it only in case
    `SRC`: another entry differs from it only in case
    `Bin`: another entry differs from it only in case
    `src`: it occurs twice
    `src`: it is both a file and a folder
    `VERSION`: it is both a file and a folder
    `VERSION`: it is both a file and a folder
    ");
}

/// The checksum database could not tell such a tree from an honest one.
#[test]
fn a_release_has_no_file_that_only_a_module_has() {
    let reasons = ["go/src/_go.mod", "go/_go.mod", "go/src/x/_go.mod"]
        .map(|name| refuses_entry(TarEntry::file(name, "module evil\n")));
    insta::assert_snapshot!(reasons.join("\n"), @"
    `go/src/_go.mod`: a release has no file of this name
    `go/_go.mod`: a release has no file of this name
    `go/src/x/_go.mod`: a release has no file of this name
    ");
}

#[test]
fn names_that_only_confuse_are_refused() {
    let names: [&[u8]; 8] = [
        b"go/new\nline",
        b"go/esc\x1b[2J",
        b"go/back\\slash",
        b"go/nul.go",
        b"go/dot.",
        b"go/not-utf8-\xff",
        "go/right-\u{202e}to-left".as_bytes(),
        b"go/colon:x",
    ];
    let reasons = names.map(|name| refuses_entry(TarEntry::file(name, "x")));
    insta::assert_snapshot!(reasons.join("\n"), @r"
    `new\nline`: its name has a character that no Go tree uses
    `esc\u{1b}[2J`: its name has a character that no Go tree uses
    `back\\slash`: its name has a character that no Go tree uses
    `nul.go`: its name is reserved on Windows
    `dot.`: its name ends with a dot
    `not-utf8-�`: its name is not UTF-8
    `right-\u{202e}to-left`: its name has a character that no Go tree uses
    `colon:x`: its name has a character that no Go tree uses
    ");
}

#[test]
fn long_names_are_checked_like_any_other() {
    let far = format!("go/{}evil", "../".repeat(50));
    let reasons = [
        refuses(|tar| tar.gnu_long_name(&far).entry(TarEntry::file("go/short", "x"))),
        refuses(|tar| tar.pax([("path", far.as_bytes())]).entry(TarEntry::file("go/short", "x"))),
        refuses(|tar| tar.gnu_long_name("/etc/evil").entry(TarEntry::file("go/short", "x"))),
        refuses(|tar| tar.pax([("path", b"/etc/evil" as &[u8])]).entry(TarEntry::file("go/short", "x"))),
        refuses(|tar| tar.pax([("path", b"go/nul\0byte" as &[u8])]).entry(TarEntry::file("go/short", "x"))),
        refuses(|tar| tar.gnu_long_name("go/new\nline").entry(TarEntry::file("go/short", "x"))),
        refuses(|tar| {
            tar.gnu_long_name(format!("go/{}", "x".repeat(300))).entry(TarEntry::file("go/short", "x"))
        }),
        refuses(|tar| {
            tar.pax([("linkpath", b"/etc/passwd" as &[u8])]).entry(TarEntry::symlink("go/link", "VERSION"))
        }),
        refuses(|tar| tar.entry(TarEntry { prefix: b"go/..".to_vec(), ..TarEntry::file("evil", "x") })),
    ];
    insta::assert_snapshot!(reasons.map(|said| reason(&said)).join("\n"), @r"
    `../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../evil`: its name leaves its folder
    `../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../../evil`: its name leaves its folder
    `/etc/evil`: it lies outside go/
    `/etc/evil`: it lies outside go/
    `nul\0byte`: its name has a character that no Go tree uses
    `new\nline`: its name has a character that no Go tree uses
    `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`: its name is too long
    `PaxHeaders.0/next`: a PAX header changes more than its name
    `../evil`: its name leaves its folder
    ");
}

/// Two readers must not see two archives: a name in the header that is overruled is not looked at.
#[test]
fn the_long_name_counts_and_the_short_one_does_not() {
    let world = World::with_mirror_and_no_log();
    let tar = world.toolchain.tar(TarStyle::Ustar);
    let tar = tar.gnu_long_name("go/lib/one").entry(TarEntry::file("/etc/evil", "x"));
    let tar = tar.pax([("path", b"go/lib/two" as &[u8])]).entry(TarEntry::file("../evil", "x"));
    world.publish_bytes(&tar.gz());
    let output = world.install().run();
    assert_eq!(output.code, Some(0), "{output}");
    let lib = world.sandbox.goroot(&world.toolchain.name()).join("lib");
    assert!(lib.join("one").is_file() && lib.join("two").is_file());
}

#[test]
fn long_names_of_every_style_install() {
    for style in [TarStyle::Gnu, TarStyle::Pax, TarStyle::Ustar] {
        let world = World::with_mirror();
        assert!(world.toolchain.files().keys().any(|path| path.len() > 100));
        world.publish_bytes(&world.toolchain.targz(style));
        world.installs(world.install());
    }
}

#[test]
fn an_archive_of_another_version_is_refused() {
    let world = World::with_mirror();
    world.publish_bytes(&FakeToolchain::here("1.98.7").archive());
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: the archive holds `go1.98.7` instead of go1.99.0
    hint: nothing was installed; that source changed the toolchain: run the command with another `--source`, and report it to the operator of that source
    ");
    for version in ["go1.99.00\n", "go1.99\n", "1.99.0\n", "devel +abc\n", "", "\n"] {
        let world = World::with_mirror();
        world.publish_bytes(&world.toolchain.clone().file("VERSION", version).archive());
        world.refuses(world.install(), 5);
    }
    let world = World::with_mirror();
    world.publish_bytes(&world.toolchain.clone().without("VERSION").archive());
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("no VERSION file"), "{said}");
}

/// The sum is right, and what it is the sum of is another platform's: mixed up where it was published.
#[test]
fn a_go_that_is_no_program_for_the_platform_is_refused() {
    let of = |platform: &str| {
        FakeToolchain::new(VERSION, platform).program("bin/go", "").files()["bin/go"].clone()
    };
    let wanted = FakeToolchain::here(VERSION).platform();
    let wanted = if let Some(arch) = wanted.strip_prefix("darwin-") {
        format!("Mach-O {arch}")
    } else {
        format!("ELF {}", wanted.rsplit_once('-').unwrap().1)
    };
    for (program, found) in [
        (of("darwin-386"), "Mach-O 386"),
        (of("windows-amd64"), "PE amd64"),
        (of("linux-riscv64"), "ELF riscv64"),
        (of("linux-mips"), "ELF mips"),
        (b"#!/bin/sh\necho go version\n".to_vec(), "script"),
        (b"\x7fELF".to_vec(), "no program"),
        (Vec::new(), "no program"),
    ] {
        let world = World::with_mirror_and_no_log();
        world.publish_bytes(&world.toolchain.clone().file("bin/go", program).archive());
        let said = world.refuses(world.install(), 5);
        let expected =
            format!("error: the archive's bin/go is {found}, but {wanted} was requested\nhint: nothing");
        assert!(said.contains(&expected), "{said}");
        world.publish(&world.toolchain);
        world.installs_now();
    }
    let world = World::with_mirror_and_no_log();
    world.publish_bytes(&world.toolchain.clone().without("bin/go").archive());
    assert!(world.refuses(world.install(), 5).contains("bin/go is no program"));
}

/// The store can have toolchains of all platforms at once.
#[test]
fn a_go_for_another_platform_is_taken_for_that_platform() {
    for platform in
        ["darwin-arm64", "darwin-amd64", "linux-s390x", "freebsd-386", "plan9-386", "windows-arm64"]
    {
        let world = World::of_one(FakeToolchain::new(VERSION, platform));
        world.installs(world.sandbox.gom(["install", &format!("{VERSION}.{platform}")]));
    }
}

#[test]
fn an_archive_that_lies_about_its_sizes_is_refused() {
    let world = World::with_mirror();
    let tar = world.toolchain.tar(TarStyle::Ustar);
    let long = TarEntry::file("go/lib/long", "x").declared_size(1 << 20);
    world.publish_bytes(&tar.entry(long).gz());
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: the archive can't be read: `lib/long` is shorter than the archive says
    hint: run the command again; if it fails again, use another `--source`
    ");

    // Far more than any release, and not a byte of it there.
    let world = World::with_mirror();
    let bomb = TarEntry::file("go/lib/bomb", "x").declared_size(7 << 30);
    world.publish_bytes(&world.toolchain.tar(TarStyle::Ustar).entry(bomb).gz());
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: the archive unpacks to more than [SIZE], with `go/lib/bomb`
    hint: nothing was installed; that source changed the toolchain: run the command with another `--source`, and report it to the operator of that source
    ");
}

#[test]
fn what_is_no_tarball_is_refused() {
    for archive in [
        b"\x1f\x8b".to_vec(),
        b"\x1f\x8b\x08\x00 but no deflate stream at all".to_vec(),
        RawTar::new().gz(),
        world_zip(),
    ] {
        let world = World::with_mirror();
        world.publish_bytes(&archive);
        let output = world.install().run();
        assert!(matches!(output.code, Some(4 | 5)), "{output}");
        assert!(output.stderr.contains("hint: "), "{output}");
        assert!(!world.sandbox.goroot(&world.toolchain.name()).exists());
        world.sandbox.assert_clean();
    }
}

/// Zeros behind the archive are part of a tape; a second stream is not part of a release.
#[test]
fn a_damaged_end_is_noticed() {
    let world = World::with_mirror();
    let mut archive = world.toolchain.archive();
    let checksum = archive.len() - 8;
    archive[checksum] ^= 1;
    world.publish_bytes(&archive);
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: the archive can't be read: corrupt gzip stream does not have a matching checksum
    hint: run the command again; if it fails again, use another `--source`
    ");
}

fn world_zip() -> Vec<u8> {
    FakeToolchain::here(VERSION).flat_zip()
}
