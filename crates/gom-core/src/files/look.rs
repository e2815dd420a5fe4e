//! Questions about a path that don't read content.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Whether a path leads to something. Links are followed: a dead one leads to nothing.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// Whether a path leads to a regular file. Links are followed.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Whether a path leads to a folder. Links are followed.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether a folder is at a path, and not a link to one.
pub fn is_folder_itself(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// Whether a name is in use, even by a dead link.
pub fn is_taken(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Like [`is_taken`], for a caller that changes something if the name is free: if that can't be told, it is an
/// error.
pub fn is_there(path: &Path) -> io::Result<bool> {
    match fs_err::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Returns what the system tells about a path; of a link, about the link itself. The error has the system's number.
pub fn metadata_itself(path: &Path) -> io::Result<Metadata> {
    path.symlink_metadata()
}

/// Whether an error means that a disk has no room left, or the user's quota is used up.
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Whether a file was written less than `age` ago. `false` if it is missing, or its time is in the future.
pub fn is_younger_than(path: &Path, age: Duration) -> bool {
    let modified = fs_err::metadata(path).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|since| since < age))
}

/// Returns the absolute path without links. It is an error if the path does not exist.
pub fn real_path(path: &Path) -> io::Result<PathBuf> {
    fs_err::canonicalize(path)
}

/// Returns the target of a link, as the link has it. It is an error if the path is not a link.
pub fn link_target(path: &Path) -> io::Result<PathBuf> {
    fs_err::read_link(path)
}

/// Returns the file to replace so that a link to a shared file stays a link: the file that it leads to. For a
/// missing file or a dead link, that is the path itself. Links that can't be followed are an error.
pub fn behind_links(path: &Path) -> io::Result<PathBuf> {
    match fs_err::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_path_buf()),
        found => found,
    }
}

/// Returns the user id of the owner of the file that a path leads to. It is an error if there is none.
pub fn owner(path: &Path) -> io::Result<u32> {
    Ok(fs_err::metadata(path)?.uid())
}

/// Whether this process may write to a file or into a folder. Links are followed. It is an error if it may not, or if
/// nothing is there.
pub fn check_writable(path: &Path) -> io::Result<()> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    Ok(accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS)?)
}

/// Whether this process may list a folder and change the names in it.
pub fn is_changeable_folder(path: &Path) -> bool {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    let all = Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK;
    accessat(CWD, path, all, AtFlags::EACCESS).is_ok()
}

/// Whether every user may list a folder and reach what is in it.
pub fn is_readable_by_all(folder: &Path) -> bool {
    let has =
        |folder: &Path, bits: u32| folder.metadata().is_ok_and(|metadata| metadata.mode() & bits == bits);
    has(folder, 0o005) && folder.ancestors().all(|above| has(above, 0o001))
}

/// Returns the path itself if it is a folder, else the nearest folder above it. `None` only for a relative
/// path.
pub fn nearest_folder(path: &Path) -> Option<&Path> {
    path.ancestors().find(|folder| folder.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_link_takes_its_name_and_leads_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        fs_err::os::unix::fs::symlink("nothing", &link).unwrap();
        assert!(is_there(&link).unwrap() && !is_there(&dir.path().join("free")).unwrap());
        assert!(!is_there(&link.join("below")).unwrap());
        assert!(is_taken(&link) && !exists(&link) && !is_file(&link) && !is_folder(&link));
        assert_eq!(real_path(&link).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(behind_links(&link).unwrap(), link);
    }

    #[test]
    fn a_link_leads_to_the_file_that_is_replaced() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = fs_err::canonicalize(temporary.path()).unwrap();
        let (file, link, ring) = (dir.join("file"), dir.join("link"), dir.join("ring"));
        fs_err::write(&file, "").unwrap();
        fs_err::os::unix::fs::symlink("file", &link).unwrap();
        fs_err::os::unix::fs::symlink("ring", &ring).unwrap();
        assert_eq!(behind_links(&link).unwrap(), file);
        assert!(behind_links(&ring).is_err());
    }

    #[test]
    fn a_file_is_young_until_its_age_and_not_in_the_future() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        let hour = Duration::from_secs(3600);
        assert!(!is_younger_than(&file, hour));
        fs_err::write(&file, "").unwrap();
        assert!(is_younger_than(&file, hour));
        let set = |time| fs_err::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
        set(std::time::SystemTime::now() - hour);
        assert!(!is_younger_than(&file, hour));
        set(std::time::SystemTime::now() + hour);
        assert!(!is_younger_than(&file, hour));
    }

    #[test]
    fn a_path_that_is_not_there_has_a_nearest_folder() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(nearest_folder(&dir.path().join("a/b/c")), Some(dir.path()));
    }
}
