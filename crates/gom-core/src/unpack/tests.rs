//! Tests with entries that look harmless but mean something else to another reader of the same archive.

use std::io::{Cursor, Write};

use tar::{Builder, EntryType, Header};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// Unpacks into a new folder, and returns the names of the files, or the error.
fn names(unpack: impl FnOnce(&Path) -> Result<Vec<FileSum>, UnpackError>) -> Result<Vec<String>, String> {
    let dir = tempfile::tempdir().unwrap();
    match unpack(&dir.path().join("tree")) {
        Ok(files) => Ok(files.into_iter().map(|file| file.name).collect()),
        Err(error) => Err(error.to_string()),
    }
}

fn untar(archive: &[u8]) -> Result<Vec<String>, String> {
    names(|into| tar(archive, into, &Cancel::default()))
}

fn header(name: &str, kind: EntryType, size: usize) -> Header {
    let mut header = Header::new_ustar();
    header.set_path(name).unwrap();
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

#[test]
fn a_folder_with_content_is_refused() {
    let archive = |size| {
        let mut builder = Builder::new(Vec::new());
        builder.append(&header("go/src/", EntryType::Directory, size), &vec![b'x'; size][..]).unwrap();
        builder.append(&header("go/VERSION", EntryType::Regular, 2), &b"go"[..]).unwrap();
        builder.into_inner().unwrap()
    };
    assert_eq!(untar(&archive(0)), Ok(vec!["VERSION".to_owned()]));
    let refused = Err("the archive holds `go/src/`: it is a folder with content".to_owned());
    assert_eq!(untar(&archive(512)), refused);
}

#[test]
fn a_header_that_is_half_ustar_is_refused() {
    let archive = |magic: &[u8; 8]| {
        let mut header = header("go/VERSION", EntryType::Regular, 2);
        header.as_mut_bytes()[257..265].copy_from_slice(magic);
        header.set_cksum();
        let mut builder = Builder::new(Vec::new());
        builder.append(&header, &b"go"[..]).unwrap();
        untar(&builder.into_inner().unwrap())
    };
    for magic in [b"ustar\x0000", b"ustar  \0", b"\0\0\0\0\0\0\0\0"] {
        assert_eq!(archive(magic), Ok(vec!["VERSION".to_owned()]));
    }
    let refused = Err("the archive holds `go/VERSION`: its header is of an unknown format".to_owned());
    for magic in [b"ustar\x0015", b"ustar\0  "] {
        assert_eq!(archive(magic), refused);
    }
}

#[test]
fn what_a_decoder_says_is_fit_for_a_terminal() {
    let mut header = header("go/x", EntryType::Regular, 0);
    header.as_old_mut().name[..6].copy_from_slice(b"\x1b[31mx");
    header.as_old_mut().cksum = *b"no sum!!";
    let mut archive = header.as_bytes().to_vec();
    archive.extend([0; 1024]);
    let error = untar(&archive).unwrap_err();
    assert!(error.contains("\\u{1b}[31mx"), "{error:?}");
}

#[test]
fn only_a_go_mod_as_the_module_calls_it_is_renamed() {
    let id = ToolchainId::parse("go1.22.6.linux-amd64").unwrap();
    let unzip = |name: &str| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(format!("{}{name}", id.module_prefix()), SimpleFileOptions::default()).unwrap();
        writer.write_all(b"module std\n").unwrap();
        let archive = writer.finish().unwrap();
        names(|into| {
            let mut plan = zip_plan(archive, ArchiveFormat::ModuleZip, &id, into)?;
            Ok(plan
                .take_files()
                .into_iter()
                .map(|file| FileSum { name: file.name, sha256: [0; 32].into() })
                .collect())
        })
    };
    assert_eq!(unzip("src/_go.mod"), Ok(vec!["src/go.mod".to_owned()]));
    assert_eq!(unzip("src/x_go.mod"), Ok(vec!["src/x_go.mod".to_owned()]));
    for name in ["src/_GO.mod", "src/go.mod", "src/Go.Mod"] {
        assert!(unzip(name).unwrap_err().contains("the module has each go.mod as _go.mod"), "{name}");
    }
}

#[test]
fn entries_that_share_bytes_are_refused_in_a_file_too() {
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["go/a", "go/b"] {
        writer.start_file(name, options).unwrap();
        writer.write_all(b"content").unwrap();
    }
    let mut archive = writer.finish().unwrap().into_inner();
    let unzip = |archive: &[u8]| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(archive).unwrap();
        names(|into| {
            let plan = zips::plan(zips::open(file.path())?, &ZipKind::Flat, into)?;
            zips::write_file(file.path(), plan, 2, &Cancel::default())
        })
    };
    assert_eq!(unzip(&archive).map(|names| names.len()), Ok(2));

    // According to the directory, `a` extends into the header of `b`, although its content does not.
    let entry = archive.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut packed_is_longer = archive.clone();
    packed_is_longer[entry + 20] = 11;
    let goes_on = "the archive can't be read: `a`: it goes on where another entry begins";
    assert_eq!(unzip(&packed_is_longer), Err(goes_on.to_owned()));

    // Now its content does too.
    let longer = 11;
    let start = archive.windows(7).position(|window| window == b"content").unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(&archive[start..start + usize::from(longer)]);
    archive[entry + 16..entry + 20].copy_from_slice(&crc.sum().to_le_bytes());
    (archive[entry + 20], archive[entry + 24]) = (longer, longer);
    assert!(unzip(&archive).is_err());
}

#[test]
fn an_end_record_among_the_bytes_of_a_file_is_not_the_archives() {
    // The record of a zip without entries, as the content of a file.
    let inner = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("go/VERSION", options).unwrap();
    writer.write_all(&inner).unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let id = ToolchainId::parse("go1.22.6.windows-amd64").unwrap();
    let unzip = |archive: Vec<u8>| {
        names(|into| {
            let mut plan = zip_plan(Cursor::new(archive), ArchiveFormat::Zip, &id, into)?;
            let files = plan.take_files().into_iter();
            Ok(files.map(|file| FileSum { name: file.name, sha256: [0; 32].into() }).collect())
        })
    };
    let version = Ok(vec!["VERSION".to_owned()]);
    assert_eq!(unzip(archive.clone()), version);

    // Also with a comment, and with bytes before the zip, as Go's own reader accepts it.
    let end = archive.len() - 22;
    let mut commented = [archive.as_slice(), b"a comment"].concat();
    commented[end + 20] = 9;
    assert_eq!(unzip(commented), version);
    assert_eq!(unzip([b"#!/bin/sh\n", archive.as_slice()].concat()), version);

    // Each field of the last record that makes the zip crate look for another one.
    for (place, value) in [(4, 3), (6, 3), (8, 9), (10, 9), (12, 1), (16, 1)] {
        let mut broken = archive.clone();
        broken[end + place] = value;
        let unpacked = unzip(broken);
        assert!(unpacked.is_err() || unpacked == version, "{place}: {unpacked:?}");
    }
    let mut cut_off = archive;
    cut_off[end + 20] = 1;
    assert_eq!(unzip(cut_off), Err("the archive can't be read: its end record is cut off".to_owned()));
}
