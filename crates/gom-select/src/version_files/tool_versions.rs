//! The Go line of a `.tool-versions` file, shared with asdf and mise.
//!
//! Owns: finding, reading and editing that one line. Never: looks at the lines of other tools, which need not
//! even be UTF-8. Invariant: an edit changes only the bytes of the versions (or removes the Go lines); key,
//! padding, comments, line endings and order stay.

use std::fmt;
use std::ops::Range;

use super::pin::{BOM, Links, Pin, PinError, PinnedSpec, too_large};

/// The maximum size of the file in bytes; a larger file is an error.
pub const MAX_BYTES: usize = 64 * 1024;

/// Reads the Go line: the first one whose key is `golang` or `go`, with or without a `:` at its end. `None`
/// if there is none. Keys and versions are separated by any white space, and `#` starts a comment.
pub fn parse(bytes: &[u8]) -> Result<Option<Pin>, PinError> {
    parse_with(bytes, &|_| None)
}

/// Like [`parse`]; a version may also be the name of a linked toolchain.
pub fn parse_with(bytes: &[u8], links: Links<'_>) -> Result<Option<Pin>, PinError> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large(MAX_BYTES));
    }
    let Some(line) = go_lines(bytes).next() else {
        return Ok(None);
    };
    let Ok(versions) = str::from_utf8(&bytes[line.versions]) else {
        return Err(PinError::at(line.number, "", "it is not text (invalid UTF-8)"));
    };
    let specs: Vec<_> = versions
        .split_ascii_whitespace()
        .map(|version| PinnedSpec::parse(version, line.number, links))
        .collect::<Result<_, _>>()?;
    if specs.is_empty() {
        return Err(PinError::at(line.number, "", "the Go line names no version"));
    }
    Ok(Some(Pin { specs }))
}

/// Returns the file with `version` in place of all versions of its Go line, and every other byte kept; `None`
/// if there is no Go line.
pub fn with_go_version(bytes: &[u8], version: impl fmt::Display) -> Option<Vec<u8>> {
    let line = go_lines(bytes).next()?;
    // A bare key has nothing to replace, not even a separator.
    let new = if line.versions.is_empty() { format!(" {version}") } else { version.to_string() };
    Some([&bytes[..line.versions.start], new.as_bytes(), &bytes[line.versions.end..]].concat())
}

/// Returns the file without its Go line, and every other byte kept; `None` if there is no Go line. Other Go
/// lines are removed too, because the next one would replace the removed one.
pub fn without_go_line(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut end = None;
    for line in go_lines(bytes) {
        kept.extend_from_slice(&bytes[end.unwrap_or(0)..line.whole.start]);
        end = Some(line.whole.end);
    }
    kept.extend_from_slice(&bytes[end?..]);
    // A byte order mark after a removed line is now at the start, and no longer hides a Go line.
    Some(without_go_line(&kept).unwrap_or(kept))
}

/// A Go line and its parts, as byte offsets in the file.
struct GoLine {
    /// Counted from 1.
    number: usize,
    /// The line with its line ending, without a byte order mark.
    whole: Range<usize>,
    /// From the first version to the end of the last; empty, right after the key, if there is none.
    versions: Range<usize>,
}

fn go_lines(bytes: &[u8]) -> impl Iterator<Item = GoLine> {
    let mut end = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    bytes[end..].split_inclusive(|byte| *byte == b'\n').enumerate().filter_map(move |(index, line)| {
        let start = end;
        end += line.len();
        let versions = go_versions(line)?;
        Some(GoLine {
            number: index + 1,
            whole: start..end,
            versions: start + versions.start..start + versions.end,
        })
    })
}

