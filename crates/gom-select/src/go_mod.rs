//! The `go` and `toolchain` lines of a `go.mod` or `go.work`.
//!
//! Owns: the quick look-up that the go command does before it parses either file (`GoModLookup` in
//! `cmd/go/internal/gover`). Never: parses the file. To give the go command's answer, it is as strict as that
//! look-up: blocks are not understood, and a byte order mark is not skipped. Invariant: a value that is
//! present is trimmed and not empty.

/// The two lines that tell which Go a module or workspace asks for, each with its 1-based number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoModLines {
    /// The value of the first `go` line: the minimum version.
    pub go: Option<(String, usize)>,
    /// The value of the first `toolchain` line: a toolchain's name, or `default`.
    pub toolchain: Option<(String, usize)>,
}

/// Finds both lines in the content of a `go.mod` or `go.work`.
pub fn scan(text: &[u8]) -> GoModLines {
    // Invalid UTF-8 can match no key and is no white space, before and after this.
    let text = String::from_utf8_lossy(text);
    GoModLines { go: look_up(&text, "go"), toolchain: look_up(&text, "toolchain") }
}

/// Returns the value of the first line with `key`, without a comment. The first line decides even if it has
/// no value; then the go command goes on as if there were no such line.
fn look_up(text: &str, key: &str) -> Option<(String, usize)> {
    let (index, rest) = text.split('\n').enumerate().find_map(|(index, line)| {
        let rest = line.trim().strip_prefix(key)?;
        rest.starts_with([' ', '\t']).then_some((index, rest))
    })?;
    let value = rest.split_once("//").map_or(rest, |(value, _comment)| value).trim();
    (!value.is_empty()).then(|| (value.to_owned(), index + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The line as plain data for the tables.
    fn found(line: Option<&(String, usize)>) -> Option<(&str, usize)> {
        line.map(|(value, number)| (value.as_str(), *number))
    }

    #[test]
    fn both_lines_are_found_with_their_numbers() {
        let lines = scan(b"module example.com/m\n\ngo 1.22.1\r\n\ntoolchain go1.22.6 // why\n");
        assert_eq!(found(lines.go.as_ref()), Some(("1.22.1", 3)));
        assert_eq!(found(lines.toolchain.as_ref()), Some(("go1.22.6", 5)));
        assert_eq!(scan(b""), GoModLines::default());
    }

    #[test]
    fn lines_are_looked_up_as_the_go_command_does() {
        let rows = [
            (&b"go 1.22"[..], Some(("1.22", 1))),
            (b"\t go\t 1.22 \r\n", Some(("1.22", 1))),
            (b"\xc2\xa0go 1.22\n", Some(("1.22", 1))),
            (b"go 1.22//x\n", Some(("1.22", 1))),
            (b"// go 1.21\ngo 1.22\n", Some(("1.22", 2))),
            (b"go 1.21\ngo 1.22\n", Some(("1.21", 1))),
            (b"go 1.22 rc1\n", Some(("1.22 rc1", 1))),
            (b"gopher 1.21\ngo1.21\ngo\ngo 1.22\n", Some(("1.22", 4))),
            (b"go (\n1.22\n)\n", Some(("(", 1))),
            (b"\xff\xfe\ngo 1.22\xff\n", Some(("1.22\u{fffd}", 2))),
            (b"go // none\ngo 1.22\n", None),
            (b"go\xc2\xa01.22\n", None),
            (b"\xef\xbb\xbfgo 1.22\n", None),
            (b"module go 1.22\n", None),
        ];
        for (text, want) in rows {
            assert_eq!(found(scan(text).go.as_ref()), want, "{text:?}");
        }
        let lines = scan(b"toolchains x\ntoolchain\tdefault");
        assert_eq!(found(lines.toolchain.as_ref()), Some(("default", 2)));
    }

    proptest! {
        #[test]
        fn a_value_is_trimmed_and_stands_in_its_line(
            text in prop::collection::vec("(go|toolchain|)[ \t/]{0,3}\\PC{0,6}[\r\n]{0,2}", 0..5),
            tail in any::<Vec<u8>>(),
        ) {
            let text = [text.concat().into_bytes(), tail].concat();
            let lines = scan(&text);
            for (value, line) in lines.go.into_iter().chain(lines.toolchain) {
                let written = text.split(|byte| *byte == b'\n').nth(line - 1).unwrap();
                prop_assert!(!value.is_empty() && value == value.trim() && !value.contains("//"));
                prop_assert!(String::from_utf8_lossy(written).contains(&value));
            }
        }
    }
}
