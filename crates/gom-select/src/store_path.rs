//! The other stores that are read after the user's own: `GOM_STORE_PATH`, else the setting `store_path`. gom
//! keeps the setting in the second line of the store's `layout-version`, so that the shim need not read TOML.
//! The shim reads that file anyway.
//!
//! Programs of such a store run as the user, so everybody who can change them must be trusted: see `check`.

#![expect(clippy::disallowed_methods, reason = "checks who can change the stores of others")]

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::env_vars::GOM_STORE_PATH;
use crate::layout::{Env, Layout};
use crate::marker::{LAYOUT_VERSION, Marker};
use crate::regular_file::AfterRead;

/// The stores that are read after the user's own, in order, and the entries that are skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StorePath {
    /// The roots of the stores.
    pub stores: Vec<PathBuf>,
    /// The skipped entries.
    pub skipped: Vec<SkippedStore>,
    /// The user, who may own the programs in these stores.
    pub user: Option<u32>,
}

/// A store, or a toolchain in one, that is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedStore {
    /// The store as written in the setting, or the toolchain's GOROOT.
    pub entry: PathBuf,
    /// Why it is not used.
    pub reason: String,
}

impl StorePath {
    /// Finds the stores that the environment names, else those that the mark of the store keeps. `home` is the user's
    /// home folder.
    pub fn find(env: Env<'_>, marker: Option<&Marker>, layout: &Layout, home: Option<&Path>) -> StorePath {
        let list = env(GOM_STORE_PATH);
        match list.or_else(|| marker?.list()) {
            Some(list) => StorePath::checked(std::env::split_paths(&list), layout, home),
            None => StorePath::default(),
        }
    }

    /// Splits entries into trusted and skipped ones.
    pub fn checked(
        entries: impl IntoIterator<Item = PathBuf>,
        layout: &Layout,
        home: Option<&Path>,
    ) -> StorePath {
        let user = owner(layout, home);
        let mut path = StorePath { user, ..StorePath::default() };
        for entry in entries.into_iter().filter(|entry| !entry.as_os_str().is_empty()) {
            if entry == layout.root() || path.stores.contains(&entry) {
                continue;
            }
            match check(&entry, user) {
                Ok(()) => path.stores.push(entry),
                Err(reason) => path.skipped.push(SkippedStore { entry, reason }),
            }
        }
        path
    }
}

/// Returns the content of `layout-version` with this list.
pub fn record(list: &[PathBuf]) -> Vec<u8> {
    let mut content = format!("{LAYOUT_VERSION}\n").into_bytes();
    // A separator or a line break in a path can't be written, so such a path is left out.
    let can_be_kept = |path: &&PathBuf| !path.as_os_str().as_bytes().iter().any(|byte| b":\n".contains(byte));
    let paths: Vec<&OsStr> = list.iter().filter(can_be_kept).map(|path| path.as_os_str()).collect();
    if !paths.is_empty() {
        content.extend(paths.join(OsStr::new(":")).as_bytes());
        content.push(b'\n');
    }
    content
}

/// Returns the user, as far as a program without a C library can find out: the owner of the store, or of the
/// home folder if there is no store yet. The owner of the store can change every program in it anyway.
fn owner(layout: &Layout, home: Option<&Path>) -> Option<u32> {
    let of_home = || home.and_then(|home| fs::metadata(home).ok());
    fs::metadata(layout.root()).ok().or_else(of_home).map(|metadata| metadata.uid())
}

/// Fails unless `entry` is a store that only root and the user can change: an absolute path without links,
/// and every folder on the way to its toolchains owned by one of them and writable by nobody else.
fn check(entry: &Path, user: Option<u32>) -> Result<(), String> {
    if !entry.is_absolute() {
        return Err("it is not an absolute path".to_owned());
    }
    let real = fs::canonicalize(entry).map_err(|error| error.to_string())?;
    if real != *entry {
        return Err(format!("it leads through a link; write `{}`", real.display()));
    }
    let marker = Marker::read(entry, AfterRead::Close)
        .ok_or_else(|| "it is not a store: it has no layout-version".to_owned())?;
    marker.check(entry).map_err(|unknown| unknown.reason())?;
    let toolchains = entry.join("toolchains");
    let folders = entry.ancestors().chain([toolchains.as_path()].into_iter().filter(|path| path.exists()));
    for folder in folders {
        check_path(folder, user)?;
    }
    Ok(())
}

