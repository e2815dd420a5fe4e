//! The linked toolchains of a store, written. gom-select reads them ([`gom_select::linked`]).

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use gom_select::link_name::LinkName;
use gom_select::linked;

use super::error::StoreError;
use super::links::set_link;
use super::root::Store;
use crate::cancel::Cancel;
use crate::files::{self, replace_file};

impl Store {
    /// Links a GOROOT, an absolute path, under a name, or changes where the name leads.
    pub async fn link(&self, name: &LinkName, goroot: &Path, cancel: &Cancel) -> Result<(), StoreError> {
        self.create()?;
        let _lock = self.lock_links(cancel).await?;
        fs_err::create_dir_all(self.layout().linked_toolchain(name))?;
        self.forget_verdict();
        set_link(&self.layout().linked_goroot(name), goroot)
    }

    /// Removes a name, and the list of the files where it counts; the GOROOT stays.
    pub async fn unlink(&self, name: &LinkName, cancel: &Cancel) -> Result<(), StoreError> {
        let _lock = self.lock_links(cancel).await?;
        // The list goes first: it must not count for another tree that gets the same name.
        files::remove_if_there(&self.layout().linked_files(name))?;
        files::remove_if_there(&self.layout().linked_goroot(name))?;
        match fs_err::remove_dir(self.layout().linked_toolchain(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Lets a name count in a file of a project. `file` is its place ([`linked::place`]).
    pub async fn allow_link_in(
        &self,
        name: &LinkName,
        file: &Path,
        cancel: &Cancel,
    ) -> Result<(), StoreError> {
        let _lock = self.lock_links(cancel).await?;
        let mut places = linked::files(self.layout(), name);
        if places.iter().any(|other| other == file) {
            return Ok(());
        }
        // A file that is gone needs no entry, and another one may get its path.
        places.retain(|file| !matches!(files::is_there(file), Ok(false)));
        places.push(file.to_path_buf());
        let lines = places.iter().flat_map(|file| [file.as_os_str().as_bytes(), b"\n"]);
        Ok(replace_file(&self.layout().linked_files(name), &lines.collect::<Vec<_>>().concat())?)
    }

    /// The GOROOT that is linked under a name; `None` if none is.
    pub fn linked_to(&self, name: &LinkName) -> Option<PathBuf> {
        linked::find(self.layout(), name).map(|tree| tree.goroot)
    }
}
