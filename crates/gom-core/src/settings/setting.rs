//! One setting: its value, the place that set it, and the error if it is invalid.

use std::fmt;
use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};

use crate::redact::redacted_text;

/// The settings on the command line.
#[derive(Clone, Debug, Default)]
pub struct SettingFlags {
    /// `--offline`.
    pub offline: bool,
    /// `--source`, each occurrence.
    pub sources: Vec<String>,
    /// Whether the verb requires the checksum database's proof unless the user says otherwise.
    pub log_by_default: bool,
}

/// A value and the place that set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// The place that set it.
    pub origin: SettingOrigin,
}

/// The place that set a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingOrigin {
    /// A flag of this command.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
    /// A settings file and its 1-based line.
    File(PathBuf, usize),
    /// No place: the default.
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

/// A setting with an invalid value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("setting `{name}` is `{value}` ({origin}): {reason}")]
pub struct BadSetting {
    /// Its name in `config.toml`.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The place that set it.
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
    /// Whether a flag of this command sets it.
    pub fn is_of_flag(&self) -> bool {
        self.origin.starts_with("--")
    }
}

impl<T> Setting<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting { value: change(self.value), origin: self.origin }
    }

    pub(super) fn try_map<U>(
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
    pub(super) fn default_list() -> Self {
        Setting { value: Vec::new(), origin: SettingOrigin::Default }
    }
}

/// Returns the 1-based line of a byte offset in a text.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text[..offset.min(text.len())].matches('\n').count() + 1
}
