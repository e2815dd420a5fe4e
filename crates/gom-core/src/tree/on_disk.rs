//! Hashes a tree on disk: every file below a folder, with as many threads as there are cores.
//!
//! Only regular files with plain names are read. Links, devices, and names that the checksum database's hash
//! can't express are listed by name and never followed or opened. Files that macOS's Finder leaves in any
//! folder that it shows are recognized by name and first bytes: no release has them, and Go does not read
//! them. Folders themselves, modes and times are ignored: the hash does not contain them.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fs_err::os::unix::fs::OpenOptionsExt;
use fs_err::{DirEntry, OpenOptions};
use gom_select::explain::{ErrorKind, Explain};
use gom_select::toolchain::ToolchainId;
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use super::file_sum::FileSum;
use super::h1::is_covered;
use super::manifest::{Manifest, is_plain};
use crate::cancel::{Cancel, Cancelled};
use crate::digest::Sha256Digest;
use crate::threads::share;

/// The size of a read buffer. Most files of a tree fit into it, so that one read is enough.
const BUFFER: usize = 128 << 10;

/// The size limit of a file in bytes: that of a whole tree when it is unpacked.
const LARGEST: u64 = 1 << 30;

/// The content of a folder on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeOnDisk {
    /// Its regular files.
    pub files: Manifest,
    /// The names of everything else except folders, sorted: links, devices, files larger than 1 GiB, and files
    /// whose names have control characters or are not UTF-8 (such bytes are replaced here). No release of Go has
    /// any.
    pub odd: Vec<String>,
    /// The names of the files that macOS's Finder left: see [`is_of_finder`]. Sorted.
    pub of_finder: Vec<String>,
}

/// Whether macOS uses this name for the state of a folder's window or, on a volume without extended
/// attributes, for the attributes of another file.
pub fn is_of_finder(name: &str) -> bool {
    name == ".DS_Store" || name.starts_with("._")
}

/// The first bytes of such files: the Finder's own format, and `AppleDouble` (RFC 1740).
const OF_FINDER: [&[u8]; 2] = [b"\0\0\0\x01Bud1", b"\0\x05\x16\x07"];

/// Why a tree can't be hashed.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// A file or folder in it can't be read. The message names it.
    #[error("can't verify: {0}")]
    Io(#[from] io::Error),
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl Explain for TreeError {
    fn kind(&self) -> ErrorKind {
        match self {
            TreeError::Io(_) => ErrorKind::Failure,
            TreeError::Cancelled(cancelled) => cancelled.kind(),
        }
    }

    fn hint(&self) -> String {
        match self {
            TreeError::Io(_) => {
                "make it readable, or run the command as the user whose files they are".to_owned()
            }
            TreeError::Cancelled(cancelled) => cancelled.hint(),
        }
    }
}

impl TreeOnDisk {
    /// Hashes everything below `root`. It blocks until it is done. `begun` is called with the number of files
    /// begun and the number of all files.
    pub fn read(
        root: &Path,
        cancel: &Cancel,
        begun: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<TreeOnDisk, TreeError> {
        let Names { files: names, mut odd, mut of_finder } = names(root, cancel)?;
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let (files, too_large) = hash_all(root, &names, threads, cancel, begun)?;
        odd.extend(too_large);
        odd.sort();
        of_finder.sort();
        Ok(TreeOnDisk { files: Manifest::new(files), odd, of_finder })
    }

    /// Whether these files have that hash and no other files could have it: see [`Manifest::has_h1`].
    pub fn has_h1(&self, id: &ToolchainId, h1: &str) -> bool {
        self.odd.is_empty() && self.files.has_h1(id, h1)
    }

    /// Returns the part that the hash covers.
    #[must_use]
    pub fn into_covered(self) -> TreeOnDisk {
        let odd = self.odd.into_iter().filter(|name| is_covered(name)).collect();
        TreeOnDisk { files: self.files.into_covered(), odd, of_finder: self.of_finder }
    }
}

/// The names below a folder, with slashes.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) files: Vec<String>,
    odd: Vec<String>,
    of_finder: Vec<String>,
}

/// Lists the names of the regular files below a folder, and of everything that is neither a file nor a
/// folder.
pub(super) fn names(root: &Path, cancel: &Cancel) -> Result<Names, TreeError> {
    let Names { mut files, mut odd, mut of_finder } = Names::default();
    let mut folders = VecDeque::from([String::new()]);
    while let Some(folder) = folders.pop_front() {
        cancel.check()?;
        for entry in fs_err::read_dir(root.join(&folder))? {
            let entry: DirEntry = entry?;
            let kind = entry.file_type()?;
            let parent = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            match entry.file_name().into_string() {
                Ok(name) if !is_plain(&name) => odd.push(format!("{parent}{name}")),
                Ok(name) if kind.is_dir() => folders.push_back(format!("{parent}{name}")),
                Ok(name) if kind.is_file() && is_of_finder(&name) && begins_as_of_finder(&entry.path())? => {
                    of_finder.push(format!("{parent}{name}"));
                }
                Ok(name) if kind.is_file() => files.push(format!("{parent}{name}")),
                Ok(name) => odd.push(format!("{parent}{name}")),
                Err(name) => odd.push(format!("{parent}{}", name.to_string_lossy())),
            }
        }
    }
    Ok(Names { files, odd, of_finder })
}

/// Whether a file with such a name also has the first bytes of one. If not, it is an ordinary file.
fn begins_as_of_finder(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    no_follow(path)?.take(8).read_to_end(&mut head)?;
    Ok(OF_FINDER.iter().any(|magic| head.starts_with(magic)))
}

/// Hashes these files, with as many threads as there are cores. `None` if one is too large.
pub(super) fn sums(
    root: &Path,
    names: &[String],
    cancel: &Cancel,
) -> Result<Option<Vec<FileSum>>, TreeError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let (sums, too_large) = hash_all(root, names, threads, cancel, &|_, _| ())?;
    Ok(too_large.is_empty().then_some(sums))
}

