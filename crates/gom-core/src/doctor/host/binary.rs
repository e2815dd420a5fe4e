//! What the header of a program or library says, read from a few kilobytes of it: nothing is run, and a file
//! that lies or is cut off is no error, only less known.
//!
//! Formats: ELF (gABI), Mach-O (mach-o/loader.h, mach-o/fat.h), PE, `ar`, and Go's build information
//! (debug/buildinfo).

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::mach_o;
use crate::doctor::facts::BinaryFacts;

/// No header that is read here needs more.
const HEAD: usize = 4096;

/// No build information is longer.
const MAX_BUILD_INFO: u64 = 1 << 20;

/// A file that is read at chosen places.
pub(super) struct Image {
    file: File,
    /// Where the program starts in the file: behind the header of a universal file or a library.
    pub(super) start: u64,
    pub(super) is_little: bool,
}

impl Image {
    /// Up to `length` bytes.
    pub(super) fn bytes(&self, at: u64, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        let mut have = 0;
        while have < length {
            let at = self.start.saturating_add(at).saturating_add(have as u64);
            match self.file.read_at(&mut bytes[have..], at) {
                Ok(count) if count > 0 => have += count,
                _ => break,
            }
        }
        bytes.truncate(have);
        bytes
    }

    /// A number of this size in bytes, at most 8.
    pub(super) fn number(&self, at: u64, size: usize) -> Option<u64> {
        let bytes = self.bytes(at, size);
        (bytes.len() == size).then(|| fold(&bytes, self.is_little))
    }
}

fn fold(bytes: &[u8], is_little: bool) -> u64 {
    let join = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
    if is_little { bytes.iter().rev().fold(0, join) } else { bytes.iter().fold(0, join) }
}

/// What a file's header says; `None` for what is no program and no library.
pub(super) fn read(path: &Path) -> Option<BinaryFacts> {
    let mut image = Image { file: File::open(path).ok()?, start: 0, is_little: true };
    let head = image.bytes(0, HEAD);
    if head.starts_with(b"!<arch>\n") {
        image.start = first_object(&image)?;
        let facts = of_object(&mut image);
        return facts.map(|facts| BinaryFacts { go: None, package: None, ..facts });
    }
    of_object(&mut image)
}

fn of_object(image: &mut Image) -> Option<BinaryFacts> {
    let head = image.bytes(0, 64);
    match head.get(..4)? {
        [b'#', b'!', ..] => Some(named("script", &[])),
        [0x7f, b'E', b'L', b'F'] => elf(image, &head),
        [b'M', b'Z', ..] => pe(image),
        _ => mach_o::read(image),
    }
}

pub(super) fn named(format: &str, archs: &[&str]) -> BinaryFacts {
    let archs = archs.iter().map(ToString::to_string).collect();
    BinaryFacts { format: format.to_owned(), archs, ..BinaryFacts::default() }
}

/// The offset of the first object in a static library: members have a header of 60 bytes and even sizes.
fn first_object(image: &Image) -> Option<u64> {
    const HEADER: u64 = 60;
    let mut at = 8;
    for _ in 0..16 {
        let header = image.bytes(at, 60);
        let size: u64 = std::str::from_utf8(header.get(48..58)?).ok()?.trim().parse().ok()?;
        // BSD puts a long name before the content.
        let name = std::str::from_utf8(header.get(..16)?).ok()?.trim();
        let name_length: u64 = name.strip_prefix("#1/").and_then(|length| length.parse().ok()).unwrap_or(0);
        let content = at + HEADER + name_length;
        let magic = image.bytes(content, 4);
        if magic == *b"\x7fELF" || magic == [0xcf, 0xfa, 0xed, 0xfe] {
            return Some(content);
        }
        at = at.checked_add(HEADER + size)?.next_multiple_of(2);
    }
    None
}

fn pe(image: &Image) -> Option<BinaryFacts> {
    let header = image.number(0x3c, 4)?;
    if image.bytes(header, 4) != *b"PE\0\0" {
        return None;
    }
    let arch: &[&str] = match image.number(header + 4, 2)? {
        0x8664 => &["amd64"],
        0xaa64 => &["arm64"],
        0x014c => &["386"],
        _ => &[],
    };
    Some(named("pe", arch))
}

fn elf(image: &mut Image, head: &[u8]) -> Option<BinaryFacts> {
    let is_64 = *head.get(4)? == 2;
    image.is_little = *head.get(5)? == 1;
    let arch: &[&str] = match (image.number(18, 2)?, is_64, image.is_little) {
        (62, ..) => &["amd64"],
        (3, ..) => &["386"],
        (183, ..) => &["arm64"],
        (40, ..) => &["arm"],
        (243, true, _) => &["riscv64"],
        (22, ..) => &["s390x"],
        (21, _, true) => &["ppc64le"],
        (21, _, false) => &["ppc64"],
        (258, ..) => &["loong64"],
        (8, true, true) => &["mips64le"],
        (8, true, false) => &["mips64"],
        (8, false, true) => &["mipsle"],
        (8, false, false) => &["mips"],
        _ => &[],
    };
    let mut facts = named("elf", arch);
    facts.loader = loader(image, is_64);
    if let Some((at, _)) = elf_section(image, is_64, b".go.buildinfo") {
        add_build_info(image, at, &mut facts);
    }
    Some(facts)
}

