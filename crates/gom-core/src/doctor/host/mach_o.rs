//! Mach-O headers: thin and universal, their load commands, and who signed them.

use super::binary::{Image, add_build_info, named};
use crate::doctor::facts::BinaryFacts;

const THIN_64: u32 = 0xcffa_edfe;
const UNIVERSAL: u32 = 0xcafe_babe;
const UNIVERSAL_64: u32 = 0xcafe_babf;

const LC_UUID: u64 = 0x1b;
const LC_CODE_SIGNATURE: u64 = 0x1d;
const LC_SEGMENT_64: u64 = 0x19;
const LC_VERSION_MIN_MACOSX: u64 = 0x24;
const LC_BUILD_VERSION: u64 = 0x32;

const EMBEDDED_SIGNATURE: u64 = 0xfade_0cc0;
const CODE_DIRECTORY: u64 = 0xfade_0c02;

/// No signature's table of contents that is of interest is longer.
const MAX_BLOBS: u64 = 16;

pub(super) fn read(image: &mut Image) -> Option<BinaryFacts> {
    image.is_little = false;
    let magic = u32::try_from(image.number(0, 4)?).ok()?;
    match magic {
        THIN_64 => thin(image),
        UNIVERSAL | UNIVERSAL_64 => universal(image, magic == UNIVERSAL_64),
        _ => None,
    }
}

/// Every architecture, and the rest as the native slice has it.
fn universal(image: &mut Image, is_64: bool) -> Option<BinaryFacts> {
    let count = image.number(4, 4)?;
    // A class of Java has the same magic, and a version of 45 and more here.
    if count == 0 || count >= 20 {
        return None;
    }
    let (entry_size, offset_size) = if is_64 { (32, 8) } else { (20, 4) };
    let slices: Vec<(&str, u64)> = (0..count)
        .filter_map(|index| {
            let entry = 8 + index * entry_size;
            Some((arch(image.number(entry, 4)?), image.number(entry + 8, offset_size)?))
        })
        .collect();
    let (_, offset) = slices.iter().find(|(arch, _)| *arch == "arm64").or_else(|| slices.first())?;
    image.start = image.start.saturating_add(*offset);
    image.is_little = false;
    let details = (image.number(0, 4)? == u64::from(THIN_64)).then(|| thin(image)).flatten();
    let archs = slices.iter().map(|(arch, _)| (*arch).to_owned()).collect();
    Some(BinaryFacts { archs, ..details.unwrap_or_else(|| named("mach-o", &[])) })
}

fn arch(cpu_type: u64) -> &'static str {
    match cpu_type {
        0x0100_0007 => "amd64",
        0x0100_000c => "arm64",
        0x7 => "386",
        0xc => "arm",
        _ => "unknown",
    }
}

fn thin(image: &mut Image) -> Option<BinaryFacts> {
    image.is_little = true;
    let mut facts = named("mach-o", &[arch(image.number(4, 4)?)]);
    (facts.has_uuid, facts.is_signed) = (Some(false), Some(false));
    let (count, size) = (image.number(16, 4)?, image.number(20, 4)?);
    let mut at = 32;
    for _ in 0..count {
        let (Some(command), Some(length)) = (image.number(at, 4), image.number(at + 4, 4)) else { break };
        if length < 8 || at + length > 32 + size {
            break;
        }
        load_command(image, command, at, &mut facts);
        at += length;
    }
    Some(facts)
}

fn load_command(image: &Image, command: u64, at: u64, facts: &mut BinaryFacts) {
    match command {
        LC_UUID => facts.has_uuid = Some(true),
        LC_BUILD_VERSION => facts.min_macos = image.number(at + 12, 4).map(version),
        LC_VERSION_MIN_MACOSX => facts.min_macos = image.number(at + 8, 4).map(version),
        LC_SEGMENT_64 => {
            if let Some(offset) = section(image, at, b"__go_buildinfo") {
                add_build_info(image, offset, facts);
            }
        }
        LC_CODE_SIGNATURE => {
            facts.is_signed = Some(true);
            facts.team = image.number(at + 8, 4).and_then(|offset| team(image, offset));
        }
        _ => {}
    }
}

/// `X.Y` in the upper bytes of a number `xxxx.yy.zz`.
fn version(packed: u64) -> String {
    let (major, minor) = (packed >> 16, (packed >> 8) & 0xff);
    if minor == 0 { major.to_string() } else { format!("{major}.{minor}") }
}

