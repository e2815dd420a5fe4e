//! Reads a small file that anybody may have written: a version file, a go.mod, an environment file.
//!
//! Owns: the safe way to open and read such a file, with as few system calls as possible. Never: waits, or
//! reads without a limit. Invariant: only a regular file (or a link to one) has content; a folder, a FIFO, a
//! socket or a device of that name counts as no file.

#![expect(clippy::disallowed_methods, reason = "the careful way to open a file")]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// The size limit of Go's files in bytes: far more than any go.mod, and small enough to hold in memory.
pub const GO_FILE_LIMIT: usize = 16 * 1024 * 1024;

/// The size of the first read, which is enough for most such files. Clearing a larger buffer would cost more
/// than a second read.
const FIRST_READ: usize = 2 * 1024;

/// Only file descriptors below this number may stay open, so that the process does not run out of them.
const LEFT_OPEN_BELOW: i32 = 32;

/// The flag without which opening a FIFO waits until somebody writes to it (open(2); the numbers are those of
/// each system's `fcntl.h`).
const O_NONBLOCK: i32 = if cfg!(target_os = "macos") {
    0x4
} else if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
    0x80
} else {
    0o4000
};

/// Whether a file is closed after it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterRead {
    /// Closes it.
    #[default]
    Close,
    /// Leaves it open, up to a limit: for a process that ends or calls exec soon, which closes all files without a
    /// system call for each.
    LeaveOpen,
}

/// Reads the regular file at `path`: at most one byte more than `limit`, so that the caller sees when it is
/// too large. `None` if there is no such file.
pub fn read(path: &Path, limit: usize) -> io::Result<Option<Vec<u8>>> {
    read_and(AfterRead::Close, path, limit)
}

/// Like [`read`]; `after` says whether the file is closed.
///
/// There is no system call before the open or after the end: a read that returns less than requested was the
/// last one. The read names an offset, which a FIFO, a socket and a terminal refuse; other devices return
/// nothing, or fill the buffer. Only in those cases is the kernel asked for the kind of the file.
pub fn read_and(after: AfterRead, path: &Path, limit: usize) -> io::Result<Option<Vec<u8>>> {
    read_in(after, path, FIRST_READ, limit)
}

/// Like [`read_and`]; a file of less than `first` bytes takes only one read.
pub fn read_in(after: AfterRead, path: &Path, first: usize, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let file = match OpenOptions::new().read(true).custom_flags(O_NONBLOCK).open(path) {
        Ok(file) => file,
        // NotADirectory: meanwhile a file replaced a parent folder.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => {
            // A socket can't be opened, and counts as no file.
            let is_other = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
            return if is_other { Ok(None) } else { Err(error) };
        }
    };
    let mut bytes = vec![0; first.min(limit + 1)];
    let mut filled = 0;
    loop {
        match file.read_at(&mut bytes[filled..], filled as u64) {
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return if is_regular(&file) { Err(error) } else { Ok(None) },
        }
        let is_full = filled == bytes.len();
        if (filled == 0 || (is_full && filled <= first)) && !is_regular(&file) {
            return Ok(None);
        }
        if !is_full || filled > limit {
            break;
        }
        bytes.resize((bytes.len() * 8).min(limit + 1), 0);
    }
    bytes.truncate(filled);
    if after == AfterRead::LeaveOpen && file.as_raw_fd() < LEFT_OPEN_BELOW {
        // std opens every file with O_CLOEXEC.
        let _ = file.into_raw_fd();
    }
    Ok(Some(bytes))
}

