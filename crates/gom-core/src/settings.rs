//! The user's settings, resolved once: a flag, else the `GOM_*` variable, else `config.toml` of the
//! store, else `/etc/gom/config.toml`, else the default. An empty variable counts as unset. No file
//! inside a project is ever read here: a checkout must not choose where toolchains come from.

mod folders;
mod removed;
mod values;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use gom_select::env_vars;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::layout::{Env, Layout, SYSTEM_CONFIG};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};
use url::Url;

use crate::redact::redacted_text;

pub use removed::RemovedSetting;
pub use values::{AutoInstall, RequiredProof, SourceName, Sync};

/// How long to wait for another gom where nothing says it.
const LOCK_TIMEOUT: Duration = Duration::from_secs(300);

/// How long to wait for a place on the network where nothing says it.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--offline`.
    pub offline: bool,
    /// `--source`, each occurrence.
    pub sources: Vec<String>,
    /// The verb wants the checksum database's proof unless the user says otherwise.
    pub log_by_default: bool,
}

/// A value and what set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// What set it.
    pub origin: SettingOrigin,
}

/// What set a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingOrigin {
    /// A flag of this command.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
    /// A settings file and its 1-based line.
    File(PathBuf, usize),
    /// Nothing.
    Default,
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingOrigin::Flag(flag) => f.write_str(flag),
            SettingOrigin::Environment(variable) => write!(f, "environment variable {variable}"),
            SettingOrigin::File(path, line) => write!(f, "{}:{line}", path.display()),
            SettingOrigin::Default => f.write_str("default"),
        }
    }
}

/// Every setting of gom.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder for downloads in progress, the cached index and log tiles.
    pub cache_dir: Setting<PathBuf>,
    /// Flat, go.dev-like folders to take archives from, in order.
    pub mirror: Setting<Vec<Url>>,
    /// The only places archives may come from; empty means all.
    pub sources: Setting<Vec<SourceName>>,
    /// Never use the network.
    pub offline: Setting<bool>,
    /// How long to wait for another gom.
    pub lock_timeout: Setting<Duration>,
    /// How long to wait for a place on the network that sends nothing.
    pub timeout: Setting<Duration>,
    /// What the shim may do about a missing toolchain.
    pub auto_install: Setting<AutoInstall>,
    /// What must prove a toolchain.
    pub proof: Setting<RequiredProof>,
    /// Whether a tree is on the disk before it is published.
    pub sync: Setting<Sync>,
    /// Stores that are read after the user's own, as they are written.
    pub store_path: Setting<Vec<PathBuf>>,
    /// Folders in which a file of somebody else may start an install; `*` is all.
    pub trusted_folders: Setting<Vec<PathBuf>>,
    /// What is set, but has no effect any more.
    pub removed: Vec<RemovedSetting>,
}

/// A setting that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("setting `{name}` is `{value}` ({origin}): {reason}")]
pub struct BadSetting {
    /// Its name in `config.toml`.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What set it.
    pub origin: String,
    /// What is wrong.
    pub reason: String,
}

impl Explain for BadSetting {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn value(&self) -> Option<String> {
        Some(self.value.clone())
    }

    fn hint(&self) -> String {
        "run `gom config` once it is corrected, to see every setting and where it comes from".to_owned()
    }
}

impl BadSetting {
    /// Whether this very command sets it.
    pub fn is_of_flag(&self) -> bool {
        self.origin.starts_with("--")
    }
}

/// The text of one `config.toml`. Unknown names are errors: a typo must not pass for a setting.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    cache_dir: Option<Spanned<String>>,
    mirror: Option<Spanned<Vec<String>>>,
    sources: Option<Spanned<Vec<String>>>,
    offline: Option<Spanned<bool>>,
    lock_timeout: Option<Spanned<u64>>,
    timeout: Option<Spanned<u64>>,
    auto_install: Option<Spanned<String>>,
    proof: Option<Spanned<String>>,
    store_path: Option<Spanned<Vec<String>>>,
    trusted_folders: Option<Spanned<Vec<String>>>,
    sync: Option<Spanned<String>>,
}

/// One layer of raw values with their places.
struct Layers<'a> {
    env: Env<'a>,
    files: Vec<(PathBuf, String, ConfigFile)>,
}