/// The range of the versions within `line` if its key is Go's.
fn go_versions(line: &[u8]) -> Option<Range<usize>> {
    let content = line.split(|byte| *byte == b'#').next()?;
    let content = content.trim_ascii_end();
    let key_start = content.len() - content.trim_ascii_start().len();
    let key_len = content[key_start..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
    let (key, versions) = content[key_start..].split_at(key_len);
    if !matches!(key.strip_suffix(b":").unwrap_or(key), b"golang" | b"go") {
        return None;
    }
    Some(content.len() - versions.trim_ascii_start().len()..content.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries(bytes: &[u8]) -> Option<Vec<(usize, String)>> {
        let pin = parse(bytes).unwrap()?;
        Some(pin.specs.iter().map(|pinned| (pinned.line, pinned.spec.to_string())).collect())
    }

    #[test]
    fn the_go_line_is_found_by_either_key() {
        let rows: [(&[u8], usize, &[&str]); 8] = [
            (b"golang 1.22.6\n", 1, &["1.22.6"]),
            (b"nodejs 20.1.0\ngo 1.22.6", 2, &["1.22.6"]),
            (b"go: 1.22\r\n", 1, &["1.22"]),
            (b"\xef\xbb\xbfgolang:\t1.22.6 # ours\n", 1, &["1.22.6"]),
            (b"# tools\n\n  golang\t 1.24rc1   1.23 system#x\n", 3, &["1.24rc1", "1.23", "system"]),
            (b"golang 1.22.6\ngo 1.99\n", 1, &["1.22.6"]),
            (b"lua \xff\xfe\ngo 1.21.0\n", 2, &["1.21.0"]),
            (b"gopls ../x\ngolangci-lint 1.55.2\ngo 1.21.0\n", 3, &["1.21.0"]),
        ];
        for (bytes, line, specs) in rows {
            let want = specs.iter().map(|spec| (line, (*spec).to_owned())).collect();
            assert_eq!(entries(bytes), Some(want), "{bytes:?}");
        }
    }

    #[test]
    fn a_file_without_a_go_line_says_nothing() {
        for bytes in [&b""[..], b"\n", b"nodejs 20\n", b"# go 1.22\n", b"golang1.22\n", b"#\n", b"\xff\n"] {
            assert_eq!(parse(bytes), Ok(None), "{bytes:?}");
            assert_eq!(with_go_version(bytes, "1.22.6"), None);
            assert_eq!(without_go_line(bytes), None);
        }
    }

    #[test]
    fn an_invalid_go_line_is_an_error_with_its_line() {
        let rows: [(&[u8], &str); 6] = [
            (b"nodejs 20\ngolang\n", "line 2: the Go line names no version"),
            (b"golang # 1.22\n", "line 1: the Go line names no version"),
            (b"golang path:/opt/go\n", "line 1: invalid version `path:/opt/go`: a folder is not a version"),
            (
                b"\ngo ref:master\n",
                "line 2: invalid version `ref:master`: gom installs releases, not a state of Go's repository",
            ),
            (
                b"go 1.22 a/b\n",
                "line 1: invalid version `a/b`: it holds `/`, `\\` or `..`, which no version has",
            ),
            (b"go \xff\n", "line 1: it is not text (invalid UTF-8)"),
        ];
        for (bytes, message) in rows {
            let error = parse(bytes).unwrap_err();
            assert_eq!(format!("line {}: {error}", error.line.unwrap()), message);
        }
        let large = vec![b'\n'; MAX_BYTES + 1];
        assert_eq!(parse(&large).unwrap_err().to_string(), "it is larger than 65536 bytes");
        assert_eq!(parse(&large[1..]), Ok(None));
    }

    #[test]
    fn an_edit_replaces_the_versions_and_nothing_else() {
        let rows: [(&[u8], &[u8]); 6] = [
            (b"golang 1.20\n", b"golang 1.22.6\n"),
            (b"a 1\r\ngo:\t 1.20  1.19 \t# why\r\nb 2", b"a 1\r\ngo:\t 1.22.6 \t# why\r\nb 2"),
            (b"\xef\xbb\xbf  golang   1.20", b"\xef\xbb\xbf  golang   1.22.6"),
            (b"go\n", b"go 1.22.6\n"),
            (b"go  # none yet\r\n", b"go 1.22.6  # none yet\r\n"),
            (b"\xff\ngo path:/x#c\ngo 1.1\n", b"\xff\ngo 1.22.6#c\ngo 1.1\n"),
        ];
        for (before, after) in rows {
            assert_eq!(with_go_version(before, "1.22.6").as_deref(), Some(after), "{before:?}");
        }
    }

    #[test]
    fn removing_leaves_no_go_line_and_all_else() {
        let rows: [(&[u8], &[u8]); 4] = [
            (b"golang 1.20\n", b""),
            (b"\xef\xbb\xbfgo 1.20\r\nnodejs 20\r\n", b"\xef\xbb\xbfnodejs 20\r\n"),
            (b"# c\na 1\ngo 1.20", b"# c\na 1\n"),
            (b"go 1.20\n\nx\ngolang 1.19 # old\n\xff", b"\nx\n\xff"),
        ];
        for (before, after) in rows {
            assert_eq!(without_go_line(before).as_deref(), Some(after), "{before:?}");
        }
    }

    /// Generates a line as in such files, rarely well-formed.
    fn any_line() -> impl Strategy<Value = Vec<u8>> {
        let text = "[ \t]{0,2}(go|golang|go:|nodejs|)[ \t]{0,2}([0-9a-z.:]{1,6}[ \t]{0,2}){0,2}(#.{0,4})?";
        prop_oneof![4 => text.prop_map(String::into_bytes), 1 => prop::collection::vec(any::<u8>(), 0..8)]
    }

    fn any_file() -> impl Strategy<Value = Vec<u8>> {
        let ended = (any_line(), prop::sample::select(&["\n", "\r\n", ""][..]));
        prop::collection::vec(ended, 0..6)
            .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.into()].concat()).collect())
    }

    proptest! {
        #[test]
        fn an_edit_is_what_is_read_and_keeps_every_other_byte(before in any_file()) {
            match with_go_version(&before, "1.22.6") {
                None => prop_assert_eq!(parse(&before), Ok(None)),
                Some(after) => {
                    let line = go_lines(&before).next().unwrap();
                    prop_assert_eq!(entries(&after), Some(vec![(line.number, "1.22.6".to_owned())]));
                    prop_assert!(after.starts_with(&before[..line.versions.start]));
                    prop_assert!(after.ends_with(&before[line.versions.end..]));
                    prop_assert_eq!(with_go_version(&after, "1.22.6"), Some(after));
                }
            }
        }

        #[test]
        fn after_removal_all_other_lines_are_left(before in any_file()) {
            if let Some(after) = without_go_line(&before) {
                prop_assert_eq!(parse(&after), Ok(None));
                let body = before.strip_prefix(BOM).unwrap_or(&before);
                let others: Vec<u8> = body
                    .split_inclusive(|byte| *byte == b'\n')
                    .filter(|line| go_versions(line).is_none())
                    .flatten().copied().collect();
                prop_assert_eq!(after.strip_prefix(BOM).unwrap_or(&after), &others[..]);
            }
        }
    }
}