/// Fails with the reason if a tree of another store must not run, because another user can change one of its
/// programs or folders. It checks the folder that the tree is in, which may be `.next`, the tree, the folders
/// `bin`, `pkg/tool` and `src`, the programs in the first two, and VERSION: everything that runs, or decides
/// what runs, before a compile.
pub(crate) fn check_tree(goroot: &Path, user: Option<u32>) -> Result<(), String> {
    for path in [goroot.parent().unwrap_or(goroot), goroot] {
        check_path(path, user)?;
    }
    for name in ["VERSION", "go.env", "src", "pkg"] {
        check_if_there(&goroot.join(name), user)?;
    }
    ["bin", "pkg/tool"].into_iter().try_for_each(|name| check_folder(&goroot.join(name), user, 1))
}

/// Checks a folder and its content, `below` levels deep.
fn check_folder(folder: &Path, user: Option<u32>, below: u8) -> Result<(), String> {
    if !check_if_there(folder, user)? {
        return Ok(());
    }
    let named = |error: io::Error| format!("can't read `{}`: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(named)? {
        let entry = entry.map_err(named)?;
        check_path(&entry.path(), user)?;
        if below > 0 && entry.file_type().map_err(named)?.is_dir() {
            check_folder(&entry.path(), user, below - 1)?;
        }
    }
    Ok(())
}

/// Checks a path; returns `false` if it does not exist, because not every release has every file.
fn check_if_there(path: &Path, user: Option<u32>) -> Result<bool, String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        _ => check_path(path, user).map(|()| true),
    }
}

fn check_path(path: &Path, user: Option<u32>) -> Result<(), String> {
    let metadata =
        fs::symlink_metadata(path).map_err(|error| format!("can't read `{}`: {error}", path.display()))?;
    match problem(&metadata, user) {
        Some(problem) => Err(format!("`{}` {problem}", path.display())),
        None => Ok(()),
    }
}

fn problem(metadata: &Metadata, user: Option<u32>) -> Option<String> {
    let owner = metadata.uid();
    if metadata.is_symlink() {
        Some("is a link".to_owned())
    } else if owner != 0 && user != Some(owner) {
        Some(format!("belongs to user {owner}, who is neither you nor root"))
    } else if metadata.mode() & 0o022 != 0 {
        Some("can be written by its group or by everybody".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_kept_beside_the_version_and_read_again() {
        assert_eq!(record(&[]), b"1\n");
        let kept = record(&["/opt/gom".into(), "/with:colon".into(), "/srv/gom".into()]);
        assert_eq!(kept, b"1\n/opt/gom:/srv/gom\n");
    }

    #[test]
    fn a_tree_that_others_can_change_anywhere_is_not_safe() {
        use std::os::unix::fs::PermissionsExt;

        let root = std::env::temp_dir().join(format!("gom-safe-tree-{}", std::process::id()));
        let (next, goroot) = (root.join(".next"), root.join(".next/go1.22.6.linux-amd64"));
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        let folders = ["bin", "src", "pkg", "pkg/tool", "pkg/tool/linux_amd64"].map(|name| goroot.join(name));
        for folder in &folders {
            fs::create_dir_all(folder).unwrap();
        }
        let files = ["bin/go", "VERSION", "pkg/tool/linux_amd64/compile", "bin/gofmt", "go.env"];
        let files = files.map(|name| goroot.join(name));
        let mut paths = vec![next, goroot.clone()];
        paths.extend(folders);
        for path in &paths {
            set(path, 0o755);
        }
        let user = fs::metadata(&root).unwrap().uid();
        for file in files {
            fs::write(&file, "").unwrap();
            set(&file, 0o755);
            paths.push(file);
            // Not every release has a gofmt or a go.env.
            assert_eq!(check_tree(&goroot, Some(user)), Ok(()));
        }
        for path in &paths {
            set(path, 0o775);
            let reason = format!("`{}` can be written by its group or by everybody", path.display());
            assert_eq!(check_tree(&goroot, Some(user)), Err(reason));
            set(path, 0o755);
        }
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn only_absolute_paths_are_stores() {
        assert_eq!(check(Path::new("store"), None), Err("it is not an absolute path".to_owned()));
    }
}
