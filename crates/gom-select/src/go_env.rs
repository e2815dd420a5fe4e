//! Go's environment files: the user's `go/env`, which `go env -w` writes, and the `go.env` of a GOROOT.
//!
//! Owns: their format and the place of the user's file (`EnvFile` and `readEnvFile` in
//! `cmd/go/internal/cfg`). Never: opens them, or decides between them and the process environment.
//! Invariant: a value is exactly the bytes Go would use, blanks and carriage returns included.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::platform::Platform;

/// The settings in an environment file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoEnvFile {
    values: BTreeMap<String, Lines>,
}

/// The first and the last line of a key, each as value and line number.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lines {
    first: (String, usize),
    last: (String, usize),
}

impl GoEnvFile {
    /// Returns the value of `key` and its 1-based line in the user's file, where the last line wins. The
    /// value may be empty: that still hides the value in a GOROOT's `go.env`.
    pub fn get(&self, key: &str) -> Option<(&str, usize)> {
        self.values.get(key).map(|Lines { last: (value, line), .. }| (value.as_str(), *line))
    }

    /// Returns the same for a GOROOT's `go.env`, where the first line wins: Go overwrites nothing there.
    pub fn first(&self, key: &str) -> Option<(&str, usize)> {
        self.values.get(key).map(|Lines { first: (value, line), .. }| (value.as_str(), *line))
    }
}

/// Parses lines `KEY=VALUE`. A key starts with `A` to `Z`, nothing is trimmed or quoted, and every other line
/// is skipped, as in Go. Invalid UTF-8 is replaced.
pub fn parse(bytes: &[u8]) -> GoEnvFile {
    let mut values = BTreeMap::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if let Some((key, value)) = key_and_value(&String::from_utf8_lossy(line)) {
            let line = (value.to_owned(), index + 1);
            let lines = values.entry(key.to_owned());
            lines
                .and_modify(|lines: &mut Lines| lines.last = line.clone())
                .or_insert(Lines { first: line.clone(), last: line });
        }
    }
    GoEnvFile { values }
}

/// Parses one line; `None` if it sets nothing.
pub fn key_and_value(line: &str) -> Option<(&str, &str)> {
    line.split_once('=').filter(|(key, _)| key.starts_with(|first: char| first.is_ascii_uppercase()))
}

/// Returns the path of the user's file: `$GOENV`, unless it is `off`, else `go/env` in the user's
/// configuration folder. `env` looks up a variable; an empty one counts as unset, as in Go.
pub fn user_file(env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    user_file_on(Platform::host().os(), env)
}

/// [`user_file`] on the system `os`, by Go's name. The folders are those of Go's `os.UserConfigDir`.
fn user_file_on(os: &str, env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |key| env(key).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(file) = set("GOENV") {
        // Compared as text: `off/` is a path.
        return (file.as_os_str() != "off").then_some(file);
    }
    let folder = match os {
        "darwin" => set("HOME")?.join("Library/Application Support"),
        "windows" => set("AppData")?,
        _ => match set("XDG_CONFIG_HOME") {
            // A relative folder is an error for Go, and HOME is not tried.
            Some(folder) => Some(folder).filter(|folder| folder.is_absolute())?,
            None => set("HOME")?.join(".config"),
        },
    };
    Some(folder.join("go/env"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_format_is_gos() {
        let file = parse(
            b"# GOFLAGS=-v\nGOPROXY=a\nGOSUMDB=\nlower=1\n GOBIN=/x\n\
              GOROOT = /y \r\n=z\nGOPROXY=b=c \"d\"\nNOVALUE",
        );
        let rows = [
            ("GOPROXY", Some(("b=c \"d\"", 8))),
            ("GOSUMDB", Some(("", 3))),
            ("GOROOT ", Some((" /y \r", 6))),
            ("GOROOT", None),
            ("GOFLAGS", None),
            ("# GOFLAGS", None),
            ("lower", None),
            ("GOBIN", None),
            ("", None),
            ("NOVALUE", None),
        ];
        for (key, want) in rows {
            assert_eq!(file.get(key), want, "{key:?}");
        }
        assert_eq!(file.first("GOPROXY"), Some(("a", 2)));
        assert_eq!(file.first("GOSUMDB"), Some(("", 3)));
        assert_eq!(parse(b"GOBIN=\xff/x").get("GOBIN"), Some(("\u{fffd}/x", 1)));
        assert_eq!(parse(b""), GoEnvFile::default());
    }

    #[test]
    fn the_users_file_is_where_go_looks_for_it() {
        let rows = [
            ("linux", &[("HOME", "/h")][..], Some("/h/.config/go/env")),
            ("linux", &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")], Some("/c/go/env")),
            ("linux", &[("HOME", "/h"), ("XDG_CONFIG_HOME", "")], Some("/h/.config/go/env")),
            ("linux", &[("HOME", "/h"), ("XDG_CONFIG_HOME", "c")], None),
            ("linux", &[("HOME", "/h"), ("GOENV", "/e")], Some("/e")),
            ("linux", &[("HOME", "/h"), ("GOENV", "")], Some("/h/.config/go/env")),
            ("linux", &[("HOME", "/h"), ("GOENV", "off")], None),
            ("linux", &[("HOME", "")], None),
            (
                "darwin",
                &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")],
                Some("/h/Library/Application Support/go/env"),
            ),
            ("darwin", &[], None),
            ("windows", &[("AppData", "/a"), ("HOME", "/h")], Some("/a/go/env")),
            ("windows", &[("HOME", "/h")], None),
        ];
        for (os, variables, want) in rows {
            let env =
                |key: &str| variables.iter().find(|(name, _)| *name == key).map(|(_, value)| value.into());
            assert_eq!(user_file_on(os, &env), want.map(PathBuf::from), "{os} {variables:?}");
        }
    }

    #[test]
    fn the_file_of_this_system_is_asked_for_by_default() {
        let env = |key: &str| (key == "GOENV").then(|| OsString::from("/e"));
        assert_eq!(user_file(&env), Some(PathBuf::from("/e")));
    }

    proptest! {
        #[test]
        fn the_last_line_of_a_key_wins(lines in prop::collection::vec("[A-B=# ]{0,2}=?\\PC{0,3}", 0..8)) {
            let file = parse(lines.join("\n").as_bytes());
            for key in ["A", "B", "AB", "A "] {
                let prefix = format!("{key}=");
                let set = |(line, n): (&'_ String, usize)| Some((line.strip_prefix(&prefix)?.to_owned(), n));
                let want = lines.iter().zip(1..).filter_map(set).last();
                prop_assert_eq!(file.get(key), want.as_ref().map(|(value, n)| (value.as_str(), *n)));
            }
        }

        #[test]
        fn any_bytes_set_only_keys_that_start_with_a_capital(bytes in any::<Vec<u8>>()) {
            let file = parse(&bytes);
            prop_assert!(file.values.keys().all(|key| key.as_bytes()[0].is_ascii_uppercase()));
        }
    }
}
