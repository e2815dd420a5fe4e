//! Go's own folders, which gom reads and never changes: GOPATH, GOBIN and GOMODCACHE, each from the
//! environment if not empty, else from the user's `go/env`, else Go's default (`go help environment`).

use std::ffi::OsString;
use std::path::PathBuf;

use gom_select::go_env;

use crate::context::Environment;

/// Where the go command keeps things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoPaths {
    /// The first folder of GOPATH. `None` only without a home folder.
    pub gopath: Option<PathBuf>,
    /// Where `go install` puts programs.
    pub bin: Option<PathBuf>,
    /// The module cache.
    pub module_cache: Option<PathBuf>,
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
            gopath,
        }
    }
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
    }
}
