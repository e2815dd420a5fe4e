//! What Go's settings depend on, read once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gom_select::go_settings::{self, EnvFile, GoSetting};
use gom_select::layout::Env;
use gom_select::platform::Platform;
use gom_select::version::GoVersion;

/// Everything that Go's settings depend on.
pub struct SettingsView<'a> {
    /// The process environment; empty variables read as unset.
    pub env: Env<'a>,
    /// The user's home folder.
    pub home: Option<&'a Path>,
    /// What the selected go runs on.
    pub host: &'a Platform,
    /// Its version, where it is known.
    pub version: Option<GoVersion>,
    /// Its tree, where it is known.
    pub goroot: Option<PathBuf>,
    /// The file that `go env -w` writes.
    pub user: Option<EnvFile>,
    /// The tree's own `go.env`.
    pub toolchain: Option<EnvFile>,
    /// The names that GODEBUG may have; `None` where the tree does not say.
    pub godebugs: Option<BTreeSet<String>>,
    /// The proxies that the go command has as its default without a `go.env`.
    pub built_in_proxy: Option<String>,
    /// The go.mod here.
    pub go_mod: Option<PathBuf>,
    /// The go.work here.
    pub go_work: Option<PathBuf>,
    /// Whether a program of this name is on PATH.
    pub is_on_path: &'a dyn Fn(&str) -> bool,
}

impl SettingsView<'_> {
    /// What sets a name, if anything.
    pub(crate) fn set(&self, name: &str) -> Option<GoSetting> {
        let found = go_settings::find(name, self.env, || self.user.as_ref(), || self.toolchain.as_ref());
        // Another word for the default.
        found.filter(|setting| name != "GOWORK" || setting.value != "auto")
    }
}
