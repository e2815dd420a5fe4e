//! The UUID of a Mach-O program, by which debuggers and crash reports find what belongs to it.
//!
//! The linker makes it from the file that it writes, in which the names of the machine's folders still are; they are
//! stripped later, and the UUID stays. So two builds in two folders would differ in it, and in nothing else. All numbers
//! of the header are little-endian on the processors that macOS runs on.

use anyhow::{Context, Result};
use object::macho::LC_UUID;
use sha2::{Digest, Sha256};

/// The length of the header of a 64-bit program, and where it has the number of load commands.
const HEADER: usize = 32;
const COMMANDS: usize = 16;

/// Sets the UUID from the content of a program, whose signature begins at `signature_start`.
pub(super) fn set(program: &mut [u8], signature_start: usize) -> Result<()> {
    let at = place(program)?;
    program.get_mut(at..at + 16).context("the UUID lies beyond the end")?.fill(0);
    let content = program.get(..signature_start).context("the signature lies beyond the end")?;
    let mut uuid = [0; 16];
    uuid.copy_from_slice(&Sha256::digest(content)[..16]);
    // Version 8: of a form of one's own (RFC 9562, 5.8).
    uuid[6] = uuid[6] & 0x0f | 0x80;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    program[at..at + 16].copy_from_slice(&uuid);
    Ok(())
}

/// Where the bytes of the UUID are.
fn place(program: &[u8]) -> Result<usize> {
    let mut at = HEADER;
    for _ in 0..number(program, COMMANDS)? {
        if number(program, at)? == LC_UUID {
            return Ok(at + 8);
        }
        at += number(program, at + 4)? as usize;
    }
    anyhow::bail!("it has no UUID")
}

fn number(bytes: &[u8], at: usize) -> Result<u32> {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk()).context("the header ends early")?;
    Ok(u32::from_le_bytes(*four))
}
