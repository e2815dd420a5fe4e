//! Finds the dynamic loader that a Linux program needs to start, named in its ELF header.
//!
//! Owns: reading that name from the file. Never: runs anything. Invariant: an invalid or truncated file needs
//! no loader. If a program's loader is missing, the kernel reports "No such file or directory", as if the
//! program itself did not exist (execve(2)).

#![expect(clippy::disallowed_methods, reason = "reads which loader a program of Linux needs")]

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::regular_file;

/// `PT_INTERP` of the gABI.
const INTERPRETER: u64 = 3;

/// The length of the longest path (`PATH_MAX`).
const MAX_PATH: u64 = 4096;

/// More program headers than any linker writes.
const MAX_SEGMENTS: u64 = 128;

/// Returns the loader that this program needs, if it does not exist.
pub fn missing(program: &Path) -> Option<PathBuf> {
    of(program).filter(|loader| !loader.exists())
}

/// Returns the loader that this program needs; `None` for a static program, and for a file that is not ELF.
pub fn of(program: &Path) -> Option<PathBuf> {
    read(&regular_file::open(program).ok()??).ok().flatten()
}

fn read(file: &File) -> io::Result<Option<PathBuf>> {
    let mut head = [0; 64];
    file.read_exact_at(&mut head[..52], 0)?;
    if !head.starts_with(b"\x7fELF") {
        return Ok(None);
    }
    let (is_64, is_little) = (head[4] == 2, head[5] == 1);
    if is_64 {
        file.read_exact_at(&mut head, 0)?;
    }
    let number = |bytes: &[u8]| number(bytes, is_little);
    // The offset of the program headers, the size of each, and their number.
    let (at, size, count) = if is_64 {
        (number(&head[32..40]), number(&head[54..56]), number(&head[56..58]))
    } else {
        (number(&head[28..32]), number(&head[42..44]), number(&head[44..46]))
    };
    let least = if is_64 { 56 } else { 32 };
    if size < least || count > MAX_SEGMENTS {
        return Ok(None);
    }
    for index in 0..count {
        let mut segment = [0; 56];
        let segment = &mut segment[..if is_64 { 56 } else { 32 }];
        file.read_exact_at(segment, at.saturating_add(index * size))?;
        if number(&segment[..4]) != INTERPRETER {
            continue;
        }
        let (offset, length) = if is_64 {
            (number(&segment[8..16]), number(&segment[32..40]))
        } else {
            (number(&segment[4..8]), number(&segment[16..20]))
        };
        return text(file, offset, length.min(MAX_PATH));
    }
    Ok(None)
}

/// Reads a path that ends with a zero byte.
fn text(file: &File, offset: u64, length: u64) -> io::Result<Option<PathBuf>> {
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    file.read_exact_at(&mut bytes, offset)?;
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let path = std::str::from_utf8(&bytes[..end]).ok().map(PathBuf::from);
    Ok(path.filter(|path| path.is_absolute()))
}

fn number(bytes: &[u8], is_little: bool) -> u64 {
    let add = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
    if is_little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Creates a file of this name in the temporary folder; the tests run in one process.
    fn file(name: &str, bytes: &[u8]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("gom-loader-{}-{name}", std::process::id()));
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Makes an ELF file with two program headers, of which the second names a loader.
    fn elf(is_64: bool, is_little: bool, loader: &[u8]) -> Vec<u8> {
        let put = |bytes: &mut Vec<u8>, at: usize, width: usize, value: u64| {
            let little = value.to_le_bytes();
            for index in 0..width {
                bytes[at + index] = little[if is_little { index } else { width - 1 - index }];
            }
        };
        let (start, size) = if is_64 { (64, 56) } else { (52, 32) };
        let mut bytes = vec![0; start + 2 * size];
        bytes[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', 1 + u8::from(is_64), 2 - u8::from(is_little)]);
        let (offset, length) = (bytes.len() as u64, loader.len() as u64);
        let second = start + size;
        let (at, width, sizes) = if is_64 { (32, 8, 54) } else { (28, 4, 42) };
        put(&mut bytes, at, width, start as u64);
        put(&mut bytes, sizes, 2, size as u64);
        put(&mut bytes, sizes + 2, 2, 2);
        put(&mut bytes, start, 4, 1);
        put(&mut bytes, second, 4, INTERPRETER);
        put(&mut bytes, second + if is_64 { 8 } else { 4 }, width, offset);
        put(&mut bytes, second + if is_64 { 32 } else { 16 }, width, length);
        bytes.extend(loader);
        bytes
    }

    /// K10.2
    #[test]
    fn a_loader_is_read_in_both_sizes_and_orders() {
        for (is_64, is_little) in [(true, true), (true, false), (false, true), (false, false)] {
            let name = format!("{is_64}{is_little}");
            let missing_one = file(&name, &elf(is_64, is_little, b"/lib/ld-nowhere.so.1\0"));
            assert_eq!(of(&missing_one), Some("/lib/ld-nowhere.so.1".into()), "{name}");
            assert_eq!(missing(&missing_one), Some("/lib/ld-nowhere.so.1".into()), "{name}");
            let present = file(&name, &elf(is_64, is_little, b"/dev/null\0"));
            assert_eq!((of(&present), missing(&present)), (Some("/dev/null".into()), None), "{name}");
            fs::remove_file(present).unwrap();
        }
    }

    #[test]
    fn what_lies_or_ends_too_early_asks_for_none() {
        let whole = elf(true, true, b"/lib/ld-nowhere.so.1\0");
        for cut in 0..whole.len() {
            let path = file("cut", &whole[..cut]);
            assert_eq!(of(&path), None, "{cut} bytes");
        }
        for bytes in [&b"#!/bin/sh\n"[..], b"", &elf(true, true, b"relative.so\0"), &[0xff; 200]] {
            assert_eq!(of(&file("cut", bytes)), None);
        }
        fs::remove_file(file("cut", b"")).unwrap();
        assert_eq!(of(Path::new("/")), None);
        assert_eq!(of(Path::new("/nowhere")), None);
    }
}
