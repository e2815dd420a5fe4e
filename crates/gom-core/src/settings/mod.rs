//! The user's settings, resolved once: a flag, else the `GOM_*` variable, else `config.toml` of the store,
//! else `/etc/gom/config.toml`, else the default. An empty variable counts as unset. Files inside a project
//! are never read here: a checkout must not choose where toolchains come from.

mod folders;
mod layers;
mod removed;
mod setting;
mod values;

use std::path::{Path, PathBuf};
use std::time::Duration;

use gom_select::env_vars;
use gom_select::layout::{Env, Layout, SYSTEM_CONFIG};
use url::Url;

use crate::redact::redacted;

use layers::{LOCK_TIMEOUT, SettingsLayer, TIMEOUT, load};

pub(crate) use layers::source_name;
pub use removed::RemovedSetting;
pub(crate) use setting::line_of;
pub use setting::{BadSetting, Setting, SettingFlags, SettingOrigin};
pub use values::{AutoInstall, NoticePolicy, RecordUse, RequiredProof, SourceName, SyncPolicy};

/// Every setting of gom.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder for downloads in progress, the cached index and log tiles.
    pub cache_dir: Setting<PathBuf>,
    /// Flat folders like go.dev's from which to take archives, in order.
    pub mirror: Setting<Vec<Url>>,
    /// The only places that archives may come from; empty means all.
    pub sources: Setting<Vec<SourceName>>,
    /// Whether to use no network at all.
    pub offline: Setting<bool>,
    /// How long to wait for another gom.
    pub lock_timeout: Setting<Duration>,
    /// How long to wait for a place on the network that sends nothing.
    pub timeout: Setting<Duration>,
    /// What the shim may do if a toolchain is missing.
    pub auto_install: Setting<AutoInstall>,
    /// What must prove a toolchain.
    pub proof: Setting<RequiredProof>,
    /// Whether a tree is flushed to disk before it is published.
    pub sync: Setting<SyncPolicy>,
    /// Whether gom says that the Go in use lacks security fixes.
    pub security_notice: Setting<NoticePolicy>,
    /// Whether a `go` records which toolchain it used.
    pub record_use: Setting<RecordUse>,
    /// Stores that are read after the user's own, as they are written in the setting.
    pub store_path: Setting<Vec<PathBuf>>,
    /// Folders in which a file of another user may start an install; `*` means all.
    pub trusted_folders: Setting<Vec<PathBuf>>,
    /// Settings that are still set, but have no effect any more.
    pub removed: Vec<RemovedSetting>,
}

impl Settings {
    /// Resolves all settings. `default_cache` is the user's cache folder for gom.
    pub fn resolve(
        flags: &SettingFlags,
        env: Env<'_>,
        layout: &Layout,
        default_cache: PathBuf,
    ) -> Result<Settings, BadSetting> {
        Settings::resolve_with_files(
            flags,
            env,
            &[&layout.config_file(), Path::new(SYSTEM_CONFIG)],
            default_cache,
        )
    }

    fn resolve_with_files(
        flags: &SettingFlags,
        env: Env<'_>,
        files: &[&Path],
        default_cache: PathBuf,
    ) -> Result<Settings, BadSetting> {
        let mut removed: Vec<_> = RemovedSetting::in_environment(env).into_iter().collect();
        let load = |path: &&Path| load(path, &mut removed).transpose();
        let files = files.iter().filter_map(load).collect::<Result<_, _>>()?;
        let layers = SettingsLayer { env, files };
        Ok(Settings {
            cache_dir: layers.cache_dir(default_cache)?,
            mirror: layers.mirror()?,
            sources: layers.sources(flags)?,
            offline: layers.offline(flags)?,
            lock_timeout: layers.lock_timeout()?,
            timeout: layers.timeout()?,
            auto_install: layers.choice(
                "auto_install",
                env_vars::GOM_AUTO_INSTALL,
                |config| config.auto_install.as_ref(),
                AutoInstall::Tty,
            )?,
            proof: layers.choice(
                "proof",
                env_vars::GOM_REQUIRE,
                |config| config.proof.as_ref(),
                if flags.log_by_default { RequiredProof::Log } else { RequiredProof::Any },
            )?,
            sync: layers.choice(
                "sync",
                env_vars::GOM_SYNC,
                |config| config.sync.as_ref(),
                SyncPolicy::Auto,
            )?,
            security_notice: layers.choice(
                "security_notice",
                env_vars::GOM_SECURITY_NOTICE,
                |config| config.security_notice.as_ref(),
                NoticePolicy::Daily,
            )?,
            record_use: layers.choice(
                "record_use",
                env_vars::GOM_RECORD_USE,
                |config| config.record_use.as_ref(),
                RecordUse::Always,
            )?,
            store_path: layers.folders(env_vars::GOM_STORE_PATH, |config| config.store_path.as_ref()),
            trusted_folders: layers
                .trusted_folders(env_vars::GOM_TRUSTED_FOLDERS, |config| config.trusted_folders.as_ref())?,
            removed,
        })
    }
}

impl Settings {
    /// The settings if nothing sets them.
    pub fn defaults(default_cache: PathBuf) -> Settings {
        fn unset<T>(value: T) -> Setting<T> {
            Setting { value, origin: SettingOrigin::Default }
        }
        Settings {
            cache_dir: unset(default_cache),
            mirror: unset(Vec::new()),
            sources: unset(Vec::new()),
            offline: unset(false),
            lock_timeout: unset(LOCK_TIMEOUT),
            timeout: unset(TIMEOUT),
            auto_install: unset(AutoInstall::Tty),
            proof: unset(RequiredProof::Any),
            sync: unset(SyncPolicy::Auto),
            security_notice: unset(NoticePolicy::Daily),
            record_use: unset(RecordUse::Always),
            store_path: unset(Vec::new()),
            trusted_folders: unset(Vec::new()),
            removed: Vec::new(),
        }
    }

    /// Every setting for people: name, value without credentials, and the place that set it.
    pub fn rows(&self) -> Vec<(&'static str, String, &SettingOrigin)> {
        // A new field does not compile until it has a row.
        let Settings {
            cache_dir,
            mirror,
            sources,
            offline,
            lock_timeout,
            timeout,
            auto_install,
            proof,
            sync,
            security_notice,
            record_use,
            store_path,
            trusted_folders,
            removed: _,
        } = self;
        let path = |path: &PathBuf| path.display().to_string();
        vec![
            ("cache_dir", path(&cache_dir.value), &cache_dir.origin),
            ("mirror", joined(&mirror.value, ",", redacted), &mirror.origin),
            ("sources", joined(&sources.value, ",", SourceName::to_string), &sources.origin),
            ("offline", offline.value.to_string(), &offline.origin),
            ("lock_timeout", lock_timeout.value.as_secs().to_string(), &lock_timeout.origin),
            ("timeout", timeout.value.as_secs().to_string(), &timeout.origin),
            ("auto_install", auto_install.value.to_string(), &auto_install.origin),
            ("proof", proof.value.to_string(), &proof.origin),
            ("sync", sync.value.to_string(), &sync.origin),
            ("security_notice", security_notice.value.to_string(), &security_notice.origin),
            ("record_use", record_use.value.to_string(), &record_use.origin),
            ("store_path", joined(&store_path.value, ":", path), &store_path.origin),
            ("trusted_folders", joined(&trusted_folders.value, ":", path), &trusted_folders.origin),
        ]
    }
}

fn joined<T>(values: &[T], separator: &str, text: impl Fn(&T) -> String) -> String {
    values.iter().map(text).collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests;
