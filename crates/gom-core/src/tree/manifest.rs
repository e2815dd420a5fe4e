//! The list of a tree's files with their sums, sorted by name. On disk it is gzip over the lines that
//! `sha256sum` prints and checks: `cd GOROOT && zcat LIST | sha256sum --check`.
//!
//! A list on disk is not trusted: it counts only if its hash is the proven one.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use gom_select::toolchain::ToolchainId;

use super::file_sum::FileSum;
use super::h1;
use crate::digest::Sha256Digest;

/// The size limit of a list as text, in bytes; the list of any tree is smaller (1.26: 14,000 files, 1.7 MB).
const MAX_TEXT: u64 = 32 << 20;

/// The approximate length of a line, in bytes.
const LINE: usize = 128;

/// The list of all files of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    files: Vec<FileSum>,
}

/// Why a list can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file, or its gzip form, can't be read.
    #[error("can't be read: {0}")]
    Io(#[from] io::Error),
    /// A line is not `SHA256  NAME`, or the lines are not sorted.
    #[error("line {line} is not a checksum and a name in order: `{text}`")]
    Line {
        /// 1-based.
        line: usize,
        /// The line's first 80 characters, control characters escaped.
        text: String,
    },
}

impl Manifest {
    /// Makes the list of these files, given in any order. No name occurs twice.
    pub fn new(mut files: Vec<FileSum>) -> Manifest {
        files.sort();
        Manifest { files }
    }

    /// The files, sorted by name.
    pub fn files(&self) -> &[FileSum] {
        &self.files
    }

    /// The sum of a file.
    pub fn sum(&self, name: &str) -> Option<Sha256Digest> {
        let index = self.files.binary_search_by(|file| file.name.as_str().cmp(name)).ok()?;
        Some(self.files[index].sha256)
    }

    /// Computes the hash that the checksum database records if this tree is that toolchain.
    pub fn h1(&self, id: &ToolchainId) -> String {
        h1::hash(&id.module_prefix(), &self.files)
    }

    /// Whether these files have that hash and no other files could have it. A list proves nothing, and the
    /// result is false, if it has a name that the hash can't tell from another: `_go.mod` stands for `go.mod`
    /// in it, and a line break ends a name.
    pub fn has_h1(&self, id: &ToolchainId, h1: &str) -> bool {
        self.files.iter().all(|file| is_plain(&file.name) && !is_module_form(&file.name)) && self.h1(id) == h1
    }

    /// The number of files that the hash covers.
    pub fn covered_files(&self) -> usize {
        self.files.iter().filter(|file| h1::is_covered(&file.name)).count()
    }

    /// Returns the list without the files that the hash does not cover.
    #[must_use]
    pub fn into_covered(mut self) -> Manifest {
        self.files.retain(|file| h1::is_covered(&file.name));
        self
    }

    /// Writes the list in its format on disk.
    pub fn to_gzip(&self) -> io::Result<Vec<u8>> {
        let mut text = String::with_capacity(self.files.len() * LINE);
        for file in &self.files {
            text.extend([file.sha256.hex().as_str(), "  ", &file.name, "\n"]);
        }
        let mut writer = GzEncoder::new(Vec::with_capacity(1 << 20), Compression::fast());
        writer.write_all(text.as_bytes())?;
        writer.finish()
    }

    /// Reads a list in its format on disk.
    pub fn from_gzip(bytes: &[u8]) -> Result<Manifest, ManifestError> {
        let mut text = String::new();
        GzDecoder::new(bytes).take(MAX_TEXT).read_to_string(&mut text)?;
        let mut files: Vec<FileSum> = Vec::new();
        for (index, line) in text.split_terminator('\n').enumerate() {
            let file = line
                .split_once("  ")
                .and_then(|(sum, name)| Some(FileSum { name: name.to_owned(), sha256: sum.parse().ok()? }));
            let in_order = |file: &FileSum| files.last().is_none_or(|last| last.name < file.name);
            match file {
                Some(file) if in_order(&file) => files.push(file),
                _ => {
                    let text = line.chars().take(80).flat_map(char::escape_debug).collect();
                    return Err(ManifestError::Line { line: index + 1, text });
                }
            }
        }
        Ok(Manifest { files })
    }
}

/// Whether a name can stand in a line of text as it is. Go's own hash refuses line breaks too.
pub(super) fn is_plain(name: &str) -> bool {
    !name.contains(char::is_control)
}

/// Whether this is the module zip's name of a `go.mod`.
fn is_module_form(name: &str) -> bool {
    name == "_go.mod" || name.ends_with("/_go.mod")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(names: &[&str]) -> Manifest {
        let file =
            |name: &&str| FileSum { name: (*name).to_owned(), sha256: Sha256Digest::of(name.as_bytes()) };
        Manifest::new(names.iter().map(file).collect())
    }

    #[test]
    fn a_list_reads_back_from_its_form_on_disk() {
        let list = manifest(&["src/go.mod", "VERSION", "test/a b.go", "bin/go", "src/ends in a return\r"]);
        assert_eq!(Manifest::from_gzip(&list.to_gzip().unwrap()).unwrap(), list);
        assert_eq!(list.sum("bin/go"), Some(Sha256Digest::of(b"bin/go")));
        assert_eq!(list.sum("bin/gofmt"), None);
        assert_eq!((list.covered_files(), list.into_covered().files().len()), (4, 4));
    }

    #[test]
    fn a_list_with_a_name_that_the_hash_confuses_has_no_hash() {
        let id = ToolchainId::parse("go1.22.6.linux-amd64").unwrap();
        let list = manifest(&["src/go.mod", "VERSION"]);
        assert!(list.has_h1(&id, &list.h1(&id)));
        assert!(!list.has_h1(&id, "h1:other"));
        for name in ["src/_go.mod", "_go.mod", "a\nb"] {
            let list = manifest(&[name, "VERSION"]);
            assert!(!list.has_h1(&id, &list.h1(&id)), "{name:?}");
        }
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_line() {
        let gzip = |text: &str| {
            let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
            writer.write_all(text.as_bytes()).unwrap();
            writer.finish().unwrap()
        };
        let sum = Sha256Digest::of(b"");
        for text in [
            format!("{sum}  b\n{sum}  a\n"),
            format!("{sum}  a\n{sum}  a\n"),
            format!("{sum}  a\nx\u{1b}z\n"),
        ] {
            let error = Manifest::from_gzip(&gzip(&text)).unwrap_err();
            assert!(matches!(error, ManifestError::Line { line: 2, .. }), "{error}");
            assert!(!error.to_string().contains(char::is_control), "{error}");
        }
        assert!(matches!(Manifest::from_gzip(b"no gzip"), Err(ManifestError::Io(_))));
    }
}
