//! The rows of the picker: every toolchain that a verb can take, newest first.

use std::collections::BTreeSet;

use gom_select::toolchain::ToolchainId;

use super::known::KnownToolchains;
use super::state::{Presence, Support};

/// What a picker is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Toolchains in the store that can be removed, for any platform.
    Removable,
    /// Toolchains for this machine, installed and published.
    Installable,
    /// The same, and the Go that gom does not manage.
    Selectable,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickerRow {
    /// The SPEC that it stands for.
    pub spec: String,
    /// How it is kept here.
    pub presence: Presence,
    /// Whether it still gets fixes; `None` for `system`.
    pub support: Option<Support>,
}

impl KnownToolchains {
    /// Returns the rows of a picker, newest first. Prereleases are among them only if they are installed, or newer
    /// than every release of their line.
    pub fn rows(&self, kind: RowKind) -> Vec<PickerRow> {
        let ids: BTreeSet<ToolchainId> = match kind {
            RowKind::Removable => self.installed.iter().chain(&self.broken).cloned().collect(),
            RowKind::Installable | RowKind::Selectable => {
                let versions = self.versions.iter();
                let versions = versions.filter(|version| {
                    !version.is_prerelease()
                        || self.is_installed(version)
                        || self.newest_of(&version.line()).is_none()
                });
                let id = |version| ToolchainId {
                    platform: self.host.for_release(version).into_owned(),
                    version: version.clone(),
                };
                versions.map(id).collect()
            }
        };
        let row = |id: ToolchainId| PickerRow {
            spec: id.as_argument(&self.host),
            presence: self.presence(&id),
            support: Some(self.support(&id.version)),
        };
        let mut rows: Vec<PickerRow> = ids.into_iter().rev().map(row).collect();
        if kind == RowKind::Selectable {
            rows.push(PickerRow { spec: "system".to_owned(), presence: Presence::Absent, support: None });
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use gom_select::platform::Platform;
    use gom_select::version::{GoVersion, ReleaseLine};

    use super::*;

    fn known() -> KnownToolchains {
        let id = |text: &str| ToolchainId::parse(text).unwrap();
        let version = |text: &str| GoVersion::parse(text).unwrap();
        KnownToolchains {
            host: Platform::parse("linux-amd64").unwrap(),
            installed: vec![id("go1.26.5.linux-amd64"), id("go1.26.0.darwin-arm64")],
            linked: Vec::new(),
            broken: vec![id("go1.21.0.linux-amd64")],
            versions: ["1.27.0", "1.27rc1", "1.26.7", "1.26.5", "1.25.13"].map(version).to_vec(),
            supported: ["1.27", "1.26"].map(|line| ReleaseLine::parse(line).unwrap()).to_vec(),
            asked_here: Vec::new(),
            in_use: Vec::new(),
        }
    }

    fn text(rows: &[PickerRow]) -> Vec<String> {
        let text = |row: &PickerRow| {
            let support = row.support.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} {} {support}", row.spec, row.presence)
        };
        rows.iter().map(text).collect()
    }

    #[test]
    fn every_release_for_this_machine_can_be_chosen() {
        assert_eq!(
            text(&known().rows(RowKind::Selectable)),
            [
                "1.27.0  supported",
                "1.26.7  supported",
                "1.26.5 installed security: 1.26.6",
                "1.25.13  end of life",
                "system  ",
            ]
        );
        assert_eq!(known().rows(RowKind::Installable).len(), 4);
    }

    #[test]
    fn what_is_in_the_store_can_be_removed() {
        assert_eq!(
            text(&known().rows(RowKind::Removable)),
            [
                "1.26.5 installed security: 1.26.6",
                "go1.26.0.darwin-arm64 installed security: 1.26.6",
                "1.21.0 broken end of life",
            ]
        );
    }
}
