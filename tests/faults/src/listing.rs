//! Every file, folder and link below a folder, so that two moments can be compared.
//!
//! Owns: what of a file differs between two runs that did the same, such as the time in a receipt.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Folder,
    Link(PathBuf),
    File {
        mode: u32,
        content: Vec<u8>,
    },
    /// A FIFO, a device or a socket.
    Other,
}

/// The entries by their paths from the root.
pub(crate) type Listing = BTreeMap<String, Entry>;

/// Lists everything below a folder. What disappears meanwhile is left out.
pub(crate) fn list(root: &Path) -> Listing {
    let mut found = Listing::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            let Ok(entry) = read(&path, &name) else { continue };
            if entry == Entry::Folder {
                folders.push(path);
            }
            found.insert(name, entry);
        }
    }
    found
}

fn read(path: &Path, name: &str) -> io::Result<Entry> {
    let found = fs::symlink_metadata(path)?;
    Ok(if found.is_dir() {
        Entry::Folder
    } else if found.is_symlink() {
        Entry::Link(fs::read_link(path)?)
    } else if !found.is_file() {
        Entry::Other
    } else if is_program(name) {
        // Large, and never written in place: the length tells enough.
        Entry::File { mode: found.permissions().mode(), content: found.len().to_string().into_bytes() }
    } else {
        Entry::File { mode: found.permissions().mode(), content: without_times(name, fs::read(path)?) }
    })
}

/// Whether a file is one of gom's own programs.
fn is_program(name: &str) -> bool {
    name.ends_with(".gom/bin/gom") || name.ends_with(".gom/bin/gom-shim")
}

/// Of a receipt what it is for and how it was proven, since how the archive arrived may differ; a job's file with each
/// line once.
fn without_times(name: &str, content: Vec<u8>) -> Vec<u8> {
    if name.starts_with("runner/") {
        // The names of what is set: some values are times and counts.
        let text = String::from_utf8_lossy(&content).into_owned();
        let mut names: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
        names.retain(|name| !name.starts_with(['|', '#']) && !name.is_empty());
        names.sort_unstable();
        names.dedup();
        return names.join("\n").into_bytes();
    }
    let is_of_tool = name.contains(".gom/tools/") && name.ends_with("/receipt.json");
    if !name.contains(".gom/receipts/") && !is_of_tool {
        return content;
    }
    if name.ends_with(".files.gz") {
        return Vec::new();
    }
    let Ok(receipt) = serde_json::from_slice::<serde_json::Value>(&content) else { return content };
    if is_of_tool {
        return format!("{} {}", receipt["toolchain"], receipt["sha256"]).into_bytes();
    }
    format!("{} {}", receipt["toolchain"], receipt["proof"]["kind"]).into_bytes()
}

/// Whether a name is one of gom's temporary files.
pub(crate) fn is_temporary(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with(".gom-"))
}

/// Describes the first entries in which two listings differ.
pub(crate) fn difference(expected: &Listing, found: &Listing) -> Option<String> {
    let names: std::collections::BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differing: Vec<String> = names
        .into_iter()
        .filter(|name| expected.get(*name) != found.get(*name))
        .map(|name| match (expected.get(name), found.get(name)) {
            (Some(_), None) => format!("`{name}` is missing"),
            (None, Some(_)) => format!("`{name}` should not be there"),
            (expected, found) => format!("`{name}` is {}, not {}", brief(found), brief(expected)),
        })
        .collect();
    let more = differing.len().saturating_sub(4);
    let mut text = differing.into_iter().take(4).collect::<Vec<_>>().join(", ");
    if more > 0 {
        let _ = write!(text, ", and {more} more");
    }
    (!text.is_empty()).then_some(text)
}

fn brief(entry: Option<&Entry>) -> String {
    match entry {
        Some(Entry::File { content, mode }) => {
            let text: String = match std::str::from_utf8(content) {
                Ok(text) => text.chars().take(300).collect(),
                Err(_) => "not text".to_owned(),
            };
            format!("{text:?} ({} bytes, mode {:o})", content.len(), mode & 0o7777)
        }
        Some(Entry::Link(target)) => format!("a link to `{}`", target.display()),
        Some(Entry::Folder) => "a folder".to_owned(),
        Some(Entry::Other) => "no file".to_owned(),
        None => "nothing".to_owned(),
    }
}

/// Copies a folder with everything in it. Programs become links to the same file, because they are large.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, kind) =
            entry.and_then(|entry| Ok((entry.file_type()?, entry))).map(|(kind, entry)| (entry, kind))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if kind.is_dir() {
            copy(&path, &target)?;
            fs::set_permissions(&target, entry.metadata()?.permissions())?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&path)?, &target)?;
        } else if is_program(&path.to_string_lossy()) && fs::hard_link(&path, &target).is_ok() {
            // The same file now.
        } else if path.ends_with("bin/gom") {
            // On another file system: too large to be copied each time.
            std::os::unix::fs::symlink(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
            let time = entry.metadata()?.modified()?;
            fs::File::options().append(true).open(&target)?.set_modified(time)?;
        }
    }
    Ok(())
}
