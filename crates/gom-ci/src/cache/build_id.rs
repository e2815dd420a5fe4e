//! The build id of a go program. Two toolchains with the same id build the same. The linker writes it near the start of
//! the file: an ELF program has a note, any other program has it in the text of its first symbol (cmd/internal/buildid,
//! `readBinary` and `readELF`).

use std::path::Path;

use crate::error::CiError;
use gom_core::files;

/// The owner of the note, with its padding.
const NOTE_OWNER: &[u8] = b"Go\0\0";
/// The note's type.
const NOTE_TYPE: u32 = 4;

const TEXT_START: &[u8] = b"\xff Go build ID: \"";
const TEXT_END: &[u8] = b"\"\n \xff";

/// Twice as much as Go's own reader reads, in bytes.
const HEAD: u64 = 64 << 10;

/// The id of the go program in a GOROOT.
pub fn read(goroot: &Path) -> Result<String, CiError> {
    let head = files::read_head(&goroot.join("bin/go"), HEAD)?;
    in_note(&head).or_else(|| in_text(&head)).ok_or_else(|| CiError::NoBuildId(goroot.to_path_buf()))
}

/// A note: lengths of the owner and the id, the type, the owner, the id. Numbers are in the program's byte order.
fn in_note(head: &[u8]) -> Option<String> {
    let number: fn([u8; 4]) -> u32 = match head.get(..6)? {
        [0x7f, b'E', b'L', b'F', _, 1] => u32::from_le_bytes,
        [0x7f, b'E', b'L', b'F', _, 2] => u32::from_be_bytes,
        _ => return None,
    };
    let field = |at: usize| Some(number(head.get(at..at + 4)?.try_into().ok()?));
    let notes = head.windows(NOTE_OWNER.len()).enumerate().filter(|(_, window)| *window == NOTE_OWNER);
    notes.filter_map(|(at, _)| at.checked_sub(12)).find_map(|at| {
        let is_ours = field(at)? as usize == NOTE_OWNER.len() && field(at + 8)? == NOTE_TYPE;
        let id = head.get(at + 16..)?.get(..field(at + 4)? as usize)?;
        if is_ours { plain(id) } else { None }
    })
}

fn in_text(head: &[u8]) -> Option<String> {
    let at = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).position(|window| window == mark);
    let rest = &head[at(head, TEXT_START)? + TEXT_START.len()..];
    plain(&rest[..at(rest, TEXT_END)?])
}

fn plain(id: &[u8]) -> Option<String> {
    let is_plain = !id.is_empty() && id.iter().all(u8::is_ascii_graphic);
    is_plain.then(|| String::from_utf8_lossy(id).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(order: u8, number: fn(u32) -> [u8; 4], id: &[u8]) -> Vec<u8> {
        let length = u32::try_from(id.len()).unwrap();
        let header = [0x7f, b'E', b'L', b'F', 2, order, 1, 0];
        // Another note with the same beginning comes first.
        let other = [&number(4)[..], &number(3), &number(9), NOTE_OWNER, b"abc"].concat();
        [&header[..], &other, &number(4), &number(length), &number(4), NOTE_OWNER, id, b"\0"].concat()
    }

    #[test]
    fn an_elf_program_has_it_in_a_note() {
        let id = b"ZjAV_SGJ/9FOay-DG/fvTK";
        for program in [elf(1, u32::to_le_bytes, id), elf(2, u32::to_be_bytes, id)] {
            assert_eq!(in_note(&program).as_deref(), Some("ZjAV_SGJ/9FOay-DG/fvTK"));
            assert_eq!(in_note(&program[..program.len() - 3]), None);
        }
        assert_eq!(in_note(&elf(1, u32::to_be_bytes, id)), None);
        assert_eq!(in_note(b"Go\0\0"), None);
    }

    #[test]
    fn any_other_program_has_it_between_marks() {
        let program = [&b"\xcf\xfa\xed\xfe......"[..], TEXT_START, b"a-1/b_2/c", TEXT_END, b"code"].concat();
        assert_eq!(in_text(&program).as_deref(), Some("a-1/b_2/c"));
        for head in [&b""[..], b"\xff Go build ID: \"abc", b"\xff Go build ID: \"\"\n \xff", b"#!/bin/sh\n"] {
            assert_eq!(in_text(head), None);
        }
    }
}
