//! The names an archive may use. The rules are those of Go's module zips (x/mod/module `CheckFilePath`,
//! x/mod/zip), for every kind of archive: what passes here is safe on any file system.

use std::collections::HashMap;

use super::UnpackError;

/// More than any Go tree has (1.26 has 11,518 files), far less than a bomb.
const MAX_ENTRIES: usize = 200_000;

/// The longest name, in bytes. Go's longest has 108.
pub(super) const MAX_NAME: usize = 1024;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Folder,
    File,
}

/// Every name an archive has used so far, by its case-folded form: one archive, one meaning per name.
#[derive(Debug, Default)]
pub(super) struct Names {
    seen: HashMap<String, (String, Kind, bool)>,
}

impl Names {
    /// Takes a name in. It is relative to the tree and has passed [`checked`].
    pub(super) fn add(&mut self, name: &str, kind: Kind) -> Result<(), UnpackError> {
        let mut end = 0;
        while let Some(slash) = name[end..].find('/') {
            self.add_one(&name[..end + slash], Kind::Folder, false)?;
            end += slash + 1;
        }
        self.add_one(name, kind, true)?;
        if self.seen.len() > MAX_ENTRIES {
            return Err(UnpackError::TooLarge { limit: MAX_ENTRIES as u64, unit: "entries" });
        }
        Ok(())
    }

    /// `listed`: the archive has an entry of this name, rather than one below it.
    fn add_one(&mut self, name: &str, kind: Kind, listed: bool) -> Result<(), UnpackError> {
        let folded: String = name.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
        let Some((known, known_kind, known_listed)) = self.seen.get_mut(&folded) else {
            self.seen.insert(folded, (name.to_owned(), kind, listed));
            return Ok(());
        };
        let refuse = |reason| Err(UnpackError::Entry { name: name.escape_debug().to_string(), reason });
        if known != name {
            return refuse("another entry differs from it only in case");
        }
        if *known_kind != kind {
            return refuse("it is both a file and a folder");
        }
        if kind == Kind::File || (listed && *known_listed) {
            return refuse("it occurs twice");
        }
        *known_listed |= listed;
        Ok(())
    }
}

/// The name as text, if it may be the name of a file or folder below the tree's root.
pub(super) fn checked(name: &[u8]) -> Result<&str, UnpackError> {
    let text = std::str::from_utf8(name);
    let problem = match text {
        Ok(text) => problem(text),
        Err(_) => Some("its name is not UTF-8"),
    };
    match (text, problem) {
        (Ok(text), None) => Ok(text),
        (_, problem) => Err(refused(name, problem.unwrap_or("its name is not allowed"))),
    }
}

/// An entry that is refused; its name is shown with control characters escaped.
pub(super) fn refused(name: &[u8], reason: &'static str) -> UnpackError {
    let name: String = String::from_utf8_lossy(name).chars().take(200).collect();
    UnpackError::Entry { name: name.escape_debug().to_string(), reason }
}

fn problem(name: &str) -> Option<&'static str> {
    if name.starts_with('/') {
        return Some("its name is absolute");
    }
    if name.len() > MAX_NAME {
        return Some("its name is too long");
    }
    name.split('/').find_map(element_problem)
}

fn element_problem(element: &str) -> Option<&'static str> {
    match element {
        "" => return Some("its name has an empty element"),
        "." | ".." => return Some("its name leaves its folder"),
        _ => {}
    }
    if element.len() > 255 {
        return Some("its name is too long");
    }
    if element.ends_with('.') {
        return Some("its name ends with a dot");
    }
    if !element.chars().all(is_allowed) {
        return Some("its name has a character that no Go tree uses");
    }
    let stem = element.split('.').next().unwrap_or_default().to_ascii_uppercase();
    is_reserved_on_windows(&stem).then_some("its name is reserved on Windows")
}

fn is_allowed(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || "!#$%&()+,-.=@[]^_{}~ ".contains(character);
    }
    character.is_alphabetic()
}

fn is_reserved_on_windows(stem: &str) -> bool {
    if matches!(stem, "CON" | "PRN" | "AUX" | "NUL") {
        return true;
    }
    let mut numbered =
        stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).unwrap_or_default().chars();
    matches!((numbered.next(), numbered.next()), (Some('1'..='9'), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_do_harm_are_refused() {
        for name in [
            "/etc/passwd",
            "..",
            "a/../b",
            "a//b",
            "a/./b",
            "a/",
            "",
            "a\0b",
            "a\nb",
            "a\\b",
            "C:/x",
            "a.",
            "src/nul.go",
            "COM1",
            "lpt9.txt",
            "a*b",
            "a\u{202e}b",
        ] {
            assert!(checked(name.as_bytes()).is_err(), "{name:?}");
        }
        assert!(checked(b"a\xff").is_err());
        assert!(checked("x".repeat(300).as_bytes()).is_err());
    }

    #[test]
    fn names_that_go_uses_are_allowed() {
        for name in [
            "VERSION",
            "src/cmd/go.mod",
            "test/fixedbugs/issue27836.dir/Þfoo.go",
            "a b",
            "x/[1]_{2}~",
            "common",
        ] {
            assert_eq!(checked(name.as_bytes()).unwrap(), name);
        }
    }

    #[test]
    fn one_name_has_one_meaning() {
        let refused = |entries: &[(&str, Kind)]| {
            let mut names = Names::default();
            entries.iter().any(|(name, kind)| names.add(name, *kind).is_err())
        };
        assert!(refused(&[("a", Kind::File), ("a", Kind::File)]));
        assert!(refused(&[("a", Kind::Folder), ("a", Kind::Folder)]));
        assert!(refused(&[("a/b", Kind::File), ("A", Kind::File)]));
        assert!(refused(&[("a/b", Kind::File), ("A/c", Kind::File)]));
        assert!(refused(&[("a", Kind::File), ("a/b", Kind::File)]));
        assert!(refused(&[("a/b", Kind::File), ("a", Kind::File)]));
        assert!(refused(&[("straße", Kind::File), ("STRASSE", Kind::File)]));
        assert!(!refused(&[("a/b", Kind::File), ("a", Kind::Folder), ("a/c", Kind::File)]));
    }
}
