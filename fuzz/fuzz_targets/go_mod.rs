//! The `go` and `toolchain` lines of `go.mod`, on any bytes.
//!
//! Owns: a port of Go's `GoModLookup` that stays with bytes where the product turns them into text, and
//! the check that both find the same.
#![no_main]

use gom_select::go_mod;
use libfuzzer_sys::fuzz_target;

/// Every white space of Unicode that is not ASCII, as UTF-8: what Go's `TrimSpace` takes off, too.
const WIDE_SPACES: [&str; 19] = [
    "\u{85}", "\u{a0}", "\u{1680}", "\u{2000}", "\u{2001}", "\u{2002}", "\u{2003}", "\u{2004}", "\u{2005}",
    "\u{2006}", "\u{2007}", "\u{2008}", "\u{2009}", "\u{200a}", "\u{2028}", "\u{2029}", "\u{202f}",
    "\u{205f}", "\u{3000}",
];

fuzz_target!(|data: &[u8]| {
    let lines = go_mod::scan(data);
    assert_eq!(lines.go, look_up(data, b"go"));
    assert_eq!(lines.toolchain, look_up(data, b"toolchain"));
});

fn look_up(file: &[u8], key: &[u8]) -> Option<(String, usize)> {
    for (line, number) in file.split(|byte| *byte == b'\n').zip(1..) {
        let Some(rest) = trim(line).strip_prefix(key) else { continue };
        if !matches!(rest.first(), Some(b' ' | b'\t')) {
            continue;
        }
        let end = rest.windows(2).position(|pair| pair == b"//").unwrap_or(rest.len());
        let value = trim(&rest[..end]);
        return (!value.is_empty()).then(|| (String::from_utf8_lossy(value).into_owned(), number));
    }
    None
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = spaces().find_map(|space| bytes.strip_prefix(space)) {
        bytes = rest;
    }
    while let Some(rest) = spaces().find_map(|space| bytes.strip_suffix(space)) {
        bytes = rest;
    }
    bytes
}

fn spaces() -> impl Iterator<Item = &'static [u8]> {
    let ascii = [" ", "\t", "\n", "\r", "\u{b}", "\u{c}"];
    ascii.into_iter().chain(WIDE_SPACES).map(str::as_bytes)
}
