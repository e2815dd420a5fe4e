//! Stores of others that are read after the user's own: `GOM_STORE_PATH`, else the setting `store_path`, which
//! gom keeps in the second line of the store's `layout-version` so that the shim needs to read no TOML. The
//! size of that file, which the shim looks at anyway, says whether there is a second line.
//!
//! A program of such a store runs as the user, so whoever can change it must be trusted: see `check`.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::env_vars::GOM_STORE_PATH;
use crate::layout::{Env, LAYOUT_VERSION, Layout, Root, marker_size};

/// The stores that are read after the user's own, in order, and the entries that are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StorePath {
    /// Roots of stores.
    pub stores: Vec<PathBuf>,
    /// What is not used.
    pub skipped: Vec<Skipped>,
}

/// An entry that is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// As it was written.
    pub entry: PathBuf,
    /// Why.
    pub reason: String,
}

impl StorePath {
    /// The stores that the environment names, else those that `layout` keeps. `home` is the user's.
    pub fn find(env: Env<'_>, root: &Root, layout: &Layout, home: Option<&Path>) -> StorePath {
        let list = env(GOM_STORE_PATH);
        match list.or_else(|| recorded(layout, root.marker_size.or_else(|| marker_size(&root.path))?)) {
            Some(list) => StorePath::checked(std::env::split_paths(&list), layout, home),
            None => StorePath::default(),
        }
    }

    /// Divides entries into what can be trusted and what is skipped.
    pub fn checked(
        entries: impl IntoIterator<Item = PathBuf>,
        layout: &Layout,
        home: Option<&Path>,
    ) -> StorePath {
        let mut path = StorePath::default();
        let user = owner(layout, home);
        for entry in entries.into_iter().filter(|entry| !entry.as_os_str().is_empty()) {
            if entry == layout.root() || path.stores.contains(&entry) {
                continue;
            }
            match check(&entry, user) {
                Ok(()) => path.stores.push(entry),
                Err(reason) => path.skipped.push(Skipped { entry, reason }),
            }
        }
        path
    }
}

/// The list that a store keeps, as it is written there. `marker_size` is the size of its `layout-version`.
pub fn recorded(layout: &Layout, marker_size: u64) -> Option<OsString> {
    if marker_size <= LAYOUT_VERSION.len() as u64 + 1 {
        return None;
    }
    let content = fs::read(layout.layout_version_file()).ok()?;
    let line = content.split(|byte| *byte == b'\n').nth(1)?;
    (!line.is_empty()).then(|| OsString::from_vec(line.to_vec()))
}

/// The content of `layout-version` with this list.
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

/// The user, as far as a program without a C library can tell: who owns the store, or the home folder where
/// there is no store yet. Whoever owns the store can change every program in it anyway.
fn owner(layout: &Layout, home: Option<&Path>) -> Option<u32> {
    let of_home = || home.and_then(|home| fs::metadata(home).ok());
    fs::metadata(layout.root()).ok().or_else(of_home).map(|metadata| metadata.uid())
}

/// Fails unless `entry` is a store that only root and the user can change: an absolute path without links,
/// every folder on the way to its toolchains owned by one of them and writable by nobody else.
fn check(entry: &Path, user: Option<u32>) -> Result<(), String> {
    if !entry.is_absolute() {
        return Err("it is not an absolute path".to_owned());
    }
    let real = fs::canonicalize(entry).map_err(|error| error.to_string())?;
    if real != *entry {
        return Err(format!("it leads through a link; write `{}`", real.display()));
    }
    if !entry.join("layout-version").is_file() {
        return Err("it is not a store: it has no layout-version".to_owned());
    }
    let toolchains = entry.join("toolchains");
    let folders = entry.ancestors().chain([toolchains.as_path()].into_iter().filter(|path| path.exists()));
    for folder in folders {
        let metadata = fs::symlink_metadata(folder).map_err(|error| error.to_string())?;
        if let Some(problem) = problem(&metadata, user) {
            return Err(format!("`{}` {problem}", folder.display()));
        }
    }
    Ok(())
}

/// Whether what runs of such a tree can be changed by nobody else either: the folder that it is in, which may be
/// `.next`, the tree, its `bin`, and the programs that the shim starts.
pub(crate) fn is_safe_tree(goroot: &Path, go: &str, layout: &Layout) -> bool {
    let user = owner(layout, None);
    let is_safe = |path: &Path| match fs::symlink_metadata(path) {
        Ok(metadata) => problem(&metadata, user).is_none(),
        // Not every tree has a gofmt.
        Err(error) => error.kind() == io::ErrorKind::NotFound && path.ends_with("gofmt"),
    };
    let (bin, go, gofmt) = (goroot.join("bin"), goroot.join(go), goroot.join("bin/gofmt"));
    goroot.parent().is_some_and(is_safe) && [goroot, &bin, &go, &gofmt].into_iter().all(is_safe)
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
        fs::create_dir_all(goroot.join("bin")).unwrap();
        let paths =
            [goroot.join("bin/go"), goroot.join("bin/gofmt"), goroot.join("bin"), goroot.clone(), next];
        fs::write(&paths[0], "").unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        for path in paths.iter().filter(|path| path.exists()) {
            set(path, 0o755);
        }
        let layout = Layout::new(&root);
        assert!(is_safe_tree(&goroot, "bin/go", &layout), "without a gofmt");
        fs::write(&paths[1], "").unwrap();
        set(&paths[1], 0o755);
        assert!(is_safe_tree(&goroot, "bin/go", &layout));
        for path in &paths {
            set(path, 0o775);
            assert!(!is_safe_tree(&goroot, "bin/go", &layout), "{}", path.display());
            set(path, 0o755);
        }
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn only_absolute_paths_are_stores() {
        assert_eq!(check(Path::new("store"), None), Err("it is not an absolute path".to_owned()));
    }
}