/// The file offset of a section of the segment at `at`.
fn section(image: &Image, at: u64, name: &[u8]) -> Option<u64> {
    const SEGMENT: u64 = 72;
    const SECTION: u64 = 80;
    let count = image.number(at + 64, 4)?.min(64);
    let sections = (0..count).map(|index| at + SEGMENT + index * SECTION);
    let found = sections.into_iter().find(|section| {
        let text = image.bytes(*section, 16);
        text.starts_with(name) && text[name.len()..].iter().all(|byte| *byte == 0)
    })?;
    image.number(found + 48, 4)
}

/// The team in the first code directory of a signature. Signatures are big-endian.
fn team(image: &Image, at: u64) -> Option<String> {
    let number = |at: u64| {
        let bytes = image.bytes(at, 4);
        (bytes.len() == 4).then(|| bytes.iter().fold(0, |value: u64, byte| (value << 8) | u64::from(*byte)))
    };
    if number(at)? != EMBEDDED_SIGNATURE {
        return None;
    }
    let blobs =
        (0..number(at + 8)?.min(MAX_BLOBS)).filter_map(|index| Some(at + number(at + 12 + index * 8 + 4)?));
    let directory = blobs.into_iter().find(|blob| number(*blob) == Some(CODE_DIRECTORY))?;
    // Only from this version on is there a team.
    if number(directory + 8)? < 0x2_0200 {
        return None;
    }
    let offset = number(directory + 48).filter(|offset| *offset != 0)?;
    let text = image.bytes(directory + offset, 32);
    let end = text.iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(&text[..end]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::binary::read;
    use crate::doctor::facts::BinaryFacts;

    fn of(bytes: &[u8]) -> Option<BinaryFacts> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x");
        fs_err::write(&file, bytes).unwrap();
        read(&file)
    }

    /// A program with these load commands.
    fn thin(cpu_type: u32, commands: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0xcf, 0xfa, 0xed, 0xfe];
        let size: usize = commands.iter().map(Vec::len).sum();
        for number in
            [cpu_type, 0, 2, u32::try_from(commands.len()).unwrap(), u32::try_from(size).unwrap(), 0, 0]
        {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(commands.concat());
        bytes
    }

    fn command(number: u32, fields: &[u32]) -> Vec<u8> {
        let length = 8 + 4 * u32::try_from(fields.len()).unwrap();
        [number, length].iter().chain(fields).flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn load_commands_say_what_a_program_needs() {
        let uuid = command(0x1b, &[0; 4]);
        let build = command(0x32, &[1, 13 << 16, 26 << 16, 0]);
        let facts = of(&thin(0x0100_000c, &[uuid, build])).unwrap();
        assert_eq!((facts.archs.as_slice(), facts.has_uuid), (&["arm64".to_owned()][..], Some(true)));
        assert_eq!((facts.min_macos.as_deref(), facts.is_signed), (Some("13"), Some(false)));
        let old = of(&thin(0x0100_0007, &[command(0x24, &[(10 << 16) | (15 << 8), 0])])).unwrap();
        assert_eq!((old.min_macos.as_deref(), old.has_uuid), (Some("10.15"), Some(false)));
    }

    #[test]
    fn the_signing_team_is_read() {
        let mut program = thin(0x0100_000c, &[command(0x1d, &[48, 200])]);
        assert_eq!(program.len(), 48);
        let directory_at: u32 = 20;
        for number in [0xfade_0cc0, 200, 1, 0, directory_at, 0xfade_0c02, 100, 0x2_0400] {
            program.extend(u32::to_be_bytes(number));
        }
        program.resize(48 + 20 + 48, 0);
        program.extend(52_u32.to_be_bytes());
        program.extend(b"EQHXZ8M8AV\0 and what is more than thirty bytes");
        let facts = of(&program).unwrap();
        assert_eq!((facts.is_signed, facts.team.as_deref()), (Some(true), Some("EQHXZ8M8AV")));
    }

    #[test]
    fn a_universal_file_has_several_architectures_and_a_java_class_none() {
        let slice = thin(0x0100_000c, &[command(0x1b, &[0; 4])]);
        let mut file = Vec::new();
        for number in [
            0xcafe_babe,
            2,
            0x0100_0007,
            3,
            4096,
            8,
            12,
            0x0100_000c,
            0,
            100,
            u32::try_from(slice.len()).unwrap(),
            2,
        ] {
            file.extend(u32::to_be_bytes(number));
        }
        file.resize(100, 0);
        file.extend(slice);
        let facts = of(&file).unwrap();
        assert_eq!((facts.archs, facts.has_uuid), (vec!["amd64".to_owned(), "arm64".to_owned()], Some(true)));
        assert_eq!(of(b"\xca\xfe\xba\xbe\0\0\0\x34 and more of a class file"), None);
    }
}