/// Hashes the files, and lists those that are too large. Each thread takes the next file when it is done with one, so that a big file delays no
/// other.
fn hash_all(
    root: &Path,
    names: &[String],
    threads: usize,
    cancel: &Cancel,
    begun: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Vec<FileSum>, Vec<String>), TreeError> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<_, TreeError> {
        let (mut buffer, mut sums, mut too_large) = (vec![0; BUFFER], Vec::new(), Vec::new());
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = names.get(number) else { break };
            begun(number, names.len());
            let sha256 = hash(&root.join(name), &mut buffer, cancel).inspect_err(|_| {
                // The other threads can stop.
                next.store(names.len(), Ordering::Relaxed);
            })?;
            match sha256 {
                Some(sha256) => sums.push(FileSum { name: name.clone(), sha256 }),
                None => too_large.push(name.clone()),
            }
        }
        Ok((sums, too_large))
    };
    let (mut sums, mut too_large) = (Vec::new(), Vec::new());
    for some in share(threads, work) {
        let (some_sums, some_too_large) = some?;
        sums.extend(some_sums);
        too_large.extend(some_too_large);
    }
    Ok((sums, too_large))
}

/// Opens a file that was listed. Meanwhile it may have become a link, which is not followed, or a FIFO, whose writer
/// is not waited for.
fn no_follow(path: &Path) -> io::Result<fs_err::File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// The sum of a file; `None` if it is larger than [`LARGEST`].
fn hash(path: &Path, buffer: &mut [u8], cancel: &Cancel) -> Result<Option<Sha256Digest>, TreeError> {
    let mut file = no_follow(path)?;
    let (mut hasher, mut total) = (Sha256::new(), 0);
    loop {
        cancel.check()?;
        match file.read(buffer) {
            Ok(0) => break,
            Ok(count) => {
                hasher.update(&buffer[..count]);
                // Most files end in the first buffer, and need no look at their size.
                let is_first_of_many = total == 0 && count == buffer.len();
                total += count as u64;
                if total > LARGEST || (is_first_of_many && file.metadata()?.len() > LARGEST) {
                    return Ok(None);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(hasher.into()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let file = dir.path().join(name);
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(file, content).unwrap();
        }
        dir
    }

    fn read(dir: &tempfile::TempDir) -> TreeOnDisk {
        TreeOnDisk::read(dir.path(), &Cancel::default(), &|_, _| ()).unwrap()
    }

    #[test]
    fn every_file_is_there_with_its_sum_however_many_threads_hash() {
        let big = vec![7; 3 * BUFFER + 1];
        let mut files: Vec<(String, &[u8])> =
            (0..300).map(|number| (format!("src/{}/{number}.go", number % 7), &b"package x"[..])).collect();
        files.push(("bin/go".to_owned(), &big));
        files.push(("empty".to_owned(), b""));
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, content)| (name.as_str(), *content)).collect();
        let dir = tree(&files);
        let sum = |(name, content): &(&str, &[u8])| FileSum {
            name: (*name).to_owned(),
            sha256: Sha256Digest::of(content),
        };
        let expected = Manifest::new(files.iter().map(sum).collect());
        assert_eq!(read(&dir), TreeOnDisk { files: expected.clone(), ..TreeOnDisk::default() });
        let names = names(dir.path(), &Cancel::default()).unwrap().files;
        for threads in [1, 9] {
            let sums = hash_all(dir.path(), &names, threads, &Cancel::default(), &|_, _| ()).unwrap().0;
            assert_eq!(Manifest::new(sums), expected);
        }
    }

    #[test]
    fn what_is_no_plain_file_is_named_and_never_followed() {
        let dir = tree(&[("VERSION", b"go1.22.6"), ("a\nb", b"x")]);
        let outside = tree(&[("secret", b"")]);
        symlink(outside.path(), dir.path().join("folder")).unwrap();
        symlink("VERSION", dir.path().join("file")).unwrap();
        symlink("nowhere", dir.path().join("broken")).unwrap();
        let mut odd = vec!["a\nb", "broken", "file", "folder"];
        // macOS has no such names.
        if fs_err::write(dir.path().join(std::ffi::OsStr::from_bytes(b"\xff")), "x").is_ok() {
            odd.push("\u{fffd}");
        }
        let found = read(&dir);
        assert_eq!(found.odd, odd);
        assert_eq!(found.files.files().len(), 1);
    }

    // K13.6
    #[test]
    fn what_the_finder_left_is_told_from_files_that_only_have_such_names() {
        let dir = tree(&[
            ("VERSION", b"go1.22.6"),
            (".DS_Store", b"\0\0\0\x01Bud1\0\0"),
            ("src/._a.go", b"\0\x05\x16\x07\0\x02\0\0Mac OS X"),
            ("src/._b.go", b"package b"),
            ("src/DS_Store", b"\0\0\0\x01Bud1\0\0"),
        ]);
        symlink("VERSION", dir.path().join("._link")).unwrap();
        let found = read(&dir);
        assert_eq!(found.of_finder, [".DS_Store", "src/._a.go"]);
        assert_eq!(found.odd, ["._link"]);
        let names: Vec<&str> = found.files.files().iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["VERSION", "src/._b.go", "src/DS_Store"]);
    }

    #[test]
    fn a_link_put_there_after_the_walk_is_not_followed() {
        let dir = tree(&[("VERSION", b"go1.22.6")]);
        symlink("VERSION", dir.path().join("late")).unwrap();
        let error =
            hash_all(dir.path(), &["late".to_owned()], 2, &Cancel::default(), &|_, _| ()).unwrap_err();
        assert!(error.to_string().contains("late"), "{error}");
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        let missing = TreeOnDisk::read(Path::new("/nowhere/go"), &Cancel::default(), &|_, _| ()).unwrap_err();
        assert!(missing.to_string().contains("/nowhere/go"), "{missing}");
        let dir = tree(&[]);
        let error =
            hash_all(dir.path(), &["gone".to_owned()], 2, &Cancel::default(), &|_, _| ()).unwrap_err();
        assert!(error.to_string().contains("gone"), "{error}");
    }

    #[test]
    fn a_cancelled_hash_stops() {
        let dir = tree(&[("VERSION", b"go1.22.6")]);
        let cancel = Cancel::default();
        cancel.cancel();
        assert!(matches!(TreeOnDisk::read(dir.path(), &cancel, &|_, _| ()), Err(TreeError::Cancelled(_))));
        let names = ["VERSION".to_owned()];
        assert!(matches!(hash_all(dir.path(), &names, 2, &cancel, &|_, _| ()), Err(TreeError::Cancelled(_))));
    }

    #[test]
    fn a_file_larger_than_any_tree_is_odd_and_not_read_to_its_end() {
        let dir = tree(&[("a", b"x"), ("large", b"")]);
        let large = fs_err::OpenOptions::new().write(true).open(dir.path().join("large")).unwrap();
        large.set_len(1 << 40).unwrap();
        let found = read(&dir);
        assert_eq!((found.files.files().len(), found.odd), (1, vec!["large".to_owned()]));
    }

    #[test]
    fn a_tree_with_anything_odd_has_no_hash() {
        let id = ToolchainId::parse("go1.22.6.linux-amd64").unwrap();
        let dir = tree(&[("VERSION", b"go1.22.6"), ("src/go.mod", b"module std")]);
        let h1 = read(&dir).files.h1(&id);
        assert!(read(&dir).has_h1(&id, &h1));
        symlink("VERSION", dir.path().join("link")).unwrap();
        assert!(!read(&dir).has_h1(&id, &h1));
        fs_err::remove_file(dir.path().join("link")).unwrap();
        // The hash itself can't tell these two apart.
        fs_err::rename(dir.path().join("src/go.mod"), dir.path().join("src/_go.mod")).unwrap();
        assert_eq!(read(&dir).files.h1(&id), h1);
        assert!(!read(&dir).has_h1(&id, &h1));
    }
}
