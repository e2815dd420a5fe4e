//! Kits in tar form: what two readers would see differently, and what costs far more to unpack than to
//! send. Each has the published sum, so that the unpacker alone refuses. Names, links and devices are in
//! [`super::hostile`].

use crate::world::{Installing, VERSION};
use flate2::{Compress, Compression, FlushCompress};
use gom_tests::{FakeToolchain, RawTar, Run, TarEntry, TarStyle, World};
use std::ffi::OsString;

/// The reasons why these archives are refused; an honest one still installs.
fn refuses(archives: impl IntoIterator<Item = Vec<u8>>) -> String {
    let world = World::with_mirror();
    let refuse = |archive: Vec<u8>| {
        world.publish_bytes(&archive);
        reason(&world.refuses(world.install(), 5))
    };
    let reasons: Vec<String> = archives.into_iter().map(refuse).collect();
    world.publish(&world.toolchain);
    world.installs_now();
    reasons.join("\n")
}

/// The toolchain's own files and what `add` appends.
fn with(add: impl FnOnce(RawTar) -> RawTar) -> Vec<u8> {
    add(FakeToolchain::here(VERSION).tar(TarStyle::Ustar)).gz()
}

fn reason(said: &str) -> String {
    let line = said.lines().find_map(|line| line.strip_prefix("error: the archive "));
    line.unwrap_or_else(|| panic!("no reason in\n{said}")).to_owned()
}

fn file(name: &str) -> TarEntry {
    TarEntry::file(name, "x")
}

#[test]
fn a_pax_header_changes_no_size_type_or_link() {
    let records = [
        ("size", "0"),
        ("size", "1073741824"),
        ("linkpath", "/etc/passwd"),
        ("SCHILY.realsize", "1073741824"),
        ("SCHILY.filetype", "symlink"),
        ("GNU.volume.label", "x"),
        ("RHT.security.selinux", "x"),
        ("hdrcharset", "BINARY"),
        ("charset", "x"),
    ];
    let header = |kind: u8, (key, value): (&str, &str)| {
        let data = RawTar::pax_data([(key, value.as_bytes())]);
        let header = TarEntry::file("go/lib/PaxHeaders.0/next", data).kind(kind);
        with(|tar| tar.entry(header).entry(file("go/lib/next")))
    };
    let of_one = records.map(|record| header(b'x', record));
    let of_all = records.map(|record| header(b'g', record));
    let reason = "holds `go/lib/PaxHeaders.0/next`: a PAX header changes more than its name";
    for said in refuses(of_one.into_iter().chain(of_all)).lines() {
        assert_eq!(said, reason);
    }
    // A name for every entry that follows.
    let said = refuses([header(b'g', ("path", "go/lib/all"))]);
    assert_eq!(said, "holds `go/lib/PaxHeaders.0/next`: it names every entry");
}

