//! The programs of a store: every store that gom makes has its own `go`, whatever gom made it.
//!
//! The shim is copied from beside the running gom, since a program finds its store by where it lies. gom
//! itself is a link to the path that it was called by: a package manager that updates gom updates it for the
//! store too, and the next gom that writes renews the copy of the shim. A store with a gom of its own, as the
//! installer makes it, is left as it is.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use gom_select::layout::marker_size;

use super::error::StoreError;
use super::links;
use super::root::Store;
use crate::environment::RunningGom;

impl Store {
    /// Gives the store a gom and a shim where they are missing or come from this very gom.
    pub(super) fn complete_programs(&self) -> Result<(), StoreError> {
        let Some(program) = &self.program else { return Ok(()) };
        let gom = self.layout.gom();
        if gom.symlink_metadata().is_ok_and(|metadata| !metadata.is_symlink()) {
            // A gom of its own: it is updated by its own installer, and so is the shim.
            return self.put_shim(program, false);
        }
        match fs_err::canonicalize(&gom) {
            Ok(real) if real == program.file => self.put_shim(program, true),
            Ok(_) => self.put_shim(program, false),
            Err(_) => {
                // Never to itself, nor to a link of another store that may go with it.
                let is_of_store =
                    program.called.ancestors().nth(2).is_some_and(|root| marker_size(root).is_some());
                links::set_link(&gom, if is_of_store { &program.file } else { &program.called })?;
                self.put_shim(program, true)
            }
        }
    }

    /// Copies the shim where there is none, and also over an older one of the same gom.
    fn put_shim(&self, program: &RunningGom, may_replace: bool) -> Result<(), StoreError> {
        let (Some(source), place) = (program.shim(), self.layout.shim()) else { return Ok(()) };
        if place.exists() && !(may_replace && differ(&source, &place)?) {
            return Ok(());
        }
        let mut copy = tempfile::Builder::new().prefix(".gom-").tempfile_in(self.layout.bin())?;
        copy.write_all(&fs_err::read(&source)?)?;
        copy.as_file().set_permissions(Permissions::from_mode(0o755))?;
        copy.as_file().sync_all()?;
        copy.persist(&place).map_err(|error| {
            let text = format!("can't write `{}`: {}", place.display(), error.error);
            io::Error::new(error.error.kind(), text)
        })?;
        Ok(())
    }
}

fn differ(one: &Path, other: &Path) -> io::Result<bool> {
    let is_same_size = fs_err::metadata(one)?.len() == fs_err::metadata(other)?.len();
    Ok(!is_same_size || fs_err::read(one)? != fs_err::read(other)?)
}
