//! Where Go's own folders are: GOPATH, GOBIN, GOMODCACHE and GOCACHE, each from the environment if not empty,
//! else from the user's `go/env`, else Go's default (`go help environment`). Only looks; changes nothing.

use std::ffi::OsString;
use std::path::PathBuf;

use gom_select::go_env;
use gom_select::platform::Platform;

use crate::environment::Environment;

/// Where the go command keeps things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoPaths {
    /// The first folder of GOPATH. `None` only without a home folder.
    pub gopath: Option<PathBuf>,
    /// Where `go install` puts programs.
    pub bin: Option<PathBuf>,
    /// The module cache.
    pub module_cache: Option<PathBuf>,
    /// The build cache.
    pub build_cache: Option<PathBuf>,
}

impl GoPaths {
    /// Reads them.
    pub fn read(environment: &Environment) -> GoPaths {
        let env = |name: &str| environment.var(name);
        let file = go_env::user_file(&env).and_then(|file| fs_err::read(file).ok());
        let file = file.map(|bytes| go_env::parse(&bytes));
        let in_file = |name: &str| -> Option<OsString> { Some(file.as_ref()?.get(name)?.0.into()) };
        let setting = |name: &str| env(name).or_else(|| in_file(name)).filter(|value| !value.is_empty());

        let first = setting("GOPATH").and_then(|gopath| std::env::split_paths(&gopath).next());
        let gopath = first.or_else(|| environment.home.as_ref().map(|home| home.join("go")));
        let below = |folder: &str| gopath.as_ref().map(|gopath| gopath.join(folder));
        GoPaths {
            bin: setting("GOBIN").map(PathBuf::from).or_else(|| below("bin")),
            module_cache: setting("GOMODCACHE").map(PathBuf::from).or_else(|| below("pkg/mod")),
            build_cache: setting("GOCACHE").map(PathBuf::from).or_else(|| default_build_cache(environment)),
            gopath,
        }
    }
}

/// `go-build` in the user's cache folder, as Go's `os.UserCacheDir` finds it.
fn default_build_cache(environment: &Environment) -> Option<PathBuf> {
    let home = environment.home.as_ref();
    let folder = if Platform::host().os() == "darwin" {
        home?.join("Library/Caches")
    } else {
        environment.var("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| Some(home?.join(".cache")))?
    };
    Some(folder.join("go-build"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_beats_the_users_file_beats_the_default() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("env");
        fs_err::write(&file, "GOPATH=/file:/second\nGOBIN=\n").unwrap();
        let environment = |variables: &[(&str, &str)]| Environment {
            variables: variables.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            home: Some("/home/gopher".into()),
            ..Environment::default()
        };
        let goenv = file.to_str().unwrap();

        let paths = GoPaths::read(&environment(&[("GOENV", "off")]));
        assert_eq!(paths.bin.unwrap(), PathBuf::from("/home/gopher/go/bin"));
        let paths = GoPaths::read(&environment(&[("GOENV", goenv)]));
        assert_eq!(paths.module_cache.unwrap(), PathBuf::from("/file/pkg/mod"));
        let paths = GoPaths::read(&environment(&[("GOENV", goenv), ("GOPATH", "/env"), ("GOBIN", "/bin")]));
        assert_eq!((paths.gopath.unwrap(), paths.bin.unwrap()), ("/env".into(), "/bin".into()));
        let default = paths.build_cache.unwrap();
        assert!(default.starts_with("/home/gopher") && default.ends_with("go-build"), "{default:?}");
        let paths = GoPaths::read(&environment(&[("GOENV", "off"), ("GOCACHE", "/builds")]));
        assert_eq!(paths.build_cache.unwrap(), PathBuf::from("/builds"));
    }
}
