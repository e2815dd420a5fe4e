//! The files of a release's module.
//!
//! Invariant: they depend only on the repository, the archives that SHA256SUMS lists, and the module's path.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::hash::{self, FileList};
use crate::shell::say;

/// The folder of the program, below the repository's root.
const SOURCES: &str = "gomod";

/// The go line: the oldest Go with `go:embed`.
const GO: &str = "1.16";

/// The files of the repository that are in the module beside the program.
const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// The go command refuses larger modules (x/mod/zip, `MaxZipFile`).
const LARGEST: usize = 500 << 20;

/// A release's module.
pub(super) struct Module {
    /// Its path, without upper-case letters.
    path: String,
    /// `v0.1.0`
    version: String,
    /// Its files, sorted by name.
    files: Vec<(String, Vec<u8>)>,
}

impl Module {
    /// Reads the program and the archives. `path` and `version` become its name.
    pub(super) fn new(repository: &Path, archives: &Path, path: &str, version: &str) -> Result<Self> {
        ensure!(
            path.contains('.') && path == path.to_ascii_lowercase() && !path.contains(char::is_whitespace),
            "not the path of a Go module in small letters: `{path}`"
        );
        let sums = fs::read_to_string(archives.join("SHA256SUMS"))
            .with_context(|| format!("there is no SHA256SUMS in {}", archives.display()))?;
        let mut files = vec![
            ("go.mod".to_owned(), format!("module {path}\n\ngo {GO}\n").into_bytes()),
            ("SHA256SUMS".to_owned(), sums.clone().into_bytes()),
        ];
        for line in sums.lines() {
            let (sum, name) =
                line.split_once("  ").with_context(|| format!("not a sum and a name: {line}"))?;
            let file = archives.join(name);
            let bytes = fs::read(&file).with_context(|| format!("can't read {}", file.display()))?;
            ensure!(hash::hex_sha256(&bytes) == sum, "{} has not the sum in SHA256SUMS", file.display());
            files.push((format!("archives/{name}"), bytes));
        }
        for name in LICENSES {
            files.push((name.to_owned(), fs::read(repository.join(name))?));
        }
        files.extend(sources(&repository.join(SOURCES), path)?);
        files.sort();
        let size: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        ensure!(size < LARGEST, "a module of {size} bytes is too large for the go command");
        Ok(Self { path: path.to_owned(), version: format!("v{version}"), files })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Its files, sorted by name.
    pub(super) fn files(&self) -> &[(String, Vec<u8>)] {
        &self.files
    }

    /// The name that its list of files has at the download base.
    pub(super) fn list_name(&self) -> String {
        format!("gom-{}-module.txt", self.version.trim_start_matches('v'))
    }

    /// What stands before each name in its zip.
    pub(super) fn prefix(&self) -> String {
        format!("{}@{}/", self.path, self.version)
    }

    pub(super) fn list(&self) -> FileList {
        FileList::new(self.files.iter().map(|(name, bytes)| (format!("{}{name}", self.prefix()), bytes)))
    }

    pub(super) fn go_mod(&self) -> &[u8] {
        self.files.iter().find(|(name, _)| name == "go.mod").map_or(&[], |(_, bytes)| bytes)
    }

    /// The list of the one file whose hash is the second line of the record.
    pub(super) fn go_mod_list(&self) -> FileList {
        FileList::new([("go.mod".to_owned(), self.go_mod())].into_iter())
    }

    /// Writes the module as it is published in a repository. What is in the folder is replaced.
    pub(super) fn write_to(&self, folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("can't remove {}", folder.display()))?;
        }
        for (name, bytes) in &self.files {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
            fs::write(&file, bytes).with_context(|| format!("can't write {}", file.display()))?;
        }
        say(&format!("{} ({} files)", folder.display(), self.files.len()));
        Ok(())
    }
}

/// Reads the program's files, but not its tests: those are run before a release.
fn sources(folder: &Path, path: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))? {
        let name =
            entry?.file_name().into_string().map_err(|_| anyhow::anyhow!("a name that is not UTF-8"))?;
        if !name.ends_with("_test.go") {
            let text = fs::read_to_string(folder.join(&name))?;
            files.push((name, text.replace("MODULE@", &format!("{path}@")).into_bytes()));
        }
    }
    Ok(files)
}
