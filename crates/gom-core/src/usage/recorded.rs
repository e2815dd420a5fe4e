//! What was recorded of the use of toolchains.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gom_select::toolchain::ToolchainId;
use gom_select::used::{Day, Use, UsedToolchain, today};

use crate::context::Context;
use crate::settings::{RecordUse, SettingOrigin};

use crate::store::used::RecordedUse;

/// Records a use, as the shim does.
pub fn record(ctx: &Context, used: &Use) {
    used.record(ctx.store.layout(), &|name| ctx.environment.var(name));
}

/// What is known of the use of toolchains.
#[derive(Clone, Debug)]
pub struct Usage {
    /// Whether use is recorded.
    pub recording: Recording,
    /// The recorded uses.
    pub uses: Vec<RecordedUse>,
    /// The day of this moment.
    pub today: Day,
    /// Why earlier uses could not be read, if there were some.
    pub damage: Option<String>,
}

/// Whether the use of toolchains is recorded in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recording {
    /// It is, since this day.
    Since(Day),
    /// A setting turns it off.
    Off(SettingOrigin),
    /// The store has no folder for it, or it can't be read.
    Nowhere {
        /// The folder.
        folder: PathBuf,
        /// Why it can't be read; `None` if it is missing.
        reason: Option<String>,
    },
}

impl Usage {
    /// Reads what is recorded. Changes nothing.
    pub fn read(ctx: &Context) -> Usage {
        let mut usage = Usage {
            recording: Recording::Nowhere { folder: ctx.store.layout().used(), reason: None },
            uses: Vec::new(),
            today: today(),
            damage: None,
        };
        match ctx.store.recorded_use() {
            Ok(Some(record)) => {
                usage.recording = Recording::Since(record.since);
                usage.uses = record.uses;
                usage.damage = record.damage;
            }
            Ok(None) => {}
            Err(error) => {
                let folder = ctx.store.layout().used();
                usage.recording = Recording::Nowhere { folder, reason: Some(error.to_string()) };
            }
        }
        let setting = &ctx.settings.record_use;
        if setting.value == RecordUse::Never {
            usage.recording = Recording::Off(setting.origin.clone());
        }
        usage
    }

    /// The number of days for which use has been recorded.
    pub fn days(&self) -> Day {
        match self.recording {
            Recording::Since(since) => self.today.saturating_sub(since),
            Recording::Off(_) | Recording::Nowhere { .. } => 0,
        }
    }

    /// Returns the last use of an installed toolchain.
    pub fn last_of(&self, id: &ToolchainId) -> Option<&RecordedUse> {
        self.of(id).max_by_key(|one| one.last)
    }

    /// The recorded uses of an installed toolchain.
    pub fn of(&self, id: &ToolchainId) -> impl Iterator<Item = &RecordedUse> {
        self.uses
            .iter()
            .filter(move |one| matches!(&one.used.toolchain, UsedToolchain::Installed(used) if used == id))
    }

    /// The files of the projects that are known, each once.
    pub fn files(&self) -> BTreeSet<&Path> {
        self.uses.iter().filter_map(|one| one.used.file.as_deref()).collect()
    }

    /// The toolchains that this file was recorded to have chosen.
    pub fn chosen_by<'a>(&'a self, file: &'a Path) -> impl Iterator<Item = &'a UsedToolchain> {
        let of_file = self.uses.iter().filter(move |one| one.used.file.as_deref() == Some(file));
        of_file.map(|one| &one.used.toolchain)
    }
}
