//! The build information that the go command writes into each program: the Go that built it, and its modules.
//!
//! Owns: Go's format of it, and where it is in a program (debug/buildinfo). Never: runs anything. Invariant: wrong or
//! truncated bytes are not an error; they are just not build information.

use std::io;
use std::path::Path;

use gom_select::version::GoVersion;
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::read::{File, Object, ObjectSection, ObjectSegment, ReadCache, ReadCacheOps, ReadRef};
use object::{BinaryFormat, FileKind};

use crate::files;

/// What build information begins with. It is aligned to 16 bytes.
const MAGIC: &[u8] = b"\xff Go buildinf:";
const ALIGNMENT: usize = 16;

/// The size of the head: the magic, the size of a pointer, flags, and two pointers or nothing.
const HEAD: u64 = 32;

/// The flags in the head.
const IS_BIG_ENDIAN: u8 = 1;
const IS_INLINE: u8 = 2;

/// The size limit of each of its two texts.
const MAX_TEXT: u64 = 1 << 20;

/// Where a program has no section for it, it is at the beginning of the data: within as many bytes as Go looks at.
const SEARCHED: u64 = 64 << 10;

/// The build information of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoBuild {
    /// The Go that built it, as Go writes it: `go1.22.6`, or `devel go1.27-0123abc Mon Jan 2 2026`.
    pub go: String,
    /// A line for the main package, for each module and for each setting of the build, as `go version -m` prints them,
    /// without the leading tab. Empty for a program that was built without modules.
    pub modules: String,
}

impl GoBuild {
    /// Reads a file; `Ok(None)` if it is not a program that the go command built.
    pub fn of_file(path: &Path) -> io::Result<Option<GoBuild>> {
        let data = ReadCache::new(files::open(path)?);
        Ok(of_program(&data))
    }

    /// Reads what begins at an offset, if both texts are stored there. Before Go 1.18 they are behind pointers, which only
    /// [`GoBuild::of_file`] follows.
    pub fn at<'data>(data: impl ReadRef<'data>, at: u64) -> Option<GoBuild> {
        let head = data.read_bytes_at(at, HEAD).ok()?;
        if !head.starts_with(MAGIC) || head[15] & IS_INLINE == 0 {
            return None;
        }
        let (go, next) = inline_text(data, at.checked_add(HEAD)?)?;
        let modules = inline_text(data, next).map(|(text, _)| text).unwrap_or_default();
        Some(GoBuild { go, modules: without_marks(&modules) })
    }

    /// The release that built it; `None` for a development version, and for one that is not Go's.
    pub fn version(&self) -> Option<GoVersion> {
        let name = self.go.split(' ').next()?;
        let is_development = name.contains("devel");
        GoVersion::from_toolchain_name(name).filter(|_| !is_development)
    }

    /// A setting of the build: `GOOS`.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.modules.lines().find_map(|line| {
            let (key, value) = line.strip_prefix("build\t")?.split_once('=')?;
            (key == name).then_some(value)
        })
    }
}

/// Reads a program; of a universal one its first slice.
fn of_program<R: ReadCacheOps>(data: &ReadCache<R>) -> Option<GoBuild> {
    let slice = match FileKind::parse(data).ok()? {
        FileKind::MachOFat32 => MachOFatFile32::parse(data).ok()?.arches().first().map(FatArch::file_range),
        FileKind::MachOFat64 => MachOFatFile64::parse(data).ok()?.arches().first().map(FatArch::file_range),
        FileKind::Elf32
        | FileKind::Elf64
        | FileKind::MachO32
        | FileKind::MachO64
        | FileKind::Pe32
        | FileKind::Pe64 => return of_object(&File::parse(data).ok()?),
        _ => None,
    };
    let (offset, size) = slice?;
    of_object(&File::parse(data.range(offset, size)).ok()?)
}

fn of_object<'data, R: ReadRef<'data>>(file: &File<'data, R>) -> Option<GoBuild> {
    let (address, bytes) = place(file)?;
    let at = bytes.chunks(ALIGNMENT).position(|chunk| chunk.starts_with(MAGIC))? * ALIGNMENT;
    let address = address.checked_add(at as u64)?;
    let head = memory(file, address, HEAD)?;
    let (pointer, flags) = (usize::from(head[14]), head[15]);
    if flags & IS_INLINE != 0 {
        // As much as there is: the texts tell their own length.
        let rest = bytes.get(at..)?;
        return GoBuild::at(rest, 0).or_else(|| GoBuild::at(long_memory(file, address)?, 0));
    }
    let strings = [ALIGNMENT, ALIGNMENT + pointer].map(|at| {
        let field = head.get(at..at.checked_add(pointer)?)?;
        string_at(file, number(field, flags)?, pointer, flags)
    });
    let [go, modules] = strings;
    Some(GoBuild { go: go?, modules: without_marks(&modules.unwrap_or_default()) })
}

