//! Everything that Go's settings depend on, read once.

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
    /// The platform that the selected go runs on.
    pub host: &'a Platform,
    /// Its version, if known.
    pub version: Option<GoVersion>,
    /// Its tree, if known.
    pub goroot: Option<PathBuf>,
    /// The file that `go env -w` writes.
    pub user: Option<EnvFile>,
    /// The tree's own `go.env`.
    pub toolchain: Option<EnvFile>,
    /// The names that are valid in GODEBUG; `None` if the tree has no table.
    pub godebugs: Option<BTreeSet<String>>,
    /// The default proxies of a go command without a `go.env`.
    pub built_in_proxy: Option<String>,
    /// The go.mod here.
    pub go_mod: Option<PathBuf>,
    /// The go.work here.
    pub go_work: Option<PathBuf>,
    /// Whether a program of this name is on PATH.
    pub is_on_path: &'a dyn Fn(&str) -> bool,
}

impl SettingsView<'_> {
    /// The value of a name, if something sets it.
    pub(crate) fn set(&self, name: &str) -> Option<GoSetting> {
        let found = go_settings::find(name, self.env, || self.user.as_ref(), || self.toolchain.as_ref());
        // GOWORK=auto means the default.
        found.filter(|setting| name != "GOWORK" || setting.value != "auto")
    }
}
