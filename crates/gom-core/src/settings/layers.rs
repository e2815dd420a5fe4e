//! The layers of the settings: first the environment, then the files. Each value keeps its place.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use gom_select::env_vars;
use gom_select::layout::Env;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};
use url::Url;

use super::removed::RemovedSetting;
use super::setting::{BadSetting, Setting, SettingFlags, SettingOrigin, line_of};
use super::values::SourceName;
use crate::files;
use crate::redact::redacted_text;

/// The default of `lock_timeout`: how long to wait for another gom.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(300);

/// The default of `timeout`: how long to wait for a place on the network.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// A parsed `config.toml`. Unknown names are errors, so that a typo is not taken for a setting.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    pub(super) cache_dir: Option<Spanned<String>>,
    pub(super) mirror: Option<Spanned<Vec<String>>>,
    pub(super) sources: Option<Spanned<Vec<String>>>,
    pub(super) offline: Option<Spanned<bool>>,
    pub(super) lock_timeout: Option<Spanned<u64>>,
    pub(super) timeout: Option<Spanned<u64>>,
    pub(super) auto_install: Option<Spanned<String>>,
    pub(super) proof: Option<Spanned<String>>,
    pub(super) security_notice: Option<Spanned<String>>,
    pub(super) record_use: Option<Spanned<String>>,
    pub(super) store_path: Option<Spanned<Vec<String>>>,
    pub(super) trusted_folders: Option<Spanned<Vec<String>>>,
    pub(super) sync: Option<Spanned<String>>,
}

/// The raw values of the environment and the files, with their places.
pub(super) struct SettingsLayer<'a> {
    pub(super) env: Env<'a>,
    pub(super) files: Vec<(PathBuf, String, ConfigFile)>,
}

/// Loads a settings file, if it exists. Removed settings are collected.
pub(super) fn load(
    path: &Path,
    removed: &mut Vec<RemovedSetting>,
) -> Result<Option<(PathBuf, String, ConfigFile)>, BadSetting> {
    let bad = |value: String, line: Option<usize>, reason: String| BadSetting {
        name: "config.toml".to_owned(),
        value: redacted_text(&value),
        origin: line.map_or_else(|| path.display().to_string(), |line| format!("{}:{line}", path.display())),
        reason,
    };
    let text = match files::read_text(path) {
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

impl SettingsLayer<'_> {
    pub(super) fn cache_dir(&self, default: PathBuf) -> Result<Setting<PathBuf>, BadSetting> {
        let file = || self.file(|config| config.cache_dir.as_ref(), String::clone);
        let Some(setting) = self.variable(env_vars::GOM_CACHE_DIR).or_else(file) else {
            return Ok(Setting { value: default, origin: SettingOrigin::Default });
        };
        setting.try_map("cache_dir", String::clone, |text| {
            let path = PathBuf::from(&text);
            if path.is_absolute() { Ok(path) } else { Err("it must be an absolute path".to_owned()) }
        })
    }

    /// Reads a setting that is one of a few words.
    pub(super) fn choice<T: FromStr<Err = String>>(
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

    pub(super) fn mirror(&self) -> Result<Setting<Vec<Url>>, BadSetting> {
        let list = self.variable(env_vars::GOM_MIRROR).map(|setting| setting.map(|text| split_list(&text)));
        let list = list.or_else(|| self.file(|config| config.mirror.as_ref(), Vec::clone));
        list.unwrap_or_else(Setting::default_list).try_map(
            "mirror",
            |list| list.join(","),
            |list| list.iter().map(|text| folder_url(text)).collect(),
        )
    }

    pub(super) fn sources(&self, flags: &SettingFlags) -> Result<Setting<Vec<SourceName>>, BadSetting> {
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

    pub(super) fn offline(&self, flags: &SettingFlags) -> Result<Setting<bool>, BadSetting> {
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

    pub(super) fn lock_timeout(&self) -> Result<Setting<Duration>, BadSetting> {
        let seconds =
            self.seconds("lock_timeout", env_vars::GOM_LOCK_TIMEOUT, |file| file.lock_timeout.as_ref())?;
        let default = Setting { value: LOCK_TIMEOUT, origin: SettingOrigin::Default };
        Ok(seconds.map_or(default, |seconds| seconds.map(Duration::from_secs)))
    }

    /// Reads the timeout: at least a second and less than an hour, so that nothing waits without end.
    pub(super) fn timeout(&self) -> Result<Setting<Duration>, BadSetting> {
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

    /// Reads a whole number of seconds.
    pub(super) fn seconds(
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

    pub(super) fn variable(&self, name: &'static str) -> Option<Setting<String>> {
        let value = (self.env)(name)?.to_string_lossy().into_owned();
        Some(Setting { value, origin: SettingOrigin::Environment(name) })
    }

    pub(super) fn file<T, U>(
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

fn split_list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Reads the name of a place of archives.
pub(crate) fn source_name(text: &str) -> Result<SourceName, String> {
    match text {
        "go.dev" => Ok(SourceName::GoDev),
        "dl.google.com" => Ok(SourceName::Storage),
        "mirror" => Ok(SourceName::Mirror),
        "proxy" => Ok(SourceName::Proxy),
        _ => folder_url(text)
            .map(SourceName::Url)
            .map_err(|reason| format!("{reason}; write go.dev, dl.google.com, mirror, proxy or a URL")),
    }
}

/// Parses the URL of a folder and keeps its last slash, so that joining a file name keeps the whole path.
fn folder_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(&format!("{}/", text.trim_end_matches('/')))
        .map_err(|error| format!("`{text}` is not a URL: {error}"))?;
    match url.scheme() {
        "https" | "http" | "file" => Ok(url),
        scheme => Err(format!("`{scheme}` is not one of https, http and file")),
    }
}
