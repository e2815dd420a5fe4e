//! The go command's folders: GOPATH, GOBIN, GOMODCACHE and GOCACHE. gom-select's one reader finds them in the
//! environment and the user's `go/env`; else Go's default counts (`go help environment`). Only reads; changes
//! nothing.

use std::io;
use std::path::PathBuf;

use gom_select::go_folders;
use gom_select::go_settings::UserSettings;
use gom_select::platform::Platform;

use crate::environment::Environment;

/// The folders in which the go command keeps files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoPaths {
    /// The first folder of GOPATH. `None` if Go has none, for example without a home folder.
    pub gopath: Option<PathBuf>,
    /// The folder into which `go install` puts programs.
    pub bin: Option<PathBuf>,
    /// The module cache.
    pub module_cache: Option<PathBuf>,
    /// The build cache.
    pub build_cache: Option<PathBuf>,
}

impl GoPaths {
    /// Reads them from the environment and the user's `go/env`.
    pub fn read(environment: &Environment) -> GoPaths {
        let env = |name: &str| environment.var(name);
        GoPaths::of(environment, &UserSettings::new(&env))
    }

    /// Like [`GoPaths::read`], for a caller that changes what is there: fails if the user's `go/env` can't be read.
    pub fn read_surely(environment: &Environment) -> io::Result<GoPaths> {
        let env = |name: &str| environment.var(name);
        Ok(GoPaths::of(environment, &UserSettings::read(&env)?))
    }

    fn of(environment: &Environment, user: &UserSettings<'_>) -> GoPaths {
        let env = |name: &str| environment.var(name);
        let setting = |name: &str| user.get_os(name);
        let home = environment.home.as_deref();

        let gopath = match setting("GOPATH") {
            Some(list) => std::env::split_paths(&list).next().filter(|first| !first.as_os_str().is_empty()),
            None => go_folders::default_gopath(home, &env),
        };
        let default_cache = || go_folders::default_build_cache(Platform::host().os(), home, &env);
        let build_cache = setting("GOCACHE").map(PathBuf::from).or_else(default_cache);
        let below = |folder: &str| gopath.as_ref().map(|gopath| gopath.join(folder));
        GoPaths {
            bin: setting("GOBIN").map(PathBuf::from).or_else(|| below("bin")),
            module_cache: setting("GOMODCACHE").map(PathBuf::from).or_else(|| below("pkg/mod")),
            // Go refuses a relative path and `off`.
            build_cache: build_cache.filter(|folder| folder.is_absolute()),
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
        let default = paths.build_cache.unwrap();
        assert!(default.starts_with("/home/gopher") && default.ends_with("go-build"), "{default:?}");
        let paths = GoPaths::read(&environment(&[("GOENV", "off"), ("GOCACHE", "/builds")]));
        assert_eq!(paths.build_cache.unwrap(), PathBuf::from("/builds"));
    }

    #[test]
    fn what_go_refuses_is_no_folder() {
        let environment = |variables: &[(&str, &str)]| {
            let variables = variables.iter().chain(&[("GOENV", "off")]);
            Environment {
                variables: variables.map(|(name, value)| (name.into(), value.into())).collect(),
                home: Some("/home/gopher".into()),
                ..Environment::default()
            }
        };
        let paths = GoPaths::read(&environment(&[("GOROOT", "/home/gopher/go")]));
        assert_eq!((paths.gopath, paths.bin, paths.module_cache), (None, None, None));
        let paths = GoPaths::read(&environment(&[("GOPATH", ":/second")]));
        assert_eq!((paths.gopath, paths.module_cache), (None, None));
        for value in ["off", "relative"] {
            assert_eq!(GoPaths::read(&environment(&[("GOCACHE", value)])).build_cache, None);
        }
        if cfg!(target_os = "linux") {
            assert_eq!(GoPaths::read(&environment(&[("XDG_CACHE_HOME", "relative")])).build_cache, None);
        }
    }
}
