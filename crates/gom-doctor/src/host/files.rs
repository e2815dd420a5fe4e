//! Looks at one path: its kind, and those parts of its contents that the checks read.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use gom_project::places::Kind;

use super::lines::{Filter, MAX_TEXT, lines};
use super::{binary, kinds, native};
use crate::facts::{FileFacts, FileKind};
use crate::lookup::has_extension;
use gom_core::files::{open, read_head};

/// The most names that are recorded of a folder.
const MAX_NAMES: usize = 200;

/// A path to look at, and what to record.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) look: Look,
}

/// What to record about a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    /// Whether it exists, and its path with links resolved.
    Only,
    /// The lines that matter.
    Lines(Filter),
    /// The versions and settings in a file of this kind, and the lines that matter.
    Kind(&'static Kind, Filter),
    /// The names that matter in a folder.
    Names(Filter),
    /// The facts in the header of a program.
    Program,
}

/// The facts about a path; `None` if it does not exist. If the system does not tell, that is a fact too.
pub(super) fn look(place: &Place) -> Option<FileFacts> {
    let path = Path::new(&place.path);
    match looked_at(path, place.look) {
        Ok(facts) => Some(facts),
        Err(error) if is_missing(&error) => None,
        Err(error) => {
            let unreadable = Some(error.kind().to_string());
            Some(FileFacts { kind: FileKind::Unknown, unreadable, ..FileFacts::default() })
        }
    }
}

/// Whether an error means that there is no such file.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn looked_at(path: &Path, look: Look) -> io::Result<FileFacts> {
    let link = path.symlink_metadata()?;
    let metadata = match path.metadata() {
        // A link in a circle leads nowhere either.
        Err(error) if link.is_symlink() && (is_missing(&error) || is_circle(&error)) => {
            let real = Some(fs_err::read_link(path)?.display().to_string());
            return Ok(FileFacts { kind: FileKind::DeadLink, real, ..FileFacts::default() });
        }
        metadata => metadata?,
    };
    let mut facts = common(path, &metadata);
    match look {
        Look::Lines(filter) if metadata.is_file() => match read_text(path) {
            Ok(text) => facts.lines = lines(&text, |_, line| filter(line)),
            Err(error) => facts.unreadable = Some(error.kind().to_string()),
        },
        Look::Kind(kind, filter) if metadata.is_file() => {
            let read = kinds::read(path, kind, filter, &mut facts);
            facts.unreadable = read.err().map(|error| error.kind().to_string());
        }
        Look::Names(filter) if metadata.is_dir() => match names(path, filter) {
            Ok(names) => facts.entries = names,
            Err(error) => facts.unreadable = Some(error.kind().to_string()),
        },
        Look::Program if metadata.is_file() => {
            facts.binary = binary::read(path);
            if facts.binary.is_none() {
                facts.unreadable = open(path).err().map(|error| error.kind().to_string());
            }
            facts.is_quarantined = native::is_quarantined(path);
        }
        Look::Only | Look::Lines(_) | Look::Kind(..) | Look::Names(_) | Look::Program => {}
    }
    Ok(facts)
}

fn is_circle(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

fn common(path: &Path, metadata: &Metadata) -> FileFacts {
    let real = fs_err::canonicalize(path).ok().filter(|real| real != path);
    let mode = metadata.permissions().mode();
    // In a folder that every user can write to, the sticky bit protects other users' files.
    let is_sticky = mode & 0o1000 != 0;
    FileFacts {
        kind: if metadata.is_dir() { FileKind::Folder } else { FileKind::File },
        real: real.map(|real| real.display().to_string()),
        is_executable: metadata.is_file() && mode & 0o111 != 0,
        is_writable_by_all: mode & 0o002 != 0 && !is_sticky,
        ..FileFacts::default()
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    Ok(String::from_utf8_lossy(&read_head(path, MAX_TEXT)?).into_owned())
}

fn names(path: &Path, filter: Filter) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(path)? {
        names.extend(entry?.file_name().into_string().ok().filter(|name| filter(name)));
    }
    names.sort();
    names.truncate(MAX_NAMES);
    Ok(names)
}

/// The Go files of a project that use cgo, with those lines. Limited in depth and number of files.
pub(super) fn with_cgo(project: &Path) -> Vec<(String, FileFacts)> {
    const DEEPEST: usize = 4;
    const MOST: usize = 2000;
    let (mut found, mut left) = (Vec::new(), MOST);
    let mut folders = vec![(project.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = fs_err::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) if is_missing(&error) => continue,
            Err(error) => {
                let unreadable = Some(error.kind().to_string());
                let facts = FileFacts { kind: FileKind::Folder, unreadable, ..FileFacts::default() };
                found.push((folder.display().to_string(), facts));
                continue;
            }
        };
        for entry in entries {
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            let Ok(kind) = entry.file_type() else { continue };
            let is_foreign =
                name.starts_with('.') || matches!(name.as_str(), "vendor" | "node_modules" | "testdata");
            if kind.is_dir() && depth < DEEPEST && !is_foreign {
                folders.push((path, depth + 1));
            } else if kind.is_file() && has_extension(&name, "go") {
                let Some(rest) = left.checked_sub(1) else { return found };
                left = rest;
                let Ok(text) = read_text(&path) else { continue };
                let lines = lines(&text, |_, line| line.contains("#cgo ") || line.trim() == "import \"C\"");
                if !lines.is_empty() {
                    found.push((path.display().to_string(), FileFacts { lines, ..FileFacts::default() }));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(path: &Path, look_for: Look) -> Option<FileFacts> {
        look(&Place { path: path.display().to_string(), look: look_for })
    }

    #[test]
    fn only_matching_lines_and_names_are_recorded() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let file = root.join(".zshrc");
        fs_err::write(&file, "alias ll=ls\nexport GO_TOKEN=secret PATH=/x\n").unwrap();
        let facts = seen(&file, Look::Lines(|line| line.contains("PATH"))).unwrap();
        assert_eq!(facts.lines, [(2, "export GO_TOKEN=xxxxx".to_owned())]);
        assert_eq!(seen(&root.join("none"), Look::Only), None);
        let folder = seen(&root, Look::Names(|name| name.starts_with('.'))).unwrap();
        assert_eq!((folder.kind, folder.entries), (FileKind::Folder, vec![".zshrc".to_owned()]));
    }

    /// A name that is too long is an error that root gets too.
    #[test]
    fn what_the_system_does_not_tell_is_not_missing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x".repeat(300));
        let facts = seen(&path, Look::Only).unwrap();
        assert_eq!(facts.kind, FileKind::Unknown);
        assert!(facts.unreadable.is_some());
        assert_eq!(seen(&dir.path().join("x/y"), Look::Only), None);
    }

    #[test]
    fn a_dead_link_has_its_target() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        fs_err::os::unix::fs::symlink("/nowhere/go", &link).unwrap();
        let facts = seen(&link, Look::Program).unwrap();
        assert_eq!((facts.kind, facts.real.as_deref()), (FileKind::DeadLink, Some("/nowhere/go")));
    }
}
