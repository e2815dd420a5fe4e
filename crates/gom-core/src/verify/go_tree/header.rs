//! The platform that a program was built for, by the first bytes of the file: ELF, Mach-O or PE, as Go's
//! linker writes them. Nothing is run.

use std::io::Read;
use std::path::Path;

use gom_select::platform::Platform;

/// Enough for all that is looked at; Go puts the PE header right behind its stub.
const LENGTH: u64 = 1024;

/// The platform of a program. `None` for what is no program, or one of a platform Go is not published for.
pub(super) fn platform(program: &Path) -> Option<Platform> {
    let mut bytes = Vec::new();
    fs_err::File::open(program).ok()?.take(LENGTH).read_to_end(&mut bytes).ok()?;
    let (os, arch) = match bytes.get(..4)? {
        b"\x7fELF" => elf(&bytes)?,
        // 64 bits, little endian: all that Go has built for macOS since 1.15.
        b"\xcf\xfa\xed\xfe" => ("darwin", mach_o(&bytes)?),
        [b'M', b'Z', ..] => ("windows", pe(&bytes)?),
        _ => return None,
    };
    Platform::new(os, arch).ok().filter(Platform::is_known)
}

/// System by `EI_OSABI`, which Linux leaves at 0, and architecture by `e_machine`.
fn elf(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let os = match bytes.get(7)? {
        0 | 3 => "linux",
        2 => "netbsd",
        6 => "solaris",
        9 => "freebsd",
        12 => "openbsd",
        _ => return None,
    };
    let (is_64, is_little) = (bytes[4] == 2, bytes[5] == 1);
    let machine: [u8; 2] = bytes.get(18..20)?.try_into().ok()?;
    let machine = if is_little { u16::from_le_bytes(machine) } else { u16::from_be_bytes(machine) };
    let arch = match (machine, is_64, is_little) {
        (3, ..) => "386",
        (8, false, false) => "mips",
        (8, false, true) => "mipsle",
        (8, true, false) => "mips64",
        (8, true, true) => "mips64le",
        (21, _, false) => "ppc64",
        (21, _, true) => "ppc64le",
        (22, ..) => "s390x",
        (40, ..) => "arm",
        (62, ..) => "amd64",
        (183, ..) => "arm64",
        (243, ..) => "riscv64",
        (258, ..) => "loong64",
        _ => return None,
    };
    Some((os, arch))
}

fn mach_o(bytes: &[u8]) -> Option<&'static str> {
    match bytes.get(4..8)? {
        [7, 0, 0, 1] => Some("amd64"),
        [12, 0, 0, 1] => Some("arm64"),
        _ => None,
    }
}

/// The header is where the four bytes at 0x3c say.
fn pe(bytes: &[u8]) -> Option<&'static str> {
    let at = u32::from_le_bytes(bytes.get(0x3c..0x40)?.try_into().ok()?);
    let header = bytes.get(usize::try_from(at).ok()?..)?.strip_prefix(b"PE\0\0")?;
    match u16::from_le_bytes(header.get(..2)?.try_into().ok()?) {
        0x014c => Some("386"),
        0x8664 => Some("amd64"),
        0x01c4 => Some("arm"),
        0xaa64 => Some("arm64"),
        _ => None,
    }
}