#[test]
fn one_entry_has_one_name() {
    let archives = [
        with(|tar| tar.gnu_long_name("go/one").gnu_long_name("go/two").entry(file("go/three"))),
        with(|tar| tar.gnu_long_name("go/one").pax([("path", b"go/two" as &[u8])]).entry(file("go/three"))),
        with(|tar| {
            let twice = [("path", b"go/one" as &[u8]), ("path", b"go/two")];
            tar.pax(twice).entry(file("go/three"))
        }),
        with(|tar| tar.gnu_long_name("go/one")),
        // The extended headers of Solaris, and the long link of GNU.
        with(|tar| tar.entry(file("go/solaris").kind(b'X'))),
        with(|tar| tar.entry(file("go/link").kind(b'K')).entry(file("go/next"))),
    ];
    insta::assert_snapshot!(refuses(archives), @"
    holds `././@LongLink`: it names the next entry a second time
    holds `PaxHeaders.0/next`: it names the next entry a second time
    holds `PaxHeaders.0/next`: a PAX header changes more than its name
    can't be read: it ends behind a long name
    holds `go/solaris`: it is neither a file nor a folder
    holds `go/link`: it is a link
    ");
}

#[test]
fn sparse_files_of_every_form_are_refused() {
    let gnu_1_0 = [
        ("GNU.sparse.major", b"1" as &[u8]),
        ("GNU.sparse.minor", b"0"),
        ("GNU.sparse.name", b"go/lib/sparse"),
        ("GNU.sparse.realsize", b"1073741824"),
    ];
    let gnu_0_1 = [("GNU.sparse.size", b"1073741824" as &[u8]), ("GNU.sparse.map", b"0,1")];
    let archives = [
        // The old form of GNU: a type of its own, with a map in the header.
        with(|tar| tar.entry(file("go/lib/sparse").kind(b'S'))),
        with(|tar| tar.pax(gnu_1_0).entry(file("go/lib/GNUSparseFile.0/sparse"))),
        with(|tar| tar.pax(gnu_0_1).entry(file("go/lib/sparse"))),
        // The form of star.
        with(|tar| tar.pax([("SCHILY.realsize", b"9" as &[u8])]).entry(file("go/s").kind(b'S'))),
    ];
    insta::assert_snapshot!(refuses(archives), @"
    holds `go/lib/sparse`: it is neither a file nor a folder
    holds `PaxHeaders.0/next`: a PAX header changes more than its name
    holds `PaxHeaders.0/next`: a PAX header changes more than its name
    holds `PaxHeaders.0/next`: a PAX header changes more than its name
    ");
}

#[test]
fn names_beyond_any_limit_are_refused() {
    let long = |length: usize| format!("go/{}", "long/".repeat(length / 5));
    let archives = [
        with(|tar| tar.gnu_long_name(long(1100) + "x").entry(file("go/short"))),
        with(|tar| tar.pax([("path", (long(1100) + "x").as_bytes())]).entry(file("go/short"))),
        with(|tar| tar.gnu_long_name(long(10 << 20) + "x").entry(file("go/short"))),
        with(|tar| tar.pax([("path", (long(10 << 20) + "x").as_bytes())]).entry(file("go/short"))),
    ];
    insta::assert_snapshot!(refuses(archives).replace("long/long/", ""), @"
    holds `go/long/lo`: its name is too long
    holds `go/long/lo`: its name is too long
    holds `././@LongLink`: its header is too long
    holds `PaxHeaders.0/next`: its header is too long
    ");
}

#[test]
fn names_that_are_reserved_on_windows_are_refused_everywhere() {
    let archives = ["go/CON", "go/lib/aux.txt", "go/Com1.go/x", "go/lib/LPT9"]
        .map(|name| with(|tar| tar.entry(file(name))));
    insta::assert_snapshot!(refuses(archives), @"
    holds `CON`: its name is reserved on Windows
    holds `lib/aux.txt`: its name is reserved on Windows
    holds `Com1.go/x`: its name is reserved on Windows
    holds `lib/LPT9`: its name is reserved on Windows
    ");
}

/// Some readers skip what follows such a folder, others take it for the next entry.
#[test]
fn a_folder_has_no_content() {
    let hidden = RawTar::new().entry(file("go/hidden")).finish();
    let folder = TarEntry { data: hidden, ..TarEntry::dir("go/folder/") };
    let said = refuses([with(|tar| tar.entry(folder))]);
    assert_eq!(said, "holds `go/folder/`: it is a folder with content");
}

#[test]
fn nothing_follows_behind_the_end() {
    let toolchain = FakeToolchain::here(VERSION);
    let (archive, tar) = (toolchain.archive(), toolchain.tar(TarStyle::Ustar).finish());
    let hidden = RawTar::new().entry(file("go/hidden")).finish();
    let gzip = |bytes: Vec<u8>| RawTar::of(bytes).gz();
    let archives = [
        // A second archive behind the first, behind its end mark, and behind the gzip stream.
        gzip([tar.clone(), hidden.clone()].concat()),
        gzip([tar.clone(), vec![0; 64 << 10], hidden.clone()].concat()),
        [archive.clone(), gzip(hidden)].concat(),
        [archive.clone(), vec![0; 512]].concat(),
        [archive, b"x".to_vec()].concat(),
        // Zeros without end.
        gzip([tar, vec![0; 8 << 20]].concat()),
    ];
    insta::assert_snapshot!(refuses(archives), @"
    can't be read: data follows its last entry
    can't be read: data follows its last entry
    can't be read: data follows the end of the gzip stream
    can't be read: data follows the end of the gzip stream
    can't be read: data follows the end of the gzip stream
    can't be read: data follows its last entry
    ");
}

/// An archive that repeats some entries ten million times, or whatever comes to gigabytes: some megabytes of
/// gzip that no test can have at length, made of one compressed piece over and over.
fn repeated(entries: RawTar, times: usize) -> Vec<u8> {
    let start = FakeToolchain::here(VERSION).tar(TarStyle::Ustar).bytes();
    let mut archive = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    archive.extend(deflated(&start));
    archive.extend(deflated(&entries.bytes()).repeat(times));
    archive
}

/// A piece of a deflate stream that needs nothing of what came before it.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut deflated = Vec::with_capacity(bytes.len() + 1024);
    Compress::new(Compression::fast(), false)
        .compress_vec(bytes, &mut deflated, FlushCompress::Full)
        .unwrap();
    deflated
}

fn many(count: usize, entry: impl Fn(usize) -> TarEntry) -> RawTar {
    (0..count).fold(RawTar::new(), |tar, number| tar.entry(entry(number)))
}

/// A limit ends each long before the end of what is sent: the time is that of the entries up to it, and the
/// memory no more than an honest archive may take.
#[test]
fn ten_million_entries_end_early() {
    let comment = |length| {
        let data = RawTar::pax_data([("comment", " ".repeat(length).as_bytes())]);
        TarEntry::file("go/PaxHeaders.0/next", data).kind(b'g')
    };
    let archives = [
        repeated(many(10_000, |_| comment(1)), 1000),
        repeated(many(10_000, |_| TarEntry::dir("go/")), 1000),
        // The first one that is there already ends it.
        repeated(many(1000, |number| file(&format!("go/lib/{number}"))), 10_000),
        // Ten gigabytes of headers.
        repeated(many(100, |_| comment(60_000)), 2000),
    ];
    let world = World::with_mirror();
    let reasons = archives.map(|archive| {
        world.publish_bytes(&archive);
        reason(&world.refuses(in_little_memory(&world), 5))
    });
    insta::assert_snapshot!(reasons.join("\n"), @"
    unpacks to more than 400000 entries, with `go/PaxHeaders.0/next`
    unpacks to more than 400000 entries, with `go/`
    holds `lib/0`: it occurs twice
    unpacks to more than [SIZE], with `go/PaxHeaders.0/next`
    ");
    // The limit does not affect an honest archive.
    world.publish(&world.toolchain);
    world.installs(in_little_memory(&world));
}

/// The install in half a gigabyte of address space, where the system can set such a limit.
fn in_little_memory(world: &World) -> Run {
    if !cfg!(target_os = "linux") {
        return world.install();
    }
    let script = "ulimit -v 524288; exec \"$0\" \"$@\"";
    let gom = world.sandbox.store().join("bin/gom");
    let words: [OsString; 5] =
        ["-c".into(), script.into(), gom.into_os_string(), "install".into(), VERSION.into()];
    world.sandbox.command("/bin/sh", words)
}
