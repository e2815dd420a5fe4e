//! The defaults of Go's folders.
//!
//! Owns: Go's defaults of GOPATH (go/build, `defaultGOPATH`) and GOCACHE (`os.UserCacheDir`). Never: looks at
//! the disk. Invariant: if the go command has no such folder, or fails for it, there is none here either.

use std::path::{Path, PathBuf};

use crate::env_vars::go;
use crate::layout::Env;

/// Returns `~/go`, unless the variable GOROOT names that folder. If a go command finds its own tree in `~/go`
/// without that variable, it keeps `~/go` and warns, so only the variable counts.
pub fn default_gopath(home: Option<&Path>, env: Env<'_>) -> Option<PathBuf> {
    let folder = home?.join("go");
    let is_goroot = env(go::GOROOT).is_some_and(|goroot| cleaned(Path::new(&goroot)) == cleaned(&folder));
    (!is_goroot).then_some(folder)
}

/// Returns `go-build` in the user's cache folder, on the system `os` by Go's name. A relative
/// `XDG_CACHE_HOME` is an error for Go, and the home folder is not tried.
pub fn default_build_cache(os: &str, home: Option<&Path>, env: Env<'_>) -> Option<PathBuf> {
    let folder = match env("XDG_CACHE_HOME").filter(|value| !value.is_empty() && os != "darwin") {
        Some(folder) => Some(PathBuf::from(folder)).filter(|folder| folder.is_absolute())?,
        None => home?.join(if os == "darwin" { "Library/Caches" } else { ".cache" }),
    };
    Some(folder.join("go-build"))
}

/// Cleans a path as Go's `filepath.Clean` does: without `.` and empty elements, and `x/..` removed.
fn cleaned(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if clean.file_name().is_some() => {
                clean.pop();
            }
            Component::ParentDir if clean.has_root() => {}
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(variables: &[(&str, &str)], use_it: impl FnOnce(Env<'_>) -> T) -> T {
        use_it(&|name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn a_go_folder_that_is_the_goroot_is_no_gopath() {
        let home = Some(Path::new("/home/ada"));
        for (goroot, expected) in [
            ("/home/ada/go", None),
            ("/home/ada//x/../go/.", None),
            ("/home/ada/go1.22", Some("/home/ada/go")),
            ("/usr/lib/go", Some("/home/ada/go")),
        ] {
            let found = with(&[("GOROOT", goroot)], |env| default_gopath(home, env));
            assert_eq!(found, expected.map(PathBuf::from), "{goroot}");
        }
        assert_eq!(with(&[], |env| default_gopath(home, env)), Some("/home/ada/go".into()));
        assert_eq!(with(&[], |env| default_gopath(None, env)), None);
    }

    #[test]
    fn the_build_cache_is_where_go_puts_it() {
        let home = Some(Path::new("/h"));
        for (os, xdg, home, expected) in [
            ("linux", "", home, Some("/h/.cache/go-build")),
            ("linux", "/c", home, Some("/c/go-build")),
            ("linux", "/c", None, Some("/c/go-build")),
            ("linux", "relative", home, None),
            ("linux", "", None, None),
            ("darwin", "/c", home, Some("/h/Library/Caches/go-build")),
            ("darwin", "relative", home, Some("/h/Library/Caches/go-build")),
        ] {
            let found = with(&[("XDG_CACHE_HOME", xdg)], |env| default_build_cache(os, home, env));
            assert_eq!(found, expected.map(PathBuf::from), "{os} {xdg:?}");
        }
    }
}
