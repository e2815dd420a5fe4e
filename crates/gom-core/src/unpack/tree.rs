//! Writes a tree: new files and folders below one root. It never overwrites anything. Where the file system can, files
//! that an installed toolchain has too share its blocks.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use fs_err::os::unix::fs::OpenOptionsExt;
use fs_err::{File, OpenOptions};
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use super::clone::clone;
use super::error::{UnpackError, damaged};
use super::new_file::NewFile;
use super::stream::fill;
use crate::cancel::Cancel;
use crate::digest::Sha256Digest;

/// A tree being written.
pub(super) struct TreeWriter {
    root: PathBuf,
    folders: HashSet<String>,
    /// The GOROOT whose blocks new files may share.
    neighbour: Option<PathBuf>,
    /// Whether a file could not be cloned; then the next would only fail in the same way.
    cant_clone: AtomicBool,
}

impl TreeWriter {
    /// Creates the root, which must not exist.
    pub(super) fn create(root: &Path) -> Result<TreeWriter, UnpackError> {
        make_folder(root)?;
        Ok(TreeWriter {
            root: root.to_path_buf(),
            folders: HashSet::new(),
            neighbour: None,
            cant_clone: AtomicBool::new(false),
        })
    }

    /// Lets new files share the blocks of equal files of this GOROOT. It changes no byte of what is written.
    pub(super) fn share_with(&mut self, neighbour: Option<PathBuf>) {
        self.neighbour = neighbour;
    }

    /// Creates a folder and its parents. `name` has been checked.
    pub(super) fn folder(&mut self, name: &str) -> Result<(), UnpackError> {
        if self.folders.contains(name) {
            return Ok(());
        }
        if let Some((parent, _)) = name.rsplit_once('/') {
            self.folder(parent)?;
        }
        make_folder(&self.root.join(name))?;
        self.folders.insert(name.to_owned());
        Ok(())
    }

    /// Creates the parent folders of a file.
    pub(super) fn folders_of(&mut self, name: &str) -> Result<(), UnpackError> {
        match name.rsplit_once('/') {
            Some((parent, _)) => self.folder(parent),
            None => Ok(()),
        }
    }

    /// Creates a file, whose folder exists, for this many bytes.
    pub(super) fn new_file(&self, name: &str, size: u64) -> Result<NewFile, UnpackError> {
        if let Some(source) = self.neighbours(name, size)
            && let Some(clone) = self.cloned(name, &source)?
        {
            return NewFile::over(clone, size);
        }
        let path = self.root.join(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(mode(name)).open(&path);
        file.map(NewFile::empty).map_err(|error| UnpackError::Write { path, error })
    }

    /// Opens the neighbour's file of this name, if it has this size and may be cloned.
    fn neighbours(&self, name: &str, size: u64) -> Option<File> {
        let neighbour = self.neighbour.as_ref().filter(|_| size > 0 && self.may_clone())?;
        // It may have become a link, which is not followed, or a FIFO, whose writer is not waited for.
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(neighbour.join(name)).ok()?;
        let metadata = file.metadata().ok()?;
        (metadata.is_file() && metadata.len() == size).then_some(file)
    }

    fn may_clone(&self) -> bool {
        !self.cant_clone.load(Ordering::Relaxed)
    }

    /// Writes a file, whose folder exists. Fails unless `content` has exactly `size` bytes.
    pub(super) fn file(
        &self,
        name: &str,
        content: &mut impl Read,
        size: u64,
        cancel: &Cancel,
        buffer: &mut [u8],
    ) -> Result<Sha256Digest, UnpackError> {
        let (mut file, mut hasher) = (self.new_file(name, size)?, Sha256::new());
        let mut left = size;
        loop {
            cancel.check()?;
            // A decoder returns few bytes at a time, and every write costs time.
            let count = fill(content, buffer).map_err(|error| damaged(&format_args!("`{name}`: {error}")))?;
            if count == 0 {
                break;
            }
            left = left.checked_sub(count as u64).ok_or_else(|| longer(name))?;
            hasher.update(&buffer[..count]);
            file.write(&buffer[..count])?;
        }
        if left > 0 {
            return Err(shorter(name));
        }
        Ok(hasher.into())
    }

    /// Creates a file, whose folder exists, as a clone of another one, and opens it. `None`, and no file, if that is not
    /// possible.
    pub(super) fn cloned(&self, name: &str, source: &File) -> Result<Option<File>, UnpackError> {
        if !self.may_clone() {
            return Ok(None);
        }
        let path = self.root.join(name);
        let cloned = clone(source, &path, mode(name)).map_err(|error| UnpackError::Write { path, error })?;
        if cloned.is_none() {
            self.cant_clone.store(true, Ordering::Relaxed);
        }
        Ok(cloned)
    }

    /// Removes a file that was written.
    pub(super) fn remove(&self, name: &str) -> Result<(), UnpackError> {
        let path = self.root.join(name);
        fs_err::remove_file(&path).map_err(|error| UnpackError::Write { path, error })
    }
}

/// Hashes what a file of the tree holds.
pub(super) fn sum_of(
    content: &mut impl Read,
    name: &str,
    cancel: &Cancel,
    buffer: &mut [u8],
) -> Result<Sha256Digest, UnpackError> {
    let mut hasher = Sha256::new();
    loop {
        cancel.check()?;
        let count = fill(content, buffer).map_err(|error| damaged(&format_args!("`{name}`: {error}")))?;
        if count == 0 {
            return Ok(hasher.into());
        }
        hasher.update(&buffer[..count]);
    }
}

fn make_folder(path: &Path) -> Result<(), UnpackError> {
    fs_err::create_dir(path).map_err(|error| UnpackError::Write { path: path.to_path_buf(), error })
}

/// The error for a file that ends too early.
pub(super) fn shorter(name: &str) -> UnpackError {
    UnpackError::Damaged { reason: format!("`{name}` is shorter than the archive says") }
}

fn longer(name: &str) -> UnpackError {
    UnpackError::Damaged { reason: format!("`{name}` is longer than the archive says") }
}

/// Returns the mode that a release gives a file, by its name alone (cmd/distpack/pack.go, `mode`). The mode
/// in the archive is ignored, because the checksum database does not cover it.
fn mode(name: &str) -> u32 {
    let base = name.rsplit('/').next().unwrap_or(name);
    let is_program = name.starts_with("bin/") || name.starts_with("pkg/tool/");
    let is_script = [".bash", ".sh", ".pl", ".rc"].iter().any(|suffix| name.ends_with(suffix));
    if is_program || is_script || is_exec_wrapper(base) { 0o755 } else { 0o644 }
}

/// Whether the name matches `go_?*_?*_exec`: the programs that run test binaries of another platform.
fn is_exec_wrapper(base: &str) -> bool {
    let middle = base.strip_prefix("go_").and_then(|rest| rest.strip_suffix("_exec"));
    let Some(middle) = middle else { return false };
    middle.char_indices().any(|(at, character)| character == '_' && at > 0 && at + 1 < middle.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_follow_the_name() {
        for name in
            ["bin/go", "pkg/tool/linux_amd64/vet", "src/make.bash", "src/x/y.sh", "lib/wasm/go_js_wasm_exec"]
        {
            assert_eq!(mode(name), 0o755, "{name}");
        }
        for name in [
            "VERSION",
            "src/bin/x.go",
            "go.env",
            "lib/go_exec",
            "lib/go_js_exec",
            "lib/go__x_exec",
            "src/a.bashx",
        ] {
            assert_eq!(mode(name), 0o644, "{name}");
        }
    }
}