impl Settings {
    /// Resolves them. `default_cache` is the user's cache folder for gom.
    pub fn resolve(
        flags: &Flags,
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
        flags: &Flags,
        env: Env<'_>,
        files: &[&Path],
        default_cache: PathBuf,
    ) -> Result<Settings, BadSetting> {
        let mut removed: Vec<_> = RemovedSetting::in_environment(env).into_iter().collect();
        let load = |path: &&Path| load(path, &mut removed).transpose();
        let files = files.iter().filter_map(load).collect::<Result<_, _>>()?;
        let layers = Layers { env, files };
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
            sync: layers.choice("sync", env_vars::GOM_SYNC, |config| config.sync.as_ref(), Sync::Auto)?,
            store_path: layers.folders(env_vars::GOM_STORE_PATH, |config| config.store_path.as_ref()),
            trusted_folders: layers
                .trusted_folders(env_vars::GOM_TRUSTED_FOLDERS, |config| config.trusted_folders.as_ref())?,
            removed,
        })
    }
}

impl Settings {
    /// What they are where nothing sets them.
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
            sync: unset(Sync::Auto),
            store_path: unset(Vec::new()),
            trusted_folders: unset(Vec::new()),
            removed: Vec::new(),
        }
    }
}

fn load(
    path: &Path,
    removed: &mut Vec<RemovedSetting>,
) -> Result<Option<(PathBuf, String, ConfigFile)>, BadSetting> {
    let bad = |value: String, line: Option<usize>, reason: String| BadSetting {
        name: "config.toml".to_owned(),
        value: redacted_text(&value),
        origin: line.map_or_else(|| path.display().to_string(), |line| format!("{}:{line}", path.display())),
        reason,
    };
    let text = match fs_err::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(bad(path.display().to_string(), None, error.to_string())),
    };
    let parsed = DeTable::parse(&text).and_then(|mut table| {
        if let Some((name, line)) = RemovedSetting::take(table.get_mut(), &text) {
            removed.push(RemovedSetting { name, origin: SettingOrigin::File(path.to_path_buf(), line) });
        }
        ConfigFile::deserialize(Deserializer::from(table))
    });
    match parsed {
        Ok(config) => Ok(Some((path.to_path_buf(), text, config))),
        Err(error) => {
            let line = error.span().map(|span| line_of(&text, span.start));
            let value = line.and_then(|line| text.lines().nth(line - 1)).unwrap_or_default().to_owned();
            Err(bad(value, line, error.message().to_owned()))
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset.min(text.len())].matches('\n').count() + 1
}