/// Opens the regular file at `path`, for a caller that reads only a part of it. `None` if there is no such file.
pub fn open(path: &Path) -> io::Result<Option<File>> {
    match OpenOptions::new().read(true).custom_flags(O_NONBLOCK).open(path) {
        Ok(file) => Ok(is_regular(&file).then_some(file)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Reads one of Go's files, if it is a regular file within [`GO_FILE_LIMIT`].
pub fn read_of_go(path: &Path) -> Option<Vec<u8>> {
    read_of_go_and(AfterRead::Close, path)
}

/// Like [`read_of_go`]; `after` says whether the file is closed.
pub fn read_of_go_and(after: AfterRead, path: &Path) -> Option<Vec<u8>> {
    read_and(after, path, GO_FILE_LIMIT).ok().flatten().filter(|bytes| bytes.len() <= GO_FILE_LIMIT)
}

fn is_regular(file: &File) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file())
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;

    /// A folder of this test alone, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("gom-file-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn file(&self, bytes: &[u8]) -> PathBuf {
            let path = self.0.join("file");
            fs::write(&path, bytes).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_read_to_its_end_or_to_one_byte_beyond_the_limit() {
        let folder = Folder::new("sizes");
        let bytes: Vec<u8> = (0..100_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        for size in
            [0, 1, 1023, 1024, 1025, FIRST_READ - 1, FIRST_READ, FIRST_READ + 1, 65_535, 65_536, 100_000]
        {
            let path = folder.file(&bytes[..size]);
            for limit in [0, 1, 1024, FIRST_READ - 1, FIRST_READ, FIRST_READ + 1, 65_536, GO_FILE_LIMIT] {
                let read = read(&path, limit).unwrap().unwrap();
                assert!(read == bytes[..size.min(limit + 1)], "{size} bytes, limit {limit}: {}", read.len());
            }
        }
    }

    #[test]
    fn what_is_no_regular_file_counts_as_no_file() {
        let folder = Folder::new("kinds");
        let fifo = folder.0.join("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let socket = folder.0.join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        let (link, dangling) = (folder.0.join("link"), folder.0.join("dangling"));
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        std::os::unix::fs::symlink("nowhere", &dangling).unwrap();
        let below_a_file = folder.file(b"text").join("x");
        for path in [
            &fifo,
            &socket,
            &link,
            &dangling,
            &below_a_file,
            &folder.0,
            Path::new("/dev/null"),
            Path::new("/dev/zero"),
            Path::new("/nowhere"),
        ] as [&Path; 9]
        {
            assert_eq!(read(path, 1024).unwrap(), None, "{}", path.display());
            // A socket can't be opened at all.
            assert!(open(path).ok().flatten().is_none(), "{}", path.display());
        }
    }

    /// How many of this process's open files are this one.
    #[cfg(target_os = "linux")]
    fn opened(path: &Path) -> usize {
        let leads_there = |entry: io::Result<fs::DirEntry>| fs::read_link(entry.ok()?.path()).ok();
        fs::read_dir("/proc/self/fd").unwrap().filter_map(leads_there).filter(|file| file == path).count()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn files_stay_open_only_by_choice_and_only_a_few() {
        let folder = Folder::new("open");
        let path = folder.file(b"1.22.6\n");
        for _ in 0..100 {
            assert_eq!(read(&path, 1024).unwrap().unwrap(), b"1.22.6\n");
        }
        assert_eq!(opened(&path), 0);
        for _ in 0..100 {
            assert_eq!(read_and(AfterRead::LeaveOpen, &path, 1024).unwrap().unwrap(), b"1.22.6\n");
        }
        assert!((1..32).contains(&opened(&path)), "{}", opened(&path));
    }

    #[test]
    fn a_link_to_a_file_is_that_file() {
        let folder = Folder::new("link");
        let link = folder.0.join("link");
        std::os::unix::fs::symlink(folder.file(b"1.22.6\n"), &link).unwrap();
        assert_eq!(read(&link, 1024).unwrap().unwrap(), b"1.22.6\n");
    }

    #[test]
    fn a_file_of_go_that_is_too_large_is_not_taken_in_part() {
        let folder = Folder::new("large");
        let path = folder.file(b"");
        File::options().write(true).open(&path).unwrap().set_len(GO_FILE_LIMIT as u64).unwrap();
        assert_eq!(read_of_go(&path).unwrap().len(), GO_FILE_LIMIT);
        File::options().write(true).open(&path).unwrap().set_len(GO_FILE_LIMIT as u64 + 1).unwrap();
        assert_eq!(read_of_go(&path), None);
    }
}
