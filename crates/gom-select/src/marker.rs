//! The file that makes a folder a store, `layout-version`: the number of the store's layout, and in a second line the
//! stores that are read after it.
//!
//! A store with a layout that this gom doesn't know is neither read nor written, because nothing is where it is expected.

use std::ffi::OsString;
use std::fmt;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use crate::explain::{ErrorKind, Explain};
use crate::regular_file::{self, AfterRead};
use crate::shell_quote::shell_quote;

/// The name of the file.
pub const MARKER: &str = "layout-version";

/// The number of the layout that this gom reads and writes.
pub const LAYOUT_VERSION: u32 = 1;

/// The size limit of the file in bytes.
const LIMIT: usize = 64 * 1024;

/// The content of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    content: Vec<u8>,
}

/// Why a store is not used: its layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLayout {
    /// The store.
    pub root: PathBuf,
    /// The first line of its `layout-version`.
    pub found: String,
}

impl Marker {
    /// Reads the file of a store. `None` if the folder has none, so that it is not a store.
    pub fn read(root: &Path, after: AfterRead) -> Option<Marker> {
        let content = regular_file::read_and(after, &root.join(MARKER), LIMIT).ok()??;
        Some(Marker { content })
    }

    /// The content for the layout of this gom, without other stores.
    pub fn here() -> Marker {
        Marker { content: format!("{LAYOUT_VERSION}\n").into_bytes() }
    }

    /// Fails if this gom doesn't know the layout of the store `root`, which the file is in. An older layout is known.
    pub fn check(&self, root: &Path) -> Result<u32, UnknownLayout> {
        let text = String::from_utf8_lossy(self.lines().next().unwrap_or_default());
        let number = text.trim().parse().ok().filter(|number| (1..=LAYOUT_VERSION).contains(number));
        number.ok_or_else(|| UnknownLayout { root: root.to_path_buf(), found: shown(text.trim()) })
    }

    /// The stores that are read after this one, as in PATH.
    pub fn list(&self) -> Option<OsString> {
        let line = self.lines().nth(1)?;
        (!line.is_empty()).then(|| OsString::from_vec(line.to_vec()))
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.content.split(|byte| *byte == b'\n')
    }
}

/// At most 32 characters, without control characters.
fn shown(text: &str) -> String {
    text.chars().take(32).map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

impl UnknownLayout {
    /// Whether a newer gom made the store.
    pub fn is_newer(&self) -> bool {
        self.found.parse().is_ok_and(|number: u64| number > u64::from(LAYOUT_VERSION))
    }

    /// The message without the store, for a text that names it.
    pub fn reason(&self) -> String {
        if self.is_newer() {
            format!("it has layout {}, and this gom knows layouts up to {LAYOUT_VERSION}", self.found)
        } else {
            format!("its {MARKER} begins with `{}`, which is not the number of a layout", self.found)
        }
    }
}

impl fmt::Display for UnknownLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.root.display();
        if self.is_newer() {
            let found = &self.found;
            write!(
                f,
                "the store `{root}` has layout {found}, and this gom knows layouts up to {LAYOUT_VERSION}"
            )
        } else {
            write!(f, "`{root}/{MARKER}` begins with `{}`, which is not the number of a layout", self.found)
        }
    }
}

impl std::error::Error for UnknownLayout {}

impl Explain for UnknownLayout {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Failure
    }

    fn value(&self) -> Option<String> {
        Some(self.root.display().to_string())
    }

    fn hint(&self) -> String {
        if self.is_newer() {
            return "run `gom self update`, or set GOM_HOME to another folder".to_owned();
        }
        let file = shell_quote(self.root.join(MARKER));
        format!("if no newer gom uses this store, run `echo {LAYOUT_VERSION} >{file}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &[u8]) -> Result<u32, String> {
        let marker = Marker { content: content.to_vec() };
        marker.check(Path::new("/s")).map_err(|error| error.found)
    }

    #[test]
    fn only_the_number_of_a_known_layout_is_accepted() {
        assert_eq!(check(b"1\n"), Ok(1));
        assert_eq!(check(b"1"), Ok(1));
        assert_eq!(check(b"1\r\n/opt/gom\n"), Ok(1));
        for (content, found) in
            [(&b"2\n"[..], "2"), (b"0\n", "0"), (b"", ""), (b"-1\n", "-1"), (b"\x1b[31m\n", "?[31m")]
        {
            assert_eq!(check(content), Err(found.to_owned()));
        }
        assert_eq!(check(&[b'9'; 1000]), Err("9".repeat(32)));
        let newer = |found: &str| UnknownLayout { root: "/s".into(), found: found.to_owned() }.is_newer();
        assert!(newer("2") && newer("99999999999") && !newer("0") && !newer("") && !newer("x"));
    }

    #[test]
    fn the_second_line_is_the_list() {
        let list = |content: &[u8]| Marker { content: content.to_vec() }.list();
        assert_eq!(list(b"1\n"), None);
        assert_eq!(list(b"1\n\n"), None);
        assert_eq!(list(b"1\n/opt/gom:/srv/gom\n"), Some("/opt/gom:/srv/gom".into()));
        assert_eq!(Marker::here().list(), None);
    }
}