/// The section with the build information, or the beginning of the data, with its address.
fn place<'data, R: ReadRef<'data>>(file: &File<'data, R>) -> Option<(u64, &'data [u8])> {
    let named = |wanted: &[&str]| {
        file.sections().find(|section| section.name().is_ok_and(|name| wanted.contains(&name)))
    };
    let section = match file.format() {
        BinaryFormat::Pe => named(&[".data"]),
        _ => named(&[".go.buildinfo", "__go_buildinfo"]).or_else(|| named(&[".data", "__data"])),
    }?;
    let size = section.size().min(SEARCHED);
    Some((section.address(), section.data_range(section.address(), size).ok()??))
}

/// Reads memory as the running program would have it.
fn memory<'data, R: ReadRef<'data>>(file: &File<'data, R>, address: u64, size: u64) -> Option<&'data [u8]> {
    file.segments().find_map(|segment| segment.data_range(address, size).ok()?)
}

/// Reads the whole segment from an address on, at most as much as build information can have.
fn long_memory<'data, R: ReadRef<'data>>(file: &File<'data, R>, address: u64) -> Option<&'data [u8]> {
    file.segments().find_map(|segment| {
        let end = segment.address().checked_add(segment.size())?;
        let size = end.checked_sub(address)?.min(HEAD + 2 * (MAX_TEXT + 10));
        segment.data_range(address, size).ok()?
    })
}

/// Reads a string of Go by the address of its header: a pointer and a length.
fn string_at<'data, R: ReadRef<'data>>(
    file: &File<'data, R>,
    header: u64,
    pointer: usize,
    flags: u8,
) -> Option<String> {
    let header = memory(file, header, 2 * pointer as u64)?;
    let (address, length) = (number(header.get(..pointer)?, flags)?, number(header.get(pointer..)?, flags)?);
    let text = memory(file, address, Some(length).filter(|length| *length <= MAX_TEXT)?)?;
    Some(String::from_utf8_lossy(text).into_owned())
}

fn number(bytes: &[u8], flags: u8) -> Option<u64> {
    let add = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
    if !matches!(bytes.len(), 4 | 8) {
        return None;
    }
    Some(if flags & IS_BIG_ENDIAN != 0 { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
}

/// Reads a length as a varint and that many bytes. Returns the text and the offset after it.
fn inline_text<'data>(data: impl ReadRef<'data>, at: u64) -> Option<(String, u64)> {
    const LONGEST: u64 = 10;
    let head = data.read_bytes_at(at, LONGEST.min(data.len().ok()?.checked_sub(at)?)).ok()?;
    let width = head.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let length = head[..width].iter().rev().fold(0, |value: u64, byte| (value << 7) | u64::from(byte & 0x7f));
    if length > MAX_TEXT {
        return None;
    }
    let start = at + width as u64;
    let text = data.read_bytes_at(start, length).ok()?;
    Some((String::from_utf8_lossy(text).into_owned(), start + length))
}

/// Removes the 16 bytes with which the linker marks the beginning and the end of the modules.
fn without_marks(modules: &str) -> String {
    // Not UTF-8, so they are replaced by an unknown number of characters; the first line begins with `path`.
    let start = modules.find("path\t").unwrap_or(0);
    let end = modules.rfind('\n').map_or(modules.len(), |end| end + 1);
    modules.get(start..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Build information as Go 1.18 and newer write it.
    fn inline(go: &str, modules: &str) -> Vec<u8> {
        let mut bytes = [MAGIC, &[8, IS_INLINE], &[0; 16]].concat();
        for text in [go, modules] {
            bytes.push(u8::try_from(text.len()).unwrap());
            bytes.extend(text.as_bytes());
        }
        bytes
    }

    fn u16s(values: &[u16]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn u32s(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn u64s(values: &[u64]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    /// An ELF program whose only segment begins at `BASE` and holds the whole file, with one section of this name.
    fn elf(name: &str, content: &[u8]) -> Vec<u8> {
        let names = format!("\0{name}\0.shstrtab\0");
        let (start, sections) = (CONTENT, CONTENT + content.len() as u64 + names.len() as u64);
        let section = |name: u32, kind: u32, flags: u64, offset: u64, size: u64| {
            let address = if flags == 0 { 0 } else { BASE + offset };
            let head = [u32s(&[name, kind]), u64s(&[flags, address, offset, size])].concat();
            [head, u32s(&[0, 0]), u64s(&[1, 0])].concat()
        };
        let all = sections + 3 * 64;
        [
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec(),
            u16s(&[2, 62]),
            u32s(&[1]),
            u64s(&[BASE, 64, sections]),
            u32s(&[0]),
            u16s(&[64, 56, 1, 64, 3, 2]),
            u32s(&[1, 6]),
            u64s(&[0, BASE, BASE, all, all, 4096]),
            vec![0; usize::try_from(CONTENT - 64 - 56).unwrap()],
            content.to_vec(),
            names.as_bytes().to_vec(),
            vec![0; 64],
            section(1, 1, 3, start, content.len() as u64),
            section(
                2 + u32::try_from(name.len()).unwrap(),
                3,
                0,
                start + content.len() as u64,
                names.len() as u64,
            ),
        ]
        .concat()
    }

    const BASE: u64 = 0x40_0000;
    /// The offset of the section's content.
    const CONTENT: u64 = 128;

    fn of(bytes: &[u8]) -> Option<GoBuild> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x");
        fs_err::write(&file, bytes).unwrap();
        GoBuild::of_file(&file).unwrap()
    }

    const MODULES: &str = "path\texample.com/x\nmod\texample.com/x\tv1.0.0\t\nbuild\tGOOS=linux\n";

    #[test]
    fn a_program_has_its_go_and_its_settings() {
        let build = of(&elf(".go.buildinfo", &inline("go1.22.6", MODULES))).unwrap();
        assert_eq!((build.go.as_str(), build.modules.as_str()), ("go1.22.6", MODULES));
        assert_eq!(build.version(), GoVersion::parse("1.22.6").ok());
        assert_eq!((build.setting("GOOS"), build.setting("GOARCH")), (Some("linux"), None));
    }

    #[test]
    fn it_is_found_in_the_data_where_no_section_is_named_after_it() {
        let content = [vec![0; 48], inline("go1.20", "")].concat();
        assert_eq!(of(&elf(".data", &content)).unwrap().go, "go1.20");
        let unaligned = [vec![0; 40], inline("go1.20", "")].concat();
        assert_eq!(of(&elf(".data", &unaligned)), None);
    }

    #[test]
    fn before_go_1_18_it_is_behind_pointers() {
        let at = |offset: u64| BASE + CONTENT + offset;
        let content = [
            MAGIC,
            &[8, 0],
            &u64s(&[at(32), at(48)]),
            &u64s(&[at(64), 8, at(80), MODULES.len() as u64]),
            b"go1.17.3\0\0\0\0\0\0\0\0",
            MODULES.as_bytes(),
        ]
        .concat();
        let build = of(&elf(".go.buildinfo", &content)).unwrap();
        assert_eq!((build.go.as_str(), build.setting("GOOS")), ("go1.17.3", Some("linux")));
    }

    #[test]
    fn a_pointer_to_nowhere_is_no_build_information() {
        for (header, length) in [(u64::MAX, 8), (BASE, u64::MAX), (BASE + 0x1000_0000, 8)] {
            let content =
                [MAGIC, &[8, 0], &u64s(&[BASE + CONTENT + 32, 0]), &u64s(&[header, length])].concat();
            assert_eq!(of(&elf(".go.buildinfo", &content)), None);
        }
        for size in [0, 1, 3, 16, 255] {
            let content = [MAGIC, &[size, 0], &[0xff; 64]].concat();
            assert_eq!(of(&elf(".go.buildinfo", &content)), None, "{size}");
        }
    }

    #[test]
    fn a_text_that_is_longer_than_the_file_is_no_build_information() {
        let mut content = inline("go1.22.6", "");
        // A varint of two bytes.
        content[32..34].copy_from_slice(&[0xff, 0x7f]);
        assert_eq!(of(&elf(".go.buildinfo", &content)), None);
    }

    #[test]
    fn only_releases_are_versions() {
        let version = |go: &str| {
            let build = GoBuild { go: go.to_owned(), modules: String::new() };
            build.version().map(|version| version.to_string())
        };
        for (go, expected) in [
            ("go1.22.6", Some("1.22.6")),
            ("go1.24rc1", Some("1.24rc1")),
            ("go1.25.3 X:nocoverageredesign", Some("1.25.3")),
            ("go1.25.3-bigcorp", Some("1.25.3")),
            ("devel go1.27-0123abc Mon Jan 2 2026", None),
            ("go1.27-devel_0123abc Mon Jan 2 2026", None),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(version(go).as_deref(), expected, "{go}");
        }
    }

    #[test]
    fn what_is_not_a_program_of_go_has_none() {
        assert_eq!(GoBuild::of_file(&std::env::current_exe().unwrap()).unwrap(), None);
        for bytes in [&b""[..], b"#!/bin/sh\n", b"MZ", b"\x7fELF\x02\x01", b"\xca\xfe\xba\xbe\0\0\0\x01"] {
            assert_eq!(of(bytes), None);
        }
        let whole = elf(".go.buildinfo", &inline("go1.22.6", MODULES));
        for length in 0..whole.len() {
            let _ = of(&whole[..length]);
        }
    }
}
