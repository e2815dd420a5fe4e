//! The paths to save for each cache, and preparing folders for a restore.
//!
//! The paths of a toolchain are the same whether it is there or not, because CIs also identify an archive by its paths.
//! They don't include api, doc, misc and test, because `gom ci setup` installs without them.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use gom_select::toolchain::ToolchainId;
use std::os::unix::fs::PermissionsExt;

use super::folders::{build_cache, module_cache};
use super::kind::CacheKind;
use crate::error::CiError;
use gom_core::context::Context;

/// The tree of a toolchain, its receipt and its list of files.
pub fn of_toolchain(ctx: &Context, id: &ToolchainId) -> Vec<PathBuf> {
    let layout = ctx.store.layout();
    vec![layout.toolchain(id), layout.receipt(id), layout.manifest(id)]
}

/// The folder of one of Go's own caches; for toolchains the folders of the whole store.
pub fn of_kind(ctx: &Context, kind: CacheKind) -> Result<Vec<PathBuf>, CiError> {
    Ok(match kind {
        CacheKind::Toolchains => vec![ctx.store.layout().toolchains(), ctx.store.layout().receipts()],
        CacheKind::Modules => vec![module_cache(ctx)?],
        CacheKind::Build => vec![build_cache(ctx)?],
    })
}

/// Makes the folders below `root` writable, and returns how many were not. The go command makes module folders
/// read-only, so tar can't replace files in them. Files need not be writable to be replaced.
pub fn make_writable(root: &Path) -> Result<usize, CiError> {
    let (mut changed, mut folders) = (0, Vec::new());
    match fs_err::metadata(root) {
        Ok(metadata) if metadata.is_dir() => folders.push(root.to_path_buf()),
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
        Err(error) => return Err(error.into()),
    }
    while let Some(folder) = folders.pop() {
        let mode = fs_err::metadata(&folder)?.permissions().mode();
        if mode & 0o700 != 0o700 {
            fs_err::set_permissions(&folder, PermissionsExt::from_mode(mode | 0o700))?;
            changed += 1;
        }
        for entry in fs_err::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_only_folders_become_writable_and_nothing_else_changes() {
        let dir = tempfile::tempdir().unwrap();
        let module = dir.path().join("example.com/m@v1.0.0/sub");
        fs_err::create_dir_all(&module).unwrap();
        let file = module.join("m.go");
        fs_err::write(&file, "package m\n").unwrap();
        let set = |path: &Path, mode| fs_err::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
        set(&file, 0o444);
        set(&module, 0o555);
        set(module.parent().unwrap(), 0o555);
        assert_eq!(make_writable(dir.path()).unwrap(), 2);
        assert_eq!((mode(&module), mode(&file)), (0o755, 0o444));
        assert_eq!(make_writable(dir.path()).unwrap(), 0);
        assert_eq!(make_writable(&dir.path().join("none")).unwrap(), 0);
    }
}
