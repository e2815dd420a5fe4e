//! Replaces files that other processes may read meanwhile: they see the old content or the new one, never a
//! part of it.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::io::Errno;

use super::look::is_there;
use super::temporary::{self, Temporary, remove_abandoned};

/// How the names of temporary files begin.
pub(crate) const TEMPORARY: &str = ".gom-";

/// Lists the temporary files and links in a folder that a killed gom left: those that are older than `age`. A missing
/// folder has none.
///
/// A name with another hyphen is none of them: `gom self update` keeps the old programs under such names, as links
/// that are as old as the programs.
pub(crate) fn stale_temporaries(folder: &Path, age: Duration) -> io::Result<Vec<PathBuf>> {
    let mut stale = Vec::new();
    let entries = match fs_err::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(stale),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let random = name.as_encoded_bytes().strip_prefix(TEMPORARY.as_bytes());
        if random.is_none_or(|random| random.contains(&b'-')) {
            continue;
        }
        // Another gom may have removed it meanwhile.
        let Ok(metadata) = entry.metadata() else { continue };
        let is_old = metadata.modified()?.elapsed().is_ok_and(|since| since >= age);
        if !metadata.is_dir() && is_old {
            stale.push(entry.path());
        }
    }
    Ok(stale)
}

/// Removes what [`stale_temporaries`] lists.
pub(crate) fn remove_stale_temporaries(folder: &Path, age: Duration) -> io::Result<()> {
    for path in stale_temporaries(folder, age)? {
        match fs_err::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Replaces the content of a file, and creates the folders above it. Readers see the old content or the new
/// one, also after a power failure: a temporary file in the same folder is written and synced, renamed over it, and the
/// folder is synced.
/// The mode is kept. A link is replaced, not followed: see [`super::behind_links`].
pub fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    replace(path, content, true)
}

/// Like [`replace_file`], without the sync: the caller makes several files durable at once with
/// [`crate::store::durable::settle`].
pub(crate) fn replace_file_unsynced(path: &Path, content: &[u8]) -> io::Result<()> {
    replace(path, content, false)
}

fn replace(path: &Path, content: &[u8], sync: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    fs_err::create_dir_all(folder)?;
    let mode = fs_err::metadata(path).map_or(0o644, |metadata| metadata.permissions().mode() & 0o7777);
    replace_with_mode(path, content, mode, sync)
}

/// Copies a file to a name that is free, with its mode. The copy is whole or not there, also after a power failure.
pub fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    if is_there(to)? {
        let text = format!("can't write `{}`: it exists", to.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
    }
    let mode = fs_err::metadata(from)?.permissions().mode() & 0o7777;
    replace_with_mode(to, &fs_err::read(from)?, mode, true)
}

fn replace_with_mode(path: &Path, content: &[u8], mode: u32, sync: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("can't write `{}`: {error}", path.display()));
    let name = path.file_name().ok_or_else(|| named(io::ErrorKind::InvalidInput.into()))?;
    let opened = fs_err::File::open(folder)?;
    // What a killed gom left there costs only room, and is no reason to fail.
    let _ = remove_abandoned(opened.as_fd());
    let write = || {
        let mut temporary = Temporary::create(opened.as_fd())?;
        temporary.file().write_all(content)?;
        temporary.file().set_permissions(std::fs::Permissions::from_mode(mode))?;
        if sync {
            sync_file(temporary.file())?;
        }
        temporary.rename_to(name)
    };
    let written = match write() {
        // Where locks don't work, another gom may have removed the temporary file.
        Err(error) if error.kind() == io::ErrorKind::NotFound => write(),
        written => written,
    };
    written.map_err(named)?;
    if sync {
        sync_folder(folder)?;
    }
    Ok(())
}

/// The temporary files of [`Temporary`] in a folder that nobody writes any more. A missing folder has none.
pub(crate) fn abandoned_temporaries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(opened) = open_folder(folder)? else { return Ok(Vec::new()) };
    Ok(temporary::abandoned(opened.as_fd())?.into_iter().map(|name| folder.join(name)).collect())
}

/// Removes what [`abandoned_temporaries`] lists.
pub(crate) fn remove_abandoned_temporaries(folder: &Path) -> io::Result<()> {
    open_folder(folder)?.map_or(Ok(()), |opened| remove_abandoned(opened.as_fd()))
}

fn open_folder(folder: &Path) -> io::Result<Option<fs_err::File>> {
    match fs_err::File::open(folder) {
        Ok(opened) => Ok(Some(opened)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Waits until the entries of a folder, and so the renames in it, are on disk. Some file systems can't do that for a
/// folder: then the rename is as durable as it can be there.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match rustix::fs::fsync(fs_err::File::open(folder)?.file()) {
        Ok(()) | Err(Errno::INVAL | Errno::NOTSUP | Errno::NOSYS) => Ok(()),
        Err(error) => {
            let error = io::Error::from(error);
            Err(io::Error::new(error.kind(), format!("can't flush `{}`: {error}", folder.display())))
        }
    }
}

/// Returns the text of an error without the name of the temporary file, which tempfile adds and which means nothing to
/// the user.
pub fn without_temporary_name(error: &io::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at path ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

/// Syncs one file, as far as a replacement by rename needs it. std's `sync_all` would make a Mac's drive
/// empty its cache, and fails on a volume that can't do so.
pub(crate) fn sync_file(file: &std::fs::File) -> io::Result<()> {
    Ok(rustix::fs::fsync(file)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_whole_has_the_mode_and_replaces_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (file, copy) = (dir.path().join("x"), dir.path().join("copy"));
        fs_err::write(&file, "secret").unwrap();
        fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        copy_whole(&file, &copy).unwrap();
        assert_eq!(fs_err::read(&copy).unwrap(), b"secret");
        assert_eq!(fs_err::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        fs_err::write(&file, "new").unwrap();
        assert!(copy_whole(&file, &copy).unwrap_err().to_string().contains("copy`"));
        assert_eq!(fs_err::read(&copy).unwrap(), b"secret");
        assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn replacing_a_file_keeps_its_mode() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x");
        fs_err::write(&file, "old").unwrap();
        fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        replace_file(&file, b"new").unwrap();
        assert_eq!(fs_err::read(&file).unwrap(), b"new");
        assert_eq!(fs_err::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 1);
    }
}
