//! The build id of a go program: the linker writes it at the start of the program's code, as text between
//! marks (cmd/internal/buildid, `ReadFile`). Two toolchains with one id build alike.

use std::io::Read;
use std::path::Path;

use crate::ci::CiError;

const START: &[u8] = b"\xff Go build ID: \"";
const END: &[u8] = b"\"\n \xff";

/// As much as Go's own reader looks at, doubled, in bytes.
const MAX: u64 = 64 << 10;

/// The id of the go program in a GOROOT.
pub fn read(goroot: &Path) -> Result<String, CiError> {
    let mut head = Vec::new();
    fs_err::File::open(goroot.join("bin/go"))?.take(MAX).read_to_end(&mut head)?;
    find(&head).ok_or_else(|| CiError::NoBuildId(goroot.to_path_buf()))
}

fn find(head: &[u8]) -> Option<String> {
    let at = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).position(|window| window == mark);
    let rest = &head[at(head, START)? + START.len()..];
    let id = &rest[..at(rest, END)?];
    let is_plain = !id.is_empty() && id.iter().all(u8::is_ascii_graphic);
    is_plain.then(|| String::from_utf8_lossy(id).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_stands_between_its_marks() {
        let program = [&b"\x7fELF......"[..], START, b"a-1/b_2/c", END, b"code"].concat();
        assert_eq!(find(&program).as_deref(), Some("a-1/b_2/c"));
        for head in [&b""[..], b"\xff Go build ID: \"abc", b"\xff Go build ID: \"\"\n \xff", b"#!/bin/sh\n"] {
            assert_eq!(find(head), None);
        }
    }
}
