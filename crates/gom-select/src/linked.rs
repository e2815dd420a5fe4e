//! Linked toolchains: GOROOTs that gom did not install, each under a name that the user gave it with `gom link`.
//!
//! Owns: `linked/` of the store, read. Never: writes there, or proves anything. Invariant: a name that is a SPEC is
//! never one of a linked toolchain, and in a project's file a name counts only if `gom local` wrote it there, so a
//! cloned project selects no Go that nobody proved.

#![expect(clippy::disallowed_methods, reason = "reads what is linked")]

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::layout::Layout;
use crate::link_name::LinkName;
use crate::regular_file;
use crate::spec::PlatformSpec;
use crate::version::GoVersion;

/// The size limit of a VERSION file and of goversion.go in bytes.
const VERSION_LIMIT: usize = 16 * 1024;

/// The size limit of the list of files that may name a linked toolchain.
const FILES_LIMIT: usize = 1024 * 1024;

/// A linked toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedTree {
    /// Its name.
    pub name: LinkName,
    /// Its GOROOT: an absolute path.
    pub goroot: PathBuf,
    /// Its version, by its VERSION file or, in a checkout of Go's repository, by its source; `None` if neither tells.
    pub version: Option<GoVersion>,
    /// Whether it has an executable `bin/go`.
    pub is_usable: bool,
}

/// Returns the name that a text is for a linked toolchain, whether or not there is one. `None` if it is a SPEC or has
/// other characters.
pub fn name(text: &str) -> Option<LinkName> {
    if PlatformSpec::parse(text).is_ok() { None } else { LinkName::parse(text) }
}

/// Returns the name that a text is if a toolchain is linked under it.
pub fn known(layout: &Layout, text: &str) -> Option<LinkName> {
    name(text).filter(|name| fs::symlink_metadata(layout.linked_goroot(name)).is_ok())
}

/// Returns the toolchain that is linked under this name.
pub fn find(layout: &Layout, name: &LinkName) -> Option<LinkedTree> {
    let goroot = fs::read_link(layout.linked_goroot(name)).ok().filter(|target| target.is_absolute())?;
    let (version, is_usable) = (version(&goroot), has_go_command(&goroot));
    Some(LinkedTree { name: name.clone(), version, is_usable, goroot })
}

/// Lists the linked toolchains, sorted by name.
pub fn all(layout: &Layout) -> io::Result<Vec<LinkedTree>> {
    let entries = match fs::read_dir(layout.linked()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut trees = Vec::new();
    for entry in entries {
        let found = entry?.file_name().to_str().and_then(name);
        trees.extend(found.and_then(|name| find(layout, &name)));
    }
    trees.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(trees)
}

/// Whether the name counts in this file of a project: `gom local NAME` wrote it there. `file` may contain links.
pub fn counts_in(layout: &Layout, name: &LinkName, file: &Path) -> bool {
    place(file).is_ok_and(|place| files(layout, name).contains(&place))
}

/// A file's path as it is kept: its folder without links, and its name. The file itself may be a link, and then its
/// target does not count: a cloned project can have a link to a file elsewhere where the name counts.
pub fn place(file: &Path) -> io::Result<PathBuf> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    Ok(fs::canonicalize(folder)?.join(name))
}

/// Lists the files of projects where the name counts.
pub fn files(layout: &Layout, name: &LinkName) -> Vec<PathBuf> {
    let list = regular_file::read(&layout.linked_files(name), FILES_LIMIT).ok().flatten().unwrap_or_default();
    let lines = list.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| PathBuf::from(OsStr::from_bytes(line))).collect()
}

/// Whether a tree has an executable `bin/go`.
pub fn has_go_command(goroot: &Path) -> bool {
    let is_program =
        |metadata: fs::Metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0;
    fs::metadata(goroot.join("bin/go")).is_ok_and(is_program)
}

/// Returns the version of a tree. A development version counts as the go command counts it: as its language version,
/// which is older than each release of that line (cmd/go/internal/gover/local.go).
pub fn version(goroot: &Path) -> Option<GoVersion> {
    let read = |file: &str| {
        let bytes = regular_file::read(&goroot.join(file), VERSION_LIMIT).ok().flatten()?;
        String::from_utf8(bytes).ok()
    };
    match read("VERSION") {
        Some(text) => version_of_line(text.lines().next()?),
        None => version_of_source(&read("src/internal/goversion/goversion.go")?),
    }
}

fn version_of_line(line: &str) -> Option<GoVersion> {
    let line = line.trim();
    match line.strip_prefix("devel ") {
        Some(development) => GoVersion::from_toolchain_name(development).map(|version| version.language()),
        None => GoVersion::from_toolchain_name(line),
    }
}

/// Reads `const Version = 28` of Go's own source.
fn version_of_source(source: &str) -> Option<GoVersion> {
    let number = source.lines().find_map(|line| line.trim().strip_prefix("const Version ="))?;
    GoVersion::parse(&format!("1.{}", number.split("//").next()?.trim())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_or_a_keyword_is_no_name() {
        for text in ["1.22.6", "go1.22", "v1.21", "go-1.22.6", "latest", "stable", "oldstable", "system"] {
            assert_eq!(name(text), None, "{text}");
        }
        for text in ["tip", "mygo", "go1.22.6-bigcorp"] {
            assert!(name(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_development_version_is_older_than_its_releases() {
        for (line, version) in [
            ("go1.22.6", Some("1.22.6")),
            ("go1.22.6-bigcorp", Some("1.22.6")),
            ("go1.26.4 X:nocoverageredesign", Some("1.26.4")),
            ("devel go1.28-3c1a5b7 Thu Nov 5 10:00:00 2026 +0000", Some("1.28")),
            ("devel +abcdef", None),
            ("", None),
        ] {
            let found = version_of_line(line).map(|version| version.to_string());
            assert_eq!(found.as_deref(), version, "{line}");
        }
        let source = "package goversion\n\n// Version is the current.\nconst Version = 28 // next\n";
        assert_eq!(version_of_source(source).unwrap().to_string(), "1.28");
        assert!(version_of_source(source).unwrap() < GoVersion::parse("1.28rc1").unwrap());
    }
}
