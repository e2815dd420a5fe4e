//! Tests of the archives with independent readers.

use super::*;
use flate2::read::GzDecoder;
use std::io::{Cursor, Read};

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.22.6", "linux-amd64")
}

/// Returns name, type flag, mode and content of every entry, as the tar crate reads them.
fn untar(archive: &[u8]) -> Vec<(String, u8, u32, Vec<u8>)> {
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let header = entry.header();
        found.push((name, header.entry_type().as_byte(), header.mode().unwrap(), content));
    }
    found
}

#[test]
fn every_tar_style_gives_the_same_files() {
    let toolchain = toolchain();
    let trees = [TarStyle::Ustar, TarStyle::Gnu, TarStyle::Pax].map(|style| untar(&toolchain.targz(style)));
    assert_eq!(trees[0], trees[1]);
    assert_eq!(trees[0], trees[2]);
    let files: BTreeMap<String, Vec<u8>> = trees[0]
        .iter()
        .filter(|(_, kind, ..)| *kind == b'0')
        .map(|(name, _, _, content)| (name.strip_prefix("go/").unwrap().to_owned(), content.clone()))
        .collect();
    assert_eq!(&files, toolchain.files());
    assert!(files.keys().any(|name| name.len() > 100));
    assert_eq!(trees[0][0].0, "go/");
}

#[test]
fn tar_styles_differ_in_how_they_carry_long_names() {
    let kinds = |style| {
        let mut bytes = Vec::new();
        GzDecoder::new(toolchain().targz(style).as_slice()).read_to_end(&mut bytes).unwrap();
        let mut archive = tar::Archive::new(Cursor::new(bytes));
        let entries = archive.entries().unwrap().raw(true);
        entries.map(|entry| entry.unwrap().header().entry_type().as_byte()).collect::<BTreeSet<u8>>()
    };
    assert_eq!(kinds(TarStyle::Ustar), BTreeSet::from(*b"05"));
    assert_eq!(kinds(TarStyle::Gnu), BTreeSet::from(*b"05L"));
    assert_eq!(kinds(TarStyle::Pax), BTreeSet::from(*b"05x"));
}

/// Covers machines without written instructions.
#[test]
fn a_compiled_program_does_what_the_written_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, program: Vec<u8>| {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.path().join(name);
        std::fs::write(&path, program).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let output = std::process::Command::new(&path).args(["a b", ""]).env("X", "y").output().unwrap();
        assert_eq!(output.status.code(), Some(7));
        (path, String::from_utf8(output.stdout).unwrap())
    };
    let script = "echo \"$0|$#|$1|$2|$X\"\nexit 7\n";
    let here = FakeToolchain::here("1.22.6").program("bin/go", script).files()["bin/go"].clone();
    for (name, program) in [("compiled", program::compile(script)), ("written", here)] {
        let (path, said) = run(name, program);
        assert_eq!(said, format!("{}|2|a b||y\n", path.display()));
    }
}

#[test]
fn modes_are_those_of_gos_packer() {
    let modes: BTreeMap<String, u32> = untar(&toolchain().targz(TarStyle::Ustar))
        .into_iter()
        .map(|(name, _, mode, _)| (name, mode))
        .collect();
    for (name, mode) in [
        ("go/bin/go", 0o755),
        ("go/pkg/tool/linux_amd64/compile", 0o755),
        ("go/src/make.bash", 0o755),
        ("go/lib/wasm/go_js_wasm_exec", 0o755),
        ("go/src/fmt/print.go", 0o644),
        ("go/src/", 0o755),
    ] {
        assert_eq!(modes.get(name), Some(&mode), "{name}");
    }
}

#[test]
fn a_module_zip_is_renamed_reduced_and_with_or_without_modes() {
    for (modes, go, source) in
        [(ZipModes::Unix, Some(0o100_755), Some(0o100_644)), (ZipModes::Zero, None, None)]
    {
        let mut zip = zip::ZipArchive::new(Cursor::new(toolchain().module_zip(modes))).unwrap();
        let root = "golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64/";
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert!(names.iter().all(|name| name.starts_with(root) && !name.ends_with("/go.mod")));
        assert!(names.contains(&format!("{root}src/cmd/_go.mod")));
        for left_out in ["api", "doc", "misc", "test"] {
            assert!(!names.iter().any(|name| name.starts_with(&format!("{root}{left_out}/"))));
        }
        let mut entry = zip.by_name(&format!("{root}src/fmt/print.go")).unwrap();
        assert_eq!(entry.unix_mode().filter(|_| modes == ZipModes::Unix), source);
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        drop(entry);
        assert_eq!(content, toolchain().files()["src/fmt/print.go"]);
        let entry = zip.by_name(&format!("{root}bin/go")).unwrap();
        assert_eq!(entry.unix_mode().filter(|_| modes == ZipModes::Unix), go);
        assert_eq!(entry.compression(), zip::CompressionMethod::Deflated);
    }
}