/// The path in `PT_INTERP`.
fn loader(image: &Image, is_64: bool) -> Option<String> {
    const PT_INTERP: u64 = 3;
    let word = if is_64 { 8 } else { 4 };
    let table = image.number(if is_64 { 32 } else { 28 }, word)?;
    let (entry_size, count) =
        (image.number(if is_64 { 54 } else { 42 }, 2)?, image.number(if is_64 { 56 } else { 44 }, 2)?);
    for index in 0..count.min(64) {
        let entry = table.checked_add(index * entry_size)?;
        if image.number(entry, 4)? != PT_INTERP {
            continue;
        }
        let (offset, size) = if is_64 { (entry + 8, entry + 32) } else { (entry + 4, entry + 16) };
        let length = usize::try_from(image.number(size, word)?.min(256)).ok()?;
        let text = image.bytes(image.number(offset, word)?, length);
        return Some(String::from_utf8_lossy(&text).trim_end_matches('\0').to_owned());
    }
    None
}

/// Offset and size of a section.
fn elf_section(image: &Image, is_64: bool, wanted: &[u8]) -> Option<(u64, u64)> {
    let word = if is_64 { 8 } else { 4 };
    let table = image.number(if is_64 { 40 } else { 32 }, word)?;
    let of_header = |at: u64| image.number(if is_64 { at } else { at - 12 }, 2);
    let (entry_size, count, names) = (of_header(58)?, of_header(60)?, of_header(62)?);
    let place = |index: u64| {
        let entry = table.checked_add(index.checked_mul(entry_size)?)?;
        let (offset, size) = if is_64 { (24, 32) } else { (16, 20) };
        let (offset, size) = (entry.checked_add(offset)?, entry.checked_add(size)?);
        Some((image.number(entry, 4)?, image.number(offset, word)?, image.number(size, word)?))
    };
    let (_, names_at, _) = place(names)?;
    (0..count.min(256)).find_map(|index| {
        let (name, offset, size) = place(index)?;
        let text = image.bytes(names_at.checked_add(name)?, wanted.len() + 1);
        (text.strip_suffix(b"\0") == Some(wanted)).then_some((offset, size))
    })
}

/// Go's build information at an offset: the version, and the path of the main package. Before Go 1.18 it is
/// behind pointers, which are not followed.
pub(super) fn add_build_info(image: &Image, at: u64, facts: &mut BinaryFacts) {
    const INLINE: u8 = 2;
    let head = image.bytes(at, 32);
    if !head.starts_with(b"\xff Go buildinf:") || head.get(15).is_none_or(|flags| flags & INLINE == 0) {
        return;
    }
    let Some((version, next)) = text_at(image, at + 32) else { return };
    facts.go = version.strip_prefix("go").map(str::to_owned);
    let Some((modules, _)) = text_at(image, next) else { return };
    let path = modules.lines().find_map(|line| line.rsplit_once("path\t").map(|(_, path)| path.to_owned()));
    facts.package = path.filter(|path| path != "command-line-arguments");
}

/// A length as a varint, then that many bytes; and the offset behind them.
fn text_at(image: &Image, at: u64) -> Option<(String, u64)> {
    let head = image.bytes(at, 10);
    let width = head.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let length = head[..width].iter().rev().fold(0, |value: u64, byte| (value << 7) | u64::from(byte & 0x7f));
    if length > MAX_BUILD_INFO {
        return None;
    }
    let start = at + width as u64;
    let text = image.bytes(start, usize::try_from(length).ok()?);
    Some((String::from_utf8_lossy(&text).into_owned(), start + length))
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
    fn other_formats_are_told_apart() {
        assert_eq!(of(b"#!/bin/sh\n").unwrap().format, "script");
        assert_eq!(of(b""), None);
        assert_eq!(of(b"hello, this is a text"), None);
        let mut pe = vec![0; 0x90];
        pe[..2].copy_from_slice(b"MZ");
        pe[0x3c] = 0x80;
        pe[0x80..0x86].copy_from_slice(b"PE\0\0\x64\xaa");
        assert_eq!(of(&pe).unwrap().archs, ["arm64"]);
    }

    #[test]
    fn a_library_is_what_its_first_object_is() {
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
        object[..6].copy_from_slice(b"\x7fELF\x02\x01");
        object[18] = 183;
        library.extend(member("x.o/", &object));
        assert_eq!(of(&library).unwrap().archs, ["arm64"]);
    }

    #[test]
    fn a_file_cut_off_anywhere_is_no_trouble() {
        let program = fs_err::read(std::env::current_exe().unwrap()).unwrap();
        for length in [0, 3, 5, 17, 20, 63, 64, 100, 500, 4095] {
            let _ = of(&program[..length]);
        }
    }

    /// Offsets and counts that lead out of the file, or round in circles, end the reading.
    #[test]
    fn a_header_full_of_large_numbers_is_no_trouble() {
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