impl Layers<'_> {
    fn cache_dir(&self, default: PathBuf) -> Result<Setting<PathBuf>, BadSetting> {
        let file = || self.file(|config| config.cache_dir.as_ref(), String::clone);
        let Some(setting) = self.variable(env_vars::GOM_CACHE_DIR).or_else(file) else {
            return Ok(Setting { value: default, origin: SettingOrigin::Default });
        };
        setting.try_map("cache_dir", String::clone, |text| {
            let path = PathBuf::from(&text);
            if path.is_absolute() { Ok(path) } else { Err("it must be an absolute path".to_owned()) }
        })
    }

    /// One of a few words.
    fn choice<T: FromStr<Err = String>>(
        &self,
        name: &'static str,
        variable: &'static str,
        field: impl Fn(&ConfigFile) -> Option<&Spanned<String>>,
        default: T,
    ) -> Result<Setting<T>, BadSetting> {
        match self.variable(variable).or_else(|| self.file(field, String::clone)) {
            Some(setting) => setting.try_map(name, String::clone, |text| text.parse()),
            None => Ok(Setting { value: default, origin: SettingOrigin::Default }),
        }
    }

    fn mirror(&self) -> Result<Setting<Vec<Url>>, BadSetting> {
        let list = self.variable(env_vars::GOM_MIRROR).map(|setting| setting.map(|text| split_list(&text)));
        let list = list.or_else(|| self.file(|config| config.mirror.as_ref(), Vec::clone));
        list.unwrap_or_else(Setting::default_list).try_map(
            "mirror",
            |list| list.join(","),
            |list| list.iter().map(|text| folder_url(text)).collect(),
        )
    }

    fn sources(&self, flags: &Flags) -> Result<Setting<Vec<SourceName>>, BadSetting> {
        let flag = (!flags.sources.is_empty()).then(|| {
            let value = flags.sources.iter().flat_map(|text| split_list(text)).collect();
            Setting { value, origin: SettingOrigin::Flag("--source") }
        });
        let variable =
            || self.variable(env_vars::GOM_SOURCES).map(|setting| setting.map(|text| split_list(&text)));
        let list = flag.or_else(variable).or_else(|| self.file(|config| config.sources.as_ref(), Vec::clone));
        list.unwrap_or_else(Setting::default_list).try_map(
            "sources",
            |list| list.join(","),
            |list| list.iter().map(|text| source_name(text)).collect(),
        )
    }

    fn offline(&self, flags: &Flags) -> Result<Setting<bool>, BadSetting> {
        if flags.offline {
            return Ok(Setting { value: true, origin: SettingOrigin::Flag("--offline") });
        }
        if let Some(setting) = self.variable(env_vars::GOM_OFFLINE) {
            return setting.try_map("offline", String::clone, |text| match text.as_str() {
                "1" | "true" | "yes" | "on" => Ok(true),
                "0" | "false" | "no" | "off" => Ok(false),
                _ => Err("write 1 or 0".to_owned()),
            });
        }
        let file = self.file(|config| config.offline.as_ref(), |value| *value);
        Ok(file.unwrap_or(Setting { value: false, origin: SettingOrigin::Default }))
    }

    fn lock_timeout(&self) -> Result<Setting<Duration>, BadSetting> {
        let seconds =
            self.seconds("lock_timeout", env_vars::GOM_LOCK_TIMEOUT, |file| file.lock_timeout.as_ref())?;
        let default = Setting { value: LOCK_TIMEOUT, origin: SettingOrigin::Default };
        Ok(seconds.map_or(default, |seconds| seconds.map(Duration::from_secs)))
    }

    /// At least a second, and less than an hour: nothing waits for ever.
    fn timeout(&self) -> Result<Setting<Duration>, BadSetting> {
        let default = Setting { value: TIMEOUT, origin: SettingOrigin::Default };
        let Some(seconds) = self.seconds("timeout", env_vars::GOM_TIMEOUT, |file| file.timeout.as_ref())?
        else {
            return Ok(default);
        };
        seconds.try_map("timeout", u64::to_string, |seconds| match seconds {
            1..=3600 => Ok(Duration::from_secs(seconds)),
            _ => Err("write a number of seconds from 1 to 3600".to_owned()),
        })
    }

    /// A whole number of seconds.
    fn seconds(
        &self,
        name: &'static str,
        variable: &'static str,
        field: impl Fn(&ConfigFile) -> Option<&Spanned<u64>>,
    ) -> Result<Option<Setting<u64>>, BadSetting> {
        match self.variable(variable) {
            Some(setting) => {
                let parse =
                    |text: String| text.parse::<u64>().map_err(|_| "write a number of seconds".to_owned());
                setting.try_map(name, String::clone, parse).map(Some)
            }
            None => Ok(self.file(field, |value| *value)),
        }
    }

    fn variable(&self, name: &'static str) -> Option<Setting<String>> {
        let value = (self.env)(name)?.to_string_lossy().into_owned();
        Some(Setting { value, origin: SettingOrigin::Environment(name) })
    }

    fn file<T, U>(
        &self,
        field: impl Fn(&ConfigFile) -> Option<&Spanned<T>>,
        value: impl Fn(&T) -> U,
    ) -> Option<Setting<U>> {
        self.files.iter().find_map(|(path, text, config)| {
            let spanned = field(config)?;
            let origin = SettingOrigin::File(path.clone(), line_of(text, spanned.span().start));
            Some(Setting { value: value(spanned.get_ref()), origin })
        })
    }
}

impl<T> Setting<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting { value: change(self.value), origin: self.origin }
    }

    fn try_map<U>(
        self,
        name: &str,
        show: impl Fn(&T) -> String,
        parse: impl FnOnce(T) -> Result<U, String>,
    ) -> Result<Setting<U>, BadSetting> {
        let (shown, origin) = (show(&self.value), self.origin);
        match parse(self.value) {
            Ok(value) => Ok(Setting { value, origin }),
            Err(reason) => Err(BadSetting {
                name: name.to_owned(),
                value: redacted_text(&shown),
                origin: origin.to_string(),
                reason: redacted_text(&reason),
            }),
        }
    }
}

impl Setting<Vec<String>> {
    fn default_list() -> Self {
        Setting { value: Vec::new(), origin: SettingOrigin::Default }
    }
}

fn split_list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn source_name(text: &str) -> Result<SourceName, String> {
    match text {
        "go.dev" => Ok(SourceName::GoDev),
        "mirror" => Ok(SourceName::Mirror),
        "proxy" => Ok(SourceName::Proxy),
        _ => folder_url(text)
            .map(SourceName::Url)
            .map_err(|reason| format!("{reason}; write go.dev, mirror, proxy or a URL")),
    }
}

/// The URL of a folder, with its last slash, so that joining a file name keeps the whole path.
fn folder_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(&format!("{}/", text.trim_end_matches('/')))
        .map_err(|error| format!("`{text}` is not a URL: {error}"))?;
    match url.scheme() {
        "https" | "http" | "file" => Ok(url),
        scheme => Err(format!("`{scheme}` is none of https, http, file")),
    }
}

#[cfg(test)]
mod tests;
