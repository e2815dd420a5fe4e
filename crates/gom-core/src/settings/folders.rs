//! The settings that are lists of folders: in the environment divided by colons, in a file an array.

use std::path::PathBuf;

use toml::Spanned;

use super::layers::{ConfigFile, SettingsLayer};
use super::setting::{BadSetting, Setting, SettingOrigin};

/// Trusts every folder.
pub(super) const EVERYWHERE: &str = "*";

impl SettingsLayer<'_> {
    /// As they are written: an entry that can't be used is skipped where the list is used.
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

    /// Each must be absolute or [`EVERYWHERE`]: what is trusted must not depend on where one is.
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
