//! The `.go-version` file: versions separated by white space, and comments.
//!
//! Owns: its reader and what gom writes into it. Never: opens the file. Invariant: a file that was
//! rendered here reads back as the version it was rendered from.

use std::fmt;

use super::pin::{BOM, Links, Pin, PinError, PinnedSpec, too_large};

/// The maximum size of a version file in bytes; a larger file is an error.
pub const MAX_BYTES: usize = 1024;

/// Reads a `.go-version`. A byte order mark, CRLF, blank lines, and comments (`#` at the start of a
/// line or after white space) are skipped; every other word must be a version.
pub fn parse(bytes: &[u8]) -> Result<Pin, PinError> {
    parse_with(bytes, &|_| None)
}

/// Like [`parse`]; a word may also be the name of a linked toolchain.
pub fn parse_with(bytes: &[u8], links: Links<'_>) -> Result<Pin, PinError> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large(MAX_BYTES));
    }
    let mut specs = Vec::new();
    for (index, line) in bytes.strip_prefix(BOM).unwrap_or(bytes).split(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let Ok(line) = str::from_utf8(line) else {
            return Err(PinError::at(number, "", "it is not text (invalid UTF-8)"));
        };
        for word in line.split_ascii_whitespace().take_while(|word| !word.starts_with('#')) {
            specs.push(PinnedSpec::parse(word, number, links)?);
        }
    }
    if specs.is_empty() {
        return Err(PinError::whole_file("it names no version"));
    }
    Ok(Pin { specs })
}

/// Returns the content of a `.go-version` that pins `version`: one line, which every reader of such files
/// understands.
pub fn render(version: impl fmt::Display) -> String {
    format!("{version}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries(bytes: &[u8]) -> Vec<(usize, String)> {
        parse(bytes).unwrap().specs.iter().map(|pinned| (pinned.line, pinned.spec.to_string())).collect()
    }

    /// The error, after its line if it has one.
    fn error(bytes: &[u8]) -> String {
        let error = parse(bytes).unwrap_err();
        error.line.map_or(error.to_string(), |line| format!("line {line}: {error}"))
    }

    #[test]
    fn one_version_is_read_in_every_dressing() {
        let dressings: [&[u8]; 9] = [
            b"1.22.6\n",
            b"1.22.6",
            b"go1.22.6\r\n",
            b"\xef\xbb\xbfv1.22.6\n",
            b"\t go-1.22.6 \n",
            b"1.22.6 # ours\n",
            b"1.22.6\t#ours\n",
            b"1.22.6 #\n#1.99\n",
            b"1.22.6\n\n\n",
        ];
        for bytes in dressings {
            assert_eq!(entries(bytes), [(1, "1.22.6".to_owned())], "{bytes:?}");
        }
    }

    #[test]
    fn several_versions_are_a_fallback_list_with_their_lines() {
        let list = entries(b"# newest first\r\n1.24rc1 1.23.x\r\n\r\n\tlatest.darwin-arm64 # mac\r\n");
        let want = [(2, "1.24rc1"), (2, "1.23"), (4, "latest.darwin-arm64")];
        assert_eq!(list, want.map(|(line, text)| (line, text.to_owned())));
        assert_eq!(parse(b"go1.20.0").unwrap().specs[0].text, "go1.20.0");
    }

    #[test]
    fn a_file_without_a_version_is_an_error() {
        for bytes in [&b""[..], b"\n", b"  \r\n", b"# only this\n", b"\xef\xbb\xbf"] {
            assert_eq!(error(bytes), "it names no version", "{bytes:?}");
        }
    }

    #[test]
    fn an_invalid_entry_is_an_error_with_its_line() {
        let rows: [(&[u8], &str); 6] = [
            (
                b"1.22.6\n../../x\n",
                "line 2: invalid version `../../x`: it holds `/`, `\\` or `..`, which no version has",
            ),
            (
                b"1.22.6#no\n",
                "line 1: invalid version `1.22.6#no`: a version looks like `1.22.6`, `1.22` or `1.24rc1`",
            ),
            (b">=1.21\n", "line 1: invalid version `>=1.21`: a range belongs to a command, not to a file"),
            (b"\n\0\n", "line 2: invalid version `\\0`: it holds a control character"),
            (b"\x1b[31m1.22\n", "line 1: invalid version `\\u{1b}[31m1.22`: it holds a control character"),
            (b"1.22\n\xff\xfe1\n", "line 2: it is not text (invalid UTF-8)"),
        ];
        for (bytes, message) in rows {
            assert_eq!(error(bytes), message);
        }
        let PinError { line, value, .. } = parse(b"\n\n1.22 tip\n").unwrap_err();
        assert_eq!((line, &value[..]), (Some(3), "tip"));
    }

    #[test]
    fn a_large_file_is_refused_even_if_it_starts_well() {
        let mut bytes = b"1.22.6\n".to_vec();
        bytes.resize(MAX_BYTES, b'\n');
        assert!(parse(&bytes).is_ok());
        bytes.push(b'\n');
        assert_eq!(error(&bytes), "it is larger than 1024 bytes");
    }

    proptest! {
        #[test]
        fn any_bytes_give_an_error_or_a_non_empty_list(bytes in prop::collection::vec(any::<u8>(), 0..1100)) {
            if let Ok(pin) = parse(&bytes) {
                prop_assert!(!pin.specs.is_empty());
            }
        }

        #[test]
        fn what_is_rendered_reads_back(version in "1\\.(2[1-9]|[3-9][0-9])(\\.[1-9][0-9]?|rc[1-9])?") {
            let pin = parse(render(&version).as_bytes()).unwrap();
            prop_assert_eq!(pin.specs.len(), 1);
            prop_assert_eq!(pin.specs[0].spec.to_string(), version);
        }
    }
}
