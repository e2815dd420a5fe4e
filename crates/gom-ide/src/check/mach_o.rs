//! Whether a program for macOS is signed: Apple Silicon starts no other.

use object::read::macho::MachHeader as _;
use object::{Endianness, macho};

/// Whether the first bytes of a program have a load command with a signature. `None` if they are not those of a 64-bit
/// Mach-O program, or end before the load commands do.
pub(super) fn is_signed(head: &[u8]) -> Option<bool> {
    let header = macho::MachHeader64::<Endianness>::parse(head, 0).ok()?;
    let endian = header.endian().ok()?;
    let mut commands = header.load_commands(endian, head, 0).ok()?;
    while let Some(command) = commands.next().ok()? {
        if command.cmd() == macho::LC_CODE_SIGNATURE {
            return Some(true);
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of a program for Apple Silicon with one load command.
    fn program(command: u32) -> Vec<u8> {
        let mut bytes = vec![0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0];
        for number in [1, 16, 0x0020_0085, 0, command, 16, 0, 0] {
            bytes.extend(u32::to_le_bytes(number));
        }
        bytes
    }

    #[test]
    fn a_signature_is_a_load_command() {
        assert_eq!(is_signed(&program(macho::LC_CODE_SIGNATURE)), Some(true));
        assert_eq!(is_signed(&program(macho::LC_UUID)), Some(false));
        assert_eq!(is_signed(&program(macho::LC_UUID)[..40]), None);
        assert_eq!(is_signed(b"\x7fELF"), None);
    }
}
