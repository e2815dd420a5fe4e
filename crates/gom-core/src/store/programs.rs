//! The programs of a store: every store that gom makes has its own `go`.
//!
//! The shim is copied from the folder of the running gom, because a program finds its store by its own path.
//! gom itself is a link to the path that it was called by: a package manager that updates gom then updates it
//! for the store too, and the next gom that writes to the store renews the copy of the shim. A gom that runs from
//! a cache, as `npx`, `uvx` and `pipx run` start it, is copied, because the cache may be emptied at any time. A store
//! with its own gom, as the installer makes it, is left as it is.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use gom_select::layout::is_store;

use super::error::StoreError;
use super::links;
use super::root::Store;
use crate::environment::RunningGom;
use crate::files::{self, TEMPORARY};

impl Store {
    /// Adds gom and the shim to the store if they are missing, and renews those that came from this gom.
    pub(super) fn complete_programs(&self) -> Result<(), StoreError> {
        let Some(program) = &self.program else { return Ok(()) };
        let gom = self.layout.gom();
        if gom.symlink_metadata().is_ok_and(|metadata| !metadata.is_symlink()) {
            // The store has its own gom: its installer updates it and the shim.
            return self.put_shim(program, false);
        }
        match fs_err::canonicalize(&gom) {
            Ok(real) if real == program.file => self.put_shim(program, true),
            Ok(_) => self.put_shim(program, false),
            Err(_) => {
                // Never link to itself, or to a link in another store that may be deleted with that store.
                let is_of_store = program.called.ancestors().nth(2).is_some_and(is_store);
                if is_in_cache(&program.file) {
                    self.put_program(&program.file, &gom)?;
                } else {
                    links::set_link(&gom, if is_of_store { &program.file } else { &program.called })?;
                }
                self.put_shim(program, true)
            }
        }
    }

    /// Fails if the store has no shim, so that it can have no `go`.
    pub fn check_shim(&self) -> Result<(), StoreError> {
        match &self.program {
            _ if files::is_file(&self.layout.shim()) => Ok(()),
            Some(program) => Err(StoreError::NoShim { gom: program.file.clone() }),
            None => Err(StoreError::UnknownProgram),
        }
    }

    /// Copies the shim if it is missing. If `may_replace`, also over one that differs.
    fn put_shim(&self, program: &RunningGom, may_replace: bool) -> Result<(), StoreError> {
        let (Some(source), place) = (program.shim(), self.layout.shim()) else { return Ok(()) };
        if place.exists() && !(may_replace && differ(&source, &place)?) {
            return Ok(());
        }
        self.put_program(&source, &place)
    }

    /// Copies a program, and replaces what is in its place by a rename.
    fn put_program(&self, source: &Path, place: &Path) -> Result<(), StoreError> {
        let mut copy = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(self.layout.bin())?;
        copy.write_all(&files::read(source)?)?;
        copy.as_file().set_permissions(Permissions::from_mode(0o755))?;
        copy.as_file().sync_all()?;
        copy.persist(place).map_err(|error| {
            let text = format!("can't write `{}`: {}", place.display(), error.error);
            io::Error::new(error.error.kind(), text)
        })?;
        Ok(())
    }
}

/// Whether the program lies in a folder that a package manager makes for one run: below `~/.cache` and macOS's
/// `Library/Caches` (uvx, pipx run, pnpm dlx), or in npx's.
fn is_in_cache(program: &Path) -> bool {
    program.components().any(|part| ["_npx", ".cache", "Caches"].iter().any(|name| part.as_os_str() == *name))
}

fn differ(one: &Path, other: &Path) -> io::Result<bool> {
    let is_same_size = fs_err::metadata(one)?.len() == fs_err::metadata(other)?.len();
    Ok(!is_same_size || files::read(one)? != files::read(other)?)
}
