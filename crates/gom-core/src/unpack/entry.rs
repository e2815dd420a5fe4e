//! Checks the names in an archive. The rules are those of Go's module zips (x/mod/module `CheckFilePath`,
//! x/mod/zip), for every kind of archive: a name that passes is safe on any file system.

use std::collections::HashMap;

use super::error::UnpackError;

/// The maximum number of entries: more than any Go tree has (1.26 has 11,518 files), and far fewer than a zip
/// bomb.
pub(super) const MAX_ENTRIES: usize = 200_000;

/// The maximum length of all names together, in bytes, so that long names can't fill the memory. The names of
/// any Go tree have less (1.26: half a megabyte).
const MAX_ALL_NAMES: usize = 16 << 20;

/// The longest name, in bytes. Go's longest has 108.
pub(super) const MAX_NAME: usize = 1024;

/// The kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    Folder,
    File,
}

/// Every name in an archive so far, by its case-folded form. In one archive a name has one meaning.
#[derive(Debug, Default)]
pub(super) struct EntryNames {
    seen: HashMap<String, (String, EntryKind, bool)>,
    bytes: usize,
}

impl EntryNames {
    /// Adds a name. It is relative to the tree and has passed [`checked`].
    pub(super) fn add(&mut self, name: &str, kind: EntryKind) -> Result<(), UnpackError> {
        self.add_folders_of(name)?;
        self.add_one(name, kind, true)?;
        if self.seen.len() > MAX_ENTRIES {
            return Err(too_large(name.as_bytes(), MAX_ENTRIES as u64, "entries"));
        }
        Ok(())
    }

    /// Adds the folders of a name, from the nearest one up to one that is known; its own folders are known
    /// too.
    fn add_folders_of(&mut self, name: &str) -> Result<(), UnpackError> {
        let Some((folder, _)) = name.rsplit_once('/') else { return Ok(()) };
        let is_this =
            |(known, kind, _): &(String, EntryKind, bool)| known == folder && *kind == EntryKind::Folder;
        if self.seen.get(&folded(folder)).is_some_and(is_this) {
            return Ok(());
        }
        self.add_folders_of(folder)?;
        self.add_one(folder, EntryKind::Folder, false)
    }

    /// Adds a single name. `listed` means that the archive has an entry of this name, and not only one below
    /// it.
    fn add_one(&mut self, name: &str, kind: EntryKind, listed: bool) -> Result<(), UnpackError> {
        let folded = folded(name);
        let Some((known, known_kind, known_listed)) = self.seen.get_mut(&folded) else {
            self.bytes += name.len();
            if self.bytes > MAX_ALL_NAMES {
                return Err(too_large(name.as_bytes(), MAX_ALL_NAMES as u64, "bytes of names"));
            }
            self.seen.insert(folded, (name.to_owned(), kind, listed));
            return Ok(());
        };
        let refuse = |reason| Err(refused(name.as_bytes(), reason));
        if known != name {
            return refuse("another entry differs from it only in case");
        }
        if *known_kind != kind {
            return refuse("it is both a file and a folder");
        }
        if kind == EntryKind::File || (listed && *known_listed) {
            return refuse("it occurs twice");
        }
        *known_listed |= listed;
        Ok(())
    }
}

/// Folds a name to the form that all its spellings share on a file system that ignores case.
fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// Returns the name as text, if a file or folder below the tree's root may have it.
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

/// The error for an entry that is refused.
pub(super) fn refused(name: &[u8], reason: &'static str) -> UnpackError {
    UnpackError::Entry { name: shown(name), reason }
}

/// The error for the entry that exceeds a limit of the whole archive.
pub(super) fn too_large(name: &[u8], limit: u64, unit: &'static str) -> UnpackError {
    UnpackError::TooLarge { limit, unit, name: shown(name) }
}

/// The beginning of a name, with control characters escaped.
fn shown(name: &[u8]) -> String {
    let name: String = String::from_utf8_lossy(name).chars().take(200).collect();
    name.escape_debug().to_string()
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
    fn the_number_and_the_length_of_names_are_limited() {
        let refused_at = |name: &dyn Fn(usize) -> String| {
            let mut names = EntryNames::default();
            (0..=MAX_ENTRIES)
                .find_map(|number| Some((number, names.add(&name(number), EntryKind::File).err()?)))
        };
        let (number, error) = refused_at(&|number| number.to_string()).unwrap();
        assert_eq!(number, MAX_ENTRIES);
        assert_eq!(error.to_string(), "the archive unpacks to more than 200000 entries, with `200000`");
        // A long name has many folders, and each is kept.
        let deep = "a/".repeat(500);
        let (number, error) = refused_at(&|number| format!("{number}/{deep}x")).unwrap();
        assert!(number < 70, "{number}");
        let reason = "the archive unpacks to more than 16777216 bytes of names, with `";
        assert!(error.to_string().starts_with(reason), "{error}");
    }

    #[test]
    fn one_name_has_one_meaning() {
        let refused = |entries: &[(&str, EntryKind)]| {
            let mut names = EntryNames::default();
            entries.iter().any(|(name, kind)| names.add(name, *kind).is_err())
        };
        assert!(refused(&[("a", EntryKind::File), ("a", EntryKind::File)]));
        assert!(refused(&[("a", EntryKind::Folder), ("a", EntryKind::Folder)]));
        assert!(refused(&[("a/b", EntryKind::File), ("A", EntryKind::File)]));
        assert!(refused(&[("a/b", EntryKind::File), ("A/c", EntryKind::File)]));
        assert!(refused(&[("a", EntryKind::File), ("a/b", EntryKind::File)]));
        assert!(refused(&[("a/b", EntryKind::File), ("a", EntryKind::File)]));
        assert!(refused(&[("straße", EntryKind::File), ("STRASSE", EntryKind::File)]));
        assert!(!refused(&[("a/b", EntryKind::File), ("a", EntryKind::Folder), ("a/c", EntryKind::File)]));
    }
}
