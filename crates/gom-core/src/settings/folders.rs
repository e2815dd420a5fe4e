//! The settings that are lists of folders: separated by colons in the environment, an array in a file.

use std::path::PathBuf;

use toml::Spanned;

use super::layers::{ConfigFile, SettingsLayer};
use super::setting::{BadSetting, Setting, SettingOrigin};

/// The entry that trusts every folder.
pub(super) const EVERYWHERE: &str = "*";

impl SettingsLayer<'_> {
    /// Reads a list of folders as it is written. Invalid entries are skipped where the list is used.
    pub(super) fn folders(
        &self,
        variable: &'static str,
        field: impl Fn(&ConfigFile) -> Option<&Spanned<Vec<String>>>,
    ) -> Setting<Vec<PathBuf>> {
        let split =
            |text: String| std::env::split_paths(&text).filter(|path| !path.as_os_str().is_empty()).collect();
        let variable = self.variable(variable).map(|setting| setting.map(split));
        let file = || self.file(field, |list| list.iter().map(PathBuf::from).collect());
        variable.or_else(file).unwrap_or(Setting { value: Vec::new(), origin: SettingOrigin::Default })
    }

    /// Reads the trusted folders. Each must be absolute or [`EVERYWHERE`]: trust must not depend on the
    /// working directory.
    pub(super) fn trusted_folders(
        &self,
        variable: &'static str,
        field: impl Fn(&ConfigFile) -> Option<&Spanned<Vec<String>>>,
    ) -> Result<Setting<Vec<PathBuf>>, BadSetting> {
        let shown = |list: &Vec<PathBuf>| {
            list.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(":")
        };
        self.folders(variable, field).try_map("trusted_folders", shown, |list| {
            let is_right = |path: &PathBuf| path.is_absolute() || path.as_os_str() == EVERYWHERE;
            match list.iter().find(|path| !is_right(path)) {
                Some(path) => Err(format!("`{}` must be an absolute path, or `*` for all", path.display())),
                None => Ok(list),
            }
        })
    }
}
