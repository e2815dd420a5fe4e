//! Facts about a program or library from its headers: nothing is run, and a false or truncated file is not an error,
//! it only yields fewer facts.
//!
//! The headers are read with the crate `object`; Go's build information has Go's own format (debug/buildinfo).

use std::path::Path;

use object::read::archive::ArchiveFile;
use object::read::elf::{FileHeader, ProgramHeader as _, SectionHeader as _};
use object::read::{ReadCache, ReadRef, Result};
use object::{Endianness, FileKind, elf};

use super::build_info::add_build_info;
use super::mach_o;
use crate::facts::BinaryFacts;
use gom_core::files::open;
use gom_core::machine::program::{HEAD, ProgramFormat, ProgramHeader};

/// The facts about a file; `None` if it is neither a program nor a library.
pub(super) fn read(path: &Path) -> Option<BinaryFacts> {
    let file = ReadCache::new(open(path).ok()?);
    let Ok(library) = ArchiveFile::parse(&file) else { return of_object(&file) };
    // The first object of a static library stands for all of them.
    let objects = library.members().filter_map(|member| {
        let (offset, size) = member.ok()?.file_range();
        of_object(file.range(offset, size))
    });
    let facts = objects.into_iter().next()?;
    Some(BinaryFacts { go: None, package: None, module: None, x_tools: None, ..facts })
}

fn of_object<'data>(data: impl ReadRef<'data>) -> Option<BinaryFacts> {
    let head = data.read_bytes_at(0, HEAD.min(data.len().ok()?)).ok()?;
    let header = ProgramHeader::of(head)?;
    let mut facts = BinaryFacts {
        format: match header.format {
            ProgramFormat::Elf => "elf",
            ProgramFormat::MachO => "mach-o",
            ProgramFormat::Pe => "pe",
            ProgramFormat::Script => "script",
        }
        .to_owned(),
        archs: header.archs.iter().map(ToString::to_string).collect(),
        ..BinaryFacts::default()
    };
    // An error in the middle of a file keeps the facts before it.
    let _ = match FileKind::parse(head) {
        Ok(FileKind::Elf32) => elf::<elf::FileHeader32<Endianness>>(data, &mut facts),
        Ok(FileKind::Elf64) => elf::<elf::FileHeader64<Endianness>>(data, &mut facts),
        Ok(kind) => mach_o::read(data, kind, &mut facts),
        Err(_) => Ok(()),
    };
    Some(facts)
}

fn elf<'data, Elf: FileHeader<Endian = Endianness>>(
    data: impl ReadRef<'data>,
    facts: &mut BinaryFacts,
) -> Result<()> {
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    for segment in header.program_headers(endian, data)? {
        if let Some(loader) = segment.interpreter(endian, data)? {
            facts.loader = Some(String::from_utf8_lossy(loader).into_owned());
        }
    }
    let sections = header.sections(endian, data)?;
    let info = sections.section_by_name(endian, b".go.buildinfo");
    if let Some((offset, _)) = info.and_then(|(_, section)| section.file_range(endian)) {
        add_build_info(data, offset, facts);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Option<BinaryFacts> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x");
        fs_err::write(&file, bytes).unwrap();
        read(&file)
    }

    #[test]
    fn this_very_program_is_read() {
        let facts = read(&std::env::current_exe().unwrap()).unwrap();
        let platform = gom_select::platform::Platform::host();
        let format = if platform.os() == "darwin" { "mach-o" } else { "elf" };
        assert_eq!(
            (facts.format.as_str(), facts.archs.as_slice()),
            (format, &[platform.arch().to_owned()][..])
        );
        assert_eq!(facts.go, None);
    }

    #[test]
    fn a_file_that_is_not_a_program_has_no_facts() {
        assert_eq!(of(b"#!/bin/sh\n").unwrap().format, "script");
        assert_eq!(of(b""), None);
        assert_eq!(of(b"hello, this is a text"), None);
    }

    #[test]
    fn a_windows_program_has_its_architecture() {
        let mut program = vec![0; 0x80 + 24 + 240];
        program[..2].copy_from_slice(b"MZ");
        program[0x3c] = 0x80;
        program[0x80..0x84].copy_from_slice(b"PE\0\0");
        program[0x84..0x86].copy_from_slice(&0xaa64_u16.to_le_bytes());
        program[0x80 + 20] = 240;
        program[0x80 + 24..0x80 + 26].copy_from_slice(&0x20b_u16.to_le_bytes());
        let facts = of(&program).unwrap();
        assert_eq!((facts.format.as_str(), facts.archs.as_slice()), ("pe", &["arm64".to_owned()][..]));
    }

    #[test]
    fn a_library_has_the_architecture_of_its_first_object() {
        let mut library = b"!<arch>\n".to_vec();
        let member = |name: &str, content: &[u8]| {
            let mut bytes =
                format!("{name:16}{:12}{:6}{:6}{:8}{:<10}`\n", 0, 0, 0, 644, content.len()).into_bytes();
            bytes.extend(content);
            bytes.resize(bytes.len().next_multiple_of(2), b'\n');
            bytes
        };
        library.extend(member("/", b"odd"));
        let mut object = vec![0; 64];
        object[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        object[18] = 183;
        library.extend(member("x.o/", &object));
        assert_eq!(of(&library).unwrap().archs, ["arm64"]);
    }

    #[test]
    fn a_truncated_file_does_not_panic() {
        let program = fs_err::read(std::env::current_exe().unwrap()).unwrap();
        for length in [0, 3, 5, 17, 20, 63, 64, 100, 500, 4095] {
            let _ = of(&program[..length]);
        }
    }

    /// Offsets and counts that point outside the file, or in circles, end the reading.
    #[test]
    fn a_header_full_of_large_numbers_does_not_panic() {
        for magic in [
            &b"\x7fELF\x02\x01"[..],
            b"\x7fELF\x01\x02",
            b"\xcf\xfa\xed\xfe",
            b"\xca\xfe\xba\xbe",
            b"MZ",
            b"!<arch>\n",
        ] {
            let mut bytes = magic.to_vec();
            bytes.resize(600, 0xff);
            let _ = of(&bytes);
        }
    }
}