#[test]
fn a_flat_zip_has_everything_below_go() {
    let windows = FakeToolchain::new("1.22.6", "windows-amd64");
    let zip = zip::ZipArchive::new(Cursor::new(windows.archive())).unwrap();
    assert_eq!(zip.len(), windows.files().len());
    assert!(zip.file_names().any(|name| name.unwrap() == "go/bin/go.exe"));
    assert_eq!(windows.archive_name(), "go1.22.6.windows-amd64.zip");
    assert_eq!(FakeToolchain::new("1.22.6", "linux-arm").archive_name(), "go1.22.6.linux-armv6l.tar.gz");
}

#[test]
fn h1_depends_on_every_covered_file_and_on_nothing_else() {
    let plain = toolchain();
    let hash = plain.h1();
    assert_ne!(hash, toolchain().file("src/go.mod", "module other\n").h1());
    assert_ne!(hash, toolchain().without("go.env").h1());
    assert_ne!(hash, FakeToolchain::new("1.22.7", "linux-amd64").h1());
    assert_eq!(hash, toolchain().file("test/more.go", "package more\n").h1());
}

#[test]
fn old_versions_have_one_line_and_no_go_env() {
    assert_eq!(FakeToolchain::new("1.20.14", "linux-amd64").files()["VERSION"], b"go1.20.14");
    assert!(FakeToolchain::new("1.21rc1", "linux-amd64").files()["VERSION"].starts_with(b"go1.21rc1\ntime "));
    assert!(!FakeToolchain::new("1.9.7", "linux-amd64").files().contains_key("go.env"));
    assert_eq!(FakeToolchain::new("1.20", "linux-amd64").zip_modes(), ZipModes::Zero);
}

#[test]
fn hostile_tar_entries_arrive_as_written() {
    let archive = RawTar::new()
        .entry(TarEntry::file("../../evil", b"1"))
        .entry(TarEntry::file("/etc/evil", b"2").mode(0o4755))
        .entry(TarEntry::symlink("go/link", "/etc/passwd"))
        .entry(TarEntry::hard_link("go/hard", "go/VERSION"))
        .entry(TarEntry::file("go/new\nline", b"3"))
        .entry(TarEntry::file("go/device", b"").kind(b'3'))
        .gz();
    let found = untar(&archive);
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["../../evil", "/etc/evil", "go/link", "go/hard", "go/new\nline", "go/device"]);
    let kinds: Vec<u8> = found.iter().map(|(_, kind, ..)| *kind).collect();
    assert_eq!(kinds, b"002103");
    assert_eq!(found[1].2, 0o4755);
}

#[test]
fn a_tar_header_can_declare_another_size() {
    let archive = RawTar::new().entry(TarEntry::file("go/short", b"abc").declared_size(100_000)).gz();
    let mut archive = tar::Archive::new(GzDecoder::new(archive.as_slice()));
    let mut entry = archive.entries().unwrap().next().unwrap().unwrap();
    assert_eq!(entry.size(), 100_000);
    assert!(entry.read_to_end(&mut Vec::new()).is_err() || entry.size() > 1024);
}

#[test]
fn hostile_zip_entries_arrive_as_written() {
    let bytes = RawZip::new()
        .entry(ZipEntry::file("../evil", b"1").stored())
        .entry(ZipEntry::file("/etc/evil", b"2"))
        .entry(ZipEntry::file(b"nul\0byte", b"3"))
        .entry(ZipEntry::file("new\nline", b"4"))
        .entry(ZipEntry::symlink("link", "/etc/passwd"))
        .entry(ZipEntry::file("bomb", b"5").declared_size(4_000_000_000))
        .entry(ZipEntry::file("twice", b"6"))
        .entry(ZipEntry::file("twice", b"7"))
        .finish();
    // A reader may merge the two entries of the same name; the directory has both.
    let directory = bytes.windows(4).filter(|window| window == b"PK\x01\x02").count();
    assert_eq!(directory, 8);
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    for name in ["../evil", "/etc/evil", "nul\0byte", "new\nline", "bomb"] {
        assert!(names.iter().any(|found| found == name), "{name:?} in {names:?}");
    }
    assert!(zip.by_name("link").unwrap().is_symlink());
    assert_eq!(zip.by_name("bomb").unwrap().size(), 4_000_000_000);
}
