//! Settings of earlier versions of gom. A leftover in `config.toml` or in the environment stops no command,
//! because the user may not be able to edit `/etc/gom/config.toml`. An install warns about it.

use gom_select::layout::Env;
use toml::de::DeTable;

use super::setting::{SettingOrigin, line_of};

/// The setting for the file of public keys that verified the signature of an archive.
const OPENPGP_KEY: &str = "openpgp_key";
const GOM_OPENPGP_KEY: &str = "GOM_OPENPGP_KEY";

/// A setting that has no effect any more, and the place where it is still set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedSetting {
    /// Its name in `config.toml`.
    pub name: &'static str,
    /// The place where it is set.
    pub origin: SettingOrigin,
}

impl RemovedSetting {
    /// Tells the user what it means and how to remove it.
    pub fn advice(&self) -> String {
        let cure = match &self.origin {
            SettingOrigin::Environment(variable) => format!("unset {variable}"),
            _ => format!("remove `{}` there", self.name),
        };
        format!(
            "setting `{}` ({}) has no effect: gom no longer checks OpenPGP signatures, since the checksum \
             database proves every archive; {cure}",
            self.name, self.origin
        )
    }

    pub(super) fn in_environment(env: Env<'_>) -> Option<RemovedSetting> {
        env(GOM_OPENPGP_KEY)?;
        Some(RemovedSetting { name: OPENPGP_KEY, origin: SettingOrigin::Environment(GOM_OPENPGP_KEY) })
    }

    /// Removes it from a parsed file and returns its line.
    pub(super) fn take(table: &mut DeTable<'_>, text: &str) -> Option<(&'static str, usize)> {
        let (key, _) = table.remove_entry(OPENPGP_KEY)?;
        Some((OPENPGP_KEY, line_of(text, key.span().start)))
    }
}
