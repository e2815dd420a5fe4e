//! Changes to the environment before a selected toolchain starts, shared by the shim and `gom exec`. Only
//! GOROOT is changed: a GOROOT of another tree makes the compiler refuse the standard library ("version does
//! not match go tool version"), and before 1.9 the go command looks for its tree where it was built
//! (`/usr/local/go`) unless GOROOT is set.

use std::path::{Path, PathBuf};

use crate::env_vars::go;
use crate::go_settings::{GoOrigin, UserSettings};
use crate::version::GoVersion;
use crate::working_dir::is_same_dir;

/// The first Go that finds its tree by the path of its program (go.dev/doc/go1.9#goroot).
const FIRST_THAT_FINDS_ITSELF: &str = "1.9";

/// What to do with GOROOT for the child process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goroot {
    /// Leave the environment as it is.
    Keep,
    /// Remove an inherited GOROOT that names another tree.
    Unset,
    /// Set it to the selected tree, which this Go would not find by itself.
    Needed,
    /// The user's `go/env` names another tree, which the go command obeys even when the environment has
    /// no GOROOT. Only a GOROOT in the environment outranks that file.
    Override(StaleGoroot),
}

/// A GOROOT line of the user's `go/env` that does not name the selected tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleGoroot {
    /// The file that `go env -w` writes.
    pub file: PathBuf,
    /// 1-based line of the setting.
    pub line: usize,
    /// Its value.
    pub value: String,
}

/// Decides for a toolchain at `goroot`; `version` is its version, if that is known.
pub fn goroot_for_child(goroot: &Path, version: Option<&GoVersion>, user: &UserSettings<'_>) -> Goroot {
    let inherited = (user.env())(go::GOROOT).map(PathBuf::from);
    if inherited.as_deref().is_some_and(|value| is_same_dir(value, goroot)) {
        return Goroot::Keep;
    }
    if version.is_some_and(needs_goroot) {
        return Goroot::Needed;
    }
    if let Some(stale) = stale_goroot(goroot, user) {
        return Goroot::Override(stale);
    }
    if inherited.is_some() { Goroot::Unset } else { Goroot::Keep }
}

/// Whether this Go uses another tree's compiler and packages unless GOROOT names its own.
pub fn needs_goroot(version: &GoVersion) -> bool {
    GoVersion::parse(FIRST_THAT_FINDS_ITSELF).is_ok_and(|first| *version < first)
}

fn stale_goroot(goroot: &Path, user: &UserSettings<'_>) -> Option<StaleGoroot> {
    let set = user.in_file(go::GOROOT).filter(|set| !is_same_dir(Path::new(&set.value), goroot))?;
    match set.origin {
        GoOrigin::UserFile(file, line) => Some(StaleGoroot { file, line, value: set.value }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// K10.1
    #[test]
    fn a_go_before_1_9_needs_goroot() {
        for (version, needs) in [
            ("1.2.2", true),
            ("1.8.7", true),
            ("1.8", true),
            ("1.9rc2", true),
            ("1.9", false),
            ("1.9.7", false),
            ("1.10", false),
            ("1.21.0", false),
        ] {
            let version = GoVersion::parse(version).unwrap();
            let nothing = |_: &str| None;
            let set = goroot_for_child(Path::new("/store/go"), Some(&version), &UserSettings::new(&nothing));
            assert_eq!(set, if needs { Goroot::Needed } else { Goroot::Keep }, "{version}");
            let own = |name: &str| (name == go::GOROOT).then(|| "/".into());
            let own = UserSettings::new(&own);
            assert_eq!(goroot_for_child(Path::new("/"), Some(&version), &own), Goroot::Keep, "{version}");
        }
    }
}
