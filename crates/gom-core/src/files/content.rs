//! Reads the content of a file, whole or in part, and writes files in place.

use std::io::{self, Read, Write};
use std::path::Path;

use fs_err::os::unix::fs::OpenOptionsExt;
use gom_select::regular_file;

/// The size limit of a file that is read whole, in bytes: more than any that gom reads has, and small enough to hold in
/// memory. The largest is gom itself: 70 MB where it is built without optimization.
const LIMIT: u64 = 128 << 20;

/// Reads a file of gom, of the user or of the system, of at most 128 MiB. Links are followed. A missing file is an
/// error, and so is one that is not regular, such as a FIFO or a device; `/dev/null` is empty.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let content = read_head(path, LIMIT + 1)?;
    if content.len() as u64 > LIMIT {
        let reason = format!("`{}` is larger than {LIMIT} bytes", path.display());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(content)
}

/// Like [`read`], as text. Invalid UTF-8 is an error.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| {
        io::Error::new(io::ErrorKind::InvalidData, format!("`{}` is not valid UTF-8", path.display()))
    })
}

/// Reads the first bytes of a file, at most `limit`; otherwise like [`read`].
pub fn read_head(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    if !is_null(path) {
        open(path)?.take(limit).read_to_end(&mut head)?;
    }
    Ok(head)
}

/// Opens a regular file for reading. Links are followed. Never waits, as the open of a FIFO does.
pub fn open(path: &Path) -> io::Result<fs_err::File> {
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = fs_err::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        let reason = format!("`{}` is not a regular file", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    Ok(file)
}

/// Whether this is `/dev/null`, with which people say that there is no such file.
fn is_null(path: &Path) -> bool {
    let null = Path::new("/dev/null");
    path == null || fs_err::canonicalize(path).is_ok_and(|real| real == null)
}

/// Reads a file that somebody else may have written. It is an error if the file is missing, not a regular
/// file, or larger than `limit`. Links are followed. No error names the file.
pub fn read_regular(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    match regular_file::read(path, limit)? {
        Some(bytes) if bytes.len() > limit => {
            let reason = format!("it is larger than {limit} bytes");
            Err(io::Error::new(io::ErrorKind::FileTooLarge, reason))
        }
        Some(bytes) => Ok(bytes),
        None if path.exists() => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
        None => Err(rustix::io::Errno::NOENT.into()),
    }
}

/// Writes a file in place, so that a pipe or a device that the user names gets the content too. A reader may
/// see a part of it; if that matters, call [`super::replace_file`]. Links are followed.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    fs_err::write(path, content)
}

/// Appends to a file, which is created if it is missing. Links are followed.
pub fn append(path: &Path, content: &[u8]) -> io::Result<()> {
    fs_err::OpenOptions::new().create(true).append(true).open(path)?.write_all(content)
}

/// Creates an empty file. Returns `false` if the name is in use, even by a dead link.
pub fn create_once(path: &Path) -> io::Result<bool> {
    match fs_err::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file, or a link but not its target. A missing one is an error.
pub fn remove(path: &Path) -> io::Result<()> {
    fs_err::remove_file(path)
}

/// Like [`remove`]; a missing one is no error.
pub fn remove_if_there(path: &Path) -> io::Result<()> {
    match remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_has_no_more_than_its_limit() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs_err::write(&file, "abcdef").unwrap();
        assert_eq!(read_head(&file, 3).unwrap(), b"abc");
        assert_eq!(read_head(&file, 9).unwrap(), b"abcdef");
    }

    #[test]
    fn only_a_regular_file_within_the_limit_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        let kind = |path: &Path, limit| read_regular(path, limit).map_err(|error| error.kind());
        assert_eq!(kind(&file, 4), Err(io::ErrorKind::NotFound));
        fs_err::write(&file, "1234").unwrap();
        assert_eq!(kind(&file, 4), Ok(b"1234".to_vec()));
        assert_eq!(kind(&file, 3), Err(io::ErrorKind::FileTooLarge));
        assert_eq!(kind(dir.path(), 4), Err(io::ErrorKind::InvalidInput));
    }

    #[test]
    fn a_file_is_made_once_and_added_to() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        assert!(create_once(&file).unwrap());
        append(&file, b"a").unwrap();
        append(&file, b"b").unwrap();
        assert!(!create_once(&file).unwrap());
        assert_eq!(read_text(&file).unwrap(), "ab");
        assert_eq!(create_once(&dir.path().join("no/file")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
