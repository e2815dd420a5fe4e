//! Mach-O programs: their load commands, and who signed them.

use object::read::macho::{
    FatArch, LoadCommandData, MachHeader as _, MachOFatFile32, MachOFatFile64, Section as _, Segment as _,
};
use object::read::{ReadRef, Result};
use object::{BigEndian, Endianness, FileKind, U32, macho};

use super::build_info::add_build_info;
use crate::facts::BinaryFacts;

const EMBEDDED_SIGNATURE: u32 = 0xfade_0cc0;
const CODE_DIRECTORY: u32 = 0xfade_0c02;

/// The first version whose code directory names a team (xnu's `osfmk/kern/cs_blobs.h`).
const FIRST_WITH_TEAM: u32 = 0x2_0200;

/// The most entries of a signature's table of contents that are read.
const MAX_BLOBS: u32 = 16;

/// Adds the facts in the load commands. For a universal file: those of the slice for Apple Silicon, else of the first
/// slice.
pub(super) fn read<'data>(data: impl ReadRef<'data>, kind: FileKind, facts: &mut BinaryFacts) -> Result<()> {
    let start = match kind {
        FileKind::MachO64 => Some(0),
        FileKind::MachOFat32 => slice(MachOFatFile32::parse(data)?.arches()),
        FileKind::MachOFat64 => slice(MachOFatFile64::parse(data)?.arches()),
        _ => None,
    };
    start.map_or(Ok(()), |start| thin(data, start, facts))
}

fn slice<Arch: FatArch>(slices: &[Arch]) -> Option<u64> {
    let native = slices.iter().find(|slice| slice.cputype() == macho::CPU_TYPE_ARM64);
    Some(native.or_else(|| slices.first())?.offset().into())
}

fn thin<'data>(data: impl ReadRef<'data>, start: u64, facts: &mut BinaryFacts) -> Result<()> {
    let header = macho::MachHeader64::<Endianness>::parse(data, start)?;
    let endian = header.endian()?;
    (facts.has_uuid, facts.is_signed) = (Some(false), Some(false));
    let mut commands = header.load_commands(endian, data, start)?;
    while let Some(command) = commands.next()? {
        add_command(data, start, endian, command, facts)?;
    }
    Ok(())
}

fn add_command<'data>(
    data: impl ReadRef<'data>,
    start: u64,
    endian: Endianness,
    command: LoadCommandData<'data, Endianness>,
    facts: &mut BinaryFacts,
) -> Result<()> {
    match command.cmd() {
        macho::LC_UUID => facts.has_uuid = Some(true),
        macho::LC_BUILD_VERSION => {
            let build: &macho::BuildVersionCommand<Endianness> = command.data()?;
            facts.min_macos = Some(version(build.minos.get(endian)));
        }
        macho::LC_VERSION_MIN_MACOSX => {
            let minimum: &macho::VersionMinCommand<Endianness> = command.data()?;
            facts.min_macos = Some(version(minimum.version.get(endian)));
        }
        macho::LC_CODE_SIGNATURE => {
            facts.is_signed = Some(true);
            let signature: &macho::LinkeditDataCommand<Endianness> = command.data()?;
            facts.team = team(data, start + u64::from(signature.dataoff.get(endian)));
        }
        macho::LC_SEGMENT_64 => {
            let Some((segment, sections)) = command.segment_64()? else { return Ok(()) };
            let mut sections = segment.sections(endian, sections)?.iter();
            if let Some(section) = sections.find(|section| section.name() == b"__go_buildinfo") {
                add_build_info(data, start + u64::from(section.offset.get(endian)), facts);
            }
        }
        _ => {}
    }
    Ok(())
}

/// `X.Y` in the upper bytes of a number `xxxx.yy.zz`.
fn version(packed: u32) -> String {
    let (major, minor) = (packed >> 16, (packed >> 8) & 0xff);
    if minor == 0 { major.to_string() } else { format!("{major}.{minor}") }
}

/// The team in the first code directory of a signature. Signatures are big-endian.
fn team<'data>(data: impl ReadRef<'data>, at: u64) -> Option<String> {
    let number = |at: u64| data.read_at::<U32<BigEndian>>(at).ok().map(|number| number.get(BigEndian));
    if number(at)? != EMBEDDED_SIGNATURE {
        return None;
    }
    let count = number(at + 8)?.min(MAX_BLOBS);
    let blobs = (0..u64::from(count)).filter_map(|index| Some(at + u64::from(number(at + 16 + index * 8)?)));
    let directory = blobs.into_iter().find(|blob| number(*blob) == Some(CODE_DIRECTORY))?;
    if number(directory + 8)? < FIRST_WITH_TEAM {
        return None;
    }
    let name = directory + u64::from(number(directory + 48).filter(|offset| *offset != 0)?);
    let text = data.read_bytes_at_until(name..name + 32, 0).ok()?;
    Some(String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::binary::read;
    use crate::facts::BinaryFacts;

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
    fn load_commands_give_what_a_program_needs() {
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
